/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/step.h"

#include <stdlib.h>

#include "detect/track/occlusion.h"
#include "kernels/order.h"

static float mean_change(const struct uncap_luma *a, const struct uncap_luma *b, struct uncap_rect r)
{
    long long sum = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            sum += abs(a->data[y * a->stride + x] - b->data[y * b->stride + x]);
    return (float)sum / (float)(uncap_rect_w(r) * uncap_rect_h(r));
}

/* Does most of the change lie in the line, not beside it? On one of its four sides another line may come or
 * go with it, or something may move. */
static bool is_still_beside(const struct uncap_luma *a, const struct uncap_luma *b, struct uncap_rect line)
{
    enum { SIDES = 4 };
    static const float most = 0.33f; /* of the change in the line */
    const struct uncap_rect all = {0, 0, a->w, a->h}, in = uncap_rect_intersect(line, all);
    const int near = uncap_rect_h(line) / 4 + 1, far = near + uncap_rect_h(line) / 2 + 1;
    const struct uncap_rect sides[SIDES] = {{line.x0, line.y0 - far, line.x1, line.y0 - near},
                                            {line.x0, line.y1 + near, line.x1, line.y1 + far},
                                            {line.x0 - far, line.y0, line.x0 - near, line.y1},
                                            {line.x1 + near, line.y0, line.x1 + far, line.y1}};
    float changes[SIDES];
    size_t n = 0;
    for (int i = 0; i < SIDES; i++) {
        const struct uncap_rect side = uncap_rect_intersect(sides[i], all);
        if (!uncap_rect_empty(side))
            changes[n++] = mean_change(a, b, side);
    }
    uncap_order_floats(changes, n);
    return n >= 2 && !uncap_rect_empty(in) && changes[n - 2] <= most * mean_change(a, b, in);
}

int uncap_step_measure(struct uncap_track *t, const struct uncap_ring *ring, int64_t inside, int step,
                       bool *is_step, struct uncap_error *err)
{
    static const float in_pieces = 0.8f; /* of a quarter's strokes more than of another's */
    const struct uncap_series *s = &t->series;
    const struct uncap_luma *in = uncap_ring_luma(ring, inside), *out = uncap_ring_luma(ring, inside + step);
    float covered = 0;
    *is_step = in && out && uncap_presence_steps(s->items, (int)s->n, (int)(inside - s->first), step) &&
               is_still_beside(in, out, t->pattern.rect);
    if (!*is_step)
        return UNCAP_OK;
    const int64_t first = step < 0 ? inside - 1 : inside;
    const int status =
        uncap_occlusion_measure(&t->pattern, ring, first, first + 2, &t->scratch, &covered, err);
    *is_step = covered < in_pieces;
    return status;
}

int uncap_step_border(struct uncap_track *t, const struct uncap_ring *ring, int step, int64_t last,
                      int64_t *border, struct uncap_error *err)
{
    *border = last;
    for (int64_t frame = t->found; (last - frame) * step > 0; frame += step) {
        bool is_step;
        const int status = uncap_step_measure(t, ring, frame, step, &is_step, err);
        if (status)
            return status;
        if (is_step) {
            *border = frame;
            break;
        }
    }
    return UNCAP_OK;
}
