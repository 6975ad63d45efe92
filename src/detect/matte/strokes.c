/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/strokes.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/gaps.h"
#include "detect/matte/ground.h"
#include "detect/matte/moving.h"
#include "detect/matte/text_rows.h"
#include "kernels/components.h"
#include "kernels/morphology.h"
#include "kernels/order.h"

/* Thin contrast of one sign, and what of it is steady and came with the caption.
 *
 * hat     contrast against what is around, largest over channels.
 * weight  hat where it may be text.
 * kept    share of the strokes that nothing speaks against: of the gaps between letters much moves with
 *         the scene.
 * ground  what of this tone the other one's letters stand on; is_ground: most of it is that. */
struct tone {
    uint8_t *hat, *weight, *core, *ground;
    struct uncap_matte_colour colours[2];
    int n_colours;
    float share, contrast, kept;
    size_t n_strong;
    bool is_ground;
};

/* Maps are of the rows in which text stands; tones' maps, tmp and hat have room for `above` and `below` more,
 * which contrast in those rows depends on. */
struct work {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    size_t area;
    int radius, above, below;
    const uint8_t *motion;
    struct tone tones[2]; /* bright, dark */
    uint8_t *tmp, *hat, *spare;
    int32_t *label;
};

enum {
    SAME_COLOUR = 55, /* levels: a stroke's pixels are no farther from its colour */
    SPECK = 3,        /* pixels of the smallest part of a letter */
};

static int distance(const struct work *wk, size_t i, const struct uncap_matte_colour *colour)
{
    return uncap_matte_colour_distance(wk->look, wk->scene->n_channels, i, colour);
}

static void max_over(uint8_t *restrict to, const uint8_t *restrict from, size_t n)
{
    for (size_t i = 0; i < n; i++)
        to[i] = from[i] > to[i] ? from[i] : to[i];
}

static void max_hats(struct work *wk, const uint8_t *px, int h, uint8_t *most)
{
    const int w = wk->scene->w;
    uncap_morph_hat_bright(px, wk->hat, wk->tmp, w, h, wk->radius);
    max_over(most, wk->hat, (size_t)w * (size_t)h);
    uncap_morph_hat_dark(px, wk->hat, wk->tmp, w, h, wk->radius);
    max_over(most, wk->hat, (size_t)w * (size_t)h);
}

/* Luma decides whether a stroke is bright or dark; contrast in chroma alone goes to both. */
static void find_hats(struct work *wk)
{
    const int w = wk->scene->w, h = wk->above + wk->scene->h + wk->below;
    const ptrdiff_t above = (ptrdiff_t)wk->above * w;
    uint8_t *bright = wk->tones[0].hat - above, *dark = wk->tones[1].hat - above;
    uint8_t *chroma = wk->tones[0].weight - above;
    uncap_morph_hat_bright(wk->look->med[0] - above, bright, wk->tmp, w, h, wk->radius);
    uncap_morph_hat_dark(wk->look->med[0] - above, dark, wk->tmp, w, h, wk->radius);
    memset(chroma, 0, (size_t)w * (size_t)h);
    for (int c = 1; c < wk->scene->n_channels; c++)
        max_hats(wk, wk->look->med[c] - above, h, chroma);
    for (ptrdiff_t i = above; i < above + (ptrdiff_t)wk->area; i++) {
        const uint8_t luma[2] = {bright[i], dark[i]}, other = chroma[i];
        bright[i] = luma[0] >= luma[1] && other > luma[0] ? other : luma[0];
        dark[i] = luma[1] >= luma[0] && other > luma[1] ? other : luma[1];
    }
}

/* How likely a pixel of this spread over time is text: text keeps still, more or less, when the scene does
 * not. */
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
    memset(tone->weight, 0, wk->area);
    for (size_t i = 0; i < wk->area; i++) {
        if (s->zone[i] != UNCAP_MATTE_ZONE_TEXT)
            continue;
        float v = (float)tone->hat[i] * steady[wk->look->dev[i]];
        if (g->scene < 12.0F && g->known[i]) {
            const float came = ((float)g->px[i] - g->scene) / 40.0F;
            v *= (came < 0.0F ? 0.0F : came > 1.0F ? 1.0F : came) * (g->sure[i] ? 1.0F : 0.25F);
        }
        tone->weight[i] = (uint8_t)v;
    }
}

