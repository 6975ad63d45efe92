/* SPDX-License-Identifier: Apache-2.0 */
/* One planned window on its way: frames are cropped into it, an engine fills it, the compositor uses the
 * result. */
#ifndef UNCAP_PIPELINE_WINDOW_WORK_H
#define UNCAP_PIPELINE_WINDOW_WORK_H

#include "base/caption.h"
#include "base/error.h"
#include "inpaint/engine.h"
#include "inpaint/window.h"

/* One frame's crop of one band with its coverage, shared by the windows that overlap there. */
struct uncap_crop;

/* Copy the band out of a whole frame and paint the captions that are to be removed. NULL if short of
 * memory. */
struct uncap_crop *uncap_crop_open(const struct uncap_picture *frame, int64_t index, struct uncap_rect crop,
                                   const struct uncap_captions *captions);
/* Add or drop a holder; the last one frees. Thread-safe. close is NULL-safe and sets NULL. */
struct uncap_crop *uncap_crop_ref(struct uncap_crop *crop);
void uncap_crop_close(struct uncap_crop **crop);

struct uncap_window_work {
    const struct uncap_window_plan *plan; /* borrowed */
    struct uncap_window window;           /* what the engine gets; arrays below */
    struct uncap_crop **crops;            /* [window.n] holders */
    struct uncap_picture *frames;         /* [window.n] views of the crops */
    const uint8_t **coverage;             /* [window.n] */
    struct uncap_window_caption *captions;
    struct uncap_picture *filled;  /* [core], owned */
    struct uncap_origin **origins; /* [core], owned */
    int capacity;
};

/* Room for the whole planned window; frames come by uncap_window_work_add. */
int uncap_window_work_open(struct uncap_window_work **out, const struct uncap_window_plan *plan,
                           const struct uncap_captions *captions, struct uncap_error *err);
void uncap_window_work_close(struct uncap_window_work **work);

/* Append the next frame; takes a holder of its own. */
void uncap_window_work_add(struct uncap_window_work *work, struct uncap_crop *crop);

/* Settle sizes after the last frame (the video may end early) and allocate `filled`, preset to the source,
 * and `origins`. */
int uncap_window_work_finish(struct uncap_window_work *work, struct uncap_format format,
                             struct uncap_colour colour, struct uncap_error *err);

/* Drop the context, which only the engine needs. */
void uncap_window_work_drop_context(struct uncap_window_work *work);

#endif
