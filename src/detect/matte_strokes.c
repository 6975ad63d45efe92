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
    struct uncap_matte_ink ink;
    float score;
};

struct work {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    size_t area;
    struct tone tones[2]; /* bright, dark */
    uint8_t *tmp, *hat;
    int32_t *label;
    struct uncap_nearest *nearest;
    float *hist;
};

enum { BINS = 16 }; /* a channel of the colour histogram */

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

/* Highest bin of the smoothed histogram of weights, as a colour. */
static void histogram_peak(const struct work *wk, const struct tone *tone, int threshold, float colour[3])
{
    float *hist = wk->hist;
    memset(hist, 0, sizeof(*hist) * BINS * BINS * BINS);
    const uint8_t *grey = wk->look->med[0];
    const uint8_t *b = wk->scene->n_channels > 1 ? wk->look->med[1] : grey;
    const uint8_t *c = wk->scene->n_channels > 1 ? wk->look->med[2] : grey;
    for (size_t i = 0; i < wk->area; i++)
        if (tone->weight[i] > threshold)
            hist[((grey[i] >> 4) * BINS + (b[i] >> 4)) * BINS + (c[i] >> 4)] += (float)tone->weight[i];
    float best = -1.0F;
    for (int y = 0; y < BINS; y++)
        for (int u = 0; u < BINS; u++)
            for (int v = 0; v < BINS; v++) {
                float sum = 0.0F;
                for (int k = 0; k < 27; k++) {
                    const int yy = y + k / 9 - 1;
                    const int uu = u + k / 3 % 3 - 1;
                    const int vv = v + k % 3 - 1;
                    if (yy >= 0 && yy < BINS && uu >= 0 && uu < BINS && vv >= 0 && vv < BINS)
                        sum += hist[(yy * BINS + uu) * BINS + vv];
                }
                if (sum > best) {
                    best = sum;
                    colour[0] = (float)(y * 16 + 8);
                    colour[1] = (float)(u * 16 + 8);
                    colour[2] = (float)(v * 16 + 8);
                }
            }
}

static int colour_distance(const struct work *wk, size_t i, const float *colour)
{
    float d = 0.0F;
    for (int c = 0; c < wk->scene->n_channels; c++) {
        const float e = fabsf((float)wk->look->med[c][i] - colour[c]);
        d = e > d ? e : d;
    }
    return (int)d;
}

/* One mean-shift step; returns the weight within the radius. */
static double shift_mean(const struct work *wk, const struct tone *tone, int threshold, int radius, float colour[3])
{
    double sum[3] = {0.0, 0.0, 0.0};
    double total = 0.0;
    for (size_t i = 0; i < wk->area; i++) {
        if (tone->weight[i] <= threshold || colour_distance(wk, i, colour) > radius)
            continue;
        total += tone->weight[i];
        for (int c = 0; c < wk->scene->n_channels; c++)
            sum[c] += (double)tone->weight[i] * wk->look->med[c][i];
    }
    for (int c = 0; c < wk->scene->n_channels && total > 0.0; c++)
        colour[c] = (float)(sum[c] / total);
    return total;
}

/* The colour most of the strong contrast has, and how much of it. */
static void find_colour(const struct work *wk, struct tone *tone)
{
    const int high = uncap_order_quantile(tone->weight, wk->scene->zone, UNCAP_MATTE_ZONE_TEXT, wk->area, 0.92);
    const int threshold = high * 7 / 10 > 25 ? high * 7 / 10 : 25;
    double all = 0.0;
    size_t n = 0;
    for (size_t i = 0; i < wk->area; i++)
        if (tone->weight[i] > threshold) {
            all += tone->weight[i];
            n++;
        }
    tone->ink = (struct uncap_matte_ink){.share = 0.0F};
    tone->score = 0.0F;
    if (n < 8)
        return;
    float colour[3];
    histogram_peak(wk, tone, threshold, colour);
    for (int k = 0; k < 5; k++)
        shift_mean(wk, tone, threshold, 36, colour);
    float at[3] = {colour[0], colour[1], colour[2]};
    tone->ink.share = (float)(shift_mean(wk, tone, threshold, 40, at) / all);
    for (int c = 0; c < wk->scene->n_channels; c++)
        tone->ink.colour[c] = (int)lrintf(colour[c]);
    for (size_t i = 0; i < wk->area; i++)
        wk->tmp[i] = tone->weight[i] > threshold;
    tone->ink.contrast = (float)uncap_order_quantile(tone->hat, wk->tmp, 1, wk->area, 0.5);
    tone->score = tone->ink.contrast * tone->ink.share * (float)n;
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
    float colour[3] = {0.0F, 0.0F, 0.0F};
    for (int c = 0; c < wk->scene->n_channels; c++)
        colour[c] = (float)tone->ink.colour[c];
    const float least = 0.4F * tone->ink.contrast;
    for (size_t i = 0; i < wk->area; i++)
        tone->core[i] = tone->ink.contrast > 0.0F && wk->scene->zone[i] == UNCAP_MATTE_ZONE_TEXT &&
                        (float)tone->hat[i] > least && colour_distance(wk, i, colour) < 55 && !is_refuted(wk, i);
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
    if (other->ink.share <= 0.45F || other->ink.contrast <= 35.0F)
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
    wk->hist = uncap_alloc((size_t)BINS * BINS * BINS, sizeof(*wk->hist));
    if (!maps || !wk->label || !wk->nearest || !wk->hist)
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
    uncap_free(wk->hist);
}

int uncap_matte_strokes_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look, uint8_t *core,
                             struct uncap_matte_ink *ink, struct uncap_error *err)
{
    struct work wk = {.scene = scene, .look = look, .area = (size_t)scene->w * (size_t)scene->h};
    bool ok = open_work(&wk);
    if (ok) {
        find_hats(&wk);
        for (int k = 0; k < 2; k++) {
            weigh(&wk, &wk.tones[k]);
            find_colour(&wk, &wk.tones[k]);
            find_core(&wk, &wk.tones[k]);
            ok = drop_strays(&wk, wk.tones[k].core) && ok;
        }
        const bool dark = wk.tones[1].score > wk.tones[0].score;
        struct tone *fill = &wk.tones[dark];
        const struct tone *other = &wk.tones[!dark];
        if (is_outline(&wk, other, fill->core))
            max_over(fill->core, other->core, wk.area);
        memcpy(core, fill->core, wk.area);
        *ink = fill->ink;
        for (size_t i = 0; i < wk.area; i++)
            ink->n_pixels += core[i];
    }
    close_work(&wk);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "the strokes of a caption");
}

bool uncap_matte_ink_is_sure(const struct uncap_matte_ink *ink, const struct uncap_matte_scene *scene)
{
    return ink->share > 0.45F && ink->contrast > (uncap_matte_gain_is_calm(scene->gain) ? 16.0F : 40.0F);
}
