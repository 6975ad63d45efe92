/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/panels.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/stack.h"
#include "detect/track/bar.h"
#include "kernels/components.h"

enum {
    BINS = 4096,     /* 16 levels a channel */
    MAX_COLOURS = 8, /* looked at in one sample */
    MAX_BOXES = 64,  /* of one line */
    TOLERANCE = UNCAP_BAR_TOLERANCE,
    BLUR = UNCAP_BAR_BLUR,
};

/* Shares. */
#define LEAST_OF_LINE 0.03F /* of the line's box that the panel of a short word fills */
#define LEAST_OF_BOX 0.15F  /* of a box that letters leave */
#define LEAST_OF_SIDE 0.5F  /* of one side that has the colour */
#define LEAST_OF_SIDES 0.8F /* the same of all four */
#define MOST_BESIDE 0.25F   /* of what lies right beside a side */

struct colour {
    int value[UNCAP_MAX_PLANES];
};

/* A rectangle of one colour, coordinates of the area. */
struct box {
    struct uncap_rect rect;
    struct colour colour;
};

/* All that one search owns; life first, then the clean samples. */
struct search {
    const struct uncap_panel_evidence *evidence;
    struct uncap_matte_stack life, clean;
    struct uncap_rect line; /* in the area */
    uint32_t *counts;       /* [n_life + n_clean][BINS] colours of the line's box */
    uint16_t *bins;         /* [h][w] of the line's box in one sample */
    uint8_t *mark;          /* [h][w] of the area */
    uint16_t *columns;      /* [w] marked pixels of the line's box */
    struct box boxes[MAX_BOXES];
    int n_boxes;
};

static const struct uncap_matte_stack *stack_of(const struct search *s, int *i)
{
    if (*i < s->life.n)
        return &s->life;
    *i -= s->life.n;
    return &s->clean;
}

static const uint8_t *line_row(const struct search *s, const struct uncap_matte_stack *stack, int i, int c,
                               int y)
{
    return uncap_matte_stack_plane(stack, i, c) + (ptrdiff_t)y * stack->w + s->line.x0;
}

/* The bin of each pixel of the line's box. */
static void fill_bins(struct search *s, const struct uncap_matte_stack *stack, int i)
{
    const int w = uncap_rect_w(s->line);
    uint16_t *to = s->bins;
    memset(to, 0, (size_t)w * (size_t)uncap_rect_h(s->line) * sizeof(*to));
    for (int y = s->line.y0; y < s->line.y1; y++, to += w)
        for (int c = 0; c < stack->n_channels; c++) {
            const uint8_t *px = line_row(s, stack, i, c, y);
            for (int x = 0; x < w; x++)
                to[x] = (uint16_t)(to[x] << 4 | px[x] >> 4);
        }
}

static void count_colours(struct search *s)
{
    const size_t n = (size_t)uncap_rect_w(s->line) * (size_t)uncap_rect_h(s->line);
    for (int k = 0; k < s->life.n + s->clean.n; k++) {
        uint32_t *counts = s->counts + (size_t)k * BINS;
        int i = k;
        const struct uncap_matte_stack *stack = stack_of(s, &i);
        fill_bins(s, stack, i);
        for (size_t at = 0; at < n; at++)
            counts[s->bins[at]]++;
    }
}

/* A colour that comes or goes: elsewhere there is less than half as much of it. */
static bool changes(const struct search *s, uint32_t count, int bin)
{
    for (int k = 0; k < s->life.n + s->clean.n; k++)
        if (2 * s->counts[(size_t)k * BINS + (size_t)bin] < count)
            return true;
    return false;
}

/* The most frequent bin that is not taken yet and comes or goes; -1 if there is none. */
static int next_bin(const struct search *s, const uint32_t *counts, const bool *is_taken)
{
    const float least = LEAST_OF_LINE * (float)uncap_rect_w(s->line) * (float)uncap_rect_h(s->line);
    uint32_t enough = (uint32_t)ceilf(least); /* more than the best one has: few bins come that far */
    int best = -1;
    for (int b = 0; b < BINS; b++) {
        if (counts[b] < enough || is_taken[b] || !changes(s, counts[b], b))
            continue;
        best = b;
        enough = counts[b] + 1;
    }
    return best;
}

