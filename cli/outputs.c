/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/outputs.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* stat of the folder that holds a file. */
static int stat_folder(const char *path, struct stat *out)
{
    const char *slash = strrchr(path, '/');
    char folder[4096];
    const int n =
        snprintf(folder, sizeof(folder), "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    return n < (int)sizeof(folder) ? stat(folder, out) : -1;
}

static bool is_one_file(const struct stat *a, const struct stat *b)
{
    return a->st_dev == b->st_dev && a->st_ino == b->st_ino;
}

/* One file, whether it is there or not? Devices and pipes may be written more than once. */
static bool is_same(const char *a, const char *b)
{
    struct stat x, y;
    const bool is_there = !stat(a, &x);
    if (is_there != !stat(b, &y))
        return false;
    if (is_there)
        return S_ISREG(x.st_mode) && is_one_file(&x, &y);
    const char *name_a = strrchr(a, '/'), *name_b = strrchr(b, '/');
    return !strcmp(name_a ? name_a + 1 : a, name_b ? name_b + 1 : b) && !stat_folder(a, &x) &&
           !stat_folder(b, &y) && is_one_file(&x, &y);
}

int outputs_check(const struct args *args, struct uncap_error *err)
{
    const char *const paths[] = {args->out, args->captions_out,     args->srt,
                                 args->ass, args->erase.provenance, args->report};
    const int n = sizeof(paths) / sizeof(paths[0]);
    for (int i = 0; i < n; i++) {
        if (!paths[i])
            continue;
        for (int k = 0; k < args->n_operands; k++) {
            const int status = uncap_path_check(paths[i], args->operands[k], err);
            if (status)
                return status;
        }
        for (int k = 0; k < i; k++)
            if (paths[k] && is_same(paths[k], paths[i])) {
                err->status = UNCAP_ERR_ARG;
                snprintf(err->message, sizeof(err->message),
                         "two results are to be written to '%s'; give each a name of its own", paths[i]);
                return err->status;
            }
    }
    return UNCAP_OK;
}
