/* SPDX-License-Identifier: Apache-2.0 */
/* What a caption did to each of its samples, from all frames of the window that it is seen in. */
#ifndef UNCAP_INPAINT_FLOW_MEASURE_H
#define UNCAP_INPAINT_FLOW_MEASURE_H

#include "inpaint/flow/unblend/life.h"

/* Regress the caption's samples against the fill: fit, fit_c, coding, dark and bright. Samples that have left
 * the holes keep the fit they had. Same result for any number of threads.
 * Errors  NOMEM
 */
int flow_measure(const struct flow_life *life, struct uncap_error *err);

/* Bytes that captions and their regression take in crops of w x h. Those measured in one window follow or
 * stand beside each other, so together they hardly exceed the crop twice. */
size_t flow_measure_bytes(struct uncap_format format, int w, int h, int batch);

#endif
