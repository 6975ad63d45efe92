/* SPDX-License-Identifier: Apache-2.0 */
/* Worker slices: each index runs exactly once, for any thread count, again and again. */
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/slices.h"

enum { MAX = 300 };

static void count(void *opaque, int i)
{
    ((int *)opaque)[i]++;
}

static void run(int n_threads)
{
    static const int sizes[] = {0, 1, 2, 7, MAX};
    struct uncap_slices *s;
    assert_int_equal(uncap_slices_open(&s, n_threads, NULL), UNCAP_OK);
    assert_int_equal(uncap_slices_threads(s), n_threads > 1 ? n_threads : 1);
    for (int round = 0; round < 200; round++) {
        const int n = sizes[round % 5];
        int done[MAX] = {0};
        uncap_slices_run(s, n, count, done);
        for (int i = 0; i < MAX; i++)
            assert_int_equal(done[i], i < n);
    }
    uncap_slices_close(&s);
    assert_null(s);
}

static void wait_for_leave(void *opaque, int i)
{
    (void)i;
    while (!atomic_load((atomic_bool *)opaque))
        sched_yield();
}

static void test_it_is_told_when_all_are_done(void **state)
{
    (void)state;
    struct uncap_slices *s;
    atomic_bool leave = false;
    assert_int_equal(uncap_slices_open(&s, 2, NULL), UNCAP_OK);
    assert_true(uncap_slices_are_done(s)); /* nothing started */
    uncap_slices_start(s, 1, wait_for_leave, &leave);
    assert_false(uncap_slices_are_done(s));
    atomic_store(&leave, true);
    while (!uncap_slices_are_done(s))
        sched_yield();
    uncap_slices_wait(s);
    assert_true(uncap_slices_are_done(s));
    uncap_slices_close(&s);
    assert_true(uncap_slices_are_done(NULL));
}

static void test_each_slice_once(void **state)
{
    (void)state;
    static const int threads[] = {0, 1, 2, 7};
    for (int i = 0; i < 4; i++)
        run(threads[i]);
}

static void test_started_slices_run_once_each(void **state)
{
    (void)state;
    static const int threads[] = {1, 2, 7}, sizes[] = {0, 1, 2, 7, MAX};
    for (int t = 0; t < 3; t++) {
        struct uncap_slices *s;
        assert_int_equal(uncap_slices_open(&s, threads[t], NULL), UNCAP_OK);
        for (int round = 0; round < 200; round++) {
            const int n = sizes[round % 5];
            int done[MAX] = {0};
            uncap_slices_wait(s); /* nothing started */
            uncap_slices_start(s, n, count, done);
            uncap_slices_wait(s);
            for (int i = 0; i < MAX; i++)
                assert_int_equal(done[i], i < n);
        }
        uncap_slices_close(&s);
    }
}

static void test_no_set_runs_on_the_caller(void **state)
{
    (void)state;
    int done[3] = {0};
    uncap_slices_run(NULL, 3, count, done);
    assert_int_equal(done[0] + done[1] + done[2], 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_each_slice_once),
        cmocka_unit_test(test_started_slices_run_once_each),
        cmocka_unit_test(test_it_is_told_when_all_are_done),
        cmocka_unit_test(test_no_set_runs_on_the_caller),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
