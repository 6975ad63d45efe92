/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/run.h"

#include "base/memory.h"

static int encode(struct uncap_propainter_run *r, int t)
{
    if (r->features[t])
        return UNCAP_OK;
    r->features[t] = uncap_run_floats(r, 1, UNCAP_FEATURES);
    if (!r->features[t])
        return uncap_fail_nomem(r->err, "a frame's features");
    return uncap_generator_encode(r->pp->generator, r->frames + (size_t)t * 3 * r->plane,
                                  r->masks_in + (size_t)t * r->plane, r->masks_upd + (size_t)t * r->plane,
                                  r->clip->h, r->clip->w, r->features[t], r->cancel, r->err);
}

/* Pointers of one window; room for all frames of the clip. */
struct window {
    const float **features, **mask_in, **mask_upd;
    int *refs;
    float *out;
};

static int fill_window(struct uncap_propainter_run *r, struct window *k, int f, int *n_done)
{
    int first;
    int end;
    uncap_window_local(&r->rule->window, r->clip->n, f, &first, &end);
    const int n_local = end - first;
    const int n = n_local + uncap_window_references(&r->rule->window, r->clip->n, f, k->refs);
    int status = UNCAP_OK;
    for (int i = 0; !status && i < n; i++) {
        const int t = i < n_local ? first + i : k->refs[i - n_local];
        status = encode(r, t);
        k->features[i] = r->features[t];
        k->mask_in[i] = r->masks_in + (size_t)t * r->plane;
        k->mask_upd[i] = r->masks_upd + (size_t)t * r->plane;
    }
    if (status)
        return status;
    const size_t pair = (size_t)first * 2 * r->plane;
    const struct uncap_generator_window win = {
        n,          n_local,     r->clip->h,       r->clip->w,       k->features,
        k->mask_in, k->mask_upd, r->flow_f + pair, r->flow_b + pair, r->rule->is_diffueraser};
    status = uncap_generator_fill(r->pp->generator, &win, k->out, r->cancel, r->err);
    if (!status && f == r->rule->probe_window)
        status = uncap_run_show(r, "gen", k->out, n_local, 3);
    for (int t = first; !status && t < end; t++)
        r->clip->put(r->clip->opaque, t, k->out + (size_t)(t - first) * 3 * r->plane, t >= *n_done);
    *n_done = end > *n_done ? end : *n_done;
    return status;
}

int uncap_window_pass(struct uncap_propainter_run *r)
{
    const size_t n = (size_t)r->clip->n;
    const int step = uncap_window_step(&r->rule->window);
    struct window k = {uncap_alloc(n, sizeof(float *)), uncap_alloc(n, sizeof(float *)),
                       uncap_alloc(n, sizeof(float *)), uncap_alloc(n, sizeof(int)),
                       uncap_run_floats(r, 2 * step + 1, 3)};
    int n_done = 0;
    int status = k.features && k.mask_in && k.mask_upd && k.refs && k.out
                     ? UNCAP_OK
                     : uncap_fail_nomem(r->err, "the generator");
    for (int f = 0; !status && f < r->clip->n; f += step)
        status = fill_window(r, &k, f, &n_done);
    uncap_free(k.features);
    uncap_free(k.mask_in);
    uncap_free(k.mask_upd);
    uncap_free(k.refs);
    uncap_free(k.out);
    return status;
}
