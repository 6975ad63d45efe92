/* SPDX-License-Identifier: Apache-2.0 */
/* Test clips, made by the ffmpeg program at run time in a folder of the test's own. */
#ifndef UNCAP_TESTS_UNIT_CLIP_H
#define UNCAP_TESTS_UNIT_CLIP_H

#include <dirent.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

struct clip_folder {
    char path[64];
};

static inline void clip_folder_open(struct clip_folder *f)
{
    snprintf(f->path, sizeof f->path, "/tmp/uncaption-test-XXXXXX");
    assert_non_null(mkdtemp(f->path));
}

/* Every file in it, then the folder; there are no folders inside. */
static inline void clip_folder_close(struct clip_folder *f)
{
    char path[400];
    DIR *d = opendir(f->path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));) {
        snprintf(path, sizeof path, "%s/%s", f->path, e->d_name);
        if (strcmp(e->d_name, ".") && strcmp(e->d_name, ".."))
            assert_int_equal(unlink(path), 0);
    }
    closedir(d);
    assert_int_equal(rmdir(f->path), 0);
}

/* Files whose name contains `part`. */
static inline int clip_folder_count(const struct clip_folder *f, const char *part)
{
    int n = 0;
    DIR *d = opendir(f->path);
    assert_non_null(d);
    for (struct dirent *e; (e = readdir(d));)
        n += strstr(e->d_name, part) != NULL;
    closedir(d);
    return n;
}

/* Name of a file in the folder; up to four such strings live at a time. */
static inline const char *clip_path(const struct clip_folder *f, const char *name)
{
    static char paths[4][400];
    static int next;
    char *path = paths[next++ % 4];
    snprintf(path, sizeof paths[0], "%s/%s", f->path, name);
    return path;
}

/* Run ffmpeg in the folder; `arguments` name files in it. */
static inline void clip_make(const struct clip_folder *f, const char *arguments)
{
    char command[2400];
    const int n =
        snprintf(command, sizeof command, "cd %s && ffmpeg -nostdin -v error -y %s", f->path, arguments);
    assert_in_range(n, 1, sizeof command - 1);
    assert_int_equal(system(command), 0);
}

/* A file of these bytes. */
static inline void clip_write(const struct clip_folder *f, const char *name, const void *bytes, size_t n)
{
    FILE *file = fopen(clip_path(f, name), "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    assert_int_equal(fclose(file), 0);
}

/* The first n bytes of another file; n < 0: all but the last -n. */
static inline void clip_cut(const struct clip_folder *f, const char *from, const char *to, long n)
{
    FILE *in = fopen(clip_path(f, from), "rb");
    assert_non_null(in);
    assert_int_equal(fseek(in, 0, SEEK_END), 0);
    const size_t size = (size_t)(n < 0 ? ftell(in) + n : n);
    rewind(in);
    char *bytes = malloc(size);
    assert_non_null(bytes);
    assert_int_equal(fread(bytes, 1, size, in), size);
    fclose(in);
    clip_write(f, to, bytes, size);
    free(bytes);
}

#endif
