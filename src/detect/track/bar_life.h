/* SPDX-License-Identifier: Apache-2.0 */
/* How long a bar stands: it may come before its text, go after it, stand behind one text after another. */
#ifndef UNCAP_DETECT_TRACK_BAR_LIFE_H
#define UNCAP_DETECT_TRACK_BAR_LIFE_H

#include "detect/look/ring.h"
#include "detect/track/bar.h"

/* Look for a bar that came with a line, or before it and has stood since. bar: out, with the first frame of
 * it; its end is the line's first frame. Written only if there is one.
 *
 * found  a frame in which the line stands.
 * first  the line's first frame.
 */
bool uncap_bar_life_before(const struct uncap_ring *ring, int64_t found, int64_t first,
                           struct uncap_rect line, struct uncap_bar *bar);

/* The same of one that goes with it, or stands for a while after it; its first frame is `last`.
 *
 * last  a frame in which the line stands; end: right after its last frame.
 */
bool uncap_bar_life_after(const struct uncap_ring *ring, int64_t last, int64_t end, struct uncap_rect line,
                          struct uncap_bar *bar);

/* First frame from `from` on in which nothing of the bar is left; at most the ring's end. */
int64_t uncap_bar_life_end(const struct uncap_ring *ring, const struct uncap_bar *bar, int64_t from);

#endif
