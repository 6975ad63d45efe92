/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes from probability maps drawn by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "detect/ocr/boxes.h"
#include "detect/ocr/hull.h"

enum { W = 96, H = 64 };

static void draw(float *map, int x0, int y0, int x1, int y1, float p)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x++)
            map[y * W + x] = p;
}

static void near_point(struct uncap_point p, double x, double y)
{
    assert_true(fabs(p.x - x) < 0.01);
    assert_true(fabs(p.y - y) < 0.01);
}

static const struct uncap_map_place identity = {0, 0, 1, 1};

static struct uncap_boxes find(const float *map, struct uncap_map_place place)
{
    const struct uncap_boxes_options o = uncap_boxes_defaults();
    struct uncap_boxes boxes = {.n = 0};
    assert_int_equal(uncap_boxes_find(map, W, H, place, &o, &boxes, NULL), UNCAP_OK);
    return boxes;
}

static void a_bar_becomes_one_grown_box(void **state)
{
    (void)state;
    float map[W * H] = {0};
    draw(map, 20, 30, 60, 40, 0.9f);
    struct uncap_boxes boxes = find(map, identity);
    assert_int_equal(boxes.n, 1);
    assert_true(fabsf(boxes.items[0].score - 0.9f) < 1e-5f);
    /* 40 x 10 pixels grow by 40 * 10 * 1.5 / (2 * 50) = 6 pixels to each side. */
    near_point(boxes.items[0].quad.p[0], 20 - 6, 30 - 6);
    near_point(boxes.items[0].quad.p[2], 59 + 6, 39 + 6);
    uncap_boxes_clear(&boxes);
}

static void a_map_is_placed_in_the_picture(void **state)
{
    (void)state;
    float map[W * H] = {0};
    draw(map, 20, 30, 60, 40, 1);
    const struct uncap_map_place place = {100, 200, 2, 2};
    struct uncap_boxes boxes = find(map, place);
    assert_int_equal(boxes.n, 1);
    near_point(boxes.items[0].quad.p[0], 100 + (14 + 0.5) * 2 - 0.5, 200 + (24 + 0.5) * 2 - 0.5);
    uncap_boxes_clear(&boxes);
}

static void weak_small_and_broken_parts_are_dropped(void **state)
{
    (void)state;
    float map[W * H] = {0};
    draw(map, 0, 0, 30, 10, 0.5f);    /* under the box score */
    draw(map, 50, 0, 90, 2, 0.9f);    /* too thin */
    draw(map, 50, 20, 90, 40, 0.29f); /* under the threshold */
    draw(map, 0, 20, 30, 30, (float)NAN);
    struct uncap_boxes boxes = find(map, identity);
    assert_int_equal(boxes.n, 0);
    uncap_boxes_clear(&boxes);
}

static void touching_corners_are_one_part(void **state)
{
    (void)state;
    float map[W * H] = {0};
    draw(map, 10, 10, 20, 20, 1);
    draw(map, 20, 20, 30, 30, 1);
    draw(map, 60, 10, 80, 20, 1);
    struct uncap_boxes boxes = find(map, identity);
    assert_int_equal(boxes.n, 1); /* the diagonal pair is one part, and fills too little of its rectangle */
    uncap_boxes_clear(&boxes);
}

static void the_whole_map_is_one_box(void **state)
{
    (void)state;
    static float map[W * H];
    draw(map, 0, 0, W, H, 1);
    struct uncap_boxes boxes = find(map, identity);
    assert_int_equal(boxes.n, 1);
    uncap_boxes_clear(&boxes);
}

static void a_slanted_bar_has_a_slanted_box(void **state)
{
    (void)state;
    float map[W * H] = {0};
    for (int i = 0; i < 40; i++)
        draw(map, 20 + i, 10 + i / 2, 21 + i, 22 + i / 2, 1);
    struct uncap_boxes boxes = find(map, identity);
    assert_int_equal(boxes.n, 1);
    const struct uncap_quad *q = &boxes.items[0].quad;
    const double slope = (q->p[1].y - q->p[0].y) / (q->p[1].x - q->p[0].x);
    assert_true(fabs(slope - 0.5) < 0.1);
    assert_true(q->p[3].y > q->p[0].y);
    uncap_boxes_clear(&boxes);
}

static void hulls_of_few_points(void **state)
{
    (void)state;
    struct uncap_point scratch[8];
    struct uncap_point one[1] = {{3, 4}};
    assert_int_equal(uncap_hull(one, 1, scratch), 1);
    const struct uncap_quad q = uncap_hull_min_rect(one, 1);
    near_point(q.p[0], 3, 4);
    struct uncap_point line[3] = {{0, 0}, {1, 1}, {2, 2}};
    assert_int_equal(uncap_hull(line, 3, scratch), 2);
    struct uncap_point square[5] = {{0, 0}, {2, 0}, {1, 1}, {0, 2}, {2, 2}};
    assert_int_equal(uncap_hull(square, 5, scratch), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_becomes_one_grown_box),
        cmocka_unit_test(a_map_is_placed_in_the_picture),
        cmocka_unit_test(weak_small_and_broken_parts_are_dropped),
        cmocka_unit_test(touching_corners_are_one_part),
        cmocka_unit_test(the_whole_map_is_one_box),
        cmocka_unit_test(a_slanted_bar_has_a_slanted_box),
        cmocka_unit_test(hulls_of_few_points),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
