/* SPDX-License-Identifier: Apache-2.0 */
/* How strongly a caption stands in each sample of its life: what a fade looks like. */
#ifndef UNCAP_DETECT_MATTE_OPACITY_H
#define UNCAP_DETECT_MATTE_OPACITY_H

#include "detect/matte_stack.h"

/* Compare the contrast of every stroke pixel against the nearest pixel off the matte with what it is at full
 * strength.
 *
 * look      of samples in which the caption stands in full.
 * core      [h][w] u8: strokes, != 0. coverage [h][w] u8: the matte.
 * opacity   [life->n] out: 255 full. Less only on a ramp at either end of the life: a dip in between is the
 *           scene's doing. 255 too where parts of the caption differ much, as words do that come one by one:
 *           that is no fade.
 * Errors    NOMEM.
 */
int uncap_matte_opacity_measure(const struct uncap_matte_stack *life, const struct uncap_matte_look *look,
                                const uint8_t *core, const uint8_t *coverage, uint8_t *opacity,
                                struct uncap_error *err);

#endif
