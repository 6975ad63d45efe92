/* SPDX-License-Identifier: Apache-2.0 */
/* Planes to RGB and back: the values of the standards, round trips, and where chroma samples sit. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "media/colour.h"

static const struct uncap_format yuv444 = {3, 8, 0, 0};

struct value_case {
    int matrix;
    bool is_full_range;
    int planes[3];
    int rgb[3]; /* 8 bit */
};

/* Primaries and greys as BT.601, BT.709 and BT.2020 code them. */
static const struct value_case values[] = {
    {1, false, {16, 128, 128}, {0, 0, 0}},       {1, false, {235, 128, 128}, {255, 255, 255}},
    {1, false, {63, 102, 240}, {255, 0, 0}},     {1, false, {173, 42, 26}, {0, 255, 0}},
    {1, false, {32, 240, 118}, {0, 0, 255}},     {6, false, {81, 90, 240}, {255, 0, 0}},
    {6, false, {145, 54, 34}, {0, 255, 0}},      {5, false, {41, 240, 110}, {0, 0, 255}},
    {9, false, {74, 97, 240}, {255, 0, 0}},      {6, true, {76, 85, 255}, {254, 0, 0}},
    {1, true, {128, 128, 128}, {128, 128, 128}}, {0, true, {10, 200, 77}, {77, 10, 200}},
    {0, false, {16, 235, 126}, {128, 0, 255}},
};

static struct uncap_picture one_pixel(uint8_t samples[3])
{
    return (struct uncap_picture){.format = yuv444,
                                  .w = 1,
                                  .h = 1,
                                  .data = {&samples[0], &samples[1], &samples[2]},
                                  .stride = {1, 1, 1}};
}

static void test_values_to_rgb(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t samples[3], rgb8[3];
        float rgb[3];
        for (int c = 0; c < 3; c++)
            samples[c] = (uint8_t)values[i].planes[c];
        const struct uncap_picture p = one_pixel(samples);
        const struct uncap_colour colour = {values[i].matrix, values[i].is_full_range};
        uncap_colour_to_rgb8(&p, colour, rgb8);
        uncap_colour_to_rgb(&p, colour, rgb);
        for (int c = 0; c < 3; c++) {
            assert_in_range(rgb8[c] + 2, values[i].rgb[c], values[i].rgb[c] + 4);
            assert_true(fabsf(rgb[c] * 255 - (float)rgb8[c]) <= 0.5f);
        }
    }
}

static void test_values_from_rgb(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
        uint8_t samples[3] = {0};
        float rgb[3];
        for (int c = 0; c < 3; c++)
            rgb[c] = (float)values[i].rgb[c] / 255;
        const struct uncap_picture p = one_pixel(samples);
        uncap_colour_from_rgb(rgb, (struct uncap_colour){values[i].matrix, values[i].is_full_range}, &p);
        for (int c = 0; c < 3; c++)
            assert_in_range(samples[c] + 1, values[i].planes[c], values[i].planes[c] + 2);
    }
}

struct trip_case {
    struct uncap_format format;
    struct uncap_colour colour;
    float most; /* largest error allowed */
};

/* Without subsampling nothing but rounding is lost. */
static void test_round_trip(void **state)
{
    (void)state;
    static const struct trip_case cases[] = {
        {{3, 8, 0, 0}, {1, false}, 0.012f}, {{3, 10, 0, 0}, {9, false}, 0.003f},
        {{3, 16, 0, 0}, {6, true}, 1e-4f},  {{3, 12, 0, 0}, {0, true}, 2e-4f},
        {{3, 8, 0, 0}, {0, false}, 0.003f},
    };
    enum { W = 37, H = 9 };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uncap_picture p;
        float in[W * H * 3], out[W * H * 3];
        assert_true(uncap_picture_alloc(&p, cases[i].format, W, H));
        for (int k = 0; k < W * H * 3; k++)
            in[k] = (float)uncap_rng_uniform(i, 0, (uint64_t)k);
        uncap_colour_from_rgb(in, cases[i].colour, &p);
        uncap_colour_to_rgb(&p, cases[i].colour, out);
        for (int k = 0; k < W * H * 3; k++)
            assert_true(fabsf(in[k] - out[k]) <= cases[i].most);
        uncap_picture_free(&p);
    }
}

