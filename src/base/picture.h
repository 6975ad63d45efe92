/* SPDX-License-Identifier: Apache-2.0 */
/* A view of planar samples that somebody else owns; the currency between all stages.
 *
 * Planes  1 (grey) or 3 (Y, Cb, Cr; or G, B, R). Plane 0 is w x h samples; planes 1 and 2 are
 *         ceil(w / 2^shift_x) x ceil(h / 2^shift_y).
 * Samples uint8_t when depth is 8, else uint16_t in native byte order, value in the low `depth` bits.
 * Stride  in bytes, always; may exceed the row.
 */
#ifndef UNCAP_BASE_PICTURE_H
#define UNCAP_BASE_PICTURE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/rect.h"

enum { UNCAP_MAX_PLANES = 3 };

struct uncap_format {
    int n_planes;         /* 1 or 3 */
    int depth;            /* bits per sample, 8..16 */
    int shift_x, shift_y; /* log2 of the chroma subsampling, 0 or 1 (shift_x up to 2 for 4:1:1) */
};

struct uncap_picture {
    struct uncap_format format;
    int w, h;
    uint8_t *data[UNCAP_MAX_PLANES];
    ptrdiff_t stride[UNCAP_MAX_PLANES];
};

/* How sample values mean colours; numbers of ITU-T H.273 (the same as libavutil's enums). */
struct uncap_colour {
    int matrix; /* 0 RGB, 1 BT.709, 5/6 BT.601, 9 BT.2020; 2 unspecified */
    bool is_full_range;
};

static inline int uncap_plane_w(struct uncap_format f, int plane, int w)
{
    return plane ? (w + (1 << f.shift_x) - 1) >> f.shift_x : w;
}

static inline int uncap_plane_h(struct uncap_format f, int plane, int h)
{
    return plane ? (h + (1 << f.shift_y) - 1) >> f.shift_y : h;
}

static inline size_t uncap_sample_bytes(struct uncap_format f)
{
    return f.depth > 8 ? 2 : 1;
}

bool uncap_format_equal(struct uncap_format a, struct uncap_format b);

/* View of the part inside r, which lies inside the picture and starts on a chroma sample. */
struct uncap_picture uncap_picture_crop(const struct uncap_picture *p, struct uncap_rect r);

/* Allocate planes for a w x h picture in one block; data[0] is the block, free it with uncap_picture_free.
 * Rows are UNCAP_ALIGN-aligned. Returns false if short of memory. */
bool uncap_picture_alloc(struct uncap_picture *out, struct uncap_format f, int w, int h);
void uncap_picture_free(struct uncap_picture *p);
/* What uncap_picture_alloc would take. */
size_t uncap_picture_bytes(struct uncap_format f, int w, int h);

/* Copy samples; same format and size. */
void uncap_picture_copy(const struct uncap_picture *dst, const struct uncap_picture *src);

#endif
