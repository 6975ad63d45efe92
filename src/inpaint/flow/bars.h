/* SPDX-License-Identifier: Apache-2.0 */
/* Bars that stand beside a picture that moves, as those of a letterbox. No motion leads across their edges:
 * bars and picture are filled alone. */
#ifndef UNCAP_INPAINT_FLOW_BARS_H
#define UNCAP_INPAINT_FLOW_BARS_H

#include "inpaint/flow/part.h"

/* Where the picture lies within the window's crop, of which bars are not part; all of the crop if there are
 * none. Rows or columns from an edge of the crop inward are a bar if they stand over the whole window, and
 * the picture moves right beside them.
 *
 * stride  samples between the rows of the window's coverage
 * Memory  8 bytes for each sample of the crop's longer edge, freed before return.
 */
int flow_bars_find(const struct uncap_window *win, int stride, struct uncap_rect *picture,
                   struct uncap_error *err);

/* Fill the window's bars and its picture, each as a part. Errors: NOMEM, and those of fill. */
int flow_bars_fill(const struct uncap_window *win, int stride, flow_part_fill *fill, void *opaque,
                   struct uncap_error *err);

#endif
