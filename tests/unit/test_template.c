/* SPDX-License-Identifier: Apache-2.0 */
/* The matched filter, the reach of a line, what covers it, and the look for new strokes, on strokes drawn by
 * hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/look/novelty.h"
#include "detect/track/extent.h"
#include "detect/track/occlusion.h"
#include "detect/track/template.h"

enum { W = 320, H = 96 };

/* Smooth moving background. */
static void scene(uint8_t *data, int frame)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            data[y * W + x] = (uint8_t)(100 + 12 * sin((x + 3 * frame) / 30.0) + 6 * cos((y - frame) / 25.0));
}

/* Letters: bars of 2 pixels, at places that depend on the text, blended with opacity. */
static void letters(uint8_t *data, uint64_t text, int x0, int x1, double opacity)
{
    for (int x = x0; x < x1; x += 6)
        for (int y = 40; y < 56; y++) {
            const uint64_t bits = uncap_rng_u64(text, (uint64_t)x, (uint64_t)(y / 4));
            for (int k = 0; k < 2; k++) {
                uint8_t *p = &data[y * W + x + (int)(bits % 4) + k];
                *p = (uint8_t)(*p + opacity * (235 - *p));
            }
        }
}

static const struct uncap_rect line = {60, 36, 200, 60};

/* The line's pattern as one frame shows it, its letters from column x0 on. */
static struct uncap_template learned_from(int x0)
{
    static uint8_t data[W * H];
    const struct uncap_luma luma = {data, W, H, W};
    const struct uncap_luma *frames[1] = {&luma};
    struct uncap_template t = {.pattern = NULL};
    scene(data, 0);
    letters(data, 1, x0, 196, 1);
    assert_int_equal(uncap_template_learn(&t, frames, 1, line, NULL), UNCAP_OK);
    return t;
}

static struct uncap_match match(const struct uncap_template *t, uint8_t *data, int dx)
{
    const struct uncap_luma luma = {data, W, H, W};
    struct uncap_template_scratch scratch = {.row = NULL};
    struct uncap_match m;
    assert_int_equal(uncap_template_match(t, &luma, dx, 0, &scratch, &m, NULL), UNCAP_OK);
    uncap_template_scratch_clear(&scratch);
    return m;
}

static void gain_is_opacity(void **state)
{
    (void)state;
    static uint8_t data[W * H];
    struct uncap_template t = learned_from(64);
    for (int i = 0; i <= 10; i++) {
        scene(data, 5 + i);
        letters(data, 1, 64, 196, i / 10.0);
        const struct uncap_match m = match(&t, data, 0);
        assert_true(fabs((double)m.gain - i / 10.0) < 0.12);
        assert_true(i < 4 || m.likeness > 0.85f);
    }
    scene(data, 3);
    letters(data, 2, 64, 196, 1); /* other words */
    assert_true(match(&t, data, 0).likeness < 0.6f);
    assert_true(match(&t, data, 0).gain < 0.6f);
    /* One that is displaced out of the picture is safe and is not it. */
    assert_true(match(&t, data, 300).likeness < 0.5f);
    assert_true(uncap_template_likeness(&t, &t) > 0.999f);
    uncap_template_clear(&t);
}

/* With the pattern well inside the picture, and with displacements that leave it. */
static void around_is_one_match_after_the_other(void **state)
{
    (void)state;
    enum { REACH = 6, STEP = 2, SIDE = 2 * REACH / STEP + 1 };
    static const struct uncap_rect places[] = {{60, 36, 200, 60}, {3, 36, 90, 60}};
    static uint8_t data[W * H];
    const struct uncap_luma luma = {data, W, H, W};
    const struct uncap_luma *frames[1] = {&luma};
    scene(data, 0);
    letters(data, 1, 64, 196, 1);
    for (size_t k = 0; k < sizeof(places) / sizeof(places[0]); k++) {
        struct uncap_template t = {.pattern = NULL};
        struct uncap_template_scratch scratch = {.row = NULL};
        struct uncap_match around[SIDE * SIDE], one;
        assert_int_equal(uncap_template_learn(&t, frames, 1, places[k], NULL), UNCAP_OK);
        assert_int_equal(uncap_template_match_around(&t, &luma, REACH, STEP, &scratch, around, NULL),
                         UNCAP_OK);
        for (int i = 0; i < SIDE * SIDE; i++) {
            const int dx = i % SIDE * STEP - REACH, dy = i / SIDE * STEP - REACH;
            assert_int_equal(uncap_template_match(&t, &luma, dx, dy, &scratch, &one, NULL), UNCAP_OK);
            assert_memory_equal(&one, &around[i], sizeof(one));
        }
        uncap_template_scratch_clear(&scratch);
        uncap_template_clear(&t);
    }
}

