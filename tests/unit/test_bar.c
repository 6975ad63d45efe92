/* SPDX-License-Identifier: Apache-2.0 */
/* Bars that reach past their text are found as they are, and nothing that is scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/bar.h"

enum { W = 200, H = 120, SCENE = -1 };

static const struct uncap_rect line = {30, 70, 90, 86};

struct scene {
    uint8_t px[2][H][W]; /* with, without */
    struct uncap_picture with, without;
};

/* A smooth scene of levels 40 to 200; or all of one level. */
static void make(struct scene *s, int level)
{
    for (int i = 0; i < 2; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                s->px[i][y][x] = (uint8_t)(level == SCENE ? 40 + (x + y) / 2 : level);
    struct uncap_picture p = {.format = {.depth = 8, .n_planes = 1}, .w = W, .h = H, .stride = {W}};
    p.data[0] = &s->px[0][0][0];
    s->with = p;
    p.data[0] = &s->px[1][0][0];
    s->without = p;
}

/* A rectangle in the first picture of which a share is opaque. */
static void paint(struct scene *s, struct uncap_rect r, int level, double opacity)
{
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            s->px[0][y][x] = (uint8_t)(s->px[0][y][x] + opacity * (level - s->px[0][y][x]));
}

/* Letters: every third column of the middle of the line. */
static void write_line(struct scene *s)
{
    for (int x = line.x0 + 4; x < line.x1 - 4; x += 3)
        paint(s, (struct uncap_rect){x, line.y0 + 3, x + 1, line.y1 - 3}, 235, 1);
}

static void expect_bar(const struct scene *s, struct uncap_rect want)
{
    struct uncap_rect bar = {0, 0, 0, 0};
    assert_true(uncap_bar_find(&s->with, &s->without, line, &bar));
    assert_true(abs(bar.x0 - want.x0) <= 2 && abs(bar.x1 - want.x1) <= 2);
    assert_true(abs(bar.y0 - want.y0) <= 2 && abs(bar.y1 - want.y1) <= 2);
}

static void a_bar_is_found_as_far_as_it_reaches(void **state)
{
    (void)state;
    static const struct uncap_rect bars[] = {
        {20, 60, 170, 94}, {0, 60, W, 94}, {0, 66, W, H}, {34, 66, 150, 90}};
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
        for (int opacity = 9; opacity <= 10; opacity++) {
            struct scene s;
            make(&s, SCENE);
            paint(&s, bars[i], 20, 0.1 * opacity);
            write_line(&s);
            expect_bar(&s, bars[i]);
        }
}

static void what_was_there_before_is_scene(void **state)
{
    (void)state;
    struct uncap_rect bar;
    struct scene s;
    make(&s, 20); /* dark all over */
    write_line(&s);
    assert_false(uncap_bar_find(&s.with, &s.without, line, &bar));
    make(&s, SCENE);
    write_line(&s);
    assert_false(uncap_bar_find(&s.with, &s.without, line, &bar));
}

static void what_is_no_rectangle_is_no_bar(void **state)
{
    (void)state;
    struct uncap_rect bar;
    struct scene s;
    make(&s, SCENE);
    for (int i = 0; i < 60; i++) /* one side is slanted */
        paint(&s, (struct uncap_rect){20, 50 + i, 110 + i, 51 + i}, 20, 1);
    write_line(&s);
    assert_false(uncap_bar_find(&s.with, &s.without, line, &bar));
    make(&s, SCENE); /* all of the picture changes */
    paint(&s, (struct uncap_rect){0, 0, W, H}, 20, 1);
    write_line(&s);
    assert_false(uncap_bar_find(&s.with, &s.without, line, &bar));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_is_found_as_far_as_it_reaches),
        cmocka_unit_test(what_was_there_before_is_scene),
        cmocka_unit_test(what_is_no_rectangle_is_no_bar),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