/* strong = weights above the threshold, else 0; returns their number. */
static size_t keep_strong(const struct work *wk, const struct tone *tone, int threshold, uint8_t *strong)
{
    size_t n = 0;
    for (size_t i = 0; i < wk->area; i++) {
        strong[i] = tone->weight[i] > threshold ? tone->weight[i] : 0;
        n += strong[i] > 0;
    }
    return n;
}

/* Drop from strong what is of the first colour or beside it, as a stroke's soft edge is; returns how many are
 * left. */
static size_t drop_explained(const struct work *wk, const struct tone *tone, uint8_t *strong)
{
    uint8_t *same = wk->hat;
    for (size_t i = 0; i < wk->area; i++)
        same[i] = strong[i] && distance(wk, i, &tone->colours[0]) < SAME_COLOUR;
    uncap_morph_dilate(same, same, wk->spare, wk->scene->w, wk->scene->h, 2, 2);
    size_t n = 0;
    for (size_t i = 0; i < wk->area; i++) {
        strong[i] = same[i] ? 0 : strong[i];
        n += strong[i] > 0;
    }
    return n;
}

/* The colour most of the strong contrast has, and a second one if most of the rest agrees on it: a
 * highlighted word, syllables sung so far. */
static int find_colours(struct work *wk, struct tone *tone, struct uncap_error *err)
{
    const int high =
        uncap_order_quantile(tone->weight, wk->scene->zone, UNCAP_MATTE_ZONE_TEXT, wk->area, 0.92);
    const int threshold = high * 7 / 10 > 25 ? high * 7 / 10 : 25;
    const size_t n = keep_strong(wk, tone, threshold, wk->tmp);
    if (n < 8)
        return UNCAP_OK;
    struct uncap_matte_colour *colours = tone->colours;
    int status =
        uncap_matte_colour_find(wk->look, wk->scene->n_channels, wk->tmp, wk->area, &colours[0], err);
    if (status)
        return status;
    for (size_t i = 0; i < wk->area; i++)
        wk->tmp[i] = tone->weight[i] > threshold;
    tone->contrast = (float)uncap_order_quantile(tone->hat, wk->tmp, 1, wk->area, 0.5);
    tone->n_colours = 1;
    keep_strong(wk, tone, threshold, wk->tmp);
    const size_t rest = drop_explained(wk, tone, wk->tmp);
    if (rest >= 8 && rest * 12 > n) {
        status =
            uncap_matte_colour_find(wk->look, wk->scene->n_channels, wk->tmp, wk->area, &colours[1], err);
        tone->n_colours += colours[1].share > 0.7F;
    }
    const float share = tone->n_colours == 2 ? colours[0].share + colours[1].share * (float)rest / (float)n
                                             : colours[0].share;
    tone->share = share > 1.0F ? 1.0F : share;
    tone->n_strong = n;
    return status;
}

/* A pixel that did not come with the caption, or moves with the scene, is no stroke. */
static bool is_refuted(const struct work *wk, size_t i)
{
    const struct uncap_matte_scene *s = wk->scene;
    const struct uncap_matte_gain *g = s->gain;
    if (uncap_matte_gain_is_calm(g) && g->known[i] && (float)g->most[i] <= fmaxf(10.0F, g->scene + 8.0F))
        return true;
    if (wk->motion[i] == UNCAP_MATTE_MOVES)
        return true;
    const float limit = s->far_dev * 0.6F > 10.0F ? s->far_dev * 0.6F : 10.0F;
    return s->far_dev > 8.0F && (float)wk->look->dev[i] >= limit;
}

/* Pixels of the text's colours with at least this share of its contrast; returns the share of them that is
 * not refuted. */
