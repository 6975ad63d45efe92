/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames the denoiser sees together, and how the results of overlapping windows become one.
 *
 * Source  DiffuEraser specification, sections 10.8 (pre-inference) and 10.9 c, e (windows, fusion). */
#ifndef UNCAP_INPAINT_DIFFUERASER_SCHEDULE_H
#define UNCAP_INPAINT_DIFFUERASER_SCHEDULE_H

#include <stddef.h>

enum { UNCAP_SCHEDULE_MAX_SAMPLES = 22 };

/* First frames of the windows of one sampler step over n frames; every window has min(n, clip) frames.
 *
 * step    0-based; even and odd steps start their windows at different frames, so that seams move.
 * starts  room for uncap_schedule_max_windows(n, clip) values, or NULL to count only.
 * Returns how many there are.
 */
int uncap_schedule_starts(int n, int clip, int step, int *starts);

/* Upper bound for any step. */
int uncap_schedule_max_windows(int n, int clip);

/* Put one window's result into the fused result; windows come in order.
 *
 * fused    [n][frame_values] f32.
 * part     [clip][frame_values] f32, for frames start .. start + clip.
 * covered  frames 0 .. covered have been put by earlier windows; the new value is start + clip.
 * Frames that both have are cross-faded, but the last of them is overwritten, as in the reference.
 */
void uncap_schedule_fuse(float *fused, const float *part, int start, int clip, int covered,
                         size_t frame_values);

/* Frames of the pre-inference: evenly spread, at most 22. Returns how many. */
int uncap_schedule_samples(int n, int clip, int samples[UNCAP_SCHEDULE_MAX_SAMPLES]);

#endif
