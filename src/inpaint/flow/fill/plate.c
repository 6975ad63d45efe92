/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/plate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/motion/affine.h"
#include "inpaint/flow/motion/sample.h"

enum { FAR = 4 }; /* pixels that a frame may be off the cells before they are laid out anew */

#define SAME_COLOUR 12.0f /* grey levels apart at most to count as the same */
#define STEP_DRIFT 0.05f  /* pixels that the map may be off after each frame, and light that changes */
#define COST_UNSURE 6.0f  /* cost of a pointer without votes, pixels */

static bool cells_open(struct flow_cells *c, size_t n)
{
    c->value = uncap_alloc(n, sizeof(*c->value));
    c->ballot = uncap_alloc(n, sizeof(*c->ballot));
    return c->value && c->ballot;
}

static void cells_close(struct flow_cells *c)
{
    uncap_free(c->value);
    uncap_free(c->ballot);
}

bool flow_plate_open(struct flow_plate *p, int w, int h, int n)
{
    const size_t cells = (size_t)w * (size_t)h;
    const bool ok = cells_open(&p->cells, cells) && cells_open(&p->spare, cells);
    p->frames = uncap_alloc((size_t)n, sizeof(*p->frames));
    if (ok && p->frames)
        return true;
    flow_plate_close(p);
    return false;
}

void flow_plate_close(struct flow_plate *p)
{
    cells_close(&p->cells);
    cells_close(&p->spare);
    uncap_free(p->frames);
    *p = (struct flow_plate){.frames = NULL};
}

size_t flow_plate_bytes(int w, int h)
{
    return (size_t)4 * ((size_t)w * (size_t)h * sizeof(float) + UNCAP_ALIGN);
}

static void forget(struct flow_plate *p, const struct flow_work *work)
{
    for (ptrdiff_t i = 0; i < (ptrdiff_t)work->h * work->w; i++)
        p->cells.ballot[i] = -1;
}

void flow_plate_start(struct flow_plate *p, const struct flow_work *work)
{
    for (int t = 0; t <= work->n; t++) {
        const struct flow_frame *f = &work->frames[t];
        p->frames[t] = (struct flow_plate_frame){.luma = f->picture.data[0],
                                                 .stride = f->picture.stride[0],
                                                 .hole = f->is_covered ? f->hole.bits : NULL,
                                                 .words = f->hole.words};
    }
    forget(p, work);
}

/* ---- affine maps in displacement form, as flow_affine_at takes them ---- */

static bool is_still(const float a[6])
{
    for (int i = 0; i < 6; i++)
        if (a[i] != 0)
            return false;
    return true;
}

static void to_floats(const double a[6], float out[6])
{
    for (int i = 0; i < 6; i++)
        out[i] = (float)a[i];
}

/* ---- moving on ---- */

static void set_place(struct flow_plate_frame *f, const double place[6])
{
    memcpy(f->place, place, sizeof(f->place));
    to_floats(place, f->at);
}

/* Lay the cells out anew under the frame that `cell` maps to them. */
static void lay_out(struct flow_plate *p, const struct flow_work *work, const double cell[6])
{
    float a[6];
    to_floats(cell, a);
    const struct uncap_plate_layout old = {work->w, work->h, a, p->cells.value, p->cells.ballot};
    for (int y = 0; y < work->h; y++) {
        const ptrdiff_t row = (ptrdiff_t)y * work->w;
        work->kernels->plate_lay(&old, y, p->spare.value + row, p->spare.ballot + row);
    }
    const struct flow_cells cells = p->cells;
    p->cells = p->spare;
    p->spare = cells;
    for (int t = 0; t <= work->n; t++) {
        double place[6];
        flow_affine_compose(cell, p->frames[t].place, place);
        set_place(&p->frames[t], place);
    }
}

