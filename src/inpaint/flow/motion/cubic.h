/* SPDX-License-Identifier: Apache-2.0 */
/* Luma between its samples by cubic convolution (Catmull-Rom, exact for parabolas). Bilinear means are
 * blurred, by how much depends on the place between the samples: what is copied by them shows it. */
#ifndef UNCAP_INPAINT_FLOW_CUBIC_H
#define UNCAP_INPAINT_FLOW_CUBIC_H

#include <string.h>

#include "inpaint/flow/motion/mask.h"
#include "inpaint/flow/motion/sample.h"

typedef float flow_taps __attribute__((vector_size(16)));

/* The footprint of (x, y), 4 x 4 samples, lies in a plane of w x h samples, and (x, y) is none of them. */
static inline bool flow_cubic_fits(float x, float y, int w, int h)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const bool between = x > (float)xi || y > (float)yi;
    return between && xi >= 1 && yi >= 1 && xi + 2 < w && yi + 2 < h;
}

/* No sample of the footprint, which lies in the plane, is a member. */
static inline bool flow_cubic_clear(const struct flow_mask *m, float x, float y)
{
    const int first = (int)x - 1;
    const int shift = first & 63;
    const uint64_t *row = m->bits + (ptrdiff_t)((int)y - 1) * m->words + (first >> 6);
    uint64_t any = 0;
    uint64_t beyond = 0; /* of the word after it */
    for (int k = 0; k < 4; k++, row += m->words) {
        any |= row[0];
        beyond |= shift > 60 ? row[1] : 0;
    }
    return !((any >> shift & 15) | (shift > 60 ? beyond << (64 - shift) & 15 : 0));
}

/* Weights of the samples -1, 0, 1, 2 at the fraction f. */
static inline void flow_cubic_weights(flow_taps *w, float f)
{
    const flow_taps c1 = {-0.5f, 0, 0.5f, 0};
    const flow_taps c2 = {1, -2.5f, 2, -0.5f};
    const flow_taps c3 = {-0.5f, 1.5f, -1.5f, 0.5f};
    const flow_taps c0 = {0, 1, 0, 0};
    *w = c0 + f * (c1 + f * (c2 + f * c3));
}

static inline void flow_cubic_load(flow_taps *out, const uint8_t *row, bool is_deep)
{
    if (is_deep) {
        uint16_t s[4];
        memcpy(s, row, sizeof(s));
        *out = (flow_taps){(float)s[0], (float)s[1], (float)s[2], (float)s[3]};
        return;
    }
    typedef uint8_t bytes __attribute__((vector_size(16)));
    typedef uint16_t words __attribute__((vector_size(16)));
    typedef int32_t ints __attribute__((vector_size(16)));
    int32_t four;
    memcpy(&four, row, sizeof(four));
    const words wide = (words)__builtin_shufflevector((bytes)(ints){four, 0, 0, 0}, (bytes){0}, 0, 16, 1, 17,
                                                      2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
    const ints wider = (ints)__builtin_shufflevector(wide, (words){0}, 0, 8, 1, 9, 2, 10, 3, 11);
    *out = __builtin_convertvector(wider, flow_taps);
}

/* Luma at (x, y), native; its footprint lies in the picture. */
static inline float flow_cubic_at(const struct uncap_picture *p, float x, float y, bool is_deep)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const uint8_t *row = p->data[0] + (ptrdiff_t)(yi - 1) * p->stride[0] + (xi - 1) * (is_deep ? 2 : 1);
    flow_taps across;
    flow_taps down;
    flow_cubic_weights(&across, x - (float)xi);
    flow_cubic_weights(&down, y - (float)yi);
    flow_taps sum = {0};
    for (int k = 0; k < 4; k++, row += p->stride[0]) {
        flow_taps s;
        flow_cubic_load(&s, row, is_deep);
        sum += down[k] * s;
    }
    sum *= across;
    return (sum[0] + sum[2]) + (sum[1] + sum[3]);
}

#endif
