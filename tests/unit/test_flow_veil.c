/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/unblend/veil.h"

enum { W = 40, H = 20, N = W * H, FRAMES = 60 };

#define CODING 4.0f

static float noise(uint64_t seed, uint64_t frame, uint64_t element)
{
    double sum = 0;
    for (uint64_t i = 0; i < 12; i++)
        sum += uncap_rng_uniform(seed + i, frame, element);
    return (float)(sum - 6);
}

/* A sample seen through k and q; the scene differs from sample to sample by `spread`, moves by 8, and is
 * filled with an error of 7 and a bias. */
static struct flow_fit seen_through(uint64_t at, float k, float q, float spread, float bias)
{
    struct flow_sums s = {0};
    const float here = spread * noise(1, 0, at);
    for (uint64_t t = 0; t < FRAMES; t++) {
        const float b = here + 8 * noise(20, t, at);
        flow_sums_add(&s, k * b + q + 2 * noise(40, t, at), b + bias + 7 * noise(60, t, at), 49);
    }
    struct flow_fit f = flow_regress(&s);
    f.touch = flow_regress_touch(&f, CODING);
    return f;
}

static void fill(struct flow_fit *fit, float k, float q, float spread)
{
    for (uint64_t i = 0; i < N; i++)
        fit[i] = seen_through(i, k, q, spread, 0);
}

static void finds_what_an_erring_fill_flattens(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    struct flow_veil veil;
    for (float k = 0.3f; k < 0.8f; k += 0.2f) {
        fill(fit, k, -50, 20);
        double own = 0;
        for (int i = 0; i < N; i++)
            own += (double)fit[i].k / N;
        assert_true(own < 0.75 * (double)k);
        assert_true(flow_veil_find(fit, N, CODING, &veil));
        assert_true(fabsf(veil.k - k) < 0.05f);
        assert_true(fabsf(veil.q + 50) < 2);
    }
}

static void needs_a_share_and_a_scene(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    struct flow_veil veil;
    fill(fit, 0.5f, -50, 0.5f); /* a flat scene: any line fits */
    assert_false(flow_veil_find(fit, N, CODING, &veil));
    for (uint64_t i = 0; i < N; i++) /* edges of letters: no two alike */
        fit[i] = seen_through(i, 0.1f + 0.8f * (float)i / N, 100 - 90 * (float)i / N, 20, 0);
    assert_false(flow_veil_find(fit, N, CODING, &veil));
    fill(fit, 1, 0, 20); /* not touched at all */
    assert_false(flow_veil_find(fit, N, CODING, &veil));
}

static void is_no_box_where_most_is_untouched(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    struct flow_veil veil;
    fill(fit, 0.5f, -50, 20);
    assert_true(flow_veil_find(fit, N, CODING, &veil));
    for (uint64_t i = 0; i < N; i++)
        if (i % 5)
            fit[i] = seen_through(i, 1, 0, 20, 0);
    assert_false(flow_veil_find(fit, N, CODING, &veil));
}

static void spreads_where_the_fill_is_wrong_but_not_to_letters(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    const struct flow_veil veil = {.k = 0.5f, .q = -50};
    const int wrong = 5 * W + 10;
    const int letter = 12 * W + 25;
    fill(fit, veil.k, veil.q, 20);
    fit[wrong] = seen_through(9999, veil.k, veil.q, 0, 10); /* what is seen is darker than the fill says */
    fit[letter] = seen_through(9998, 0.25f, 25, 0, 0);      /* half the letters' colour */
    flow_veil_apply(&veil, fit, W, H, CODING);
    assert_true(fit[wrong].veiled);
    assert_float_equal(fit[wrong].k, veil.k, 1e-6);
    assert_false(fit[letter].veiled);
}

/* Where the fill knows nothing, what is seen goes on as it is beside it; but for a letter and its edge. */
static void goes_on_where_the_fill_tells_nothing(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    const struct flow_veil veil = {.k = 0.5f, .q = -50};
    const int letter = 10 * W + 20, edge = letter + 1, middle = 10 * W + 15;
    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W;
        const bool is_known = x < 10 || x >= 30 || y < 5 || y >= 15;
        const float share = i == letter ? 1 : i == edge ? 0.5f : 0;
        struct flow_sums s = {0};
        for (uint64_t t = 0; t < FRAMES; t++) {
            const float b = 0.5f * (float)x + 20 * noise(20, t, 0);
            const float seen = (1 - share) * (veil.k * b + veil.q) + share * 110 + noise(40, t, (uint64_t)i);
            const float filled = is_known ? b : 70 + 20 * noise(60, t, (uint64_t)i);
            flow_sums_add(&s, seen, filled, 25);
        }
        fit[i] = flow_regress(&s);
        fit[i].touch = flow_regress_touch(&fit[i], CODING);
    }
    flow_veil_apply(&veil, fit, W, H, CODING);
    for (int i = 0; i < N; i++)
        assert_int_equal(fit[i].veiled, i != letter && i != edge);
    assert_true(fit[middle].residual / fit[middle].n < CODING); /* and is believed */
}

/* Seen for most of its life before a dark scene, where it agrees with the veil by its mean, and lets more
 * through. */
