/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/work.h"

static int erase(struct work *w, void *result, struct uncap_error *err)
{
    (void)result;
    const struct args *args = w->args;
    const char *in = args->operands[0];
    int status = uncap_erase_check(in, args->out, &args->erase, err);
    if (!status)
        status = uncap_captions_load(args->operands[1], &w->captions, err);
    if (!status)
        status = uncap_erase(in, w->captions, args->out, &args->erase, w->control, &w->report, err);
    if (!status && args->report)
        status = uncap_report_save(&w->report, args->report, err);
    return status;
}

int cmd_erase(const struct args *args)
{
    return work_run(args, erase, work_print_report, NULL);
}
