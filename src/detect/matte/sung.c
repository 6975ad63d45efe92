/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/sung.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/lines.h"
#include "kernels/order.h"

enum {
    STILL = 12,       /* levels: the noise of coding */
    CHANGED = 32,     /* levels: less than from one colour of letters to another */
    SAME_COLOUR = 40, /* levels: from the colours that most letters have */
    MAX_RUNS = 3,     /* lit up and back */
    MAX_CHANGES = 4,  /* from one sample to the next: there and back, with one sample between */
    MAX_PASSING = 3,  /* pairs of colours that are looked at */
    MIN_SAMPLES = 6,  /* of fewer any thing that passes takes two colours */
};

/* Share of the text's pixels that change with one short word. */
static const float least_share = 0.02F;

/* Samples [first, end) in which a pixel keeps its colour, mean over them. */
struct run {
    int first, end;
    int mean[UNCAP_MAX_PLANES];
};

/* other   [h][w] bits of the samples in which a pixel has the less pale of its two colours.
 * tone    [2][n_channels][h][w] mean colour of either state, the paler one first; of pixels with two.
 * step    [h][w] by how much a pixel steps; 0: it does not.
 * picked  [h][w] what steps by most; alike: what steps between the same colours as that. */
struct song {
    const struct uncap_matte_stack *stack;
    const uint8_t *zone;
    int first, end;
    size_t area;
    uint64_t *other;
    uint8_t *tone, *picked, *alike, *step;
};

static int at(const struct song *s, int i, int c, size_t px)
{
    return uncap_matte_stack_plane(s->stack, i, c)[px];
}

static int change(const struct song *s, int i, size_t px)
{
    int most = 0;
    for (int c = 0; c < s->stack->n_channels; c++) {
        const int d = abs(at(s, i, c, px) - at(s, i - 1, c, px));
        most = d > most ? d : most;
    }
    return most;
}

static int apart(const struct run *a, const struct run *b, int n_channels)
{
    int most = 0;
    for (int c = 0; c < n_channels; c++) {
        const int d = abs(a->mean[c] - b->mean[c]);
        most = d > most ? d : most;
    }
    return most;
}

static void close_run(const struct song *s, size_t px, struct run *run, int end)
{
    run->end = end;
    for (int c = 0; c < s->stack->n_channels; c++) {
        int sum = 0;
        for (int i = run->first; i < end; i++)
            sum += at(s, i, c, px);
        run->mean[c] = sum / (end - run->first);
    }
}

/* The runs of one pixel, or 0 if they are more than MAX_RUNS. One sample between two runs is on its way from
 * one to the other and is of neither. */
static int find_runs(const struct song *s, size_t px, struct run runs[MAX_RUNS])
{
    int n = 0;
    int first = s->first;
    for (int i = s->first + 1; i <= s->end; i++) {
        if (i < s->end && change(s, i, px) <= STILL)
            continue;
        const bool is_between = i - first == 1 && first > s->first && i < s->end;
        if (!is_between) {
            if (n == MAX_RUNS)
                return 0;
            runs[n].first = first;
            close_run(s, px, &runs[n++], i);
        }
        first = i;
    }
    return n;
}

/* Letters are white or pale before they light up, or after. */
static int paleness(const struct run *run, int n_channels)
{
    int chroma = 0;
    for (int c = 1; c < n_channels; c++)
        chroma += abs(run->mean[c] - 128);
    return run->mean[0] - chroma;
}

/* picked = how often a pixel changes: what never does, or always, is looked at no closer. */
static void count_changes(struct song *s)
{
    memset(s->picked, 0, s->area);
    for (int i = s->first + 1; i < s->end; i++) {
        uncap_matte_stack_change(s->stack, i - 1, s->stack, i, s->alike);
        for (size_t px = 0; px < s->area; px++)
            s->picked[px] = (uint8_t)(s->picked[px] + (s->alike[px] > STILL));
    }
}

/* Note how a pixel steps from one colour to another, if it does and stands before and after. */
static void note(struct song *s, size_t px)
{
    struct run runs[MAX_RUNS];
    const int n_channels = s->stack->n_channels;
    const int n = find_runs(s, px, runs);
    if (n < 2 || apart(&runs[0], &runs[1], n_channels) <= 2 * STILL ||
        (n == 3 && apart(&runs[0], &runs[2], n_channels) > 2 * STILL))
        return;
    const int other = paleness(&runs[0], n_channels) >= paleness(&runs[1], n_channels);
    for (int k = other; k < n; k += 2)
        s->other[px] |= ((uint64_t)1 << runs[k].end) - ((uint64_t)1 << runs[k].first);
    for (int k = 0; k < 2; k++)
        for (int c = 0; c < n_channels; c++)
            s->tone[(size_t)(k * n_channels + c) * s->area + px] =
                (uint8_t)runs[k == 0 ? !other : other].mean[c];
    s->step[px] = (uint8_t)apart(&runs[0], &runs[1], n_channels);
}

