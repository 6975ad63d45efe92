/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that change their colour one after the other, each where it stands: syllables that are sung, words
 * that light up. */
#ifndef UNCAP_DETECT_MATTE_SUNG_H
#define UNCAP_DETECT_MATTE_SUNG_H

#include "detect/matte/stack.h"

/* Tell which pixels have one of the text's two colours in some of samples [first, end) and the other one in
 * the others. A scene that moves takes many colours, and others at each place; letters go from one to the
 * other at once, and all of them between the same two.
 *
 * zone    [h][w] u8 of enum uncap_matte_zone.
 * sung    [h][w] u8, out: 1 or 0; all 0 where the text has no two colours, or too few samples tell.
 * Errors  NOMEM.
 */
int uncap_matte_sung_find(const struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end,
                          uint8_t *sung, struct uncap_error *err);

#endif
