/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the detector: the steps of the work on one stretch of frames, in the order in which they run. */
#ifndef UNCAP_DETECT_CHUNK_H
#define UNCAP_DETECT_CHUNK_H

#include "detect/detector_state.h"

/* A line that has appeared in a frame; luma pixels. */
struct uncap_hint {
    int64_t frame;
    struct uncap_rect rect;
};

enum { UNCAP_FLASHED = -1 }; /* a look at a frame gone by: something stood for a moment alone */

/* One stretch of frames [first, end) under work. */
struct uncap_chunk {
    struct uncap_detector *d;
    int64_t first, end;
    struct uncap_look *looks; /* [2 * frames * regions] */
    int *reasons;             /* [looks] that novelty gave, 0: the clock or an end; or UNCAP_FLASHED */
    struct uncap_hint *hints; /* strokes that have appeared where words come and go */
    size_t n_hints, hints_capacity;
    int n_looks;
    int *status; /* [tracks] of work side by side */
    struct uncap_error *errors;
};

enum { UNCAP_WORD_GAP = 2 }; /* frames between two words of a caption that comes word by word */

/* Frames that a word of a caption stands at most that comes word by word. */
static inline int64_t uncap_word_frames(const struct uncap_detector *d)
{
    return 4 * d->adaptive.period / 5;
}

/* Look at a frame cheaply, and choose it if the network shall look at it. Frames come in order. Errors:
 * NOMEM. */
int uncap_chunk_choose(struct uncap_chunk *c, int64_t frame, struct uncap_error *err);

/* Of the boxes of a look, give those of lines that are complete, a logo's for instance, to these where other
 * text beside them was joined with them, or would be; the other text's are left. Errors: NOMEM. */
int uncap_chunk_part(struct uncap_detector *d, struct uncap_look *look, struct uncap_error *err);

/* Run the network on the chosen frames; lines that are known go on, new ones start. Errors: as
 * uncap_looks_run. */
int uncap_chunk_look(struct uncap_chunk *c, struct uncap_error *err);

/* Turn tracks that have ended (is_last: all) into captions with mattes and texts. Errors: as the parts. */
int uncap_chunk_close(struct uncap_detector *d, bool is_last, struct uncap_error *err);

#endif