static struct flow_fit steeper_than_the_veil(const struct flow_veil *veil, uint64_t at)
{
    struct flow_sums s = {0};
    for (uint64_t t = 0; t < FRAMES; t++) {
        const float b = -90 + 45 * noise(20, t, at);
        flow_sums_add(&s, 0.58f * (b + 90) + veil->k * -90 + veil->q + noise(40, t, at), b + noise(60, t, at),
                      2);
    }
    struct flow_fit fit = flow_regress(&s);
    fit.touch = flow_regress_touch(&fit, CODING);
    return fit;
}

/* At the rim of a box that may be so; within it nothing lets more through, and the fill moves too little. */
static void lets_only_its_rim_be_steeper(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    const struct flow_veil veil = {.k = 0.45f, .q = -60};
    const int rim = 20, inside = 8 * W + 20;
    fill(fit, veil.k, veil.q, 20);
    fit[rim] = steeper_than_the_veil(&veil, (uint64_t)rim);
    fit[inside] = steeper_than_the_veil(&veil, (uint64_t)inside);
    flow_veil_apply(&veil, fit, W, H, CODING);
    assert_false(fit[rim].veiled);
    assert_float_equal(fit[rim].k, 0.58f, 0.03f);
    assert_true(fit[rim + 1].veiled);
    assert_true(fit[inside].veiled);
}

/* A scene of the veil's tone looks untouched, but it lies between the sides of the box; beside it it is not
 * touched, nor where it is seen to be the scene alone. */
static void covers_a_scene_of_its_tone(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    const struct flow_veil veil = {.k = 0.5f, .q = -50};
    const float tone = -100; /* = k tone + q */
    const int hidden = 12 * W + 8, beside = 12 * W + 1, hole = 6 * W + 20;
    for (int i = 0; i < N; i++) {
        const int x = i % W, y = i / W;
        const bool is_box = x >= 4 && x < 36 && y >= 4 && y < 16 && i != hole;
        const bool is_dark = x < 12 && y >= 10;
        struct flow_sums s = {0};
        for (uint64_t t = 0; t < FRAMES; t++) {
            const uint64_t at = (uint64_t)i;
            const float b =
                is_dark ? tone + noise(20, t, at) / 2 : (float)(5 * (i % 7)) + 8 * noise(20, t, at);
            flow_sums_add(&s, (is_box ? veil.k * b + veil.q : b) + noise(40, t, at), b + noise(60, t, at), 4);
        }
        fit[i] = flow_regress(&s);
        fit[i].touch = flow_regress_touch(&fit[i], CODING);
    }
    assert_int_equal(fit[hidden].touch, FLOW_TOUCH_NONE);
    flow_veil_apply(&veil, fit, W, H, CODING);
    assert_true(fit[hidden].veiled);
    assert_int_equal(fit[beside].touch, FLOW_TOUCH_NONE);
    assert_int_equal(fit[hole].touch, FLOW_TOUCH_NONE);
}

static void knows_its_noise(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    struct flow_veil veil;
    for (uint64_t i = 0; i < N; i++) { /* half of it before a fill that errs */
        struct flow_sums s = {0};
        const float here = 20 * noise(1, 0, i);
        for (uint64_t t = 0; t < FRAMES; t++) {
            const float b = here + 8 * noise(20, t, i);
            flow_sums_add(&s, 0.5f * b - 50 + 2 * noise(40, t, i), b + (i % 2 ? 5 : 0) * noise(60, t, i), 25);
        }
        fit[i] = flow_regress(&s);
        fit[i].touch = flow_regress_touch(&fit[i], CODING);
    }
    assert_true(flow_veil_find(fit, N, CODING, &veil));
    assert_true(veil.noise > 2.5f && veil.noise < 6);
}

static void knows_its_noise_in_chroma(void **state)
{
    (void)state;
    static struct flow_fit fit[N];
    struct flow_veil veil = {.k = 0.5f};
    for (uint64_t i = 0; i < N; i++) { /* a quarter of it not under the veil */
        fit[i] = seen_through(i, 0.5f, i < N / 2 ? 3 : -20, 4, 0);
        fit[i].veiled = i % 4 > 0;
        fit[i].residual = fit[i].veiled ? 1.5f + noise(80, 0, i) / 10 : 40;
    }
    flow_veil_measure_chroma(&veil, fit, N / 2);
    assert_true(veil.noise_c > 1.2f && veil.noise_c < 1.8f);
    assert_true(fabsf(flow_veil_fit(&veil, 1).q - 3) < 0.5f);
    assert_true(fabsf(flow_veil_fit(&veil, 2).q + 20) < 0.5f);
    for (uint64_t i = 0; i < N; i++)
        fit[i].residual = 0;
    flow_veil_measure_chroma(&veil, fit, N / 2);
    assert_float_equal(veil.noise_c, 0.75f, 1e-6); /* a still picture says nothing */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_an_erring_fill_flattens),
        cmocka_unit_test(needs_a_share_and_a_scene),
        cmocka_unit_test(is_no_box_where_most_is_untouched),
        cmocka_unit_test(spreads_where_the_fill_is_wrong_but_not_to_letters),
        cmocka_unit_test(goes_on_where_the_fill_tells_nothing),
        cmocka_unit_test(lets_only_its_rim_be_steeper),
        cmocka_unit_test(covers_a_scene_of_its_tone),
        cmocka_unit_test(knows_its_noise),
        cmocka_unit_test(knows_its_noise_in_chroma),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
