/* SPDX-License-Identifier: Apache-2.0 */
/* The frames of one engine window as the networks see them: pictures, holes and prior, all at canvas size. */
#ifndef UNCAP_INPAINT_DIFFUERASER_STRETCH_H
#define UNCAP_INPAINT_DIFFUERASER_STRETCH_H

#include "inpaint/diffueraser/canvas.h"
#include "inpaint/engine.h"

/* Frames first .. first + n of the window.
 *
 * frames, prior, generated  [n][h][w][3] u8; holes [n][h][w] u8, not grown. */
struct uncap_stretch {
    const struct uncap_window *window;
    struct uncap_canvas canvas;
    int first, n;
    uint8_t *frames, *prior, *generated, *holes;
};

/* Draw the core and up to context frames on each side.
 *
 * The prior of a core frame is the prior engine's; of a clean frame the frame itself; of a covered context
 * frame the frame, its hole filled from the nearest core frame's prior. Errors  NOMEM, CANCELLED.
 */
int uncap_stretch_open(struct uncap_stretch *out, const struct uncap_window *window, int context, int limit,
                       struct uncap_cancel *cancel, struct uncap_error *err);
void uncap_stretch_close(struct uncap_stretch *stretch);

/* Write the generated core frames to the window where coverage says so. Errors: NOMEM. */
int uncap_stretch_put(const struct uncap_stretch *stretch, struct uncap_error *err);

/* Bytes of a frame of the stretch at a canvas of w x h. */
size_t uncap_stretch_frame_bytes(struct uncap_size size);

#endif
