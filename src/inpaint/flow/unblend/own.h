/* SPDX-License-Identifier: Apache-2.0 */
/* Which luma samples of a frame are one caption's alone: told 64 columns at a time, as bits of a word. */
#ifndef UNCAP_INPAINT_FLOW_OWN_H
#define UNCAP_INPAINT_FLOW_OWN_H

#include "inpaint/flow/unblend/life.h"

/* One caption in frame t: its displacement. */
struct flow_appearance {
    const struct flow_work *work;
    const struct flow_caption *c;
    int t, dx, dy;
};

/* The life's caption in one frame.
 *
 * is_bare   a see-through bar stands alone
 * is_plain  no panel stands and every word has been seen
 */
struct flow_own {
    const struct flow_life *life;
    struct flow_appearance a;
    bool is_bare, is_plain;
};

struct flow_own flow_own_at(const struct flow_life *life, int t);

/* What the matte covers of one luma row: columns [x0, x1), NULL: all of them, else those whose coverage, of
 * x0 on, is not 0. */
struct flow_matte_row {
    int x0, x1;
    const uint8_t *coverage;
};

/* A row of the caption.
 *
 * y            of the crop
 * has_company  another caption may cover some of it too
 */
struct flow_own_row {
    int y;
    struct flow_matte_row matte;
    bool has_company;
};

struct flow_own_row flow_own_row_at(const struct flow_own *own, int y);

/* Those of the row's samples, bit k: column base + k, that are the caption's and no other one's: of words
 * that have come, and where none of its panels stands, or of the panel if that stands alone. samples lie in
 * the crop. */
uint64_t flow_own_word(const struct flow_own *own, const struct flow_own_row *row, uint64_t samples,
                       int base);

#endif
