/* SPDX-License-Identifier: Apache-2.0 */
/* Painting a caption's coverage: quads, unions on one frame, moving mattes, clipping. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/coverage.h"

enum { W = 40, H = 30 };

static struct uncap_quad box(float x0, float y0, float x1, float y1)
{
    return (struct uncap_quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

static int count(const uint8_t *plane)
{
    int n = 0;
    for (int i = 0; i < W * H; i++)
        n += plane[i] != 0;
    return n;
}

static void test_axis_aligned_quad_holds_its_edges(void **state)
{
    (void)state;
    uint8_t plane[W * H] = {0};
    const struct uncap_quad q = box(3, 4, 10, 8);
    uncap_quad_paint(&q, 200, plane, W, (struct uncap_rect){0, 0, W, H});
    assert_int_equal(count(plane), 8 * 5);
    assert_int_equal(plane[4 * W + 3], 200);
    assert_int_equal(plane[8 * W + 10], 200);
    assert_int_equal(plane[8 * W + 11], 0);
}

static void test_rotated_quad_is_convex_inside(void **state)
{
    (void)state;
    uint8_t plane[W * H] = {0};
    const struct uncap_quad q = {{{15, 2}, {28, 15}, {15, 28}, {2, 15}}};
    uncap_quad_paint(&q, 1, plane, W, (struct uncap_rect){0, 0, W, H});
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int d = (x > 15 ? x - 15 : 15 - x) + (y > 15 ? y - 15 : 15 - y);
            assert_int_equal(plane[y * W + x], d <= 13);
        }
}

static void test_clipped_to_the_rectangle(void **state)
{
    (void)state;
    uint8_t plane[W * H] = {0};
    const struct uncap_quad q = box(-100, -100, 1000, 1000);
    uncap_quad_paint(&q, 1, plane, W, (struct uncap_rect){50, 60, 50 + W, 60 + H});
    assert_int_equal(count(plane), W * H);
}

static void test_quad_lies_on_the_line(void **state)
{
    (void)state;
    struct uncap_observation o[] = {{.frame = 10, .quad = box(40, 40, 80, 60)},
                                    {.frame = 14, .quad = box(48, 40, 88, 60)}};
    const struct uncap_caption c = {
        .first = 10, .end = 20, .quad = box(40, 40, 88, 60), .observations = o, .n_observations = 2};
    static const struct {
        int64_t frame;
        float x;
        enum uncap_observation_kind kind;
    } cases[] = {{10, 40, UNCAP_OBSERVATION_DETECTED},
                 {12, 44, UNCAP_OBSERVATION_INTERPOLATED},
                 {14, 48, UNCAP_OBSERVATION_DETECTED},
                 {19, 48, UNCAP_OBSERVATION_INTERPOLATED},
                 {3, 40, UNCAP_OBSERVATION_INTERPOLATED}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        enum uncap_observation_kind kind;
        assert_true(uncap_coverage_quad(&c, cases[i].frame, &kind).p[0].x == cases[i].x);
        assert_int_equal(kind, cases[i].kind);
    }
}

static void test_frame_between_detections_is_the_union(void **state)
{
    (void)state;
    struct uncap_observation o[] = {
        {.frame = 0, .quad = {{{5, 10}, {10, 10}, {10, 14}, {5, 14}}}},
        {.frame = 1,
         .quad = {{{5, 10}, {10, 10}, {10, 14}, {5, 14}}},
         .kind = UNCAP_OBSERVATION_INTERPOLATED},
        {.frame = 1,
         .quad = {{{20, 10}, {25, 10}, {25, 14}, {20, 14}}},
         .kind = UNCAP_OBSERVATION_INTERPOLATED},
        {.frame = 2, .quad = {{{20, 10}, {25, 10}, {25, 14}, {20, 14}}}},
    };
    const struct uncap_caption c = {
        .first = 0, .end = 3, .quad = o[0].quad, .observations = o, .n_observations = 4};
    uint8_t plane[3][W * H] = {{0}};
    for (int f = 0; f < 3; f++)
        uncap_coverage_paint(&c, f, plane[f], W, (struct uncap_rect){0, 0, W, H});
    for (int i = 0; i < W * H; i++)
        assert_int_equal(plane[1][i], plane[0][i] > plane[2][i] ? plane[0][i] : plane[2][i]);
    assert_true(count(plane[1]) > count(plane[0]));
}

static void test_matte_follows_the_motion(void **state)
{
    (void)state;
    struct uncap_matte *m = uncap_matte_open((struct uncap_rect){4, 5, 7, 7});
    memset(m->coverage, 255, 6);
    int16_t motion[] = {0, 0, 3, -2};
    const struct uncap_caption c = {.first = 8, .end = 10, .matte = m, .motion = motion};
    uint8_t plane[W * H] = {0};
    uncap_coverage_paint(&c, 9, plane, W, (struct uncap_rect){0, 0, W, H});
    assert_int_equal(count(plane), 6);
    assert_int_equal(plane[3 * W + 7], 255);
    const struct uncap_rect r = uncap_coverage_bounds(&c, 8, 10);
    assert_int_equal(r.x0, 4);
    assert_int_equal(r.y0, 3);
    assert_int_equal(r.x1, 10);
    assert_int_equal(r.y1, 7);
    memset(plane, 0, sizeof(plane));
    uncap_coverage_paint(&c, 10, plane, W, (struct uncap_rect){0, 0, W, H});
    assert_int_equal(count(plane), 0);
    uncap_matte_close(&m);
}

static void test_a_matte_is_trimmed_to_what_it_covers(void **state)
{
    (void)state;
    struct uncap_matte *m = uncap_matte_open((struct uncap_rect){4, 5, 14, 12});
    m->coverage[1 * 10 + 3] = 255;
    m->coverage[4 * 10 + 5] = 9;
    assert_true(uncap_matte_trim(&m));
    const struct uncap_rect used = {7, 6, 10, 10};
    assert_memory_equal(&m->area, &used, sizeof(used));
    assert_int_equal(m->coverage[0], 255);
    assert_int_equal(m->coverage[3 * 3 + 2], 9);
    m->coverage[0] = m->coverage[3 * 3 + 2] = 0;
    assert_true(uncap_matte_trim(&m));
    assert_true(uncap_rect_empty(m->area));
    uncap_matte_close(&m);
}

static void test_a_growing_caption_covers_its_whole_box(void **state)
{
    (void)state;
    uint8_t coverage[4] = {255, 0, 0, 255};
    struct uncap_matte matte = {.area = {10, 10, 12, 12}, .coverage = coverage};
    const struct uncap_caption c = {
        .id = 1, .first = 5, .end = 9, .quad = box(8, 8, 20, 14), .matte = &matte, .n_growing = 2};
    for (int64_t frame = 4; frame < 10; frame++) {
        uint8_t plane[W * H] = {0};
        uncap_coverage_paint(&c, frame, plane, W, (struct uncap_rect){0, 0, W, H});
        if (frame < 5 || frame >= 9)
            assert_int_equal(count(plane), 0);
        else if (frame < 7)
            assert_true(plane[8 * W + 8] && plane[14 * W + 20] && count(plane) >= 13 * 7);
        else
            assert_int_equal(count(plane), 2);
    }
    struct uncap_rect r = uncap_coverage_bounds(&c, 6, 9);
    assert_true(r.x0 < 8 && r.x1 > 20 && r.y0 < 8 && r.y1 > 14);
    r = uncap_coverage_bounds(&c, 7, 9);
    assert_memory_equal(&r, &matte.area, sizeof(r));
}

static void test_a_growing_caption_is_covered_in_its_size(void **state)
{
    (void)state;
    uint8_t coverage[20 * 10] = {0};
    for (int y = 0; y < 10; y++)
        memset(coverage + y * 20 + 8, 255, 4);
    struct uncap_matte matte = {.area = {4, 6, 24, 16}, .coverage = coverage};
    struct uncap_pose poses[] = {{0.5f, 10, 8}, {1, 0, 0}};
    const struct uncap_caption c = {.id = 1,
                                    .first = 5,
                                    .end = 9,
                                    .quad = box(4, 6, 23, 15),
                                    .matte = &matte,
                                    .n_growing = 2,
                                    .poses = poses};
    uint8_t plane[W * H] = {0};
    uncap_coverage_paint(&c, 5, plane, W, (struct uncap_rect){0, 0, W, H});
    for (int y = 0; y < H;
         y++) /* columns 12 to 15 of the picture lie at 16 to 17.5, rows 6 to 15 at 11 to 15.5 */
        for (int x = 0; x < W; x++)
            assert_int_equal(plane[y * W + x], x >= 15 && x <= 18 && y >= 10 && y <= 16 ? 255 : 0);
    const struct uncap_rect r = uncap_coverage_bounds(&c, 5, 6);
    assert_true(r.x0 <= 11 && r.y0 <= 10 && r.x1 >= 23 && r.y1 >= 17 && r.x1 <= 25 && r.y1 <= 19);
    const struct uncap_rect late = uncap_coverage_bounds(&c, 7, 9);
    assert_memory_equal(&late, &matte.area, sizeof(late));
}

