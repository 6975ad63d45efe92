/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/scratch.h"

#include "base/memory.h"

static size_t cells_of(int w, int h)
{
    return (size_t)((w + 1) / 2) * (size_t)((h + 1) / 2);
}

size_t flow_scratch_bytes(int w, int h, int cw, int ch)
{
    const size_t n = (size_t)w * (size_t)h;
    const size_t n_c = (size_t)cw * (size_t)ch;
    const size_t floats =
        4 * n + 6 * n_c + (size_t)w + 2 * uncap_laplace_floats(w, h) + FLOW_SCRATCH_CELLS * cells_of(w, h);
    return 3 * flow_mask_bytes(w, h) + 2 * flow_mask_bytes(cw, ch) + 2 * flow_pushpull_bytes(w, h) +
           flow_sites_bytes(w, h, cw, ch) + floats * sizeof(float) + (n + n_c) * sizeof(struct flow_pointer) +
           (size_t)h * 2 * sizeof(int32_t) +
           (size_t)(3 * UNCAP_MAX_PLANES + FLOW_SCRATCH_CELLS + 7) * UNCAP_ALIGN;
}

bool flow_scratch_open(struct flow_scratch *s, int w, int h, int cw, int ch)
{
    *s = (struct flow_scratch){0};
    const size_t n = (size_t)w * (size_t)h;
    bool ok = flow_mask_open(&s->need, w, h) && flow_mask_open(&s->outer, w, h) &&
              flow_mask_open(&s->listed, w, h) && flow_mask_open(&s->need_c, cw, ch) &&
              flow_mask_open(&s->outer_c, cw, ch) && flow_sites_open(&s->sites, w, h, cw, ch) &&
              flow_pushpull_open(&s->smooth, w, h) && flow_pushpull_open(&s->error, w, h);
    for (int i = 0; i < UNCAP_MAX_PLANES; i++) {
        const size_t plane = i ? (size_t)cw * (size_t)ch : n;
        s->value[i] = uncap_alloc(plane, sizeof(float));
        s->sum[i] = uncap_alloc(plane, sizeof(float));
        s->weight[i] = uncap_alloc(plane, sizeof(float));
        ok = ok && s->value[i] && s->sum[i] && s->weight[i];
    }
    for (int i = 0; i < FLOW_SCRATCH_CELLS; i++) {
        s->cells[i] = uncap_alloc(cells_of(w, h), sizeof(float));
        ok = ok && s->cells[i];
    }
    s->trust = uncap_alloc(n, sizeof(float));
    s->row = uncap_alloc((size_t)w, sizeof(float));
    s->relaxed = uncap_alloc(uncap_laplace_floats(w, h), sizeof(float));
    s->rate = uncap_alloc(uncap_laplace_floats(w, h), sizeof(float));
    s->span = uncap_alloc((size_t)h, sizeof(*s->span));
    s->adopted = uncap_alloc(n, sizeof(*s->adopted));
    s->chosen = uncap_alloc((size_t)cw * (size_t)ch, sizeof(*s->chosen));
    if (ok && s->chosen && s->trust && s->row && s->relaxed && s->rate && s->span && s->adopted)
        return true;
    flow_scratch_close(s);
    return false;
}

void flow_scratch_close(struct flow_scratch *s)
{
    flow_mask_close(&s->need);
    flow_mask_close(&s->outer);
    flow_mask_close(&s->listed);
    flow_mask_close(&s->need_c);
    flow_mask_close(&s->outer_c);
    flow_sites_close(&s->sites);
    flow_pushpull_close(&s->smooth);
    flow_pushpull_close(&s->error);
    for (int i = 0; i < UNCAP_MAX_PLANES; i++) {
        uncap_free(s->value[i]);
        uncap_free(s->sum[i]);
        uncap_free(s->weight[i]);
    }
    for (int i = 0; i < FLOW_SCRATCH_CELLS; i++)
        uncap_free(s->cells[i]);
    uncap_free(s->trust);
    uncap_free(s->row);
    uncap_free(s->relaxed);
    uncap_free(s->rate);
    uncap_free(s->span);
    uncap_free(s->adopted);
    uncap_free(s->chosen);
    *s = (struct flow_scratch){0};
}
