/* SPDX-License-Identifier: Apache-2.0 */
/* A motion module at run time: the one part of the UNet in which the frames of a window meet.
 *
 * Its norm takes statistics over all frames, and its attention runs along the frames of one pixel. So the
 * norm is done here, over all frames, and the transformer in tiles of pixels: memory stays that of a tile. */
#ifndef UNCAP_INPAINT_DIFFUERASER_MOTION_H
#define UNCAP_INPAINT_DIFFUERASER_MOTION_H

#include <stdbool.h>

#include "base/cancel.h"
#include "base/slices.h"
#include "nn/runtime.h"
#include "nn/weights.h"

struct uncap_motion;

/* key              path of the module in the UNet.
 * frames           of a window; at most the rows of the checkpoint's position table, unless `interpolates`,
 * which resamples the table (experimental).
 * allows_half      see struct uncap_chain_options.
 * channels, pixels  of the activations: [frames][channels][pixels].
 */
struct uncap_motion_options {
    struct uncap_runtime *runtime;
    const struct uncap_weights *weights;
    const char *key;
    int frames, channels, pixels;
    bool interpolates, is_lean, allows_half;
};

/* Errors  UNSUPPORTED (more frames than positions), MODEL, BACKEND, NOMEM. */
int uncap_motion_open(struct uncap_motion **out, const struct uncap_motion_options *options,
                      struct uncap_error *err);
void uncap_motion_close(struct uncap_motion **motion);

/* x += module(x), in place.
 *
 * x       [n_videos * frames][channels][pixels] f32; each video on its own.
 * slices  for the norm and the transpositions; may be NULL. Same bytes for any number of threads.
 * Memory  about 96 bytes a value of a tile of pixels, ONNX Runtime's own included, while it runs.
 */
int uncap_motion_run(const struct uncap_motion *motion, float *x, int n_videos, struct uncap_slices *slices,
                     struct uncap_cancel *cancel, struct uncap_error *err);

#endif
