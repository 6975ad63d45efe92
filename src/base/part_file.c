/* SPDX-License-Identifier: Apache-2.0 */
#include "base/part_file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/memory.h"
#include "uncaption/path.h"

enum { SUFFIX = 6, ATTEMPTS = 100 };

static int fail_io(struct uncap_error *err, const char *path, int cause)
{
    return uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot write '%s': %s", path, strerror(cause));
}

/* Refuse what must not be replaced. */
static int check_target(const char *path, const char *source, struct uncap_error *err)
{
    struct stat target, from;
    if (stat(path, &target))
        return errno == ENOENT ? UNCAP_OK : fail_io(err, path, errno);
    if (S_ISDIR(target.st_mode))
        return uncap_fail(err, UNCAP_ERR_ARG, "cannot write '%s': it is a folder; add a file name", path);
    if (!S_ISREG(target.st_mode))
        return uncap_fail(err, UNCAP_ERR_ARG, "cannot write '%s': it exists and is not a regular file", path);
    if (source && !stat(source, &from) && from.st_dev == target.st_dev && from.st_ino == target.st_ino)
        return uncap_fail(err, UNCAP_ERR_ARG, "output and input are the same file, '%s'; choose another name",
                          path);
    return access(path, W_OK) ? fail_io(err, path, errno) : UNCAP_OK;
}

/* Copy path with symbolic links followed, so that the rename replaces the file and not the link. */
static char *resolve(const char *path)
{
    char *real = realpath(path, NULL);
    char *copy = uncap_strdup(real ? real : path);
    free(real);
    return copy;
}

/* Random letters: two programs that write the same target must not meet. */
static bool fill_suffix(char *suffix)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz012345";
    unsigned char bytes[SUFFIX];
    if (getrandom(bytes, sizeof(bytes), 0) != (ssize_t)sizeof(bytes))
        return false;
    for (int i = 0; i < SUFFIX; i++)
        suffix[i] = letters[bytes[i] % 32];
    return true;
}

/* Folder, dot, as much of the name as a file name has room for, ".part-XXXXXX". */
static char *part_path(const char *target)
{
    const char *slash = strrchr(target, '/');
    const size_t folder = slash ? (size_t)(slash - target) + 1 : 0;
    size_t name = strlen(target + folder);
    const size_t room = NAME_MAX - sizeof(".") - sizeof(".part-XXXXXX");
    if (name > room)
        name = room;
    const size_t size = folder + name + sizeof("..part-XXXXXX");
    char *path = uncap_alloc(size, 1);
    if (path)
        snprintf(path, size, "%.*s.%.*s.part-XXXXXX", (int)folder, target, (int)name, target + folder);
    return path;
}

static int create(struct uncap_part_file *part, struct uncap_error *err)
{
    for (int i = 0; i < ATTEMPTS; i++) {
        if (!fill_suffix(part->path + strlen(part->path) - SUFFIX))
            break;
        const int fd = open(part->path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0) {
            close(fd);
            return UNCAP_OK;
        }
        if (errno != EEXIST)
            break;
    }
    const int cause = errno;
    uncap_free(part->path); /* not ours to remove */
    part->path = NULL;
    if (cause == ENOENT)
        return uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot write '%s': %s; make its folder first",
                                part->target, strerror(cause));
    return fail_io(err, part->target, cause);
}

int uncap_part_file_open(struct uncap_part_file *part, const char *path, const char *source,
                         struct uncap_error *err)
{
    *part = (struct uncap_part_file){.target = NULL};
    int status = *path ? check_target(path, source, err)
                       : uncap_fail(err, UNCAP_ERR_ARG, "the output file has no name");
    if (status)
        return status;
    part->target = resolve(path);
    part->path = part->target ? part_path(part->target) : NULL;
    status = part->path ? create(part, err) : uncap_fail_nomem(err, "a file name");
    if (status)
        uncap_part_file_close(part);
    return status;
}

int uncap_part_file_finish(struct uncap_part_file *part, struct uncap_error *err)
{
    if (rename(part->path, part->target))
        return fail_io(err, part->target, errno);
    uncap_free(part->path);
    part->path = NULL;
    return UNCAP_OK;
}

void uncap_part_file_close(struct uncap_part_file *part)
{
    if (part->path)
        unlink(part->path);
    uncap_free(part->path);
    uncap_free(part->target);
    *part = (struct uncap_part_file){.target = NULL};
}

/* Write and sync; the file is closed either way. */
static int write_all(FILE *f, const char *path, const char *bytes, size_t length, bool is_synced,
                     struct uncap_error *err)
{
    bool is_written = fwrite(bytes, 1, length, f) == length && !fflush(f);
    if (is_written && is_synced)
        is_written = !fsync(fileno(f));
    const int cause = errno;
    const bool is_closed = !fclose(f);
    if (is_written && is_closed)
        return UNCAP_OK;
    return fail_io(err, path, is_written ? errno : cause);
}

static int write_through(const char *path, const char *bytes, size_t length, struct uncap_error *err)
{
    FILE *f = fopen(path, "wb");
    return f ? write_all(f, path, bytes, length, false, err) : fail_io(err, path, errno);
}

/* A pipe, a device: nothing that a rename could replace. */
static bool is_written_through(const char *path)
{
    struct stat target;
    return !stat(path, &target) && !S_ISREG(target.st_mode) && !S_ISDIR(target.st_mode);
}

int uncap_path_check(const char *path, const char *source, struct uncap_error *err)
{
    if (is_written_through(path))
        return access(path, W_OK) ? fail_io(err, path, errno) : UNCAP_OK;
    struct uncap_part_file part;
    const int status = uncap_part_file_open(&part, path, source, err);
    uncap_part_file_close(&part);
    return status;
}

int uncap_part_file_save(const char *path, const char *bytes, size_t length, struct uncap_error *err)
{
    if (is_written_through(path))
        return write_through(path, bytes, length, err);
    struct uncap_part_file part;
    int status = uncap_part_file_open(&part, path, NULL, err);
    if (status)
        return status;
    FILE *f = fopen(part.path, "wb");
    status = f ? write_all(f, part.target, bytes, length, true, err) : fail_io(err, part.target, errno);
    if (!status)
        status = uncap_part_file_finish(&part, err);
    uncap_part_file_close(&part);
    return status;
}
