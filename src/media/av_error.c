/* SPDX-License-Identifier: Apache-2.0 */
#include "media/av_error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include <libavutil/error.h>

static bool is_file_error(int code)
{
    static const int codes[] = {EACCES, EDQUOT, EFBIG, EIO, EISDIR, EMFILE, ENOENT, ENOSPC, ENOTDIR, EROFS};
    for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++)
        if (code == AVERROR(codes[i]))
            return true;
    return false;
}

static enum uncap_status refine(enum uncap_status status, int code)
{
    if (code == AVERROR(ENOMEM))
        return UNCAP_ERR_NOMEM;
    if (code == AVERROR_EXIT)
        return UNCAP_ERR_CANCELLED;
    return is_file_error(code) ? UNCAP_ERR_IO : status;
}

int uncap_fail_av(struct uncap_error *err, enum uncap_status status, int code, const char *fmt, ...)
{
    char text[768];
    va_list args;
    va_start(args, fmt);
    vsnprintf(text, sizeof(text), fmt, args);
    va_end(args);
    char reason[AV_ERROR_MAX_STRING_SIZE] = "";
    av_strerror(code, reason, sizeof(reason));
    return uncap_fail_cause(err, refine(status, code), code, "%s: %s", text, reason);
}
