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

/* What became of the pixels that one removed caption covered, added up over its frames.
 *
 * n_unblended  recovered from what shines through the caption
 * n_copied     taken from other frames
 * n_invented   more than half guessed; the rest is real. Engines that cannot tell count all as invented.
 */
struct uncap_fill_report {
    int id;
    int64_t first, end; /* frames, half-open */
    int64_t n_pixels, n_unblended, n_copied, n_invented;
};

/* Zero-initialise; one report may collect a detect and an erase call. Free what it owns with
 * uncap_report_clear. */
struct uncap_report {
    struct uncap_stage_report stages[UNCAP_N_STAGES];
    double wall_s;
    int64_t n_frames;
    int64_t n_frames_lost; /* damaged input that was passed over */
    size_t n_captions, n_removed;
    int64_t detector_calls, recogniser_calls;
    uint64_t peak_memory_bytes; /* of the process */
    char engine[32], encoder[32];
    char device[32];                 /* that the last networks ran on; "" where none did */
    struct uncap_fill_report *fills; /* [n_fills] of the last erase call, in order of the captions; owned */
    size_t n_fills;
};

/* "preprocessing", "mask creation", "inpainting", "compositing", "encoding". */
const char *uncap_stage_name(enum uncap_stage stage);

/* Free the report's array and forget it. NULL-safe. */
void uncap_report_clear(struct uncap_report *report);

/* Write the report as JSON, whole or not at all. Errors: IO, NOMEM. */
int uncap_report_save(const struct uncap_report *report, const char *path, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
