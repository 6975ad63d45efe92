/* SPDX-License-Identifier: Apache-2.0 */
/* What else stands around a line while its matte is estimated. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/life/life.h"
#include "detect/ocr/hull.h"
#include "grey.h"

enum { W = 240, H = 100, N = 12, FIRST = 100, END = FIRST + N };

static const struct uncap_rect line = {40, 30, 200, 66};

/* A textured scene, which moves from frame to frame. */
static void paint_scene(uint8_t px[H][W], int frame)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            px[y][x] = (uint8_t)(60 + ((x + 5 * frame) * 7 ^ (y + 2 * frame) * 13) % 90);
}

/* The same, and bright letters with a dark outline before it. */
static void paint(uint8_t px[H][W], int frame)
{
    paint_scene(px, frame);
    for (int x = 46; x < 190; x += 18)
        for (int y = 32; y < 64; y++)
            memset(&px[y][x], y < 35 || y >= 61 ? 0 : 250, 9), px[y][x] = px[y][x + 8] = 0;
}

static const struct uncap_rect panel = {30, 20, 212, 92};

/* A dark box behind the line, which goes on below it. */
static void paint_panel(uint8_t px[H][W])
{
    for (int y = panel.y0; y < panel.y1; y++)
        for (int x = panel.x0; x < panel.x1; x++)
            if (px[y][x] != 250)
                px[y][x] = 16;
}

/* The matte of the line while n lives, its own the first, stand around it. Of a scene that stands still, a
 * frame without the line is known. end: of the life that the looks tell. */
static struct uncap_matte *matte_over(void (*add)(uint8_t px[H][W]), const struct uncap_life *lives, size_t n,
                                      bool is_still, int64_t end)
{
    static uint8_t px[N + 1][H][W];
    static const int64_t shots[1] = {0};
    const struct uncap_format format = {.depth = 8, .n_planes = 1};
    struct uncap_track t = {.id = 1, .is_steady = true, .hull = uncap_quad_of_rect(line)};
    t.evidence.rect = (struct uncap_rect){0, 0, W, H};
    t.evidence.n_life = N;
    for (int i = 0; i < N; i++) {
        paint(px[i], is_still ? 0 : i);
        if (add)
            add(px[i]);
        t.evidence.life[i] = (struct uncap_crop){FIRST + i, grey_picture(&px[i][0][0], W, H)};
    }
    if (is_still) {
        paint_scene(px[N], 0);
        t.evidence.before[t.evidence.n_before++] =
            (struct uncap_crop){FIRST - 1, grey_picture(&px[N][0][0], W, H)};
    }
    const struct uncap_surroundings around = {.w = W,
                                              .h = H,
                                              .format = format,
                                              .n_frames = 1000,
                                              .shots = shots,
                                              .n_shots = 1,
                                              .lives = lives,
                                              .n_lives = n};
    struct uncap_caption c = {.id = 1, .first = FIRST, .end = end, .quad = t.hull};
    struct uncap_features features = {.first = FIRST};
    assert_int_equal(uncap_life_matte(&t, &around, &c, &features, NULL), UNCAP_OK);
    struct uncap_matte *matte = c.matte;
    c.matte = NULL;
    uncap_caption_clear(&c);
    return matte;
}

static struct uncap_matte *matte_among(const struct uncap_life *lives, size_t n, bool is_still, int64_t end)
{
    return matte_over(NULL, lives, n, is_still, end);
}

/* Is the matte of the first line the same whether the second one stands beside it or not? */
static bool is_same_beside(const struct uncap_life lives[2], bool is_still)
{
    struct uncap_matte *alone = matte_among(lives, 1, is_still, END),
                       *both = matte_among(lives, 2, is_still, END);
    const bool is_same = !memcmp(&alone->area, &both->area, sizeof(alone->area)) &&
                         !memcmp(alone->coverage, both->coverage,
                                 (size_t)uncap_rect_w(alone->area) * (size_t)uncap_rect_h(alone->area));
    uncap_matte_close(&alone);
    uncap_matte_close(&both);
    return is_same;
}

