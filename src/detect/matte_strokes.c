/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/components.h"
#include "kernels/distance.h"
#include "kernels/morphology.h"
#include "kernels/order.h"

/* Thin contrast of one sign, and what of it is steady and came with the caption.
 *
 * hat     contrast against what is around, largest over channels.
 * weight  hat where it may be text. */
struct tone {
    uint8_t *hat, *weight, *core;
    struct uncap_matte_colour colours[2];
    int n_colours;
    float share, contrast, score;
};

struct work {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    size_t area;
    struct tone tones[2]; /* bright, dark */
    uint8_t *tmp, *hat;
    int32_t *label;
    struct uncap_nearest *nearest;
};

enum { SAME_COLOUR = 55 }; /* levels: a stroke's pixels are no farther from its colour */

static int distance(const struct work *wk, size_t i, const struct uncap_matte_colour *colour)
{
    return uncap_matte_colour_distance(wk->look, wk->scene->n_channels, i, colour);
}

static void max_over(uint8_t *restrict to, const uint8_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

/* Luma decides whether a stroke is bright or dark; contrast in chroma alone goes to both. */
static void find_hats(struct work *wk)
{
    const struct uncap_matte_scene *s = wk->scene;
    const int r = s->text_h * 0.21F < 2.0F ? 2 : (int)(s->text_h * 0.21F + 0.5F);
    uint8_t *bright = wk->tones[0].hat;
    uint8_t *dark = wk->tones[1].hat;
    uncap_morph_hat_bright(wk->look->med[0], bright, wk->tmp, s->w, s->h, r);
    uncap_morph_hat_dark(wk->look->med[0], dark, wk->tmp, s->w, s->h, r);
    memset(wk->tones[0].weight, 0, wk->area);
    for (int c = 1; c < s->n_channels; c++) {
        uncap_morph_hat_bright(wk->look->med[c], wk->hat, wk->tmp, s->w, s->h, r);
        max_over(wk->tones[0].weight, wk->hat, wk->area);
        uncap_morph_hat_dark(wk->look->med[c], wk->hat, wk->tmp, s->w, s->h, r);
        max_over(wk->tones[0].weight, wk->hat, wk->area);
    }
    const uint8_t *chroma = wk->tones[0].weight;
    for (size_t i = 0; i < wk->area; i++) {
        const bool is_bright = bright[i] >= dark[i];
        const bool is_dark = dark[i] >= bright[i];
        if (is_bright && chroma[i] > bright[i])
            bright[i] = chroma[i];
        if (is_dark && chroma[i] > dark[i])
            dark[i] = chroma[i];
    }
}

/* How likely a pixel of this spread over time is text: text keeps still, more or less, when the scene does not. */
static void steadiness(float far_dev, float table[256])
{
    const float scale = far_dev * 0.5F > 8.0F ? far_dev * 0.5F : 8.0F;
    for (int i = 0; i < 256; i++) { /* near exp(-x^2), in arithmetic that is the same everywhere */
        const float x = (float)i / scale;
        const float f = 1.0F + 0.25F * x * x;
        table[i] = 1.0F / (f * f * f * f);
    }
}

static void weigh(const struct work *wk, struct tone *tone)
{
    const struct uncap_matte_scene *s = wk->scene;
    const struct uncap_matte_gain *g = s->gain;
    float steady[256];
    steadiness(s->far_dev, steady);
    for (size_t i = 0; i < wk->area; i++) {
        float v = s->zone[i] == UNCAP_MATTE_ZONE_TEXT ? (float)tone->hat[i] * steady[wk->look->dev[i]] : 0.0F;
        if (g->scene < 12.0F && g->known[i]) {
            const float came = ((float)g->px[i] - g->scene) / 40.0F;
            v *= (came < 0.0F ? 0.0F : came > 1.0F ? 1.0F : came) * (g->sure[i] ? 1.0F : 0.25F);
        }
        tone->weight[i] = (uint8_t)v;
    }
}

/* Keep the strong weights alone, those not yet explained by a colour found before; returns their number. */
static size_t keep_strong(const struct work *wk, const struct tone *tone, int threshold, uint8_t *strong)
{
    size_t n = 0;
    for (size_t i = 0; i < wk->area; i++) {
        strong[i] = tone->weight[i] > threshold ? tone->weight[i] : 0;
        for (int k = 0; k < tone->n_colours && strong[i]; k++)
            if (distance(wk, i, &tone->colours[k]) < SAME_COLOUR)
                strong[i] = 0;
        n += strong[i] > 0;
    }
    return n;
}

/* The colour most of the strong contrast has, and a second one if most of the rest agrees on it: a highlighted word,
 * syllables sung so far. */
static int find_colours(struct work *wk, struct tone *tone, struct uncap_error *err)
{
    const int high = uncap_order_quantile(tone->weight, wk->scene->zone, UNCAP_MATTE_ZONE_TEXT, wk->area, 0.92);
    const int threshold = high * 7 / 10 > 25 ? high * 7 / 10 : 25;
    const size_t n = keep_strong(wk, tone, threshold, wk->tmp);
    if (n < 8)
        return UNCAP_OK;
    struct uncap_matte_colour *colours = tone->colours;
    int status = uncap_matte_colour_find(wk->look, wk->scene->n_channels, wk->tmp, wk->area, &colours[0], err);
    if (status)
        return status;
    for (size_t i = 0; i < wk->area; i++)
        wk->tmp[i] = tone->weight[i] > threshold;
    tone->contrast = (float)uncap_order_quantile(tone->hat, wk->tmp, 1, wk->area, 0.5);
    tone->n_colours = 1;
    const size_t rest = keep_strong(wk, tone, threshold, wk->tmp);
    if (rest >= 8 && rest * 12 > n) {
        status = uncap_matte_colour_find(wk->look, wk->scene->n_channels, wk->tmp, wk->area, &colours[1], err);
        tone->n_colours += colours[1].share > 0.7F;
    }
    const float share = tone->n_colours == 2 ? colours[0].share + colours[1].share * (float)rest / (float)n
                                             : colours[0].share;
    tone->share = share > 1.0F ? 1.0F : share;
    tone->score = tone->contrast * tone->share * (float)n;
    return status;
}

/* A pixel that did not come with the caption, or moves with the scene, is no stroke. */
static bool is_refuted(const struct work *wk, size_t i)
{
    const struct uncap_matte_scene *s = wk->scene;
    const struct uncap_matte_gain *g = s->gain;
    if (uncap_matte_gain_is_calm(g) && g->known[i] && (float)g->most[i] <= fmaxf(10.0F, g->scene + 8.0F))
        return true;
    const float limit = s->far_dev * 0.6F > 10.0F ? s->far_dev * 0.6F : 10.0F;
    return s->far_dev > 8.0F && (float)wk->look->dev[i] >= limit;
}

static void find_core(const struct work *wk, struct tone *tone)
{
    const float least = 0.4F * tone->contrast;
    for (size_t i = 0; i < wk->area; i++) {
        bool is_core = false;
        if (wk->scene->zone[i] == UNCAP_MATTE_ZONE_TEXT && (float)tone->hat[i] > least)
            for (int k = 0; k < tone->n_colours && !is_core; k++)
                is_core = distance(wk, i, &tone->colours[k]) < SAME_COLOUR;
        tone->core[i] = is_core && !is_refuted(wk, i);
    }
}

/* Drop what is no part of a letter: specks, and what is taller than a line. */
static bool drop_strays(const struct work *wk, uint8_t *core)
{
    const struct uncap_matte_scene *s = wk->scene;
    struct uncap_component *parts;
    int n;
    if (!uncap_components_label(core, wk->label, s->w, s->h, &parts, &n))
        return false;
    for (size_t i = 0; i < wk->area; i++) {
        const struct uncap_component *p = &parts[wk->label[i]];
        if (core[i] && (p->n_pixels < 3 || (float)uncap_rect_h(p->box) > 1.6F * s->text_h))
            core[i] = 0;
    }
    uncap_free(parts);
    return true;
}

/* The other tone is the outline if it is of one colour too and hugs the fill. */
static bool is_outline(const struct work *wk, const struct tone *other, const uint8_t *core)
{
    if (other->share <= 0.45F || other->contrast <= 35.0F)
        return false;
    if (!uncap_distance_nearest(core, wk->nearest, wk->scene->w, wk->scene->h))
        return false;
    size_t n = 0;
    size_t near = 0;
    for (size_t i = 0; i < wk->area; i++)
        if (other->core[i]) {
            n++;
            near += wk->nearest[i].dx != UNCAP_NEAREST_NONE && uncap_nearest_d2(wk->nearest[i]) <= 9;
        }
    return n > 0 && (float)near >= 0.6F * (float)n;
}

static bool open_work(struct work *wk)
{
    uint8_t *maps = uncap_alloc(8, wk->area);
    wk->tmp = maps;
    wk->label = uncap_alloc(wk->area, sizeof(*wk->label));
    wk->nearest = uncap_alloc(wk->area, sizeof(*wk->nearest));
    if (!maps || !wk->label || !wk->nearest)
        return false;
    wk->hat = maps + wk->area;
    for (int k = 0; k < 2; k++) {
        uint8_t *own = maps + (size_t)(2 + 3 * k) * wk->area;
        wk->tones[k] = (struct tone){.hat = own, .weight = own + wk->area, .core = own + 2 * wk->area};
    }
    return true;
}

static void close_work(struct work *wk)
{
    uncap_free(wk->tmp);
    uncap_free(wk->label);
    uncap_free(wk->nearest);
}

int uncap_matte_strokes_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look, uint8_t *core,
                             struct uncap_matte_ink *ink, struct uncap_error *err)
{
    struct work wk = {.scene = scene, .look = look, .area = (size_t)scene->w * (size_t)scene->h};
    int status = open_work(&wk) ? UNCAP_OK : uncap_fail_nomem(err, "the strokes of a caption");
    if (!status)
        find_hats(&wk);
    for (int k = 0; k < 2 && !status; k++) {
        weigh(&wk, &wk.tones[k]);
        status = find_colours(&wk, &wk.tones[k], err);
        if (status)
            break;
        find_core(&wk, &wk.tones[k]);
        if (!drop_strays(&wk, wk.tones[k].core))
            status = uncap_fail_nomem(err, "the strokes of a caption");
    }
    if (!status) {
        const bool dark = wk.tones[1].score > wk.tones[0].score;
        const struct tone *fill = &wk.tones[dark];
        const struct tone *other = &wk.tones[!dark];
        memcpy(core, fill->core, wk.area);
        if (is_outline(&wk, other, fill->core))
            max_over(core, other->core, wk.area);
        *ink = (struct uncap_matte_ink){fill->colours[0], fill->contrast};
        ink->colour.share = fill->share;
    }
    close_work(&wk);
    return status;
}

bool uncap_matte_ink_is_sure(const struct uncap_matte_ink *ink, const struct uncap_matte_scene *scene)
{
    return ink->colour.share > 0.45F && ink->contrast > (uncap_matte_gain_is_calm(scene->gain) ? 16.0F : 40.0F);
}
