/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/scheduler.h"

#include <math.h>

void uncap_scheduler_init(struct uncap_scheduler *s)
{
    const float first = (float)sqrt(0.00085);
    const float last = (float)sqrt(0.012);
    const float step = (last - first) / (float)(UNCAP_SCHEDULER_TRAIN_STEPS - 1);
    double product = 1.0;
    for (int i = 0; i < UNCAP_SCHEDULER_TRAIN_STEPS; i++) {
        /* From the nearer end, as the reference's linspace does: the rounding differs. */
        const float root = i < UNCAP_SCHEDULER_TRAIN_STEPS / 2
                               ? first + step * (float)i
                               : last - step * (float)(UNCAP_SCHEDULER_TRAIN_STEPS - 1 - i);
        const float kept = 1.0f - root * root;
        product *= (double)kept;
        s->abar[i] = (float)product;
    }
}

void uncap_scheduler_sigmas(const struct uncap_scheduler *s, float sigmas[UNCAP_SCHEDULER_TRAIN_STEPS])
{
    for (int i = 0; i < UNCAP_SCHEDULER_TRAIN_STEPS; i++)
        sigmas[i] = sqrtf((1.0f - s->abar[i]) / s->abar[i]);
}

int uncap_scheduler_timestep(int n_steps, int k)
{
    if (k >= n_steps)
        return 0;
    const int spacing = UNCAP_SCHEDULER_TRAIN_STEPS / UNCAP_SCHEDULER_GRID;
    return UNCAP_SCHEDULER_TRAIN_STEPS - 1 - spacing * (k * UNCAP_SCHEDULER_GRID / n_steps);
}

void uncap_scheduler_step(const struct uncap_scheduler *s, int n_steps, int k, float *x, const float *eps,
                          size_t n)
{
    const float now = s->abar[uncap_scheduler_timestep(n_steps, k)];
    const float then = s->abar[uncap_scheduler_timestep(n_steps, k + 1)];
    const float signal_now = sqrtf(now);
    const float noise_now = sqrtf(1.0f - now);
    const float signal_then = sqrtf(then);
    const float noise_then = sqrtf(1.0f - then);
    for (size_t i = 0; i < n; i++) {
        const float clean = (x[i] - noise_now * eps[i]) / signal_now;
        x[i] = signal_then * clean + noise_then * eps[i];
    }
}

void uncap_scheduler_add_noise(const struct uncap_scheduler *s, float *z, const float *noise, size_t n)
{
    const float abar = s->abar[UNCAP_SCHEDULER_TRAIN_STEPS - 1];
    const float sigma = sqrtf((1.0f - abar) / abar);
    const float alpha = 1.0f / sqrtf(sigma * sigma + 1.0f);
    const float beta = sigma * alpha;
    for (size_t i = 0; i < n; i++)
        z[i] = alpha * z[i] + beta * noise[i];
}