/* Find where the cells lie in frame t. False where the frame shows another scene than the one before. */
static bool move_on(struct flow_plate *p, const struct flow_work *work, int t, int step)
{
    const struct flow_motion *m = step > 0 ? &work->frames[t].prev : &work->frames[t].next;
    struct flow_plate_frame *here = &p->frames[t];
    if (!m->is_known || m->broken)
        return false;
    const double *before = p->frames[t - step].place;
    set_place(here, before);
    if (is_still(m->affine))
        return true;
    double back[6];
    double forth[6];
    double place[6];
    double cell[6];
    for (int i = 0; i < 6; i++)
        back[i] = (double)m->affine[i];
    if (!flow_affine_invert(back, forth))
        return false;
    flow_affine_compose(before, forth, place);
    if (!flow_affine_invert(place, cell))
        return false;
    set_place(here, place);
    if (flow_affine_farthest(place, work->w, work->h) > FAR)
        lay_out(p, work, cell);
    return true;
}

/* ---- samples of frames ---- */

static inline float snapped(float v)
{
    const float sample = (float)(int)(v + 0.5f);
    return fabsf(v - sample) < UNCAP_PLATE_SNAP ? sample : v;
}

/* No luma sample of the bilinear footprint of (x, y), which lies inside, is covered. */
static inline bool is_clear(const struct flow_plate_frame *f, float x, float y)
{
    if (!f->hole)
        return true;
    const int xi = (int)x;
    const int yi = (int)y;
    const int right = xi + (x > (float)xi);
    const uint64_t *row = f->hole + (ptrdiff_t)yi * f->words;
    uint64_t found = row[xi >> 6] >> (xi & 63) | row[right >> 6] >> (right & 63);
    if (y > (float)yi) {
        row += f->words;
        found |= row[xi >> 6] >> (xi & 63) | row[right >> 6] >> (right & 63);
    }
    return !(found & 1);
}

/* Bits x .. x + 63 of a row. */
static uint64_t bits_from(const uint64_t *row, int words, int x)
{
    const int i = x >> 6;
    const int s = x & 63;
    return row[i] >> s | (s && i + 1 < words ? row[i + 1] << (64 - s) : 0);
}

/* Every cell lies on a sample: where a still camera shows it. */
static void place_still(struct uncap_plate_span *l, int x, int y)
{
    l->x[0] = (float)x;
    l->y[0] = (float)y;
    l->known = ~UINT64_C(0) >> (UNCAP_PLATE_SPAN - l->n);
    l->is_row = true;
    l->is_beside = false;
    l->is_below = false;
}

/* Every sample that plate_read takes is there. */
static bool is_straight(const struct uncap_plate_span *l, const struct flow_work *work)
{
    const int more = l->is_beside | l->is_below;
    const uint64_t all = ~UINT64_C(0) >> (UNCAP_PLATE_SPAN - l->n);
    return l->known == all && l->is_row && (int)l->x[0] + l->n + more <= work->w &&
           (int)l->y[0] + more < work->h;
}

static void read_straight(struct uncap_plate_span *l, const struct flow_work *work,
                          const struct flow_plate_frame *f, bool is_deep)
{
    const int x = (int)l->x[0];
    const int y = (int)l->y[0];
    work->kernels->plate_read(l, f->luma + (ptrdiff_t)y * f->stride + (ptrdiff_t)x * (is_deep ? 2 : 1),
                              f->stride, is_deep);
    if (!f->hole)
        return;
    const uint64_t *row = f->hole + (ptrdiff_t)y * f->words;
    uint64_t covered = bits_from(row, f->words, x) | (l->is_beside ? bits_from(row, f->words, x + 1) : 0);
    row += f->words;
    if (l->is_below)
        covered |= bits_from(row, f->words, x) | (l->is_beside ? bits_from(row, f->words, x + 1) : 0);
    l->known &= ~covered;
}

