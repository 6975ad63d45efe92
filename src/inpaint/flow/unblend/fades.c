/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/fades.h"

#include <math.h>

#define LEAST_SOLID 0.05f /* of a sample that the caption is seen in at all */
#define LEAST_APART 32.0f /* grey levels between two tones */

/* Enough to say how the sample looks in a fade: there the scene shines through whatever hides it later. */
static bool is_ink(const struct flow_fit *fit)
{
    return fit->n > FLOW_REGRESS_SURE && fit->touch != FLOW_TOUCH_NONE && fit->k < 1 - LEAST_SOLID;
}

/* How much of the luma sample that a sample of chroma begins with is of the bright tone; at: of the plane. */
static float brightness_at(const struct flow_life *life, ptrdiff_t at)
{
    const struct flow_caption *c = life->c;
    const struct uncap_format f = life->work->window->format;
    const int w_c = uncap_rect_w(c->area_c), w = uncap_rect_w(c->area);
    const int x = ((c->area_c.x0 + (int)(at % w_c)) << f.shift_x) - c->area.x0;
    const int y = ((c->area_c.y0 + (int)(at / w_c)) << f.shift_y) - c->area.y0;
    const bool is_inside = x >= 0 && y >= 0 && x < w && y < uncap_rect_h(c->area);
    const struct flow_fit *fit = is_inside ? &c->fit[(ptrdiff_t)y * w + x] : NULL;
    if (!fit || !is_ink(fit))
        return 0.5f;
    return flow_fade_ink(fit, &c->tones[0]).bright;
}

/* Colours of the tones in a plane of chroma: means of what is of one tone. */
static struct flow_tones chroma_tones(const struct flow_life *life, int plane)
{
    const struct flow_caption *c = life->c;
    const ptrdiff_t n = (ptrdiff_t)uncap_rect_w(c->area_c) * uncap_rect_h(c->area_c);
    float sum[FLOW_TONES] = {0}, count[FLOW_TONES] = {0};
    for (ptrdiff_t at = 0; at < n; at++) {
        const struct flow_fit *known = &c->fit_c[(plane - 1) * n + at];
        enum flow_tone tone;
        if (!is_ink(known) || !flow_fade_tone(brightness_at(life, at), &tone))
            continue;
        const struct flow_fit fit = flow_regress_bounded(known);
        sum[tone] += fit.q;
        count[tone] += 1 - fit.k;
    }
    struct flow_tones tones;
    for (int tone = 0; tone < FLOW_TONES; tone++)
        tones.value[tone] = count[tone] > 0 ? sum[tone] / count[tone] : 0;
    return tones;
}

struct frame {
    const struct flow_life *life;
    struct flow_fade_round round;
};

/* The sample's ink, which is there. */
static struct flow_ink ink_of(const struct flow_life *life, const struct flow_visit *v,
                              const struct flow_fit *fit)
{
    const struct flow_caption *c = life->c;
    struct flow_ink ink = flow_fade_ink(fit, &c->tones[v->plane]);
    if (v->plane) {
        const ptrdiff_t plane = (ptrdiff_t)uncap_rect_w(c->area_c) * uncap_rect_h(c->area_c);
        ink.bright = brightness_at(life, v->at % plane);
    }
    return ink;
}

static void add_sample(struct frame *frame, const struct flow_visit *v)
{
    const struct flow_life *life = frame->life;
    const struct flow_frame *f = &life->work->frames[v->t];
    const struct flow_fit *fit = flow_visit_fit(life, v);
    if (!is_ink(fit))
        return;
    const float variance = v->plane ? life->c->tint * flow_variance_load(f->variance_c[v->rank])
                                    : flow_variance_load(f->variance[v->rank]);
    const struct flow_fade_sample s = {ink_of(life, v, fit), v->i, v->b, variance};
    flow_fade_add(&frame->round, &life->c->tones[v->plane], &s);
}

static void add_samples(void *opaque, const struct flow_visit *v, int n)
{
    for (; n; n--, v++)
        add_sample(opaque, v);
}

static void measure_frame(void *opaque, int i)
{
    const struct flow_life *life = opaque;
    struct flow_caption *c = life->c;
    const int t = c->caption->first + i;
    c->fades[i] = (struct flow_fade){{{0}}, {{0}}};
    if (!life->work->frames[t].is_filled || !flow_life_is_fading(life, t))
        return;
    for (int stack = 0; stack < FLOW_STACKS; stack++)
        for (int tone = 0; tone < FLOW_TONES; tone++)
            c->fades[i].opacity[stack][tone] = flow_life_opacity(life, t);
    for (int round = 0; round < FLOW_FADE_ROUNDS; round++) {
        const struct flow_fade known = c->fades[i];
        struct frame frame = {life, {.known = &known, .coding = c->coding}};
        flow_visit_luma(life, t, 0, uncap_rect_h(c->area), add_samples, &frame);
        if (life->work->cw)
            flow_visit_chroma(life, t, 0, uncap_rect_h(c->area_c), add_samples, &frame);
        c->fades[i] = flow_fade_settle(&frame.round);
    }
}

void flow_fades_measure(const struct flow_life *life)
{
    struct flow_caption *c = life->c;
    if (!c->caption->caption->opacity)
        return;
    const bool is_known = c->dark > -FLOW_REGRESS_ZERO;
    c->tones[0] = is_known ? (struct flow_tones){{c->dark, c->bright}} : (struct flow_tones){{0, 0}};
    for (int plane = 1; life->work->cw && plane < 3; plane++)
        c->tones[plane] = chroma_tones(life, plane);
    struct flow_life each = *life;
    uncap_slices_run(life->work->slices, c->caption->end - c->caption->first, measure_frame, &each);
    /* One tone alone lies on nothing. */
    const bool has_two = c->bright - c->dark > LEAST_APART && is_known;
    c->stack = has_two ? flow_fade_stack(c->fades, c->caption->end - c->caption->first) : FLOW_STACK_NONE;
    flow_fade_reconcile(c->fades, c->listed, c->caption->end - c->caption->first, c->stack);
}

/* Some background explains what is seen. If none does, the scene was taken for the caption there. */
static bool is_possible(const struct flow_mixture *m, float i)
{
    const float allowed = 2 * sqrtf(m->w);
    return i > m->q - m->k * FLOW_REGRESS_ZERO - allowed && i < m->q + m->k * FLOW_REGRESS_ZERO + allowed;
}

bool flow_fades_mixture(const struct flow_life *life, const struct flow_visit *v, const struct flow_fit *fit,
                        float coding, struct flow_mixture *m)
{
    const struct flow_caption *c = life->c;
    if (!is_ink(fit) || !flow_life_is_fading(life, v->t))
        return false;
    const struct flow_ink ink = ink_of(life, v, fit);
    *m = flow_fade_mixture(&c->fades[v->t - c->caption->first], c->stack, &c->tones[v->plane], &ink, coding,
                           v->b);
    return is_possible(m, v->i);
}
