/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/commands.h"
#include "cli/found.h"
#include "cli/work.h"

static int detect(struct work *w, void *result, struct uncap_error *err)
{
    (void)result;
    const struct args *args = w->args;
    int status = uncap_detect(args->operands[0], &args->detect, w->control, &w->captions, &w->report, err);
    if (!status)
        status = found_export(args, w->captions, args->out, err);
    if (!status && args->report)
        status = uncap_report_save(&w->report, args->report, err);
    return status;
}

int cmd_detect(const struct args *args)
{
    return work_run(args, detect, work_print_report, NULL);
}
