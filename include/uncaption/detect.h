/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 1: find where and when there is caption text, and which pixels it touches. */
#ifndef UNCAPTION_DETECT_H
#define UNCAPTION_DETECT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uncaption/captions.h"
#include "uncaption/control.h"
#include "uncaption/error.h"
#include "uncaption/report.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_sample {
    UNCAP_SAMPLE_ADAPTIVE, /* cheap look at every frame, detector where needed */
    UNCAP_SAMPLE_EVEN,     /* frames 0, 2, 4, ...; an odd frame is the union of its neighbours */
    UNCAP_SAMPLE_EVERY,    /* the detector runs on every frame */
};

enum uncap_what {
    /* lines that stand still, or move steadily, while the picture does otherwise, in the video's caption
     * style */
    UNCAP_WHAT_CAPTIONS,
    UNCAP_WHAT_TEXT, /* all text */
    UNCAP_WHAT_LOGO, /* always-present text */
};

/* A part of the picture. Pixels, or per cent of width and height when is_percent. */
struct uncap_region {
    double x, y, w, h;
    bool is_percent;
};

/* Zero-initialise for the defaults.
 *
 * regions     look only there, in the picture as players show it; NULL: automatic (whole picture, then the
 *             band where captions were found).
 * batch       frames a detector call takes at most, 1..64; 0: 1 on a CPU, 32 on a GPU. Changes no result.
 * workers     detector threads; 0: one per processor.
 * device      "auto", "cpu", "cuda", "cuda:1", ...; NULL: "auto".
 * detector    .onnx of a PP-OCR detection model; NULL: the installed one.
 * recogniser, dictionary  .onnx and its dictionary; NULL: the installed ones.
 * no_text     do not run the recogniser.
 * allow_damaged  keep going past damaged packets.
 * max_memory_bytes  0: 512 MiB.
 */
struct uncap_detect_options {
    enum uncap_sample sample;
    enum uncap_what what;
    const struct uncap_region *regions;
    size_t n_regions;
    int batch, workers;
    const char *device, *detector, *recogniser, *dictionary;
    bool no_text;
    bool allow_damaged;
    uint64_t max_memory_bytes;
};

/* Find the captions of a video.
 *
 * out      receives the captions; close with uncap_captions_close. None found is not an error.
 * report   may be NULL; else stages, calls and memory are added to it.
 * Blocks until done; progress comes on this thread.
 * Errors   ARG (region outside the picture), IO, MEDIA, MODEL, BACKEND, UNSUPPORTED (samples, a picture that
 *          changes its size), NOMEM, CANCELLED.
 */
int uncap_detect(const char *in, const struct uncap_detect_options *options,
                 const struct uncap_control *control, struct uncap_captions **out,
                 struct uncap_report *report, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
