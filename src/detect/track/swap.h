/* SPDX-License-Identifier: Apache-2.0 */
/* Part of a line that gives way to another from one frame to the next, while the rest stays: a mark, a digit,
 * a word. Pure. */
#ifndef UNCAP_DETECT_TRACK_SWAP_H
#define UNCAP_DETECT_TRACK_SWAP_H

#include "detect/track/template.h"

enum { UNCAP_SWAP_REACH = 4 }; /* frames on each side that tell it */

/* Where do other strokes take the place of some of the line's own? Nowhere if they only change in brightness,
 * if none were there (a word is added), or if half of the line changes and more.
 *
 * frames  [2 * UNCAP_SWAP_REACH] of one size, in order: those of the first text, then those of the second.
 * line    its strokes; inside the frames.
 * dx      where the second text stands against the first: what is centred moves when a part of it gets
 *         another width.
 * out     columns of the line that change, luma pixels; empty if none do.
 * Errors  NOMEM.
 */
int uncap_swap_find(const struct uncap_template *line, const struct uncap_luma *const *frames, int dx,
                    struct uncap_rect *out, struct uncap_error *err);

#endif
