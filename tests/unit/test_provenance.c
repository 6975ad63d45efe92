/* SPDX-License-Identifier: Apache-2.0 */
/* Counting and drawing where filled pixels come from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/provenance.h"

enum { W = 12, H = 6, CORE = 3 };

/* A caption of 4 x 2 pixels at (14, 22) in frames 101 to 103, seen by a window whose core is 100 to 102. */
struct scene {
    uint8_t coverage[4 * 2];
    struct uncap_matte matte;
    struct uncap_caption caption;
    struct uncap_origin planes[CORE][W * H];
    struct uncap_origin *origins[CORE];
    struct uncap_window window;
};

static void scene_open(struct scene *s)
{
    memset(s, 0, sizeof(*s));
    memset(s->coverage, 255, sizeof(s->coverage));
    s->coverage[0] = 0; /* so 7 pixels */
    s->matte = (struct uncap_matte){.area = {14, 22, 18, 24}, .coverage = s->coverage};
    s->caption = (struct uncap_caption){.id = 1, .first = 101, .end = 104, .matte = &s->matte};
    for (int k = 0; k < CORE; k++) {
        for (int i = 0; i < W * H; i++)
            s->planes[k][i].kind = UNCAP_ORIGIN_COPIED;
        s->origins[k] = s->planes[k];
    }
    s->window = (struct uncap_window){.crop = {10, 20, 10 + W, 20 + H},
                                      .first = 95,
                                      .n = 12,
                                      .core_first = 5,
                                      .core_end = 5 + CORE,
                                      .origins = s->origins};
}

static struct uncap_origin *at(struct scene *s, int k, int x, int y)
{
    return &s->planes[k][(y - 20) * W + x - 10];
}

static void test_count(void **state)
{
    (void)state;
    struct scene s;
    uint8_t paint[W * H];
    scene_open(&s);
    at(&s, 1, 15, 22)->kind = UNCAP_ORIGIN_INVENTED;
    at(&s, 2, 17, 23)->kind = UNCAP_ORIGIN_UNBLENDED;
    at(&s, 2, 14, 22)->kind = UNCAP_ORIGIN_INVENTED; /* not the caption's */
    at(&s, 0, 15, 22)->kind = UNCAP_ORIGIN_INVENTED; /* before its life */
    static const struct {
        int from;
        int64_t unblended, copied, invented;
    } cases[] = {{0, 1, 12, 1}, {1, 1, 12, 1}, {2, 1, 6, 0}, {3, 0, 0, 0}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uncap_provenance_count count = {{0}};
        uncap_provenance_add(&count, &s.window, cases[i].from, &s.caption, paint);
        assert_int_equal(count.n[UNCAP_ORIGIN_KEPT], 0);
        assert_int_equal(count.n[UNCAP_ORIGIN_UNBLENDED], cases[i].unblended);
        assert_int_equal(count.n[UNCAP_ORIGIN_COPIED], cases[i].copied);
        assert_int_equal(count.n[UNCAP_ORIGIN_INVENTED], cases[i].invented);
    }
}

static void test_count_partly(void **state)
{
    (void)state;
    struct scene s;
    uint8_t paint[W * H];
    struct uncap_provenance_count count = {{0}};
    scene_open(&s);
    s.matte.area = (struct uncap_rect){20, 22, 24, 24}; /* half outside the crop */
    s.origins[2] = NULL;
    uncap_provenance_add(&count, &s.window, 0, &s.caption, paint);
    assert_int_equal(count.n[UNCAP_ORIGIN_COPIED], 3);
    s.window.origins = NULL;
    uncap_provenance_add(&count, &s.window, 0, &s.caption, paint);
    assert_int_equal(count.n[UNCAP_ORIGIN_COPIED], 3);
}

static void test_draw(void **state)
{
    (void)state;
    static const struct {
        struct uncap_origin origin;
        uint8_t coverage, rgb[3];
    } cases[] = {
        {{UNCAP_ORIGIN_INVENTED, 0, 255}, 0, {50, 50, 50}},
        {{UNCAP_ORIGIN_UNBLENDED, 0, 0}, 255, {0, 255, 0}},
        {{UNCAP_ORIGIN_UNBLENDED, 7, 40}, 1, {0, 215, 0}},
        {{UNCAP_ORIGIN_COPIED, 0, 0}, 255, {0, 0, 255}},
        {{UNCAP_ORIGIN_COPIED, 50, 55}, 255, {100, 0, 200}},
        {{UNCAP_ORIGIN_COPIED, 200, 0}, 255, {255, 0, 255}},
        {{UNCAP_ORIGIN_INVENTED, 3, 255}, 255, {64, 0, 0}},
    };
    static const int depths[] = {8, 10};
    for (size_t d = 0; d < 2; d++)
        for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
            const struct uncap_format source_format = {1, depths[d], 0, 0};
            const struct uncap_format format = {3, 8, 0, 0};
            struct uncap_picture source;
            struct uncap_picture drawn;
            assert_true(uncap_picture_alloc(&source, source_format, 4, 4));
            assert_true(uncap_picture_alloc(&drawn, format, 4, 4));
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 4; x++)
                    if (depths[d] > 8)
                        ((uint16_t *)(void *)(source.data[0] + y * source.stride[0]))[x] = 403;
                    else
                        source.data[0][y * source.stride[0] + x] = 100;
            uncap_provenance_draw_source(&drawn, &source);
            uncap_provenance_draw(&drawn, &cases[i].coverage, &cases[i].origin,
                                  (struct uncap_rect){1, 2, 2, 3});
            for (int y = 0; y < 4; y++)
                for (int x = 0; x < 4; x++)
                    for (int c = 0; c < 3; c++) {
                        const int plane = (c + 2) % 3; /* planes are G, B, R */
                        const bool is_drawn = x == 1 && y == 2;
                        assert_int_equal(drawn.data[plane][y * drawn.stride[plane] + x],
                                         is_drawn ? cases[i].rgb[c] : 50);
                    }
            uncap_picture_free(&source);
            uncap_picture_free(&drawn);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_count),
        cmocka_unit_test(test_count_partly),
        cmocka_unit_test(test_draw),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