static void test_panels_are_covered_while_they_stand(void **state)
{
    (void)state;
    uint8_t coverage[4] = {255, 0, 0, 255};
    struct uncap_matte matte = {.area = {10, 10, 12, 12}, .coverage = coverage};
    struct uncap_panel panels[] = {{5, 7, {8, 8, 14, 13}}, {8, 9, {20, 8, 24, 13}}};
    const struct uncap_caption c = {
        .id = 1, .first = 5, .end = 9, .matte = &matte, .panels = panels, .n_panels = 2};
    static const int expected[] = {0, 30, 30, 2, 22, 0};
    for (int64_t frame = 4; frame < 10; frame++) {
        uint8_t plane[W * H] = {0};
        uncap_coverage_paint(&c, frame, plane, W, (struct uncap_rect){0, 0, W, H});
        assert_int_equal(count(plane), expected[frame - 4]);
    }
    const struct uncap_rect late = uncap_coverage_bounds(&c, 7, 9), expected_late = {10, 8, 24, 13};
    assert_memory_equal(&late, &expected_late, sizeof(late));
    const struct uncap_rect quiet = uncap_coverage_bounds(&c, 7, 8);
    assert_memory_equal(&quiet, &matte.area, sizeof(quiet));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_axis_aligned_quad_holds_its_edges),
        cmocka_unit_test(test_rotated_quad_is_convex_inside),
        cmocka_unit_test(test_clipped_to_the_rectangle),
        cmocka_unit_test(test_quad_lies_on_the_line),
        cmocka_unit_test(test_frame_between_detections_is_the_union),
        cmocka_unit_test(test_matte_follows_the_motion),
        cmocka_unit_test(test_a_matte_is_trimmed_to_what_it_covers),
        cmocka_unit_test(test_a_growing_caption_covers_its_whole_box),
        cmocka_unit_test(test_a_growing_caption_is_covered_in_its_size),
        cmocka_unit_test(test_panels_are_covered_while_they_stand),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
