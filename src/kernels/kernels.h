/* SPDX-License-Identifier: Apache-2.0 */
/* Per-pixel loops of the flow engine: one source, compiled once per SIMD level, chosen at run time.
 *
 * Every level gives the same bytes: arithmetic is laid out in 8 fixed lanes that every level adds up in the
 * same order, and nothing is contracted into fused operations. */
#ifndef UNCAP_KERNELS_KERNELS_H
#define UNCAP_KERNELS_KERNELS_H

#include <stddef.h>

enum {
    UNCAP_FLOW_PAD = 16, /* samples around every level's planes: image replicated, mask 0 */
};

enum uncap_simd {
    UNCAP_SIMD_C,
    UNCAP_SIMD_AVX2,
    UNCAP_SIMD_AVX512,
    UNCAP_SIMD_LEVELS,
};

/* One pyramid level of one frame; pointers at sample (0, 0), UNCAP_FLOW_PAD samples around it.
 *
 * image  [h][w] f32, 0..255, holes filled in
 * mask   [h][w] f32, 0 (covered by a caption) .. 1 (known)
 * gx, gy [h][w] f32, central differences of image
 */
struct uncap_flow_image {
    const float *image, *mask, *gx, *gy;
};

/* What the flow kernels work on: flow from frame a to frame b at one level.
 *
 * pitch   samples between rows, the same for every plane, those of scratch included.
 * u, v    [h][w] f32 padded like the images, in: start, out: result. Samples of this level, +y down.
 * scratch uncap_flow_scratch_floats(pitch, h) floats, UNCAP_ALIGN-aligned.
 */
struct uncap_flow_level {
    struct uncap_flow_image a, b;
    int w, h, pitch;
    float *u, *v;
    float *scratch;
};

struct uncap_kernels {
    const char *name;

    /* Masked dense inverse search: 8x8 patches on a grid of 4, candidates from neighbours, weighted
     * densification.
     *
     * iterations  at most, a patch and pass.
     * Source  Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016.
     * Differs from it: every sum is weighted by both frames' masks, so covered samples count for nothing; two
     * passes with neighbour candidates.
     */
    void (*dis)(const struct uncap_flow_level *level, int iterations);

    /* Masked variational refinement: follows the pictures where both are known, completes the flow smoothly
     * elsewhere.
     *
     * outer  linearisations; inner: red-black over-relaxation steps in each.
     * Source  Brox et al., High Accuracy Optical Flow Estimation Based on a Theory for Warping, ECCV 2004.
     * Differs from it: no gradient constancy; data weight is the product of the masks.
     */
    void (*refine)(const struct uncap_flow_level *level, int outer, int inner);
};

size_t uncap_flow_scratch_floats(int pitch, int h);

/* Table of one level; NULL if this processor or build cannot run it. */
const struct uncap_kernels *uncap_kernels_level(enum uncap_simd level);

/* The fastest table this processor runs. */
const struct uncap_kernels *uncap_kernels_best(void);

#endif
