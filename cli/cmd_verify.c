/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static int print(const struct uncap_verification *v)
{
    printf("%lld frames compared, %lld changed\n", (long long)v->n_frames, (long long)v->n_frames_changed);
    printf("%lld of %lld samples changed (%.3f %%)", (long long)v->n_samples_changed, (long long)v->n_samples,
           v->n_samples ? 100.0 * (double)v->n_samples_changed / (double)v->n_samples : 0.0);
    if (v->changed_x0 < v->changed_x1)
        printf(", all within x %d..%d, y %d..%d", v->changed_x0, v->changed_x1 - 1, v->changed_y0, v->changed_y1 - 1);
    printf("\n");
    if (v->n_outside) {
        printf("FAILED: %lld samples changed that no caption covers, first in frame %lld\n", (long long)v->n_outside,
               (long long)v->first_outside_frame);
        return 1;
    }
    printf("ok: every sample outside the captions equals the decoded one\n");
    return 0;
}

static int print_residual(const struct uncap_residual *r)
{
    printf("%lld frames with removed captions looked at\n", (long long)r->n_frames_looked_at);
    if (r->n_frames_left) {
        printf("FAILED: the detector still sees %zu caption%s in %lld frames, first in frame %lld\n", r->n_captions_left,
               r->n_captions_left == 1 ? "" : "s", (long long)r->n_frames_left, (long long)r->first_frame_left);
        return 1;
    }
    printf("ok: the detector finds none of the removed captions\n");
    return 0;
}

int cmd_verify(const struct args *args)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    struct uncap_captions *captions = NULL;
    struct uncap_verification result;
    struct uncap_residual residual;
    struct uncap_error err = {.status = UNCAP_OK};
    int status = uncap_captions_load(args->operands[1], &captions, &err);
    if (!status && args->residual)
        status = uncap_verify_residual(args->operands[0], captions, &args->detect, &control, &residual, &err);
    else if (!status)
        status = uncap_verify(args->operands[0], captions, &args->erase, &control, &result, &err);
    uncap_captions_close(&captions);
    terminal_end(&terminal);
    if (status)
        return terminal_fail(&terminal, &err);
    return args->residual ? print_residual(&residual) : print(&result);
}
