/* SPDX-License-Identifier: Apache-2.0 */
/* 8-bit resizing with exactly the numbers of the reference's image library.
 *
 * Source  DiffuEraser specification, section 10.11 (Pillow bicubic and nearest). */
#ifndef UNCAP_INPAINT_DIFFUERASER_RESIZE_H
#define UNCAP_INPAINT_DIFFUERASER_RESIZE_H

#include <stdint.h>

#include "base/error.h"

struct uncap_size {
    int w, h;
};

/* Bicubic resize with antialiasing: horizontal pass, rounding to 8 bits, vertical pass.
 *
 * src, dst  [h][w][3] u8, no padding, not overlapping. Same size: copied.
 * Errors    NOMEM.
 */
int uncap_resize_rgb(const uint8_t *src, struct uncap_size from, uint8_t *dst, struct uncap_size to,
                     struct uncap_error *err);

/* Nearest resize of one plane. src, dst [h][w] u8. Errors: NOMEM. */
int uncap_resize_plane(const uint8_t *src, struct uncap_size from, uint8_t *dst, struct uncap_size to,
                       struct uncap_error *err);

/* Size that a video is processed at: longer edge at most limit, both edges multiples of 8. */
struct uncap_size uncap_resize_processing(struct uncap_size video, int limit);

/* Sizes of the reference's prior video (out) and of the prior's networks (net). */
void uncap_resize_prior(struct uncap_size video, struct uncap_size *out, struct uncap_size *net);

#endif
