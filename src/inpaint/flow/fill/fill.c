/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/fill.h"

#include "base/memory.h"
#include "inpaint/flow/fill/backdrop.h"
#include "inpaint/flow/fill/fuse.h"
#include "inpaint/flow/fill/origin.h"
#include "inpaint/flow/fill/plate.h"
#include "inpaint/flow/fill/pointers.h"
#include "inpaint/flow/fill/spatial.h"

static bool is_covered(const struct flow_work *work, int t)
{
    return t >= 0 && t < work->n && work->frames[t].is_covered && work->frames[t].hole.n > 0;
}

static bool is_filled(const struct flow_work *work, int t)
{
    return is_covered(work, t) && work->frames[t].is_filled;
}

enum { PLATE_REACH = 25 };

/* ---- motion ---- */

struct motion_batch {
    struct flow_work *work;
    int first, n;
    struct flow_pyramid *pyramids; /* [n + 1] of frames first .. first + n */
    struct flow_pair *pairs;       /* [n] */
};

/* Motion between t and t + 1 is still to be measured: densely where it leads to or from a covered sample,
 * as an affine map where the plate may look, PLATE_REACH frames around covered ones. */
enum wanted { NOTHING, AFFINE, DENSE };

static enum wanted pair_wanted(const struct flow_work *work, int t)
{
    if (t < 0 || t + 1 >= work->n || work->frames[t].next.is_known)
        return NOTHING;
    if (is_covered(work, t) || is_covered(work, t + 1))
        return DENSE;
    for (int k = t - PLATE_REACH; k <= t + 1 + PLATE_REACH; k++)
        if (is_covered(work, k))
            return AFFINE;
    return NOTHING;
}

static void build_pyramid(void *opaque, int i)
{
    const struct motion_batch *b = opaque;
    const int t = b->first + i;
    const bool is_kept = i == 0 && t > 0; /* the last one of the batch before */
    if (is_kept || (!pair_wanted(b->work, t) && !pair_wanted(b->work, t - 1)))
        return;
    const struct flow_frame *f = &b->work->frames[t];
    flow_pyramid_build(&b->pyramids[i], &f->picture, f->is_covered ? &f->hole : NULL);
}

/* Of the motion between t and t + 1. */
static struct flow_rows rows_wanted(const struct flow_work *work, int t)
{
    const struct flow_frame *f = &work->frames[t];
    if (!work->settings->skips_margins)
        return (struct flow_rows){0, f->next.h};
    return flow_rows_around(is_covered(work, t) ? &f[0].hole : NULL,
                            is_covered(work, t + 1) ? &f[1].hole : NULL);
}

static void estimate_pair(void *opaque, int i)
{
    const struct motion_batch *b = opaque;
    const int t = b->first + i;
    struct flow_motion *next = &b->work->frames[t].next;
    struct flow_motion *prev = &b->work->frames[t + 1].prev;
    const enum wanted wanted = pair_wanted(b->work, t);
    if (wanted == AFFINE)
        flow_motion_estimate_affine(b->work->kernels, &b->pyramids[i], &b->pyramids[i + 1],
                                    &b->work->settings->effort, &b->pairs[i], next, prev);
    if (wanted == DENSE)
        flow_motion_estimate(b->work->kernels, &b->pyramids[i], &b->pyramids[i + 1],
                             &b->work->settings->effort, rows_wanted(b->work, t), &b->pairs[i], next, prev);
}

static void motion_batch_close(struct motion_batch *b, int capacity)
{
    for (int i = 0; b->pyramids && i <= capacity; i++)
        flow_pyramid_close(&b->pyramids[i]);
    for (int i = 0; b->pairs && i < capacity; i++)
        flow_pair_close(&b->pairs[i]);
    uncap_free(b->pyramids);
    uncap_free(b->pairs);
}

