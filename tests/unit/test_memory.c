/* SPDX-License-Identifier: Apache-2.0 */
/* Allocation: alignment, zeroes, growth, and sizes that do not fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"

static void test_alloc_is_aligned_and_zero(void **state)
{
    (void)state;
    static const size_t sizes[] = {0, 1, 63, 64, 65, 4096, 100003};
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t *p = uncap_alloc(sizes[i], 1);
        assert_non_null(p);
        assert_int_equal((uintptr_t)p % UNCAP_ALIGN, 0);
        for (size_t k = 0; k < sizes[i]; k++) {
            assert_int_equal(p[k], 0);
        }
        uncap_free(p);
    }
    uncap_free(NULL);
}

static void test_alloc_refuses_overflow(void **state)
{
    (void)state;
    assert_null(uncap_alloc(SIZE_MAX, 2));
    assert_null(uncap_alloc(SIZE_MAX / 2 + 1, 2));
    assert_null(uncap_alloc(SIZE_MAX, 1)); /* rounding up to the alignment must not wrap to 0 */
}

static void test_grow_keeps_and_zeroes(void **state)
{
    (void)state;
    uint32_t *items = NULL;
    size_t capacity = 0;
    for (uint32_t i = 0; i < 1000; i++) {
        assert_true(uncap_grow((void **)&items, &capacity, i + 1, sizeof *items));
        assert_true(capacity >= i + 1);
        assert_int_equal(items[i], 0);
        items[i] = i + 1;
    }
    for (uint32_t i = 0; i < 1000; i++) {
        assert_int_equal(items[i], i + 1);
    }
    size_t before = capacity;
    uint32_t *same = items;
    assert_false(uncap_grow((void **)&items, &capacity, SIZE_MAX / 2, sizeof *items));
    assert_ptr_equal(items, same);
    assert_int_equal(capacity, before);
    uncap_free(items);
}

static void test_strdup(void **state)
{
    (void)state;
    assert_null(uncap_strdup(NULL));
    char *copy = uncap_strdup("Größe");
    assert_string_equal(copy, "Größe");
    uncap_free(copy);
}

static void test_checked_arithmetic(void **state)
{
    (void)state;
    size_t out = 7;
    assert_true(uncap_mul(6, 7, &out));
    assert_int_equal(out, 42);
    assert_true(uncap_mul(0, SIZE_MAX, &out));
    assert_int_equal(out, 0);
    assert_false(uncap_mul(SIZE_MAX / 3, 4, &out));
    assert_true(uncap_add(SIZE_MAX - 1, 1, &out));
    assert_true(out == SIZE_MAX);
    assert_false(uncap_add(SIZE_MAX, 1, &out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_alloc_is_aligned_and_zero), cmocka_unit_test(test_alloc_refuses_overflow),
        cmocka_unit_test(test_grow_keeps_and_zeroes),     cmocka_unit_test(test_strdup),
        cmocka_unit_test(test_checked_arithmetic),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