/* A flat colour stays flat at every subsampling and odd size. */
static void test_flat_colour(void **state)
{
    (void)state;
    static const struct uncap_format formats[] = {
        {3, 8, 1, 1}, {3, 10, 1, 0}, {3, 8, 2, 0}, {3, 8, 0, 1}, {1, 8, 0, 0}};
    enum { W = 13, H = 7 };
    for (size_t i = 0; i < sizeof formats / sizeof formats[0]; i++) {
        struct uncap_picture p;
        float rgb[W * H * 3];
        const bool is_grey = formats[i].n_planes == 1;
        const float want[3] = {0.25f, is_grey ? 0.25f : 0.5f, is_grey ? 0.25f : 0.75f};
        assert_true(uncap_picture_alloc(&p, formats[i], W, H));
        for (int k = 0; k < W * H * 3; k++)
            rgb[k] = want[k % 3];
        uncap_colour_from_rgb(rgb, (struct uncap_colour){1, false}, &p);
        uncap_colour_to_rgb(&p, (struct uncap_colour){1, false}, rgb);
        for (int k = 0; k < W * H * 3; k++)
            assert_true(fabsf(rgb[k] - want[k % 3]) < 0.011f);
        uncap_picture_free(&p);
    }
}

/* 4:2:0 chroma stands on even columns and between rows 2j and 2j + 1: column 1 is the mean of chroma columns
 * 0 and 1, row 0 is chroma row 0, row 1 is three quarters of row 0 and a quarter of row 1. */
static void test_chroma_siting(void **state)
{
    (void)state;
    struct uncap_picture p;
    float rgb[4 * 4 * 3];
    assert_true(uncap_picture_alloc(&p, (struct uncap_format){3, 8, 1, 1}, 4, 4));
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 4; x++)
            p.data[0][y * p.stride[0] + x] = 128;
    for (int i = 0; i < 4; i++) {
        p.data[1][i / 2 * p.stride[1] + i % 2] = 128;
        p.data[2][i / 2 * p.stride[2] + i % 2] = (uint8_t)(128 + (i % 2) * 32 + (i / 2) * 16);
    }
    uncap_colour_to_rgb(&p, (struct uncap_colour){1, true}, rgb);
    const float unit = 2 * (1 - 0.2126f) / 255; /* red a step of Cr */
    static const float cr[4][4] = {{0, 16, 32, 32}, {4, 20, 36, 36}, {12, 28, 44, 44}, {16, 32, 48, 48}};
    for (int y = 0; y < 4; y++)
        for (int x = 0; x < 4; x++)
            assert_true(fabsf(rgb[(y * 4 + x) * 3] - (128.f / 255 + cr[y][x] * unit)) < 1e-5f);
    uncap_picture_free(&p);
}

/* A picture wider than the spans it is read in, of odd width: each column between its two chroma columns. */
static void test_wide_rows(void **state)
{
    (void)state;
    enum { W = 777 };
    struct uncap_picture p;
    float rgb[W * 3];
    uint8_t rgb8[W * 3];
    assert_true(uncap_picture_alloc(&p, (struct uncap_format){3, 10, 1, 0}, W, 1));
    for (int i = 0; i < (W + 1) / 2; i++) {
        ((uint16_t *)(void *)p.data[1])[i] = 512;
        ((uint16_t *)(void *)p.data[2])[i] = (uint16_t)(512 + uncap_rng_u64(9, 0, (uint64_t)i) % 300);
    }
    for (int x = 0; x < W; x++)
        ((uint16_t *)(void *)p.data[0])[x] = (uint16_t)(x % 300);
    uncap_colour_to_rgb(&p, (struct uncap_colour){1, true}, rgb);
    uncap_colour_to_rgb8(&p, (struct uncap_colour){1, true}, rgb8);
    for (int x = 0; x < W; x++) {
        const uint16_t *row = (const uint16_t *)(const void *)p.data[2];
        const int next = x / 2 + 1 < (W + 1) / 2 ? x / 2 + 1 : x / 2;
        const double cr = x % 2 ? (row[x / 2] + row[next]) / 2.0 : row[x / 2];
        const double red = x % 300 / 1023.0 + 2 * (1 - 0.2126) * (cr - 512) / 1023;
        assert_true(fabs((double)rgb[3 * x] - red) < 1e-5);
        assert_in_range(rgb8[3 * x], floor(red * 255), ceil(red * 255));
    }
    uncap_picture_free(&p);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values_to_rgb), cmocka_unit_test(test_values_from_rgb),
        cmocka_unit_test(test_round_trip),    cmocka_unit_test(test_flat_colour),
        cmocka_unit_test(test_chroma_siting), cmocka_unit_test(test_wide_rows),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
