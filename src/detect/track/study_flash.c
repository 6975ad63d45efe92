/* SPDX-License-Identifier: Apache-2.0 */
#include <stdlib.h>

#include "detect/look/flash.h"
#include "detect/track/presence.h"
#include "detect/track/study.h"

/* How much of what changed when it came may be left when it has gone. */
static const float same_share = 0.3f;
/* Correlation of its strokes with the frames beside it, at most. */
static const float is_unlike = 0.4f;

static int match(struct uncap_track *t, const struct uncap_luma *luma, struct uncap_match *out,
                 struct uncap_error *err)
{
    *out = (struct uncap_match){0};
    return luma ? uncap_template_match(&t->pattern, luma, 0, 0, &t->scratch, out, err) : UNCAP_OK;
}

/* The frame beside `frame` in direction `step` in which it does not stand any more, LONGEST away at most. */
static int find_border(struct uncap_track *t, const struct uncap_ring *ring, int64_t frame, int step,
                       int64_t *out, bool *is_clean, struct uncap_error *err)
{
    struct uncap_match m = {0};
    int status = UNCAP_OK;
    for (int k = 1; k <= UNCAP_FLASH_LONGEST && !status; k++) {
        *out = frame + step * k;
        status = match(t, uncap_ring_luma(ring, *out), &m, err);
        if (!uncap_presence_stands((struct uncap_presence){m.gain, m.likeness, m.busyness}))
            break;
    }
    *is_clean = uncap_ring_luma(ring, *out) && m.likeness < is_unlike;
    return status;
}

/* Sum of absolute differences in a rectangle. */
static int64_t difference(const struct uncap_luma *a, const struct uncap_luma *b, struct uncap_rect r)
{
    int64_t sum = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++)
            sum += abs(a->data[y * a->stride + x] - b->data[y * b->stride + x]);
    return sum;
}

int uncap_study_flash(struct uncap_track *t, int64_t frame, const struct uncap_ring *ring, bool *is_flash,
                      struct uncap_error *err)
{
    int64_t before, after = frame;
    bool has_begin, has_end = false;
    *is_flash = false;
    int status = find_border(t, ring, frame, -1, &before, &has_begin, err);
    if (!status && has_begin)
        status = find_border(t, ring, frame, 1, &after, &has_end, err);
    if (status || !has_begin || !has_end || after - before - 1 > UNCAP_FLASH_LONGEST)
        return status;
    const struct uncap_luma *out = uncap_ring_luma(ring, before), *in = uncap_ring_luma(ring, frame);
    const int64_t came = difference(in, out, t->pattern.rect),
                  left = difference(uncap_ring_luma(ring, after), out, t->pattern.rect);
    *is_flash = (float)left < same_share * (float)came;
    t->first = before + 1;
    return UNCAP_OK;
}
