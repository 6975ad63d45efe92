/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include <libavutil/log.h>

#include "uncaption/uncaption.h"

const char *uncap_version(void)
{
    return UNCAP_VERSION;
}

void uncap_silence_libraries(void)
{
    av_log_set_level(AV_LOG_QUIET);
    setenv("SVT_LOG", "1", 0); /* SVT-AV1 prints past libav and listens to this alone: errors only */
    setenv("ORT_DISABLE_TELEMETRY", "1",
           1); /* else it keeps a database in the home folder and sends it to its maker */
}
