/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_gain.h"

#include <string.h>

#include "base/memory.h"
#include "detect/matte_lines.h"
#include "kernels/order.h"

enum { MAX_INTO_LIFE = 4 }; /* samples from either end in which a fade may still be under way */

/* Change between two samples: largest over channels. */
static void change(const struct uncap_matte_stack *a, int i, const struct uncap_matte_stack *b, int j, uint8_t *out)
{
    const size_t area = (size_t)a->w * (size_t)a->h;
    memset(out, 0, area);
    for (int c = 0; c < a->n_channels; c++) {
        const uint8_t *restrict p = uncap_matte_stack_plane(a, i, c);
        const uint8_t *restrict q = uncap_matte_stack_plane(b, j, c);
        for (size_t k = 0; k < area; k++) {
            const uint8_t d = (uint8_t)(p[k] > q[k] ? p[k] - q[k] : q[k] - p[k]);
            out[k] = d > out[k] ? d : out[k];
        }
    }
}

/* seen = zone, but OTHER where other texts stand in a caption-free sample. */
static void zone_without_others(const struct uncap_matte_sample *s, struct uncap_rect area, const uint8_t *zone,
                                uint8_t *seen)
{
    const int w = uncap_rect_w(area);
    memcpy(seen, zone, (size_t)w * (size_t)uncap_rect_h(area));
    for (int k = 0; k < s->n_others; k++) {
        const struct uncap_rect o = s->others[k];
        const int room = uncap_rect_h(o) / 8; /* its outline and shadow */
        const struct uncap_rect r = uncap_rect_intersect(
            uncap_rect_grow((struct uncap_rect){o.x0 - s->dx, o.y0 - s->dy, o.x1 - s->dx, o.y1 - s->dy}, room, room),
            area);
        for (int y = r.y0; y < r.y1; y++)
            memset(seen + (ptrdiff_t)(y - area.y0) * w + r.x0 - area.x0, UNCAP_MATTE_ZONE_OTHER,
                   (size_t)uncap_rect_w(r));
    }
}

/* One end of the life. */
struct end {
    const struct uncap_matte_sample *clean;
    int n_clean, life_at, step; /* life samples life_at, life_at + step, ... */
    uint8_t *px, *seen;
    int scene; /* -1: nothing known */
};

/* Compare the pair of samples in which the caption stands out most against the scene's own motion: the nearest pair
 * for a caption that pops up, a later one for a fade or for a life whose border is off by a frame. */
static void compare_end(struct end *e, const struct uncap_matte_evidence *ev, const struct uncap_matte_stack *life,
                        const struct uncap_matte_stack *clean, const uint8_t *zone, uint8_t *px, uint8_t *seen)
{
    const size_t area = (size_t)life->w * (size_t)life->h;
    const int shot = ev->life[e->life_at].shot;
    int best = -1;
    e->scene = -1;
    for (int j = 0; j < e->n_clean && e->clean[j].shot == shot; j++) {
        zone_without_others(&e->clean[j], ev->area, zone, seen);
        int at = e->life_at;
        for (int i = 0; i < MAX_INTO_LIFE && at >= 0 && at < life->n && ev->life[at].shot == shot; i++, at += e->step) {
            change(life, at, clean, j, px);
            const int text = uncap_order_quantile(px, seen, UNCAP_MATTE_ZONE_TEXT, area, 0.85);
            const int scene = uncap_order_quantile(px, seen, UNCAP_MATTE_ZONE_FAR, area, 0.5);
            const int score = text - 2 * scene + 256;
            if (text < 0 || scene < 0 || score <= best)
                continue;
            best = score;
            e->scene = scene;
            memcpy(e->px, px, area);
            memcpy(e->seen, seen, area);
        }
    }
}

/* An end during which the scene moved far more than at the other says nothing the other does not say better. */
static bool is_worse(const struct end *e, const struct end *other)
{
    return other->scene >= 0 && e->scene > 2 * other->scene + 6;
}

static void combine(struct uncap_matte_gain *gain, const struct end *a, const struct end *b, size_t area)
{
    const bool use_a = a->scene >= 0 && !is_worse(a, b);
    const bool use_b = b->scene >= 0 && !is_worse(b, a);
    for (size_t i = 0; i < area; i++) {
        const bool has_a = use_a && a->seen[i] != UNCAP_MATTE_ZONE_OTHER;
        const bool has_b = use_b && b->seen[i] != UNCAP_MATTE_ZONE_OTHER;
        const uint8_t va = has_a ? a->px[i] : 255;
        const uint8_t vb = has_b ? b->px[i] : 255;
        gain->px[i] = va < vb ? va : vb;
        gain->known[i] = (uint8_t)(has_a + has_b);
    }
}

static int measure(struct uncap_matte_gain *gain, const struct uncap_matte_evidence *ev,
                   const struct uncap_matte_stack *life, const struct uncap_matte_stack clean[2], const uint8_t *zone,
                   struct uncap_error *err)
{
    const size_t area = (size_t)life->w * (size_t)life->h;
    gain->px = uncap_alloc(area, 1);
    gain->known = uncap_alloc(area, 1);
    uint8_t *scratch = uncap_alloc(6, area);
    if (!gain->px || !gain->known || !scratch) {
        uncap_free(scratch);
        return uncap_fail_nomem(err, "the appearance of a caption");
    }
    struct end ends[2] = {
        {ev->before, clean[0].n, 0, 1, scratch, scratch + area, -1},
        {ev->after, clean[1].n, life->n - 1, -1, scratch + 2 * area, scratch + 3 * area, -1},
    };
    for (int k = 0; k < 2; k++)
        compare_end(&ends[k], ev, life, &clean[k], zone, scratch + 4 * area, scratch + 5 * area);
    combine(gain, &ends[0], &ends[1], area);
    for (size_t i = 0; i < area; i++)
        scratch[i] = gain->known[i] ? zone[i] : UNCAP_MATTE_ZONE_OTHER;
    const int scene = uncap_order_quantile(gain->px, scratch, UNCAP_MATTE_ZONE_FAR, area, 0.5);
    gain->scene = scene < 0 ? 255.0F : (float)scene;
    uncap_free(scratch);
    return UNCAP_OK;
}

int uncap_matte_gain_open(struct uncap_matte_gain *gain, const struct uncap_matte_evidence *evidence,
                          const struct uncap_matte_stack *life, const uint8_t *zone, struct uncap_error *err)
{
    *gain = (struct uncap_matte_gain){.scene = 255.0F};
    struct uncap_matte_stack clean[2] = {{.n = 0}, {.n = 0}};
    int status = uncap_matte_stack_open(&clean[0], evidence->area, evidence->before, evidence->n_before, err);
    if (!status)
        status = uncap_matte_stack_open(&clean[1], evidence->area, evidence->after, evidence->n_after, err);
    if (!status)
        status = measure(gain, evidence, life, clean, zone, err);
    uncap_matte_stack_close(&clean[0]);
    uncap_matte_stack_close(&clean[1]);
    if (status)
        uncap_matte_gain_close(gain);
    return status;
}

void uncap_matte_gain_close(struct uncap_matte_gain *gain)
{
    uncap_free(gain->px);
    uncap_free(gain->known);
    *gain = (struct uncap_matte_gain){.scene = 255.0F};
}
