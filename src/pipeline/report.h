/* SPDX-License-Identifier: Apache-2.0 */
/* Measuring the stages of a run for the public report. */
#ifndef UNCAP_PIPELINE_REPORT_H
#define UNCAP_PIPELINE_REPORT_H

#include "pipeline/clock.h"
#include "uncaption/report.h"

/* Add the time since *mark to a stage and move the mark to now. One thread per stage report at a time. */
static inline void uncap_stage_lap(struct uncap_stage_report *stage, double *mark_s, int64_t frames)
{
    const double now_s = uncap_clock_s();
    stage->seconds += now_s - *mark_s;
    stage->frames += frames;
    *mark_s = now_s;
}

/* Say which device networks ran on; the last word counts. */
void uncap_report_device(struct uncap_report *report, const char *device);

/* Add wall time since started_s and the process's peak memory. */
void uncap_report_finish(struct uncap_report *report, double started_s);

#endif
