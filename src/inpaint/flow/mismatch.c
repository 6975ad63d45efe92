/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/mismatch.h"

#include "base/memory.h"

#define OUTLIER 25.0f /* grey levels: width of the robust weight, as where candidates meet the ring */

bool flow_mismatch_open(struct flow_mismatch *m, int w, int h, int cw, int ch)
{
    *m = (struct flow_mismatch){0};
    for (int i = 0; i < (cw ? UNCAP_MAX_PLANES : 1); i++)
        if (!flow_pushpull_open(&m->plane[i], i ? cw : w, i ? ch : h))
            return false;
    m->row = uncap_alloc((size_t)w, sizeof(*m->row));
    return m->row != NULL;
}

void flow_mismatch_close(struct flow_mismatch *m)
{
    for (int i = 0; i < UNCAP_MAX_PLANES; i++)
        flow_pushpull_close(&m->plane[i]);
    uncap_free(m->row);
}

void flow_mismatch_start(struct flow_mismatch *m, const struct flow_life *life, int t)
{
    const struct flow_work *work = life->work;
    const struct uncap_format f = work->window->format;
    int dx;
    int dy;
    uncap_caption_motion(life->c->caption->caption, work->window->first + t, &dx, &dy);
    for (int i = 0; i < (work->cw ? UNCAP_MAX_PLANES : 1); i++) {
        const struct uncap_rect plane = {0, 0, i ? work->cw : work->w, i ? work->ch : work->h};
        const struct uncap_rect r = i ? life->c->area_c : life->c->area;
        const int px = i ? dx >> f.shift_x : dx;
        const int py = i ? dy >> f.shift_y : dy;
        const struct uncap_rect seen = {r.x0 + px, r.y0 + py, r.x1 + px, r.y1 + py};
        m->seen[i] = uncap_rect_intersect(seen, plane);
        flow_pushpull_start(&m->plane[i], plane.x1, plane.y1, m->seen[i]);
        m->is_known[i] = false;
    }
    m->kernels = work->kernels;
    m->row_plane = -1;
}

void flow_mismatch_add(struct flow_mismatch *m, const struct flow_visit *v, float off, float share)
{
    if (share <= 0)
        return;
    const float error = off / share; /* the update went but this part of the way */
    const float r = error / OUTLIER;
    flow_pushpull_add(&m->plane[v->plane], v->x, v->y, error, share / (1 + r * r));
    m->is_known[v->plane] = true;
}

void flow_mismatch_solve(struct flow_mismatch *m)
{
    for (int i = 0; i < UNCAP_MAX_PLANES; i++)
        if (m->is_known[i])
            flow_pushpull_solve(&m->plane[i], m->kernels);
}

float flow_mismatch_at(struct flow_mismatch *m, const struct flow_visit *v)
{
    if (!m->is_known[v->plane])
        return 0;
    const struct uncap_rect seen = m->seen[v->plane];
    if (m->row_plane != v->plane || m->row_y != v->y)
        flow_pushpull_row(&m->plane[v->plane], m->kernels, seen.x0, seen.x1, v->y, m->row);
    m->row_plane = v->plane;
    m->row_y = v->y;
    return m->row[v->x - seen.x0];
}
