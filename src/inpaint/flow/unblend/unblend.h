/* SPDX-License-Identifier: Apache-2.0 */
/* Part C: every covered sample is also a measurement of what lies behind the caption. */
#ifndef UNCAP_INPAINT_FLOW_UNBLEND_H
#define UNCAP_INPAINT_FLOW_UNBLEND_H

#include "inpaint/flow/unblend/life.h"

/* Before the first fill: samples that the windows before have found untouched, and that a fill does not know
 * better, leave the holes of all frames.
 *
 * Errors   NOMEM
 */
int flow_unblend_ahead(struct flow_work *work, struct flow_caption *captions, struct uncap_error *err);

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