/* A look that saw the lower half of the letters alone made a line of it: no other line, and none beside
 * this one. */
static void a_part_of_the_line_changes_nothing(void **state)
{
    (void)state;
    const struct uncap_rect own = {40, 30, 201, 67};
    const struct uncap_life lives[] = {{.id = 1, .first = FIRST, .end = END, .rect = own},
                                       {.id = 2, .first = FIRST, .end = END, .rect = {44, 50, 200, 70}}};
    assert_true(is_same_beside(lives, false));
}

/* Letters of the scene that stood there before are scene: what is seen there is evidence. */
static void text_of_the_scene_changes_nothing(void **state)
{
    (void)state;
    const struct uncap_rect own = {40, 30, 201, 62}, sign = {0, 10, 220, 90};
    struct uncap_life lives[] = {{.id = 1, .first = FIRST, .end = END, .rect = own},
                                 {.id = 2, .first = FIRST - 5, .end = FIRST, .rect = sign}};
    assert_false(is_same_beside(lives, true));
    lives[1].is_scene = true;
    assert_true(is_same_beside(lives, true));
}

/* Its strokes stand in frames in which no look saw it, if each look alone is believed: those crops show it
 * all the same. */
static void crops_beyond_the_looks_show_the_line(void **state)
{
    (void)state;
    const struct uncap_rect own = {40, 30, 201, 67};
    const struct uncap_life life = {.id = 1, .first = FIRST, .end = END, .rect = own};
    struct uncap_matte *whole = matte_among(&life, 1, false, END);
    struct uncap_matte *brief = matte_among(&life, 1, false, FIRST);
    assert_memory_equal(whole->coverage, brief->coverage,
                        (size_t)uncap_rect_w(whole->area) * (size_t)uncap_rect_h(whole->area));
    uncap_matte_close(&whole);
    uncap_matte_close(&brief);
}

/* Rows nearer to a short line are that line's, but not so far to the side that it knows nothing of them: the
 * box behind both goes on there. */
static void a_box_goes_on_beside_a_short_line(void **state)
{
    (void)state;
    const struct uncap_life lives[] = {{.id = 1, .first = FIRST, .end = END, .rect = line},
                                       {.id = 2, .first = FIRST, .end = END, .rect = {180, 68, 206, 88}}};
    struct uncap_matte *matte = matte_over(paint_panel, lives, 2, false, END);
    assert_true(abs(matte->area.x0 - panel.x0) <= 3 && abs(matte->area.y1 - panel.y1) <= 3);
    const int w = uncap_rect_w(matte->area), left = 60 - matte->area.x0, right = 190 - matte->area.x0;
    const uint8_t *row = matte->coverage + (ptrdiff_t)(84 - matte->area.y0) * w;
    assert_int_equal(row[left], 255);
    assert_int_equal(row[right], 0);
    uncap_matte_close(&matte);
}

/* A grey wall with nothing on it where the line is, and a dark box with letters below. */
static void paint_other_line(uint8_t px[H][W])
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const bool is_box = x >= 50 && x < 190 && y >= 69 && y < 96;
            const bool is_stem = is_box && x >= 60 && x < 180 && x % 12 < 4 && y >= 73 && y < 91;
            px[y][x] = is_stem ? 250 : is_box ? 16 : 120;
        }
}

/* Its matte has nothing in its own rows: none is better than an empty one, which no captions file may hold. */
static void a_line_of_nothing_above_a_box_has_no_matte(void **state)
{
    (void)state;
    const struct uncap_life lives[] = {{.id = 1, .first = FIRST, .end = END, .rect = line},
                                       {.id = 2, .first = FIRST, .end = END, .rect = {54, 70, 186, 94}}};
    assert_null(matte_over(paint_other_line, lives, 2, false, END));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_part_of_the_line_changes_nothing),
                                       cmocka_unit_test(text_of_the_scene_changes_nothing),
                                       cmocka_unit_test(crops_beyond_the_looks_show_the_line),
                                       cmocka_unit_test(a_box_goes_on_beside_a_short_line),
                                       cmocka_unit_test(a_line_of_nothing_above_a_box_has_no_matte)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
