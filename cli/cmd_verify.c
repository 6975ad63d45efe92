/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/work.h"

static int verify(struct work *w, void *result, struct uncap_error *err)
{
    const struct args *args = w->args;
    const int status = uncap_captions_load(args->operands[1], &w->captions, err);
    return status ? status
                  : uncap_verify(args->operands[0], w->captions, &args->erase, w->control, result, err);
}

static int find_residual(struct work *w, void *result, struct uncap_error *err)
{
    const struct args *args = w->args;
    const int status = uncap_captions_load(args->operands[1], &w->captions, err);
    return status ? status
                  : uncap_verify_residual(args->operands[0], w->captions, &args->detect, w->control, result,
                                          err);
}

static int print_verification(const struct work *w, const void *result)
{
    const struct uncap_verification *v = result;
    if (w->args->quiet && !v->n_outside)
        return 0;
    printf("%lld frames compared, %lld changed\n", (long long)v->n_frames, (long long)v->n_frames_changed);
    printf("%lld of %lld samples changed (%.3f %%)", (long long)v->n_samples_changed, (long long)v->n_samples,
           v->n_samples ? 100.0 * (double)v->n_samples_changed / (double)v->n_samples : 0.0);
    if (v->changed_x0 < v->changed_x1)
        printf(", all within x %d..%d, y %d..%d", v->changed_x0, v->changed_x1 - 1, v->changed_y0,
               v->changed_y1 - 1);
    printf("\n");
    if (v->n_outside) {
        printf("FAILED: %lld samples changed that no caption covers, first in frame %lld\n",
               (long long)v->n_outside, (long long)v->first_outside_frame);
        return 1;
    }
    printf("ok: every sample outside the captions equals the decoded one\n");
    return 0;
}

static int print_residual(const struct work *w, const void *result)
{
    const struct uncap_residual *r = result;
    if (w->args->quiet && !r->n_frames_left)
        return 0;
    printf("%lld frames with removed captions looked at\n", (long long)r->n_frames_looked_at);
    if (r->n_frames_left) {
        printf("FAILED: the detector still sees %zu caption%s in %lld frames, first in frame %lld\n",
               r->n_captions_left, r->n_captions_left == 1 ? "" : "s", (long long)r->n_frames_left,
               (long long)r->first_frame_left);
        return 1;
    }
    printf("ok: the detector finds none of the removed captions\n");
    return 0;
}

int cmd_verify(const struct args *args)
{
    struct uncap_verification verification;
    struct uncap_residual residual;
    return args->residual ? work_run(args, find_residual, print_residual, &residual)
                          : work_run(args, verify, print_verification, &verification);
}
