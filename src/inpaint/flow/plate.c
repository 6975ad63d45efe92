/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/plate.h"

#include <math.h>

#include "base/memory.h"
#include "inpaint/flow/affine.h"
#include "inpaint/flow/sample.h"

enum { MAX_VOTES = 60 };

#define SAME_COLOUR 12.0f /* grey levels apart at most to count as the same */
#define STEP_DRIFT 0.05f  /* pixels a step of moving camera adds */
#define COST_UNSURE 6.0f  /* cost of a pointer without votes, pixels */

bool flow_plate_open(struct flow_plate *p, int w, int h)
{
    const size_t n = (size_t)w * (size_t)h;
    p->seen = uncap_alloc(n, sizeof(*p->seen));
    p->spare = uncap_alloc(n, sizeof(*p->spare));
    if (p->seen && p->spare)
        return true;
    flow_plate_close(p);
    return false;
}

void flow_plate_close(struct flow_plate *p)
{
    uncap_free(p->seen);
    uncap_free(p->spare);
    *p = (struct flow_plate){0};
}

size_t flow_plate_bytes(int w, int h)
{
    return (size_t)2 * ((size_t)w * (size_t)h * sizeof(struct flow_seen) + UNCAP_ALIGN);
}

static void forget(struct flow_plate *p, const struct flow_work *work)
{
    for (ptrdiff_t i = (ptrdiff_t)p->y0 * work->w; i < (ptrdiff_t)p->y1 * work->w; i++)
        p->seen[i].frame = -1;
}

void flow_plate_start(struct flow_plate *p, const struct flow_work *work)
{
    p->y0 = 0;
    p->y1 = work->h;
    forget(p, work);
}

static bool is_still(const float a[6])
{
    for (int i = 0; i < 6; i++)
        if (a[i] != 0)
            return false;
    return true;
}

/* Row y of frame t from the plate of the frame before, moved by the affine map a. */
static void carry_row(const struct flow_plate *p, const struct flow_work *work, const float a[6], int y)
{
    for (int x = 0; x < work->w; x++) {
        struct flow_seen *to = &p->spare[(ptrdiff_t)y * work->w + x];
        float dx;
        float dy;
        flow_affine_at(a, (float)x, (float)y, &dx, &dy);
        const float tx = (float)x + dx;
        const float ty = (float)y + dy;
        to->frame = -1;
        if (!flow_work_inside(work, tx, ty))
            continue;
        const int nx = (int)(tx + 0.5f);
        const int ny = (int)(ty + 0.5f);
        if (ny < p->y0 || ny >= p->y1)
            continue;
        struct flow_seen s = p->seen[(ptrdiff_t)ny * work->w + nx];
        if (s.frame < 0)
            continue;
        const float sx = s.x + tx - (float)nx;
        const float sy = s.y + ty - (float)ny;
        if (flow_work_inside(work, sx, sy) && flow_work_clear(&work->frames[s.frame], sx, sy)) {
            s.x = sx;
            s.y = sy;
        }
        s.drift += STEP_DRIFT;
        *to = s;
    }
}

/* Pointers of the covered samples of a row; returns how many. */
static int read_row(const struct flow_seen *row, const struct flow_mask *hole, int y,
                    struct flow_pointer *out)
{
    int n = 0;
    for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y)) {
        const struct flow_seen *s = &row[x];
        out[n++] =
            (struct flow_pointer){s->x, s->y, s->drift + COST_UNSURE / (1 + (float)s->votes), s->frame};
    }
    return n;
}

/* Let a known sample of frame t vote. */
static void vote(struct flow_seen *s, const struct flow_work *work, int t, int x, int y, float limit)
{
    const struct uncap_picture *picture = &work->frames[t].picture;
    const struct flow_seen here = {(float)x, (float)y, 0, (int16_t)t, 0};
    if (s->frame < 0) {
        *s = here;
        return;
    }
    const float seen = flow_sample_bilinear(&work->frames[s->frame].picture, s->x, s->y);
    if (fabsf(seen - flow_sample_get(picture, 0, x, y)) <= limit) {
        const int16_t votes = s->votes;
        *s = here;
        s->votes = votes < MAX_VOTES ? (int16_t)(votes + 1) : MAX_VOTES;
    } else if (--s->votes < 0) {
        *s = here;
    }
}

