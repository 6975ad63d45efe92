/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/run.h"

#include "base/memory.h"

/* Flow between neighbours, both ways. Each frame is looked at once. */
int uncap_flow_pass_find(const struct uncap_propainter_run *r, const float *frames, int n, float *flow_f,
                         float *flow_b)
{
    const int h = r->clip->h;
    const int w = r->clip->w;
    struct uncap_raft_frame seen[2] = {{.h = 0}};
    int status = UNCAP_OK;
    for (int t = 0; !status && t < n; t++) {
        struct uncap_raft_frame *now = &seen[t % 2];
        const struct uncap_raft_frame *before = &seen[(t + 1) % 2];
        uncap_raft_frame_close(now);
        status =
            uncap_raft_look(r->pp->raft, frames + (size_t)t * 3 * r->plane, h, w, now, r->cancel, r->err);
        if (status || t == 0)
            continue;
        const size_t at = (size_t)(t - 1) * 2 * r->plane;
        const int iterations = r->rule->raft_iterations;
        status = uncap_raft_flow(r->pp->raft, before, now, iterations, flow_f + at, NULL, r->cancel, r->err);
        if (!status)
            status =
                uncap_raft_flow(r->pp->raft, now, before, iterations, flow_b + at, NULL, r->cancel, r->err);
    }
    uncap_raft_frame_close(&seen[0]);
    uncap_raft_frame_close(&seen[1]);
    return status;
}

/* Complete flows in sub-videos; raw flows in, completed ones out. */
int uncap_flow_pass_complete(const struct uncap_propainter_run *r, const float *raw_f, const float *raw_b,
                             const float *masks, int n, float *flow_f, float *flow_b)
{
    struct uncap_stretch s;
    int status = UNCAP_OK;
    for (int i = 0;
         !status && uncap_stretch_at(n - 1, r->rule->window.subvideo_length, UNCAP_FLOW_OVERLAP, i, &s);
         i++) {
        const int count = s.end - s.first;
        const int keep = s.keep_end - s.keep_first;
        const size_t from = (size_t)s.first * 2 * r->plane;
        const size_t to = (size_t)s.keep_first * 2 * r->plane;
        const size_t offset = to - from;
        float *f = uncap_run_floats(r, count, 2);
        float *b = uncap_run_floats(r, count, 2);
        status = f && b ? UNCAP_OK : uncap_fail_nomem(r->err, "flow completion");
        if (!status) {
            uncap_run_copy(r, f, raw_f + from, count, 2);
            uncap_run_copy(r, b, raw_b + from, count, 2);
            status = uncap_flow_completion_run(r->pp->completion, f, b, masks + (size_t)s.first * r->plane,
                                               count + 1, r->clip->h, r->clip->w, r->cancel, r->err);
        }
        if (!status) {
            uncap_run_copy(r, flow_f + to, f + offset, keep, 2);
            uncap_run_copy(r, flow_b + to, b + offset, keep, 2);
        }
        uncap_free(f);
        uncap_free(b);
    }
    return status;
}

/* Optical flow and its completion. */
int uncap_flow_pass(struct uncap_propainter_run *r)
{
    const int pairs = r->clip->n - 1;
    float *raw_f = uncap_run_floats(r, pairs, 2);
    float *raw_b = uncap_run_floats(r, pairs, 2);
    int status = raw_f && raw_b ? UNCAP_OK : uncap_fail_nomem(r->err, "optical flow");
    if (!status)
        status = uncap_flow_pass_find(r, r->clip->frames, r->clip->n, raw_f, raw_b);
    if (!status)
        status = uncap_run_show(r, "raft_f", raw_f, pairs, 2);
    if (!status)
        status = uncap_run_show(r, "raft_b", raw_b, pairs, 2);
    if (!status)
        status = uncap_flow_pass_complete(r, raw_f, raw_b, r->clip->masks, r->clip->n, r->flow_f, r->flow_b);
    uncap_free(raw_f);
    uncap_free(raw_b);
    if (!status)
        status = uncap_run_show(r, "comp_f", r->flow_f, pairs, 2);
    if (!status)
        status = uncap_run_show(r, "comp_b", r->flow_b, pairs, 2);
    return status;
}
