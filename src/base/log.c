/* SPDX-License-Identifier: Apache-2.0 */
#include "base/log.h"

#include <stdarg.h>
#include <stdio.h>

void uncap_log(const struct uncap_control *control, enum uncap_log_level level, const char *fmt, ...)
{
    if (!control || !control->on_log)
        return;
    char line[1024];
    va_list args;
    va_start(args, fmt);
    vsnprintf(line, sizeof(line), fmt, args);
    va_end(args);
    control->on_log(control->opaque, level, line);
}
