/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/pointers.h"

#define STEP_COST 0.05f /* every step's own share of the cost, pixels */
#define MAX_COST 30.0f
#define MAX_ERROR 4.0f /* of one step, plus MAX_ERROR_SHARE of the motion */
#define MAX_ERROR_SHARE 0.05f

/* One step from frame t to frame to. Masks and numbers are copies: loops have one of their own, since a store
 * of a pointer might change them elsewhere, for all the compiler knows.
 *
 * area     the luma plane
 * beyond   pointers of frame `to`, of its hole and of the rim around it; NULL where it has none
 */
struct pointer_step {
    int t, to, reach;
    struct flow_area area;
    const struct flow_frame *frames;
    const struct flow_pointer *beyond;
    struct flow_mask hole, rim;
    bool is_covered;
};

static const struct flow_pointer *beyond_at(const struct pointer_step *s, int x, int y)
{
    if (!s->beyond)
        return &FLOW_NOWHERE;
    if (flow_mask_has(&s->hole, x, y))
        return &s->beyond[flow_mask_rank(&s->hole, x, y)];
    return flow_mask_has(&s->rim, x, y) ? &s->beyond[s->hole.n + flow_mask_rank(&s->rim, x, y)]
                                        : &FLOW_NOWHERE;
}

/* The pointer of the nearest sample there, moved along by the fraction in between. */
static struct flow_pointer chain_on(const struct pointer_step *s, float tx, float ty, float error)
{
    const int nx = (int)(tx + 0.5f);
    const int ny = (int)(ty + 0.5f);
    struct flow_pointer p = *beyond_at(s, nx, ny);
    if (p.frame < 0)
        return FLOW_NOWHERE;
    p.cost += error + STEP_COST;
    const int age = p.frame > s->t ? p.frame - s->t : s->t - p.frame;
    if (p.cost > MAX_COST || age > s->reach)
        return FLOW_NOWHERE;
    const float sx = p.x + tx - (float)nx;
    const float sy = p.y + ty - (float)ny;
    if (flow_area_has(s->area, sx, sy) && flow_work_clear(&s->frames[p.frame], sx, sy)) {
        p.x = sx;
        p.y = sy;
    }
    return p;
}

/* Sample k of the steps, which is reached. */
static struct flow_pointer pointer_at(const struct pointer_step *s, const struct uncap_steps *steps, int k)
{
    const float tx = steps->x[k];
    const float ty = steps->y[k];
    if (!s->is_covered || flow_mask_clear(&s->hole, tx, ty))
        return (struct flow_pointer){tx, ty, steps->error[k] + STEP_COST, s->to};
    return chain_on(s, tx, ty, steps->error[k]);
}

/* The members of one word. Returns the place behind the last of them. */
static struct flow_pointer *point_word(const struct pointer_step *step, const struct uncap_steps *steps,
                                       uint64_t members, struct flow_pointer *out)
{
    const struct pointer_step s = *step;
    for (; members; members &= members - 1) {
        const int k = __builtin_ctzll(members);
        *out++ = steps->reached >> k & 1 ? pointer_at(&s, steps, k) : FLOW_NOWHERE;
    }
    return out;
}

static struct uncap_motion_rows motion_rows(const struct flow_motion *m, int y)
{
    const int cy = y >> 1;
    int ny = cy + ((y & 1) ? 1 : -1);
    ny = ny < 0 ? 0 : ny >= m->h ? m->h - 1 : ny;
    return (struct uncap_motion_rows){.n = m->w,
                                      .near = m->uv + 2 * (ptrdiff_t)cy * m->w,
                                      .next = m->uv + 2 * (ptrdiff_t)ny * m->w,
                                      .error = m->error + (ptrdiff_t)cy * m->w,
                                      .unit = 1.0f / (16 * FLOW_UNITS),
                                      .error_unit = 1.0f / FLOW_ERROR_UNITS,
                                      .allowed = MAX_ERROR,
                                      .share_allowed = MAX_ERROR_SHARE};
}

static void point_nowhere(struct flow_pointer *out, int n)
{
    for (int i = 0; i < n; i++)
        out[i] = FLOW_NOWHERE;
}

/* The hole's pointers and the rim's. */
static void point_all(const struct flow_work *work, const struct pointer_step *s,
                      const struct flow_motion *motion, const struct flow_mask *rim, struct flow_pointer *out)
{
    const struct flow_mask *hole = &work->frames[s->t].hole;
    struct flow_pointer *out_rim = out + hole->n;
    for (int y = 0; y < hole->h; y++) {
        const struct uncap_motion_rows rows = motion_rows(motion, y);
        for (int i = 0; i < hole->words; i++) {
            const ptrdiff_t word = (ptrdiff_t)y * hole->words + i;
            struct uncap_steps steps;
            if (!(hole->bits[word] | rim->bits[word]))
                continue;
            work->kernels->follow(&steps, &rows, UNCAP_STEPS * i, y, hole->w, hole->h);
            out = point_word(s, &steps, hole->bits[word], out);
            out_rim = point_word(s, &steps, rim->bits[word], out_rim);
        }
    }
}

void flow_pointers_step(const struct flow_work *work, int t, int step, struct flow_pointer *out,
                        const struct flow_mask *rim, const struct flow_pointer *beyond,
                        const struct flow_mask *beyond_rim)
{
    const struct flow_frame *frame = &work->frames[t];
    const struct flow_motion *motion = step > 0 ? &frame->next : &frame->prev;
    const int to = t + step;
    const bool usable = to >= 0 && to < work->n && motion->uv && !motion->broken;
    if (!usable) {
        point_nowhere(out, frame->hole.n + rim->n);
        return;
    }
    struct pointer_step s = {.t = t,
                             .to = to,
                             .reach = work->settings->reach,
                             .area = flow_work_area(work),
                             .frames = work->frames,
                             .hole = work->frames[to].hole,
                             .is_covered = work->frames[to].is_covered};
    if (beyond_rim) {
        s.beyond = beyond;
        s.rim = *beyond_rim;
    }
    point_all(work, &s, motion, rim, out);
}
