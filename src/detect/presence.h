/* SPDX-License-Identifier: Apache-2.0 */
/* Where a caption begins and ends, from how strongly its strokes stand in each frame. Pure. */
#ifndef UNCAP_DETECT_PRESENCE_H
#define UNCAP_DETECT_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

/* Presence from which a caption surely stands in a frame, and below which it is not its full self. */
#define UNCAP_PRESENCE_HALF 0.5f

/* Find where a caption begins.
 *
 * a        [n] presence by frame (1 full, 0 none), a[at] is inside the caption's life.
 * opacity  [n] out: 0..255 for frames from the result on to at; 255 but in a fade. May be NULL.
 * Returns the first frame in which the caption can be seen: of a hard cut the first full one, of a fade the first
 * with more than about a twelfth of its opacity.
 */
int uncap_presence_first(const float *a, int n, int at, uint8_t *opacity);

/* The same towards the end; returns the last frame (inclusive). */
int uncap_presence_last(const float *a, int n, int at, uint8_t *opacity);

#endif
