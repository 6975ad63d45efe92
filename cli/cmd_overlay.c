/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/work.h"

static int overlay(struct work *w, void *result, struct uncap_error *err)
{
    (void)result;
    const struct args *args = w->args;
    const struct uncap_overlay_options options = {.matte_only = args->matte,
                                                  .encoder = args->erase.encoder,
                                                  .threads = args->erase.threads,
                                                  .allow_damaged = args->erase.allow_damaged};
    const int status = uncap_captions_load(args->operands[1], &w->captions, err);
    return status ? status
                  : uncap_overlay(args->operands[0], w->captions, args->out, &options, w->control, err);
}

static int done(const struct work *w, const void *result)
{
    (void)w;
    (void)result;
    return 0;
}

int cmd_overlay(const struct args *args)
{
    return work_run(args, overlay, done, NULL);
}