static void head_is_the_first_letters(void **state)
{
    (void)state;
    static uint8_t data[W * H];
    struct uncap_template t = learned_from(76), head = {.pattern = NULL};
    assert_int_equal(uncap_template_head(&head, &t, 12, NULL), UNCAP_OK);
    assert_true(head.rect.x0 >= 76 - t.radius - 3 && head.rect.x1 <= 76 + 12 + t.radius + 3);
    scene(data, 7);
    assert_true(match(&head, data, 0).likeness < 0.5f);
    letters(data, 1, 76, 88, 1); /* all of the line that is typed yet */
    assert_true(match(&head, data, 0).likeness > 0.75f);
    assert_true(fabs((double)match(&head, data, 0).gain - 1) < 0.2);
    assert_true(match(&t, data, 0).gain < 0.3f);
    uncap_template_clear(&head);
    uncap_template_clear(&t);
}

static void a_line_reaches_over_all_that_appeared(void **state)
{
    (void)state;
    static uint8_t b[W * H], a[W * H];
    const struct uncap_luma before = {b, W, H, W}, after = {a, W, H, W};
    const struct uncap_luma *bs[1] = {&before}, *as[1] = {&after};
    const struct uncap_rect part = {100, 36, 150, 60};
    struct uncap_rect out;
    scene(b, 0);
    scene(a, 1);
    letters(a, 1, 64, 196, 1);
    assert_int_equal(uncap_extent_grow(bs, 1, as, 1, part, &out, NULL), UNCAP_OK);
    assert_in_range(out.x0, 50, 74);
    assert_in_range(out.x1, 186, 212);
    assert_int_equal(out.y0, 36);
    scene(a, 1);
    letters(a, 1, 100, 150, 1);
    assert_int_equal(uncap_extent_grow(bs, 1, as, 1, part, &out, NULL), UNCAP_OK);
    assert_in_range(out.x0, 84, 100);
    assert_in_range(out.x1, 150, 166);
}

/* How unevenly the line stands in one frame. */
static float occlusion(const struct uncap_template *t, uint8_t *data)
{
    struct uncap_luma luma = {data, W, H, W};
    const struct uncap_ring ring = {.lumas = &luma, .n_lumas = 1, .factor = 1, .end = 1};
    struct uncap_template_scratch scratch = {.row = NULL};
    float covered;
    assert_int_equal(uncap_occlusion_measure(t, &ring, -2, 4, &scratch, &covered, NULL), UNCAP_OK);
    uncap_template_scratch_clear(&scratch);
    return covered;
}

static void what_passes_covers_a_part_and_a_fade_does_not(void **state)
{
    (void)state;
    static uint8_t data[W * H];
    struct uncap_template t = learned_from(64);
    for (int i = 0; i <= 4; i++) {
        scene(data, 7);
        letters(data, 1, 64, 196, i / 4.0);
        assert_true(occlusion(&t, data) < 0.2f);
    }
    scene(data, 7);
    letters(data, 1, 124, 196, 1); /* something has come over the left half */
    assert_true(occlusion(&t, data) > 0.9f);
    uncap_template_clear(&t);
}

static void strokes_that_stay_are_new_once(void **state)
{
    (void)state;
    static uint8_t data[W * H];
    struct uncap_novelty v;
    assert_int_equal(uncap_novelty_open(&v, W, H, NULL), UNCAP_OK);
    const struct uncap_luma luma = {data, W, H, W};
    for (int f = 0; f < 40; f++) {
        scene(data, f);
        if (f >= 20)
            letters(data, 1, 64, 196, 1);
        uncap_novelty_push(&v, &luma);
        const float births = uncap_novelty_strongest(&v, UNCAP_NEWS_ANYWHERE);
        if (f == 22) {
            assert_true(births > 8);
            const struct uncap_rect where = uncap_novelty_place(&v, births / 2, UNCAP_NEWS_ANYWHERE);
            assert_true(where.x0 >= 48 && where.x1 <= 212 && where.y0 >= 24 && where.y1 <= 72);
            struct uncap_rect extent;
            assert_true(uncap_novelty_in(&v, line, &extent) > 4);
            assert_true(extent.x0 <= 72 && extent.x1 >= 184);
        } else if (f < 20 || f > 30) {
            assert_true(births < 4);
        }
    }
    uncap_novelty_know(&v, &line, 1);
    uncap_novelty_close(&v);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(gain_is_opacity),
        cmocka_unit_test(around_is_one_match_after_the_other),
        cmocka_unit_test(head_is_the_first_letters),
        cmocka_unit_test(a_line_reaches_over_all_that_appeared),
        cmocka_unit_test(what_passes_covers_a_part_and_a_fade_does_not),
        cmocka_unit_test(strokes_that_stay_are_new_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
