/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/gain.h"

#include <string.h>

#include "base/memory.h"
#include "detect/matte/lines.h"
#include "detect/matte/patches.h"
#include "kernels/morphology.h"
#include "kernels/order.h"

enum { MAX_INTO_LIFE = 10 }; /* samples from either end in which a fade may still be under way */

/* Set the zone of the part of a box that lies in the area. */
static void paint(uint8_t *seen, struct uncap_rect area, struct uncap_rect box, int room,
                  enum uncap_matte_zone zone)
{
    const struct uncap_rect r = uncap_rect_intersect(uncap_rect_grow(box, room, room), area);
    for (int y = r.y0; y < r.y1; y++)
        memset(seen + (ptrdiff_t)(y - area.y0) * uncap_rect_w(area) + r.x0 - area.x0, (int)zone,
               (size_t)uncap_rect_w(r));
}

/* seen = zone, but OTHER where other texts stand in a caption-free sample, and BESIDE around them. */
static void zone_without_others(const struct uncap_matte_sample *s, struct uncap_rect area,
                                const uint8_t *zone, uint8_t *seen)
{
    memcpy(seen, zone, (size_t)uncap_rect_w(area) * (size_t)uncap_rect_h(area));
    for (int pass = 0; pass < 2; pass++)
        for (int k = 0; k < s->n_others; k++) {
            const struct uncap_rect o = s->others[k];
            const struct uncap_rect still = uncap_rect_move(o, -s->dx, -s->dy);
            paint(seen, area, still, uncap_rect_h(o) / (pass ? 8 : 2),
                  pass ? UNCAP_MATTE_ZONE_OTHER : UNCAP_MATTE_ZONE_BESIDE);
        }
}

/* One end of the life, and scratch maps. */
struct end {
    const struct uncap_matte_evidence *evidence;
    const struct uncap_matte_stack *life, *clean;
    const struct uncap_matte_sample *samples; /* of clean */
    int life_at, step;                        /* life samples life_at, life_at + step, ... */
    const uint8_t *zone;
    uint8_t *px, *seen, *motion, *tmp_px, *tmp_seen;
    uint8_t *light; /* [n_channels] maps */
    int scene;      /* -1: nothing known */
    int score, best_life, best_clean;
};

/* Compare life sample i with caption-free sample j, whose zones are in tmp_seen; keep the pair if the caption
 * stands out more than in any before. */
static void compare_pair(struct end *e, int i, int j)
{
    const size_t area = (size_t)e->life->w * (size_t)e->life->h;
    uncap_matte_stack_change(e->life, i, e->clean, j, e->tmp_px);
    static const int zones[2] = {UNCAP_MATTE_ZONE_TEXT, UNCAP_MATTE_ZONE_FAR};
    static const double quantiles[2] = {0.85, 0.5};
    int change[2];
    uncap_order_quantiles(e->tmp_px, e->tmp_seen, zones, area, quantiles, change);
    const int text = change[0], scene = change[1];
    const int score = text - 2 * scene;
    if (text < 0 || scene < 0 || (e->scene >= 0 && score <= e->score))
        return;
    e->scene = scene;
    e->score = score;
    e->best_life = i;
    e->best_clean = j;
    memcpy(e->px, e->tmp_px, area);
    memcpy(e->seen, e->tmp_seen, area);
}

enum {
    NOISE = 4,   /* levels a still pixel may change by */
    MAX_GAP = 5, /* frames after which a moving scene has changed as much as it will */
};

/* What the scene may do near each pixel between the frames of the pair: what it does between two caption-free
 * frames, as often as there are frames between them. */
static void find_motion(struct end *e, int shot, int radius)
{
    const size_t area = (size_t)e->life->w * (size_t)e->life->h;
    const int64_t apart = e->evidence->life[e->best_life].frame - e->samples[e->best_clean].frame;
    const int64_t frames = apart < 0 ? -apart : apart;
    const int gap = frames < MAX_GAP ? (int)frames : MAX_GAP;
    memset(e->motion, 0, area);
    for (int j = 0; j + 1 < e->clean->n && e->samples[j + 1].shot == shot; j++) {
        uncap_matte_stack_change(e->clean, j, e->clean, j + 1, e->tmp_px);
        for (size_t k = 0; k < area; k++)
            e->motion[k] = e->tmp_px[k] > e->motion[k] ? e->tmp_px[k] : e->motion[k];
    }
    for (size_t k = 0; k < area; k++)
        if (e->motion[k] > NOISE) {
            const int most = NOISE + (e->motion[k] - NOISE) * gap;
            e->motion[k] = (uint8_t)(most < 255 ? most : 255);
        }
    uncap_morph_dilate(e->motion, e->motion, e->tmp_px, e->life->w, e->life->h, radius, radius);
}

