/* SPDX-License-Identifier: Apache-2.0 */
/* Compositing: values by hand, and on random pictures that what is not covered never changes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "media/composite.h"

static unsigned sample(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    return p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[x] : row[x];
}

static void put(const struct uncap_picture *p, int plane, int x, int y, unsigned value)
{
    uint8_t *row = p->data[plane] + y * p->stride[plane];
    if (p->format.depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)value;
    else
        row[x] = (uint8_t)value;
}

static void randomise(const struct uncap_picture *p, uint64_t seed)
{
    for (int i = 0; i < p->format.n_planes; i++)
        for (int y = 0; y < uncap_plane_h(p->format, i, p->h); y++)
            for (int x = 0; x < uncap_plane_w(p->format, i, p->w); x++) {
                const uint64_t element = ((uint64_t)i << 32) + (uint64_t)y * 4096 + (uint64_t)x;
                put(p, i, x, y, (unsigned)(uncap_rng_u64(seed, 0, element) & ((1u << p->format.depth) - 1)));
            }
}

struct mix_case {
    unsigned dst, fill, coverage, want;
};

static void test_mix_by_hand(void **state)
{
    (void)state;
    static const struct mix_case cases[] = {
        {0, 255, 0, 0},      {0, 255, 255, 255},   {0, 255, 128, 128},   {255, 0, 128, 127},
        {100, 200, 51, 120}, {100, 101, 127, 100}, {100, 101, 128, 101}, {7, 7, 99, 7},
    };
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        uint8_t dst = (uint8_t)cases[i].dst, fill = (uint8_t)cases[i].fill,
                coverage = (uint8_t)cases[i].coverage;
        const struct uncap_picture d = {.format = grey, .w = 1, .h = 1, .data = {&dst}, .stride = {1}};
        const struct uncap_picture f = {.format = grey, .w = 1, .h = 1, .data = {&fill}, .stride = {1}};
        uncap_composite(&d, &f, &coverage, 1, (struct uncap_rect){0, 0, 1, 1});
        assert_int_equal(dst, cases[i].want);
    }
}

/* Largest coverage of the luma samples under a sample of a plane, written without regard for speed. */
static unsigned coverage_under(const uint8_t *coverage, int stride, struct uncap_rect crop,
                               struct uncap_format f, int plane, int x, int y)
{
    const int sx = plane ? f.shift_x : 0, sy = plane ? f.shift_y : 0;
    unsigned most = 0;
    for (int j = y << sy; j < (y + 1) << sy; j++)
        for (int i = x << sx; i < (x + 1) << sx; i++)
            if (i >= crop.x0 && i < crop.x1 && j >= crop.y0 && j < crop.y1) {
                const unsigned c = coverage[(j - crop.y0) * stride + (i - crop.x0)];
                most = c > most ? c : most;
            }
    return most;
}

static void check_plane(const struct uncap_picture *before, const struct uncap_picture *after,
                        const struct uncap_picture *fill, const uint8_t *coverage, int stride,
                        struct uncap_rect crop, int plane)
{
    const struct uncap_format f = before->format;
    const int sx = plane ? f.shift_x : 0, sy = plane ? f.shift_y : 0;
    for (int y = 0; y < uncap_plane_h(f, plane, before->h); y++)
        for (int x = 0; x < uncap_plane_w(f, plane, before->w); x++) {
            const unsigned c = coverage_under(coverage, stride, crop, f, plane, x, y);
            const unsigned d = sample(before, plane, x, y);
            const unsigned s = c ? sample(fill, plane, x - (crop.x0 >> sx), y - (crop.y0 >> sy)) : 0;
            const unsigned want = c ? (d * (255 - c) + s * c + 127) / 255 : d;
            assert_int_equal(sample(after, plane, x, y), want);
            if (c == 255)
                assert_int_equal(sample(after, plane, x, y), s);
        }
}

struct format_case {
    struct uncap_format format;
    int w, h;
    struct uncap_rect crop;
};

static void test_only_covered_samples_change(void **state)
{
    (void)state;
    static const struct format_case cases[] = {
        {{1, 8, 0, 0}, 33, 17, {3, 2, 30, 16}},    {{3, 8, 1, 1}, 64, 48, {8, 4, 50, 40}},
        {{3, 8, 1, 1}, 63, 47, {2, 2, 63, 47}},    {{3, 8, 0, 0}, 31, 20, {1, 1, 31, 20}},
        {{3, 10, 1, 1}, 65, 33, {0, 0, 65, 33}},   {{3, 12, 1, 0}, 40, 31, {4, 3, 39, 30}},
        {{3, 16, 0, 0}, 19, 11, {0, 0, 19, 11}},   {{3, 8, 2, 0}, 61, 20, {4, 0, 61, 20}},
        {{3, 10, 1, 1}, 1300, 6, {2, 2, 1299, 6}},
    };
    for (uint64_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct format_case *c = &cases[i];
        const int cw = uncap_rect_w(c->crop), ch = uncap_rect_h(c->crop);
        const int stride = cw + 5;
        struct uncap_picture before, after, fill;
        uint8_t *coverage = uncap_alloc((size_t)stride * (size_t)ch, 1);
        assert_non_null(coverage);
        assert_true(uncap_picture_alloc(&before, c->format, c->w, c->h));
        assert_true(uncap_picture_alloc(&after, c->format, c->w, c->h));
        assert_true(uncap_picture_alloc(&fill, c->format, cw, ch));
        randomise(&before, 1 + i);
        randomise(&fill, 100 + i);
        uncap_picture_copy(&after, &before);
        for (int k = 0; k < stride * ch; k++) { /* half untouched, a quarter whole, the rest feathered */
            const uint64_t r = uncap_rng_u64(200 + i, 0, (uint64_t)k);
            coverage[k] = r & 1 ? 0 : r & 2 ? 255 : (uint8_t)(r >> 8);
        }
        uncap_composite(&after, &fill, coverage, stride, c->crop);
        for (int plane = 0; plane < c->format.n_planes; plane++)
            check_plane(&before, &after, &fill, coverage, stride, c->crop, plane);
        uncap_picture_free(&before);
        uncap_picture_free(&after);
        uncap_picture_free(&fill);
        uncap_free(coverage);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_mix_by_hand),
        cmocka_unit_test(test_only_covered_samples_change),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
