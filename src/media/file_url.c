/* SPDX-License-Identifier: Apache-2.0 */
#include "media/file_url.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"

char *uncap_file_url(const char *path)
{
    const size_t n = strlen(path) + sizeof("file:");
    char *url = uncap_alloc(n, 1);
    if (url)
        snprintf(url, n, "file:%s", path);
    return url;
}
