/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/typing.h"

/* A letter or two have few strokes, so they must be very like; where they are not yet, nothing like them
 * may be. */
static const float like = 0.75f, unlike = 0.5f;
static const float least_gain = 0.6f, most_gain = 1.6f;
/* Letters are added: neither strokes nor contrast become fewer, but for what the scene does. */
static const float noise = 0.12f;
/* Of the contrast that the box has at `first`, what it may have at most when the first letters are there
 * alone. */
static const float most_busy = 0.85f;

static bool stands(struct uncap_presence p)
{
    return p.likeness > like && p.gain > least_gain && p.gain < most_gain;
}

int uncap_typing_first(const struct uncap_presence *line, const struct uncap_presence *head, int first)
{
    int begin = first;
    while (begin > 0 && stands(head[begin - 1]) && line[begin - 1].gain < line[begin].gain + noise &&
           line[begin - 1].busyness < line[begin].busyness + noise)
        begin--;
    const bool appears = begin > 0 && head[begin - 1].likeness < unlike && head[begin - 1].gain < least_gain;
    const bool is_less = line[begin].busyness < most_busy * line[first].busyness;
    return appears && is_less && first - begin >= 2 ? begin : first;
}