/* Mean of what lies in the bin, of a sample whose bins are filled. */
static struct colour colour_of(const struct search *s, int i, int bin)
{
    const int w = uncap_rect_w(s->line), h = uncap_rect_h(s->line);
    const int64_t n = s->counts[(size_t)i * BINS + (size_t)bin];
    struct colour colour = {{0}};
    for (int c = 0; c < s->life.n_channels && n; c++) {
        int64_t sum = 0;
        for (int y = 0; y < h; y++) {
            const uint16_t *bins = s->bins + (ptrdiff_t)y * w;
            const uint8_t *px = line_row(s, &s->life, i, c, s->line.y0 + y);
            uint32_t row = 0;
            for (int x = 0; x < w; x++)
                row += (uint32_t)(px[x] * (bins[x] == bin));
            sum += row;
        }
        colour.value[c] = (int)((sum + n / 2) / n);
    }
    return colour;
}

static bool has_colour(const struct uncap_matte_stack *stack, int i, const struct colour *colour, int x,
                       int y)
{
    const size_t at = (size_t)y * (size_t)stack->w + (size_t)x;
    for (int c = 0; c < stack->n_channels; c++)
        if (abs(uncap_matte_stack_plane(stack, i, c)[at] - colour->value[c]) > TOLERANCE)
            return false;
    return true;
}

/* Mark what has the colour in a part of the area. */
static void mark_colour(struct search *s, int i, const struct colour *colour, struct uncap_rect r)
{
    const int w = uncap_rect_w(r);
    for (int y = r.y0; y < r.y1; y++) {
        const ptrdiff_t at = (ptrdiff_t)y * s->life.w + r.x0;
        uint8_t *restrict mark = s->mark + at;
        memset(mark, 1, (size_t)w);
        for (int c = 0; c < s->life.n_channels; c++) {
            const uint8_t *restrict px = uncap_matte_stack_plane(&s->life, i, c) + at;
            const int v = colour->value[c];
            const uint8_t least = v > TOLERANCE ? (uint8_t)(v - TOLERANCE) : 0;
            const uint8_t most = v + TOLERANCE < 255 ? (uint8_t)(v + TOLERANCE) : 255;
            for (int x = 0; x < w; x++)
                mark[x] &= (px[x] >= least) & (px[x] <= most);
        }
    }
}

/* Share of the middle half of a rectangle's side that has the colour; corners may be round. A side outside
 * the area has it all. */
static float share_of_side(const struct uncap_matte_stack *stack, int i, const struct box *box,
                           struct uncap_rect r, int side)
{
    const bool is_level = side < 2;
    const int across = side == 0 ? r.y0 : side == 1 ? r.y1 - 1 : side == 2 ? r.x0 : r.x1 - 1;
    const struct uncap_rect middle = uncap_bar_middle(r);
    const int from = is_level ? middle.x0 : middle.y0, to = is_level ? middle.x1 : middle.y1;
    int n = 0;
    if (across < 0 || across >= (is_level ? stack->h : stack->w) || from >= to)
        return 1.0F;
    for (int k = from; k < to; k++)
        n += has_colour(stack, i, &box->colour, is_level ? k : across, is_level ? across : k);
    return (float)n / (float)(to - from);
}

/* The four sides have the colour, as far inside as a codec blurs them; a letter that hangs low may cross
 * one. */
static bool stands(const struct uncap_matte_stack *stack, int i, const struct box *box)
{
    float all = 0.0F;
    for (int side = 0; side < 4; side++) {
        float most = 0.0F;
        for (int in = 0; in <= BLUR; in++) {
            const float share = share_of_side(stack, i, box, uncap_rect_grow(box->rect, -in, -in), side);
            most = share > most ? share : most;
        }
        if (most < LEAST_OF_SIDE)
            return false;
        all += most;
    }
    return all >= 4.0F * LEAST_OF_SIDES;
}

