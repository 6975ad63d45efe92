/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/locate.h"

#include <dlfcn.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "install_paths.h" /* written by meson */

/* Folder of the running program (0) or of the library this code is in (1). */
static bool folder_of(int which, char *folder)
{
    char found[UNCAP_PATH_MAX];
    Dl_info info;
    if (which == 0) {
        const ssize_t n = readlink("/proc/self/exe", found, sizeof(found) - 1);
        if (n <= 0)
            return false;
        found[n] = '\0';
    } else {
        static const char here = 0;
        if (!dladdr(&here, &info) || !info.dli_fname)
            return false;
        snprintf(found, sizeof(found), "%s", info.dli_fname);
    }
    char *real = realpath(found, NULL); /* PATH_MAX may not bound a real path */
    if (!real)
        return false;
    char *slash = strrchr(real, '/');
    const bool fits = slash && (size_t)(slash - real) < UNCAP_PATH_MAX;
    if (fits) {
        *slash = '\0';
        snprintf(folder, UNCAP_PATH_MAX, "%s", real);
    }
    free(real);
    return fits;
}

/* folder + below + "/" + name; false, and an empty path, if it does not fit. */
static bool join(char *path, const char *folder, const char *below, const char *name)
{
    const char *const parts[] = {folder, below, *name ? "/" : "", name};
    size_t n = 0;
    for (size_t i = 0; i < 4; i++) {
        const size_t length = strlen(parts[i]);
        if (length >= UNCAP_PATH_MAX - n) {
            path[0] = '\0';
            return false;
        }
        memcpy(path + n, parts[i], length);
        n += length;
    }
    path[n] = '\0';
    return true;
}

/* i-th of the places relative to the program, then to the library. */
static bool relative(const char *const *below, int n_below, int i, const char *name, char *path)
{
    char folder[UNCAP_PATH_MAX];
    path[0] = '\0';
    if (i >= 2 * n_below)
        return false;
    if (folder_of(i / n_below, folder))
        join(path, folder, below[i % n_below], name);
    return true;
}

bool uncap_locate_library(const char *name, int i, char *path)
{
    static const char *const below[] = {"/../lib/uncaption", "/../.deps/lib", "/../../.deps/lib",
                                        "/../../../.deps/lib", ""};
    const int n = sizeof(below) / sizeof(*below);
    if (relative(below, n, i, name, path))
        return true;
    if (i == 2 * n)
        return join(path, UNCAP_LIBRARY_DIR, "", name);
    if (i == 2 * n + 1)
        return join(path, name, "", "");
    return false;
}

bool uncap_locate_folder(const char *models, int i, char *path)
{
    static const char *const below[] = {"/../.deps/models", "/../../.deps/models", "/../../../.deps/models",
                                        "/../share/uncaption/models"};
    const int n = sizeof(below) / sizeof(*below);
    path[0] = '\0';
    if (i == 0)
        return !models || join(path, models, "", "");
    if (i == 1) {
        const char *env = getenv("UNCAPTION_MODELS");
        return !env || join(path, env, "", "");
    }
    if (relative(below, n, i - 2, "", path))
        return true;
    return i == 2 * n + 2 && join(path, UNCAP_DATA_DIR, "/models", "");
}

int uncap_locate_model(const char *models, const char *name, const char *hint, char *path,
                       struct uncap_error *err)
{
    char tried[700] = "";
    size_t n = 0;
    for (int i = 0; uncap_locate_folder(models, i, path); i++) {
        char folder[UNCAP_PATH_MAX];
        if (!path[0])
            continue;
        snprintf(folder, sizeof(folder), "%s", path);
        if (join(path, folder, "", name) && access(path, R_OK) == 0)
            return UNCAP_OK;
        /* Folders that do not exist say nothing, unless somebody named them. */
        if ((i < 2 || access(folder, X_OK) == 0) && n < sizeof(tried)) {
            const int more = snprintf(tried + n, sizeof(tried) - n, "%s%s", n ? ", " : "", folder);
            n += more > 0 ? (size_t)more : 0;
        }
    }
    path[0] = '\0';
    return uncap_fail(err, UNCAP_ERR_MODEL, "model file %s is not in %s; %s", name,
                      n ? tried : "any known folder", hint);
}
