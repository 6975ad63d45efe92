/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/noise.h"

#include <math.h>

#include "kernels/order.h"

#define HALF_K 0.5f        /* below it a sample shows more of the caption than of the scene */
#define HALF_PI 1.57079633 /* a normal variance over the square of its mean deviation */

enum { LEAST = 16 }; /* samples that tell something */

float flow_noise_blended(const struct flow_fit *fit, size_t n, float *room)
{
    size_t n_blended = 0;
    for (size_t i = 0; i < n; i++) {
        const struct flow_fit *f = &fit[i];
        if (f->touch == FLOW_TOUCH_BLENDED && !f->veiled && f->k < HALF_K)
            room[n_blended++] = fmaxf(f->residual - f->k * f->k * f->noise, 0);
    }
    if (n_blended < LEAST)
        return 0;
    uncap_order_floats(room, n_blended);
    return room[n_blended / 2];
}

float flow_noise_share(const struct flow_fit *fit, size_t n)
{
    double off = 0;
    double known = 0;
    size_t n_untouched = 0;
    for (size_t i = 0; i < n; i++) {
        if (fit[i].touch != FLOW_TOUCH_NONE || !flow_regress_knows_share(&fit[i]))
            continue;
        n_untouched++;
        off += fabs((double)fit[i].k - 1);
        known += (double)fit[i].var_k;
    }
    if (n_untouched < LEAST)
        return 0;
    /* Of the mean, not of the squares: a letter of the scene's tone counts as untouched. */
    off /= (double)n_untouched;
    const double beyond = HALF_PI * off * off - known / (double)n_untouched;
    return fminf(fmaxf((float)beyond, 0), FLOW_REGRESS_VAR_ANY);
}

/* Mean square of what untouched samples differ by from their fill; 0 if there are too few of them. */
static double untouched_square(const struct flow_fit *fit, size_t n)
{
    double square = 0;
    double frames = 0;
    size_t n_untouched = 0;
    for (size_t i = 0; i < n; i++) {
        if (fit[i].touch != FLOW_TOUCH_NONE)
            continue;
        n_untouched++;
        frames += (double)fit[i].n;
        square += (double)(fit[i].n * fit[i].diff2);
    }
    return n_untouched < LEAST ? 0 : square / frames;
}

float flow_noise_tint(const struct flow_fit *fit, size_t n, const struct flow_fit *fit_c, size_t n_c)
{
    const double luma = untouched_square(fit, n);
    const double chroma = untouched_square(fit_c, n_c);
    return luma > 0 && chroma > 0 && chroma < luma ? (float)(chroma / luma) : 1;
}
