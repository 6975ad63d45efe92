/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/states.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "detect/matte/lines.h"

enum {
    CHANGED = 32,     /* levels: less than from one colour of letters to another */
    STILL = 12,       /* levels: the noise of coding */
    MEAN_SAMPLES = 3, /* of a state, at least */
};

/* Share of the text's pixels that change with two short words. */
static const float least_step = 0.04F;

struct life {
    const struct uncap_matte_stack *stack;
    const uint8_t *zone;
};

/* Of a pixel from sample i to the next. */
static int change(const struct life *l, int i, int c, size_t at)
{
    return abs(uncap_matte_stack_plane(l->stack, i, c)[at] - uncap_matte_stack_plane(l->stack, i + 1, c)[at]);
}

/* Does the pixel change from sample i to the next, and neither right before nor right after that? A scene
 * does not move for one sample alone. */
static bool switches(const struct life *l, int i, size_t at)
{
    bool has_changed = false;
    for (int c = 0; c < l->stack->n_channels; c++) {
        if (change(l, i - 1, c, at) > STILL || change(l, i + 1, c, at) > STILL)
            return false;
        has_changed = has_changed || change(l, i, c, at) > CHANGED;
    }
    return has_changed;
}

/* Does much of the text switch after sample i, and hardly anything far from it? */
static bool is_step(const struct life *l, int i)
{
    size_t n[2] = {0, 0}, n_switched[2] = {0, 0};
    for (size_t at = 0; at < (size_t)l->stack->w * (size_t)l->stack->h; at++)
        if (l->zone[at] == UNCAP_MATTE_ZONE_TEXT || l->zone[at] == UNCAP_MATTE_ZONE_FAR) {
            const bool is_far = l->zone[at] == UNCAP_MATTE_ZONE_FAR;
            n[is_far]++;
            n_switched[is_far] += switches(l, i, at);
        }
    const float text = n[0] ? (float)n_switched[0] / (float)n[0] : 0.0F;
    const float far = n[1] ? (float)n_switched[1] / (float)n[1] : 0.0F;
    return text > least_step + 2.0F * far;
}

void uncap_matte_states_find(struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end)
{
    const struct life l = {stack, zone};
    memset(stack->state, 0, sizeof(stack->state));
    for (int i = first; i + 1 < end; i++)
        stack->state[i + 1] = stack->state[i] + (i > first && i + 2 < end && is_step(&l, i));
    if (end > first && (stack->state[end - 1] + 1) * MEAN_SAMPLES > end - first)
        memset(stack->state, 0, sizeof(stack->state));
}
