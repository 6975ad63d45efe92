/* SPDX-License-Identifier: Apache-2.0 */
/* Boxes that jump from word to word are found where and when they stand, and nothing that is scene. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/life/panels.h"
#include "detect/ocr/hull.h"
#include "grey.h"

enum { W = 160, H = 60, N = 12, FIRST = 100, STEP = 2, CLEAN = 2 };

static const struct uncap_rect line = {20, 20, 140, 42};

struct clip {
    uint8_t px[N + CLEAN][H][W];
    struct uncap_matte_sample samples[N + CLEAN];
};

static void paint(uint8_t px[H][W], struct uncap_rect r, int value)
{
    for (int y = r.y0; y < r.y1; y++)
        memset(&px[y][r.x0], value, (size_t)uncap_rect_w(r));
}

/* A textured scene that moves, and a line of letters before it in the life's samples. */
static void make(struct clip *c)
{
    for (int i = 0; i < N + CLEAN; i++) {
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                c->px[i][y][x] = (uint8_t)(60 + ((x + 3 * i) * 7 ^ y * 13) % 90);
        c->samples[i] = grey_sample(&c->px[i][0][0], W, H, i < N ? FIRST + STEP * i : FIRST - 1 - i + N);
    }
}

static void write_letters(struct clip *c)
{
    for (int i = 0; i < N; i++)
        for (int x = 26; x < 134; x += 9)
            paint(c->px[i], (struct uncap_rect){x, 24, x + 4, 38}, 250);
}

static struct uncap_panel *find(const struct clip *c, size_t *n)
{
    struct uncap_panel *panels;
    const struct uncap_panel_evidence e = {.area = {0, 0, W, H},
                                           .line = line,
                                           .first = FIRST,
                                           .end = FIRST + STEP * N,
                                           .life = c->samples,
                                           .clean = c->samples + N,
                                           .n_life = N,
                                           .n_clean = CLEAN};
    assert_int_equal(uncap_panels_find(&e, &panels, n, NULL), UNCAP_OK);
    return panels;
}

static void a_panel_that_jumps_is_found_twice(void **state)
{
    (void)state;
    static struct clip c;
    static const struct uncap_rect where[2] = {{22, 18, 69, 44}, {69, 18, 138, 44}};
    size_t n;
    make(&c);
    for (int i = 0; i < N; i++)
        paint(c.px[i], where[i >= 5], 20);
    write_letters(&c);
    struct uncap_panel *panels = find(&c, &n);
    assert_int_equal(n, 2);
    assert_int_equal(panels[0].first, FIRST);
    assert_int_equal(panels[0].end, FIRST + STEP * 5);
    assert_int_equal(panels[1].first, FIRST + STEP * 4 + 1);
    assert_int_equal(panels[1].end, FIRST + STEP * N);
    for (int k = 0; k < 2; k++) {
        const struct uncap_rect expected = uncap_rect_grow(where[k], 2, 2);
        assert_memory_equal(&panels[k].rect, &expected, sizeof(expected));
    }
    uncap_free(panels);
}

/* What stands there beside the life too, what is higher than a line, and texture. */
static void scene_is_no_panel(void **state)
{
    (void)state;
    static struct clip c;
    for (int kind = 0; kind < 3; kind++) {
        size_t n;
        make(&c);
        for (int i = 0; i < N + CLEAN; i++) {
            const struct uncap_rect board = {60, 18, 110, 44}, wall = {60, 0, 110, H};
            if (kind == 0 && (i < 4 || i >= N))
                paint(c.px[i], board, 20);
            else if (kind == 1 && i < 6)
                paint(c.px[i], wall, 20);
        }
        write_letters(&c);
        struct uncap_panel *panels = find(&c, &n);
        assert_int_equal(n, 0);
        assert_null(panels);
    }
}

/* A quarter of the scene is seen through it: it is of one colour before a level wall alone. */
static void a_panel_that_is_seen_through_is_found_by_the_one_before_it(void **state)
{
    (void)state;
    enum { WALL = 70, JUMP = 5 };
    static struct clip c;
    static struct uncap_track t;
    static const struct uncap_rect where[2] = {{22, 18, 67, 44}, {69, 18, 138, 44}};
    make(&c);
    t.evidence.rect = (struct uncap_rect){0, 0, W, H};
    for (int i = 0; i < N + CLEAN; i++) {
        for (int k = 0; k < H * W; k++) {
            uint8_t *px = &c.px[i][k / W][k % W];
            *px = (uint8_t)(k % W < WALL ? 100 : 16 * *px / 9 - 86);
        }
        const struct uncap_rect r = where[i >= JUMP];
        for (int y = r.y0; y < r.y1 && i < N; y++)
            for (int x = r.x0; x < r.x1; x++)
                c.px[i][y][x] = (uint8_t)((3 * 200 + c.px[i][y][x]) / 4);
        const struct uncap_crop crop = {c.samples[i].frame, c.samples[i].picture};
        if (i < N)
            t.evidence.life[t.evidence.n_life++] = crop;
        else
            t.evidence.before[t.evidence.n_before++] = crop;
    }
    write_letters(&c);
    struct uncap_caption caption = {
        .first = FIRST, .end = FIRST + STEP * N, .quad = uncap_quad_of_rect(line)};
    assert_int_equal(uncap_life_panels(&t, &caption, NULL), UNCAP_OK);
    assert_int_equal(caption.n_panels, 2);
    const struct uncap_panel *next = &caption.panels[1];
    assert_int_equal(next->first, FIRST + STEP * (JUMP - 1) + 1);
    assert_int_equal(next->end, caption.end);
    assert_true(uncap_rect_holds(next->rect, where[1]));
    assert_true(uncap_rect_holds(uncap_rect_grow(where[1], 4, 4), next->rect));
    uncap_free(caption.panels);
}

/* The panel of a short word is less of a long line than colours of the scene that come and go beside it. */
static void a_short_words_panel_is_found_among_colours_of_the_scene(void **state)
{
    (void)state;
    static struct clip c;
    static const struct uncap_rect where = {16, 18, 36, 44};
    size_t n;
    make(&c);
    for (int i = 0; i < N / 2; i++) {
        paint(c.px[i], where, 20);
        for (int k = 0; k < 5; k++)
            paint(c.px[i], (struct uncap_rect){40 + 20 * k, 0, 60 + 20 * k, H}, 160 + 16 * k);
    }
    for (int i = 0; i < N; i++)
        paint(c.px[i], (struct uncap_rect){24, 24, 28, 38}, 250);
    struct uncap_panel *panels = find(&c, &n);
    assert_int_equal(n, 1);
    assert_true(uncap_rect_holds(panels[0].rect, where));
    assert_int_equal(panels[0].first, FIRST);
    uncap_free(panels);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_panel_that_jumps_is_found_twice),
        cmocka_unit_test(a_short_words_panel_is_found_among_colours_of_the_scene),
        cmocka_unit_test(a_panel_that_is_seen_through_is_found_by_the_one_before_it),
        cmocka_unit_test(scene_is_no_panel)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