static float find_strokes(const struct work *wk, const struct tone *tone, float share, uint8_t *strokes)
{
    const float least = share * tone->contrast;
    size_t n = 0;
    size_t n_kept = 0;
    for (size_t i = 0; i < wk->area; i++) {
        bool is_stroke = false;
        if (wk->scene->zone[i] == UNCAP_MATTE_ZONE_TEXT && (float)tone->hat[i] > least)
            for (int k = 0; k < tone->n_colours && !is_stroke; k++)
                is_stroke = distance(wk, i, &tone->colours[k]) < SAME_COLOUR;
        strokes[i] = is_stroke && !is_refuted(wk, i);
        n += is_stroke;
        n_kept += strokes[i];
    }
    return n ? (float)n_kept / (float)n : 0.0F;
}

/* Rows that hold text: those with a fair share of the strokes, and room for commas and accents. rows [h]. */
static void find_rows(const struct work *wk, const uint8_t *core, int *rows)
{
    const struct uncap_matte_scene *s = wk->scene;
    const int room = (int)(0.25F * s->text_h) + 1;
    int most = 0;
    for (int y = 0; y < s->h; y++) {
        rows[y] = 0;
        for (int x = 0; x < s->w; x++)
            rows[y] += core[(size_t)y * (size_t)s->w + (size_t)x];
        most = rows[y] > most ? rows[y] : most;
    }
    for (int y = 0; y < s->h; y++)
        rows[y] = rows[y] * 8 > most ? room : -1;
    for (int y = 1; y < s->h; y++)
        rows[y] = rows[y] < rows[y - 1] - 1 ? rows[y - 1] - 1 : rows[y];
    for (int y = s->h - 2; y >= 0; y--)
        rows[y] = rows[y] < rows[y + 1] - 1 ? rows[y + 1] - 1 : rows[y];
}

/* The dot of a thin i: two pixels straight above a part of a letter. */
static bool is_dot(const struct work *wk, const struct uncap_component *parts,
                   const struct uncap_component *p)
{
    const struct uncap_matte_scene *s = wk->scene;
    const int room = (int)(0.3F * s->text_h) + 1;
    if (p->n_pixels < 2)
        return false;
    for (int y = p->box.y1; y < s->h && y < p->box.y1 + room; y++)
        for (int x = p->box.x0; x < p->box.x1; x++)
            if (parts[wk->label[(size_t)y * (size_t)s->w + (size_t)x]].n_pixels >= SPECK)
                return true;
    return false;
}

/* Drop what is no part of a letter: specks, what is taller than a line, what stands above or below the
 * text. */
static bool drop_strays(const struct work *wk, uint8_t *core)
{
    const struct uncap_matte_scene *s = wk->scene;
    struct uncap_component *parts;
    int n;
    int *rows = uncap_alloc((size_t)s->h, sizeof(*rows));
    if (!rows || !uncap_components_label(core, wk->label, s->w, s->h, &parts, &n)) {
        uncap_free(rows);
        return false;
    }
    find_rows(wk, core, rows);
    for (size_t i = 0; i < wk->area; i++) {
        const struct uncap_component *p = &parts[wk->label[i]];
        if (core[i] &&
            ((p->n_pixels < SPECK && !is_dot(wk, parts, p)) ||
             (float)uncap_rect_h(p->box) > 1.6F * s->text_h || rows[(p->box.y0 + p->box.y1) / 2] < 0))
            core[i] = 0;
    }
    uncap_free(rows);
    uncap_free(parts);
    return true;
}

/* Text fills its box from end to end: share of the columns, as wide as the text is high, in which there is
 * core. Where the scene is seen to move all over a column the box is too long. */
static float occupied(const struct work *wk, const uint8_t *core)
{
    const struct uncap_matte_scene *s = wk->scene;
    const int step = s->text_h < 4.0F ? 4 : (int)s->text_h;
    int n = 0;
    int hit = 0;
    for (int x0 = 0; x0 < s->w; x0 += step) {
        const int x1 = x0 + step < s->w ? x0 + step : s->w;
        size_t n_text = 0;
        size_t n_core = 0;
        size_t n_moves = 0;
        for (int y = 0; y < s->h; y++)
            for (int x = x0; x < x1; x++) {
                const size_t i = (size_t)y * (size_t)s->w + (size_t)x;
                const bool is_text = s->zone[i] == UNCAP_MATTE_ZONE_TEXT;
                n_text += is_text;
                n_core += core[i];
                n_moves += is_text && wk->motion[i] == UNCAP_MATTE_MOVES;
            }
        if (n_text * 2 < (size_t)step * (size_t)step ||
            (!n_core && n_moves * 4 > n_text * 3)) /* the box's end */
            continue;
        n++;
        hit += n_core > 0;
    }
    return n ? (float)hit / (float)n : 0.0F;
}

