/* SPDX-License-Identifier: Apache-2.0 */
/* Token maps of the generator: what its transformer does outside of matrix products. */
#ifndef UNCAP_PROPAINTER_TOKENS_H
#define UNCAP_PROPAINTER_TOKENS_H

#include "base/slices.h"

enum { UNCAP_TOKEN_WIDTH = 512, UNCAP_TOKEN_PATCH = 7, UNCAP_TOKEN_STRIDE = 3 };

/* Tokens along a side of h feature pixels: patches of 7, stride 3, padding 3. */
static inline int uncap_token_side(int h)
{
    return (h - 1) / UNCAP_TOKEN_STRIDE + 1;
}

/* out = layer norm (eps 1e-5) of x + add over rows of 512; x becomes the sum. add may be NULL.
 *
 * x, add  [n][h][w][512]; out [n][pad_h][pad_w][512]: rows and columns beyond h and w are set to zero.
 */
struct uncap_token_norm {
    float *x;
    const float *add;
    const float *scale, *bias;
    float *out;
    int n, h, w, pad_h, pad_w;
};
void uncap_token_normalise(const struct uncap_token_norm *norm, struct uncap_slices *slices);

/* Sum patches onto a picture: patches [fh*fw][channels*49] (c*49 + ky*7 + kx) -> out [channels][h][w]. */
void uncap_token_fold(const float *patches, int channels, int h, int w, float *out,
                      struct uncap_slices *slices);

/* Average overlapping patches: fold, divide by how many patches cover a pixel, take the patches out again;
 * what lies in the padding becomes 0. patches in place, for n frames; scratch [n][channels][h][w]. */
void uncap_token_average(float *patches, int n, int channels, int h, int w, float *scratch,
                         struct uncap_slices *slices);

/* Depthwise 4 x 4 convolution, stride 4: x [n][h][w][512] -> out [n][h/4][w/4][512]; weight [512][4][4], bias
 * [512]. */
void uncap_token_pool(const float *x, int n, int h, int w, const float *weight, const float *bias, float *out,
                      struct uncap_slices *slices);

#endif
