/* SPDX-License-Identifier: Apache-2.0 */
/* Output files appear whole or not at all, and never over the input. */
#include "clip.h"

#include <sys/stat.h>

#include "base/part_file.h"
#include "uncaption/path.h"

static void append(const char *path, const char *text)
{
    FILE *file = fopen(path, "ab");
    assert_non_null(file);
    fputs(text, file);
    fclose(file);
}

static void assert_content(const char *path, const char *want)
{
    char got[64] = "";
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fread(got, 1, sizeof got - 1, file), strlen(want));
    fclose(file);
    assert_string_equal(got, want);
}

static void test_finish_and_abandon(void **state)
{
    (void)state;
    static const char *const names[] = {"plain.mkv", "with space 'quote' \"and\" \xc3\xa4.mkv", ".hidden"};
    struct clip_folder f;
    clip_folder_open(&f);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct uncap_part_file part;
        const char *target = clip_path(&f, names[i]);
        clip_write(&f, names[i], "old", 3);
        assert_int_equal(uncap_part_file_open(&part, target, NULL, NULL), UNCAP_OK);
        append(part.path, "new");
        assert_content(target, "old");
        uncap_part_file_close(&part);
        assert_content(target, "old");
        assert_int_equal(clip_folder_count(&f, ".part-"), 0);

        assert_int_equal(uncap_part_file_open(&part, target, NULL, NULL), UNCAP_OK);
        append(part.path, "new");
        assert_int_equal(uncap_part_file_finish(&part, NULL), UNCAP_OK);
        uncap_part_file_close(&part);
        assert_content(target, "new");
        assert_int_equal(clip_folder_count(&f, ".part-"), 0);
    }
    clip_folder_close(&f);
}

static void test_two_at_a_time(void **state)
{
    (void)state;
    struct clip_folder f;
    struct uncap_part_file a, b;
    clip_folder_open(&f);
    assert_int_equal(uncap_part_file_open(&a, clip_path(&f, "x.mp4"), NULL, NULL), UNCAP_OK);
    assert_int_equal(uncap_part_file_open(&b, clip_path(&f, "x.mp4"), NULL, NULL), UNCAP_OK);
    assert_string_not_equal(a.path, b.path);
    assert_int_equal(clip_folder_count(&f, ".x.mp4.part-"), 2);
    uncap_part_file_close(&a);
    uncap_part_file_close(&b);
    clip_folder_close(&f);
}

static void test_longest_name(void **state)
{
    (void)state;
    struct clip_folder f;
    struct uncap_part_file part;
    char name[256];
    clip_folder_open(&f);
    memset(name, 'n', 255);
    name[255] = 0;
    const char *target = clip_path(&f, name);
    assert_int_equal(uncap_part_file_open(&part, target, NULL, NULL), UNCAP_OK);
    assert_int_equal(uncap_part_file_finish(&part, NULL), UNCAP_OK);
    uncap_part_file_close(&part);
    assert_int_equal(access(target, F_OK), 0);
    clip_folder_close(&f);
}

/* A link at the target stays a link. */
static void test_symbolic_link(void **state)
{
    (void)state;
    struct clip_folder f;
    struct uncap_part_file part;
    struct stat st;
    clip_folder_open(&f);
    clip_write(&f, "real", "old", 3);
    assert_int_equal(symlink("real", clip_path(&f, "link")), 0);
    assert_int_equal(uncap_part_file_open(&part, clip_path(&f, "link"), NULL, NULL), UNCAP_OK);
    append(part.path, "new");
    assert_int_equal(uncap_part_file_finish(&part, NULL), UNCAP_OK);
    uncap_part_file_close(&part);
    assert_content(clip_path(&f, "real"), "new");
    assert_int_equal(lstat(clip_path(&f, "link"), &st), 0);
    assert_true(S_ISLNK(st.st_mode));
    clip_folder_close(&f);
}

static void test_refusals(void **state)
{
    (void)state;
    struct clip_folder f;
    clip_folder_open(&f);
    clip_write(&f, "in.mp4", "video", 5);
    assert_int_equal(symlink("in.mp4", clip_path(&f, "soft.mp4")), 0);
    assert_int_equal(link(clip_path(&f, "in.mp4"), clip_path(&f, "hard.mp4")), 0);
    const struct {
        const char *path;
        int status;
        const char *says;
    } cases[] = {
        {clip_path(&f, "in.mp4"), UNCAP_ERR_ARG, "same file"},
        {clip_path(&f, "soft.mp4"), UNCAP_ERR_ARG, "same file"},
        {clip_path(&f, "hard.mp4"), UNCAP_ERR_ARG, "same file"},
        {f.path, UNCAP_ERR_ARG, "folder"},
        {"/dev/null", UNCAP_ERR_ARG, "not a regular file"},
        {"", UNCAP_ERR_ARG, "no name"},
        {"/nonexistent/out.mp4", UNCAP_ERR_IO, "No such file or directory; make its folder"},
        {"/proc/out.mp4", UNCAP_ERR_IO, "/proc/out.mp4"},
    };
    char source[400];
    snprintf(source, sizeof source, "%s/in.mp4", f.path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uncap_part_file part;
        struct uncap_error err = {0};
        assert_int_equal(uncap_part_file_open(&part, cases[i].path, source, &err), cases[i].status);
        assert_int_equal(err.status, cases[i].status);
        assert_non_null(strstr(err.message, cases[i].says));
        assert_null(part.path);
        uncap_part_file_close(&part);
        assert_int_equal(uncap_path_check(cases[i].path, source, NULL),
                         strcmp(cases[i].path, "/dev/null") ? cases[i].status : UNCAP_OK);
    }
    assert_int_equal(uncap_path_check(clip_path(&f, "new.json"), source, NULL), UNCAP_OK);
    assert_int_equal(clip_folder_count(&f, "new.json"), 0);
    assert_int_equal(clip_folder_count(&f, ".part-"), 0);
    clip_folder_close(&f);
}

/* The file is replaced whole, through a link too; what failed leaves nothing; a device is written
 * straight. */
static void test_save(void **state)
{
    (void)state;
    struct clip_folder f;
    struct uncap_error err = {0};
    clip_folder_open(&f);
    clip_write(&f, "report.json", "an older and longer one", 23);
    assert_int_equal(symlink("report.json", clip_path(&f, "link.json")), 0);
    assert_int_equal(uncap_part_file_save(clip_path(&f, "report.json"), "new", 3, &err), UNCAP_OK);
    assert_content(clip_path(&f, "report.json"), "new");
    assert_int_equal(uncap_part_file_save(clip_path(&f, "link.json"), "newer", 5, &err), UNCAP_OK);
    assert_content(clip_path(&f, "report.json"), "newer");
    assert_int_equal(uncap_part_file_save("/dev/null", "x", 1, &err), UNCAP_OK);
    assert_int_equal(uncap_part_file_save("/dev/full", "x", 1, &err), UNCAP_ERR_IO);
    assert_non_null(strstr(err.message, "/dev/full"));
    assert_int_equal(uncap_part_file_save(f.path, "x", 1, &err), UNCAP_ERR_ARG);
    assert_int_equal(uncap_part_file_save("/nonexistent/x.json", "x", 1, &err), UNCAP_ERR_IO);
    assert_int_equal(clip_folder_count(&f, ".part-"), 0);
    clip_folder_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finish_and_abandon), cmocka_unit_test(test_two_at_a_time),
        cmocka_unit_test(test_longest_name),       cmocka_unit_test(test_symbolic_link),
        cmocka_unit_test(test_refusals),           cmocka_unit_test(test_save),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