/* Let the known samples of a row of frame t vote. */
static void vote_row(struct flow_seen *row, const struct flow_work *work, int t, int y)
{
    const struct flow_frame *f = &work->frames[t];
    const float limit = SAME_COLOUR / flow_sample_scale(work->window->format);
    const int words = (work->w + 63) / 64;
    for (int i = 0; i < words; i++) {
        uint64_t voters = f->is_covered ? ~f->hole.bits[(ptrdiff_t)y * words + i] : ~UINT64_C(0);
        if (64 * i + 64 > work->w)
            voters &= (UINT64_C(1) << (work->w & 63)) - 1;
        for (; voters; voters &= voters - 1) {
            const int x = 64 * i + __builtin_ctzll(voters);
            vote(&row[x], work, t, x, y, limit);
        }
    }
}

void flow_plate_step(struct flow_plate *p, const struct flow_work *work, int t, int step,
                     struct flow_pointer *out)
{
    const struct flow_frame *f = &work->frames[t];
    const struct flow_motion *m = step > 0 ? &f->prev : &f->next;
    const bool is_lost = !m->is_known || m->broken;
    const bool moves = !is_lost && !is_still(m->affine);
    if (is_lost)
        forget(p, work);
    for (int y = p->y0; y < p->y1; y++) {
        struct flow_seen *row = (moves ? p->spare : p->seen) + (ptrdiff_t)y * work->w;
        if (moves)
            carry_row(p, work, m->affine, y);
        if (out)
            out += read_row(row, &f->hole, y, out);
        vote_row(row, work, t, y);
    }
    if (!moves)
        return;
    struct flow_seen *seen = p->seen;
    p->seen = p->spare;
    p->spare = seen;
}

void flow_plate_look(const struct flow_plate *p, const struct flow_work *work, struct flow_pointer *out,
                     uint8_t *votes)
{
    for (ptrdiff_t i = (ptrdiff_t)p->y0 * work->w; i < (ptrdiff_t)p->y1 * work->w; i++) {
        const struct flow_seen *s = &p->seen[i];
        *out++ = (struct flow_pointer){s->x, s->y, s->drift, s->frame};
        votes[i] = (uint8_t)(s->votes < 0 ? 0 : s->votes > UINT8_MAX ? UINT8_MAX : s->votes);
    }
}

/* The source that the plate has itself stays where both agree: its colours were never resampled. */
static void learn(struct flow_seen *s, const struct flow_work *work, struct flow_seen there, float limit)
{
    if (s->frame >= 0) {
        const float own = flow_sample_bilinear(&work->frames[s->frame].picture, s->x, s->y);
        const float other =
            flow_sample_get(&work->frames[there.frame].picture, 0, (int)there.x, (int)there.y);
        if (fabsf(own - other) <= limit) {
            s->votes = s->votes > there.votes ? s->votes : there.votes;
            return;
        }
    }
    *s = there;
}

void flow_plate_learn(struct flow_plate *p, const struct flow_work *work, int source, const uint8_t *votes)
{
    const float limit = SAME_COLOUR / flow_sample_scale(work->window->format);
    const struct flow_mask *hole = &work->frames[source].hole;
    for (int y = p->y0; y < p->y1; y++)
        for (int x = 0; x < work->w; x++) {
            const ptrdiff_t i = (ptrdiff_t)y * work->w + x;
            if (!flow_mask_has(hole, x, y))
                learn(&p->seen[i], work,
                      (struct flow_seen){(float)x, (float)y, 0, (int16_t)source, (int16_t)votes[i]}, limit);
        }
}
