/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/evidence.h"

#include <stdlib.h>

#include "base/memory.h"

void uncap_evidence_start(struct uncap_evidence *e, struct uncap_rect rect)
{
    uncap_evidence_clear(e);
    e->rect = rect;
    e->stride = 1;
    e->n_offered = 0;
}

static void clear(struct uncap_crop *crops, int *n)
{
    for (int i = 0; i < *n; i++)
        uncap_picture_free(&crops[i].picture);
    *n = 0;
}

void uncap_evidence_clear(struct uncap_evidence *e)
{
    clear(e->life, &e->n_life);
    clear(e->before, &e->n_before);
    clear(e->after, &e->n_after);
}

static int take(struct uncap_crop *to, int64_t frame, const struct uncap_picture *picture,
                struct uncap_rect at, struct uncap_error *err)
{
    const struct uncap_picture part = uncap_picture_crop(picture, at);
    if (!uncap_picture_alloc(&to->picture, part.format, part.w, part.h))
        return uncap_fail_nomem(err, "a caption's surroundings");
    uncap_picture_copy(&to->picture, &part);
    to->frame = frame;
    return UNCAP_OK;
}

/* Keep the crops for which the test holds, in order. */
static void filter(struct uncap_crop *crops, int *n, int64_t stride, int64_t first, int64_t end, bool is_life)
{
    int kept = 0;
    for (int i = 0; i < *n; i++) {
        const bool is_inside = crops[i].frame >= first && crops[i].frame < end;
        if (is_inside == is_life && crops[i].frame % stride == 0)
            crops[kept++] = crops[i];
        else
            uncap_picture_free(&crops[i].picture);
    }
    *n = kept;
}

int uncap_evidence_add_life(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                            struct uncap_error *err)
{
    while (frame % e->stride == 0 && e->n_life == UNCAP_EVIDENCE_LIFE) {
        e->stride *= 2;
        filter(e->life, &e->n_life, e->stride, INT64_MIN, INT64_MAX, true);
    }
    if (frame % e->stride)
        return UNCAP_OK;
    const int status = take(&e->life[e->n_life], frame, picture, e->rect, err);
    e->n_life += !status;
    return status;
}

/* Drop every second crop. */
static void thin_out(struct uncap_evidence *e)
{
    for (int i = 0; i < e->n_life; i++)
        if (i % 2)
            uncap_picture_free(&e->life[i].picture);
        else
            e->life[i / 2] = e->life[i];
    e->n_life = (e->n_life + 1) / 2;
    e->stride *= 2;
}

int uncap_evidence_add_moved(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                             struct uncap_rect at, struct uncap_error *err)
{
    for (int i = 0; i < e->n_life; i++)
        if (e->life[i].frame == frame)
            return UNCAP_OK;
    const int64_t offer = e->n_offered++;
    while (offer % e->stride == 0 && e->n_life == UNCAP_EVIDENCE_LIFE)
        thin_out(e);
    if (offer % e->stride)
        return UNCAP_OK;
    const int status = take(&e->life[e->n_life], frame, picture, at, err);
    e->n_life += !status;
    return status;
}

int uncap_evidence_add_before(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                              struct uncap_error *err)
{
    if (e->n_before == UNCAP_EVIDENCE_CLEAN)
        return UNCAP_OK;
    const int status = take(&e->before[e->n_before], frame, picture, e->rect, err);
    e->n_before += !status;
    return status;
}

int uncap_evidence_add_after(struct uncap_evidence *e, int64_t frame, const struct uncap_picture *picture,
                             struct uncap_error *err)
{
    if (e->n_after == UNCAP_EVIDENCE_CLEAN)
        return UNCAP_OK;
    const int status = take(&e->after[e->n_after], frame, picture, e->rect, err);
    e->n_after += !status;
    return status;
}

/* Drop every second life crop of frames before `first`; returns how many. */
static int halve_before(struct uncap_evidence *e, int64_t first)
{
    const int n = e->n_life;
    int seen = 0;
    e->n_life = 0;
    for (int i = 0; i < n; i++)
        if (e->life[i].frame < first && seen++ % 2)
            uncap_picture_free(&e->life[i].picture);
        else
            e->life[e->n_life++] = e->life[i];
    return n - e->n_life;
}

void uncap_evidence_make_room(struct uncap_evidence *e, int64_t first, int n)
{
    e->stride = 1;
    while (e->n_life + n > UNCAP_EVIDENCE_LIFE && halve_before(e, first) > 0)
        ;
}

static int by_frame(const void *a, const void *b)
{
    const struct uncap_crop *p = a;
    const struct uncap_crop *q = b;
    return (p->frame > q->frame) - (p->frame < q->frame);
}

void uncap_evidence_trim(struct uncap_evidence *e, int64_t first, int64_t end)
{
    qsort(e->life, (size_t)e->n_life, sizeof(*e->life), by_frame);
    filter(e->life, &e->n_life, 1, first, end, true);
    filter(e->before, &e->n_before, 1, first, end, false);
    filter(e->after, &e->n_after, 1, first, end, false);
}

int uncap_evidence_lumas(const struct uncap_evidence *e, struct uncap_luma *lumas, uint8_t **block,
                         struct uncap_error *err)
{
    const int w = uncap_rect_w(e->rect), h = uncap_rect_h(e->rect);
    const size_t size = (size_t)w * (size_t)h;
    *block = NULL;
    if (e->n_life && uncap_luma_is_plane(e->life[0].picture.format, 1)) {
        for (int i = 0; i < e->n_life; i++)
            lumas[i] = uncap_luma_view(&e->life[i].picture);
        return UNCAP_OK;
    }
    *block = uncap_alloc(size * (size_t)e->n_life, 1);
    if (!*block)
        return uncap_fail_nomem(err, "a caption's surroundings");
    for (int i = 0; i < e->n_life; i++) {
        lumas[i] = (struct uncap_luma){*block + size * (size_t)i, w, h, w};
        uncap_luma_reduce(&e->life[i].picture, 1, &lumas[i]);
    }
    return UNCAP_OK;
}
