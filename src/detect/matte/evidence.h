/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded memory of how one caption's place looked: what its matte is estimated from. */
#ifndef UNCAP_DETECT_MATTE_EVIDENCE_H
#define UNCAP_DETECT_MATTE_EVIDENCE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/picture.h"
#include "detect/look/luma.h"

enum {
    UNCAP_EVIDENCE_LIFE = 50,
    UNCAP_EVIDENCE_CLEAN = 3,
    UNCAP_EVIDENCE_REACH = 3, /* heights of a line to its sides: that above or below may be longer */
};

struct uncap_crop {
    int64_t frame;
    struct uncap_picture picture; /* own copy of rect, native planes */
};

/* life   every stride-th frame of the life, of a caption that moves, of the frames offered (its way may pass
 *        chroma samples in odd frames alone); when full, every second one is dropped and the stride doubles.
 * before, after  caption-free frames beside the life, nearest first. */
struct uncap_evidence {
    struct uncap_rect rect; /* picture coordinates, starts on a chroma sample */
    struct uncap_crop life[UNCAP_EVIDENCE_LIFE];
    int n_life;
    int64_t stride, n_offered;
    struct uncap_crop before[UNCAP_EVIDENCE_CLEAN], after[UNCAP_EVIDENCE_CLEAN];
    int n_before, n_after;
};

void uncap_evidence_start(struct uncap_evidence *e, struct uncap_rect rect);
void uncap_evidence_clear(struct uncap_evidence *e);

/* Copy the frame's part if it is wanted. Frames in any order, each at most once. Errors: NOMEM. */
int uncap_evidence_add_life(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                            struct uncap_error *err);
/* The same of a caption that moves: the part `at`, of rect's size, inside the picture, on a chroma sample. A
 * frame that is there already is not taken again. */
int uncap_evidence_add_moved(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                             struct uncap_rect at, struct uncap_error *err);
int uncap_evidence_add_before(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                              struct uncap_error *err);
int uncap_evidence_add_after(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                             struct uncap_error *err);

/* Make room for n crops of the life from frame `first` on, of any frames: as often as need be every second
 * one of those before goes. */
void uncap_evidence_make_room(struct uncap_evidence *e, int64_t first, int n);

/* Drop life crops outside [first, end) and clean crops inside; sorts life ascending. */
void uncap_evidence_trim(struct uncap_evidence *e, int64_t first, int64_t end);

/* Luma of the crops of its life, of full size.
 *
 * lumas   [n_life] out; of 8 bits they are the crops' own planes, and good as long as those.
 * block   out: what the others point to, or NULL; uncap_free.
 * Errors  NOMEM. */
int uncap_evidence_lumas(const struct uncap_evidence *e, struct uncap_luma *lumas, uint8_t **block,
                         struct uncap_error *err);

#endif
