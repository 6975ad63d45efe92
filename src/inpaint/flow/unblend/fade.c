/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/fade.h"

#include <math.h>

#define OFF 0.02f    /* error of an opacity that must be reckoned with while it is measured */
#define LISTED 0.03f /* and of one that the captions file lists, at least */
#define OUTLIER 4.0f /* squared standard errors from which a sample counts less */
#define PURE 0.8f    /* share of a tone from which a sample speaks for it */

static enum flow_tone other(enum flow_tone tone)
{
    return tone == FLOW_TONE_DARK ? FLOW_TONE_BRIGHT : FLOW_TONE_DARK;
}

static bool is_above(enum flow_stack stack, enum flow_tone tone)
{
    return stack == (tone == FLOW_TONE_DARK ? FLOW_STACK_DARK_ABOVE : FLOW_STACK_BRIGHT_ABOVE);
}

/* The two colours that the ink is a mixture of: the caption's tones, as far off as the ink is. */
static struct flow_tones ends_of(const struct flow_ink *ink, const struct flow_tones *tones)
{
    const float dark = tones->value[FLOW_TONE_DARK], bright = tones->value[FLOW_TONE_BRIGHT];
    const float off = ink->colour - dark - ink->bright * (bright - dark);
    return (struct flow_tones){{dark + off, bright + off}};
}

struct flow_ink flow_fade_ink(const struct flow_fit *fit, const struct flow_tones *tones)
{
    const float dark = tones->value[FLOW_TONE_DARK], bright = tones->value[FLOW_TONE_BRIGHT];
    const struct flow_fit f = flow_regress_bounded(fit);
    struct flow_ink ink = {.share = f.k,
                           .var_share = f.var_k,
                           .mean = f.mean,
                           .colour = f.q / (1 - f.k),
                           .bright = 1,
                           .var_seen = f.residual};
    if (bright > dark)
        ink.bright = fminf(fmaxf((ink.colour - dark) / (bright - dark), 0), 1);
    return ink;
}

bool flow_fade_tone(float bright, enum flow_tone *tone)
{
    *tone = bright > PURE ? FLOW_TONE_BRIGHT : FLOW_TONE_DARK;
    return bright > PURE || bright <= 1 - PURE;
}

/* All that is hidden by ink of one tone, and the light it adds. */
struct layer {
    float hidden, light;
};

static struct layer layer_of(const float *opacity, enum flow_stack stack, enum flow_tone tone, float colour,
                             float under)
{
    const float a = opacity[tone];
    const float below = is_above(stack, tone) ? (1 - a) * opacity[other(tone)] : 0;
    return (struct layer){a + below, a * colour + below * under};
}

/* Ink between two tones is a mixture of both. */
static struct layer mix(const float *opacity, enum flow_stack stack, const struct flow_ink *ink,
                        const struct flow_tones *ends)
{
    const float dark = ends->value[FLOW_TONE_DARK], bright = ends->value[FLOW_TONE_BRIGHT];
    const struct layer d = layer_of(opacity, stack, FLOW_TONE_DARK, dark, bright);
    const struct layer b = layer_of(opacity, stack, FLOW_TONE_BRIGHT, bright, dark);
    return (struct layer){d.hidden + ink->bright * (b.hidden - d.hidden),
                          d.light + ink->bright * (b.light - d.light)};
}

static float square(float x)
{
    return x * x;
}

/* variance: of the opacity. */
static struct flow_mixture mixture_at(const float *opacity, float variance, enum flow_stack stack,
                                      const struct flow_tones *tones, const struct flow_ink *ink,
                                      float coding, float b)
{
    const struct flow_tones ends = ends_of(ink, tones);
    const struct layer l = mix(opacity, stack, ink, &ends);
    const float solid = 1 - ink->share;
    return (struct flow_mixture){
        1 - solid * l.hidden, solid * l.light,
        coding + square(l.hidden) * (ink->var_share * square(b - ink->mean) + ink->var_seen) +
            variance * square(solid * (ink->colour - b))};
}

struct flow_mixture flow_fade_mixture(const struct flow_fade *fade, enum flow_stack stack,
                                      const struct flow_tones *tones, const struct flow_ink *ink,
                                      float coding, float b)
{
    const float dark = fade->variance[stack][FLOW_TONE_DARK];
    const float bright = fade->variance[stack][FLOW_TONE_BRIGHT];
    return mixture_at(fade->opacity[stack], dark + ink->bright * (bright - dark), stack, tones, ink, coding,
                      b);
}

/* What opacity 1 more of the tone changes in the sample, and what is seen of it. */
struct change {
    float full, seen;
};

