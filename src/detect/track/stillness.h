/* SPDX-License-Identifier: Apache-2.0 */
/* Which part of a line stands still: the detector joins a caption with words of the scene that pass behind
 * it. Pure. */
#ifndef UNCAP_DETECT_TRACK_STILLNESS_H
#define UNCAP_DETECT_TRACK_STILLNESS_H

#include "base/error.h"
#include "detect/look/luma.h"

/* Cut a line back to what stands still on the screen.
 *
 * A column is cut off when its strokes are strong but not the same over any quarter of the frames (six at
 * least), so words that stand for a short time only stay. Where a side is cut, the rows are, too. A static
 * scene is left as it is.
 *
 * frames  [n] of one size, in order of time, of the line's life. Fewer than 6: nothing is cut.
 * line    luma pixels, inside the frames, not empty. out: the line, or a part of it.
 * Errors  NOMEM.
 */
int uncap_stillness_cut(const struct uncap_luma *const *frames, int n, struct uncap_rect line,
                        struct uncap_rect *out, struct uncap_error *err);

#endif
