/* SPDX-License-Identifier: Apache-2.0 */
/* Part of a native picture as the normalised BGR floats that the OCR networks take. */
#ifndef UNCAP_DETECT_OCR_NETINPUT_H
#define UNCAP_DETECT_OCR_NETINPUT_H

#include "base/error.h"
#include "base/picture.h"
#include "detect/ocr/resample.h"

/* (v - mean) / deviation per channel, v in 0..1, channels in the order blue, green, red. */
struct uncap_normalisation {
    float mean[3], deviation[3];
};

/* Buffers of one caller, reused from call to call. Zero-initialise; uncap_netinput_clear frees. */
struct uncap_netinput {
    float *planes, *row;
    size_t planes_capacity, row_capacity;
    struct uncap_taps x[2], y[2]; /* luma, chroma */
};
void uncap_netinput_clear(struct uncap_netinput *in);

/* Get ready to resample `region` of pictures of p's format and size to w x h. Errors: NOMEM. */
int uncap_netinput_prepare(struct uncap_netinput *in, const struct uncap_picture *p, struct uncap_rect region,
                           int w, int h, struct uncap_error *err);

/* Resample, convert and normalise a picture. out: [3][h][w] f32. */
void uncap_netinput_fill(struct uncap_netinput *in, const struct uncap_picture *p, struct uncap_colour colour,
                         const struct uncap_normalisation *n, float *out);

#endif
