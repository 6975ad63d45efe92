/* SPDX-License-Identifier: Apache-2.0 */
/* The list of model files: complete entries, and telling present, other and missing files apart. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "uncaption/models.h"

static void test_entries_are_complete(void **state)
{
    (void)state;
    struct uncap_model_file f;
    size_t n = 0;
    for (; uncap_model_file_at(n, &f); n++) {
        assert_true(f.engine && f.name && f.licence && *f.engine && *f.name && *f.licence);
        assert_int_equal(strncmp(f.url, "https://", 8), 0);
        assert_true(!f.sha256 || strspn(f.sha256, "0123456789abcdef") == 64);
    }
    assert_true(n >= 3);
}

static void test_states(void **state)
{
    (void)state;
    char folder[] = "/tmp/uncap_models_XXXXXX";
    char file[100];
    char path[4096];
    struct uncap_model_file f = {
        "x",         "uncap_test_model.bin",
        "https://x", "none",
        3,           "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"};
    assert_non_null(mkdtemp(folder));
    snprintf(file, sizeof(file), "%s/uncap_test_model.bin", folder);
    assert_int_equal(uncap_model_find(&f, folder, true, path, sizeof(path)), UNCAP_MODEL_MISSING);
    assert_string_equal(path, "");
    FILE *out = fopen(file, "wb");
    fputs("abc", out);
    fclose(out);
    assert_int_equal(uncap_model_find(&f, folder, true, path, sizeof(path)), UNCAP_MODEL_VALID);
    assert_string_equal(path, file);
    assert_int_equal(uncap_model_find(&f, folder, false, path, sizeof(path)), UNCAP_MODEL_PRESENT);
    f.bytes = 4;
    assert_int_equal(uncap_model_find(&f, folder, false, path, sizeof(path)), UNCAP_MODEL_OTHER);
    f.bytes = 0;
    f.sha256 = NULL;
    assert_int_equal(uncap_model_find(&f, folder, true, path, sizeof(path)), UNCAP_MODEL_PRESENT);
    unlink(file);
    rmdir(folder);
}

static void test_synth_of_an_unknown_engine(void **state)
{
    (void)state;
    struct uncap_error err = {UNCAP_OK, 0, ""};
    assert_int_equal(uncap_models_synth("flow", "/tmp", "#7", &err), UNCAP_ERR_ARG);
    assert_non_null(strstr(err.message, "flow"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries_are_complete),
        cmocka_unit_test(test_states),
        cmocka_unit_test(test_synth_of_an_unknown_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
