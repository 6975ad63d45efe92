/* SPDX-License-Identifier: Apache-2.0 */
#include <libavutil/log.h>

#include "uncaption/uncaption.h"

const char *uncap_version(void)
{
    return UNCAP_VERSION;
}

void uncap_silence_libraries(void)
{
    av_log_set_level(AV_LOG_QUIET);
}
