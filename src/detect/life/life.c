/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/life.h"

#include <stdlib.h>
#include <string.h>

#include "base/build_up.h"
#include "base/memory.h"
#include "detect/look/sampling.h"
#include "detect/ocr/hull.h"
#include "detect/track/growth.h"
#include "detect/track/overlooked.h"
#include "detect/track/presence.h"
#include "detect/track/step.h"
#include "detect/track/stillness.h"
#include "detect/track/study.h"

/* Frames between two captions that a growing second one may fill, or words of one text are apart. */
enum { JOIN_REACH = 4 };

/* First frame, of the track's series, of the last shot that begins by `last`, if the text was whole until
 * that cut and fades from there on; else -1. */
static int faded_into(const struct uncap_track *t, const struct uncap_surroundings *around,
                      const uint8_t *tail, int last)
{
    for (size_t i = around->n_shots; i-- > 0;) {
        const int64_t cut = around->shots[i] - t->series.first;
        if (cut <= last)
            return around->shots[i] > t->found && tail[cut - 1] == 255 && tail[cut] < 255 ? (int)cut : -1;
    }
    return -1;
}

/* End of a steady track by its template; tail: opacity of the frames from `found` on. */
static int steady_end(struct uncap_track *t, const struct uncap_ring *ring,
                      const struct uncap_surroundings *around, uint8_t *tail, int64_t *end,
                      struct uncap_error *err)
{
    const int at = (int)(t->found - t->series.first);
    int64_t border;
    const int status = uncap_step_border(t, ring, 1, uncap_track_own_border(t, 1), &border, err);
    if (status)
        return status;
    const int n = (int)(border - t->series.first) + 1;
    int last = uncap_presence_last(t->series.items, n, at, tail);
    const int cut = faded_into(t, around, tail, last);
    const int stood = cut < 0 ? -1 : uncap_presence_last_of_shot(t->series.items, n, cut);
    if (stood >= 0) {
        memset(tail + at, 255, (size_t)(stood + 1 - at));
        last = stood;
    }
    *end = t->series.first + last + 1;
    return UNCAP_OK;
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
        const uint8_t o = tail[c->first + i - t->series.first];
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

/* The life that the looks alone tell. */
static void set_sampled_times(const struct uncap_track *t, const struct uncap_surroundings *around,
                              struct uncap_caption *c)
{
    const int64_t last_seen = t->observations[t->n_observations - 1].frame;
    uncap_sampling_life(around->sample, t->observations[0].frame, last_seen, around->n_frames, &c->first,
                        &c->end);
    uncap_free(c->opacity);
    c->opacity = NULL;
}

static int set_times(struct uncap_track *t, const struct uncap_ring *ring,
                     const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_error *err)
{
    if (t->motion.is_moving || t->is_flash) {
        c->first = t->first;
        c->end = t->gone >= 0 ? t->gone : t->series.first + (int64_t)t->series.n;
        return UNCAP_OK;
    }
    if (!t->is_steady) {
        set_sampled_times(t, around, c);
        return UNCAP_OK;
    }
    uint8_t *tail = uncap_alloc(t->series.n, 1);
    if (!tail)
        return uncap_fail_nomem(err, "caption opacity");
    c->first = t->first;
    int status = steady_end(t, ring, around, tail, &c->end, err);
    if (!status)
        status = set_opacity(t, tail, c, err);
    uncap_free(tail);
    return status;
}

/* In the same rows, though one may be a word of low letters alone. */
static bool is_same_row(struct uncap_rect a, struct uncap_rect b)
{
    const int ha = uncap_rect_h(a), hb = uncap_rect_h(b), both = uncap_rect_h(uncap_rect_intersect(a, b));
    return 4 * both >= 3 * (ha < hb ? ha : hb) && 2 * both >= (ha > hb ? ha : hb);
}

/* Does one word take the other's place, in the middle of the same columns? */
static bool is_same_place(struct uncap_rect a, struct uncap_rect b)
{
    const int middle_a = (a.x0 + a.x1) / 2, middle_b = (b.x0 + b.x1) / 2;
    return middle_a >= b.x0 && middle_a < b.x1 && middle_b >= a.x0 && middle_b < a.x1;
}

/* Is it a word that stood in the word's place right before or after its life, its rows in that one's? */
static bool is_next_word(const struct uncap_life *o, struct uncap_rect word, const struct uncap_caption *c)
{
    const int both = uncap_rect_h(uncap_rect_intersect(word, o->rect));
    const bool is_next = (o->end <= c->first && c->first - o->end <= JOIN_REACH) ||
                         (o->first >= c->end && o->first - c->end <= JOIN_REACH);
    return o->id != c->id && is_next && is_same_place(word, o->rect) && 4 * both >= 3 * uncap_rect_h(word);
}

/* The detector's box of a word of two letters may be as low as the lower of them. Where the words right
 * before and after it are all higher, the lowest of those tells how high the line is. */
static void heighten(struct uncap_track *t, const struct uncap_surroundings *around,
                     const struct uncap_caption *c)
{
    static const float low = 0.72f, least = 0.33f; /* of the line's height */
    const struct uncap_rect word = uncap_quad_bounds(&t->hull);
    struct uncap_rect line = {0, 0, 0, 0};
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_rect r = around->lives[i].rect;
        if (is_next_word(&around->lives[i], word, c) &&
            (uncap_rect_empty(line) || uncap_rect_h(r) < uncap_rect_h(line)))
            line = r;
    }
    if (uncap_rect_empty(line))
        return;
    const float share = (float)uncap_rect_h(word) / (float)uncap_rect_h(line);
    if (share >= low || share < least || uncap_rect_w(word) > 2 * uncap_rect_h(line))
        return;
    const struct uncap_rect high = {word.x0, line.y0 < word.y0 ? line.y0 : word.y0, word.x1,
                                    line.y1 > word.y1 ? line.y1 : word.y1};
    t->hull = uncap_quad_of_rect(high);
}

