/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/unblend/regress.h"

/* Roughly normal, variance 1. */
static float normal(uint64_t seed, uint64_t frame, uint64_t element)
{
    double sum = 0;
    for (uint64_t i = 0; i < 12; i++)
        sum += uncap_rng_uniform(seed + i, frame, element);
    return (float)(sum - 6);
}

/* A life of n frames over a background of the given spread, seen through k and q, filled with an error of
 * variance v. */
static struct flow_sums life(uint64_t element, int n, float spread, float k, float q, float noise, float v)
{
    struct flow_sums s = {0};
    for (int t = 0; t < n; t++) {
        const float b = spread * normal(1, (uint64_t)t, element);
        const float i = k * b + q + noise * normal(100, (uint64_t)t, element);
        /* the fill is a posterior mean: the truth scatters around it, not it around the truth */
        flow_sums_add(&s, i + k * sqrtf(v) * normal(200, (uint64_t)t, element), b, v);
    }
    return s;
}

static void finds_k_within_its_error_bars(void **state)
{
    (void)state;
    for (float k = 0.0f; k < 1.0f; k += 0.1f) {
        int inside = 0;
        for (uint64_t e = 0; e < 200; e++) {
            const struct flow_sums s = life(e, 40, 20, k, 30 * (1 - k), 3, 4);
            const struct flow_fit f = flow_regress(&s);
            inside += fabsf(f.k - k) < 2 * sqrtf(f.var_k);
        }
        assert_in_range(inside, 180, 200); /* 95 % expected */
    }
}

/* Three frames in which the fill is all but exact have coding noise like the others: they do not decide
 * alone. */
static void a_few_good_fills_do_not_decide_alone(void **state)
{
    (void)state;
    int inside = 0;
    for (uint64_t e = 0; e < 200; e++) {
        struct flow_sums s = {0};
        for (int t = 0; t < 40; t++) {
            const float v = t < 3 ? 0.0625f : 4;
            const float b = 20 * normal(1, (uint64_t)t, e);
            const float i = 0.5f * (b + sqrtf(v) * normal(200, (uint64_t)t, e)) + 15;
            flow_sums_add(&s, i + normal(100, (uint64_t)t, e), b, v);
        }
        const struct flow_fit f = flow_regress(&s);
        inside += fabsf(f.k - 0.5f) < 2 * sqrtf(f.var_k);
    }
    assert_in_range(inside, 160, 200); /* where they do: 90 */
}

/* Before a scene that hardly changes, a caption of its tone looks like none. */
static void a_flat_scene_proves_nothing_untouched(void **state)
{
    (void)state;
    int flat = 0;
    int lively = 0;
    for (uint64_t e = 0; e < 200; e++) {
        const struct flow_sums same_tone = life(e, 40, 2, 0, 0, 1, 4);
        struct flow_fit f = flow_regress(&same_tone);
        f.touch = flow_regress_touch(&f, 4);
        assert_int_equal(f.touch, FLOW_TOUCH_NONE);
        flat += flow_regress_proves_untouched(&f);
        const struct flow_sums plain = life(e, 40, 20, 1, 0, 2, 4);
        f = flow_regress(&plain);
        f.touch = flow_regress_touch(&f, 4);
        lively += flow_regress_proves_untouched(&f);
    }
    assert_int_equal(flat, 0);
    assert_true(lively > 190);
}

static void tells_touched_from_untouched(void **state)
{
    (void)state;
    int wrong = 0;
    for (uint64_t e = 0; e < 200; e++) {
        const struct flow_sums plain = life(e, 40, 20, 1, 0, 2, 4);
        struct flow_fit f = flow_regress(&plain);
        wrong += flow_regress_touch(&f, 4) != FLOW_TOUCH_NONE;
        const struct flow_sums soft = life(e, 40, 20, 0.6f, 40, 2, 4);
        f = flow_regress(&soft);
        wrong += flow_regress_touch(&f, 4) != FLOW_TOUCH_BLENDED;
        const struct flow_sums solid = life(e, 40, 20, 0, 100, 2, 4);
        f = flow_regress(&solid);
        wrong += flow_regress_touch(&f, 4) != FLOW_TOUCH_UNKNOWN;
    }
    assert_in_range(wrong, 0, 12);
}

/* A letter that comes late: its sample shows the scene, then the letter. No k explains both. */
static void what_changes_in_its_life_is_no_mixture(void **state)
{
    (void)state;
    for (uint64_t e = 0; e < 200; e++) {
        struct flow_sums s = {0};
        for (int t = 0; t < 80; t++) {
            const float b = 60 * normal(1, (uint64_t)t, e);
            flow_sums_add(&s, (t < 40 ? b : 40) + 2 * normal(100, (uint64_t)t, e), b, 4);
        }
        const struct flow_fit f = flow_regress(&s);
        assert_int_equal(flow_regress_touch(&f, 4), FLOW_TOUCH_UNKNOWN);
    }
}

