/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/found.h"
#include "cli/terminal.h"

static int detect(const struct args *args, const struct uncap_control *control, struct uncap_captions **captions,
                  struct uncap_report *report, struct uncap_error *err)
{
    int status = uncap_detect(args->operands[0], &args->detect, control, captions, report, err);
    if (!status)
        status = found_export(args, *captions, args->out, err);
    if (!status && args->report)
        status = uncap_report_save(report, args->report, err);
    return status;
}

int cmd_detect(const struct args *args)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    struct uncap_captions *captions = NULL;
    struct uncap_report report = {.n_frames = 0};
    struct uncap_error err = {.status = UNCAP_OK};
    int code = 0;
    if (detect(args, &control, &captions, &report, &err)) {
        code = terminal_fail(&terminal, &err);
    } else {
        terminal_end(&terminal);
        found_print(args, captions, args->operands[0]);
        terminal_report(&terminal, &report);
    }
    uncap_captions_close(&captions);
    return code;
}