/* picked = pixels of the text that step by nearly as much as any: none is on a letter's soft edge. */
static size_t pick_clear(struct song *s)
{
    size_t n = 0;
    for (size_t px = 0; px < s->area; px++)
        s->picked[px] = s->step[px] > CHANGED && s->zone[px] == UNCAP_MATTE_ZONE_TEXT;
    const int high = uncap_order_quantile(s->step, s->picked, 1, s->area, 0.9);
    for (size_t px = 0; px < s->area; px++) {
        s->picked[px] = s->picked[px] && s->step[px] * 10 >= high * 7;
        n += s->picked[px];
    }
    return n;
}

/* alike = what steps between the same two colours as most of the picked pixels do. */
static void find_alike(struct song *s)
{
    const int n_tones = 2 * s->stack->n_channels;
    for (size_t px = 0; px < s->area; px++)
        s->alike[px] = s->step[px] > 0;
    for (int k = 0; k < n_tones; k++) {
        const uint8_t *tone = s->tone + (size_t)k * s->area;
        const int common = uncap_order_quantile(tone, s->picked, 1, s->area, 0.5);
        for (size_t px = 0; px < s->area; px++)
            s->alike[px] = s->alike[px] && abs(tone[px] - common) <= SAME_COLOUR;
    }
}

/* Whether most of what steps clearly in the text does between two colours, and hardly anything far from it
 * does. */
static bool is_text(const struct song *s, size_t n_clear)
{
    size_t n[2] = {0, 0};
    size_t n_steps[2] = {0, 0};
    size_t n_alike = 0;
    for (size_t px = 0; px < s->area; px++) {
        const int where = s->zone[px] == UNCAP_MATTE_ZONE_TEXT ? 0 : 1;
        if (where && s->zone[px] != UNCAP_MATTE_ZONE_FAR)
            continue;
        n[where]++;
        n_steps[where] += s->alike[px];
        n_alike += s->picked[px] && s->alike[px];
    }
    const float text = n[0] ? (float)n_steps[0] / (float)n[0] : 0.0F;
    const float far = n[1] ? (float)n_steps[1] / (float)n[1] : 0.0F;
    return 2 * n_alike > n_clear && text > least_share + 2.0F * far;
}

/* Whether a pixel is the soft edge of a letter: it steps when one beside it does that is alike, give or take
 * a sample. */
static bool is_edge(const struct song *s, int x, int y)
{
    const int w = s->stack->w, h = s->stack->h;
    const uint64_t own = s->other[(ptrdiff_t)y * w + x];
    for (int v = y > 0 ? y - 1 : y; v <= y + 1 && v < h; v++)
        for (int u = x > 0 ? x - 1 : x; u <= x + 1 && u < w; u++) {
            const ptrdiff_t px = (ptrdiff_t)v * w + u;
            const uint64_t apart_in = s->other[px] ^ own;
            if (s->alike[px] && !(apart_in & (apart_in - 1)))
                return true;
        }
    return false;
}

/* sung = what is alike, and its edges. */
static void find_letters(const struct song *s, uint8_t *sung)
{
    for (int y = 0; y < s->stack->h; y++)
        for (int x = 0; x < s->stack->w; x++) {
            const ptrdiff_t px = (ptrdiff_t)y * s->stack->w + x;
            sung[px] = s->alike[px] || (s->other[px] && is_edge(s, x, y));
        }
}

/* Tell the letters' two colours. Something that passes behind the text steps as well, and by more: what is
 * not the text's is left out and looked at no more. */
static bool find_song(struct song *s)
{
    count_changes(s);
    for (size_t px = 0; px < s->area; px++)
        if (s->picked[px] && s->picked[px] <= MAX_CHANGES)
            note(s, px);
    for (int k = 0; k < MAX_PASSING; k++) {
        const size_t n_clear = pick_clear(s);
        if (!n_clear)
            return false;
        find_alike(s);
        if (is_text(s, n_clear))
            return true;
        for (size_t px = 0; px < s->area; px++)
            s->step[px] = s->alike[px] ? 0 : s->step[px];
    }
    return false;
}

int uncap_matte_sung_find(const struct uncap_matte_stack *stack, const uint8_t *zone, int first, int end,
                          uint8_t *sung, struct uncap_error *err)
{
    const size_t area = (size_t)stack->w * (size_t)stack->h;
    const size_t n_tones = 2 * (size_t)stack->n_channels;
    memset(sung, 0, area);
    if (end - first < MIN_SAMPLES)
        return UNCAP_OK;
    struct song s = {.stack = stack, .zone = zone, .first = first, .end = end, .area = area};
    s.tone = uncap_alloc(n_tones + 3, area);
    s.other = uncap_alloc(area, sizeof(*s.other));
    const bool ok = s.tone && s.other;
    if (ok) {
        s.picked = s.tone + n_tones * area;
        s.alike = s.picked + area;
        s.step = s.alike + area;
        if (find_song(&s))
            find_letters(&s, sung);
    }
    uncap_free(s.tone);
    uncap_free(s.other);
    return ok ? UNCAP_OK : uncap_fail_nomem(err, "what changes its colour in a caption");
}