/* Of the best pair, the caption less the scene, in each channel. */
static void find_light(struct end *e)
{
    const size_t area = (size_t)e->life->w * (size_t)e->life->h;
    for (int c = 0; c < e->life->n_channels; c++) {
        const uint8_t *p = uncap_matte_stack_plane(e->life, e->best_life, c);
        const uint8_t *q = uncap_matte_stack_plane(e->clean, e->best_clean, c);
        for (size_t i = 0; i < area; i++) {
            const int d = UNCAP_MATTE_NO_LIGHT + p[i] - q[i];
            e->light[(size_t)c * area + i] = (uint8_t)(d < 0 ? 0 : d > 255 ? 255 : d);
        }
    }
}

/* Take the pair of samples in which the caption stands out most against the scene's own motion: the nearest
 * pair for a caption that pops up, a later one for a fade or for a life whose border is off by a frame. */
static void compare_end(struct end *e, int radius)
{
    const int shot = e->evidence->life[e->life_at].shot;
    e->scene = -1;
    if (e->clean->n == 0 || e->samples[0].shot != shot)
        return;
    zone_without_others(&e->samples[0], e->evidence->area, e->zone, e->tmp_seen);
    for (int k = 0, i = e->life_at; k < MAX_INTO_LIFE && i >= 0 && i < e->life->n; k++, i += e->step)
        if (e->evidence->life[i].shot == shot)
            compare_pair(e, i, 0);
    if (e->scene < 0)
        return;
    const int i = e->best_life;
    for (int j = 1; j < e->clean->n && e->samples[j].shot == shot; j++) {
        zone_without_others(&e->samples[j], e->evidence->area, e->zone, e->tmp_seen);
        compare_pair(e, i, j);
    }
    find_motion(e, shot, radius);
    find_light(e);
}

/* An end during which the scene moved far more than at the other says nothing the other does not say
 * better. */
static bool is_worse(const struct end *e, const struct end *other)
{
    return other->scene >= 0 && e->scene > 2 * other->scene + 6;
}

/* What one end says about a pixel. */
struct word {
    bool is_known, is_sure, is_fair;
    uint8_t px;
};

static struct word word_of(const struct end *e, bool use, size_t i)
{
    bool known = use && e->seen[i] != UNCAP_MATTE_ZONE_OTHER;
    if (known && e->seen[i] == UNCAP_MATTE_ZONE_BESIDE && e->px[i] <= e->scene + 8)
        known = false; /* both captions' boxes may be the same here: no change says nothing */
    return (struct word){.is_known = known,
                         .is_sure = known && e->px[i] > 2 * e->motion[i] + 6,
                         .is_fair = known && e->seen[i] != UNCAP_MATTE_ZONE_BESIDE,
                         .px = known ? e->px[i] : 0};
}

/* Ends of one shot check each other. Ends in different shots do not: then the one counts in which the caption
 * stands out more. */
static void combine(struct uncap_matte_gain *gain, const struct end *a, const struct end *b, bool one_shot,
                    size_t area)
{
    const bool use_a = a->scene >= 0 && (b->scene < 0 || (one_shot ? !is_worse(a, b) : a->score >= b->score));
    const bool use_b = b->scene >= 0 && (a->scene < 0 || (one_shot ? !is_worse(b, a) : a->score < b->score));
    for (size_t i = 0; i < area; i++) {
        const struct word wa = word_of(a, use_a, i);
        const struct word wb = word_of(b, use_b, i);
        gain->known[i] = (uint8_t)(wa.is_known + wb.is_known);
        gain->fair[i] = wa.is_fair || wb.is_fair;
        gain->most[i] = wa.px > wb.px ? wa.px : wb.px;
        gain->sure[i] = (wa.is_sure || !wa.is_known) && (wb.is_sure || !wb.is_known) && gain->known[i];
        gain->px[i] = gain->known[i] == 2 ? (wa.px < wb.px ? wa.px : wb.px)
                      : gain->known[i]    ? gain->most[i]
                                          : 255;
        for (int c = 0; c < a->life->n_channels && gain->known[i]; c++) {
            const size_t k = (size_t)c * area + i;
            gain->light[c][i] = !wb.is_known   ? a->light[k]
                                : !wa.is_known ? b->light[k]
                                               : (uint8_t)((a->light[k] + b->light[k] + 1) / 2);
        }
    }
    gain->scene = 255.0F;
    if (use_a)
        gain->scene = (float)a->scene;
    if (use_b && (float)b->scene < gain->scene)
        gain->scene = (float)b->scene;
}

