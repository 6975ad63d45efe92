/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of a caption fade, over a scene that the fill knows but for errors. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/unblend/fade.h"

enum { N = 3000 };

static const struct flow_tones TONES = {{-100, 110}};

/* Relative to FLOW_REGRESS_ZERO, between -60 and 20. */
static float scene_at(int n)
{
    return -60 + 80 * (float)uncap_rng_uniform(1, 0, (uint64_t)n);
}

/* How much of sample n is of the bright tone: a third each, and edges. */
static float bright_at(int n)
{
    return n % 3 == 0 ? 0 : n % 3 == 1 ? 1 : (float)uncap_rng_uniform(2, 0, (uint64_t)n);
}

static float over(float below, float colour, float opacity)
{
    return below + opacity * (colour - below);
}

/* What is seen of sample n if the outline goes on under the fill, or does not. */
static float seen_at(int n, float opacity, bool is_stacked)
{
    const float b = scene_at(n);
    const float outline = over(b, TONES.value[FLOW_TONE_DARK], opacity);
    const float fill = over(is_stacked ? outline : b, TONES.value[FLOW_TONE_BRIGHT], opacity);
    return outline + bright_at(n) * (fill - outline);
}

static struct flow_fit fit_at(int n)
{
    return (struct flow_fit){
        .n = 30,
        .q = over(TONES.value[FLOW_TONE_DARK], TONES.value[FLOW_TONE_BRIGHT], bright_at(n)),
        .residual = 4,
        .var_k = 0.001f,
        .mean = -20,
        .touch = n % 2 ? FLOW_TOUCH_BLENDED : FLOW_TOUCH_UNKNOWN};
}

/* Every fifth sample has another thing before it than the fill says. */
static float filled_at(int n)
{
    return n % 5 ? scene_at(n) + 6 * (float)(uncap_rng_uniform(3, 0, (uint64_t)n) - 0.5) : 90;
}

static struct flow_fade measure(float opacity, bool is_stacked)
{
    struct flow_fade fade = {{{0}}, {{0}}};
    for (int stack = 0; stack < FLOW_STACKS; stack++)
        for (int tone = 0; tone < FLOW_TONES; tone++)
            fade.opacity[stack][tone] = opacity + 0.1f; /* about right: what a detector says */
    for (int round = 0; round < FLOW_FADE_ROUNDS; round++) {
        const struct flow_fade known = fade;
        struct flow_fade_round r = {.known = &known, .coding = 4};
        for (int n = 0; n < N; n++) {
            const struct flow_fit fit = fit_at(n);
            const struct flow_fade_sample s = {flow_fade_ink(&fit, &TONES), seen_at(n, opacity, is_stacked),
                                               filled_at(n), 4};
            flow_fade_add(&r, &TONES, &s);
        }
        fade = flow_fade_settle(&r);
    }
    return fade;
}

static void tells_how_the_tones_lie(void **state)
{
    (void)state;
    for (int is_stacked = 0; is_stacked < 2; is_stacked++) {
        struct flow_fade fades[5];
        for (int i = 0; i < 5; i++)
            fades[i] = measure(0.15f * (float)(i + 1), is_stacked);
        const enum flow_stack expected = is_stacked ? FLOW_STACK_BRIGHT_ABOVE : FLOW_STACK_NONE;
        assert_int_equal(flow_fade_stack(fades, 5), expected);
        for (int i = 0; i < 5; i++)
            for (int tone = 0; tone < FLOW_TONES; tone++)
                assert_float_equal(fades[i].opacity[expected][tone], 0.15f * (float)(i + 1), 0.03f);
    }
}

/* What the fill has wrong is seen through letters that hide it altogether later. */
static void sees_through_what_is_opaque_later(void **state)
{
    (void)state;
    const float opacity = 0.3f;
    const float listed = opacity + 0.02f;
    struct flow_fade fade = measure(opacity, true);
    flow_fade_reconcile(&fade, &listed, 1, FLOW_STACK_BRIGHT_ABOVE);
    for (int n = 0; n < N; n += 5) {
        const struct flow_fit fit = fit_at(n);
        const struct flow_ink ink = flow_fade_ink(&fit, &TONES);
        const float b = filled_at(n);
        const struct flow_mixture m = flow_fade_mixture(&fade, FLOW_STACK_BRIGHT_ABOVE, &TONES, &ink, 4, b);
        float variance = 400; /* of a fill that hardly suspects it */
        const float result = flow_regress_update(&m, seen_at(n, opacity, true), b, &variance);
        assert_true(fabsf(result - scene_at(n)) < 0.2f * fabsf(b - scene_at(n)) + 2);
        assert_true(variance < 100);
    }
}

/* Letters as bright as the scene: their colour tells, and what luma does not tell does not matter. */
static void is_told_by_chroma(void **state)
{
    (void)state;
    static const struct flow_tones chroma = {{0, -110}};
    const struct flow_fit bright = {.n = 30, .q = TONES.value[FLOW_TONE_BRIGHT], .mean = 100, .residual = 4};
    struct flow_fit yellow = bright;
    yellow.q = chroma.value[FLOW_TONE_BRIGHT];
    struct flow_fade fade = {{{0.4f, 0.4f}, {0.4f, 0.4f}, {0.4f, 0.4f}}, {{0}}};
    for (int round = 0; round < FLOW_FADE_ROUNDS; round++) {
        const struct flow_fade known = fade;
        struct flow_fade_round r = {.known = &known, .coding = 4};
        for (int n = 0; n < N; n++) {
            const float off = 20 * (float)(uncap_rng_uniform(4, 0, (uint64_t)n) - 0.5);
            const struct flow_fade_sample luma = {flow_fade_ink(&bright, &TONES), 110, 110 + off, 400};
            struct flow_fade_sample other = {flow_fade_ink(&yellow, &chroma), over(0, -110, 0.3f), off / 10,
                                             9};
            other.ink.bright = 1; /* as luma has it */
            flow_fade_add(&r, &TONES, &luma);
            flow_fade_add(&r, &chroma, &other);
        }
        fade = flow_fade_settle(&r);
    }
    assert_float_equal(fade.opacity[FLOW_STACK_NONE][FLOW_TONE_BRIGHT], 0.3f, 0.02f);
    assert_true(fade.variance[FLOW_STACK_NONE][FLOW_TONE_BRIGHT] < 0.05f * 0.05f);
}

