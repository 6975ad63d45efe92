/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/unblend.h"

#include <math.h>

#include "base/memory.h"
#include "inpaint/flow/fill/origin.h"
#include "inpaint/flow/motion/sample.h"
#include "inpaint/flow/unblend/fades.h"
#include "inpaint/flow/unblend/measure.h"
#include "inpaint/flow/unblend/mismatch.h"
#include "inpaint/flow/unblend/opacity.h"
#include "inpaint/flow/unblend/visit.h"

#define SOLID_NEAR 16.0f   /* grey levels within which a sample looks like the caption */
#define SOLID_OFF 8.0f     /* grey levels by which the fill says otherwise */
#define FREE_K 0.5f        /* background share from which a sample leaves the hole */
#define VARIANCE_FREED 0   /* marks a sample that leaves the hole; never stored otherwise */
#define FREE_VARIANCE 8.0f /* fills better than this are kept as they are */

/* A caption whose samples are updated.
 *
 * free_more  those known well leave the holes
 * first      of the frames that are updated at once
 * mismatch   [batch] one for each of them; NULL: what cannot be un-blended is filled again, or there is no
 *            veil
 */
struct update {
    struct flow_life life;
    bool free_more;
    int first;
    struct flow_mismatch *mismatch;
};

/* ---- update ---- */

static bool looks_like_caption(const struct flow_caption *c, float luma)
{
    return luma < c->dark + SOLID_NEAR || luma > c->bright - SOLID_NEAR;
}

/* What is seen looks like the caption, and unlike the fill: whatever other frames say about the sample, here
 * a word may have been added. */
static bool looks_solid(const struct flow_life *life, const struct flow_visit *v)
{
    const struct flow_frame *f = &life->work->frames[v->t];
    int x = v->x;
    int y = v->y;
    if (v->plane) {
        const struct uncap_format format = life->work->window->format;
        x <<= format.shift_x;
        y <<= format.shift_y;
    }
    const float i = flow_visit_read(flow_samples_of(&f->source, 0), x, y);
    return looks_like_caption(life->c, i) &&
           fabsf(i - flow_visit_read(flow_samples_of(&f->picture, 0), x, y)) > SOLID_OFF;
}

/* One frame of an update; mismatch: NULL if the caption has no veil. */
struct frame_update {
    const struct update *update;
    struct flow_mismatch *mismatch;
};

static uint16_t *variance_of(const struct update *u, const struct flow_visit *v)
{
    const struct flow_frame *f = &u->life.work->frames[v->t];
    return v->plane ? &f->variance_c[v->rank] : &f->variance[v->rank];
}

static struct flow_samples picture_of(const struct update *u, const struct flow_visit *v)
{
    return flow_samples_of(&u->life.work->frames[v->t].picture, v->plane);
}

/* Variance that all samples of the caption have around their mixtures: coding noise, which chroma moves too
 * little to measure but under a veil; what edges add to that, and shares that err, as far as the caption
 * hides the scene. */
static float coding_of(const struct update *u, const struct flow_visit *v)
{
    const struct flow_caption *c = u->life.c;
    const struct flow_fit *fit = flow_visit_fit(&u->life, v);
    if (fit->veiled)
        return v->plane ? c->veil.noise_c : c->veil.noise;
    if (fit->touch != FLOW_TOUCH_BLENDED)
        return c->coding;
    const float away = v->b - fit->mean;
    const float solid = fmaxf(1 - fit->k, 0);
    return c->coding + solid * c->scatter + solid * solid * c->var_share * away * away;
}

/* A caption that pops up larger, or elsewhere, covers other samples than those it was measured on. Its bar
 * alone is seen where it stands. */
static bool follows_fit(const struct update *u, const struct flow_visit *v, float variance)
{
    return flow_life_is_measured(&u->life, v->t) || flow_life_bar_alone(&u->life, v->t) ||
           flow_regress_agrees(flow_visit_fit(&u->life, v), u->life.c->coding,
                               flow_life_opacity(&u->life, v->t), v->i, v->b, variance);
}

static void note_sample(const struct frame_update *frame, const struct flow_visit *v)
{
    const struct update *u = frame->update;
    const struct flow_fit *fit = flow_visit_fit(&u->life, v);
    if (!fit->veiled || !follows_fit(u, v, flow_variance_load(*variance_of(u, v))))
        return;
    float noise;
    const float b =
        flow_regress_observe(fit, coding_of(u, v), flow_life_opacity(&u->life, v->t), v->i, v->b, &noise);
    flow_mismatch_add(frame->mismatch, v, b - v->b, noise);
}

static void note_mismatch(void *opaque, const struct flow_visit *v, int n)
{
    for (; n; n--, v++)
        note_sample(opaque, v);
}

/* A sample of a caption with a veil: what the fill is off around it is taken off, and its variance is what
 * that leaves. False if that is all: a letter, or the chroma of its edge, whose k is the luma's and whose
 * own colour is not known. */
