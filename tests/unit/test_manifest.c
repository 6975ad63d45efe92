/* SPDX-License-Identifier: Apache-2.0 */
/* The list of weights, and its comparison with a manifest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "nn/manifest.h"
#include "nn/weights.h"

static const float numbers[6];

static struct uncap_weights *make(const struct uncap_weight *items, size_t n)
{
    struct uncap_error err = {0};
    struct uncap_weights *w;
    assert_int_equal(uncap_weights_open(&w, "some.pth", &err), 0);
    for (size_t i = 0; i < n; i++)
        assert_int_equal(uncap_weights_add(w, &items[i], &err), 0);
    assert_int_equal(uncap_weights_sort(w, &err), 0);
    return w;
}

static const char *const manifest[] = {"b.weight,float32,2x3", "b.bias,float32,2", "n,int64,", NULL};

static void test_parses_lines(void **state)
{
    (void)state;
    static const struct {
        const char *line;
        bool is_sound;
        int rank;
        int64_t last;
    } cases[] = {
        {"a.b,float32,64x3x7x7", true, 4, 7},
        {"n,int64,", true, 0, 0},
        {"a,float32,148", true, 1, 148},
        {"a,float31,1", false, 0, 0},
        {"a,float32", false, 0, 0},
        {"a,float32,1x", false, 0, 0},
        {"a,float32,x1", false, 0, 0},
        {"a,float32,-1", false, 0, 0},
        {"a,float32,1x1x1x1x1x1x1x1x1", false, 0, 0},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char key[UNCAP_MANIFEST_KEY_MAX];
        enum uncap_dtype dtype;
        struct uncap_shape shape;
        const bool is_sound = uncap_manifest_parse(cases[i].line, key, &dtype, &shape);
        assert_int_equal(is_sound, cases[i].is_sound);
        if (!is_sound)
            continue;
        assert_int_equal(shape.rank, cases[i].rank);
        if (shape.rank)
            assert_int_equal(shape.dims[shape.rank - 1], cases[i].last);
    }
}

static void test_accepts_what_fits(void **state)
{
    (void)state;
    const struct uncap_weight items[] = {{"n", UNCAP_I64, {0}, numbers},
                                         {"b.weight", UNCAP_F32, UNCAP_SHAPE(2, 3), numbers},
                                         {"b.bias", UNCAP_F32, UNCAP_SHAPE(2), numbers}};
    struct uncap_error err = {0};
    struct uncap_weights *w = make(items, 3);
    assert_int_equal(uncap_manifest_check(manifest, w, false, &err), 0);
    assert_ptr_equal(uncap_weights_find(w, "b.bias")->data, numbers);
    assert_null(uncap_weights_find(w, "b"));
    uncap_weights_close(&w);
}

static void test_lists_what_is_wrong(void **state)
{
    (void)state;
    const struct uncap_weight items[] = {{"b.weight", UNCAP_F32, UNCAP_SHAPE(3, 2), numbers},
                                         {"b.bias", UNCAP_F16, UNCAP_SHAPE(2), numbers},
                                         {"stranger", UNCAP_F32, UNCAP_SHAPE(2), numbers}};
    struct uncap_error err = {0};
    struct uncap_weights *w = make(items, 3);
    assert_int_equal(uncap_manifest_check(manifest, w, true, &err), UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "some.pth"));
    assert_non_null(strstr(err.message, "1 tensors missing (n)"));
    assert_non_null(strstr(err.message, "1 unknown (stranger)"));
    assert_non_null(
        strstr(err.message, "1 of another type or shape (b.weight is float32 3x2, not float32 2x3)"));
    assert_int_equal(uncap_manifest_check(manifest, w, false, &err), UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "b.bias is float16 2, not float32 2"));
    uncap_weights_close(&w);
}

static void count_release(void *owner)
{
    ++*(int *)owner;
}

static void test_refuses_a_name_twice_and_releases_owners(void **state)
{
    (void)state;
    int released = 0;
    struct uncap_error err = {0};
    struct uncap_weights *w;
    const struct uncap_weight item = {"a", UNCAP_F32, UNCAP_SHAPE(1), numbers};
    assert_int_equal(uncap_weights_open(&w, "x", &err), 0);
    for (int i = 0; i < 40; i++)
        assert_int_equal(uncap_weights_keep(w, &released, count_release, &err), 0);
    assert_int_equal(uncap_weights_add(w, &item, &err), 0);
    assert_int_equal(uncap_weights_add(w, &item, &err), 0);
    assert_int_equal(uncap_weights_sort(w, &err), UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "twice"));
    uncap_weights_close(&w);
    assert_int_equal(released, 40);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parses_lines),
        cmocka_unit_test(test_accepts_what_fits),
        cmocka_unit_test(test_lists_what_is_wrong),
        cmocka_unit_test(test_refuses_a_name_twice_and_releases_owners),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
