/* SPDX-License-Identifier: Apache-2.0 */
/* What a caption did to its samples in the cores of the windows before: the regression's sums, handed on from
 * window to window, so that a caption is measured over all of its life, however little memory windows
 * have. */
#ifndef UNCAP_INPAINT_FLOW_TALLY_H
#define UNCAP_INPAINT_FLOW_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"
#include "inpaint/flow/unblend/regress.h"

/* id       of the caption
 * area     of its samples, picture coordinates
 * end      display index: frames before it are counted, others are not
 * luma     [h][w] of area; chroma [2][h][w] of the chroma samples that the caption's fits have. NULL:
 *          nothing known
 */
struct flow_tally {
    int id;
    struct uncap_rect area;
    int64_t end;
    size_t n_luma, n_chroma;
    struct flow_sums *luma, *chroma;
};

/* Nothing counted yet. False if short of memory. */
bool flow_tally_open(struct flow_tally *t, int id, struct uncap_rect area, size_t n_luma, size_t n_chroma);
void flow_tally_close(struct flow_tally *t);

/* Tallies of an engine, at most one for an area of a caption. */
struct flow_tallies {
    struct flow_tally *items;
    size_t n, capacity;
};

/* Take out what is known of a caption's area, for a window whose core begins at `first`: all frames before it
 * are counted. A cut in between does not matter, the caption stays what it is. False if there is nothing; out
 * has no storage then. */
bool flow_tallies_take(struct flow_tallies *all, int id, struct uncap_rect area, int64_t first,
                       struct flow_tally *out);
/* Give the list a tally, empty then. False, and it is closed, if short of memory. */
bool flow_tallies_give(struct flow_tallies *all, struct flow_tally *t);
/* Forget those that no window with a core from `first` on can use. */
void flow_tallies_forget(struct flow_tallies *all, int64_t first);
void flow_tallies_clear(struct flow_tallies *all);

#endif