/* A change that reaches out of the text's boxes, as far as nothing of the text does, is the scene's. */
static int doubt_scene(struct uncap_matte_gain *gain, const uint8_t *zone, int w, int h,
                       struct uncap_error *err)
{
    const size_t area = (size_t)w * (size_t)h;
    const float least = gain->scene + 6.0F;
    uint8_t *outer = uncap_alloc(area, 1);
    for (size_t i = 0; outer && i < area; i++)
        outer[i] = gain->sure[i] && (float)gain->px[i] > least;
    const bool ok = outer && uncap_matte_patches_keep_outer(outer, zone, w, h);
    for (size_t i = 0; ok && i < area; i++)
        gain->sure[i] = outer[i] ? 0 : gain->sure[i];
    uncap_free(outer);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the appearance of a caption");
}

static int measure(struct uncap_matte_gain *gain, struct end ends[2], float text_h, struct uncap_error *err)
{
    const size_t area = (size_t)ends[0].life->w * (size_t)ends[0].life->h;
    const int n_channels = ends[0].life->n_channels;
    gain->px = uncap_alloc(5 + (size_t)n_channels, area);
    uint8_t *scratch = uncap_alloc(8 + 2 * (size_t)n_channels, area);
    if (!gain->px || !scratch) {
        uncap_free(scratch);
        return uncap_fail_nomem(err, "the appearance of a caption");
    }
    gain->most = gain->px + area;
    gain->known = gain->most + area;
    gain->sure = gain->known + area;
    gain->fair = gain->sure + area;
    for (int c = 0; c < n_channels; c++)
        gain->light[c] = gain->fair + (size_t)(1 + c) * area;
    for (int k = 0; k < 2; k++) {
        ends[k].light = scratch + (size_t)(8 + k * n_channels) * area;
        ends[k].px = scratch + (size_t)(3 * k) * area;
        ends[k].seen = ends[k].px + area;
        ends[k].motion = ends[k].seen + area;
        ends[k].tmp_px = scratch + 6 * area;
        ends[k].tmp_seen = scratch + 7 * area;
        compare_end(&ends[k], (int)(0.2F * text_h) + 2);
    }
    const struct uncap_matte_sample *samples = ends[0].evidence->life;
    const bool one_shot = samples[0].shot == samples[ends[0].life->n - 1].shot;
    combine(gain, &ends[0], &ends[1], one_shot, area);
    uncap_free(scratch);
    return doubt_scene(gain, ends[0].zone, ends[0].life->w, ends[0].life->h, err);
}

int uncap_matte_gain_open(struct uncap_matte_gain *gain, const struct uncap_matte_evidence *evidence,
                          const struct uncap_matte_stack *life, const uint8_t *zone, float text_h,
                          struct uncap_error *err)
{
    *gain = (struct uncap_matte_gain){.scene = 255.0F};
    struct uncap_matte_stack clean[2] = {{.n = 0}, {.n = 0}};
    int status = uncap_matte_stack_open(&clean[0], evidence->area, evidence->before, evidence->n_before, err);
    if (!status)
        status = uncap_matte_stack_open(&clean[1], evidence->area, evidence->after, evidence->n_after, err);
    struct end ends[2] = {
        {.evidence = evidence,
         .life = life,
         .clean = &clean[0],
         .samples = evidence->before,
         .life_at = 0,
         .step = 1,
         .zone = zone},
        {.evidence = evidence,
         .life = life,
         .clean = &clean[1],
         .samples = evidence->after,
         .life_at = life->n - 1,
         .step = -1,
         .zone = zone},
    };
    if (!status)
        status = measure(gain, ends, text_h, err);
    uncap_matte_stack_close(&clean[0]);
    uncap_matte_stack_close(&clean[1]);
    if (status)
        uncap_matte_gain_close(gain);
    return status;
}

void uncap_matte_gain_close(struct uncap_matte_gain *gain)
{
    uncap_free(gain->px);
    *gain = (struct uncap_matte_gain){.scene = 255.0F};
}
