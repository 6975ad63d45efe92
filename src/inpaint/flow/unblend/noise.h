/* SPDX-License-Identifier: Apache-2.0 */
/* How much more, or less, than its coding and its fill would say the samples of a caption err, told by what
 * they leave unexplained over its life. Pure arithmetic. */
#ifndef UNCAP_INPAINT_FLOW_NOISE_H
#define UNCAP_INPAINT_FLOW_NOISE_H

#include <stddef.h>

#include "inpaint/flow/unblend/regress.h"

/* Variance, squared grey levels, of what is seen where the caption is half seen through: edges of letters
 * ring, and a scene that moves below them is coded worse than letters that stand. The median of what those
 * samples vary by around their mixtures, less the fill's errors.
 *
 * fit   [n] luma, touch decided
 * room  [n], overwritten
 * 0 if there are too few of them.
 */
float flow_noise_blended(const struct flow_fit *fit, size_t n, float *room);

/* Variance of shares k beyond what each sample knows of its own: fills err alike in frames that follow each
 * other, so there are fewer of them than it counts. Untouched samples tell, whose k is 1. At most
 * FLOW_REGRESS_VAR_ANY; 0 if there are too few.
 *
 * fit    [n] luma, touch decided
 */
float flow_noise_share(const struct flow_fit *fit, size_t n);

/* Share of luma's mean square error that the chroma of fills has, above 0 to 1. A fill knows how much it errs
 * in luma alone, and colours differ less from place to place; untouched samples show by how much.
 *
 * fit    [n] luma, fit_c [n_c] chroma, both planes; touch decided
 * 1 if there are too few of them.
 */
float flow_noise_tint(const struct flow_fit *fit, size_t n, const struct flow_fit *fit_c, size_t n_c);

#endif
