/* SPDX-License-Identifier: Apache-2.0 */
/* A box drawn behind a line that reaches far past its text: a lower third, a banner over all of the picture's
 * width. Opaque or see-through. */
#ifndef UNCAP_DETECT_TRACK_BAR_H
#define UNCAP_DETECT_TRACK_BAR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/picture.h"

enum {
    UNCAP_BAR_SHARES = 16,    /* what is seen through is told in such parts */
    UNCAP_BAR_BLUR = 2,       /* pixels that a codec spreads an edge over */
    UNCAP_BAR_TOLERANCE = 14, /* levels of one colour in coded pictures, in any channel */
    UNCAP_BAR_SEEN = 4,       /* an opaque one may let a quarter of the scene through: as if none */
};

/* rect        grown by what a codec blurs, in the picture; empty: there is none.
 * colour      a sample of 8 bits a plane.
 * through     share of the scene that is seen through it, in whole parts of UNCAP_BAR_SHARES; 0: (nearly)
 *             none.
 * first, end  frames in which it stands, as far as is known. */
struct uncap_bar {
    struct uncap_rect rect;
    int colour[UNCAP_MAX_PLANES];
    float through;
    int64_t first, end;
};

/* A sample of 8 bits at pixel (x, y). */
static inline int uncap_bar_sample(const struct uncap_picture *p, int plane, int x, int y)
{
    const int sx = plane ? x >> p->format.shift_x : x;
    const int sy = plane ? y >> p->format.shift_y : y;
    const uint8_t *row = p->data[plane] + (ptrdiff_t)sy * p->stride[plane];
    return p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[sx] >> (p->format.depth - 8) : row[sx];
}

/* The middle half of a rectangle's sides: corners may be round. */
static inline struct uncap_rect uncap_bar_middle(struct uncap_rect r)
{
    return (struct uncap_rect){(3 * r.x0 + r.x1) / 4, (3 * r.y0 + r.y1) / 4, (r.x0 + 3 * r.x1) / 4,
                               (r.y0 + 3 * r.y1) / 4};
}

/* Do its sides stand in a picture, and does it end at one of them at least? Of a see-through one, what is
 * right beside a side tells what is seen through it; a side at the picture's edge tells nothing. */
bool uncap_bar_stands(const struct uncap_bar *bar, const struct uncap_picture *picture);

/* Share of its rectangle that has its colour in a picture, 0..1; 0 of a see-through one. */
float uncap_bar_share(const struct uncap_bar *bar, const struct uncap_picture *picture);

#endif
