/* SPDX-License-Identifier: Apache-2.0 */
/* A cheap look at every frame: where strokes have just appeared that stay. Pure, streaming.
 *
 * On luma of at most 360 lines every pixel has the direction of its gradient (none where it is weak) and a
 * count of the frames for which it has stayed the same. A pixel whose count reaches UNCAP_NOVELTY_STEADY is
 * born. A caption is a bar of births within a frame or two; what a moving picture bears all the time is known
 * cell by cell and taken off. */
#ifndef UNCAP_DETECT_NOVELTY_H
#define UNCAP_DETECT_NOVELTY_H

#include "base/error.h"
#include "detect/luma.h"

enum {
    UNCAP_NOVELTY_STEADY = 3, /* frames: strokes born in frame t have stood since t - 2 */
    UNCAP_NOVELTY_CELL = 8,   /* pixels of the reduced luma */
};

struct uncap_novelty {
    int factor, w, h;       /* of the reduced luma */
    int columns, rows;      /* cells */
    uint8_t *reduced;       /* [h][w] */
    uint8_t *code, *count;  /* [h][w] gradient direction, 0 none; frames it has stayed */
    uint8_t *row;           /* [2][w] scratch */
    float *births, *recent; /* [rows][columns] of this frame; sum over the last ones, fading */
    float *usual;           /* [rows][columns] births of an ordinary frame */
    uint8_t *is_known;      /* [rows][columns] cells that are left out */
    int64_t n;
};

/* For luma of the given size. Errors: NOMEM. */
int uncap_novelty_open(struct uncap_novelty *v, int luma_w, int luma_h, struct uncap_error *err);
void uncap_novelty_close(struct uncap_novelty *v);

/* Leave out the cells of these rectangles (luma pixels) from now on, and no others. */
void uncap_novelty_know(struct uncap_novelty *v, const struct uncap_rect *rects, int n);

/* Take the next frame. Returns the strongest bar's births per cell above the usual (0..64), and the place of
 * all bars at least half as strong, in luma pixels. */
float uncap_novelty_push(struct uncap_novelty *v, const struct uncap_luma *luma, struct uncap_rect *where);

/* The strongest bar within a zone (luma pixels) after a push, and the extent of what has appeared around it
 * in the zone's rows. Returns its births per cell. */
float uncap_novelty_in(const struct uncap_novelty *v, struct uncap_rect zone, struct uncap_rect *extent);

#endif
