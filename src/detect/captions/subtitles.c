/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/subtitles.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/captions/ass.h"
#include "detect/captions/text_buffer.h"

/* One subtitle: consecutive entries [first, first + n) of the sorted lines. */
struct group {
    const struct uncap_caption **lines;
    size_t n;
};

static bool is_exported(const struct uncap_caption *c)
{
    return !c->keep && (!c->kind || strcmp(c->kind, "scene"));
}

static float top_of(const struct uncap_caption *c)
{
    return (float)uncap_quad_bounds(&c->quad).y0;
}

/* By time, then from top to bottom. */
static int by_time(const void *a, const void *b)
{
    const struct uncap_caption *p = *(const struct uncap_caption *const *)a;
    const struct uncap_caption *q = *(const struct uncap_caption *const *)b;
    if (p->first != q->first)
        return p->first < q->first ? -1 : 1;
    if (p->end != q->end)
        return p->end < q->end ? -1 : 1;
    return (top_of(p) > top_of(q)) - (top_of(p) < top_of(q));
}

/* The line b right below the line a, for the same frames. */
static bool is_next_line(const struct uncap_caption *a, const struct uncap_caption *b)
{
    const struct uncap_rect ra = uncap_quad_bounds(&a->quad), rb = uncap_quad_bounds(&b->quad);
    const int h = uncap_rect_h(ra) > uncap_rect_h(rb) ? uncap_rect_h(ra) : uncap_rect_h(rb);
    return a->first == b->first && a->end == b->end && ra.x0 < rb.x1 && rb.x0 < ra.x1 &&
           rb.y0 - ra.y0 < 2 * h;
}

static void put_srt_time(struct uncap_text *t, double seconds)
{
    const long long ms = llround(seconds * 1000);
    uncap_text_print(t, "%02d:%02d:%02d,%03d", (int)(ms / 3600000), (int)(ms / 60000 % 60),
                     (int)(ms / 1000 % 60), (int)(ms % 1000));
}

static double frame_s(const struct uncap_captions *c)
{
    return c->source.n_frames > 0 && c->source.duration_s > 0
               ? c->source.duration_s / (double)c->source.n_frames
               : 0.04;
}

static void put_line(struct uncap_text *t, const struct uncap_caption *c)
{
    const char *text = c->text ? c->text : UNCAP_SUBTITLE_UNREAD;
    uncap_text_put(t, text, strlen(text));
}

/* The caption's own times, else frames of mean duration. */
static double begin_s(const struct uncap_caption *c, double frame)
{
    return c->end_s > 0 ? c->first_s : (double)c->first * frame;
}

static double end_s(const struct uncap_caption *c, double frame)
{
    return c->end_s > 0 ? c->end_s : (double)c->end * frame;
}

static void put_srt(struct uncap_text *t, const struct group *g, size_t number, double frame)
{
    uncap_text_print(t, "%zu\n", number);
    put_srt_time(t, begin_s(g->lines[0], frame));
    uncap_text_print(t, " --> ");
    put_srt_time(t, end_s(g->lines[0], frame));
    uncap_text_print(t, "\n");
    for (size_t i = 0; i < g->n; i++) {
        put_line(t, g->lines[i]);
        uncap_text_print(t, "\n");
    }
    uncap_text_print(t, "\n");
}

static void put_ass(struct uncap_text *t, const struct group *g, double frame)
{
    for (size_t i = 0, n; i < g->n; i += n) {
        for (n = 1; i + n < g->n && uncap_ass_is_boxed_with(g->lines[i + n - 1], g->lines[i + n]);)
            n++;
        uncap_ass_put_event(t, g->lines + i, n, begin_s(g->lines[i], frame), end_s(g->lines[i], frame),
                            frame);
    }
}

static void put_all(struct uncap_text *t, const struct uncap_captions *captions,
                    const struct uncap_caption **lines, size_t n, enum uncap_subtitle_format format)
{
    const double frame = frame_s(captions);
    size_t number = 0;
    uncap_text_put(t, "", 0);
    if (format == UNCAP_SUBTITLE_ASS)
        uncap_ass_put_head(t, captions);
    for (size_t i = 0; i < n;) {
        struct group g = {lines + i, 1};
        while (i + g.n < n && is_next_line(lines[i + g.n - 1], lines[i + g.n]))
            g.n++;
        i += g.n;
        if (format == UNCAP_SUBTITLE_ASS)
            put_ass(t, &g, frame);
        else
            put_srt(t, &g, ++number, frame);
    }
}

int uncap_subtitles_print(const struct uncap_captions *captions, enum uncap_subtitle_format format,
                          char **out, size_t *length, struct uncap_error *err)
{
    const struct uncap_caption **lines = uncap_alloc(captions->n, sizeof(*lines));
    struct uncap_text t = {.n = 0};
    size_t n = 0;
    *out = NULL;
    if (!lines)
        return uncap_fail_nomem(err, "subtitles");
    for (size_t i = 0; i < captions->n; i++)
        if (is_exported(&captions->items[i]))
            lines[n++] = &captions->items[i];
    qsort((void *)lines, n, sizeof(*lines), by_time);
    put_all(&t, captions, lines, n, format);
    uncap_free((void *)lines);
    if (t.has_failed) {
        uncap_free(t.bytes);
        return uncap_fail_nomem(err, "subtitles");
    }
    *out = t.bytes;
    *length = t.n;
    return UNCAP_OK;
}
