/* SPDX-License-Identifier: Apache-2.0 */
/* What is seen at each distance from the letters, and how much of the scene shines through there. */
#ifndef UNCAP_DETECT_MATTE_RINGS_H
#define UNCAP_DETECT_MATTE_RINGS_H

#include "detect/matte/scene.h"

/* From the nearest stroke; a shadow lies to one side. */
enum uncap_matte_side {
    UNCAP_MATTE_SIDE_FIRST, /* left, above */
    UNCAP_MATTE_SIDE_LAST,  /* right, below */
    UNCAP_MATTE_SIDE_ELSE,
    UNCAP_MATTE_SIDES,
};

/* Sums over the pixels of one ring.
 *
 * v         of the life's median.
 * pairs     pixels of which it is known what was there without the caption: with, without and their products
 *           summed up over channels.
 * dev       histogram of the spread over time.
 */
struct uncap_matte_ring {
    int64_t n, v[UNCAP_MAX_PLANES];
    int64_t pairs, with[UNCAP_MAX_PLANES], without[UNCAP_MAX_PLANES], product, square;
    uint32_t dev[256];
};

/* How it is told what shines through. */
enum uncap_matte_through {
    UNCAP_MATTE_THROUGH_PAIRS,    /* by what was there without the caption */
    UNCAP_MATTE_THROUGH_DEV,      /* by how much it moves */
    UNCAP_MATTE_THROUGH_CONTRAST, /* not at all: what is unlike the scene hides it */
};

/* at      [UNCAP_MATTE_SIDES][n]: rings by distance from the strokes.
 * inside  of the strokes; plate: the box behind them, away from them; scene: beyond all of it.
 */
struct uncap_matte_rings {
    int n, n_channels;
    struct uncap_matte_ring *at, inside, plate, scene;
    enum uncap_matte_through through;
    bool is_paired; /* pairs tell the mean of what is behind a ring */
};

/* A frame without the caption, and the one with it that it is compared with; [n_channels][h][w]. */
struct uncap_matte_pair {
    const uint8_t *with, *without;
};

/* Measure the rings out to n - 1 pixels.
 *
 * stroke  [h][w] u8: the letters.
 * plate   the box behind them, or empty.
 * Errors  NOMEM; then there is nothing to close.
 */
int uncap_matte_rings_open(struct uncap_matte_rings *rings, const struct uncap_matte_scene *scene,
                           const struct uncap_matte_look *look, const struct uncap_matte_pair *pairs,
                           int n_pairs, const uint8_t *stroke, struct uncap_rect plate, int n,
                           struct uncap_error *err);
void uncap_matte_rings_close(struct uncap_matte_rings *rings);

static inline const struct uncap_matte_ring *uncap_matte_rings_at(const struct uncap_matte_rings *rings,
                                                                  int side, int distance)
{
    return &rings->at[side * rings->n + distance];
}

/* How much of the scene the ring hides, 0..1. By contrast: 1. */
float uncap_matte_ring_opacity(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring);

/* Does the scene move all around the letters, while they keep still? */
bool uncap_matte_rings_stand(const struct uncap_matte_rings *rings);

/* How unlike what is behind it the ring is, levels. */
float uncap_matte_ring_contrast(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring);

/* The colour that the ring has where it hides `opacity` of the scene, within 0..255. */
void uncap_matte_ring_colour(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring,
                             float opacity, float value[UNCAP_MAX_PLANES]);

#endif
