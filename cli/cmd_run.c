/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/found.h"
#include "cli/work.h"

/* Both passes. What the second would refuse is checked before the first. */
static int run(struct work *w, void *result, struct uncap_error *err)
{
    (void)result;
    const struct args *args = w->args;
    const char *in = args->operands[0];
    int status = uncap_erase_check(in, args->out, &args->erase, err);
    if (!status)
        status = uncap_detect(in, &args->detect, w->control, &w->captions, &w->report, err);
    if (!status)
        status = found_export(args, w->captions, args->captions_out, err);
    if (!status)
        status = uncap_erase(in, w->captions, args->out, &args->erase, w->control, &w->report, err);
    if (!status && args->report)
        status = uncap_report_save(&w->report, args->report, err);
    return status;
}

int cmd_run(const struct args *args)
{
    return work_run(args, run, work_print_report, NULL);
}
