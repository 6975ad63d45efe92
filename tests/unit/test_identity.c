/* SPDX-License-Identifier: Apache-2.0 */
/* A captions file belongs to one video: the same one anywhere, and no other. */
#include "clip.h"

#include <libavutil/log.h>

#include "base/memory.h"
#include "media/identity.h"

static struct clip_folder folder;

static struct uncap_source must_read(const char *name)
{
    struct uncap_source s = {.name = NULL};
    struct uncap_error err = {0};
    if (uncap_identity_read(&s, clip_path(&folder, name), NULL, &err))
        fail_msg("%s: %s", name, err.message);
    assert_string_equal(s.name, name);
    return s;
}

static void assert_equal(const char *a_name, const char *b_name, const char *why_not)
{
    struct uncap_source a = must_read(a_name), b = must_read(b_name);
    char reason[200] = "";
    const bool is_equal = uncap_identity_equal(&a, &b, reason, sizeof reason);
    if (is_equal != !why_not || (why_not && !strstr(reason, why_not)))
        fail_msg("%s, %s: %d, '%s'", a_name, b_name, is_equal, reason);
    assert_int_equal(uncap_identity_equal(&a, &b, NULL, 0), is_equal);
    uncap_free(a.name);
    uncap_free(b.name);
}

/* Change one byte at a share of the file's length. */
static void spoil(const char *name, double where)
{
    FILE *file = fopen(clip_path(&folder, name), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_int_equal(fseek(file, (long)((double)ftell(file) * where), SEEK_SET), 0);
    const int c = fgetc(file);
    assert_int_equal(fseek(file, -1, SEEK_CUR), 0);
    fputc(c ^ 0x10, file);
    fclose(file);
}

static void test_same_and_other(void **state)
{
    (void)state;
    clip_make(&folder,
              "-f lavfi -i testsrc2=s=160x120:r=25:d=4 -c:v libx264 -g 25 -movflags faststart a.mp4");
    clip_make(&folder, "-f lavfi -i testsrc2=s=192x120:r=25:d=4 -c:v libx264 wide.mp4");
    clip_make(&folder, "-i a.mp4 -c copy a.mkv");
    clip_make(&folder, "-i a.mp4 -c copy a.ts");
    struct uncap_source s = must_read("a.mp4");
    assert_int_equal(s.w, 160);
    assert_int_equal(s.h, 120);
    assert_true(s.size_bytes > 1000);
    assert_true(s.duration_s > 3.99 && s.duration_s < 4.01);
    assert_int_not_equal(s.first_packets_hash, s.last_packets_hash);
    uncap_free(s.name);
    static const char *const same[] = {"a.mp4", "a.mkv", "a.ts", "wide.mp4"};
    for (size_t i = 0; i < sizeof same / sizeof same[0]; i++)
        assert_equal(same[i], same[i], NULL);
    assert_equal("a.mp4", "wide.mp4", "its picture is 192x120, not 160x120");
    assert_equal("a.mp4", "a.mkv", "its size is");
}

static void test_spoiled(void **state)
{
    (void)state;
    clip_make(&folder, "-i a.mp4 -c copy -movflags faststart x.mp4");
    clip_make(&folder, "-i a.mp4 -c copy -movflags faststart y.mp4");
    assert_equal("x.mp4", "y.mp4", NULL);
    spoil("y.mp4", 0.97);
    assert_equal("x.mp4", "y.mp4", "ends with other pictures");
    clip_make(&folder, "-i a.mp4 -c copy -movflags faststart y.mp4");
    spoil("y.mp4", 0.15);
    assert_equal("x.mp4", "y.mp4", "begins with other pictures");
}

/* Captions lie in the picture as it is seen: the same packets shown otherwise are another video. */
static void test_turned(void **state)
{
    (void)state;
    clip_make(&folder, "-i a.mp4 -c copy -movflags faststart -metadata:s:v rotate=270 turned.mp4");
    struct uncap_source turned = must_read("turned.mp4"), old = must_read("turned.mp4");
    char reason[300];
    assert_int_equal(turned.orientation, 5);
    assert_int_equal(turned.w, 120);
    assert_int_equal(turned.h, 160);
    assert_true(uncap_identity_equal(&turned, &old, NULL, 0));
    old.orientation = 0; /* as older programs wrote it */
    old.w = 160;
    old.h = 120;
    assert_false(uncap_identity_equal(&old, &turned, reason, sizeof reason));
    assert_non_null(strstr(reason, "one that is not turned"));
    old.orientation = 6;
    assert_false(uncap_identity_equal(&old, &turned, reason, sizeof reason));
    assert_non_null(strstr(reason, "another way"));
    uncap_free(turned.name);
    uncap_free(old.name);
}

static void test_missing(void **state)
{
    (void)state;
    struct uncap_source s = {.name = NULL};
    struct uncap_error err = {0};
    assert_int_equal(uncap_identity_read(&s, clip_path(&folder, "none.mp4"), NULL, &err), UNCAP_ERR_IO);
    assert_null(s.name);
}

static int open_folder(void **state)
{
    (void)state;
    clip_folder_open(&folder);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    clip_folder_close(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_same_and_other),
        cmocka_unit_test(test_spoiled),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_missing),
    };
    av_log_set_level(AV_LOG_QUIET);
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
