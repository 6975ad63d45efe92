/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames work together: sub-videos, windows and their references. Pure arithmetic.
 *
 * Source  ProPainter, inference_propainter (specification section 8, steps 6 to 8). */
#ifndef UNCAP_PROPAINTER_SCHEDULE_H
#define UNCAP_PROPAINTER_SCHEDULE_H

/* n frames (or flows) in stretches of at most `sub`, with `overlap` more on each side.
 * first, end: what the i-th stretch works on; keep_first, keep_end: what is kept of it. */
struct uncap_stretch {
    int first, end, keep_first, keep_end;
};
/* Returns 0 past the last stretch. */
int uncap_stretch_at(int n, int sub, int overlap, int i, struct uncap_stretch *stretch);

/* neighbour_length  frames around a window's centre, >= 2. ref_stride: distance of references, >= 1.
 * subvideo_length   beyond it only near references are used. */
struct uncap_window_rule {
    int neighbour_length, ref_stride, subvideo_length;
};
/* Local frames [first, end) of the window around centre frame f. Centres are 0, step, 2 step, ... */
int uncap_window_step(const struct uncap_window_rule *rule);
void uncap_window_local(const struct uncap_window_rule *rule, int n, int f, int *first, int *end);
/* References into refs (may be NULL); returns how many. */
int uncap_window_references(const struct uncap_window_rule *rule, int n, int f, int *refs);
/* Most frames (local and references) any window of n frames has. */
int uncap_window_most(const struct uncap_window_rule *rule, int n);

#endif
