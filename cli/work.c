/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/work.h"

#include <string.h>

#include "cli/found.h"
#include "cli/outputs.h"
#include "cli/terminal.h"

int work_run(const struct args *args, int (*fn)(struct work *w, void *result, struct uncap_error *err),
             int (*done)(const struct work *w, const void *result), void *result)
{
    struct terminal terminal;
    const struct uncap_control control = terminal_control(&terminal, args);
    struct work w = {.args = args, .control = &control};
    struct uncap_error err = {.status = UNCAP_OK};
    int code;
    if (outputs_check(args, &err) || fn(&w, result, &err)) {
        code = terminal_fail(&terminal, &err);
    } else {
        terminal_end(&terminal);
        code = done(&w, result);
    }
    uncap_captions_close(&w.captions);
    uncap_report_clear(&w.report);
    return code;
}

int work_print_report(const struct work *w, const void *result)
{
    (void)result;
    if (w->args->n_operands == 1)
        found_print(w->args, w->captions, w->args->operands[0], !strcmp(w->report.encoder, "copy"));
    terminal_report(w->args, &w->report);
    return 0;
}