static bool correct_sample(const struct frame_update *frame, struct flow_visit *v, float *variance)
{
    const struct flow_fit *fit = flow_visit_fit(&frame->update->life, v);
    if (fit->touch == FLOW_TOUCH_NONE)
        return true;
    v->b += fit->veiled ? flow_mismatch_around(frame->mismatch, v) : flow_mismatch_under(frame->mismatch, v);
    const float left = flow_mismatch_left(frame->mismatch, v, *variance);
    *variance = fit->veiled ? fmaxf(left, *variance) : left;
    if (fit->veiled || (fit->touch == FLOW_TOUCH_BLENDED && !v->plane))
        return true;
    flow_sample_put(picture_of(frame->update, v), v->x, v->y, v->b + FLOW_REGRESS_ZERO);
    return false;
}

/* How the sample mixes with the scene in this frame. False if nothing can be said. */
static bool mixture_of(const struct update *u, const struct flow_visit *v, float variance,
                       struct flow_mixture *m)
{
    const struct flow_fit *fit = flow_visit_fit(&u->life, v);
    const float coding = coding_of(u, v);
    if (fit->touch == FLOW_TOUCH_NONE &&
        (looks_solid(&u->life, v) || flow_regress_stays_behind(fit, v->i, v->b)))
        return false;
    if (flow_fades_mixture(&u->life, v, fit, coding, m))
        return true;
    if (fit->touch == FLOW_TOUCH_UNKNOWN || !follows_fit(u, v, variance))
        return false;
    *m = flow_regress_mixture(fit, coding, flow_life_opacity(&u->life, v->t), v->b);
    return true;
}

static void update_sample(const struct frame_update *frame, const struct flow_visit *visit)
{
    const struct update *u = frame->update;
    struct flow_visit v = *visit;
    uint16_t *stored = variance_of(u, &v);
    float variance = flow_variance_load(*stored);
    const float before = variance;
    if (v.plane)
        variance *= u->life.c->tint;
    struct flow_mixture m;
    if ((frame->mismatch && !correct_sample(frame, &v, &variance)) || !mixture_of(u, &v, variance, &m))
        return;
    const float b = flow_regress_update(&m, v.i, v.b, &variance);
    flow_sample_put(picture_of(u, &v), v.x, v.y, b + FLOW_REGRESS_ZERO);
    if (v.plane)
        return;
    const bool leaves = u->free_more && before > FREE_VARIANCE && m.k > FREE_K;
    *stored = leaves ? VARIANCE_FREED : flow_variance_store(variance);
}

static void update_samples(void *opaque, const struct flow_visit *v, int n)
{
    for (; n; n--, v++)
        update_sample(opaque, v);
}

/* All samples of a frame, chroma first: luma as it was filled says what is solid. */
static void visit_all(const struct flow_life *life, int t, flow_visitor *fn, struct frame_update *frame)
{
    if (life->work->cw)
        flow_visit_chroma(life, t, 0, uncap_rect_h(life->c->area_c), fn, frame);
    flow_visit_luma(life, t, 0, uncap_rect_h(life->c->area), fn, frame);
}

static void start_mismatch(const struct update *u, struct flow_mismatch *m, int t)
{
    const struct flow_caption *c = u->life.c;
    const float k = 1 - flow_life_opacity(&u->life, t) * (1 - c->veil.k);
    flow_mismatch_start(m, &u->life, t, c->veil.noise / (k * k), c->veil.noise_c / (k * k));
}

static void update_slice(void *opaque, int i)
{
    struct update *u = opaque;
    const int t = u->life.c->caption->first + u->first + i;
    struct frame_update frame = {u, u->mismatch ? &u->mismatch[i] : NULL};
    if (!u->life.work->frames[t].is_filled || flow_life_is_growing(&u->life, t))
        return;
    if (frame.mismatch) {
        start_mismatch(u, frame.mismatch, t);
        for (int round = 0; round < FLOW_MISMATCH_ROUNDS; round++) {
            visit_all(&u->life, t, note_mismatch, &frame);
            flow_mismatch_solve(frame.mismatch);
        }
    }
    visit_all(&u->life, t, update_samples, &frame);
}

/* All frames of the caption, with a mismatch no more at once than there are of it. */
static void update_frames(struct update *u)
{
    const struct flow_work *work = u->life.work;
    const int n = u->life.c->caption->end - u->life.c->caption->first;
    const int step = u->mismatch ? work->batch : n;
    for (u->first = 0; u->first < n; u->first += step)
        uncap_slices_run(work->slices, n - u->first < step ? n - u->first : step, update_slice, u);
}

/* Holes have changed. */
static void recount(const struct flow_work *work, struct flow_frame *f)
{
    const struct uncap_format format = work->window->format;
    flow_mask_count(&f->hole);
    if (work->cw)
        flow_mask_reduce(&f->hole_c, &f->hole, format.shift_x, format.shift_y);
}

