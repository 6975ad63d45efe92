/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/origin.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define FREED_ERROR 3.0f /* grey levels: what coding noise leaves in a sample that is known by itself */

/* A stored variance, 1..65535, in a byte: sixteenths of an octave, which are the exponent and the first four
 * bits behind the point of a float. */
enum { CODE_SHIFT = 19, CODE_ONE = 127 << 23 };

static uint8_t pack(uint16_t stored)
{
    const float variance = (float)(stored ? stored : 1);
    int32_t bits;
    memcpy(&bits, &variance, sizeof(bits));
    const int32_t code = (bits - CODE_ONE + (1 << (CODE_SHIFT - 1))) >> CODE_SHIFT;
    return (uint8_t)(code < 255 ? code : 255);
}

static float unpack(uint8_t code)
{
    const int32_t bits = CODE_ONE + (code << CODE_SHIFT);
    float variance;
    memcpy(&variance, &bits, sizeof(variance));
    return variance;
}

static uint8_t error_of(float grey_levels)
{
    const float code = grey_levels * UNCAP_ORIGIN_ERROR_UNITS + 0.5f;
    return (uint8_t)(code < 255 ? code : 255);
}

static struct uncap_origin *origins_at(const struct flow_work *work, int t)
{
    const struct uncap_window *win = work->window;
    if (!win->origins || t < win->core_first || t >= win->core_end || !work->frames[t].is_covered)
        return NULL;
    return win->origins[t - win->core_first];
}

/* What is done with one sample: its origin and its stored variance. */
typedef void sample_fn(struct uncap_origin *o, uint16_t variance);

struct visit {
    const struct flow_work *work;
    sample_fn *fn;
};

static void visit_frame(void *opaque, int i)
{
    const struct visit *v = opaque;
    const int t = v->work->window->core_first + i;
    struct uncap_origin *origins = origins_at(v->work, t);
    const struct flow_mask *hole = &v->work->frames[t].hole;
    const uint16_t *variance = v->work->frames[t].variance;
    if (!origins)
        return;
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y))
            v->fn(&origins[(ptrdiff_t)y * v->work->stride + x], *variance++);
}

static void visit_all(const struct flow_work *work, sample_fn *fn)
{
    struct visit v = {work, fn};
    const struct uncap_window *win = work->window;
    if (win->origins)
        uncap_slices_run(work->slices, win->core_end - win->core_first, visit_frame, &v);
}

/* error: variance of the smooth fill, packed */
static void start_sample(struct uncap_origin *o, uint16_t variance)
{
    *o = (struct uncap_origin){.error = pack(variance)};
}

/* kind: share of the smooth fill, of 255; error: variance of the fill, packed */
static void fill_sample(struct uncap_origin *o, uint16_t variance)
{
    const float share = (float)variance / unpack(o->error);
    o->kind = (uint8_t)(share < 1 ? 255 * share + 0.5f : 255);
    o->error = pack(variance);
}

static void settle_sample(struct uncap_origin *o, uint16_t variance)
{
    if (!variance) {
        *o = (struct uncap_origin){UNCAP_ORIGIN_UNBLENDED, 0, error_of(FREED_ERROR)};
        return;
    }
    const float left = fminf((float)variance / unpack(o->error), 1); /* to the fill, beside the measurement */
    const float invented = (float)o->kind / 255 * left;
    if (invented > 0.5f)
        o->kind = UNCAP_ORIGIN_INVENTED;
    else
        o->kind = 1 - left >= left - invented ? UNCAP_ORIGIN_UNBLENDED : UNCAP_ORIGIN_COPIED;
    o->error = error_of(sqrtf(flow_variance_load(variance)));
}

void flow_origin_start(const struct flow_work *work)
{
    visit_all(work, start_sample);
}

void flow_origin_fill(const struct flow_work *work)
{
    visit_all(work, fill_sample);
}

void flow_origin_settle(const struct flow_work *work)
{
    visit_all(work, settle_sample);
}

void flow_origin_free(const struct flow_work *work, int t, int x, int y)
{
    struct uncap_origin *origins = origins_at(work, t);
    if (origins)
        settle_sample(&origins[(ptrdiff_t)y * work->stride + x], 0);
}

static void note_source(struct uncap_origin *o, int n, int t, const struct flow_pointer *p)
{
    const bool is_behind = p->frame == n; /* before the window, who knows when */
    const int away = !is_behind && abs(p->frame - t) < 255 ? abs(p->frame - t) : 255;
    if (p->frame >= 0 && (!o->distance || away < o->distance))
        o->distance = (uint8_t)away;
}

void flow_origin_note(const struct flow_work *work, int t, struct flow_pointer *const pointers[FLOW_CHAINS])
{
    struct uncap_origin *origins = origins_at(work, t);
    const struct flow_mask *hole = &work->frames[t].hole;
    if (!origins)
        return;
    int rank = 0;
    for (int y = 0; y < hole->h; y++)
        for (int x = flow_mask_next(hole, 0, y); x < hole->w; x = flow_mask_next(hole, x + 1, y), rank++)
            for (int c = 0; c < FLOW_CHAINS; c++)
                if (pointers[c])
                    note_source(&origins[(ptrdiff_t)y * work->stride + x], work->n, t, &pointers[c][rank]);
}
