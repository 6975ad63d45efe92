/* SPDX-License-Identifier: Apache-2.0 */
/* The one mixture that many samples of a caption share: a see-through box. */
#ifndef UNCAP_INPAINT_FLOW_VEIL_H
#define UNCAP_INPAINT_FLOW_VEIL_H

#include <stddef.h>

#include "inpaint/flow/unblend/regress.h"

/* I = k B + q of a veil, relative to FLOW_REGRESS_ZERO; q_c: of either plane of chroma. noise, noise_c:
 * variance of I around it by coding, in luma and in chroma. */
struct flow_veil {
    float k, q, q_c[2], noise, noise_c;
};

/* Look for a veil among a caption's fits. What errs in the fill flattens each sample's own k and scatters it;
 * the samples' means hardly err, and where the scene differs from sample to sample they lie on one line,
 * which is the veil's.
 *
 * fit     [n], touch decided
 * coding  variance of coding noise, squared grey levels
 * False if there is none: a quarter of the measured samples must share it, before a scene that is not flat. A
 * box lies under all of its caption; where most samples are untouched, what the others have in common is
 * an error of the fill.
 */
bool flow_veil_find(const struct flow_fit *fit, size_t n, float coding, struct flow_veil *veil);

/* Give the veil's k and q to all touched samples that it explains, and to those in the midst of such whose
 * own fit says otherwise, but not by much: there the fill was wrong. All of them count as blended. Untouched
 * ones between its sides that are not proved to be are not known any more, unless the veil explains them.
 *
 * fit  [h][w]
 */
void flow_veil_apply(const struct flow_veil *veil, struct flow_fit *fit, int w, int h, float coding);

/* Measure noise_c and q_c on the samples of chroma that lie under the veil.
 *
 * fit_c  [2][n], k and touch as luma tells them
 */
void flow_veil_measure_chroma(struct flow_veil *veil, const struct flow_fit *fit_c, size_t n);

/* The fit of a sample that the veil alone covers, of plane 0, 1 or 2. */
struct flow_fit flow_veil_fit(const struct flow_veil *veil, int plane);

#endif
