/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/run.h"

#include "base/memory.h"
#include "inpaint/propainter/image_propagation.h"

enum { IMAGE_MOST = 100 };

/* frame * (1 - mask) for k frames. */
static void cut_holes(const struct uncap_propainter_run *r, float *to, const float *frames,
                      const float *masks, int k)
{
    for (size_t t = 0; t < (size_t)k; t++)
        for (size_t i = 0; i < 3 * r->plane; i++)
            to[t * 3 * r->plane + i] =
                frames[t * 3 * r->plane + i] * (1 - masks[t * r->plane + i % r->plane]);
}

/* One stretch: x (k frames) and m are scratch that ends up holding the propagated frames and masks. */
static int propagate_stretch(const struct uncap_propainter_run *r, const struct uncap_stretch *s,
                             const float *frames, const float *masks, const float *flow_f,
                             const float *flow_b, float *out, float *out_masks, float *x, float *m)
{
    const int k = s->end - s->first;
    const size_t pair = (size_t)s->first * 2 * r->plane;
    frames += (size_t)s->first * 3 * r->plane;
    masks += (size_t)s->first * r->plane;
    cut_holes(r, x, frames, masks, k);
    uncap_run_copy(r, m, masks, k, 1);
    const int status = uncap_propagate_images(x, m, flow_f + pair, flow_b + pair, k, r->clip->h, r->clip->w,
                                              r->pp->slices, NULL, r->cancel, r->err);
    for (int t = s->keep_first; !status && t < s->keep_end; t++) {
        const size_t from = (size_t)(t - s->first);
        const float *mask = masks + from * r->plane;
        for (size_t i = 0; i < 3 * r->plane; i++) {
            const float hole = mask[i % r->plane];
            out[(size_t)t * 3 * r->plane + i] =
                frames[from * 3 * r->plane + i] * (1 - hole) + x[from * 3 * r->plane + i] * hole;
        }
        uncap_run_copy(r, out_masks + (size_t)t * r->plane, m + from * r->plane, 1, 1);
    }
    return status;
}

/* Image propagation in sub-videos: updated frames and masks out (not in place). */
static int propagate(const struct uncap_propainter_run *r, const float *frames, const float *masks,
                     const float *flow_f, const float *flow_b, int n, float *out, float *out_masks)
{
    int sub = r->rule->window.subvideo_length;
    sub = sub < IMAGE_MOST ? sub : IMAGE_MOST;
    struct uncap_stretch s;
    const int most = n < sub + 2 * UNCAP_IMAGE_OVERLAP ? n : sub + 2 * UNCAP_IMAGE_OVERLAP;
    float *x = uncap_run_floats(r, most, 3);
    float *m = uncap_run_floats(r, most, 1);
    int status = x && m ? UNCAP_OK : uncap_fail_nomem(r->err, "image propagation");
    for (int i = 0; !status && uncap_stretch_at(n, sub, UNCAP_IMAGE_OVERLAP, i, &s); i++)
        status = propagate_stretch(r, &s, frames, masks, flow_f, flow_b, out, out_masks, x, m);
    uncap_free(x);
    uncap_free(m);
    return status;
}

/* Arrays of the sampled frames in DiffuEraser's first propagation. */
struct sample {
    float *frames, *masks, *raw_f, *raw_b, *flow_f, *flow_b, *out, *out_masks;
};

static int run_sample(const struct uncap_propainter_run *r, struct sample *k, int n, int rate, float *frames,
                      float *masks)
{
    for (int i = 0; i < n; i++) {
        uncap_run_copy(r, k->frames + (size_t)i * 3 * r->plane,
                       frames + (size_t)i * (size_t)rate * 3 * r->plane, 1, 3);
        uncap_run_copy(r, k->masks + (size_t)i * r->plane, masks + (size_t)i * (size_t)rate * r->plane, 1, 1);
    }
    int status = uncap_flow_pass_find(r, k->frames, n, k->raw_f, k->raw_b);
    if (!status)
        status = uncap_flow_pass_complete(r, k->raw_f, k->raw_b, k->masks, n, k->flow_f, k->flow_b);
    if (!status)
        status = propagate(r, k->frames, k->masks, k->flow_f, k->flow_b, n, k->out, k->out_masks);
    for (int i = 0; !status && i < n; i++) {
        uncap_run_copy(r, frames + (size_t)i * (size_t)rate * 3 * r->plane, k->out + (size_t)i * 3 * r->plane,
                       1, 3);
        uncap_run_copy(r, masks + (size_t)i * (size_t)rate * r->plane, k->out_masks + (size_t)i * r->plane, 1,
                       1);
    }
    return status;
}

/* DiffuEraser: on a long clip, frames far apart see each other first; every rate-th frame and mask is
 * replaced. */
static int propagate_far(const struct uncap_propainter_run *r, float *frames, float *masks)
{
    int sub = r->rule->window.subvideo_length;
    sub = sub < IMAGE_MOST ? sub : IMAGE_MOST;
    if (!r->rule->is_diffueraser || r->clip->n <= sub)
        return UNCAP_OK;
    const int rate = r->clip->n / (sub > 1 ? sub / 2 : 1);
    const int n = (r->clip->n + rate - 1) / rate;
    struct sample k = {uncap_run_floats(r, n, 3), uncap_run_floats(r, n, 1), uncap_run_floats(r, n, 2),
                       uncap_run_floats(r, n, 2), uncap_run_floats(r, n, 2), uncap_run_floats(r, n, 2),
                       uncap_run_floats(r, n, 3), uncap_run_floats(r, n, 1)};
    const bool is_ready =
        k.frames && k.masks && k.raw_f && k.raw_b && k.flow_f && k.flow_b && k.out && k.out_masks;
    const int status =
        is_ready ? run_sample(r, &k, n, rate, frames, masks) : uncap_fail_nomem(r->err, "far propagation");
    float *const all[] = {k.frames, k.masks, k.raw_f, k.raw_b, k.flow_f, k.flow_b, k.out, k.out_masks};
    for (size_t i = 0; i < sizeof(all) / sizeof(*all); i++)
        uncap_free(all[i]);
    return status;
}

/* Frames and masks as the generator gets them. */
int uncap_image_pass(struct uncap_propainter_run *r)
{
    const int n = r->clip->n;
    float *frames = uncap_run_floats(r, n, 3);
    int status = frames ? UNCAP_OK : uncap_fail_nomem(r->err, "image propagation");
    if (!status) {
        uncap_run_copy(r, frames, r->clip->frames, n, 3);
        uncap_run_copy(r, r->masks_in, r->clip->masks, n, 1);
        status = propagate_far(r, frames, r->masks_in);
    }
    if (!status)
        status = propagate(r, frames, r->masks_in, r->flow_f, r->flow_b, n, r->frames, r->masks_upd);
    uncap_free(frames);
    if (!status)
        status = uncap_run_show(r, "upd_frames", r->frames, n, 3);
    if (!status)
        status = uncap_run_show(r, "upd_masks", r->masks_upd, n, 1);
    return status;
}
