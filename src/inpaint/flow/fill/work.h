/* SPDX-License-Identifier: Apache-2.0 */
/* What the stages of the flow engine share while one window is filled. */
#ifndef UNCAP_INPAINT_FLOW_WORK_H
#define UNCAP_INPAINT_FLOW_WORK_H

#include <stdbool.h>
#include <stdint.h>

#include "inpaint/engine.h"
#include "inpaint/flow/fill/settings.h"
#include "inpaint/flow/motion/mask.h"
#include "inpaint/flow/motion/motion.h"
#include "kernels/kernels.h"

enum { FLOW_VARIANCE_UNITS = 16 }; /* stored variance: this many units a squared grey level */

/* One frame of the window.
 *
 * source   captioned samples, the window's
 * picture  the best that is known so far: source where the frame is clean, else samples the engine writes
 * hole     luma samples that are still to be filled; hole_c: chroma samples. No storage where !is_covered
 * is_filled  the frame belongs to the core, or lies behind it and tells what a caption did that the core has
 *            too; the
 *          others lend their known samples alone: picture stays the source's and there are no variances
 * variance [hole.n] u16 of the fill, luma, in raster order; variance_c the same for chroma
 * next, prev  motion to the frame after and before; the affine map alone where neither frame is covered
 */
struct flow_frame {
    struct uncap_picture source, picture;
    bool is_covered, is_filled;
    bool owns_picture;
    struct flow_mask hole, hole_c;
    uint16_t *variance, *variance_c;
    struct flow_motion next, prev;
};

struct flow_backdrop;

/* frames  [n], and behind them the backdrop, if there is one, as if it were a frame
 * stands  nothing moves but what captions do
 * refill  0 in the first fill of the window, 1 in the next one
 * behind  what the window before knew, NULL: nothing
 * next_behind  where that is left for the window after, NULL: not wanted
 */
struct flow_work {
    const struct uncap_window *window;
    const struct uncap_kernels *kernels;
    const struct flow_settings *settings;
    struct uncap_slices *slices;
    struct uncap_cancel *cancel;
    int w, h;   /* luma */
    int cw, ch; /* chroma; 0 for grey */
    int n;
    bool stands;
    int stride; /* samples between the rows of the window's coverage and origins */
    int refill;
    int batch; /* frames, pairs or slices that are worked on at once: what holds scratch memory */
    struct flow_frame *frames;
    const struct flow_backdrop *behind;
    struct flow_backdrop *next_behind;
};

/* The caption is seen in a core frame: what it did is to be measured wherever it is seen. */
static inline bool flow_work_reaches_core(const struct flow_work *work, const struct uncap_window_caption *c)
{
    return c->first < work->window->core_end && c->end > work->window->core_first;
}

/* First member of a luma set that the chroma sample (x, y) covers; it covers one. */
static inline void flow_work_luma_of(const struct flow_work *work, const struct flow_mask *set, int x, int y,
                                     int *lx, int *ly)
{
    const struct uncap_format f = work->window->format;
    *lx = x << f.shift_x;
    const int x1 = (x + 1) << f.shift_x < work->w ? (x + 1) << f.shift_x : work->w;
    const int y1 = (y + 1) << f.shift_y < work->h ? (y + 1) << f.shift_y : work->h;
    for (*ly = y << f.shift_y; *ly < y1; ++*ly) {
        *lx = flow_mask_next(set, x << f.shift_x, *ly);
        if (*lx < x1)
            return;
    }
}

/* Places of a plane: its last column and row. */
struct flow_area {
    float right, bottom;
};

/* Of the luma plane. */
static inline struct flow_area flow_work_area(const struct flow_work *work)
{
    return (struct flow_area){(float)(work->w - 1), (float)(work->h - 1)};
}

static inline bool flow_area_has(struct flow_area a, float x, float y)
{
    return x >= 0 && y >= 0 && x <= a.right && y <= a.bottom;
}

/* No luma sample of the bilinear footprint of (x, y), which lies inside, is covered. */
static inline bool flow_work_clear(const struct flow_frame *f, float x, float y)
{
    return !f->is_covered || flow_mask_clear(&f->hole, x, y);
}

static inline float flow_variance_load(uint16_t v)
{
    return (float)v * (1.0f / FLOW_VARIANCE_UNITS);
}

static inline uint16_t flow_variance_store(float v)
{
    const float u = v * FLOW_VARIANCE_UNITS + 0.5f;
    return (uint16_t)(u < 1 ? 1 : u > 65535 ? 65535 : u);
}

#endif
