/* SPDX-License-Identifier: Apache-2.0 */
/* Threads of a pass: first error wins and stops the others; cancel from the token and from on_progress. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "pipeline/job.h"

static void nap(void)
{
    nanosleep(&(struct timespec){.tv_nsec = 1000000}, NULL);
}

static int works(void *opaque, struct uncap_error *err)
{
    (void)err;
    uncap_job_advance(opaque, 5);
    return UNCAP_OK;
}

static int fails(void *opaque, struct uncap_error *err)
{
    (void)opaque;
    return uncap_fail(err, UNCAP_ERR_IO, "the disk is full");
}

static int waits_for_cancel(void *opaque, struct uncap_error *err)
{
    while (!uncap_cancelled(uncap_job_cancel(opaque)))
        nap();
    return uncap_cancel_check(uncap_job_cancel(opaque), err);
}

static void test_all_succeed(void **state)
{
    (void)state;
    struct uncap_job *job;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_job_open(&job, "test", 10, NULL, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, works, job, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, works, job, &err), UNCAP_OK);
    assert_int_equal(uncap_job_wait(job, &err), UNCAP_OK);
    uncap_job_close(&job);
    assert_null(job);
}

static void test_first_error_wins(void **state)
{
    (void)state;
    struct uncap_job *job;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_job_open(&job, "test", 0, NULL, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, waits_for_cancel, job, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, fails, NULL, &err), UNCAP_OK);
    assert_int_equal(uncap_job_wait(job, &err), UNCAP_ERR_IO);
    assert_string_equal(err.message, "the disk is full");
    uncap_job_close(&job);
}

static int refuse(void *opaque, const struct uncap_progress *p)
{
    assert_string_equal(p->stage, "test");
    ++*(int *)opaque;
    return 1;
}

static void test_progress_cancels(void **state)
{
    (void)state;
    int calls = 0;
    const struct uncap_control control = {.opaque = &calls, .on_progress = refuse};
    struct uncap_job *job;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_job_open(&job, "test", 0, &control, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, waits_for_cancel, job, &err), UNCAP_OK);
    assert_int_equal(uncap_job_wait(job, &err), UNCAP_ERR_CANCELLED);
    assert_true(calls > 0);
    uncap_job_close(&job);
}

static void test_token_cancels(void **state)
{
    (void)state;
    struct uncap_cancel *cancel = uncap_cancel_open();
    const struct uncap_control control = {.cancel = cancel};
    struct uncap_job *job;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_job_open(&job, "test", 0, &control, &err), UNCAP_OK);
    assert_int_equal(uncap_job_start(job, waits_for_cancel, job, &err), UNCAP_OK);
    uncap_cancel_trigger(cancel);
    assert_int_equal(uncap_job_wait(job, &err), UNCAP_ERR_CANCELLED);
    uncap_job_close(&job);
    uncap_cancel_close(&cancel);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_all_succeed),
        cmocka_unit_test(test_first_error_wins),
        cmocka_unit_test(test_progress_cancels),
        cmocka_unit_test(test_token_cancels),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
