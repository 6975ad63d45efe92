/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 2: decode, fill what the captions cover, encode. */
#ifndef UNCAPTION_ERASE_H
#define UNCAPTION_ERASE_H

#include <stdbool.h>
#include <stdint.h>

#include "uncaption/captions.h"
#include "uncaption/control.h"
#include "uncaption/detect.h"
#include "uncaption/error.h"
#include "uncaption/report.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_preset { UNCAP_PRESET_DEFAULT, UNCAP_PRESET_FAST, UNCAP_PRESET_BEST };

/* Zero-initialise for the defaults.
 *
 * engine       name of a row of uncap_engine_at, NULL: "flow".
 * prior        engine whose result `engine` starts from, if it wants one; NULL: the one it names itself.
 * preset       how much work the built-in engine spends.
 * encoder      "auto", "nvenc", "x264", "x265", "av1", "vp9", "ffv1", "copy-codec"; NULL: "auto".
 * encoder_preset  as that encoder calls it; NULL: its default here.
 * quality      crf or cq as that encoder understands it; 0: its default here.
 * device       "auto", "cpu", "cuda", "cuda:1", ...; NULL: "auto". For neural engines.
 * precision    "auto", "fp32", "fp16" of the neural engines' weights and activations; NULL: "auto",
 *              which is fp16 on a GPU and fp32 on a CPU.
 * models       folder with the neural engines' checkpoints; NULL: $UNCAPTION_MODELS, then the data folder.
 * max_memory_bytes  upper bound for frames, windows and the engine; 0: 256 MiB.
 * threads      0: one per processor.
 * seed         of diffusion noise and of grain.
 * provenance   file for a lossless video of the source's size and timing, upright, that shows where filled
 *              pixels come from (docs/engines.md says which colour means what); NULL: none. Its container
 *              must hold FFV1: .mkv.
 * no_grain     do not give the filled pixels the noise of their surroundings.
 * allow_damaged  keep going past damaged packets.
 * engine_options  "key=value" strings for one engine alone (docs/engines.md), NULL-ended; may be NULL.
 */
struct uncap_erase_options {
    const char *engine, *prior;
    enum uncap_preset preset;
    const char *encoder, *encoder_preset;
    double quality;
    const char *device, *precision, *models, *provenance;
    uint64_t max_memory_bytes;
    int threads;
    uint64_t seed;
    bool allow_damaged, no_grain;
    const char *const *engine_options;
};

/* Remove every caption of `captions` whose keep is false from `in` and write the result to `out`.
 *
 * out      appears whole or not at all; its ending chooses the container.
 * report   may be NULL; else stages, frames and memory are added to it.
 * control  may be NULL.
 * Blocks until done; progress comes on this thread.
 * Errors   ARG (captions of another video, output equal to input, unknown engine or encoder), IO, MEDIA,
 *          MODEL, BACKEND, UNSUPPORTED, NOMEM, CANCELLED. Nothing is left behind.
 */
int uncap_erase(const char *in, const struct uncap_captions *captions, const char *out,
                const struct uncap_erase_options *options, const struct uncap_control *control,
                struct uncap_report *report, struct uncap_error *err);

/* Check what can be checked before any work: engine and encoder exist and know their options, the engine's
 * checkpoints are there, `out` can be written and is not `in`.
 * Errors: ARG, IO, MODEL, BACKEND, UNSUPPORTED, NOMEM. */
int uncap_erase_check(const char *in, const char *out, const struct uncap_erase_options *options,
                      struct uncap_error *err);

/* What uncap_verify found in the composited frames, before encoding. */
struct uncap_verification {
    int64_t n_frames, n_frames_changed;
    int64_t n_samples, n_samples_changed; /* all planes */
    int64_t n_outside;           /* changed although no caption covers them; 0 unless there is a bug */
    int64_t first_outside_frame; /* -1: none */
    int changed_x0, changed_y0, changed_x1,
        changed_y1; /* bounds of all changes, luma pixels; empty: x0 >= x1 */
};

/* Run everything but the encoder and compare each composited frame with the decoded one, sample by sample, in
 * every plane. Errors as uncap_erase. A sample changed outside the captions is reported in the result, not
 * as an error. */
int uncap_verify(const char *in, const struct uncap_captions *captions,
                 const struct uncap_erase_options *options, const struct uncap_control *control,
                 struct uncap_verification *result, struct uncap_error *err);

/* What uncap_verify_residual found in a result. */
struct uncap_residual {
    int64_t n_frames_looked_at; /* in which removed captions stood */
    int64_t n_frames_left;      /* in which the detector still sees one of them */
    int64_t first_frame_left;   /* -1: none */
    size_t n_captions_left;
};

/* Run the detector on every frame of a result in which a removed caption stood, and look for text in its
 * place. Scene text in that very place counts too. Errors: as uncap_detect; ARG if the picture has another
 * size. */
int uncap_verify_residual(const char *video, const struct uncap_captions *captions,
                          const struct uncap_detect_options *options, const struct uncap_control *control,
                          struct uncap_residual *result, struct uncap_error *err);

struct uncap_overlay_options {
    bool matte_only;     /* the matte alone, white on black, lossless (FFV1, grey) */
    const char *encoder; /* of the debug view; NULL: "auto" */
    int threads;
    bool allow_damaged;
};

/* Write a debug view: boxes, mattes, frame number and caption ids over the video, green where the detector
 * ran, yellow where the frame was interpolated. Errors as uncap_erase. */
int uncap_overlay(const char *in, const struct uncap_captions *captions, const char *out,
                  const struct uncap_overlay_options *options, const struct uncap_control *control,
                  struct uncap_error *err);

/* The i-th engine of this build; false past the end. prior is NULL if it needs none. Strings are static. */
bool uncap_engine_at(size_t i, const char **name, const char **description, const char **prior);

#ifdef __cplusplus
}
#endif
#endif
