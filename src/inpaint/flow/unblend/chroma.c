/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/chroma.h"

/* Background share of a chroma sample: the mean of the luma samples that it covers; touch UNKNOWN if any of
 * them is, veiled if all that are blended are. */
static float share_of_luma(const struct flow_life *life, int cx, int cy, enum flow_touch *touch, bool *veiled)
{
    const struct uncap_format f = life->work->window->format;
    const struct uncap_rect r = life->c->area;
    float sum = 0;
    int n = 0;
    *touch = FLOW_TOUCH_NONE;
    *veiled = true;
    for (int y = cy << f.shift_y; y < (cy + 1) << f.shift_y; y++)
        for (int x = cx << f.shift_x; x < (cx + 1) << f.shift_x; x++, n++) {
            float k = 1;
            const bool inside = x >= r.x0 && y >= r.y0 && x < r.x1 && y < r.y1;
            const struct flow_fit *fit =
                inside ? &life->c->fit[(ptrdiff_t)(y - r.y0) * uncap_rect_w(r) + x - r.x0] : NULL;
            if (fit && fit->n > 0) {
                if (fit->touch == FLOW_TOUCH_UNKNOWN)
                    *touch = FLOW_TOUCH_UNKNOWN;
                else if (fit->touch == FLOW_TOUCH_BLENDED && *touch == FLOW_TOUCH_NONE)
                    *touch = FLOW_TOUCH_BLENDED;
                k = fit->touch == FLOW_TOUCH_NONE ? 1 : flow_regress_bounded(fit).k;
                *veiled = *veiled && (fit->touch == FLOW_TOUCH_NONE || fit->veiled);
            }
            sum += k;
        }
    *veiled = *veiled && *touch == FLOW_TOUCH_BLENDED;
    return sum / (float)n;
}

struct flow_fit flow_chroma_fit(const struct flow_life *life, const struct flow_sums *s, int x, int y)
{
    enum flow_touch touch;
    bool veiled;
    const float k = share_of_luma(life, x, y, &touch, &veiled);
    struct flow_fit f = flow_regress(s);
    if (f.n < 3)
        return f;
    const float free_k = f.k;
    f.k = k;
    f.q = s->i / s->w - k * f.mean;
    f.residual += (free_k - k) * (free_k - k) * f.var_b;
    f.var_k = touch == FLOW_TOUCH_UNKNOWN ? FLOW_REGRESS_VAR_ANY : veiled ? 0 : 0.01f;
    f.touch = touch == FLOW_TOUCH_NONE ? flow_regress_touch(&f, life->c->coding) : touch;
    if (touch == FLOW_TOUCH_NONE && f.touch != FLOW_TOUCH_NONE)
        f.touch = FLOW_TOUCH_UNKNOWN;
    f.veiled = veiled && f.touch == FLOW_TOUCH_BLENDED;
    if (f.touch == FLOW_TOUCH_BLENDED && !veiled &&
        !(flow_regress_is_mixture(&f, life->c->coding) && flow_regress_has_colour(&f)))
        f.touch = FLOW_TOUCH_UNKNOWN;
    return f;
}

/* Frames enough, and no k that explains them; the fill's chroma errs less than its luma says. */
static bool is_refuting(const struct flow_fit *chroma, const struct flow_caption *c)
{
    struct flow_fit f = *chroma;
    f.noise *= c->tint;
    return f.n > FLOW_REGRESS_SURE && !f.veiled && !flow_regress_is_mixture(&f, c->coding);
}

static void refute(struct flow_fit *f)
{
    if (f->touch == FLOW_TOUCH_BLENDED && !f->veiled)
        f->touch = FLOW_TOUCH_UNKNOWN;
}

void flow_chroma_refute(struct flow_caption *c, struct uncap_format format)
{
    const struct uncap_rect r = c->area, rc = c->area_c;
    const ptrdiff_t n = (ptrdiff_t)uncap_rect_w(rc) * uncap_rect_h(rc);
    for (ptrdiff_t i = 0; i < n; i++) {
        if (!is_refuting(&c->fit_c[i], c) && !is_refuting(&c->fit_c[n + i], c))
            continue;
        refute(&c->fit_c[i]);
        refute(&c->fit_c[n + i]);
        const int x0 = (rc.x0 + (int)(i % uncap_rect_w(rc))) << format.shift_x;
        const int y0 = (rc.y0 + (int)(i / uncap_rect_w(rc))) << format.shift_y;
        const struct uncap_rect under = uncap_rect_intersect(
            r, (struct uncap_rect){x0, y0, x0 + (1 << format.shift_x), y0 + (1 << format.shift_y)});
        for (int y = under.y0; y < under.y1; y++)
            for (int x = under.x0; x < under.x1; x++)
                refute(&c->fit[(ptrdiff_t)(y - r.y0) * uncap_rect_w(r) + x - r.x0]);
    }
}
