/* SPDX-License-Identifier: Apache-2.0 */
/* The looks that a caption takes in turn: of a line of which one word after the other has another colour, the
 * samples between two changes. */
#ifndef UNCAP_DETECT_MATTE_STATES_H
#define UNCAP_DETECT_MATTE_STATES_H

#include "detect/matte/stack.h"

/* Number states of samples [first, end) in stack->state, from 0 on. A new one begins where much of the text
 * changes from one sample to the next, and neither before nor after, and the scene beside it does not. All
 * are 0 where nothing does, or where most states would be too short to tell what moves in them.
 *
 * zone    [h][w] u8 of enum uncap_matte_zone.
 * Errors  NOMEM.
 */
int uncap_matte_states_find(struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end,
                            struct uncap_error *err);

#endif
