/* SPDX-License-Identifier: Apache-2.0 */
/* Streams against check values of the specification of the recorded vectors. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "nn/stream.h"

static uint64_t seed_of(const char *name, const char *suffix)
{
    return uncap_stream_seed(uncap_stream_seed(UNCAP_STREAM_START, name), suffix);
}

static void test_seed(void **state)
{
    (void)state;
    assert_true(seed_of("", "") == UNCAP_STREAM_START);
    assert_true(seed_of("a", "") == UINT64_C(0xaf63dc4c8601ec8c)); /* FNV-1a's own test vector */
    assert_true(seed_of("module.fnet.conv1.weight", "#7") == UINT64_C(0xc088f22ad5be03e5));
    assert_true(seed_of("module.fnet.conv1.weig", "ht#7") == UINT64_C(0xc088f22ad5be03e5));
}

static void test_fill(void **state)
{
    (void)state;
    float x[2];
    uncap_stream_fill(x, 2, seed_of("module.update_block.flow_head.conv2.bias", "#7"), 0, 0.0, 0.1 * 0.04);
    assert_float_equal(x[0], 0.00279332488f, 1e-11f);
    assert_float_equal(x[1], -0.000429197302f, 1e-12f);
    float tail;
    uncap_stream_fill(&tail, 1, seed_of("module.update_block.flow_head.conv2.bias", "#7"), 1, 0.0,
                      0.1 * 0.04);
    assert_true(tail == x[1]);
}

static void test_normal(void **state)
{
    (void)state;
    const uint64_t seed = seed_of("n", "");
    float x[4096];
    uncap_stream_normal(x, 4096, seed, 0);
    double sum = 0.0;
    double squares = 0.0;
    for (int k = 0; k < 4096; k++) {
        sum += (double)x[k];
        squares += (double)x[k] * (double)x[k];
    }
    assert_float_equal((float)(sum / 4096), 0.0f, 0.06f);
    assert_float_equal((float)(squares / 4096), 1.0f, 0.08f);
    float part[3];
    uncap_stream_normal(part, 3, seed, 100);
    for (int k = 0; k < 3; k++)
        assert_true(part[k] == x[100 + k]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_seed),
        cmocka_unit_test(test_fill),
        cmocka_unit_test(test_normal),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
