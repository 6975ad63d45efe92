/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/states.h"

#include <math.h>
#include <string.h>

#include "detect/matte/lines.h"
#include "kernels/order.h"

enum {
    CHANGED = 32,     /* levels: more than coding does, less than from one colour of letters to another */
    MEAN_SAMPLES = 3, /* of a state, at least */
};

/* Share of the text's pixels that change with two short words. */
static const float least_step = 0.04F;

static bool is_changed(const struct uncap_matte_stack *s, int i, size_t at)
{
    for (int c = 0; c < s->n_channels; c++) {
        const int d = uncap_matte_stack_plane(s, i, c)[at] - uncap_matte_stack_plane(s, i + 1, c)[at];
        if (d > CHANGED || d < -CHANGED)
            return true;
    }
    return false;
}

/* Shares of the pixels of the text, and far from it, that change from sample i to the next. */
static void change_after(const struct uncap_matte_stack *s, const uint8_t *zone, int i, float *text,
                         float *far)
{
    size_t n[2] = {0, 0}, n_changed[2] = {0, 0};
    for (size_t at = 0; at < (size_t)s->w * (size_t)s->h; at++)
        if (zone[at] == UNCAP_MATTE_ZONE_TEXT || zone[at] == UNCAP_MATTE_ZONE_FAR) {
            const bool is_far = zone[at] == UNCAP_MATTE_ZONE_FAR;
            n[is_far]++;
            n_changed[is_far] += is_changed(s, i, at);
        }
    *text = n[0] ? (float)n_changed[0] / (float)n[0] : 0.0F;
    *far = n[1] ? (float)n_changed[1] / (float)n[1] : 0.0F;
}

/* What n shares mostly are. */
static float usual_of(const float *shares, int n)
{
    uint8_t percent[UNCAP_MATTE_MAX_LIFE];
    for (int i = 0; i < n; i++)
        percent[i] = (uint8_t)(100.0F * shares[i] + 0.5F);
    uncap_order_sort(percent, n, 1);
    return (float)percent[n / 2] / 100.0F;
}

void uncap_matte_states_find(struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end)
{
    float text[UNCAP_MATTE_MAX_LIFE], far[UNCAP_MATTE_MAX_LIFE]; /* from each sample to the next */
    const int n = end - first - 1;
    memset(stack->state, 0, sizeof(stack->state));
    if (n < 1)
        return;
    for (int i = 0; i < n; i++)
        change_after(stack, zone, first + i, &text[i], &far[i]);
    const float usual_text = usual_of(text, n), usual_far = usual_of(far, n);
    for (int i = 0; i < n; i++) {
        const float scene = fmaxf(0.0F, far[i] - usual_far);
        const bool is_step = text[i] - usual_text > least_step + 2.0F * scene;
        stack->state[first + i + 1] = stack->state[first + i] + is_step;
    }
    if ((stack->state[end - 1] + 1) * MEAN_SAMPLES > end - first)
        memset(stack->state, 0, sizeof(stack->state));
}
