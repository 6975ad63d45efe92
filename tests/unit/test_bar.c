/* SPDX-License-Identifier: Apache-2.0 */
/* Bars that reach past their text are found as they are, and nothing that is scene. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/track/bar_life.h"
#include "detect/track/bar_search.h"
#include "detect/track/bar_veil.h"
#include "grey.h"

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

static bool find(const struct scene *s, struct uncap_bar *bar)
{
    return (uncap_bar_veil_colour(&s->with, &s->without, line, bar) &&
            uncap_bar_find(&s->with, &s->without, line, bar)) ||
           (uncap_bar_colour(&s->with, line, bar) && uncap_bar_find(&s->with, &s->without, line, bar));
}

static void expect_bar(const struct scene *s, struct uncap_rect want)
{
    struct uncap_bar found;
    assert_true(find(s, &found));
    const struct uncap_rect bar = found.rect;
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

/* Squares over the smooth scene that move between the two pictures. */
static void move(struct scene *s, int by)
{
    for (int i = 0; i < 2; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                s->px[i][y][x] = (uint8_t)(s->px[i][y][x] + (((x + i * by) / 3 + y / 3) % 2 ? 12 : 0));
}

static void a_see_through_bar_is_found_as_far_as_it_reaches(void **state)
{
    (void)state;
    static const struct uncap_rect bars[] = {{20, 60, 170, 94}, {0, 60, W, 94}, {0, 60, 140, 94}};
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
        for (int opacity = 5; opacity <= 7; opacity++)
            for (int by = 0; by <= 2; by++) {
                struct scene s;
                struct uncap_bar bar;
                make(&s, SCENE);
                move(&s, by);
                paint(&s, bars[i], 10, 0.1 * opacity);
                write_line(&s);
                expect_bar(&s, bars[i]);
                assert_true(find(&s, &bar));
                assert_true(fabsf(bar.through - (1 - 0.1F * (float)opacity)) < 0.1F);
                assert_true(abs(bar.colour[0] - 10) < 20);
                assert_true(uncap_bar_stands(&bar, &s.with));
                assert_false(uncap_bar_stands(&bar, &s.without));
            }
}

/* A scene that moves too fast for one picture to tell what is seen through the bar in the other. */
static void a_see_through_bar_goes_on_to_the_pictures_edge(void **state)
{
    (void)state;
    static const struct uncap_rect bar = {0, 60, W, 94};
    struct scene s;
    make(&s, SCENE);
    for (int y = 0; y < H; y++)
        for (int x = 140; x < W; x++)
            s.px[0][y][x] = (uint8_t)(s.px[1][y][x] - 80 + 60 * (x / 32 % 2));
    paint(&s, bar, 10, 0.5);
    write_line(&s);
    expect_bar(&s, bar);
}

static void a_scene_that_gets_darker_is_no_bar(void **state)
{
    (void)state;
    struct uncap_bar bar;
    struct scene s;
    make(&s, SCENE);
    paint(&s, (struct uncap_rect){0, 0, W, H}, 0, 0.4);
    write_line(&s);
    assert_false(find(&s, &bar));
}

/* Water below a shore gets darker. */
static void what_has_the_same_sides_before_is_scene(void **state)
{
    (void)state;
    static const struct uncap_rect water = {0, 66, W, H};
    struct uncap_bar bar;
    struct scene s;
    make(&s, SCENE);
    paint(&s, water, 10, 0.5);
    memcpy(s.px[1], s.px[0], sizeof(s.px[1]));
    paint(&s, water, 10, 0.3);
    write_line(&s);
    assert_false(find(&s, &bar));
}

/* The same as the camera tilts. */
static void what_has_the_same_sides_nearby_is_scene(void **state)
{
    (void)state;
    static const struct uncap_rect water = {0, 66, W, H}, before = {0, 60, W, H};
    struct uncap_bar bar;
    struct scene s, other;
    make(&other, SCENE);
    paint(&other, before, 10, 0.5);
    make(&s, SCENE);
    memcpy(s.px[1], other.px[0], sizeof(s.px[1]));
    paint(&s, water, 10, 0.65);
    write_line(&s);
    assert_false(find(&s, &bar));
}

static void a_side_may_lie_before_its_colour(void **state)
{
    (void)state;
    static const struct uncap_rect bar = {20, 60, 170, 94};
    struct scene s;
    make(&s, SCENE);
    for (int i = 0; i < 2; i++) /* half of what is beside the left side */
        for (int y = 64; y < 77; y++)
            for (int x = 0; x < 20; x++)
                s.px[i][y][x] = 20;
    paint(&s, bar, 20, 1);
    write_line(&s);
    expect_bar(&s, bar);
}

/* A bar as bright as the scene before it, in pictures of ten bits with half the chroma. */
static void chroma_alone_makes_a_bar(void **state)
{
    (void)state;
    static const struct uncap_rect bar = {20, 60, 171, 94};
    static uint16_t luma[H][W], chroma[2][2][H / 2][W / 2];
    struct uncap_picture p[2];
    for (int i = 0; i < 2; i++) {
        p[i] = (struct uncap_picture){.format = {.depth = 10, .n_planes = 3, .shift_x = 1, .shift_y = 1},
                                      .w = W,
                                      .h = H,
                                      .stride = {2 * W, W, W}};
        p[i].data[0] = (uint8_t *)luma;
        p[i].data[1] = (uint8_t *)chroma[i][0];
        p[i].data[2] = (uint8_t *)chroma[i][1];
    }
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const bool is_bar = x >= bar.x0 && x < bar.x1 && y >= bar.y0 && y < bar.y1;
            luma[y][x] = 4 * 100;
            chroma[0][0][y / 2][x / 2] = is_bar ? 4 * 60 : 4 * 120;
            chroma[1][0][y / 2][x / 2] = 4 * 120;
            chroma[0][1][y / 2][x / 2] = chroma[1][1][y / 2][x / 2] = 4 * 128;
        }
    struct uncap_bar found;
    assert_true(uncap_bar_colour(&p[0], line, &found));
    assert_int_equal(found.colour[1], 60);
    assert_true(uncap_bar_find(&p[0], &p[1], line, &found));
    assert_true(uncap_rect_holds(found.rect, bar) &&
                uncap_rect_holds(uncap_rect_grow(bar, 3, 3), found.rect));
    assert_false(uncap_bar_find(&p[1], &p[1], line, &found));
}

