/* SPDX-License-Identifier: Apache-2.0 */
/* Part C: every covered sample is also a measurement of what lies behind the caption. */
#ifndef UNCAP_INPAINT_FLOW_UNBLEND_H
#define UNCAP_INPAINT_FLOW_UNBLEND_H

#include "inpaint/flow/regress.h"
#include "inpaint/flow/work.h"

/* What is known of one caption of the window between passes.
 *
 * whole   the caption's samples at rest, in crop coordinates; may reach outside the crop
 * area    the part that can be seen
 * area_c  the same in chroma samples of the crop
 * fit     [h][w] of area, fit_c [2][h][w] of area_c
 * from    [w] of area: uncap_build_up_columns
 * opacity [end - first] measured, 0..1, of the frames first .. end - 1 of the window
 * The last four have no storage where the caption does not reach the core: it is not measured.
 * coding  variance of the coded picture's noise under the caption, squared grey levels
 * dark, bright  luma of the solid samples' darkest and brightest tenth, relative to FLOW_REGRESS_ZERO; out of range
 *         where there are too few of them
 */
struct flow_caption {
    const struct uncap_window_caption *caption;
    struct uncap_rect whole, area, area_c;
    struct flow_fit *fit, *fit_c;
    int64_t *from;
    float *opacity;
    float coding, dark, bright;
};

/* Prepare the captions of the window. False if short of memory. */
bool flow_captions_open(struct flow_caption **out, const struct flow_work *work);
/* Bytes that captions and their regression take in crops of w x h. Those measured in one window follow or
 * stand beside each other, so together they hardly exceed the crop twice. */
size_t flow_captions_bytes(struct uncap_format format, int w, int h, int batch);
void flow_captions_close(struct flow_caption **captions, int n);

/* After a fill: regress each caption's samples against it and update picture and variance of all covered
 * frames.
 *
 * freed    NULL after the last fill; else samples that are known well also leave the holes, for the next
 *          fill, and this is their share of the holes, 0..1
 * Errors   NOMEM, CANCELLED within one caption
 */
int flow_unblend(struct flow_work *work, struct flow_caption *captions, double *freed,
                 struct uncap_error *err);

#endif
