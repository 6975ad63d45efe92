/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life.h"

#include <string.h>

#include "base/memory.h"
#include "detect/matte_estimate.h"
#include "detect/presence.h"
#include "detect/sampling.h"

/* End of a steady track by its template; tail: opacity of the frames from `found` on. */
static int64_t steady_end(const struct uncap_track *t, uint8_t *tail)
{
    const int at = (int)(t->found - t->presence.first);
    return t->presence.first + uncap_presence_last(t->presence.values, (int)t->presence.n, at, tail) + 1;
}

/* Join the opacities of beginning and end; NULL when all are full. */
static int set_opacity(const struct uncap_track *t, const uint8_t *tail, struct uncap_caption *c,
                       struct uncap_error *err)
{
    const int64_t n = c->end - c->first, from = t->found - c->first;
    bool has_fade = false;
    c->opacity = uncap_alloc((size_t)n, 1);
    if (!c->opacity)
        return uncap_fail_nomem(err, "caption opacity");
    memset(c->opacity, 255, (size_t)n);
    for (int64_t i = 0; i < t->n_begin && i < n; i++)
        c->opacity[i] = t->begin[i];
    for (int64_t i = from > 0 ? from : 0; tail && i < n; i++) {
        const uint8_t o = tail[c->first + i - t->presence.first];
        c->opacity[i] = o < c->opacity[i] ? o : c->opacity[i];
    }
    for (int64_t i = 0; i < n; i++)
        has_fade = has_fade || c->opacity[i] < 255;
    if (!has_fade) {
        uncap_free(c->opacity);
        c->opacity = NULL;
    }
    return UNCAP_OK;
}

static int set_times(const struct uncap_track *t, const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_error *err)
{
    const int64_t last_seen = t->observations[t->n_observations - 1].frame;
    if (around->sample != UNCAP_SAMPLE_ADAPTIVE || !t->is_steady) {
        uncap_sampling_life(around->sample, t->observations[0].frame, last_seen, around->n_frames, &c->first, &c->end);
        return UNCAP_OK;
    }
    uint8_t *tail = uncap_alloc(t->presence.n, 1);
    if (!tail)
        return uncap_fail_nomem(err, "caption opacity");
    c->first = t->first;
    c->end = steady_end(t, tail);
    const int status = set_opacity(t, tail, c, err);
    uncap_free(tail);
    return status;
}

static int gather_after(struct uncap_track *t, const struct uncap_ring *ring, int64_t end, struct uncap_error *err)
{
    for (int k = 0; k < UNCAP_EVIDENCE_CLEAN; k++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, end + k);
        const int status = p ? uncap_evidence_add_after(&t->evidence, end + k, p, err) : UNCAP_OK;
        if (status)
            return status;
    }
    return UNCAP_OK;
}

int uncap_life_close(struct uncap_track *t, const struct uncap_ring *ring, const struct uncap_surroundings *around,
                     struct uncap_caption *out, struct uncap_error *err)
{
    *out = (struct uncap_caption){.id = t->id, .quad = t->hull};
    out->score = (float)(t->score_sum / (double)t->n_observations);
    int status = set_times(t, around, out, err);
    if (!status)
        status = gather_after(t, ring, out->end, err);
    if (status) {
        uncap_caption_clear(out);
        return status;
    }
    uncap_evidence_trim(&t->evidence, out->first, out->end);
    out->observations = t->observations;
    out->n_observations = t->n_observations;
    t->observations = NULL;
    t->n_observations = t->capacity = 0;
    return UNCAP_OK;
}

static int shot_of(const struct uncap_surroundings *around, int64_t frame)
{
    size_t i = 0;
    while (i < around->n_shots && around->shots[i] <= frame)
        i++;
    return (int)i;
}

/* Evidence in the estimator's form. */
struct case_file {
    struct uncap_rect line;
    struct uncap_rect *others; /* [samples][n_lives] at most, packed */
    size_t n_others;
};

static void describe(struct case_file *file, const struct uncap_surroundings *around, const struct uncap_caption *c,
                     const struct uncap_crop *crop, struct uncap_rect rect, struct uncap_matte_sample *out)
{
    const bool is_life = crop->frame >= c->first && crop->frame < c->end;
    *out = (struct uncap_matte_sample){.frame = crop->frame, .shot = shot_of(around, crop->frame),
                                       .picture = crop->picture, .rect = rect, .lines = &file->line,
                                       .n_lines = is_life, .others = file->others + file->n_others};
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *life = &around->lives[i];
        if (life->id == c->id || crop->frame < life->first || crop->frame >= life->end ||
            uncap_rect_empty(uncap_rect_intersect(life->rect, rect)))
            continue;
        file->others[file->n_others++] = life->rect;
        out->n_others++;
    }
}

static int estimate(const struct uncap_track *t, const struct uncap_surroundings *around, struct case_file *file,
                    struct uncap_caption *c, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    struct uncap_matte_sample life[UNCAP_EVIDENCE_LIFE], before[UNCAP_EVIDENCE_CLEAN], after[UNCAP_EVIDENCE_CLEAN];
    for (int i = 0; i < e->n_life; i++)
        describe(file, around, c, &e->life[i], e->rect, &life[i]);
    for (int i = 0; i < e->n_before; i++)
        describe(file, around, c, &e->before[i], e->rect, &before[i]);
    for (int i = 0; i < e->n_after; i++)
        describe(file, around, c, &e->after[i], e->rect, &after[i]);
    const struct uncap_matte_evidence evidence = {
        .area = e->rect, .life = life, .before = before, .after = after, .n_life = e->n_life,
        .n_before = e->n_before, .n_after = e->n_after};
    struct uncap_matte_result result = {.matte = NULL};
    const int status = uncap_matte_estimate(&evidence, &result, err);
    c->matte = result.matte;
    return status;
}

int uncap_life_matte(struct uncap_track *t, const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    const size_t n = (size_t)(e->n_life + e->n_before + e->n_after) * around->n_lives;
    struct case_file file = {.line = uncap_quad_bounds(&c->quad)};
    if (!e->n_life)
        return UNCAP_OK;
    file.others = uncap_alloc(n, sizeof(*file.others));
    if (!file.others)
        return uncap_fail_nomem(err, "caption matte");
    const int status = estimate(t, around, &file, c, err);
    uncap_free(file.others);
    return status;
}