static bool motion_batch_open(struct motion_batch *b, struct flow_work *work, int capacity)
{
    *b = (struct motion_batch){.work = work};
    b->pyramids = uncap_alloc((size_t)capacity + 1, sizeof(*b->pyramids));
    b->pairs = uncap_alloc((size_t)capacity, sizeof(*b->pairs));
    if (!b->pyramids || !b->pairs)
        return false;
    for (int i = 0; i <= capacity; i++)
        if (!flow_pyramid_open(&b->pyramids[i], work->w, work->h))
            return false;
    for (int i = 0; i < capacity; i++)
        if (!flow_pair_open(&b->pairs[i], work->w, work->h))
            return false;
    return true;
}

void flow_forget_motion(struct flow_work *work)
{
    for (int t = 0; t < work->n && !work->stands; t++)
        if (work->frames[t].next.uv)
            work->frames[t].next.is_known = false;
}

static bool motion_is_known(const struct flow_work *work)
{
    for (int t = 0; t + 1 < work->n; t++)
        if (pair_wanted(work, t))
            return false;
    return true;
}

static int estimate_motion(struct flow_work *work, struct uncap_error *err)
{
    const int capacity = work->batch;
    struct motion_batch b;
    int status = UNCAP_OK;
    if (motion_is_known(work))
        return UNCAP_OK;
    if (!motion_batch_open(&b, work, capacity))
        status = uncap_fail_nomem(err, "motion between frames");
    for (b.first = 0; !status && b.first + 1 < work->n; b.first += capacity) {
        status = uncap_cancel_check(work->cancel, err);
        b.n = b.first + capacity < work->n ? capacity : work->n - 1 - b.first;
        uncap_slices_run(work->slices, b.n + 1, build_pyramid, &b);
        uncap_slices_run(work->slices, b.n, estimate_pair, &b);
        const struct flow_pyramid last = b.pyramids[b.n];
        b.pyramids[b.n] = b.pyramids[0];
        b.pyramids[0] = last;
    }
    motion_batch_close(&b, capacity);
    return status;
}

/* ---- sweeps ---- */

/* Frames first, first + step, ... of one sweep of `length`; slot 0 of rim and pointers is the frame before
 * them. */
struct sweep_batch {
    struct flow_work *work;
    int step, length, first, n, capacity;
    struct flow_mask *rim; /* [capacity + 1] around the hole: samples that have local pointers too */
    struct flow_pointer **pointers[FLOW_CHAINS]; /* [capacity + 1] of [hole.n + rim.n] and [hole.n] */
    size_t *room;                                /* [capacity + 1] pointers allocated */
    struct flow_scratch *scratch;                /* [capacity] */
    struct flow_plate plate;
};

static void sweep_batch_close(struct sweep_batch *b)
{
    for (int i = 0; i <= b->capacity; i++) {
        if (b->rim)
            flow_mask_close(&b->rim[i]);
        for (int c = 0; c < FLOW_CHAINS; c++)
            if (b->pointers[c])
                uncap_free(b->pointers[c][i]);
        if (b->scratch && i < b->capacity)
            flow_scratch_close(&b->scratch[i]);
    }
    uncap_free(b->rim);
    for (int c = 0; c < FLOW_CHAINS; c++)
        uncap_free(b->pointers[c]);
    uncap_free(b->room);
    uncap_free(b->scratch);
    flow_plate_close(&b->plate);
}

static bool sweep_batch_open(struct sweep_batch *b, struct flow_work *work, int capacity)
{
    *b = (struct sweep_batch){.work = work, .capacity = capacity};
    const size_t n = (size_t)capacity + 1;
    b->rim = uncap_alloc(n, sizeof(*b->rim));
    b->room = uncap_alloc(n, sizeof(*b->room));
    b->scratch = uncap_alloc((size_t)capacity, sizeof(*b->scratch));
    bool ok = b->rim && b->room && b->scratch && flow_plate_open(&b->plate, work->w, work->h, work->n + 1);
    for (int c = 0; c < FLOW_CHAINS; c++) {
        b->pointers[c] = uncap_alloc(n, sizeof(*b->pointers[c]));
        ok = ok && b->pointers[c];
    }
    for (int i = 0; ok && i <= capacity; i++)
        ok = flow_mask_open(&b->rim[i], work->w, work->h);
    for (int i = 0; ok && i < capacity; i++)
        ok = flow_scratch_open(&b->scratch[i], work->w, work->h, work->cw, work->ch);
    return ok;
}

