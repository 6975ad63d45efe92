/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of evidence as full-resolution 8-bit channels of the caption's area, the caption standing still. */
#ifndef UNCAP_DETECT_MATTE_STACK_H
#define UNCAP_DETECT_MATTE_STACK_H

#include <stddef.h>

#include "detect/matte/estimate.h"

/* px     [n][n_channels][h][w] u8; samples of more than 8 bits are scaled down, chroma is upsampled
 *        bilinearly.
 * state  [n] which of the looks that it takes in turn the caption has, ascending (matte/states.h). */
struct uncap_matte_stack {
    int w, h, n, n_channels;
    uint8_t *px;
    int state[UNCAP_MATTE_MAX_LIFE];
};

/* What a range of samples agrees on.
 *
 * med  [n_channels] pointers to [h][w]: median over the samples.
 * dev  [h][w]: spread around it, largest over channels, as a standard deviation, capped at 255.
 */
struct uncap_matte_look {
    uint8_t *med[UNCAP_MAX_PLANES];
    uint8_t *dev;
};

/* Load n samples. n may be 0. Errors: NOMEM. */
int uncap_matte_stack_open(struct uncap_matte_stack *stack, struct uncap_rect area,
                           const struct uncap_matte_sample *samples, int n, struct uncap_error *err);
void uncap_matte_stack_close(struct uncap_matte_stack *stack);

/* Channel c of sample i. */
static inline uint8_t *uncap_matte_stack_plane(const struct uncap_matte_stack *stack, int i, int c)
{
    return stack->px + (size_t)(i * stack->n_channels + c) * (size_t)stack->w * (size_t)stack->h;
}

/* Change from sample i of one stack to sample j of another of the same size, largest over channels: out
 * [h][w]. */
void uncap_matte_stack_change(const struct uncap_matte_stack *a, int i, const struct uncap_matte_stack *b,
                              int j, uint8_t *out);

/* Median and spread over samples [first, end), at least one. Letters that change their colour are no scene
 * that moves: the spread is that around the mean of each state. Errors: NOMEM. */
int uncap_matte_look_open(struct uncap_matte_look *look, const struct uncap_matte_stack *stack, int first,
                          int end, struct uncap_error *err);
void uncap_matte_look_close(struct uncap_matte_look *look);

#endif
