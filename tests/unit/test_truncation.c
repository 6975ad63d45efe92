/* SPDX-License-Identifier: Apache-2.0 */
/* Files that are shorter than they say, built byte by byte. */
#include "clip.h"

#include "media/truncation.h"

#define EBML                                                                                                 \
    "\x1a\x45\xdf\xa3\x84"                                                                                   \
    "abcd"                                                                                                   \
    "\x18\x53\x80\x67"

struct extent_case {
    const char *what;
    const char *bytes;
    size_t n; /* padded with zeros up to here */
    bool is_cut;
};

#define BYTES(s) s, sizeof(s) - 1

static const struct extent_case cases[] = {
    {"whole MP4",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x0c"
           "mdat"
           "1234"
           "\0\0\0\x08"
           "moov"),
     false},
    {"MP4 that ends in mdat",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x08"
           "moov"
           "\0\0\0\x0c"
           "mdat"
           "123"),
     true},
    {"MP4 with a 64 bit size, whole",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x01"
           "mdat"
           "\0\0\0\0\0\0\0\x12"
           "12"),
     false},
    {"MP4 with a 64 bit size, cut",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x01"
           "mdat"
           "\0\0\1\0\0\0\0\x12"
           "12"),
     true},
    {"MP4 whose last box reaches to the end",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\0"
           "mdat"
           "1"),
     false},
    {"MP4 with a cut box of no weight",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x0c"
           "free"
           "1"),
     false},
    {"MP4 with a box too small",
     BYTES("\0\0\0\x08"
           "ftyp"
           "\0\0\0\x03"
           "mdat"),
     false},
    {"whole Matroska",
     BYTES(EBML "\x84"
                "12345678"),
     false},
    {"cut Matroska",
     BYTES(EBML "\x01\0\0\0\0\0\x10\0"
                "1234"),
     true},
    {"live Matroska",
     BYTES(EBML "\x01\xff\xff\xff\xff\xff\xff\xff"
                "1234"),
     false},
    {"EBML and nothing else", BYTES("\x1a\x45\xdf\xa3"), false},
    {"EBML with a length that makes no sense", BYTES("\x1a\x45\xdf\xa3\0\0\0\0\0\0\0\0\0"), false},
    {"whole AVI",
     BYTES("RIFF"
           "\x08\0\0\0"
           "AVI 1234"),
     false},
    {"cut AVI",
     BYTES("RIFF"
           "\x09\0\0\0"
           "AVI 1234"),
     true},
    {"one byte", BYTES("x"), false},
    {"something else", BYTES("hello, this is not a video"), false},
};

static void test_built_by_hand(void **state)
{
    (void)state;
    struct clip_folder f;
    clip_folder_open(&f);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        bool is_cut;
        struct uncap_error err = {0};
        clip_write(&f, "file", cases[i].bytes, cases[i].n);
        assert_int_equal(uncap_truncation_check(clip_path(&f, "file"), (int64_t)cases[i].n, &is_cut, &err),
                         UNCAP_OK);
        if (is_cut != cases[i].is_cut)
            fail_msg("%s: is_cut is %d", cases[i].what, is_cut);
    }
    clip_folder_close(&f);
}

static void test_transport_stream(void **state)
{
    (void)state;
    static const struct {
        int packet, sync, size;
        bool is_cut;
    } sizes[] = {{188, 0, 188 * 3, false},
                 {188, 0, 188 * 3 - 1, true},
                 {192, 4, 192 * 4, false},
                 {192, 4, 192 * 3 + 50, true}};
    struct clip_folder f;
    clip_folder_open(&f);
    for (size_t i = 0; i < sizeof sizes / sizeof sizes[0]; i++) {
        uint8_t bytes[1000] = {0};
        bool is_cut;
        for (int at = sizes[i].sync; at < sizes[i].size; at += sizes[i].packet)
            bytes[at] = 0x47;
        clip_write(&f, "file", bytes, (size_t)sizes[i].size);
        assert_int_equal(uncap_truncation_check(clip_path(&f, "file"), sizes[i].size, &is_cut, NULL),
                         UNCAP_OK);
        assert_int_equal(is_cut, sizes[i].is_cut);
    }
    clip_folder_close(&f);
}

static void test_missing(void **state)
{
    (void)state;
    bool is_cut;
    struct uncap_error err = {0};
    assert_int_equal(uncap_truncation_check("/nonexistent/file", 1, &is_cut, &err), UNCAP_ERR_IO);
    assert_non_null(strstr(err.message, "/nonexistent/file"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_built_by_hand),
        cmocka_unit_test(test_transport_stream),
        cmocka_unit_test(test_missing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