static void list_rim(void *opaque, int i)
{
    const struct sweep_batch *b = opaque;
    const int t = b->first + i * b->step;
    if (!is_covered(b->work, t))
        return;
    flow_mask_grow(&b->rim[i + 1], &b->work->frames[t].hole, FLOW_RIM);
    flow_mask_subtract(&b->rim[i + 1], &b->work->frames[t].hole);
}

/* Room for the pointers of slot i, which is frame t. */
static bool reserve(struct sweep_batch *b, int i, int t)
{
    const size_t all = (size_t)b->work->w * (size_t)b->work->h;
    const size_t need = (size_t)b->work->frames[t].hole.n + (size_t)b->rim[i].n;
    if (need <= b->room[i])
        return true;
    const size_t n = need + need / 4 < all ? need + need / 4 : all;
    b->room[i] = 0;
    for (int c = 0; c < FLOW_CHAINS; c++) {
        uncap_free(b->pointers[c][i]);
        b->pointers[c][i] = uncap_alloc(n, sizeof(struct flow_pointer));
        if (!b->pointers[c][i])
            return false;
    }
    b->room[i] = n;
    return true;
}

/* What the window before knew comes into the plate, and what is known now is left for the window after, which
 * begins its core where this one ends. */
static void meet_neighbours(struct sweep_batch *b, int t)
{
    const struct flow_work *work = b->work;
    if (work->behind && work->behind->frame == work->window->first + t)
        flow_plate_learn(&b->plate, work, t, work->n, work->behind->votes);
    const int end = b->length < work->window->core_end ? b->length : work->window->core_end;
    if (work->next_behind && t == end - 1)
        flow_backdrop_render(work->next_behind, &b->plate, work, t, &b->scratch[0]);
}

/* The plate through the whole batch. */
static void step_plate(struct sweep_batch *b)
{
    for (int i = 0; i < b->n; i++) {
        const int t = b->first + i * b->step;
        flow_plate_step(&b->plate, b->work, t, b->step,
                        is_filled(b->work, t) ? b->pointers[FLOW_CHAIN_PLATE][i + 1] : NULL);
        if (b->step > 0)
            meet_neighbours(b, t);
    }
}

static bool has_plate(const struct sweep_batch *b)
{
    return b->step > 0 || b->work->settings->looks_ahead;
}

/* Pointers of one chain through the whole batch. */
static void step_chain(void *opaque, int c)
{
    struct sweep_batch *b = opaque;
    if (c == FLOW_CHAIN_PLATE) {
        if (has_plate(b))
            step_plate(b);
        return;
    }
    for (int i = 0; i < b->n; i++) {
        const int t = b->first + i * b->step;
        if (!is_covered(b->work, t))
            continue;
        const bool has_rim = is_covered(b->work, t - b->step);
        flow_pointers_step(b->work, t, -b->step, b->pointers[c][i + 1], &b->rim[i + 1], b->pointers[c][i],
                           has_rim ? &b->rim[i] : NULL);
    }
}

static void fuse_frame(void *opaque, int i)
{
    const struct sweep_batch *b = opaque;
    const int t = b->first + i * b->step;
    if (!is_filled(b->work, t))
        return;
    struct flow_pointer *pointers[FLOW_CHAINS];
    for (int c = 0; c < FLOW_CHAINS; c++)
        pointers[c] = c != FLOW_CHAIN_PLATE || has_plate(b) ? b->pointers[c][i + 1] : NULL;
    flow_fuse(b->work, t, pointers, &b->scratch[i]);
    flow_origin_note(b->work, t, pointers);
}

