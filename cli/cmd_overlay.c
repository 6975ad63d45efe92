/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/terminal.h"

int cmd_overlay(const struct args *args)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    const struct uncap_overlay_options options = {.matte_only = args->matte, .encoder = args->erase.encoder,
                                                  .threads = args->erase.threads,
                                                  .allow_damaged = args->erase.allow_damaged};
    struct uncap_captions *captions = NULL;
    struct uncap_error err = {.status = UNCAP_OK};
    int status = uncap_captions_load(args->operands[1], &captions, &err);
    if (!status)
        status = uncap_overlay(args->operands[0], captions, args->out, &options, &control, &err);
    uncap_captions_close(&captions);
    terminal_end(&terminal);
    return status ? terminal_fail(&terminal, &err) : 0;
}