/* Take the marked samples out of the holes; returns which share of the holes they are. */
static double free_samples(struct flow_work *work)
{
    int64_t before = 0;
    int64_t after = 0;
    for (int t = 0; t < work->n; t++) {
        struct flow_frame *frame = &work->frames[t];
        if (!frame->is_filled)
            continue;
        before += frame->hole.n;
        int rank = 0;
        for (int y = 0; y < work->h; y++)
            for (int x = flow_mask_next(&frame->hole, 0, y); x < work->w;
                 x = flow_mask_next(&frame->hole, x + 1, y))
                if (frame->variance[rank++] == VARIANCE_FREED)
                    flow_mask_remove(&frame->hole, x, y);
        recount(work, frame);
        after += frame->hole.n;
    }
    return before ? (double)(before - after) / (double)before : 0;
}

static bool is_measured(const struct flow_work *work, const struct flow_caption *c)
{
    return flow_work_reaches_core(work, c->caption) && flow_caption_is_registered(c->caption->caption);
}

/* ---- ahead of the first fill ---- */

/* Nothing tells yet how a fill would do here: how others did decides. What looks like the caption may be a
 * word that has been added: it stays in the hole. */
static void free_sample(const struct update *u, const struct flow_visit *v)
{
    const struct flow_fit *fit = &u->life.c->fit[v->at];
    if (!flow_regress_proves_untouched(fit) || fit->noise <= FREE_VARIANCE ||
        looks_like_caption(u->life.c, v->i))
        return;
    flow_mask_remove(&u->life.work->frames[v->t].hole, v->x, v->y);
    flow_origin_free(u->life.work, v->t, v->x, v->y);
}

static void free_ahead(void *opaque, const struct flow_visit *v, int n)
{
    for (; n; n--, v++)
        free_sample(opaque, v);
}

static void free_ahead_slice(void *opaque, int i)
{
    struct update *u = opaque;
    const int t = u->life.c->caption->first + i;
    if (!flow_life_is_measured(&u->life, t))
        return;
    flow_visit_luma(&u->life, t, 0, uncap_rect_h(u->life.c->area), free_ahead, u);
    recount(u->life.work, &u->life.work->frames[t]);
}

int flow_unblend_ahead(struct flow_work *work, struct flow_caption *captions, struct uncap_error *err)
{
    for (int k = 0; k < work->window->n_captions; k++) {
        struct update u = {.life = {work, captions, &captions[k]}, .free_more = true};
        const struct uncap_window_caption *seen = captions[k].caption;
        if (!is_measured(work, &captions[k]) || !captions[k].before.luma)
            continue;
        const int status = flow_measure(&u.life, err);
        if (status)
            return status;
        uncap_slices_run(work->slices, seen->end - seen->first, free_ahead_slice, &u);
    }
    return UNCAP_OK;
}

/* ---- after a fill ---- */

static int unblend_caption(struct update *u, struct flow_mismatch *mismatch, struct uncap_error *err)
{
    const struct flow_work *work = u->life.work;
    const struct flow_caption *c = u->life.c;
    int status = uncap_cancel_check(work->cancel, err);
    if (!status)
        status = flow_measure(&u->life, err);
    if (status)
        return status;
    u->mismatch = c->has_veil ? mismatch : NULL;
    flow_opacity_measure(&u->life);
    flow_fades_measure(&u->life);
    update_frames(u);
    return UNCAP_OK;
}

static void mismatches_close(struct flow_mismatch *all, int n)
{
    for (int i = 0; all && i < n; i++)
        flow_mismatch_close(&all[i]);
    uncap_free(all);
}

/* [batch], in the room that the fill's scratch has left. NULL if short of memory. */
static struct flow_mismatch *mismatches_open(const struct flow_work *work)
{
    struct flow_mismatch *all = uncap_alloc((size_t)work->batch, sizeof(*all));
    bool ok = all != NULL;
    for (int i = 0; ok && i < work->batch; i++)
        ok = flow_mismatch_open(&all[i], work->w, work->h, work->cw, work->ch);
    if (ok)
        return all;
    mismatches_close(all, work->batch);
    return NULL;
}

int flow_unblend(struct flow_work *work, struct flow_caption *captions, double *freed,
                 struct uncap_error *err)
{
    struct flow_mismatch *mismatch = mismatches_open(work);
    int status = mismatch ? UNCAP_OK : uncap_fail_nomem(err, "what fills are off under letters");
    for (int k = 0; !status && k < work->window->n_captions; k++) {
        struct update u = {.life = {work, captions, &captions[k]}, .free_more = freed != NULL};
        if (is_measured(work, &captions[k]))
            status = unblend_caption(&u, mismatch, err);
    }
    mismatches_close(mismatch, work->batch);
    if (status)
        return status;
    flow_origin_settle(work);
    if (freed)
        *freed = free_samples(work);
    return UNCAP_OK;
}
