/* SPDX-License-Identifier: Apache-2.0 */
/* A cheap look at every frame: where strokes have just appeared that stay. Pure, streaming.
 *
 * On luma of at most 360 lines (or columns, if there are fewer of them) every pixel has the direction of its
 * gradient (none where it is weak) and a count of the frames for which it has stayed the same. A pixel whose
 * count reaches UNCAP_NOVELTY_STEADY is born. A caption is a bar of births within a frame or two; what a
 * moving picture bears all the time is known cell by cell and taken off, and so is what a look has shown
 * already. */
#ifndef UNCAP_DETECT_LOOK_NOVELTY_H
#define UNCAP_DETECT_LOOK_NOVELTY_H

#include <stdbool.h>

#include "base/error.h"
#include "detect/look/luma.h"
#include "kernels/kernels.h"

enum {
    UNCAP_NOVELTY_STEADY = UNCAP_BIRTHS_STEADY, /* frames: strokes born in frame t have stood since t - 2 */
    UNCAP_NOVELTY_CELL = 8,                     /* pixels of the reduced luma */
};

/* What counts as news: births anywhere, or where text has been found alone; or strokes that have stood for a
 * while and that no look has seen: those of what fades in too slowly to be a bar of births. */
enum uncap_news { UNCAP_NEWS_ANYWHERE, UNCAP_NEWS_HOME, UNCAP_NEWS_UNSEEN };

struct uncap_novelty {
    int factor, w, h;       /* of the reduced luma */
    int columns, rows;      /* cells */
    uint8_t *reduced;       /* [h][w] */
    uint8_t *code, *count;  /* [h][w] gradient direction, 0 none; frames it has stayed */
    uint8_t *row;           /* [w] and [columns] scratch */
    float *births, *recent; /* [rows][columns] of this frame; sum over the last ones, fading */
    float *usual;           /* [rows][columns] births of an ordinary frame */
    float *excess;          /* [rows][columns] the part of recent beyond that; 0 in cells that are left out */
    float *shown;           /* [rows][columns] the part of recent that a look has seen */
    float *doubt;           /* [rows][columns] births of something seen that was no text, fading */
    float *news;            /* [rows][columns] births beyond what is usual, shown or doubted */
    float *unseen;          /* [rows][columns] strokes that stand and that no look has seen */
    int64_t *looked;   /* [rows][columns] n when a look saw the cell, or what stood there was explained */
    uint8_t *is_known; /* [rows][columns] cells that are left out */
    uint8_t *is_home;  /* [rows][columns] where text has been found */
    int64_t n;
};

/* For luma of the given size. Errors: NOMEM. */
int uncap_novelty_open(struct uncap_novelty *v, int luma_w, int luma_h, struct uncap_error *err);
void uncap_novelty_close(struct uncap_novelty *v);

/* Leave out the cells of these rectangles (luma pixels) from the next push on, and no others. */
void uncap_novelty_know(struct uncap_novelty *v, const struct uncap_rect *rects, int n);

/* What stands in this rectangle (luma pixels) now is explained, and no news any more. */
void uncap_novelty_forget(struct uncap_novelty *v, struct uncap_rect rect);

/* The same because a look has seen it; as much again in the same place is hardly any news for some
 * seconds. */
void uncap_novelty_seen(struct uncap_novelty *v, struct uncap_rect rect);

/* There is text in it: what appears in its place after it is news. */
void uncap_novelty_trust(struct uncap_novelty *v, struct uncap_rect rect);

/* Take the next frame. */
void uncap_novelty_push(struct uncap_novelty *v, const struct uncap_luma *luma);

/* Look for strokes that have stood for `age` (1..255) frames or more and that no look has seen. They are news
 * until the next push. */
void uncap_novelty_settle(struct uncap_novelty *v, int age);

/* The strongest bar's news per cell (0..64); of births, those above the usual. */
float uncap_novelty_strongest(const struct uncap_novelty *v, enum uncap_news news);

/* The place of all bars with at least so much news per cell, in luma pixels. */
struct uncap_rect uncap_novelty_place(const struct uncap_novelty *v, float least, enum uncap_news news);

/* The strongest bar within a zone (luma pixels) after a push, and the extent of what has appeared around it
 * in the zone's rows. Returns its births per cell. */
float uncap_novelty_in(const struct uncap_novelty *v, struct uncap_rect zone, struct uncap_rect *extent);

#endif
