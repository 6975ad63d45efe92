/* SPDX-License-Identifier: Apache-2.0 */
/* The runtime and sessions, run on the text detector that `make deps` fetches. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/locate.h"
#include "nn/runtime.h"
#include "nn/session.h"

static int open_runtime(void **state)
{
    struct uncap_error err = {0};
    struct uncap_runtime *runtime;
    if (uncap_runtime_open(&runtime, &(struct uncap_runtime_options){.threads = 2}, &err))
        fail_msg("%s", err.message);
    *state = runtime;
    return 0;
}

static int close_runtime(void **state)
{
    struct uncap_runtime *runtime = *state;
    uncap_runtime_close(&runtime);
    assert_null(runtime);
    return 0;
}

static struct uncap_session *open_detector(struct uncap_runtime *runtime, bool is_one_thread)
{
    char path[UNCAP_PATH_MAX];
    struct uncap_error err = {0};
    struct uncap_session *session = NULL;
    const struct uncap_session_options o = {.is_one_thread = is_one_thread};
    if (uncap_locate_model(NULL, "ppocrv4_det.onnx", "run `make deps`", path, &err) ||
        uncap_session_open_file(&session, runtime, path, &o, &err))
        fail_msg("%s", err.message);
    return session;
}

static void test_names_the_version(void **state)
{
    assert_int_equal(strncmp(uncap_runtime_version(*state), "1.", 2), 0);
    assert_string_equal(uncap_runtime_device(*state), "CPU");
    assert_non_null(strstr(uncap_runtime_library(*state), "libonnxruntime"));
}

static void test_runs_into_given_and_new_memory(void **state)
{
    for (int one_thread = 0; one_thread < 2; one_thread++) {
        struct uncap_session *s = open_detector(*state, one_thread);
        struct uncap_error err = {0};
        struct uncap_tensor x;
        struct uncap_tensor given;
        struct uncap_tensor made = {.dtype = UNCAP_F32};
        assert_int_equal(uncap_tensor_open(&x, UNCAP_F32, UNCAP_SHAPE(1, 3, 64, 96), &err), 0);
        assert_int_equal(uncap_tensor_open(&given, UNCAP_F32, UNCAP_SHAPE(1, 1, 64, 96), &err), 0);
        for (size_t i = 0; i < uncap_tensor_count(&x); i++)
            ((float *)x.data)[i] = (float)(i % 7) - 3;
        const struct uncap_port in = {uncap_session_input(s, 0), &x};
        const struct uncap_port out[2] = {{uncap_session_output(s, 0), &given},
                                          {uncap_session_output(s, 0), &made}};
        assert_null(uncap_session_input(s, 1));
        assert_int_equal(uncap_session_run(s, &in, 1, &out[0], 1, NULL, &err), 0);
        assert_int_equal(uncap_session_run(s, &in, 1, &out[1], 1, NULL, &err), 0);
        assert_true(uncap_shape_equal(&given.shape, &made.shape));
        assert_memory_equal(given.data, made.data, uncap_tensor_count(&made) * sizeof(float));
        uncap_tensor_close(&made);
        uncap_tensor_close(&given);
        uncap_tensor_close(&x);
        uncap_session_close(&s);
    }
}

static void test_reports_wrong_input(void **state)
{
    struct uncap_session *s = open_detector(*state, true);
    struct uncap_error err = {0};
    struct uncap_tensor x;
    struct uncap_tensor y = {.dtype = UNCAP_F32};
    assert_int_equal(uncap_tensor_open(&x, UNCAP_F32, UNCAP_SHAPE(1, 4, 32, 32), &err), 0);
    const struct uncap_port out = {uncap_session_output(s, 0), &y};
    const struct uncap_port in = {uncap_session_input(s, 0), &x};
    const struct uncap_port unknown = {"nobody", &x};
    assert_int_equal(uncap_session_run(s, &in, 1, &out, 1, NULL, &err), UNCAP_ERR_BACKEND);
    assert_int_equal(uncap_session_run(s, &unknown, 1, &out, 1, NULL, &err), UNCAP_ERR_BACKEND);
    assert_true(strlen(err.message) > 20);
    assert_null(y.data);
    uncap_tensor_close(&x);
    uncap_session_close(&s);
}

static void test_cancelled_run_says_so(void **state)
{
    struct uncap_session *s = open_detector(*state, false);
    struct uncap_error err = {0};
    struct uncap_tensor x;
    struct uncap_tensor y = {.dtype = UNCAP_F32};
    struct uncap_cancel *cancel = uncap_cancel_open();
    uncap_cancel_trigger(cancel);
    assert_int_equal(uncap_tensor_open(&x, UNCAP_F32, UNCAP_SHAPE(1, 3, 320, 320), &err), 0);
    const struct uncap_port in = {uncap_session_input(s, 0), &x};
    const struct uncap_port out = {uncap_session_output(s, 0), &y};
    assert_int_equal(uncap_session_run(s, &in, 1, &out, 1, cancel, &err), UNCAP_ERR_CANCELLED);
    assert_null(y.data);
    uncap_tensor_close(&x);
    uncap_session_close(&s);
    uncap_cancel_close(&cancel);
}

static void test_refuses_bad_device_and_library(void **state)
{
    (void)state;
    static const char *const bad[] = {"gpu", "cuda:", "cuda:x", "cuda:-1", "cuda:1x", ""};
    struct uncap_runtime *runtime;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct uncap_error err = {0};
        assert_int_equal(
            uncap_runtime_open(&runtime, &(struct uncap_runtime_options){.device = bad[i]}, &err),
            UNCAP_ERR_ARG);
        assert_null(runtime);
    }
    struct uncap_error err = {0};
    const struct uncap_runtime_options o = {.library = "/nonexistent/libonnxruntime.so.1"};
    assert_int_equal(uncap_runtime_open(&runtime, &o, &err), UNCAP_ERR_BACKEND);
    assert_non_null(strstr(err.message, "/nonexistent/"));
}

static void count_line(void *opaque, enum uncap_log_level level, const char *line)
{
    (void)line;
    if (level == UNCAP_LOG_WARNING)
        ++*(int *)opaque;
}

static void test_falls_back_to_the_cpu_and_says_so(void **state)
{
    (void)state;
    int warnings = 0;
    struct uncap_error err = {0};
    struct uncap_runtime *runtime;
    const struct uncap_control control = {.opaque = &warnings, .on_log = count_line};
    const struct uncap_runtime_options o = {.device = "cuda:900", .control = &control};
    assert_int_equal(uncap_runtime_open(&runtime, &o, &err), 0);
    assert_string_equal(uncap_runtime_device(runtime), "CPU");
    assert_int_equal(warnings, 1);
    uncap_runtime_close(&runtime);
}

static void test_missing_model_names_places_and_remedy(void **state)
{
    (void)state;
    char path[UNCAP_PATH_MAX];
    struct uncap_error err = {0};
    assert_int_equal(uncap_locate_model("/no/such/folder", "absent.onnx", "run `make deps`", path, &err),
                     UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "absent.onnx"));
    assert_non_null(strstr(err.message, "/no/such/folder"));
    assert_non_null(strstr(err.message, "make deps"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_names_the_version),
        cmocka_unit_test(test_runs_into_given_and_new_memory),
        cmocka_unit_test(test_reports_wrong_input),
        cmocka_unit_test(test_cancelled_run_says_so),
        cmocka_unit_test(test_refuses_bad_device_and_library),
        cmocka_unit_test(test_falls_back_to_the_cpu_and_says_so),
        cmocka_unit_test(test_missing_model_names_places_and_remedy),
    };
    return cmocka_run_group_tests(tests, open_runtime, close_runtime);
}
