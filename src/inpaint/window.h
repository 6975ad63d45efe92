/* SPDX-License-Identifier: Apache-2.0 */
/* From captions to the windows that an engine fills. Pure: knows no files, no clocks, no threads.
 *
 * A band is a rectangle of one shot around captions that are near each other; all its windows share the crop.
 * A span is a stretch of a band's frames that captions cover; it is cut into cores of at most the engine's
 * size, where possible at a frame where a caption begins or ends. A core that had to be cut elsewhere
 * overlaps the one before it, and the overlap is cross-faded. Context on both sides never crosses a shot
 * cut. */
#ifndef UNCAP_INPAINT_WINDOW_H
#define UNCAP_INPAINT_WINDOW_H

#include <stddef.h>
#include <stdint.h>

#include "base/caption.h"
#include "base/error.h"
#include "base/picture.h"
#include "inpaint/engine.h"

/* Frames are display indices, half-open.
 *
 * fade_in  the first so many core frames are also the last of the band's window before: weight of this window
 *          at core frame k is uncap_window_weight(fade_in, k), of the other the rest to 1.
 */
struct uncap_window_plan {
    int band;
    struct uncap_rect crop;
    int64_t first, end;
    int64_t core_first, core_end;
    int fade_in;
    size_t bytes;  /* frames, coverage and the engine's own need */
    size_t budget; /* what they had to fit in */
};

struct uncap_window_plans {
    struct uncap_window_plan *items; /* sorted by core_first, then band */
    size_t n, capacity;
    int n_bands;
};

/* What the planner must know of the video and the engine. */
struct uncap_window_request {
    const struct uncap_captions *captions; /* those with keep are passed over */
    struct uncap_format format;
    int w, h;
    int64_t n_frames;
    const struct uncap_engine *const *engines; /* the engine and its priors, NULL-ended */
    size_t budget_bytes;                       /* for all that is alive at one time */
};

/* Plan every window. Errors: NOMEM with what would be needed. */
int uncap_windows_plan(struct uncap_window_plans *out, const struct uncap_window_request *request,
                       struct uncap_error *err);
void uncap_windows_clear(struct uncap_window_plans *plans);

/* Weight of the later window, 0..1, at core frame k of an overlap of fade_in frames; 1 past it. */
static inline float uncap_window_weight(int fade_in, int64_t k)
{
    return k >= fade_in ? 1.0f : (float)(k + 1) / (float)(fade_in + 1);
}

#endif
