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
    return *error <= MAX_ERROR + MAX_ERROR_SHARE * sqrtf(dx * dx + dy * dy);
}

/* The pointer of the nearest sample there, moved along by the fraction in between. */
static struct flow_pointer chain_on(const struct flow_work *work, int t, float tx, float ty, float error,
                                    const struct flow_pointer *beyond, const struct flow_mask *beyond_chained)
{
    const int nx = (int)(tx + 0.5f);
    const int ny = (int)(ty + 0.5f);
    if (!beyond_chained || !flow_mask_has(beyond_chained, nx, ny))
        return NOWHERE;
    struct flow_pointer p = beyond[flow_mask_rank(beyond_chained, nx, ny)];
    if (p.frame < 0)
        return NOWHERE;
    p.cost += error + STEP_COST;
    const int age = p.frame > t ? p.frame - t : t - p.frame;
    if (p.cost > MAX_COST || age > work->settings->reach)
        return NOWHERE;
    const float sx = p.x + tx - (float)nx;
    const float sy = p.y + ty - (float)ny;
    if (flow_work_inside(work, sx, sy) && flow_work_clear(&work->frames[p.frame], sx, sy)) {
        p.x = sx;
        p.y = sy;
    }
    return p;
}

void flow_pointers_step(const struct flow_work *work, int t, int step, struct flow_pointer *out,
                        const struct flow_mask *chained, const struct flow_pointer *beyond,
                        const struct flow_mask *beyond_chained)
{
    const struct flow_frame *frame = &work->frames[t];
    const struct flow_motion *motion = step > 0 ? &frame->next : &frame->prev;
    const int to = t + step;
    const bool usable = to >= 0 && to < work->n && motion->uv && !motion->broken;
    for (int y = 0; y < chained->h; y++)
        for (int x = flow_mask_next(chained, 0, y); x < chained->w; x = flow_mask_next(chained, x + 1, y)) {
            float tx;
            float ty;
            float error;
            struct flow_pointer p = NOWHERE;
            if (usable && follow(motion, x, y, &tx, &ty, &error) && flow_work_inside(work, tx, ty)) {
                if (flow_work_clear(&work->frames[to], tx, ty))
                    p = (struct flow_pointer){tx, ty, error + STEP_COST, to};
                else
                    p = chain_on(work, t, tx, ty, error, beyond, beyond_chained);
            }
            *out++ = p;
        }
}
