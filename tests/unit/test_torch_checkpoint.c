/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints in both containers: written and read back, damaged in every way, and hostile. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "inpaint/propainter/synth_file.h"
#include "nn/torch_checkpoint.h"

enum { ROOM = 8192 };

/* One file in memory. */
struct file {
    uint8_t bytes[ROOM];
    size_t n;
};

static const float floats[] = {0.5f, -1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11};
static const int64_t longs[] = {-3};

static struct uncap_weights *make_weights(void)
{
    const struct uncap_weight items[] = {{"a.weight", UNCAP_F32, UNCAP_SHAPE(3, 4), floats},
                                         {"a.bias", UNCAP_F32, UNCAP_SHAPE(3), floats + 4},
                                         {"count", UNCAP_I64, {0}, longs}};
    struct uncap_error err = {0};
    struct uncap_weights *w;
    assert_int_equal(uncap_weights_open(&w, "made", &err), 0);
    for (size_t i = 0; i < 3; i++)
        assert_int_equal(uncap_weights_add(w, &items[i], &err), 0);
    assert_int_equal(uncap_weights_sort(w, &err), 0);
    return w;
}

static void write_file(bool is_legacy, struct file *f)
{
    char path[] = "/tmp/uncap_checkpoint_XXXXXX";
    struct uncap_error err = {0};
    struct uncap_weights *w = make_weights();
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    assert_int_equal(uncap_torch_write(path, w, is_legacy, &err), 0);
    FILE *in = fopen(path, "rb");
    f->n = fread(f->bytes, 1, ROOM, in);
    fclose(in);
    assert_true(f->n > 100 && f->n < ROOM);
    unlink(path);
    uncap_weights_close(&w);
}

/* Open a copy that is exactly as long as the file, so that a sanitizer sees every overread. */
static int open_copy(const uint8_t *bytes, size_t n, struct uncap_weights **out, void **copy,
                     struct uncap_error *err)
{
    *copy = malloc(n ? n : 1);
    memcpy(*copy, bytes, n);
    return uncap_torch_open_memory(out, *copy, n, "some.pth", err);
}

static int status_of(const uint8_t *bytes, size_t n, struct uncap_error *err)
{
    struct uncap_weights *w;
    void *copy;
    const int status = open_copy(bytes, n, &w, &copy, err);
    assert_true(status == 0 || (w == NULL && err->message[0]));
    uncap_weights_close(&w);
    free(copy);
    return status;
}

static void test_reads_what_was_written(void **state)
{
    (void)state;
    for (int legacy = 0; legacy < 2; legacy++) {
        struct file f;
        struct uncap_error err = {0};
        struct uncap_weights *w;
        void *copy;
        write_file(legacy, &f);
        assert_int_equal(open_copy(f.bytes, f.n, &w, &copy, &err), 0);
        assert_int_equal(w->n, 3);
        const struct uncap_weight *a = uncap_weights_find(w, "a.weight");
        assert_true(uncap_shape_equal(&a->shape, &UNCAP_SHAPE(3, 4)));
        assert_memory_equal(a->data, floats, sizeof(floats));
        assert_memory_equal(uncap_weights_find(w, "a.bias")->data, floats + 4, 3 * sizeof(float));
        assert_int_equal(uncap_weights_find(w, "count")->dtype, UNCAP_I64);
        assert_memory_equal(uncap_weights_find(w, "count")->data, longs, sizeof(longs));
        for (size_t i = 0; i < w->n; i++)
            assert_int_equal((uintptr_t)w->items[i].data % uncap_dtype_bytes(w->items[i].dtype), 0);
        uncap_weights_close(&w);
        free(copy);
    }
}

static void test_every_cut_is_an_error(void **state)
{
    (void)state;
    for (int legacy = 0; legacy < 2; legacy++) {
        struct file f;
        struct uncap_error err = {0};
        write_file(legacy, &f);
        for (size_t n = 0; n < f.n; n++)
            assert_int_equal(status_of(f.bytes, n, &err), UNCAP_ERR_MODEL);
    }
}

/* Each byte changed in turn: an error, or weights that can be read; never more than the file holds. */
static void test_every_changed_byte_is_survived(void **state)
{
    (void)state;
    for (int legacy = 0; legacy < 2; legacy++) {
        struct file f;
        write_file(legacy, &f);
        for (size_t i = 0; i < f.n; i++)
            for (int bit = 0; bit < 8; bit++) {
                struct uncap_error err = {0};
                f.bytes[i] ^= (uint8_t)(1 << bit);
                const int status = status_of(f.bytes, f.n, &err);
                assert_true(status == UNCAP_OK || status == UNCAP_ERR_MODEL);
                f.bytes[i] ^= (uint8_t)(1 << bit);
            }
    }
}

static void test_zip_checksums_are_checked(void **state)
{
    (void)state;
    struct file f;
    struct uncap_error err = {0};
    write_file(false, &f);
    for (size_t i = 0; i + sizeof(floats) < f.n; i++)
        if (!memcmp(f.bytes + i, floats, sizeof(floats))) {
            f.bytes[i + 5] ^= 1;
            assert_int_equal(status_of(f.bytes, f.n, &err), UNCAP_ERR_MODEL);
            assert_non_null(strstr(err.message, "checksum"));
            return;
        }
    fail_msg("the data are not in the file");
}

