/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/lines.h"

#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

/* Every life box, standing still, in the area's coordinates. */
static struct uncap_rect *gather(const struct uncap_matte_evidence *e, int *n)
{
    size_t total = 0;
    for (int i = 0; i < e->n_life; i++)
        total += (size_t)e->life[i].n_lines;
    struct uncap_rect *boxes = uncap_alloc(total, sizeof(*boxes));
    *n = 0;
    for (int i = 0; boxes && i < e->n_life; i++)
        for (int k = 0; k < e->life[i].n_lines; k++) {
            const struct uncap_matte_sample *s = &e->life[i];
            const struct uncap_rect b =
                uncap_rect_intersect(uncap_rect_move(s->lines[k], -s->dx, -s->dy), e->area);
            if (!uncap_rect_empty(b))
                boxes[(*n)++] = uncap_rect_move(b, -e->area.x0, -e->area.y0);
        }
    return boxes;
}

static bool shares_rows(struct uncap_rect a, struct uncap_rect b)
{
    const int common = (a.y1 < b.y1 ? a.y1 : b.y1) - (a.y0 > b.y0 ? a.y0 : b.y0);
    const int smaller = uncap_rect_h(a) < uncap_rect_h(b) ? uncap_rect_h(a) : uncap_rect_h(b);
    return 2 * common > smaller;
}

static int by_rows(const void *a, const void *b)
{
    const struct uncap_rect *p = a;
    const struct uncap_rect *q = b;
    if (p->y0 + p->y1 != q->y0 + q->y1)
        return p->y0 + p->y1 < q->y0 + q->y1 ? -1 : 1;
    return p->x0 != q->x0 ? (p->x0 < q->x0 ? -1 : 1) : memcmp(p, q, sizeof(*p));
}

static int by_height(const void *a, const void *b)
{
    return uncap_rect_h(*(const struct uncap_rect *)a) - uncap_rect_h(*(const struct uncap_rect *)b);
}

/* boxes [n] of one line; reorders them. */
static struct uncap_matte_line line_of(struct uncap_rect *boxes, int n)
{
    struct uncap_matte_line line = {.box = boxes[0]};
    for (int i = 1; i < n; i++)
        line.box = uncap_rect_union(line.box, boxes[i]);
    qsort(boxes, (size_t)n, sizeof(*boxes), by_height);
    line.text_h = (float)uncap_rect_h(boxes[n / 2]) / UNCAP_MATTE_UNCLIP;
    return line;
}

int uncap_matte_lines_find(const struct uncap_matte_evidence *evidence, struct uncap_matte_lines *lines,
                           struct uncap_error *err)
{
    int n;
    struct uncap_rect *boxes = gather(evidence, &n);
    *lines =
        (struct uncap_matte_lines){.items = boxes ? uncap_alloc((size_t)n, sizeof(*lines->items)) : NULL};
    if (!lines->items) {
        uncap_free(boxes);
        return uncap_fail_nomem(err, "the boxes of a caption");
    }
    if (n == 0) {
        uncap_free(boxes);
        uncap_free(lines->items);
        *lines = (struct uncap_matte_lines){.n = 0};
        return uncap_fail(err, UNCAP_ERR_ARG,
                          "estimate a matte: none of the caption's boxes lies in its area");
    }
    qsort(boxes, (size_t)n, sizeof(*boxes), by_rows);
    for (int first = 0, i = 1; i <= n; i++)
        if (i == n || !shares_rows(boxes[first], boxes[i])) {
            lines->items[lines->n++] = line_of(boxes + first, i - first);
            first = i;
        }
    uncap_free(boxes);
    return UNCAP_OK;
}

enum { MAX_ROWS = 4 }; /* rows of text one box may hold */

/* Rows of text in one box: [y0, y1) of each, from how many stroke pixels a picture row has. A row of text is
 * at least a fifth of the box high and the rows are of like height; else the box is one row. Returns their
 * number. */
static int find_rows(const int *count, struct uncap_rect box, struct uncap_rect rows[MAX_ROWS])
{
    int most = 0;
    for (int y = box.y0; y < box.y1; y++)
        most = count[y] > most ? count[y] : most;
    int n = 0;
    int low = uncap_rect_h(box);
    int high = 0;
    for (int y = box.y0, first = -1; y <= box.y1; y++) {
        const bool is_text = y < box.y1 && count[y] * 9 > most * 2;
        if (is_text && first < 0)
            first = y;
        if (is_text || first < 0)
            continue;
        const int len = y - first;
        if (len * 6 >= uncap_rect_h(box)) {
            if (n == MAX_ROWS)
                return 1;
            rows[n++] = (struct uncap_rect){box.x0, first, box.x1, y};
            low = len < low ? len : low;
            high = len > high ? len : high;
        }
        first = -1;
    }
    return n > 1 && 2 * low >= high ? n : 1;
}

