/* SPDX-License-Identifier: Apache-2.0 */
/* The dash before a line, on changes drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/dash.h"

enum { W = 160, H = 40, CONTRAST = 200 };

static uint8_t px[W * H], known[W * H];

static void draw(struct uncap_rect r)
{
    for (int y = r.y0; y < r.y1; y++)
        memset(px + (ptrdiff_t)y * W + r.x0, CONTRAST, (size_t)uncap_rect_w(r));
}

/* How far the line reaches, whose box is (40, 8) to (120, 32), where this came and went with it. */
static struct uncap_rect box_with(struct uncap_rect a, struct uncap_rect b)
{
    const struct uncap_matte_gain gain = {.px = px, .known = known};
    const struct uncap_matte_scene scene = {.w = W, .h = H, .gain = &gain};
    struct uncap_matte_line line = {.box = {40, 8, 120, 32}, .text_h = 17};
    struct uncap_matte_lines lines = {.items = &line, .n = 1};
    memset(px, 3, sizeof(px));
    memset(known, 2, sizeof(known));
    draw(a);
    draw(b);
    const bool is_found = uncap_matte_dash_add(&scene, CONTRAST, &lines);
    assert_int_equal(is_found, line.box.x0 != 40 || line.box.x1 != 120);
    assert_true(line.box.y0 == 8 && line.box.y1 == 32);
    return line.box;
}

static const struct uncap_rect none;

static void a_dash_belongs_to_its_line(void **state)
{
    (void)state;
    assert_int_equal(box_with(none, none).x0, 40);
    assert_int_equal(box_with((struct uncap_rect){30, 19, 38, 22}, none).x0, 30);
    assert_int_equal(box_with((struct uncap_rect){34, 19, 42, 22}, none).x0, 34);
    assert_int_equal(box_with((struct uncap_rect){122, 19, 130, 22}, none).x1, 130);
    /* It slopes. */
    assert_int_equal(box_with((struct uncap_rect){30, 18, 34, 20}, (struct uncap_rect){34, 20, 38, 22}).x0,
                     30);
}

static void what_is_no_dash_does_not(void **state)
{
    (void)state;
    assert_int_equal(box_with((struct uncap_rect){32, 10, 36, 30}, none).x0, 40); /* upright */
    assert_int_equal(box_with((struct uncap_rect){0, 19, 38, 22}, none).x0, 40);  /* goes on */
    assert_int_equal(box_with((struct uncap_rect){30, 29, 38, 32}, none).x0, 40); /* at the foot */
    assert_int_equal(box_with((struct uncap_rect){30, 19, 38, 22},                /* one of two things */
                              (struct uncap_rect){28, 10, 34, 12})
                         .x0,
                     40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_dash_belongs_to_its_line),
                                       cmocka_unit_test(what_is_no_dash_does_not)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
