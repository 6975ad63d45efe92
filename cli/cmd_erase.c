/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/terminal.h"

static int erase(const struct args *args, const struct uncap_control *control, struct uncap_captions **captions,
                 struct uncap_report *report, struct uncap_error *err)
{
    const char *in = args->operands[0];
    int status = uncap_erase_check(in, args->out, &args->erase, err);
    if (!status)
        status = uncap_captions_load(args->operands[1], captions, err);
    if (!status)
        status = uncap_erase(in, *captions, args->out, &args->erase, control, report, err);
    if (!status && args->report)
        status = uncap_report_save(report, args->report, err);
    return status;
}

int cmd_erase(const struct args *args)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    struct uncap_captions *captions = NULL;
    struct uncap_report report = {.n_frames = 0};
    struct uncap_error err = {.status = UNCAP_OK};
    int code = 0;
    if (erase(args, &control, &captions, &report, &err)) {
        code = terminal_fail(&terminal, &err);
    } else {
        terminal_end(&terminal);
        terminal_report(&terminal, &report);
    }
    uncap_captions_close(&captions);
    return code;
}
