/* SPDX-License-Identifier: Apache-2.0 */
/* What every inpainting engine is: it receives a window of cropped frames with mattes and fills the core
 * frames. */
#ifndef UNCAP_INPAINT_ENGINE_H
#define UNCAP_INPAINT_ENGINE_H

#include "base/cancel.h"
#include "base/caption.h"
#include "base/error.h"
#include "base/picture.h"
#include "base/slices.h"
#include "inpaint/origin.h"
#include "uncaption/erase.h"

/* A caption as one window sees it. Frames are indices into the window, half-open, clipped to it. */
struct uncap_window_caption {
    const struct uncap_caption *caption; /* whole life, matte in picture coordinates, opacity, motion */
    int first, end;
};

/* A stretch of one shot, cropped to one band.
 *
 * crop     picture coordinates; edges on chroma samples.
 * frames   [n] crop-sized views in the native format, immutable.
 * coverage [n] pointers to [h][w] u8, stride crop width: union of the captions' mattes; NULL where none.
 *          Frames whose coverage is NULL are clean.
 * core     [core_first, core_end) are to be filled, the rest is context. Never crosses a shot cut.
 * filled   [core_end - core_first] pictures of crop size, owned by the window, preset to the source's
 *          samples. The engine overwrites samples where coverage > 0 and no others.
 * budget   bytes that the plan was given for the engine and the window's frames; 0: no bound.
 * origins  [core_end - core_first] pointers to [h][w], NULL for frames without coverage: where each luma
 *          sample of filled comes from. Preset to INVENTED where coverage > 0; engines that know better
 *          say so. NULL: not wanted.
 */
struct uncap_window {
    struct uncap_rect crop;
    struct uncap_format format;
    struct uncap_colour colour;
    int64_t first; /* display index of frames[0] */
    int n, core_first, core_end;
    size_t budget;
    const struct uncap_picture *frames;
    const uint8_t *const *coverage;
    const struct uncap_window_caption *captions;
    int n_captions;
    struct uncap_picture *filled;
    struct uncap_origin *const *origins;
    /* Result of the prior engine (ops->prior) over the same core, or NULL. */
    const struct uncap_picture *prior;
};

/* The windows that an engine is to plan for.
 *
 * w, h     of their crops
 * covered  luma samples of a crop that captions cover in one frame, at most
 * budget   bytes for the engine and the frames of a window
 */
struct uncap_plan_request {
    struct uncap_format format;
    int w, h;
    size_t covered;
    size_t budget;
};

/* What an engine needs for such windows; computed before the first frame. */
struct uncap_plan {
    int context;         /* frames wanted on each side of the core */
    int core;            /* frames a window fills, at most */
    size_t window_bytes; /* engine memory while it fills one such window, frames themselves not counted */
    int margin;          /* luma pixels wanted around the mattes on each side */
    int align;           /* crop edges on multiples of this, a power of two */
};

struct uncap_engine_ops;

struct uncap_engine {
    const struct uncap_engine_ops *ops;
    void *priv;                          /* ops->priv_size zeroed bytes */
    struct uncap_slices *slices;         /* for the engine's kernels; borrowed */
    const struct uncap_control *control; /* for log lines; borrowed, may be NULL */
    const char
        *device; /* that its networks run on, told by open; NULL: it has none. Lives as long as the engine */
    /* Told by slow engines now and then while they fill: which share of the window is done, 0..1. May be
     * NULL. */
    void (*on_share)(void *opaque, double share);
    void *opaque;
};

/* A strategy; all of them stand in the NULL-ended table uncap_engines.
 *
 * check  refuses options of this engine that make no sense; opens nothing. Errors: ARG.
 * plan   states what the windows take, choosing context and core so that window_bytes plus the frames of the
 *        window stay within the budget. Errors: NOMEM with what would be needed.
 * fill   fills one window. Windows of one band come in order of time; an engine may keep state between them
 *        (keyed by caption id), as long as the result does not depend on thread count.
 */
struct uncap_engine_ops {
    const char *name, *description;
    const char *prior; /* engine whose result it starts from, or NULL */
    size_t priv_size;
    int (*check)(const struct uncap_erase_options *o, struct uncap_error *err);
    int (*open)(struct uncap_engine *e, const struct uncap_erase_options *o, struct uncap_error *err);
    int (*plan)(const struct uncap_engine *e, const struct uncap_plan_request *q, struct uncap_plan *plan,
                struct uncap_error *err);
    int (*fill)(struct uncap_engine *e, const struct uncap_window *window, struct uncap_cancel *cancel,
                struct uncap_error *err);
    void (*close)(struct uncap_engine *e);
};

/* Every engine of this build, NULL-ended, the default first. */
extern const struct uncap_engine_ops *const uncap_engines[];

/* By name; NULL if there is none. */
const struct uncap_engine_ops *uncap_engine_find(const char *name);

/* Refuse engines that are not there, their options, and of those that are what makes no sense. Errors: ARG.
 */
int uncap_engines_check(const struct uncap_erase_options *o, struct uncap_error *err);

int uncap_engine_open(struct uncap_engine **out, const struct uncap_engine_ops *ops,
                      const struct uncap_erase_options *o, struct uncap_slices *slices,
                      const struct uncap_control *control, struct uncap_error *err);
void uncap_engine_close(struct uncap_engine **engine);

#endif
