/* SPDX-License-Identifier: Apache-2.0 */
/* An engine window as the networks see it: RGB planes of a size they take, and the way back. */
#ifndef UNCAP_PROPAINTER_CROP_H
#define UNCAP_PROPAINTER_CROP_H

#include <stdbool.h>
#include <stddef.h>

#include "inpaint/engine.h"

/* Pictures are extended at the right and bottom, by their edge samples, to multiples of 8 and at least 128.
 *
 * frames  [n][3][h][w] f32 RGB, -1..1; masks [n][h][w] f32 0 or 1: coverage > 0, grown by `dilation` steps.
 * mean    [core][3][h][w]: predictions of the core frames so far.
 */
struct uncap_propainter_crop {
    const struct uncap_window *window;
    int n, h, w; /* n is at least 2: a single frame stands twice */
    float *frames, *masks, *mean;
};

/* Size the networks work at for a crop side. */
int uncap_propainter_side(int side);
/* Bytes of the arrays above. */
size_t uncap_propainter_crop_bytes(int n, int core, int h, int w);

int uncap_propainter_crop_open(struct uncap_propainter_crop *crop, const struct uncap_window *window,
                               int dilation, struct uncap_error *err);
void uncap_propainter_crop_close(struct uncap_propainter_crop *crop);

/* Take one prediction [3][h][w] of frame t: the first is kept, a later one averaged with what is there. */
void uncap_propainter_crop_put(struct uncap_propainter_crop *crop, int t, const float *prediction,
                               bool is_first);

/* Write the core frames into the window's pictures, where coverage > 0. Errors: NOMEM. */
int uncap_propainter_crop_finish(const struct uncap_propainter_crop *crop, struct uncap_error *err);

#endif