static float score(const struct work *wk, const struct tone *tone)
{
    const float whole = occupied(wk, tone->core);
    const float kept = wk->scene->is_whole ? tone->kept : 1.0F;
    return tone->contrast * tone->share * kept * (float)tone->n_strong * whole * whole;
}

enum { PARTS = 6 }; /* columns that the text is cut into */

/* Whether an outline or a shadow goes along all of the text: the pixels within 2 px of `fill` are of the
 * other tone in a fair share, nearly everywhere. Before a scene as dark as itself an outline cannot be
 * seen. */
static bool goes_along(struct work *wk, const uint8_t *fill, const uint8_t *outline)
{
    const int w = wk->scene->w, h = wk->scene->h;
    int x0 = w;
    int x1 = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            if (fill[(ptrdiff_t)y * w + x]) {
                x0 = x < x0 ? x : x0;
                x1 = x >= x1 ? x + 1 : x1;
            }
    size_t n[PARTS] = {0};
    size_t toned[PARTS] = {0};
    uncap_morph_dilate(fill, wk->tmp, wk->spare, w, h, 2, 2);
    for (int y = 0; y < h; y++)
        for (int x = x0; x < x1; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            if (!wk->tmp[i] || fill[i])
                continue;
            const int part = (x - x0) * PARTS / (x1 - x0);
            n[part]++;
            toned[part] += outline[i];
        }
    int n_outlined = 0;
    for (int k = 0; k < PARTS; k++)
        n_outlined += toned[k] * 4 >= n[k];
    return n_outlined * 3 >= PARTS * 2;
}

/* The other tone is the outline, or the fill within it, if it is of one colour too and hugs the first. */
static bool is_pair(struct work *wk, const struct tone *first, const struct tone *other)
{
    const int width = (int)fmaxf(3.0F, 0.08F * wk->scene->text_h); /* of a wide outline */
    if (other->share <= 0.45F || other->contrast <= 35.0F)
        return false;
    uncap_morph_dilate(first->core, wk->tmp, wk->spare, wk->scene->w, wk->scene->h, width, width);
    size_t n = 0;
    size_t near = 0;
    for (size_t i = 0; i < wk->area; i++) {
        n += other->core[i];
        near += other->core[i] && wk->tmp[i];
    }
    if (!n || (float)near < 0.6F * (float)n)
        return false;
    return goes_along(wk, first->core, other->core) || goes_along(wk, other->core, first->core);
}

/* A tone's maps: hat, weight, core, ground. */
static bool open_work(struct work *wk)
{
    const size_t above = (size_t)wk->above * (size_t)wk->scene->w;
    const size_t size = above + wk->area + (size_t)wk->below * (size_t)wk->scene->w;
    uint8_t *maps = uncap_alloc(11, size);
    wk->tmp = maps;
    wk->label = uncap_alloc(wk->area, sizeof(*wk->label));
    if (!maps || !wk->label)
        return false;
    wk->hat = maps + size;
    wk->spare = maps + 10 * size;
    for (int k = 0; k < 2; k++) {
        uint8_t *own = maps + (size_t)(2 + 4 * k) * size + above;
        wk->tones[k] =
            (struct tone){.hat = own, .weight = own + size, .core = own + 2 * size, .ground = own + 3 * size};
    }
    return true;
}

static void close_work(struct work *wk)
{
    uncap_free(wk->tmp);
    uncap_free(wk->label);
}