/* The batch's last frame becomes slot 0 of the next. */
static void carry_over(struct sweep_batch *b)
{
    const struct flow_mask rim = b->rim[0];
    b->rim[0] = b->rim[b->n];
    b->rim[b->n] = rim;
    const size_t room = b->room[0];
    b->room[0] = b->room[b->n];
    b->room[b->n] = room;
    for (int c = 0; c < FLOW_CHAINS; c++) {
        struct flow_pointer *p = b->pointers[c][0];
        b->pointers[c][0] = b->pointers[c][b->n];
        b->pointers[c][b->n] = p;
    }
}

/* Frames of the window that a sweep goes through: to the last one that is filled. */
static int sweep_length(const struct flow_work *work, int step)
{
    int n = work->n;
    while (n > 0 && !is_filled(work, step > 0 ? n - 1 : work->n - n))
        n--;
    return n;
}

/* step +1: frames in order of time, sources in the past; -1: the other way round. */
static int sweep(struct sweep_batch *b, int step, struct uncap_error *err)
{
    const int n = sweep_length(b->work, step);
    b->step = step;
    b->length = n;
    flow_plate_start(&b->plate, b->work);
    for (int done = 0; done < n; done += b->n) {
        const int status = uncap_cancel_check(b->work->cancel, err);
        if (status)
            return status;
        b->first = step > 0 ? done : b->work->n - 1 - done;
        b->n = n - done < b->capacity ? n - done : b->capacity;
        uncap_slices_run(b->work->slices, b->n, list_rim, b);
        for (int i = 1; i <= b->n; i++)
            if (is_covered(b->work, b->first + (i - 1) * step) && !reserve(b, i, b->first + (i - 1) * step))
                return uncap_fail_nomem(err, "sources of covered pixels");
        uncap_slices_run(b->work->slices, FLOW_CHAINS, step_chain, b);
        uncap_slices_run(b->work->slices, b->n, fuse_frame, b);
        carry_over(b);
    }
    return UNCAP_OK;
}

static void fill_smooth(void *opaque, int i)
{
    const struct sweep_batch *b = opaque;
    if (is_filled(b->work, b->first + i))
        flow_spatial_fill(b->work, b->first + i, &b->scratch[i]);
}

static int fill_all_smooth(struct sweep_batch *b, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (b->first = 0; !status && b->first < b->work->n; b->first += b->capacity) {
        status = uncap_cancel_check(b->work->cancel, err);
        const int left = b->work->n - b->first;
        uncap_slices_run(b->work->slices, left < b->capacity ? left : b->capacity, fill_smooth, b);
    }
    return status;
}

int flow_fill(struct flow_work *work, struct uncap_error *err)
{
    int status = estimate_motion(work, err);
    if (status)
        return status;
    struct sweep_batch b;
    if (!sweep_batch_open(&b, work, work->batch))
        status = uncap_fail_nomem(err, "filling frames");
    if (!status)
        status = fill_all_smooth(&b, err);
    if (!status)
        flow_origin_start(work);
    if (!status)
        status = sweep(&b, 1, err);
    if (!status)
        status = sweep(&b, -1, err);
    if (!status)
        flow_origin_fill(work);
    sweep_batch_close(&b);
    return status;
}

size_t flow_fill_bytes(struct uncap_format format, int w, int h, int batch)
{
    const size_t n = (size_t)batch;
    const int cw = format.n_planes > 1 ? uncap_plane_w(format, 1, w) : 0;
    const int ch = format.n_planes > 1 ? uncap_plane_h(format, 1, h) : 0;
    const size_t motion = (n + 1) * flow_pyramid_bytes(w, h) + n * flow_pair_bytes(w, h);
    const size_t pointers = (n + 1) * FLOW_CHAINS * (size_t)w * (size_t)h * sizeof(struct flow_pointer);
    const size_t sweeps = pointers + (n + 1) * flow_mask_bytes(w, h) + n * flow_scratch_bytes(w, h, cw, ch) +
                          flow_plate_bytes(w, h);
    return motion > sweeps ? motion : sweeps;
}
