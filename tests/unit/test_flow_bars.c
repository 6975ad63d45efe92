/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a bar beside the picture. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/bars.h"

enum { W = 96, H = 64, FRAMES = 12 };

/* still  what stands, in a picture that moves but for what `moves` says; rest: this too
 * text   a caption that changes all the time, covered by the matte */
struct scene {
    struct uncap_rect still, rest, text;
    bool moves;
    int noise; /* grey levels, of all samples */
};

static bool is_in(struct uncap_rect r, int x, int y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static struct uncap_rect picture_of(const struct scene *s)
{
    static const struct uncap_format grey = {1, 8, 0, 0};
    static uint8_t coverage[W * H];
    const uint8_t *covered[FRAMES];
    struct uncap_picture frames[FRAMES];
    for (int t = 0; t < FRAMES; t++) {
        assert_true(uncap_picture_alloc(&frames[t], grey, W, H));
        covered[t] = coverage;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const uint64_t at = (uint64_t)(y * W + x);
                const bool stands = is_in(s->still, x, y) || is_in(s->rest, x, y) || !s->moves;
                const uint64_t when = stands && !is_in(s->text, x, y) ? 0 : (uint64_t)t;
                const double noise = s->noise * uncap_rng_uniform(5, (uint64_t)t, at);
                frames[t].data[0][y * frames[t].stride[0] + x] =
                    (uint8_t)(200 * uncap_rng_uniform(3, when, at) + noise);
                coverage[y * W + x] = is_in(s->text, x, y) ? 255 : 0;
            }
    }
    const struct uncap_window win = {.crop = {0, 0, W, H},
                                     .format = grey,
                                     .n = FRAMES,
                                     .core_end = FRAMES,
                                     .frames = frames,
                                     .coverage = covered};
    struct uncap_rect picture;
    struct uncap_error err = {0};
    assert_int_equal(flow_bars_find(&win, W, &picture, &err), UNCAP_OK);
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&frames[t]);
    return picture;
}

static void assert_rect(struct uncap_rect is, struct uncap_rect wanted)
{
    assert_int_equal(is.x0, wanted.x0);
    assert_int_equal(is.y0, wanted.y0);
    assert_int_equal(is.x1, wanted.x1);
    assert_int_equal(is.y1, wanted.y1);
}

static const struct uncap_rect ALL = {0, 0, W, H};

static void are_found_at_every_side(void **state)
{
    (void)state;
    static const struct {
        struct uncap_rect still, picture;
    } CASES[] = {
        {{0, 0, W, 13}, {0, 13, W, H}},
        {{0, 43, W, H}, {0, 0, W, 43}},
        {{0, 0, 21, H}, {21, 0, W, H}},
        {{75, 0, W, H}, {0, 0, 75, H}},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_rect(picture_of(&(struct scene){.still = CASES[i].still, .moves = true, .noise = 6}),
                    CASES[i].picture);
}

static void are_told_by_what_text_leaves_free(void **state)
{
    (void)state;
    const struct scene s = {.still = {0, 43, W, H}, .text = {20, 40, 80, 60}, .moves = true};
    assert_rect(picture_of(&s), (struct uncap_rect){0, 0, W, 43});
}

/* A picture that stands needs no cut, nor does one of which a part stands that ends within a row. */
static void are_not_seen_in_a_picture(void **state)
{
    (void)state;
    assert_rect(picture_of(&(struct scene){.still = ALL}), ALL);
    assert_rect(picture_of(&(struct scene){.moves = true}), ALL);
    assert_rect(picture_of(&(struct scene){.still = {0, 43, 70, H}, .moves = true}), ALL);
    assert_rect(picture_of(&(struct scene){.still = {0, 60, W, H}, .moves = true}), ALL);
}

/* Columns of a wall stand, and in those beside them somebody moves. */
static void are_not_seen_beside_what_moves_in_part(void **state)
{
    (void)state;
    assert_rect(picture_of(&(struct scene){.still = {0, 0, 40, H}, .rest = {40, 0, W, 24}, .moves = true}),
                ALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_found_at_every_side),
        cmocka_unit_test(are_told_by_what_text_leaves_free),
        cmocka_unit_test(are_not_seen_in_a_picture),
        cmocka_unit_test(are_not_seen_beside_what_moves_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