/* Reads no sample that has no weight. */
static void read_scattered(struct uncap_plate_span *l, const struct flow_plate_frame *f, bool is_deep)
{
    memset(l->value, 0, sizeof(l->value));
    for (uint64_t left = l->known; left; left &= left - 1) {
        const int k = __builtin_ctzll(left);
        if (!is_clear(f, l->x[k], l->y[k])) {
            l->known &= ~(UINT64_C(1) << k);
            continue;
        }
        const struct uncap_picture luma = {.data = {(uint8_t *)(uintptr_t)f->luma}, .stride = {f->stride}};
        l->value[k] = is_deep ? flow_sample_bilinear_deep(&luma, l->x[k], l->y[k])
                              : flow_sample_bilinear_byte(&luma, l->x[k], l->y[k]);
    }
}

/* Let what frame t shows vote. */
static inline void vote_rows(struct flow_plate *p, const struct flow_work *work, int t, bool is_deep)
{
    const float limit = SAME_COLOUR / flow_sample_scale(work->window->format);
    const struct flow_plate_frame *f = &p->frames[t];
    const bool still = is_still(f->at);
    struct uncap_plate_span l;
    for (int y = 0; y < work->h; y++)
        for (int x = 0; x < work->w; x += UNCAP_PLATE_SPAN) {
            const ptrdiff_t at = (ptrdiff_t)y * work->w + x;
            l.n = work->w - x < UNCAP_PLATE_SPAN ? work->w - x : UNCAP_PLATE_SPAN;
            if (still)
                place_still(&l, x, y);
            else
                work->kernels->plate_place(&l, f->at, x, y, work->w, work->h);
            if (is_straight(&l, work))
                read_straight(&l, work, f, is_deep);
            else
                read_scattered(&l, f, is_deep);
            if (l.known)
                work->kernels->plate_vote(&l, t, limit, p->cells.value + at, p->cells.ballot + at);
        }
}

/* ---- pointers ---- */

/* Source k: where it was found, or at the nearest sample if that alone is not covered. */
static struct flow_pointer point(const struct flow_plate *p, const struct uncap_plate_sources *s, int k)
{
    if (s->frame[k] < 0)
        return FLOW_NOWHERE;
    const struct flow_plate_frame *f = &p->frames[s->frame[k]];
    struct flow_pointer out = {s->x[k], s->y[k], s->cost[k], s->frame[k]};
    if (is_clear(f, out.x, out.y))
        return out;
    out.x = (float)(int)(out.x + 0.5f);
    out.y = (float)(int)(out.y + 0.5f);
    return is_clear(f, out.x, out.y) ? out : FLOW_NOWHERE;
}

/* Where the sample (x, y) of frame t lies among the cells. */
struct cell_map {
    float a[6];
};

static struct cell_map cells_under(const struct flow_plate *p, int t)
{
    struct cell_map m;
    double cell[6] = {0};
    flow_affine_invert(p->frames[t].place, cell);
    to_floats(cell, m.a);
    return m;
}

static struct uncap_plate_view view_of(const struct flow_plate *p, const struct flow_work *work, int t,
                                       const struct cell_map *map)
{
    return (struct uncap_plate_view){.t = t,
                                     .w = work->w,
                                     .h = work->h,
                                     .cell = map->a,
                                     .ballot = p->cells.ballot,
                                     .places = p->frames[0].at,
                                     .pitch = (int)(sizeof(*p->frames) / sizeof(float)),
                                     .drift = STEP_DRIFT,
                                     .unsure = COST_UNSURE};
}

static void point_all(const struct flow_plate *p, const struct flow_work *work, int t,
                      struct flow_pointer *out)
{
    const struct flow_mask *hole = &work->frames[t].hole;
    const struct cell_map map = cells_under(p, t);
    const struct uncap_plate_view view = view_of(p, work, t, &map);
    for (int y = 0; y < hole->h; y++)
        for (int i = 0; i < hole->words; i++) {
            uint64_t members = hole->bits[(ptrdiff_t)y * hole->words + i];
            struct uncap_plate_sources sources;
            if (members)
                work->kernels->plate_find(&sources, &view, UNCAP_PLATE_SPAN * i, y);
            for (; members; members &= members - 1)
                *out++ = point(p, &sources, __builtin_ctzll(members));
        }
}