static void what_was_there_before_is_scene(void **state)
{
    (void)state;
    struct uncap_bar bar;
    struct scene s;
    make(&s, 20); /* dark all over */
    write_line(&s);
    assert_false(find(&s, &bar));
    make(&s, SCENE);
    write_line(&s);
    assert_false(find(&s, &bar));
}

static void what_is_no_rectangle_is_no_bar(void **state)
{
    (void)state;
    struct uncap_bar bar;
    struct scene s;
    make(&s, SCENE);
    for (int i = 0; i < 60; i++) /* one side is slanted */
        paint(&s, (struct uncap_rect){20, 50 + i, 110 + i, 51 + i}, 20, 1);
    write_line(&s);
    assert_false(find(&s, &bar));
    make(&s, SCENE); /* all of the picture changes */
    paint(&s, (struct uncap_rect){0, 0, W, H}, 20, 1);
    write_line(&s);
    assert_false(find(&s, &bar));
}

enum { FRAMES = 30, FIRST = 10, END = 16 }; /* of the line */

/* A bar that stands in frames [from, to) and grows to its width for three frames before; the line stands on
 * it in [FIRST, END). */
static void film(struct uncap_ring *ring, struct scene *scenes, int from, int to)
{
    make(&scenes[0], SCENE);
    assert_int_equal(uncap_ring_open(ring, W, H, scenes[0].with.format, FRAMES, FRAMES, grey_keeper(), NULL),
                     UNCAP_OK);
    for (int f = 0; f < FRAMES; f++) {
        make(&scenes[f], SCENE);
        const int part = f < from - 3 || f >= to ? 0 : f < from ? f - from + 4 : 4;
        paint(&scenes[f], (struct uncap_rect){20, 60, 20 + part * 40, 94}, 20, 1);
        if (f >= FIRST && f < END)
            write_line(&scenes[f]);
        assert_int_equal(uncap_ring_push(ring, &scenes[f].with, &scenes[f], NULL), UNCAP_OK);
    }
}

static void a_bar_may_come_before_its_text_and_go_after_it(void **state)
{
    (void)state;
    static struct scene scenes[FRAMES];
    for (int before = 0; before <= 5; before += 5) {
        const int from = FIRST - before, to = END + before;
        struct uncap_ring ring;
        struct uncap_bar bar = {.end = 0};
        film(&ring, scenes, from, to);
        assert_true(uncap_bar_life_before(&ring, FIRST + 2, FIRST, line, &bar));
        assert_int_equal(bar.first, from - 3);
        assert_true(uncap_bar_stands(&bar, uncap_ring_picture(&ring, from)));
        assert_false(uncap_bar_stands(&bar, uncap_ring_picture(&ring, to)));
        assert_int_equal(uncap_bar_life_end(&ring, &bar, END), to);
        struct uncap_bar after = {.end = 0};
        assert_true(uncap_bar_life_after(&ring, END - 1, END, line, &after));
        assert_int_equal(after.end, to);
        uncap_ring_close(&ring);
    }
}

static void a_bar_that_has_always_stood_is_scene(void **state)
{
    (void)state;
    static struct scene scenes[FRAMES];
    struct uncap_ring ring;
    struct uncap_bar bar;
    film(&ring, scenes, 0, FRAMES);
    assert_false(uncap_bar_life_before(&ring, FIRST + 2, FIRST, line, &bar));
    assert_false(uncap_bar_life_after(&ring, END - 1, END, line, &bar));
    uncap_ring_close(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_bar_is_found_as_far_as_it_reaches),
        cmocka_unit_test(a_see_through_bar_is_found_as_far_as_it_reaches),
        cmocka_unit_test(a_see_through_bar_goes_on_to_the_pictures_edge),
        cmocka_unit_test(a_scene_that_gets_darker_is_no_bar),
        cmocka_unit_test(what_has_the_same_sides_before_is_scene),
        cmocka_unit_test(what_has_the_same_sides_nearby_is_scene),
        cmocka_unit_test(a_side_may_lie_before_its_colour),
        cmocka_unit_test(chroma_alone_makes_a_bar),
        cmocka_unit_test(what_was_there_before_is_scene),
        cmocka_unit_test(what_is_no_rectangle_is_no_bar),
        cmocka_unit_test(a_bar_may_come_before_its_text_and_go_after_it),
        cmocka_unit_test(a_bar_that_has_always_stood_is_scene),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
