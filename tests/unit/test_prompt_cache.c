/* SPDX-License-Identifier: Apache-2.0 */
/* The kept embedding of the empty prompt: read back whole, and only for the weights that made it. */
#include "clip.h"

#include <fcntl.h>
#include <math.h>
#include <sys/stat.h>

#include "inpaint/diffueraser/prompt_cache.h"

enum { N = 300, BIG = 5000 };

struct fixture {
    struct clip_folder folder;
    struct uncap_weights *weights;
    float small[4], big[BIG];
    float values[N];
    const char *path, *file;
};

static int set_up(void **state)
{
    struct fixture *f = calloc(1, sizeof(*f));
    assert_non_null(f);
    clip_folder_open(&f->folder);
    f->path = strdup(clip_path(&f->folder, "model.empty-prompt"));
    f->file = strdup(clip_path(&f->folder, "model"));
    clip_write(&f->folder, "model", "weights", 7);
    for (int i = 0; i < N; i++)
        f->values[i] = sinf((float)i);
    assert_int_equal(uncap_weights_open(&f->weights, "model", NULL), 0);
    const struct uncap_weight items[] = {{"a", UNCAP_F32, UNCAP_SHAPE(2, 2), f->small},
                                         {"b", UNCAP_F32, UNCAP_SHAPE(BIG), f->big}};
    for (int i = 0; i < 2; i++)
        assert_int_equal(uncap_weights_add(f->weights, &items[i], NULL), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    uncap_weights_close(&f->weights);
    clip_folder_close(&f->folder);
    free((void *)(uintptr_t)f->path);
    free((void *)(uintptr_t)f->file);
    free(f);
    return 0;
}

static void digest(const struct fixture *f, char hex[65])
{
    uncap_prompt_cache_digest(f->weights, f->file, "here", hex);
}

static void test_comes_back(void **state)
{
    struct fixture *f = *state;
    char hex[65];
    float got[N];
    digest(f, hex);
    assert_int_equal(strlen(hex), 64);
    assert_false(uncap_prompt_cache_read(f->path, hex, got, N)); /* nothing there yet */
    for (int again = 0; again < 2; again++) {
        assert_true(uncap_prompt_cache_write(f->path, hex, f->values, N));
        memset(got, 0, sizeof(got));
        assert_true(uncap_prompt_cache_read(f->path, hex, got, N));
        assert_memory_equal(got, f->values, sizeof(got));
        f->values[7] = 3; /* the second time it replaces what is there */
    }
    assert_int_equal(clip_folder_count(&f->folder, "empty-prompt"), 1);
}

static void test_other_weights(void **state)
{
    struct fixture *f = *state;
    char first[65];
    char other[65];
    float got[N];
    digest(f, first);
    assert_true(uncap_prompt_cache_write(f->path, first, f->values, N));
    float *const places[] = {&f->small[0], &f->small[3], &f->big[0], &f->big[BIG - 1]};
    for (size_t i = 0; i < sizeof(places) / sizeof(*places); i++) {
        *places[i] += 1;
        digest(f, other);
        assert_string_not_equal(first, other);
        assert_false(uncap_prompt_cache_read(f->path, other, got, N));
        *places[i] -= 1;
    }
    f->weights->items[0].shape = UNCAP_SHAPE(4);
    digest(f, other);
    assert_string_not_equal(first, other);
    f->weights->items[0].shape = UNCAP_SHAPE(2, 2);
    uncap_prompt_cache_digest(f->weights, f->file, "elsewhere", other);
    assert_string_not_equal(first, other);
    digest(f, other);
    assert_string_equal(first, other);
}

/* What the digest does not read of the weights, the file's size and time stand for. */
static void test_other_file(void **state)
{
    struct fixture *f = *state;
    char first[65];
    char other[65];
    digest(f, first);
    const struct timespec later[2] = {{1000, 5}, {1000, 5}};
    assert_int_equal(utimensat(AT_FDCWD, f->file, later, 0), 0);
    digest(f, other);
    assert_string_not_equal(first, other);
    clip_write(&f->folder, "model", "weights!", 8);
    assert_int_equal(utimensat(AT_FDCWD, f->file, later, 0), 0);
    digest(f, first);
    assert_string_not_equal(first, other);
}

static void test_damaged(void **state)
{
    struct fixture *f = *state;
    static char bytes[4096];
    char hex[65];
    float got[N];
    digest(f, hex);
    assert_true(uncap_prompt_cache_write(f->path, hex, f->values, N));
    FILE *file = fopen(f->path, "rb");
    const size_t size = fread(bytes, 1, sizeof(bytes), file);
    fclose(file);
    for (size_t at = 0; at < size; at += 37) {
        bytes[at] ^= 1;
        clip_write(&f->folder, "model.empty-prompt", bytes, size);
        assert_false(uncap_prompt_cache_read(f->path, hex, got, N));
        bytes[at] ^= 1;
        clip_write(&f->folder, "model.empty-prompt", bytes, at);
        assert_false(uncap_prompt_cache_read(f->path, hex, got, N));
    }
    bytes[size] = 0;
    clip_write(&f->folder, "model.empty-prompt", bytes, size + 1);
    assert_false(uncap_prompt_cache_read(f->path, hex, got, N));
    assert_false(uncap_prompt_cache_read(f->path, hex, got, N - 1)); /* another model's size */
    clip_write(&f->folder, "model.empty-prompt", bytes, size);
    assert_true(uncap_prompt_cache_read(f->path, hex, got, N));
}

static void test_unwritable(void **state)
{
    struct fixture *f = *state;
    char hex[65];
    digest(f, hex);
    assert_false(uncap_prompt_cache_write(clip_path(&f->folder, "no/folder/x"), hex, f->values, N));
    assert_int_equal(mkdir(f->path, 0777), 0); /* taken by a folder */
    assert_false(uncap_prompt_cache_write(f->path, hex, f->values, N));
    assert_int_equal(clip_folder_count(&f->folder, "empty-prompt"), 1);
    assert_int_equal(rmdir(f->path), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_comes_back, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_weights, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_other_file, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_damaged, set_up, tear_down),
        cmocka_unit_test_setup_teardown(test_unwritable, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