/* A legacy file around a pickle of the test's own; one storage "0" of four floats. */
static size_t wrap(const char *pickle, size_t n, uint8_t *out)
{
    static const char head[] =
        "\x80\x02\x8a\x0a\x6c\xfc\x9c\x46\xf9\x20\x6a\xa8\x50\x19.\x80\x02M\xe9\x03.\x80\x02}.";
    static const char tail[] = "\x80\x02]X\x01\0\0\0"
                               "0a.\x04\0\0\0\0\0\0\0abcdabcdabcdabcd";
    memcpy(out, head, sizeof(head) - 1);
    memcpy(out + sizeof(head) - 1, pickle, n);
    memcpy(out + sizeof(head) - 1 + n, tail, sizeof(tail) - 1);
    return sizeof(head) - 1 + n + sizeof(tail) - 1;
}

#define STORAGE                                                                                              \
    "(X\x07\0\0\0storagectorch\nFloatStorage\nX\x01\0\0\0"                                                   \
    "0X\x03\0\0\0cpuK\x04tQ"
#define TENSOR(offset, size, stride)                                                                         \
    "\x80\x02}X\x01\0\0\0wctorch._utils\n_rebuild_tensor_v2\n(" STORAGE offset size stride "\x89}tRs."

static void test_hostile_pickles(void **state)
{
    (void)state;
    static const struct {
        const char *pickle;
        size_t n;
        bool is_fine;
        const char *says;
    } cases[] = {
#define CASE(pickle, is_fine, says) {pickle, sizeof(pickle) - 1, is_fine, says}
        CASE(TENSOR("K\x00", "K\x04\x85", "K\x01\x85"), true, NULL),
        CASE(TENSOR("K\x01", "K\x03\x85", "K\x01\x85"), true, NULL),
        CASE(TENSOR("K\x00", "K\x02K\x02\x86", "K\x01K\x02\x86"), true, NULL), /* transposed */
        CASE(TENSOR("K\x01", "K\x04\x85", "K\x01\x85"), false, "reaches outside"),
        CASE(TENSOR("K\x00", "K\x05\x85", "K\x00\x85"), false, "reaches outside"), /* a broadcast */
        CASE(TENSOR("K\x00", "J\xff\xff\xff\x7f\x85", "K\x00\x85"), false, "reaches outside"),
        CASE(TENSOR("K\x00", "J\xff\xff\xff\xff\x85", "K\x01\x85"), false, "reaches outside"),
        CASE(TENSOR("J\xff\xff\xff\xff", "K\x01\x85", "K\x01\x85"), false, "reaches outside"),
        CASE(TENSOR("K\x00", "K\x02\x85", "J\xff\xff\xff\xff\x85"), false, "reaches outside"),
        CASE(TENSOR("K\x00", "K\x02K\x02\x86", "K\x01\x85"), false, NULL),
        CASE(TENSOR("N", "K\x02\x85", "K\x01\x85"), false, NULL),
        CASE("\x80\x02"
             "cos\nsystem\nX\x02\0\0\0ls\x85R.",
             false, "os.system"),
        CASE("\x80\x02"
             "cbuiltins\neval\n.",
             false, "builtins.eval"),
        CASE("\x80\x02i", false, "opcode 0x69"),
        CASE("\x80\x05}.", false, "protocol"),
        CASE("\x80\x02h\x00.", false, "never remembered"),
        CASE("\x80\x02Nr\xff\xff\xff\xff.", false, "too much"),
        CASE("\x80\x02X\xff\xff\xff\xff.", false, "inside a text"),
        CASE("\x80\x02t.", false, "no beginning"),
        CASE("\x80\x02NNs.", false, NULL),
        CASE("\x80\x02R.", false, "not callable"),
        CASE("\x80\x02Q.", false, "not described"),
        CASE("\x80\x02(.", false, "ends with nothing"),
        CASE("\x80\x02.", false, "ends with nothing"),
        CASE("\x80\x02}.", false, NULL),
#undef CASE
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        uint8_t bytes[1024];
        struct uncap_error err = {0};
        const size_t n = wrap(cases[i].pickle, cases[i].n, bytes);
        const int status = status_of(bytes, n, &err);
        if (status != (cases[i].is_fine ? UNCAP_OK : UNCAP_ERR_MODEL))
            fail_msg("case %zu: status %d, %s", i, status, err.message);
        if (cases[i].says && !strstr(err.message, cases[i].says))
            fail_msg("case %zu does not say '%s': %s", i, cases[i].says, err.message);
    }
}

static void test_other_files_are_named_as_such(void **state)
{
    (void)state;
    struct uncap_error err = {0};
    struct uncap_weights *w;
    static const char text[] = "just some text that is no checkpoint";
    static const char zip[] = "PK\x03\x04 but nothing else";
    static const char empty_zip[] = "PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
    assert_int_equal(status_of((const uint8_t *)text, sizeof(text), &err), UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "neither a ZIP archive nor a pickle"));
    assert_int_equal(status_of((const uint8_t *)zip, sizeof(zip), &err), UNCAP_ERR_MODEL);
    assert_non_null(strstr(err.message, "directory is missing"));
    assert_int_equal(status_of((const uint8_t *)empty_zip, sizeof(empty_zip), &err), UNCAP_ERR_MODEL);
    assert_int_equal(uncap_torch_open(&w, "/no/such/file.pth", &err), UNCAP_ERR_IO);
    assert_non_null(strstr(err.message, "/no/such/file.pth"));
    assert_int_equal(uncap_torch_open(&w, "/tmp", &err), UNCAP_ERR_IO);
    assert_null(w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_reads_what_was_written),
        cmocka_unit_test(test_every_cut_is_an_error),
        cmocka_unit_test(test_every_changed_byte_is_survived),
        cmocka_unit_test(test_zip_checksums_are_checked),
        cmocka_unit_test(test_hostile_pickles),
        cmocka_unit_test(test_other_files_are_named_as_such),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
