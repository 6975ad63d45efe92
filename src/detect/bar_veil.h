/* SPDX-License-Identifier: Apache-2.0 */
/* How a see-through bar stands in one picture: beside its sides is what is seen through it inside of them. */
#ifndef UNCAP_DETECT_BAR_VEIL_H
#define UNCAP_DETECT_BAR_VEIL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "detect/bar.h"

enum {
    UNCAP_BAR_BLUR = 2, /* pixels that a codec spreads an edge over */
    UNCAP_BAR_RUN = 16, /* pixels whose mean tells what is seen through, whatever texture moves there */
};

/* A sample of 8 bits at pixel (x, y). */
static inline int uncap_bar_sample(const struct uncap_picture *p, int plane, int x, int y)
{
    const int sx = plane ? x >> p->format.shift_x : x;
    const int sy = plane ? y >> p->format.shift_y : y;
    const uint8_t *row = p->data[plane] + (ptrdiff_t)sy * p->stride[plane];
    return p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[sx] >> (p->format.depth - 8) : row[sx];
}

/* Means of the planes over a rectangle of the picture that is not empty, of 8 bits. mean: [n_planes] out. */
void uncap_bar_mean(const struct uncap_picture *p, struct uncap_rect r, float mean[]);

/* Is the scene veiled inside of all of its sides that are not the picture's? */
bool uncap_bar_veil_stands(const struct uncap_bar *bar, const struct uncap_picture *p);

/* Where the scene moves too fast, one picture does not tell what is seen through the bar in the other: let it
 * go on to the picture's edges where its top and bottom do. */
void uncap_bar_veil_widen(struct uncap_bar *bar, const struct uncap_picture *p);

#endif