/* Keep the columns in which this row has strokes, and some room for strokes not found yet. */
static void fit_columns(struct uncap_matte_line *line, const uint8_t *core, int w)
{
    int first = line->box.x1;
    int last = line->box.x0 - 1;
    for (int y = line->box.y0; y < line->box.y1; y++)
        for (int x = line->box.x0; x < line->box.x1; x++)
            if (core[(ptrdiff_t)y * w + x]) {
                first = x < first ? x : first;
                last = x > last ? x : last;
            }
    const int room = (int)(1.5F * line->text_h);
    if (last < first)
        return;
    line->box.x0 = first - room > line->box.x0 ? first - room : line->box.x0;
    line->box.x1 = last + 1 + room < line->box.x1 ? last + 1 + room : line->box.x1;
}

/* One line for each row; a box ends halfway to the next row. */
static void add_rows(struct uncap_matte_lines *to, const struct uncap_matte_line *from,
                     struct uncap_rect inside, const struct uncap_rect *rows, int n, const uint8_t *core,
                     int w)
{
    for (int k = 0; k < n; k++) {
        struct uncap_matte_line *line = &to->items[to->n++];
        *line = *from;
        if (n == 1)
            continue;
        line->box = inside;
        line->box.y0 = k ? (rows[k - 1].y1 + rows[k].y0) / 2 : inside.y0;
        line->box.y1 = k + 1 < n ? (rows[k].y1 + rows[k + 1].y0) / 2 : inside.y1;
        line->text_h = from->text_h / (float)n;
        fit_columns(line, core, w);
    }
}

int uncap_matte_lines_split(struct uncap_matte_lines *lines, const uint8_t *core, int w, int h, bool *changed,
                            struct uncap_error *err)
{
    int *count = uncap_alloc((size_t)h, sizeof(*count));
    struct uncap_matte_lines out = {uncap_alloc((size_t)lines->n * MAX_ROWS, sizeof(*out.items)), 0};
    if (!count || !out.items) {
        uncap_free(count);
        uncap_free(out.items);
        return uncap_fail_nomem(err, "the rows of a caption");
    }
    for (int i = 0; i < lines->n; i++) {
        const struct uncap_rect box =
            uncap_rect_intersect(lines->items[i].box, (struct uncap_rect){0, 0, w, h});
        memset(count, 0, (size_t)h * sizeof(*count));
        for (int y = box.y0; y < box.y1; y++)
            for (int x = box.x0; x < box.x1; x++)
                count[y] += core[(ptrdiff_t)y * w + x] != 0;
        struct uncap_rect rows[MAX_ROWS];
        add_rows(&out, &lines->items[i], box, rows, find_rows(count, box, rows), core, w);
    }
    *changed = out.n > lines->n;
    uncap_free(count);
    uncap_free(lines->items);
    *lines = out;
    return UNCAP_OK;
}

float uncap_matte_lines_height(const struct uncap_matte_lines *lines)
{
    float height = 0.0F;
    for (int i = 0; i < lines->n; i++)
        if (lines->items[i].text_h > height)
            height = lines->items[i].text_h;
    return height;
}

static void paint(uint8_t *zone, int w, int h, struct uncap_rect r, enum uncap_matte_zone value)
{
    r = uncap_rect_intersect(r, (struct uncap_rect){0, 0, w, h});
    for (int y = r.y0; y < r.y1; y++)
        memset(zone + (ptrdiff_t)y * w + r.x0, (int)value, (size_t)uncap_rect_w(r));
}

/* Descenders, outline and the detector's jitter reach this far out of a box. */
static int text_room(const struct uncap_matte_line *line)
{
    return (int)(0.18F * line->text_h + 1.5F);
}

void uncap_matte_lines_zones(const struct uncap_matte_evidence *evidence,
                             const struct uncap_matte_lines *lines, uint8_t *zone)
{
    const int w = uncap_rect_w(evidence->area);
    const int h = uncap_rect_h(evidence->area);
    memset(zone, UNCAP_MATTE_ZONE_FAR, (size_t)w * (size_t)h);
    for (int i = 0; i < lines->n; i++) {
        const int near = text_room(&lines->items[i]) + (int)(0.2F * lines->items[i].text_h);
        paint(zone, w, h, uncap_rect_grow(lines->items[i].box, near, near), UNCAP_MATTE_ZONE_NEAR);
    }
    for (int i = 0; i < lines->n; i++) {
        const int room = text_room(&lines->items[i]);
        paint(zone, w, h, uncap_rect_grow(lines->items[i].box, room, room), UNCAP_MATTE_ZONE_TEXT);
    }
    for (int i = 0; i < evidence->n_life; i++) {
        const struct uncap_matte_sample *s = &evidence->life[i];
        for (int k = 0; k < s->n_others; k++)
            paint(zone, w, h,
                  uncap_rect_move(s->others[k], -s->dx - evidence->area.x0, -s->dy - evidence->area.y0),
                  UNCAP_MATTE_ZONE_OTHER);
    }
    for (int i = 0; i < lines->n; i++) /* its own boxes are its own, whatever stands beside them */
        paint(zone, w, h, lines->items[i].box, UNCAP_MATTE_ZONE_TEXT);
}