int64_t uncap_life_begin(const struct uncap_track *t, const struct uncap_surroundings *around)
{
    static const float busy = 0.6f;
    const struct uncap_rect rect = uncap_quad_bounds(&t->hull);
    int64_t begin = t->first;
    for (size_t i = 0; i < around->n_lives; i++) {
        const struct uncap_life *o = &around->lives[i];
        if (o->id == t->id || o->end >= begin || begin - o->end > JOIN_REACH ||
            uncap_rect_empty(uncap_rect_intersect(rect, o->rect)) || !is_same_row(rect, o->rect))
            continue;
        bool is_busy = true;
        for (int64_t f = o->end; f < begin; f++)
            is_busy = is_busy && uncap_track_presence(t, f).busyness >= busy;
        if (is_busy)
            begin = o->end;
    }
    return begin;
}

static int gather_after(struct uncap_track *t, const struct uncap_ring *ring, int64_t end,
                        struct uncap_error *err)
{
    for (int k = 0; k < UNCAP_EVIDENCE_CLEAN; k++) {
        const struct uncap_picture *p = uncap_ring_picture(ring, end + k);
        const int status = p ? uncap_evidence_add_after(&t->evidence, end + k, p, err) : UNCAP_OK;
        if (status)
            return status;
    }
    return UNCAP_OK;
}

/* Frames of the life that the ring still has and of which no crop was kept: every step-th one of [first,
 * end), n at most. */
static int gather_more(struct uncap_track *t, const struct uncap_ring *ring, int64_t first, int64_t end,
                       int64_t step, int n, struct uncap_error *err)
{
    struct uncap_evidence *e = &t->evidence;
    const int n_kept = e->n_life;
    int status = UNCAP_OK;
    for (int64_t frame = first; frame < end && e->n_life < n_kept + n && !status; frame += step) {
        const struct uncap_picture *p = uncap_ring_picture(ring, frame);
        bool is_kept = !p;
        for (int i = 0; i < n_kept; i++)
            is_kept = is_kept || e->life[i].frame == frame;
        status = is_kept ? UNCAP_OK : uncap_evidence_add_life(e, frame, p, err);
    }
    return status;
}

