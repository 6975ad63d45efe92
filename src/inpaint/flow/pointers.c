/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/pointers.h"

#include <math.h>

#define STEP_COST 0.05f /* every step's own share of the cost, pixels */
#define MAX_COST 30.0f
#define MAX_ERROR 4.0f /* of one step, plus MAX_ERROR_SHARE of the motion */
#define MAX_ERROR_SHARE 0.05f

static const struct flow_pointer NOWHERE = {.frame = -1};

/* Where one step of motion leads, and the step's error; false where it cannot be trusted. */
static bool follow(const struct flow_motion *m, int x, int y, float *tx, float *ty, float *error)
{
    float dx;
    float dy;
    flow_motion_at(m, x, y, &dx, &dy);
    *error = (float)m->error[(ptrdiff_t)(y >> 1) * m->w + (x >> 1)] / FLOW_ERROR_UNITS;
    *tx = (float)x + dx;
    *ty = (float)y + dy;
    return *error <= MAX_ERROR || *error <= MAX_ERROR + MAX_ERROR_SHARE * sqrtf(dx * dx + dy * dy);
}

/* One step from frame t to frame to.
 *
 * motion   NULL where there is none to be trusted
 * beyond   pointers of frame `to`, of its hole and of the rim around it; rim NULL where it has none
 */
struct pointer_step {
    const struct flow_work *work;
    int t, to;
    const struct flow_motion *motion;
    const struct flow_pointer *beyond;
    const struct flow_mask *rim;
};

static const struct flow_pointer *beyond_at(const struct pointer_step *s, int x, int y)
{
    const struct flow_mask *hole = &s->work->frames[s->to].hole;
    if (!s->rim)
        return &NOWHERE;
    if (flow_mask_has(hole, x, y))
        return &s->beyond[flow_mask_rank(hole, x, y)];
    return flow_mask_has(s->rim, x, y) ? &s->beyond[hole->n + flow_mask_rank(s->rim, x, y)] : &NOWHERE;
}

/* The pointer of the nearest sample there, moved along by the fraction in between. */
static struct flow_pointer chain_on(const struct pointer_step *s, float tx, float ty, float error)
{
    const int nx = (int)(tx + 0.5f);
    const int ny = (int)(ty + 0.5f);
    struct flow_pointer p = *beyond_at(s, nx, ny);
    if (p.frame < 0)
        return NOWHERE;
    p.cost += error + STEP_COST;
    const int age = p.frame > s->t ? p.frame - s->t : s->t - p.frame;
    if (p.cost > MAX_COST || age > s->work->settings->reach)
        return NOWHERE;
    const float sx = p.x + tx - (float)nx;
    const float sy = p.y + ty - (float)ny;
    if (flow_work_inside(s->work, sx, sy) && flow_work_clear(&s->work->frames[p.frame], sx, sy)) {
        p.x = sx;
        p.y = sy;
    }
    return p;
}

static struct flow_pointer pointer_of(const struct pointer_step *s, int x, int y)
{
    float tx;
    float ty;
    float error;
    if (!s->motion || !follow(s->motion, x, y, &tx, &ty, &error) || !flow_work_inside(s->work, tx, ty))
        return NOWHERE;
    if (flow_work_clear(&s->work->frames[s->to], tx, ty))
        return (struct flow_pointer){tx, ty, error + STEP_COST, s->to};
    return chain_on(s, tx, ty, error);
}

static void point_all(const struct pointer_step *s, const struct flow_mask *set, struct flow_pointer *out)
{
    for (int y = 0; y < set->h; y++)
        for (int x = flow_mask_next(set, 0, y); x < set->w; x = flow_mask_next(set, x + 1, y))
            *out++ = pointer_of(s, x, y);
}

void flow_pointers_step(const struct flow_work *work, int t, int step, struct flow_pointer *out,
                        const struct flow_mask *rim, const struct flow_pointer *beyond,
                        const struct flow_mask *beyond_rim)
{
    const struct flow_frame *frame = &work->frames[t];
    const struct flow_motion *motion = step > 0 ? &frame->next : &frame->prev;
    const int to = t + step;
    const bool usable = to >= 0 && to < work->n && motion->uv && !motion->broken;
    const struct pointer_step s = {work, t, to, usable ? motion : NULL, beyond, beyond_rim};
    point_all(&s, &frame->hole, out);
    point_all(&s, rim, out + frame->hole.n);
}
