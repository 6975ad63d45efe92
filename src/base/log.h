/* SPDX-License-Identifier: Apache-2.0 */
/* Lines for a person, handed to the caller's on_log. The library itself never prints. */
#ifndef UNCAP_BASE_LOG_H
#define UNCAP_BASE_LOG_H

#include "base/error.h"
#include "uncaption/control.h"

/* Format and hand over one line without newline. Thread-safe if on_log is. NULL control: nothing. */
void uncap_log(const struct uncap_control *control, enum uncap_log_level level, const char *fmt, ...)
    UNCAP_PRINTF(3, 4);

#endif