/* Of a short life, the crops that were not kept after the first one. */
static int gather_rest(struct uncap_track *t, const struct uncap_ring *ring, const struct uncap_caption *c,
                       struct uncap_error *err)
{
    enum { ENOUGH = 8 };
    const struct uncap_evidence *e = &t->evidence;
    int64_t first = c->end;
    for (int i = 0; i < e->n_life; i++)
        first = e->life[i].frame < first ? e->life[i].frame : first;
    if (!t->is_steady || e->n_life >= ENOUGH)
        return UNCAP_OK;
    return gather_more(t, ring, first, c->end, 1, UNCAP_EVIDENCE_LIFE, err);
}

/* Of a line that is built up, crops in which all of it stands, for those alone tell its strokes: `enough` of
 * them, as far as there are frames. */
static int gather_whole(struct uncap_track *t, const struct uncap_ring *ring, const struct uncap_caption *c,
                        int enough, struct uncap_error *err)
{
    struct uncap_evidence *e = &t->evidence;
    const int64_t built = uncap_build_up_end(c);
    int n = 0;
    for (int i = 0; i < e->n_life; i++)
        n += e->life[i].frame >= built;
    if (built == c->first || n >= enough)
        return UNCAP_OK;
    uncap_evidence_make_room(e, built, enough - n);
    const int64_t step = (c->end - built) / enough;
    const int status = gather_more(t, ring, built, c->end, step > 1 ? step : 1, enough - n, err);
    uncap_evidence_trim(e, c->first, c->end);
    return status;
}

/* A line whose words were overlooked at first is not built up; crops in which all stand tell. */
static int settle_build_up(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_caption *c,
                           struct uncap_error *err)
{
    enum { TELLING = 3, ENOUGH = 2 * UNCAP_EVIDENCE_LIFE / 3 };
    int status = gather_whole(t, ring, c, TELLING, err);
    if (!status)
        status = uncap_overlooked_add(c, &t->evidence, err);
    return status ? status : gather_whole(t, ring, c, ENOUGH, err);
}

/* Frames from the beginning on in which its shape is so unlike that the strokes lie beside those of the
 * matte. A single one is in the matte, which is told from the first frame too. */
static int growing_frames(const struct uncap_track *t, const struct uncap_caption *c)
{
    static const float unlike = 0.1f;
    int64_t grown = t->first;
    while (grown < t->first + t->n_pop && uncap_track_presence(t, grown).likeness < unlike)
        grown++;
    grown = grown < c->end ? grown : c->end;
    return grown > c->first + 1 ? (int)(grown - c->first) : 0;
}

/* Leave out words of the scene that the detector joined it with: they pass by. Sees the trimmed evidence. */
static int cut_to_still(struct uncap_track *t, struct uncap_error *err)
{
    const struct uncap_evidence *e = &t->evidence;
    const struct uncap_rect in = uncap_rect_intersect(uncap_quad_bounds(&t->hull), e->rect);
    struct uncap_luma lumas[UNCAP_EVIDENCE_LIFE];
    const struct uncap_luma *frames[UNCAP_EVIDENCE_LIFE];
    uint8_t *block;
    if (!t->is_steady || !e->n_life || uncap_rect_empty(in))
        return UNCAP_OK;
    const struct uncap_rect line = uncap_rect_move(in, -e->rect.x0, -e->rect.y0);
    struct uncap_rect cut;
    int status = uncap_evidence_lumas(e, lumas, &block, err);
    for (int i = 0; i < e->n_life; i++)
        frames[i] = &lumas[i];
    if (!status)
        status = uncap_stillness_cut(frames, e->n_life, line, &cut, err);
    uncap_free(block);
    if (status || (uncap_rect_w(cut) == uncap_rect_w(line) && uncap_rect_h(cut) == uncap_rect_h(line)))
        return status;
    t->hull = uncap_quad_of_rect(uncap_rect_move(cut, e->rect.x0, e->rect.y0));
    return UNCAP_OK;
}

/* The looks of its life go over to the caption. A look may have taken the line's first faint or moving frames
 * for it that the template does not. */
static void give_observations(struct uncap_track *t, struct uncap_caption *c)
{
    for (size_t i = 0; i < t->n_observations; i++)
        if (t->observations[i].frame >= c->first && t->observations[i].frame < c->end)
            t->observations[c->n_observations++] = t->observations[i];
    c->observations = t->observations;
    t->observations = NULL;
    t->n_observations = t->capacity = 0;
}