/* Nothing of the colour goes on beyond any side. */
static bool ends(const struct uncap_matte_stack *stack, int i, const struct box *box)
{
    for (int side = 0; side < 4; side++)
        if (share_of_side(stack, i, box, uncap_rect_grow(box->rect, BLUR + 1, BLUR + 1), side) > MOST_BESIDE)
            return false;
    return true;
}

/* As high as a line, and in its rows. */
static bool is_around_text(const struct search *s, struct uncap_rect r)
{
    const int h = uncap_rect_h(s->line);
    const int off = r.y0 + r.y1 - s->line.y0 - s->line.y1;
    return 10 * uncap_rect_h(r) >= 7 * h && 5 * uncap_rect_h(r) <= 11 * h && 2 * uncap_rect_w(r) >= h &&
           abs(off) <= h / 2 && r.x0 < s->line.x1 && r.x1 > s->line.x0;
}

static bool is_known(const struct search *s, const struct box *box)
{
    for (int k = 0; k < s->n_boxes; k++) {
        const struct uncap_rect a = s->boxes[k].rect;
        const struct uncap_rect b = box->rect;
        if (abs(a.x0 - b.x0) <= BLUR && abs(a.x1 - b.x1) <= BLUR && abs(a.y0 - b.y0) <= BLUR &&
            abs(a.y1 - b.y1) <= BLUR)
            return true;
    }
    return false;
}

/* A panel is higher than its letters and wider: left and right of them the line's columns have nearly nothing
 * but its colour, and two such columns lie as far apart as the least panel is wide. What else has that
 * colour seldom does. */
static bool fills_columns(struct search *s, int i, const struct colour *colour)
{
    const int w = uncap_rect_w(s->line), h = uncap_rect_h(s->line);
    int first = -1, last = -1;
    mark_colour(s, i, colour, s->line);
    memset(s->columns, 0, (size_t)w * sizeof(*s->columns));
    for (int y = s->line.y0; y < s->line.y1; y++) {
        const uint8_t *mark = s->mark + (ptrdiff_t)y * s->life.w + s->line.x0;
        for (int x = 0; x < w; x++)
            s->columns[x] = (uint16_t)(s->columns[x] + mark[x]);
    }
    for (int x = 0; x < w; x++) {
        if (5 * s->columns[x] < 3 * h)
            continue;
        first = first < 0 ? x : first;
        last = x;
    }
    return first >= 0 && 2 * (last - first) >= h;
}

/* Boxes of one colour in one sample of the life. */
static int add_boxes(struct search *s, int i, const struct colour *colour, struct uncap_error *err)
{
    struct uncap_component *parts;
    int n;
    mark_colour(s, i, colour, (struct uncap_rect){0, 0, s->life.w, s->life.h});
    if (!uncap_components_label(s->mark, NULL, s->life.w, s->life.h, &parts, &n))
        return uncap_fail_nomem(err, "the panels of a caption");
    for (int k = 1; k <= n && s->n_boxes < MAX_BOXES; k++) {
        const struct box box = {parts[k].box, *colour};
        const int area = uncap_rect_w(box.rect) * uncap_rect_h(box.rect);
        if (LEAST_OF_BOX * (float)area <= (float)parts[k].n_pixels && is_around_text(s, box.rect) &&
            !is_known(s, &box) && stands(&s->life, i, &box) && ends(&s->life, i, &box))
            s->boxes[s->n_boxes++] = box;
    }
    uncap_free(parts);
    return UNCAP_OK;
}

