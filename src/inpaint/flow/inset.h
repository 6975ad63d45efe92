/* SPDX-License-Identifier: Apache-2.0 */
/* A rectangle that stands in a picture that moves, as a panel of a broadcast does. No motion leads across its
 * edges: it and what lies around it are filled alone. */
#ifndef UNCAP_INPAINT_FLOW_INSET_H
#define UNCAP_INPAINT_FLOW_INSET_H

#include "inpaint/flow/part.h"

/* The largest inset of a window.
 *
 * rect     in the window's crop; empty: there is none that is worth a cut
 * by_rows  how what lies around it is cut (see flow_parts_around), through no covered sample of the core
 */
struct flow_inset {
    struct uncap_rect rect;
    bool by_rows;
};

/* It stands over the whole window, the picture moves right beside two of its sides at least and all that are
 * not the crop's edge, and some of the caption lies on it or beside it.
 *
 * stride  samples between the rows of the window's coverage
 * Memory  8 bytes for each sample of the crop's longer edge and 1/4 for each sample of the crop, freed before
 *         return.
 * Errors  NOMEM.
 */
int flow_inset_find(const struct uncap_window *win, int stride, struct flow_inset *inset,
                    struct uncap_error *err);

/* Fill the window's inset and what lies around it, each as a part. Errors: NOMEM, and those of fill. */
int flow_inset_fill(const struct uncap_window *win, int stride, flow_part_fill *fill, void *opaque,
                    struct uncap_error *err);

#endif
