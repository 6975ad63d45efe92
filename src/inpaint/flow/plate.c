/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/plate.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/flow/affine.h"
#include "inpaint/flow/sample.h"

enum {
    MAX_VOTES = 60,
    FAR = 4,          /* pixels that a frame may be off the cells before they are laid out anew */
    MARGIN = 8 + FAR, /* rows above and below the holes: the ring, and a camera that tilts */
    SPAN = 64,        /* cells of a row that vote at once */
};

#define SNAP 0.03f /* pixels within which a place is taken for a sample: what rounding leaves of stillness */
#define SAME_COLOUR 12.0f /* grey levels apart at most to count as the same */
#define STEP_DRIFT 0.05f  /* pixels that the map may be off after each frame, and light that changes */
#define COST_UNSURE 6.0f  /* cost of a pointer without votes, pixels */

bool flow_plate_open(struct flow_plate *p, int w, int h, int n)
{
    const size_t cells = (size_t)w * (size_t)h;
    p->cells = uncap_alloc(cells, sizeof(*p->cells));
    p->spare = uncap_alloc(cells, sizeof(*p->spare));
    p->frames = uncap_alloc((size_t)n, sizeof(*p->frames));
    if (p->cells && p->spare && p->frames)
        return true;
    flow_plate_close(p);
    return false;
}

void flow_plate_close(struct flow_plate *p)
{
    uncap_free(p->cells);
    uncap_free(p->spare);
    uncap_free(p->frames);
    *p = (struct flow_plate){0};
}

size_t flow_plate_bytes(int w, int h)
{
    return (size_t)2 * ((size_t)w * (size_t)h * sizeof(struct flow_cell) + UNCAP_ALIGN);
}

static void forget(struct flow_plate *p, const struct flow_work *work)
{
    for (ptrdiff_t i = (ptrdiff_t)p->y0 * work->w; i < (ptrdiff_t)p->y1 * work->w; i++)
        p->cells[i].frame = -1;
}

static bool row_has_hole(const struct flow_work *work, int y)
{
    for (int t = 0; t < work->n; t++)
        if (work->frames[t].is_covered && flow_mask_next(&work->frames[t].hole, 0, y) < work->w)
            return true;
    return false;
}

