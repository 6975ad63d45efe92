/* SPDX-License-Identifier: Apache-2.0 */
/* Exact Euclidean distance to the nearest marked pixel, and where that pixel is. */
#ifndef UNCAP_KERNELS_DISTANCE_H
#define UNCAP_KERNELS_DISTANCE_H

#include <stdbool.h>
#include <stdint.h>

/* Vector from the nearest marked pixel to this one; dx is UNCAP_NEAREST_NONE where no pixel is marked at
 * all. */
struct uncap_nearest {
    int16_t dx, dy;
};

enum { UNCAP_NEAREST_NONE = INT16_MAX };

static inline int uncap_nearest_d2(struct uncap_nearest n)
{
    return n.dx * n.dx + n.dy * n.dy;
}

/* For every pixel the vector from the nearest pixel with mark != 0.
 *
 * mark    [h][w] u8, out [h][w]; row stride w. w, h < 32767.
 * Memory  16 bytes a column and 2 a pixel, freed before return. Returns false if short of memory.
 * Source  Meijster, Roerdink, Hesselink: A general algorithm for computing distance transforms in linear
 *         time, 2000.
 */
bool uncap_distance_nearest(const uint8_t *mark, struct uncap_nearest *out, int w, int h);

#endif
