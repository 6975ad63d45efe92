/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/opacity.h"

#include <math.h>

#include "inpaint/flow/unblend/visit.h"

#define REACH 15      /* frames from either end of a life that may be fading, or have no caption yet */
#define CERTAIN 400.0 /* evidence, squared standard errors, that an opacity needs to be believed */
#define OFF 2.0       /* standard errors of the fill that an opacity may be off */
#define GONE 0.08     /* opacity below which there is no caption */

/* Is the caption wholly there, as far as the fill can tell? What errs in a fill is alike all over a frame, so
 * many samples are no surer than one. */
static bool may_be_full(const struct flow_evidence *e)
{
    return fabs(e->change / e->weight - 1) < OFF * sqrt(e->n / e->weight);
}

float flow_opacity_settle(const struct flow_evidence *e, float before, bool is_held_full)
{
    if (e->weight < CERTAIN)
        return before;
    const double a = e->change / e->weight;
    if (a > (double)FLOW_LIFE_FULL || (is_held_full && may_be_full(e)))
        return 1;
    return a < GONE ? 0 : (float)a;
}

struct frame {
    const struct flow_life *life;
    struct flow_evidence evidence;
};

static void add(void *opaque, const struct flow_visit *v, int n)
{
    struct frame *frame = opaque;
    const struct flow_caption *c = frame->life->c;
    struct flow_evidence *e = &frame->evidence;
    const uint16_t *stored = frame->life->work->frames[v->t].variance;
    for (; n; n--, v++) {
        const struct flow_fit *fit = flow_visit_fit(frame->life, v);
        if (fit->n < 3 || fit->touch == FLOW_TOUCH_NONE)
            continue;
        const float change = (fit->k - 1) * v->b + fit->q;
        const float weight = 1 / (flow_variance_load(stored[v->rank]) + c->coding);
        e->n++;
        e->change += (double)(weight * change * (v->i - v->b));
        e->weight += (double)(weight * change * change);
    }
}

static void measure_frame(void *opaque, int i)
{
    const struct flow_life *life = opaque;
    struct flow_caption *c = life->c;
    const struct uncap_caption *caption = c->caption->caption;
    const int t = c->caption->first + i;
    const int64_t index = life->work->window->first + t;
    const bool bar = flow_life_bar_alone(life, t) != NULL;
    if (bar)
        c->opacity[i] = c->has_veil; /* nothing is known of a bar that cannot be seen through */
    if (!life->work->frames[t].is_filled || (index >= caption->first + REACH && index < caption->end - REACH))
        return;
    struct frame frame = {.life = life};
    flow_visit_luma(life, t, 0, uncap_rect_h(c->area), add, &frame);
    c->opacity[i] = flow_opacity_settle(&frame.evidence, c->opacity[i],
                                        bar || uncap_caption_opacity(caption, index) == UINT8_MAX);
}

void flow_opacity_measure(const struct flow_life *life)
{
    struct flow_life each = *life;
    const struct uncap_window_caption *seen = life->c->caption;
    uncap_slices_run(life->work->slices, seen->end - seen->first, measure_frame, &each);
}