void flow_plate_step(struct flow_plate *p, const struct flow_work *work, int t, int step,
                     struct flow_pointer *out)
{
    if (!move_on(p, work, t, step)) {
        forget(p, work);
        set_place(&p->frames[t], (const double[6]){0});
    }
    if (out)
        point_all(p, work, t, out);
    if (work->window->format.depth > 8)
        vote_rows(p, work, t, true);
    else
        vote_rows(p, work, t, false);
}

/* Of the cell under the sample (x, y), which lies inside. */
static uint8_t votes_at(const struct flow_plate *p, const struct flow_work *work, const struct cell_map *map,
                        int x, int y)
{
    float dx;
    float dy;
    flow_affine_at(map->a, (float)x, (float)y, &dx, &dy);
    const ptrdiff_t row = (ptrdiff_t)((float)y + dy + 0.5f);
    const ptrdiff_t column = (ptrdiff_t)((float)x + dx + 0.5f);
    return (uint8_t)(p->cells.ballot[row * work->w + column] & FLOW_PLATE_VOTES);
}

void flow_plate_look(const struct flow_plate *p, const struct flow_work *work, int t,
                     struct flow_pointer *out, uint8_t *votes)
{
    const struct cell_map map = cells_under(p, t);
    const struct uncap_plate_view view = view_of(p, work, t, &map);
    for (int y = 0; y < work->h; y++)
        for (int x = 0; x < work->w; x += UNCAP_PLATE_SPAN) {
            struct uncap_plate_sources sources;
            work->kernels->plate_find(&sources, &view, x, y);
            for (int k = 0; k < UNCAP_PLATE_SPAN && x + k < work->w; k++) {
                *out = point(p, &sources, k);
                *votes++ = out++->frame < 0 ? 0 : votes_at(p, work, &map, x + k, y);
            }
        }
}

/* The source that the cell has itself stays where both agree: its colours were never resampled. */
static void learn(float *value, int32_t *ballot, float shown, int source, int worth, float limit)
{
    const int votes = worth < FLOW_PLATE_VOTES ? worth : FLOW_PLATE_VOTES;
    const bool agrees = *ballot >= 0 && fabsf(*value - shown) <= limit;
    if (agrees) {
        const int own = *ballot & FLOW_PLATE_VOTES;
        *ballot += votes > own ? votes - own : 0;
        return;
    }
    *value = shown;
    *ballot = source * (FLOW_PLATE_VOTES + 1) + votes;
}

void flow_plate_learn(struct flow_plate *p, const struct flow_work *work, int t, int source,
                      const uint8_t *votes)
{
    const float limit = SAME_COLOUR / flow_sample_scale(work->window->format);
    const struct flow_area area = flow_work_area(work);
    struct flow_plate_frame *f = &p->frames[source];
    set_place(f, p->frames[t].place);
    for (int y = 0; y < work->h; y++)
        for (int x = 0; x < work->w; x++) {
            float dx;
            float dy;
            flow_affine_at(f->at, (float)x, (float)y, &dx, &dy);
            const float px = snapped((float)x + dx);
            const float py = snapped((float)y + dy);
            if (!flow_area_has(area, px, py) || !is_clear(f, px, py))
                continue;
            const ptrdiff_t i = (ptrdiff_t)y * work->w + x;
            const ptrdiff_t nearest = (ptrdiff_t)(int)(py + 0.5f) * work->w + (int)(px + 0.5f);
            learn(&p->cells.value[i], &p->cells.ballot[i],
                  flow_sample_bilinear(&work->frames[source].picture, px, py), source, votes[nearest], limit);
        }
}
