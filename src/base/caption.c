/* SPDX-License-Identifier: Apache-2.0 */
#include "base/caption.h"

#include <math.h>

#include <jansson.h>

#include "base/memory.h"

void uncap_caption_clear(struct uncap_caption *c)
{
    uncap_free(c->text);
    uncap_free(c->script);
    uncap_free(c->kind);
    json_decref(c->reasons);
    uncap_free(c->observations);
    uncap_matte_close(&c->matte);
    uncap_free(c->style);
    uncap_free(c->poses);
    uncap_free(c->panels);
    uncap_free(c->opacity);
    uncap_free(c->motion);
    json_decref(c->unknown);
    *c = (struct uncap_caption){.id = 0};
}

int uncap_caption_opacity(const struct uncap_caption *c, int64_t frame)
{
    if (frame < c->first || frame >= c->end)
        return 0;
    return c->opacity ? c->opacity[frame - c->first] : 255;
}

bool uncap_caption_is_growing(const struct uncap_caption *c, int64_t frame)
{
    return frame >= c->first && frame < c->end && frame - c->first < c->n_growing;
}

void uncap_caption_motion(const struct uncap_caption *c, int64_t frame, int *dx, int *dy)
{
    *dx = *dy = 0;
    if (!c->motion || frame < c->first || frame >= c->end)
        return;
    *dx = c->motion[2 * (frame - c->first)];
    *dy = c->motion[2 * (frame - c->first) + 1];
}

struct uncap_rect uncap_quad_bounds(const struct uncap_quad *quad)
{
    float x0 = quad->p[0].x, x1 = x0, y0 = quad->p[0].y, y1 = y0;
    for (int i = 1; i < 4; i++) {
        x0 = fminf(x0, quad->p[i].x);
        x1 = fmaxf(x1, quad->p[i].x);
        y0 = fminf(y0, quad->p[i].y);
        y1 = fmaxf(y1, quad->p[i].y);
    }
    /* Half-open: the pixel whose centre is the largest coordinate belongs to the rectangle. */
    return (struct uncap_rect){(int)floorf(x0), (int)floorf(y0), (int)ceilf(x1) + 1, (int)ceilf(y1) + 1};
}
