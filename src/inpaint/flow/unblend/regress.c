/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/regress.h"

#include <math.h>

#define MIN_FRAMES 3.0f       /* for a fit at all */
#define MAX_VAR_K 0.02f       /* of a share that is known well */
#define UNEXPLAINED 8.0f      /* residual allowed, in what noise and the fill's errors make of it */
#define MIN_K 0.1f            /* below it the observation says nothing about the background */
#define UNTOUCHED_SQUARE 2.0f /* mean square difference allowed, in variances */
#define UNTOUCHED_MEAN 2.5f   /* mean difference allowed, in standard errors */
#define UNTOUCHED_SLACK 1.5f  /* plus this many grey levels */
#define UNTOUCHED_K 0.15f     /* that far k of an untouched sample may be from 1 */
#define LEFT_BEHIND 16.0f     /* grey levels by which a scene has changed */
#define SAME_SHARE 0.25f      /* of that, by which a sample has not */
#define AGREES 4.0f           /* standard errors that a single frame may be off */
#define COLOUR_K 2.5f         /* standard errors that k may be off for the caption to have a colour */

struct flow_fit flow_regress(const struct flow_sums *s)
{
    struct flow_fit f = {.n = s->n, .k = 1, .var_k = 1};
    if (s->n < MIN_FRAMES)
        return f;
    const float mean_i = s->i / s->w;
    const float mean_b = s->b / s->w;
    const float var_i = fmaxf(s->ii / s->w - mean_i * mean_i, 0);
    const float var_b = fmaxf(s->bb / s->w - mean_b * mean_b, 1e-3f);
    const float cov = s->ib / s->w - mean_i * mean_b;
    f.k = cov / var_b;
    f.q = mean_i - f.k * mean_b;
    f.mean = mean_b;
    f.seen = mean_i;
    f.var_seen = var_i;
    f.var_b = var_b;
    f.residual = fmaxf(var_i - 2 * f.k * cov + f.k * f.k * var_b, 0) * s->n / fmaxf(s->n - 2, 1);
    f.var_k = f.residual / (s->n * var_b);
    f.diff = mean_i - mean_b;
    f.diff2 = fmaxf((s->ii - 2 * s->ib + s->bb) / s->w, 0);
    f.noise = s->n / s->w - FLOW_REGRESS_LEAST;
    return f;
}

bool flow_regress_knows_share(const struct flow_fit *f)
{
    return f->n > FLOW_REGRESS_SURE && f->var_k < MAX_VAR_K;
}

bool flow_regress_is_mixture(const struct flow_fit *f, float coding)
{
    return f->residual < UNEXPLAINED * (coding + f->k * f->k * f->noise);
}

bool flow_regress_has_colour(const struct flow_fit *f)
{
    const float k = fminf(fmaxf(f->k - COLOUR_K * sqrtf(f->var_k), 0), 1);
    const float fill =
        sqrtf(f->noise) + sqrtf(f->var_b); /* its mean may be off by what it doubts, and varies */
    return fabsf(f->seen - k * f->mean) <= (1 - k) * FLOW_REGRESS_ZERO + UNTOUCHED_SLACK + fill;
}

enum flow_touch flow_regress_touch(const struct flow_fit *f, float coding)
{
    if (f->n < MIN_FRAMES)
        return FLOW_TOUCH_UNKNOWN;
    const float expected = f->noise + coding;
    if (f->diff2 < UNTOUCHED_SQUARE * expected &&
        fabsf(f->diff) < UNTOUCHED_MEAN * sqrtf(expected / f->n) + UNTOUCHED_SLACK)
        return FLOW_TOUCH_NONE;
    if (flow_regress_knows_share(f) && f->k > MIN_K && flow_regress_is_mixture(f, coding) &&
        flow_regress_has_colour(f))
        return FLOW_TOUCH_BLENDED;
    return FLOW_TOUCH_UNKNOWN;
}

void flow_regress_doubt_share(struct flow_fit *f, float beyond)
{
    if (f->touch == FLOW_TOUCH_BLENDED && !f->veiled && f->var_k + beyond >= MAX_VAR_K)
        f->touch = FLOW_TOUCH_UNKNOWN;
}

bool flow_regress_proves_untouched(const struct flow_fit *f)
{
    return f->touch == FLOW_TOUCH_NONE && flow_regress_knows_share(f) && fabsf(f->k - 1) < UNTOUCHED_K;
}

bool flow_regress_stays_behind(const struct flow_fit *f, float i, float b)
{
    const float off = fabsf(i - b);
    return f->touch == FLOW_TOUCH_NONE && !flow_regress_proves_untouched(f) && off > LEFT_BEHIND &&
           fabsf(i - f->seen) < SAME_SHARE * off;
}

struct flow_fit flow_regress_bounded(const struct flow_fit *f)
{
    struct flow_fit bounded = *f;
    bounded.k = fminf(fmaxf(f->k, 0), 1);
    bounded.q = f->q + (f->k - bounded.k) * f->mean;
    bounded.var_k = fminf(f->var_k, FLOW_REGRESS_VAR_ANY);
    return bounded;
}

struct flow_mixture flow_regress_mixture(const struct flow_fit *f, float coding, float opacity, float b)
{
    if (f->touch != FLOW_TOUCH_BLENDED)
        return (struct flow_mixture){1, 0, coding};
    const float away = b - f->mean;
    return (struct flow_mixture){1 - opacity * (1 - f->k), opacity * f->q,
                                 coding + opacity * opacity * (f->var_k * away * away + f->residual / f->n)};
}

bool flow_regress_agrees(const struct flow_fit *f, float coding, float opacity, float i, float b,
                         float variance)
{
    const struct flow_mixture m = flow_regress_mixture(f, coding, opacity, b);
    const float allowed = AGREES * sqrtf(m.k * m.k * variance + m.w) + UNTOUCHED_SLACK;
    return fabsf(i - m.q - m.k * b) < allowed;
}

float flow_regress_observe(const struct flow_fit *f, float coding, float opacity, float i, float b,
                           float *variance)
{
    const struct flow_mixture m = flow_regress_mixture(f, coding, opacity, b);
    *variance = m.w / (m.k * m.k);
    return (i - m.q) / m.k;
}

float flow_regress_update(const struct flow_mixture *m, float i, float b, float *variance)
{
    const float off = i - m->q - m->k * b;
    const float precision = 1 / *variance + m->k * m->k / m->w;
    *variance = 1 / precision;
    return b + m->k / m->w / precision * off;
}
