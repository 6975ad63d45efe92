/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/feature_propagation.h"

#include "base/memory.h"
#include "inpaint/propainter/warp.h"

enum { C = 128 };

/* One run: results of the two passes, and the scratch of a step. */
struct run {
    const struct uncap_feature_propagation *p;
    float *back, *forth, *warped, *valid;
    size_t plane;
    struct uncap_slices *slices;
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

static struct uncap_tensor image(const struct run *r, const float *data, int64_t channels)
{
    return uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, channels, r->p->h, r->p->w), data);
}

static void warp(const struct run *r, const float *previous, const float *along, const float *check)
{
    uncap_flow_validity(along, check, r->p->h, r->p->w, r->valid, r->slices);
    uncap_warp_bilinear(previous, C, r->p->h, r->p->w, along, r->warped, r->slices);
    for (size_t i = 0; r->p->is_clamped && i < C * r->plane; i++)
        r->warped[i] = r->warped[i] < -1 ? -1 : r->warped[i] > 1 ? 1 : r->warped[i];
}

/* One frame of a pass; previous is NULL at its first. pair: which flows lead here. */
static int step(const struct run *r, bool is_forward, size_t t, const float *previous, size_t pair)
{
    const struct uncap_feature_propagation *p = r->p;
    const float *along = (is_forward ? p->flow_b : p->flow_f) + pair * 2 * r->plane;
    const float *check = (is_forward ? p->flow_f : p->flow_b) + pair * 2 * r->plane;
    struct uncap_tensor x = image(r, is_forward ? r->back + t * C * r->plane : p->features[t], C);
    struct uncap_tensor masks = image(r, p->masks + t * 2 * r->plane, 2);
    struct uncap_tensor out = image(r, (is_forward ? r->forth : r->back) + t * C * r->plane, C);
    const struct uncap_port to = {"out", &out};
    if (!previous)
        return uncap_session_run(p->nets->first[is_forward],
                                 (const struct uncap_port[]){{"x", &x}, {"masks", &masks}}, 2, &to, 1,
                                 r->cancel, r->err);
    warp(r, previous, along, check);
    struct uncap_tensor before = image(r, previous, C);
    struct uncap_tensor warped = image(r, r->warped, C);
    struct uncap_tensor flow = image(r, along, 2);
    struct uncap_tensor valid = image(r, r->valid, 1);
    const struct uncap_port in[] = {{"p", &before},  {"x", &x},         {"warped", &warped},
                                    {"flow", &flow}, {"valid", &valid}, {"masks", &masks}};
    return uncap_session_run(p->nets->step[is_forward], in, 6, &to, 1, r->cancel, r->err);
}

static int pass(const struct run *r, bool is_forward)
{
    const size_t n = (size_t)r->p->n;
    const float *result = is_forward ? r->forth : r->back;
    int status = UNCAP_OK;
    for (size_t i = 0; !status && i < n; i++) {
        const size_t t = is_forward ? i : n - 1 - i;
        const size_t from = is_forward ? t - 1 : t + 1;
        status =
            step(r, is_forward, t, i ? result + from * C * r->plane : NULL, i ? (is_forward ? t - 1 : t) : 0);
    }
    return status;
}

static int fuse(const struct run *r)
{
    int status = UNCAP_OK;
    for (size_t t = 0; !status && t < (size_t)r->p->n; t++) {
        struct uncap_tensor back = image(r, r->back + t * C * r->plane, C);
        struct uncap_tensor forth = image(r, r->forth + t * C * r->plane, C);
        struct uncap_tensor masks = image(r, r->p->masks + t * 2 * r->plane, 2);
        struct uncap_tensor x = image(r, r->p->features[t], C);
        struct uncap_tensor out = image(r, r->p->out + t * C * r->plane, C);
        const struct uncap_port in[] = {{"back", &back}, {"forth", &forth}, {"masks", &masks}, {"x", &x}};
        status = uncap_session_run(r->p->nets->fuse, in, 4, &(struct uncap_port){"out", &out}, 1, r->cancel,
                                   r->err);
    }
    return status;
}

int uncap_propagate_features(const struct uncap_feature_propagation *p, struct uncap_slices *slices,
                             const struct uncap_probe *probe, struct uncap_cancel *cancel,
                             struct uncap_error *err)
{
    struct run r = {
        .p = p, .plane = (size_t)p->h * (size_t)p->w, .slices = slices, .cancel = cancel, .err = err};
    const size_t all = (size_t)p->n * C;
    r.back = uncap_alloc(all, r.plane * sizeof(float));
    r.forth = uncap_alloc(all, r.plane * sizeof(float));
    r.warped = uncap_alloc(C, r.plane * sizeof(float));
    r.valid = uncap_alloc(1, r.plane * sizeof(float));
    int status =
        r.back && r.forth && r.warped && r.valid ? UNCAP_OK : uncap_fail_nomem(err, "feature propagation");
    if (!status)
        status = pass(&r, false);
    if (!status)
        status = pass(&r, true);
    const struct uncap_shape shape = UNCAP_SHAPE(p->n, C, p->h, p->w);
    if (!status)
        status = uncap_probe_show(probe, "prop_backward", shape, r.back, 0, 1, err);
    if (!status)
        status = uncap_probe_show(probe, "prop_forward", shape, r.forth, 0, 1, err);
    if (!status)
        status = fuse(&r);
    if (!status)
        status = uncap_probe_show(probe, "prop", shape, p->out, 0, 1, err);
    uncap_free(r.back);
    uncap_free(r.forth);
    uncap_free(r.warped);
    uncap_free(r.valid);
    return status;
}
