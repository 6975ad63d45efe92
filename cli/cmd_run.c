/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/found.h"
#include "cli/terminal.h"

/* Both passes; err says what went wrong. */
static int run(const struct args *args, const struct uncap_control *control, struct uncap_captions **captions,
               struct uncap_report *report, struct uncap_error *err)
{
    const char *in = args->operands[0];
    int status = uncap_erase_check(in, args->out, &args->erase, err);
    if (!status)
        status = uncap_detect(in, &args->detect, control, captions, report, err);
    if (!status)
        status = found_export(args, *captions, args->captions_out, err);
    if (!status)
        status = uncap_erase(in, *captions, args->out, &args->erase, control, report, err);
    if (!status && args->report)
        status = uncap_report_save(report, args->report, err);
    return status;
}

int cmd_run(const struct args *args)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    struct uncap_captions *captions = NULL;
    struct uncap_report report = {.n_frames = 0};
    struct uncap_error err = {.status = UNCAP_OK};
    int code = 0;
    if (run(args, &control, &captions, &report, &err)) {
        code = terminal_fail(&terminal, &err);
    } else {
        terminal_end(&terminal);
        found_print(args, captions, args->operands[0]);
        terminal_report(&terminal, &report);
    }
    uncap_captions_close(&captions);
    return code;
}
