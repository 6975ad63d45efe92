/* SPDX-License-Identifier: Apache-2.0 */
/* Hole masks: growth, reading, blur, blending; levels and sizes beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/diffueraser/hole.h"
#include "inpaint/diffueraser/levels.h"

static const struct uncap_size SIZE = {9, 7};

/* The same growth, pixel by pixel. */
static uint8_t grown_at(const uint8_t *hole, int x, int y, int reach)
{
    for (int v = y - reach; v <= y + reach; v++)
        for (int u = x - reach; u <= x + reach; u++)
            if (v >= 0 && v < SIZE.h && u >= 0 && u < SIZE.w && hole[v * SIZE.w + u])
                return 255;
    return 0;
}

static void test_grow(void **state)
{
    (void)state;
    for (int seed = 0; seed < 20; seed++)
        for (int reach = 0; reach < 12; reach++) {
            uint8_t hole[63];
            uint8_t grown[63];
            for (int i = 0; i < 63; i++)
                hole[i] = (i * 7 + seed * 13) % 23 == 0 ? 255 : 0;
            memcpy(grown, hole, sizeof(grown));
            assert_int_equal(uncap_hole_grow(grown, SIZE, reach, NULL), UNCAP_OK);
            for (int i = 0; i < 63; i++)
                assert_int_equal(grown[i], grown_at(hole, i % SIZE.w, i / SIZE.w, reach));
        }
}

static void test_read_erodes_then_grows(void **state)
{
    uint8_t grey[63] = {0};
    uint8_t hole[63];
    (void)state;
    grey[3 * 9 + 1] = 200; /* a speck: gone */
    for (int y = 1; y <= 3; y++)
        for (int x = 5; x <= 7; x++)
            grey[y * 9 + x] = 1; /* a square of 3: one pixel is left */
    grey[6 * 9 + 8] = grey[5 * 9 + 8] = grey[6 * 9 + 7] = grey[5 * 9 + 7] =
        9; /* at the corner: outside counts as hole */
    assert_int_equal(uncap_hole_read(grey, SIZE, SIZE, 0, hole, NULL), UNCAP_OK);
    for (int i = 0; i < 63; i++)
        assert_int_equal(hole[i], i == 2 * 9 + 6 || i == 6 * 9 + 8 ? 255 : 0);
    assert_int_equal(uncap_hole_read(grey, SIZE, SIZE, 2, hole, NULL), UNCAP_OK);
    assert_int_equal(hole[0 * 9 + 4], 255);
    assert_int_equal(hole[0 * 9 + 3], 0);
}

static void test_blur(void **state)
{
    uint8_t hole[63];
    uint8_t out[63];
    (void)state;
    memset(hole, 255, sizeof(hole));
    assert_int_equal(uncap_hole_blur(hole, SIZE, out, NULL), UNCAP_OK);
    for (int i = 0; i < 63; i++)
        assert_int_equal(out[i], 255);
    const struct uncap_size wide = {41, 41};
    static uint8_t point[41 * 41];
    static uint8_t blurred[41 * 41];
    point[20 * 41 + 20] = 255;
    assert_int_equal(uncap_hole_blur(point, wide, blurred, NULL), UNCAP_OK);
    assert_int_equal(blurred[20 * 41 + 20], (255 * 30 * 30 + 32768) >> 16);
    assert_int_equal(blurred[20 * 41 + 23], (255 * 30 * 20 + 32768) >> 16);
    assert_int_equal(blurred[20 * 41 + 31], 0);
}

static void test_alpha_and_blend(void **state)
{
    uint8_t table[256];
    (void)state;
    uncap_hole_alpha_table(table);
    assert_int_equal(table[0], 0);
    assert_int_equal(table[255], 255);
    for (int i = 0; i < 256; i++)
        assert_true(table[i] == i || table[i] == i - 1);
    const uint8_t hole[] = {255, 0, 0};
    uint8_t alpha[] = {10, 0, 255};
    uncap_hole_alpha(hole, alpha, table, 3);
    assert_int_equal(alpha[0], 255);
    const uint8_t image[] = {1, 2, 3, 4, 5, 6, 7, 8, 9};
    const uint8_t generated[] = {101, 102, 103, 104, 105, 106, 107, 108, 109};
    uint8_t out[9];
    uncap_hole_blend(image, generated, alpha, out, 3);
    assert_int_equal(out[0], 101);
    assert_int_equal(out[3], 4); /* outside nothing changes */
    assert_int_equal(out[8], 109);
}

static void test_latent(void **state)
{
    uint8_t hole[16 * 24] = {0};
    float out[6];
    const struct uncap_size size = {24, 16};
    (void)state;
    hole[8 * 24 + 16] = 255;
    hole[1 * 24 + 1] = 255; /* between the samples */
    uncap_hole_latent(hole, size, out);
    for (int i = 0; i < 6; i++)
        assert_true(out[i] == (i == 5 ? 0.0f : 1.0f));
}

static void test_levels(void **state)
{
    uint8_t image[6];
    float planes[6];
    (void)state;
    for (int level = 0; level < 256; level++) {
        memset(image, level, sizeof(image));
        image[1] = 7;
        uncap_levels_to_planes(image, 1, 2, planes);
        assert_true(planes[0] >= -1.0f && planes[0] <= 1.0f);
        uint8_t back[6];
        uncap_levels_from_planes(planes, 1, 2, back);
        assert_memory_equal(back, image, sizeof(image));
    }
    const float wild[] = {-5.0f, 5.0f, 0.0f, 1e30f, -1e30f, 0.5f};
    uncap_levels_from_planes(wild, 1, 2, image);
    assert_int_equal(image[0], 0);
    assert_int_equal(image[3], 255);
    assert_int_equal(image[1], 128); /* 127.5 to even */
}

static void test_sizes(void **state)
{
    (void)state;
    const struct uncap_size video = {1000, 1000};
    assert_int_equal(uncap_size_processing(video, 960).w, 952); /* 959 after the truncating division */
    assert_int_equal(uncap_size_processing((struct uncap_size){1920, 1080}, 960).h, 536);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_grow),   cmocka_unit_test(test_read_erodes_then_grows),
        cmocka_unit_test(test_blur),   cmocka_unit_test(test_alpha_and_blend),
        cmocka_unit_test(test_latent), cmocka_unit_test(test_levels),
        cmocka_unit_test(test_sizes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