static int find_boxes(struct search *s, struct uncap_error *err)
{
    int status = UNCAP_OK;
    count_colours(s);
    for (int i = 0; i < s->life.n; i++) {
        const uint32_t *counts = s->counts + (size_t)i * BINS;
        bool is_taken[BINS] = {false};
        fill_bins(s, &s->life, i);
        for (int k = 0; k < MAX_COLOURS && !status; k++) {
            const int bin = next_bin(s, counts, is_taken);
            if (bin < 0)
                break;
            is_taken[bin] = true;
            const struct colour colour = colour_of(s, i, bin);
            if (fills_columns(s, i, &colour))
                status = add_boxes(s, i, &colour, err);
        }
    }
    return status;
}

/* What stands beside the life too is scene. */
static bool is_scene(const struct search *s, const struct box *box)
{
    for (int i = 0; i < s->clean.n; i++)
        if (stands(&s->clean, i, box))
            return true;
    return false;
}

/* The runs of samples in which the box stands, as panels at `to`. Returns how many. */
static size_t give_runs(const struct search *s, const struct box *box, struct uncap_panel *to)
{
    const struct uncap_panel_evidence *e = s->evidence;
    const struct uncap_rect r =
        uncap_rect_move(uncap_rect_grow(box->rect, BLUR, BLUR), e->area.x0, e->area.y0);
    size_t n = 0;
    for (int i = 0, at = 0; i < s->life.n; i = at + 1) {
        for (at = i; at < s->life.n && stands(&s->life, at, box); at++)
            ;
        if (at > i && at - i < s->life.n + (s->clean.n > 0))
            to[n++] = (struct uncap_panel){i ? e->life[i - 1].frame + 1 : e->first,
                                           at < s->life.n ? e->life[at].frame : e->end,
                                           uncap_rect_intersect(r, e->area)};
    }
    return n;
}

static int give(const struct search *s, struct uncap_panel **out, size_t *n, struct uncap_error *err)
{
    struct uncap_panel *panels = uncap_alloc((size_t)s->n_boxes * UNCAP_MATTE_MAX_LIFE, sizeof(*panels));
    if (!panels)
        return uncap_fail_nomem(err, "the panels of a caption");
    for (int k = 0; k < s->n_boxes; k++)
        if (!is_scene(s, &s->boxes[k]))
            *n += give_runs(s, &s->boxes[k], panels + *n);
    if (*n)
        *out = panels;
    else
        uncap_free(panels);
    return UNCAP_OK;
}

static int open_search(struct search *s, struct uncap_error *err)
{
    const struct uncap_panel_evidence *e = s->evidence;
    int status = uncap_matte_stack_open(&s->life, e->area, e->life, e->n_life, err);
    if (!status)
        status = uncap_matte_stack_open(&s->clean, e->area, e->clean, e->n_clean, err);
    if (status)
        return status;
    const size_t area = (size_t)s->life.w * (size_t)s->life.h;
    s->line = uncap_rect_move(uncap_rect_intersect(e->line, e->area), -e->area.x0, -e->area.y0);
    s->counts = uncap_alloc((size_t)(e->n_life + e->n_clean) * BINS, sizeof(*s->counts));
    s->bins = uncap_alloc(area, sizeof(*s->bins));
    s->mark = uncap_alloc(area, 1);
    s->columns = uncap_alloc((size_t)s->life.w, sizeof(*s->columns));
    return s->counts && s->bins && s->mark && s->columns ? UNCAP_OK
                                                         : uncap_fail_nomem(err, "the panels of a caption");
}

int uncap_panels_find(const struct uncap_panel_evidence *evidence, struct uncap_panel **out, size_t *n,
                      struct uncap_error *err)
{
    struct search s = {.evidence = evidence};
    *out = NULL;
    *n = 0;
    int status = open_search(&s, err);
    if (!status)
        status = find_boxes(&s, err);
    if (!status && s.n_boxes)
        status = give(&s, out, n, err);
    uncap_matte_stack_close(&s.life);
    uncap_matte_stack_close(&s.clean);
    uncap_free(s.counts);
    uncap_free(s.bins);
    uncap_free(s.mark);
    uncap_free(s.columns);
    return status;
}
