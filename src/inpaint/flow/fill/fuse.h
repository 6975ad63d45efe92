/* SPDX-License-Identifier: Apache-2.0 */
/* Colours through pointers, corrected, weighed by how well they fit around the hole, merged into the fill. */
#ifndef UNCAP_INPAINT_FLOW_FUSE_H
#define UNCAP_INPAINT_FLOW_FUSE_H

#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/fill/scratch.h"

/* Merge the candidates of one sweep direction into frame t's picture and variances.
 *
 * pointers  [FLOW_CHAINS] of [hole.n]; NULL: not a source
 * Reads known samples of other frames; writes frame t's hole alone, so that many frames can be fused at once.
 */
void flow_fuse(const struct flow_work *work, int t, struct flow_pointer *const pointers[FLOW_CHAINS],
               struct flow_scratch *scratch);

#endif