static int find_tones(struct work *wk, struct uncap_error *err)
{
    const struct uncap_matte_scene *s = wk->scene;
    find_hats(wk);
    for (int k = 0; k < 2; k++) {
        struct tone *tone = &wk->tones[k];
        weigh(wk, tone);
        const int status = find_colours(wk, tone, err);
        if (status)
            return status;
        tone->kept = find_strokes(wk, tone, 0.4F, tone->core);
        find_strokes(wk, tone, 0.35F, wk->hat);
        if (!drop_strays(wk, tone->core) ||
            !uncap_matte_gaps_fill(tone->core, wk->hat, s->w, s->h, s->text_h))
            return uncap_fail_nomem(err, "the strokes of a caption");
    }
    return UNCAP_OK;
}

static int find_ground(const struct work *wk, struct tone *tone, const struct tone *letters,
                       struct uncap_error *err)
{
    static const float most = 0.7F; /* of an outline less is as what it stands before */
    size_t n = 0;
    size_t n_ground = 0;
    if (!tone->n_colours || !letters->n_colours)
        return UNCAP_OK;
    const int status =
        uncap_matte_ground_find(wk->scene, wk->look, letters->core, &tone->colours[0], tone->ground, err);
    for (size_t i = 0; i < wk->area && !status; i++) {
        n += tone->core[i];
        n_ground += tone->core[i] && tone->ground[i];
    }
    tone->is_ground = (float)n_ground > most * (float)n;
    return status;
}

/* The tone that is the text, with the other one if both are fill and outline of the same letters; or with all
 * that the other one encloses if it is the ground they stand on. */
static int choose_tones(struct work *wk, uint8_t *core, struct uncap_matte_ink *ink, struct uncap_error *err)
{
    struct tone *tones = wk->tones;
    int status = find_ground(wk, &tones[0], &tones[1], err);
    if (!status)
        status = find_ground(wk, &tones[1], &tones[0], err);
    if (status)
        return status;
    const bool is_likely = score(wk, &tones[1]) > score(wk, &tones[0]);
    const bool is_dark = tones[0].is_ground == tones[1].is_ground ? is_likely : tones[0].is_ground;
    const struct tone *first = &tones[is_dark];
    const struct tone *other = &tones[!is_dark];
    const bool paired = !other->is_ground && is_pair(wk, first, other);
    for (size_t i = 0; i < wk->area; i++) {
        core[i] = first->core[i] ? (is_dark ? UNCAP_MATTE_DARK : UNCAP_MATTE_BRIGHT) : 0;
        if (paired && other->core[i])
            core[i] |= is_dark ? UNCAP_MATTE_BRIGHT : UNCAP_MATTE_DARK;
    }
    *ink = (struct uncap_matte_ink){first->colours[0], first->contrast};
    ink->colour.share = first->share;
    return other->is_ground ? uncap_matte_ground_complete(wk->scene, wk->look, other->ground, core, err)
                            : UNCAP_OK;
}

int uncap_matte_strokes_find(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                             const uint8_t *motion, uint8_t *core, struct uncap_matte_ink *ink,
                             struct uncap_error *err)
{
    enum { BESIDE = 2 }; /* rows beside the text in which an outline's edge is looked for */
    struct uncap_matte_text_rows rows;
    uncap_matte_text_rows_cut(&rows, scene, look, motion, BESIDE);
    const int radius = scene->text_h * 0.21F < 2.0F ? 2 : (int)(scene->text_h * 0.21F + 0.5F);
    struct work wk = {.scene = &rows.scene,
                      .look = &rows.look,
                      .motion = rows.motion,
                      .area = (size_t)rows.scene.w * (size_t)rows.scene.h,
                      .radius = radius,
                      .above = rows.first < 2 * radius ? rows.first : 2 * radius,
                      .below = rows.below < 2 * radius ? rows.below : 2 * radius};
    int status = open_work(&wk) ? find_tones(&wk, err) : uncap_fail_nomem(err, "the strokes of a caption");
    memset(core, 0, (size_t)scene->w * (size_t)scene->h);
    if (!status)
        status = choose_tones(&wk, core + (size_t)rows.first * (size_t)scene->w, ink, err);
    close_work(&wk);
    return status;
}

bool uncap_matte_ink_is_sure(const struct uncap_matte_ink *ink, const struct uncap_matte_scene *scene)
{
    return ink->colour.share > 0.45F &&
           ink->contrast > (uncap_matte_gain_is_calm(scene->gain) ? 16.0F : 30.0F);
}
