/* SPDX-License-Identifier: Apache-2.0 */
/* One pass over a window: motion, smooth fill, sweeps into both directions, fusion. */
#ifndef UNCAP_INPAINT_FLOW_FILL_H
#define UNCAP_INPAINT_FLOW_FILL_H

#include "inpaint/flow/fill/work.h"

/* Bytes of scratch that flow_fill takes for frames of w x h samples, `batch` of them at once. */
size_t flow_fill_bytes(struct uncap_format format, int w, int h, int batch);

/* Fill the holes of every frame that is to be filled. Motion that is known already is not measured again.
 * Same result for any number of threads.
 * Errors  NOMEM, CANCELLED within one batch of frames.
 */
int flow_fill(struct flow_work *work, struct uncap_error *err);

/* Have the next fill measure dense motion again. */
void flow_forget_motion(struct flow_work *work);

#endif
