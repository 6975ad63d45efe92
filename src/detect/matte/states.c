/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/states.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/lines.h"

enum {
    CHANGED = 32,     /* levels: less than from one colour of letters to another */
    STILL = 12,       /* levels: the noise of coding */
    MEAN_SAMPLES = 3, /* of a state, at least */
};

/* Share of the text's pixels that change with two short words. */
static const float least_step = 0.04F;

/* change  [3] maps of what changes from one sample to the next: before a step, at it and after it.
 * n       pixels of the text, and far from it. */
struct life {
    const struct uncap_matte_stack *stack;
    const uint8_t *zone;
    uint8_t *change[3];
    size_t n[2];
};

static void count_zones(struct life *l)
{
    for (size_t at = 0; at < (size_t)l->stack->w * (size_t)l->stack->h; at++) {
        l->n[0] += l->zone[at] == UNCAP_MATTE_ZONE_TEXT;
        l->n[1] += l->zone[at] == UNCAP_MATTE_ZONE_FAR;
    }
}

/* Move on to the step after sample i. */
static void go_on(struct life *l, int i)
{
    uint8_t *const oldest = l->change[0];
    l->change[0] = l->change[1];
    l->change[1] = l->change[2];
    l->change[2] = oldest;
    uncap_matte_stack_change(l->stack, i + 1, l->stack, i + 2, oldest);
}

/* Does much of the text switch, and hardly anything far from it? What switches changes from one sample to the
 * next, and neither right before nor right after that: a scene does not move for one sample alone. */
static bool is_step(const struct life *l)
{
    const uint8_t *const before = l->change[0], *const here = l->change[1], *const after = l->change[2];
    size_t n_switched[2] = {0, 0};
    for (size_t at = 0; at < (size_t)l->stack->w * (size_t)l->stack->h; at++) {
        const int switches = (here[at] > CHANGED) & (before[at] <= STILL) & (after[at] <= STILL);
        n_switched[0] += (size_t)(switches & (l->zone[at] == UNCAP_MATTE_ZONE_TEXT));
        n_switched[1] += (size_t)(switches & (l->zone[at] == UNCAP_MATTE_ZONE_FAR));
    }
    const float text = l->n[0] ? (float)n_switched[0] / (float)l->n[0] : 0.0F;
    const float far = l->n[1] ? (float)n_switched[1] / (float)l->n[1] : 0.0F;
    return text > least_step + 2.0F * far;
}

int uncap_matte_states_find(struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end,
                            struct uncap_error *err)
{
    const size_t area = (size_t)stack->w * (size_t)stack->h;
    int *const state = stack->state;
    memset(state, 0, sizeof(stack->state));
    if (end - first < 4)
        return UNCAP_OK;
    uint8_t *maps = uncap_alloc(3, area);
    if (!maps)
        return uncap_fail_nomem(err, "what changes in a caption");
    struct life l = {.stack = stack, .zone = zone, .change = {maps, maps + area, maps + 2 * area}};
    count_zones(&l);
    go_on(&l, first - 1);
    go_on(&l, first);
    for (int i = first + 1; i + 2 < end; i++) {
        go_on(&l, i);
        state[i + 1] = state[i] + is_step(&l);
    }
    state[end - 1] = state[end - 2];
    if ((state[end - 1] + 1) * MEAN_SAMPLES > end - first)
        memset(state, 0, sizeof(stack->state));
    uncap_free(maps);
    return UNCAP_OK;
}