enum { FRAMES = 8 };

/* Opacity of a frame of the fade. */
static float true_at(int i)
{
    return 0.1f * (float)(i + 1);
}

/* Both tones of all frames off by as much, and said to be off by `deviation`. */
static void measure_off(struct flow_fade fades[FRAMES], float off, float deviation)
{
    for (int i = 0; i < FRAMES; i++)
        for (int stack = 0; stack < FLOW_STACKS; stack++)
            for (int tone = 0; tone < FLOW_TONES; tone++) {
                fades[i].opacity[stack][tone] = true_at(i) + off;
                fades[i].variance[stack][tone] = deviation * deviation;
            }
}

static void weighs_listed_opacities(void **state)
{
    (void)state;
    static const struct {
        float measured, deviation, listed, most; /* errors, and what may be left of them */
    } cases[] = {
        {0.06f, 0.08f, 0, 0.01f},       /* fills err, the list is right */
        {0.01f, 0.02f, 0.15f, 0.013f},  /* the list is wrong */
        {0.005f, 0.01f, -0.03f, 0.01f}, /* both are about right */
    };
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct flow_fade fades[FRAMES + 1] = {{{{0}}, {{0}}}};
        float listed[FRAMES + 1] = {0};
        measure_off(fades, cases[k].measured, cases[k].deviation);
        for (int i = 0; i < FRAMES; i++)
            listed[i] = true_at(i) + cases[k].listed;
        listed[FRAMES] = 1; /* no frame of the fade */
        flow_fade_reconcile(fades, listed, FRAMES + 1, FLOW_STACK_NONE);
        for (int i = 0; i < FRAMES; i++)
            for (int tone = 0; tone < FLOW_TONES; tone++) {
                assert_true(fabsf(fades[i].opacity[FLOW_STACK_NONE][tone] - true_at(i)) <= cases[k].most);
                assert_true(fades[i].variance[FLOW_STACK_NONE][tone] <
                            cases[k].deviation * cases[k].deviation);
                assert_float_equal(fades[i].opacity[FLOW_STACK_BRIGHT_ABOVE][tone],
                                   true_at(i) + cases[k].measured, 1e-6f);
            }
        assert_float_equal(fades[FRAMES].opacity[FLOW_STACK_NONE][FLOW_TONE_DARK], 0, 1e-6f);
    }
}

/* Where hardly anything of a tone is seen it does not tell how the tones lie. */
static void doubts_what_is_hardly_seen(void **state)
{
    (void)state;
    struct flow_fade fades[FRAMES];
    measure_off(fades, 0, 0.03f);
    for (int i = 0; i < FRAMES; i++)
        fades[i].opacity[FLOW_STACK_BRIGHT_ABOVE][FLOW_TONE_DARK] += 0.1f;
    fades[0].opacity[FLOW_STACK_NONE][FLOW_TONE_BRIGHT] = 0.9f;
    fades[0].variance[FLOW_STACK_NONE][FLOW_TONE_BRIGHT] = 1;
    fades[0].opacity[FLOW_STACK_DARK_ABOVE][FLOW_TONE_BRIGHT] = 0.9f;
    assert_int_equal(flow_fade_stack(fades, FRAMES), FLOW_STACK_NONE);
}

/* An opacity that is told by poor fills is as doubtful as one of them, however many there are. */
static void doubts_poor_fills(void **state)
{
    (void)state;
    const struct flow_fade known = {{{0.5f, 0.5f}, {0.5f, 0.5f}, {0.5f, 0.5f}}, {{0}}};
    struct flow_fade_round r = {.known = &known, .coding = 4};
    const struct flow_fit fit = fit_at(0); /* dark, opaque */
    for (int n = 0; n < N; n++) {
        const struct flow_fade_sample s = {flow_fade_ink(&fit, &TONES), -60, -20, 400};
        flow_fade_add(&r, &TONES, &s);
    }
    const struct flow_fade fade = flow_fade_settle(&r);
    assert_float_equal(fade.opacity[FLOW_STACK_NONE][FLOW_TONE_DARK], 0.5f, 1e-4f);
    const float deviation = sqrtf(fade.variance[FLOW_STACK_NONE][FLOW_TONE_DARK]);
    assert_true(deviation > 0.5f * 20 / 80 && deviation < 20.0f / 80);
    assert_true(fade.variance[FLOW_STACK_NONE][FLOW_TONE_BRIGHT] > 0.05f); /* nothing tells of it */
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(tells_how_the_tones_lie),    cmocka_unit_test(sees_through_what_is_opaque_later),
        cmocka_unit_test(is_told_by_chroma),          cmocka_unit_test(weighs_listed_opacities),
        cmocka_unit_test(doubts_what_is_hardly_seen), cmocka_unit_test(doubts_poor_fills),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