void flow_plate_start(struct flow_plate *p, const struct flow_work *work)
{
    p->y0 = 0;
    p->y1 = work->h;
    while (p->y0 < p->y1 && !row_has_hole(work, p->y0))
        p->y0++;
    while (p->y1 > p->y0 && !row_has_hole(work, p->y1 - 1))
        p->y1--;
    p->y0 = p->y0 > MARGIN ? p->y0 - MARGIN : 0;
    p->y1 = p->y1 + MARGIN < work->h ? p->y1 + MARGIN : work->h;
    for (int t = 0; t < work->n; t++) {
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

/* First a, then b. */
static void compose(const double a[6], const double b[6], double out[6])
{
    const double m[6] = {a[0] + b[0] + b[1] * a[0] + b[2] * a[3], a[1] + b[1] + b[1] * a[1] + b[2] * a[4],
                         a[2] + b[2] + b[1] * a[2] + b[2] * a[5], a[3] + b[3] + b[4] * a[0] + b[5] * a[3],
                         a[4] + b[4] + b[4] * a[1] + b[5] * a[4], a[5] + b[5] + b[4] * a[2] + b[5] * a[5]};
    memcpy(out, m, sizeof(m));
}

/* False where it has none. */
static bool invert(const double a[6], double out[6])
{
    const double xx = 1 + a[1];
    const double yy = 1 + a[5];
    const double det = xx * yy - a[2] * a[4];
    if (det < 0.25 || det > 4)
        return false;
    out[1] = yy / det - 1;
    out[2] = -a[2] / det;
    out[4] = -a[4] / det;
    out[5] = xx / det - 1;
    out[0] = -a[0] - out[1] * a[0] - out[2] * a[3];
    out[3] = -a[3] - out[4] * a[0] - out[5] * a[3];
    return true;
}

static void to_floats(const double a[6], float out[6])
{
    for (int i = 0; i < 6; i++)
        out[i] = (float)a[i];
}

/* Displacement at the corner of a w x h plane where it is greatest, on either axis. */
static double farthest(const double a[6], int w, int h)
{
    double most = 0;
    for (int k = 0; k < 4; k++) {
        const double x = k & 1 ? w : 0;
        const double y = k & 2 ? h : 0;
        most = fmax(most, fabs(a[0] + a[1] * x + a[2] * y));
        most = fmax(most, fabs(a[3] + a[4] * x + a[5] * y));
    }
    return most;
}

/* ---- moving on ---- */

/* Lay the cells out anew under the frame that `cell` maps to them. */
static void lay_out(struct flow_plate *p, const struct flow_work *work, const double cell[6])
{
    float a[6];
    to_floats(cell, a);
    const float right = (float)(work->w - 1);
    for (int y = p->y0; y < p->y1; y++)
        for (int x = 0; x < work->w; x++) {
            struct flow_cell *to = &p->spare[(ptrdiff_t)y * work->w + x];
            float dx;
            float dy;
            flow_affine_at(a, (float)x, (float)y, &dx, &dy);
            const float tx = (float)x + dx;
            const float ty = (float)y + dy;
            if (tx >= 0 && tx <= right && ty >= (float)p->y0 && ty <= (float)(p->y1 - 1))
                *to = p->cells[(ptrdiff_t)(int)(ty + 0.5f) * work->w + (int)(tx + 0.5f)];
            else
                to->frame = -1;
        }
    struct flow_cell *cells = p->cells;
    p->cells = p->spare;
    p->spare = cells;
    for (int t = 0; t < work->n; t++)
        compose(cell, p->frames[t].place, p->frames[t].place);
}

/* Find where the cells lie in frame t. False where the frame shows another scene than the one before. */
static bool move_on(struct flow_plate *p, const struct flow_work *work, int t, int step)
{
    const struct flow_motion *m = step > 0 ? &work->frames[t].prev : &work->frames[t].next;
    if (!m->is_known || m->broken)
        return false;
    struct flow_plate_frame *here = &p->frames[t];
    const struct flow_plate_frame *before = &p->frames[t - step];
    memcpy(here->place, before->place, sizeof(here->place));
    if (is_still(m->affine))
        return true;
    double back[6];
    double forth[6];
    for (int i = 0; i < 6; i++)
        back[i] = (double)m->affine[i];
    if (!invert(back, forth))
        return false;
    compose(before->place, forth, here->place);
    if (farthest(here->place, work->w, work->h) <= FAR)
        return true;
    double cell[6];
    if (!invert(here->place, cell))
        return false;
    lay_out(p, work, cell);
    memset(here->place, 0, sizeof(here->place));
    return true;
}

/* ---- samples of frames ---- */

static inline float snapped(float v)
{
    const float sample = (float)(int)(v + 0.5f);
    return fabsf(v - sample) < SNAP ? sample : v;
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

/* Native luma there, bilinear; reads no sample that has no weight. */
static inline float value_at(const struct flow_plate_frame *f, float x, float y, bool is_deep)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    const int right = fx > 0;
    const uint8_t *top = f->luma + (ptrdiff_t)yi * f->stride + (ptrdiff_t)xi * (is_deep ? 2 : 1);
    const uint8_t *low = top + (fy > 0 ? f->stride : 0);
    if (!is_deep)
        return flow_sample_mix((float)top[0], (float)top[right], (float)low[0], (float)low[right], fx, fy);
    const uint16_t *a = (const uint16_t *)(const void *)top;
    const uint16_t *b = (const uint16_t *)(const void *)low;
    return flow_sample_mix((float)a[0], (float)a[right], (float)b[0], (float)b[right], fx, fy);
}

/* What a frame shows at the cells of a span; is_known: of it no caption covers anything. */
struct shown {
    float value[SPAN];
    int is_known[SPAN];
};

static inline void look(struct shown *s, const struct flow_work *work, const struct flow_plate_frame *f,
                        const float place[6], int x0, int y, int n, bool is_deep)
{
    for (int k = 0; k < n; k++) {
        float dx;
        float dy;
        flow_affine_at(place, (float)(x0 + k), (float)y, &dx, &dy);
        const float px = snapped((float)(x0 + k) + dx);
        const float py = snapped((float)y + dy);
        s->is_known[k] = flow_work_inside(work, px, py) && is_clear(f, px, py);
        s->value[k] = s->is_known[k] ? value_at(f, px, py, is_deep) : 0;
    }
}

/* Let frame t vote at the cells of a span. */
static void vote(struct flow_cell *cells, const struct shown *s, int t, float limit, int n)
{
    for (int k = 0; k < n; k++) {
        if (!s->is_known[k])
            continue;
        struct flow_cell *c = &cells[k];
        const bool agrees = c->frame >= 0 && fabsf(c->value - s->value[k]) <= limit;
        const int votes = agrees ? (c->votes < MAX_VOTES ? c->votes + 1 : MAX_VOTES) : c->votes - 1;
        if (agrees || c->frame < 0 || votes < 0)
            *c = (struct flow_cell){s->value[k], (int16_t)t, (int16_t)(agrees ? votes : 0)};
        else
            c->votes = (int16_t)votes;
    }
}

static inline void vote_rows(struct flow_plate *p, const struct flow_work *work, int t, bool is_deep)
{
    const float limit = SAME_COLOUR / flow_sample_scale(work->window->format);
    const struct flow_plate_frame *f = &p->frames[t];
    float place[6];
    to_floats(f->place, place);
    for (int y = p->y0; y < p->y1; y++)
        for (int x = 0; x < work->w; x += SPAN) {
            const int n = work->w - x < SPAN ? work->w - x : SPAN;
            struct shown s;
            look(&s, work, f, place, x, y, n, is_deep);
            vote(p->cells + (ptrdiff_t)y * work->w + x, &s, t, limit, n);
        }
}

/* ---- pointers ---- */

/* Where frame f shows what lies at the place (x, y) of the plate: there, or at the nearest sample if that alone
 * is not covered. */
static bool follow(const struct flow_plate_frame *f, const struct flow_work *work, float x, float y,
                   struct flow_pointer *out)
{
    float place[6];
    float dx;
    float dy;
    to_floats(f->place, place);
    flow_affine_at(place, x, y, &dx, &dy);
    out->x = snapped(x + dx);
    out->y = snapped(y + dy);
    if (!flow_work_inside(work, out->x, out->y))
        return false;
    if (is_clear(f, out->x, out->y))
        return true;
    out->x = (float)(int)(out->x + 0.5f);
    out->y = (float)(int)(out->y + 0.5f);
    return is_clear(f, out->x, out->y);
}

/* (x, y): place of the plate where a covered sample of frame t lies. */
static struct flow_pointer point(const struct flow_plate *p, const struct flow_work *work, int t, float x,
                                 float y)
{
    struct flow_pointer out = {.frame = -1};
    if (!flow_work_inside(work, x, y))
        return out;
    const int nx = (int)(x + 0.5f);
    const int ny = (int)(y + 0.5f);
    if (ny < p->y0 || ny >= p->y1)
        return out;
    const struct flow_cell *c = &p->cells[(ptrdiff_t)ny * work->w + nx];
    if (c->frame < 0)
        return out;
    const struct flow_plate_frame *f = &p->frames[c->frame];
    if (!follow(f, work, x, y, &out))
        return out;
    out.frame = c->frame;
    out.cost = STEP_DRIFT * (float)abs(t - c->frame) + COST_UNSURE / (1 + (float)c->votes);
    return out;
}

static void point_all(const struct flow_plate *p, const struct flow_work *work, int t,
                      struct flow_pointer *out)
{
    const struct flow_mask *hole = &work->frames[t].hole;
    double cell[6] = {0};
    float a[6];
    invert(p->frames[t].place, cell);
    to_floats(cell, a);
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y)) {
            float dx;
            float dy;
            flow_affine_at(a, (float)x, (float)y, &dx, &dy);
            *out++ = point(p, work, t, (float)x + dx, (float)y + dy);
        }
}

void flow_plate_step(struct flow_plate *p, const struct flow_work *work, int t, int step,
                     struct flow_pointer *out)
{
    if (!move_on(p, work, t, step)) {
        forget(p, work);
        memset(p->frames[t].place, 0, sizeof(p->frames[t].place));
    }
    if (out)
        point_all(p, work, t, out);
    if (work->window->format.depth > 8)
        vote_rows(p, work, t, true);
    else
        vote_rows(p, work, t, false);
}
