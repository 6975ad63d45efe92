/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/unblend/noise.h"

enum { N = 200, FRAMES = 60 };

static float noise(uint64_t seed, uint64_t frame, uint64_t element)
{
    double sum = 0;
    for (uint64_t i = 0; i < 12; i++)
        sum += uncap_rng_uniform(seed + i, frame, element);
    return (float)(sum - 6);
}

/* A sample seen through k of a scene that moves by 30, coded with an error of `coded` and filled with one of
 * `filled`, both standard deviations; the fill says 5 of itself. */
static struct flow_fit seen_through(uint64_t at, float k, float coded, float filled)
{
    struct flow_sums s = {0};
    for (uint64_t t = 0; t < FRAMES; t++) {
        const float b = 30 * noise(20, t, at);
        flow_sums_add(&s, k * b + (1 - k) * 100 + coded * noise(40, t, at), b + filled * noise(60, t, at),
                      25);
    }
    struct flow_fit f = flow_regress(&s);
    f.touch = k < 1 ? FLOW_TOUCH_BLENDED : FLOW_TOUCH_NONE;
    return f;
}

static void edges_tell_their_own_noise(void **state)
{
    (void)state;
    struct flow_fit fit[N];
    float room[N];
    for (float coded = 1; coded < 6; coded += 2) {
        for (uint64_t i = 0; i < N; i++)
            fit[i] = seen_through(i, i % 2 ? 0.3f : 0.8f, i % 2 ? coded : 10, 5);
        const float variance = flow_noise_blended(fit, N, room);
        assert_true(fabsf(variance - coded * coded) < 0.2f * coded * coded);
    }
}

static void a_veil_and_solid_samples_tell_nothing_of_edges(void **state)
{
    (void)state;
    struct flow_fit fit[N];
    float room[N];
    for (uint64_t i = 0; i < N; i++) {
        fit[i] = seen_through(i, 0.3f, 4, 5);
        fit[i].veiled = i % 2;
        if (!fit[i].veiled)
            fit[i].touch = FLOW_TOUCH_UNKNOWN;
    }
    assert_true(flow_noise_blended(fit, N, room) <= 0);
    assert_true(flow_noise_blended(fit, 0, room) <= 0);
}

static void untouched_samples_tell_how_far_shares_are_off(void **state)
{
    (void)state;
    struct flow_fit fit[N];
    for (uint64_t i = 0; i < N; i++) {
        fit[i] = seen_through(i, i % 2 ? 0.5f : 1, 2, 2);
        fit[i].k += i % 2 ? 0.3f : 0.1f * noise(80, 0, i);
    }
    assert_true(fabsf(flow_noise_share(fit, N) - 0.01f) < 0.003f);
    /* What they know of themselves is not counted twice. */
    for (uint64_t i = 0; i < N; i++)
        fit[i].var_k = 0.01f;
    assert_true(flow_noise_share(fit, N) < 0.003f);
    for (uint64_t i = 0; i < N; i++)
        fit[i].var_k = 0.05f;
    assert_true(flow_noise_share(fit, N) <= 0);
}

static void chroma_errs_as_much_less_as_untouched_samples_do(void **state)
{
    (void)state;
    struct flow_fit luma[N], chroma[N];
    for (uint64_t i = 0; i < N; i++) {
        luma[i] = seen_through(i, i % 2 ? 0.5f : 1, 0, i % 2 ? 20 : 6);
        chroma[i] = seen_through(N + i, i % 2 ? 0.5f : 1, 0, i % 2 ? 20 : 2);
    }
    assert_true(fabsf(flow_noise_tint(luma, N, chroma, N) - 1 / 9.0f) < 0.02f);
}

static void tint_is_luma_s_where_nothing_is_untouched(void **state)
{
    (void)state;
    struct flow_fit luma[N], chroma[N];
    for (uint64_t i = 0; i < N; i++) {
        luma[i] = seen_through(i, 1, 0, 6);
        chroma[i] = seen_through(N + i, i < 8 ? 1 : 0.5f, 0, 2);
    }
    assert_true(fabsf(flow_noise_tint(luma, N, chroma, N) - 1) < 1e-6f);
    assert_true(fabsf(flow_noise_tint(luma, N, chroma, 0) - 1) < 1e-6f);
    /* Never more than luma's. */
    assert_true(fabsf(flow_noise_tint(chroma, N, luma, N) - 1) < 1e-6f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(edges_tell_their_own_noise),
        cmocka_unit_test(a_veil_and_solid_samples_tell_nothing_of_edges),
        cmocka_unit_test(untouched_samples_tell_how_far_shares_are_off),
        cmocka_unit_test(chroma_errs_as_much_less_as_untouched_samples_do),
        cmocka_unit_test(tint_is_luma_s_where_nothing_is_untouched),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
