/* SPDX-License-Identifier: Apache-2.0 */
/* What a run did and how long each stage took. */
#ifndef UNCAPTION_REPORT_H
#define UNCAPTION_REPORT_H

#include <stddef.h>
#include <stdint.h>

#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_stage {
    UNCAP_STAGE_PREPROCESSING, /* decoding, all passes */
    UNCAP_STAGE_MASKS,         /* detection, linking, mattes */
    UNCAP_STAGE_INPAINTING,    /* the engine */
    UNCAP_STAGE_COMPOSITING,
    UNCAP_STAGE_ENCODING, /* encoder and container */
    UNCAP_N_STAGES,
};

/* Busy time of a stage's thread, waits left out; stages overlap, so their sum may exceed wall_s. */
struct uncap_stage_report {
    double seconds;
    int64_t frames; /* that the stage worked on */
};

/* Zero-initialise; one report may collect a detect and an erase call. */
struct uncap_report {
    struct uncap_stage_report stages[UNCAP_N_STAGES];
    double wall_s;
    int64_t n_frames;
    int64_t n_frames_lost; /* damaged input that was passed over */
    size_t n_captions, n_removed;
    int64_t detector_calls, recogniser_calls;
    uint64_t peak_memory_bytes; /* of the process */
    char engine[32], encoder[32], device[32];
};

/* "preprocessing", "mask creation", "inpainting", "compositing", "encoding". */
const char *uncap_stage_name(enum uncap_stage stage);

/* Write the report as JSON, whole or not at all. Errors: IO, NOMEM. */
int uncap_report_save(const struct uncap_report *report, const char *path, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