static int close_moving(struct uncap_track *t, const struct uncap_ring *ring,
                        const struct uncap_surroundings *around, struct uncap_caption *out,
                        struct uncap_features *features, struct uncap_error *err)
{
    *features = uncap_life_features(t, around, out, (struct uncap_edge){.moved = 0});
    uncap_evidence_trim(&t->evidence, out->first, out->end);
    return uncap_life_path(t, ring, around, out, err);
}

/* The middle of the fade at its end; -1 without one. */
static int64_t middle_of_fade(const struct uncap_caption *c)
{
    int64_t first = c->end;
    while (c->opacity && first > c->first && c->opacity[first - 1 - c->first] < 255)
        first--;
    return first < c->end ? (first + c->end - 1) / 2 : -1;
}

/* How the line goes. What drifts away seems to fade where it stood. */
static int find_edge_out(struct uncap_track *t, const struct uncap_ring *ring, const struct uncap_caption *c,
                         struct uncap_edge *edge, struct uncap_error *err)
{
    const int64_t fading = middle_of_fade(c);
    const int status = uncap_study_edge(t, ring, c->end - 1, c->end, edge, err);
    return status || !t->is_steady || fading < 0 ? status
                                                 : uncap_study_drift(t, ring, fading, &edge->drift, err);
}

/* Frames in which it fades or grows tell nothing of whether it wanders. */
static int find_wandering(struct uncap_track *t, const struct uncap_ring *ring, const struct uncap_caption *c,
                          bool *wanders, struct uncap_error *err)
{
    int64_t first = c->first + t->n_pop, end = c->end;
    *wanders = false;
    while (c->opacity && first < end && c->opacity[first - c->first] < 255)
        first++;
    while (c->opacity && first < end && c->opacity[end - 1 - c->first] < 255)
        end--;
    return t->is_steady ? uncap_study_wander(t, ring, first, end, wanders, err) : UNCAP_OK;
}

static int close_standing(struct uncap_track *t, const struct uncap_ring *ring,
                          const struct uncap_surroundings *around, struct uncap_caption *out,
                          struct uncap_features *features, struct uncap_error *err)
{
    struct uncap_edge edge_out;
    int status = find_edge_out(t, ring, out, &edge_out, err);
    if (!status)
        status = gather_after(t, ring, out->end, err);
    if (!status)
        status = gather_rest(t, ring, out, err);
    uncap_evidence_trim(&t->evidence, out->first, out->end);
    if (!status)
        status = cut_to_still(t, err);
    if (status)
        return status;
    if (t->is_steady)
        heighten(t, around, out);
    out->quad = t->hull;
    uncap_life_bar(t, ring, around, out);
    *features = uncap_life_features(t, around, out, edge_out);
    status = find_wandering(t, ring, out, &features->wanders, err);
    if (status)
        return status;
    /* `every` and `even` judge by the strokes too, but say when by their looks, as the original pipeline
     * does. */
    if (around->sample != UNCAP_SAMPLE_ADAPTIVE)
        set_sampled_times(t, around, out);
    out->n_growing = growing_frames(t, out);
    status = uncap_growth_find(t, out->first, ring, err);
    if (!status)
        status = uncap_growth_give(t, out, err);
    give_observations(t, out);
    return status || !t->is_steady ? status : settle_build_up(t, ring, out, err);
}

int uncap_life_close(struct uncap_track *t, const struct uncap_ring *ring,
                     const struct uncap_surroundings *around, struct uncap_caption *out,
                     struct uncap_features *features, struct uncap_error *err)
{
    *out = (struct uncap_caption){.id = t->id, .quad = t->hull};
    out->score = (float)(t->score_sum / (double)t->n_observations);
    int status = t->is_steady && !t->is_refined ? uncap_track_refine(t, ring, err) : UNCAP_OK;
    const int64_t begin = t->is_steady ? uncap_life_begin(t, around) : t->first;
    if (begin < t->first)
        uncap_track_begin_at(t, begin);
    if (!status)
        status = set_times(t, ring, around, out, err);
    if (!status)
        status = (t->motion.is_moving ? close_moving : close_standing)(t, ring, around, out, features, err);
    if (status)
        uncap_caption_clear(out);
    return status;
}