static struct change change_of(const struct flow_fade_round *r, const struct flow_tones *tones,
                               const struct flow_fade_sample *s, enum flow_stack stack, enum flow_tone tone)
{
    const float solid = 1 - s->ink.share;
    const float below = is_above(stack, tone) ? solid * r->known->opacity[stack][other(tone)] *
                                                    (tones->value[other(tone)] - s->b)
                                              : 0;
    return (struct change){solid * (s->ink.colour - s->b) - below, s->i - s->b - below};
}

static void add_to_stack(struct flow_fade_round *r, const struct flow_tones *tones,
                         const struct flow_fade_sample *s, enum flow_stack stack)
{
    const struct flow_mixture m =
        mixture_at(r->known->opacity[stack], square(OFF), stack, tones, &s->ink, r->coding, s->b);
    const float variance = m.k * m.k * s->variance + m.w;
    const float off = square(s->i - m.q - m.k * s->b) / variance;
    enum flow_tone tone;
    if (!flow_fade_tone(s->ink.bright, &tone))
        return;
    const struct change c = change_of(r, tones, s, stack, tone);
    const float weight = 1 / (variance * square(1 + off / OUTLIER));
    r->spread[stack][tone] += (double)(weight * fabsf(c.full) * sqrtf(variance));
    r->change[stack][tone] += (double)(weight * c.full * c.seen);
    r->weight[stack][tone] += (double)(weight * c.full * c.full);
}

void flow_fade_add(struct flow_fade_round *r, const struct flow_tones *tones,
                   const struct flow_fade_sample *s)
{
    for (int stack = 0; stack < FLOW_STACKS; stack++)
        add_to_stack(r, tones, s, (enum flow_stack)stack);
}

struct flow_fade flow_fade_settle(const struct flow_fade_round *r)
{
    struct flow_fade fade = *r->known;
    for (int stack = 0; stack < FLOW_STACKS; stack++)
        for (int tone = 0; tone < FLOW_TONES; tone++) {
            const double weight = r->weight[stack][tone];
            fade.variance[stack][tone] = FLOW_REGRESS_VAR_ANY;
            if (weight <= 0)
                continue;
            fade.opacity[stack][tone] = (float)fmin(fmax(r->change[stack][tone] / weight, 0), 1);
            fade.variance[stack][tone] = square((float)(r->spread[stack][tone] / weight));
        }
    return fade;
}

/* Is the frame one of the fade's? */
static bool is_measured(const struct flow_fade *fade)
{
    return fade->variance[FLOW_STACK_NONE][FLOW_TONE_DARK] > 0;
}

enum flow_stack flow_fade_stack(const struct flow_fade *fades, int n)
{
    float apart[FLOW_STACKS] = {0};
    int best = FLOW_STACK_NONE;
    for (int stack = 0; stack < FLOW_STACKS; stack++) {
        for (int i = 0; i < n; i++) {
            const float *opacity = fades[i].opacity[stack], *variance = fades[i].variance[stack];
            if (is_measured(&fades[i]))
                apart[stack] += square(opacity[FLOW_TONE_BRIGHT] - opacity[FLOW_TONE_DARK]) /
                                (variance[FLOW_TONE_BRIGHT] + variance[FLOW_TONE_DARK]);
        }
        best = apart[stack] < apart[best] ? stack : best;
    }
    return (enum flow_stack)best;
}

/* Mean square error of what is listed. */
static float variance_listed(const struct flow_fade *fades, const float *listed, int n, enum flow_stack stack)
{
    float sum = 0, weights = 0;
    for (int i = 0; i < n; i++)
        for (int tone = 0; tone < FLOW_TONES && is_measured(&fades[i]); tone++) {
            const float variance = fades[i].variance[stack][tone] + square(LISTED);
            const float weight = 1 / square(variance);
            sum +=
                weight * (square(fades[i].opacity[stack][tone] - listed[i]) - fades[i].variance[stack][tone]);
            weights += weight;
        }
    return weights > 0 ? fmaxf(sum / weights, square(LISTED)) : square(LISTED);
}

void flow_fade_reconcile(struct flow_fade *fades, const float *listed, int n, enum flow_stack stack)
{
    const float doubt = variance_listed(fades, listed, n, stack);
    for (int i = 0; i < n; i++)
        for (int tone = 0; tone < FLOW_TONES && is_measured(&fades[i]); tone++) {
            float *opacity = &fades[i].opacity[stack][tone], *variance = &fades[i].variance[stack][tone];
            *opacity = (*opacity * doubt + listed[i] * *variance) / (doubt + *variance);
            *variance = *variance * doubt / (doubt + *variance);
        }
}
