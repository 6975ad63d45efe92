/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint reader on well-formed, damaged and hostile containers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "nn/half.h"
#include "nn/safetensors.h"

static size_t build(uint8_t *out, const char *header, const void *data, size_t n_data)
{
    const uint64_t n = strlen(header);
    for (int k = 0; k < 8; k++)
        out[k] = (uint8_t)(n >> 8 * k);
    memcpy(out + 8, header, n);
    memcpy(out + 8 + n, data, n_data);
    return 8 + n + n_data;
}

static int open_header(struct uncap_safetensors **s, uint8_t *file, const char *header,
                       struct uncap_error *err)
{
    const uint8_t data[16] = {0};
    return uncap_safetensors_open_memory(s, file, build(file, header, data, sizeof(data)), "test", err);
}

static void test_values(void **state)
{
    (void)state;
    /* 1.5 as F32; 1, -2, smallest subnormal, infinity as F16; 3 as BF16 */
    const uint8_t data[] = {0, 0, 0xc0, 0x3f, 0, 0x3c, 0, 0xc0, 1, 0, 0, 0x7c, 0x40, 0x40};
    uint8_t file[512];
    const size_t n = build(file,
                           "{\"__metadata__\":{\"format\":\"pt\"},"
                           "\"c\":{\"dtype\":\"BF16\",\"shape\":[1,1],\"data_offsets\":[12,14]},"
                           "\"a\":{\"dtype\":\"F32\",\"shape\":[],\"data_offsets\":[0,4]},"
                           "\"b\":{\"dtype\":\"F16\",\"shape\":[2,2],\"data_offsets\":[4,12]}}",
                           data, sizeof(data));
    struct uncap_safetensors *s = NULL;
    struct uncap_error err = {0};
    assert_int_equal(uncap_safetensors_open_memory(&s, file, n, "test", &err), UNCAP_OK);
    assert_int_equal(uncap_safetensors_count(s), 3);
    assert_string_equal(uncap_safetensors_entry(s, 0)->name, "a");
    float v[4];
    const struct uncap_safetensors_entry *a = uncap_safetensors_find(s, "a");
    assert_int_equal(a->shape.rank, 0);
    assert_int_equal(a->n, 1);
    uncap_half_widen(a->dtype, a->data, a->n, v);
    assert_true(v[0] == 1.5f);
    const struct uncap_safetensors_entry *b = uncap_safetensors_find(s, "b");
    uncap_half_widen(b->dtype, b->data, b->n, v);
    assert_true(v[0] == 1.0f && v[1] == -2.0f && v[2] == 0x1p-24f && v[3] > 3.4e38f);
    const struct uncap_safetensors_entry *c = uncap_safetensors_find(s, "c");
    uncap_half_widen(c->dtype, c->data, c->n, v);
    assert_true(v[0] == 3.0f);
    assert_null(uncap_safetensors_find(s, "d"));
    uncap_safetensors_close(&s);
    uncap_safetensors_close(&s);
}

static void test_refused(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "[]",
        "{\"a\":1}",
        "{\"a\":",
        "{\"a\":{\"dtype\":\"F99\",\"shape\":[1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,8]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[-1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1.0],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[16,20]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[-4,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904],\"data_offsets\":[0,0]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1,1,1,1,1,1,1,1,1],\"data_offsets\":[0,4]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},"
        "\"b\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[4,12]}}",
        "{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]},"
        "\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[4,8]}}",
    };
    for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
        uint8_t file[512];
        struct uncap_safetensors *s = NULL;
        struct uncap_error err = {0};
        assert_int_equal(open_header(&s, file, bad[k], &err), UNCAP_ERR_MODEL);
        assert_null(s);
        assert_non_null(strstr(err.message, "'test'"));
    }
}

static void test_truncated_anywhere(void **state)
{
    (void)state;
    const uint8_t data[16] = {0};
    uint8_t file[512];
    const size_t n = build(file, "{\"a\":{\"dtype\":\"F32\",\"shape\":[2,2],\"data_offsets\":[0,16]}}", data,
                           sizeof(data));
    for (size_t k = 0; k < n; k++) {
        struct uncap_safetensors *s = NULL;
        struct uncap_error err = {0};
        assert_int_equal(uncap_safetensors_open_memory(&s, file, k, "test", &err), UNCAP_ERR_MODEL);
        assert_null(s);
    }
}

static void test_file(void **state)
{
    (void)state;
    struct uncap_safetensors *s = NULL;
    struct uncap_error err = {0};
    assert_int_equal(uncap_safetensors_open(&s, "/nonexistent/model.safetensors", &err), UNCAP_ERR_IO);
    assert_non_null(strstr(err.message, "/nonexistent/model.safetensors"));
    assert_int_equal(uncap_safetensors_open(&s, "/", &err), UNCAP_ERR_IO);
    assert_null(s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_truncated_anywhere),
        cmocka_unit_test(test_file),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
