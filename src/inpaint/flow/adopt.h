/* SPDX-License-Identifier: Apache-2.0 */
/* Which covered sample each sample of the ring is measured for. */
#ifndef UNCAP_INPAINT_FLOW_ADOPT_H
#define UNCAP_INPAINT_FLOW_ADOPT_H

#include <stdint.h>

#include "inpaint/flow/pointers.h"

/* For every sample of need that is not in hole: which of the offsets leads to the nearest member of hole.
 *
 * near  [h][w] u8, written where need has members; FLOW_ADOPT_SELF in the hole.
 * need is hole grown by FLOW_RING.
 */
enum { FLOW_ADOPT_SELF = 255 };
void flow_adopt_near(const struct flow_mask *hole, const struct flow_mask *need, uint8_t *near);

/* Pointers of the hole as they are; a ring sample takes the source that its nearest covered sample uses,
 * shifted to itself: what stood there then tells whether that source shows the same scene. No source: frame
 * is negative.
 *
 * pointers, out  [need->n]
 */
void flow_adopt(const struct flow_work *work, const struct flow_mask *need, const uint8_t *near,
                const struct flow_pointer *pointers, struct flow_pointer *out);

#endif