/* Black letters before a black coat, and then a hand: what stays black is not known to be the coat. What
 * moves with the scene, or is known to let all of it through, is the scene. */
static void what_stays_as_the_scene_changes_is_doubted(void **state)
{
    (void)state;
    const struct flow_fit still = {.n = 40, .k = 0.2f, .var_k = 0.5f, .seen = -100, .touch = FLOW_TOUCH_NONE};
    const struct flow_fit proved = {.n = 40, .k = 1, .var_k = 0.001f, .seen = -100, .touch = FLOW_TOUCH_NONE};
    assert_true(flow_regress_stays_behind(&still, -98, 20));
    assert_false(flow_regress_stays_behind(&still, -98, -90)); /* the fill has not changed either */
    assert_false(flow_regress_stays_behind(&still, 60, 20));   /* the hand, filled badly */
    assert_false(flow_regress_stays_behind(&proved, -98, 20));
}

static void unblending_inverts_blending(void **state)
{
    (void)state;
    const struct flow_fit f = {.n = 1000, .k = 0.4f, .q = 50, .touch = FLOW_TOUCH_BLENDED};
    for (float opacity = 0; opacity <= 1; opacity += 0.25f)
        for (float b = -100; b <= 100; b += 20) {
            const float i = (1 - opacity * 0.6f) * b + opacity * 50;
            float variance = 1e6f; /* the fill knows nothing */
            const struct flow_mixture m = flow_regress_mixture(&f, 0.01f, opacity, 0);
            assert_float_equal(flow_regress_update(&m, i, 0, &variance), b, 0.01f);
            assert_true(variance < 1);
        }
}

/* The less shines through, the more noise is seen in it, and the less it counts beside a fill. */
static void noise_grows_as_less_shines_through(void **state)
{
    (void)state;
    float last = 1;
    for (float k = 0.8f; k > 0.1f; k /= 2) {
        const struct flow_fit f = {.n = 1000, .k = k, .q = 50, .touch = FLOW_TOUCH_BLENDED};
        float noise;
        assert_float_equal(flow_regress_observe(&f, 4, 1, k * 30 + 50, 0, &noise), 30, 0.01f);
        assert_float_equal(noise, 4 / (k * k), 0.01f);
        float variance = 4;
        const struct flow_mixture m = flow_regress_mixture(&f, 4, 1, 0);
        const float share = flow_regress_update(&m, k * 30 + 50, 0, &variance) / 30;
        assert_true(share < last / 1.3f);
        last = share;
    }
}

static void a_frame_that_shows_something_else_disagrees(void **state)
{
    (void)state;
    const struct flow_fit touched = {
        .n = 40, .k = 0.4f, .q = 50, .var_k = 0.001f, .touch = FLOW_TOUCH_BLENDED};
    const struct flow_fit untouched = {.n = 40, .touch = FLOW_TOUCH_NONE};
    /* fill -20 of variance 4; a caption sample of variance 9 */
    assert_true(flow_regress_agrees(&touched, 9, 1, 0.4f * -20 + 50, -20, 4));
    assert_true(flow_regress_agrees(&touched, 9, 0.5f, 0.7f * -20 + 25, -20, 4));
    assert_false(flow_regress_agrees(&touched, 9, 1, -100, -20, 4));
    assert_true(flow_regress_agrees(&untouched, 9, 1, -26, -20, 4));
    assert_false(flow_regress_agrees(&untouched, 9, 1, -100, -20, 4));  /* a black outline */
    assert_true(flow_regress_agrees(&untouched, 9, 1, -100, -20, 900)); /* or a fill that knows little */
}

/* A word that is lit for half of a life: chroma takes k from luma, and two colours' mean is none's. */
static void a_caption_that_changes_its_colour_is_no_mixture(void **state)
{
    (void)state;
    struct flow_sums lit = {0}, plain = {0};
    for (int t = 0; t < 40; t++) {
        const float b = 3 * normal(1, (uint64_t)t, 1), noise = 2 * normal(2, (uint64_t)t, 1);
        flow_sums_add(&lit, 0.3f * b + noise - (t < 20 ? 60.0f : 0.0f), b, 4);
        flow_sums_add(&plain, 0.3f * b + noise - 60, b, 4);
    }
    const struct flow_fit two = flow_regress(&lit), one = flow_regress(&plain);
    assert_false(flow_regress_is_mixture(&two, 4));
    assert_true(flow_regress_is_mixture(&one, 4));
}

