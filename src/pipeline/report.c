/* SPDX-License-Identifier: Apache-2.0 */
#include "pipeline/report.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include <jansson.h>

#include "base/error.h"
#include "base/memory.h"
#include "base/part_file.h"

const char *uncap_stage_name(enum uncap_stage stage)
{
    static const char *const names[UNCAP_N_STAGES] = {"preprocessing", "mask creation", "inpainting",
                                                      "compositing", "encoding"};
    return stage < UNCAP_N_STAGES ? names[stage] : "unknown";
}

void uncap_report_device(struct uncap_report *report, const char *device)
{
    snprintf(report->device, sizeof(report->device), "%s", device);
}

void uncap_report_finish(struct uncap_report *report, double started_s)
{
    struct rusage usage;
    if (!getrusage(RUSAGE_SELF, &usage))
        report->peak_memory_bytes = (uint64_t)usage.ru_maxrss * 1024;
    report->wall_s += uncap_clock_s() - started_s;
}

void uncap_report_clear(struct uncap_report *report)
{
    if (!report)
        return;
    uncap_free(report->fills);
    report->fills = NULL;
    report->n_fills = 0;
}

static json_t *fills_json(const struct uncap_report *r)
{
    json_t *fills = json_array();
    for (size_t i = 0; i < r->n_fills; i++) {
        const struct uncap_fill_report *f = &r->fills[i];
        const double n = f->n_pixels ? (double)f->n_pixels : 1;
        json_array_append_new(fills, json_pack("{s:i,s:I,s:I,s:I,s:f,s:f,s:f}", "id", f->id, "first",
                                               (json_int_t)f->first, "end", (json_int_t)f->end, "pixels",
                                               (json_int_t)f->n_pixels, "unblended",
                                               (double)f->n_unblended / n, "copied", (double)f->n_copied / n,
                                               "invented", (double)f->n_invented / n));
    }
    return fills;
}

static json_t *stages_json(const struct uncap_report *r)
{
    json_t *stages = json_array();
    for (int i = 0; i < UNCAP_N_STAGES; i++) {
        const struct uncap_stage_report *s = &r->stages[i];
        json_array_append_new(stages,
                              json_pack("{s:s,s:f,s:I,s:f}", "stage", uncap_stage_name((enum uncap_stage)i),
                                        "seconds", s->seconds, "frames", (json_int_t)s->frames, "fps",
                                        s->seconds > 0 ? (double)s->frames / s->seconds : 0.0));
    }
    return stages;
}

int uncap_report_save(const struct uncap_report *r, const char *path, struct uncap_error *err)
{
    json_t *json = json_pack(
        "{s:o,s:f,s:I,s:I,s:I,s:I,s:I,s:f,s:I,s:I,s:s,s:s,s:s,s:o}", "stages", stages_json(r), "wall_seconds",
        r->wall_s, "frames", (json_int_t)r->n_frames, "frames_lost", (json_int_t)r->n_frames_lost, "captions",
        (json_int_t)r->n_captions, "captions_removed", (json_int_t)r->n_removed, "detector_calls",
        (json_int_t)r->detector_calls, "detector_calls_per_caption",
        r->n_captions ? (double)r->detector_calls / (double)r->n_captions : 0.0, "recogniser_calls",
        (json_int_t)r->recogniser_calls, "peak_memory_bytes", (json_int_t)r->peak_memory_bytes, "engine",
        r->engine, "encoder", r->encoder, "device", r->device, "fills", fills_json(r));
    if (!json)
        return uncap_fail_nomem(err, "the report");
    char *text = json_dumps(json, JSON_INDENT(1));
    json_decref(json);
    const int status =
        text ? uncap_part_file_save(path, text, strlen(text), err) : uncap_fail_nomem(err, "the report");
    free(text);
    return status;
}
