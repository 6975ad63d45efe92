/* SPDX-License-Identifier: Apache-2.0 */
/* Windows of the denoiser, their fusion and the noise schedule, against numbers worked out by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/diffueraser/schedule.h"
#include "inpaint/diffueraser/scheduler.h"

static void test_starts(void **state)
{
    static const struct {
        int n, clip, step, count, starts[8];
    } cases[] = {
        {10, 22, 0, 1, {0}},
        {22, 22, 1, 1, {0}},
        {23, 22, 0, 2, {0, 1}},
        {23, 22, 1, 2, {0, 1}},
        {45, 22, 0, 3, {0, 17, 23}},
        {45, 22, 1, 3, {0, 11, 23}},
        {100, 22, 0, 6, {0, 17, 34, 51, 68, 78}},
        {100, 22, 1, 6, {0, 11, 28, 45, 62, 78}},
        {24, 8, 1, 4, {0, 4, 10, 16}},
    };
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        int starts[16];
        assert_int_equal(uncap_schedule_starts(cases[k].n, cases[k].clip, cases[k].step, NULL),
                         cases[k].count);
        assert_int_equal(uncap_schedule_starts(cases[k].n, cases[k].clip, cases[k].step, starts),
                         cases[k].count);
        for (int i = 0; i < cases[k].count; i++)
            assert_int_equal(starts[i], cases[k].starts[i]);
    }
}

static void test_every_frame_is_covered(void **state)
{
    (void)state;
    for (int clip = 2; clip <= 40; clip++)
        for (int n = 1; n <= 200; n++)
            for (int step = 0; step < 2; step++) {
                int starts[300];
                const int count = uncap_schedule_starts(n, clip, step, starts);
                const int length = n < clip ? n : clip;
                assert_true(count <= uncap_schedule_max_windows(n, clip));
                assert_int_equal(starts[0], 0);
                assert_int_equal(starts[count - 1] + length, n);
                for (int i = 1; i < count; i++)
                    assert_true(starts[i] > starts[i - 1] &&
                                starts[i] <= starts[i - 1] + length); /* clips below 4 share none */
            }
}

static void test_fuse(void **state)
{
    const float one[4] = {1, 1, 1, 1};
    const float two[4] = {2, 2, 2, 2};
    float fused[6] = {0};
    (void)state;
    uncap_schedule_fuse(fused, one, 0, 4, 0, 1);
    uncap_schedule_fuse(fused, two, 1, 4, 4, 1); /* shares frames 1, 2, 3; the last of them is overwritten */
    const float expected[6] = {1, 1.25f, 1.5f, 2, 2, 0};
    for (int i = 0; i < 6; i++)
        assert_true(fused[i] == expected[i]);
}

static void test_samples(void **state)
{
    int samples[UNCAP_SCHEDULE_MAX_SAMPLES];
    (void)state;
    assert_int_equal(uncap_schedule_samples(24, 8, samples), 8);
    for (int k = 0; k < 8; k++)
        assert_int_equal(samples[k], 3 * k);
    assert_int_equal(uncap_schedule_samples(100, 32, samples), 22);
    assert_int_equal(samples[21], 65);
}

static void test_timesteps(void **state)
{
    static const struct {
        int steps, k, t;
    } cases[] = {{2, 0, 999}, {2, 1, 499}, {2, 2, 0}, {4, 1, 759}, {4, 3, 259}, {8, 7, 139}, {50, 49, 19}};
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++)
        assert_int_equal(uncap_scheduler_timestep(cases[k].steps, cases[k].k), cases[k].t);
}

static void test_scheduler(void **state)
{
    struct uncap_scheduler s;
    float sigmas[UNCAP_SCHEDULER_TRAIN_STEPS];
    (void)state;
    uncap_scheduler_init(&s);
    uncap_scheduler_sigmas(&s, sigmas);
    assert_float_equal(s.abar[0], 0.99915f, 1e-6f);
    assert_float_equal(s.abar[499], 0.27766946f, 1e-6f);
    assert_float_equal(s.abar[999], 0.00466010f, 1e-7f);
    assert_float_equal(sigmas[999], 14.6146f, 1e-3f);
    float z[] = {1.0f, 0.0f};
    const float noise[] = {0.0f, 1.0f};
    uncap_scheduler_add_noise(&s, z, noise, 2);
    assert_float_equal(z[0], 0.0682649f, 1e-6f);
    assert_float_equal(z[1], 0.9976672f, 1e-6f);
    /* A step that is told the true noise finds the signal again, but for the noise of time step 0. */
    float x[] = {z[0] * 3.0f};
    const float eps[] = {0.0f};
    uncap_scheduler_step(&s, 1, 0, x, eps, 1);
    assert_float_equal(x[0], 3.0f * 0.999575f, 1e-4f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_starts),    cmocka_unit_test(test_every_frame_is_covered),
        cmocka_unit_test(test_fuse),      cmocka_unit_test(test_samples),
        cmocka_unit_test(test_timesteps), cmocka_unit_test(test_scheduler),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