/* White letters that let all of the scene through, and lift it by 87 levels: there are none. Those that a
 * white or a black caption can be, soft edges with an error in the fill among them, are mixtures. */
static void a_mixture_has_a_colour(void **state)
{
    (void)state;
    int wrong = 0;
    for (uint64_t e = 0; e < 200; e++) {
        const struct flow_sums none = life(e, 40, 20, 0.96f, 87, 2, 4);
        struct flow_fit f = flow_regress(&none);
        wrong += flow_regress_touch(&f, 4) != FLOW_TOUCH_UNKNOWN;
        for (float k = 0.3f; k < 1; k += 0.3f)
            for (float colour = -128; colour < 129; colour += 256) {
                const struct flow_sums soft = life(e, 40, 20, k, (1 - k) * colour, 2, 4);
                f = flow_regress(&soft);
                wrong += flow_regress_touch(&f, 4) != FLOW_TOUCH_BLENDED;
            }
    }
    assert_in_range(wrong, 0, 14); /* of 1400 */
    /* all of a glow that the fill is too dark for, as its surroundings are */
    const struct flow_fit glow = {
        .n = 40, .k = 1, .var_k = 1e-5f, .mean = 30, .seen = 62, .var_b = 900, .noise = 20};
    assert_true(flow_regress_has_colour(&glow));
    const struct flow_fit still = {
        .n = 40, .k = 1, .var_k = 1e-5f, .mean = 30, .seen = 62, .var_b = 9, .noise = 20};
    assert_false(flow_regress_has_colour(&still));
}

static void too_few_frames_tell_nothing(void **state)
{
    (void)state;
    const struct flow_sums none = {0};
    struct flow_fit f = flow_regress(&none);
    assert_int_equal(flow_regress_touch(&f, 9), FLOW_TOUCH_UNKNOWN);
    const struct flow_sums two = life(0, 2, 20, 0.5f, 10, 1, 4);
    f = flow_regress(&two);
    assert_int_equal(flow_regress_touch(&f, 9), FLOW_TOUCH_UNKNOWN);
}

/* Untouched samples tell that shares err by more than each one knows. */
static void a_share_that_errs_beyond_its_variance_is_not_known(void **state)
{
    (void)state;
    static const struct {
        enum flow_touch touch;
        bool veiled;
        float var_k, beyond;
        enum flow_touch then;
    } CASES[] = {
        {FLOW_TOUCH_BLENDED, false, 0.005f, 0, FLOW_TOUCH_BLENDED},
        {FLOW_TOUCH_BLENDED, false, 0.005f, 0.01f, FLOW_TOUCH_BLENDED},
        {FLOW_TOUCH_BLENDED, false, 0.015f, 0.01f, FLOW_TOUCH_UNKNOWN},
        {FLOW_TOUCH_BLENDED, false, 0, 0.07f, FLOW_TOUCH_UNKNOWN},
        {FLOW_TOUCH_BLENDED, true, 0, 0.07f, FLOW_TOUCH_BLENDED},
        {FLOW_TOUCH_NONE, false, 0.005f, 0.07f, FLOW_TOUCH_NONE},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct flow_fit f = {
            .n = 20, .k = 0.5f, .var_k = CASES[i].var_k, .touch = CASES[i].touch, .veiled = CASES[i].veiled};
        flow_regress_doubt_share(&f, CASES[i].beyond);
        assert_int_equal(f.touch, CASES[i].then);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(finds_k_within_its_error_bars),
                                       cmocka_unit_test(a_few_good_fills_do_not_decide_alone),
                                       cmocka_unit_test(tells_touched_from_untouched),
                                       cmocka_unit_test(a_flat_scene_proves_nothing_untouched),
                                       cmocka_unit_test(what_changes_in_its_life_is_no_mixture),
                                       cmocka_unit_test(what_stays_as_the_scene_changes_is_doubted),
                                       cmocka_unit_test(unblending_inverts_blending),
                                       cmocka_unit_test(noise_grows_as_less_shines_through),
                                       cmocka_unit_test(a_frame_that_shows_something_else_disagrees),
                                       cmocka_unit_test(a_caption_that_changes_its_colour_is_no_mixture),
                                       cmocka_unit_test(a_mixture_has_a_colour),
                                       cmocka_unit_test(too_few_frames_tell_nothing),
                                       cmocka_unit_test(a_share_that_errs_beyond_its_variance_is_not_known)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
