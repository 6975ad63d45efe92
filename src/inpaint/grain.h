/* SPDX-License-Identifier: Apache-2.0 */
/* Film grain and sensor noise: measured around the captions, given back to fills that have lost it. */
#ifndef UNCAP_INPAINT_GRAIN_H
#define UNCAP_INPAINT_GRAIN_H

#include <stdbool.h>
#include <stdint.h>

#include "inpaint/engine.h"

/* Noise of one plane that is new in every frame.
 *
 * level  standard deviation, grey levels of 8 bit, 0..UNCAP_GRAIN_MAX_LEVEL; 0: none that would be seen
 * size   standard deviation of the Gaussian that white noise is smoothed by to look alike, samples,
 *        0..UNCAP_GRAIN_MAX_SIZE
 */
struct uncap_grain {
    float level, size;
};

#define UNCAP_GRAIN_MAX_LEVEL 24.0f
#define UNCAP_GRAIN_MAX_SIZE 2.0f

/* Measure one plane's grain where the window shows no caption.
 *
 * Blocks of 8 x 8 samples of at most 24 pairs of neighbouring frames are looked at; those that hold least
 * detail speak for the window, but only if nothing like them is found nearby in the next frame: there is no
 * grain where all is textured. Noise that the codec repeats from frame to frame is no grain either: what is
 * around the caption then stands still, and so must the fill.
 * Memory  at most 9 bytes a luma sample, freed before return.
 * Threads same result for any number of slices.
 * Errors  NOMEM
 */
int uncap_grain_measure(const struct uncap_window *window, int plane, struct uncap_slices *slices,
                        struct uncap_grain *out, struct uncap_error *err);

/* Give the filled core frames of a window the grain of its surroundings: measure every plane, then add what
 * the fill lacks, sample by sample, where coverage > 0 and nowhere else. Fills that are as noisy as their
 * surroundings, or textured, stay as they are. The noise is a function of seed, display index, plane and
 * place in the picture.
 *
 * Memory  beside uncap_grain_measure's at most 40 bytes a luma sample and thread, freed before return; less
 *         than any engine's own, which is free again by then.
 * Threads same result for any number of slices.
 * Errors  NOMEM, CANCELLED within one batch of frames
 */
int uncap_grain_apply(const struct uncap_window *window, uint64_t seed, struct uncap_slices *slices,
                      struct uncap_cancel *cancel, struct uncap_error *err);

#endif
