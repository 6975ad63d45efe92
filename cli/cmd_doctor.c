/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static void on_finding(void *opaque, const struct uncap_finding *f)
{
    static const char *const kinds[] = {"runtime", "provider", "model", "encoder"};
    (void)opaque;
    printf("%-9s %-24s %-4s %s\n", kinds[f->kind], f->name, f->works ? "yes" : "no", f->detail);
}

int cmd_doctor(const struct args *args)
{
    struct uncap_error err = {.status = UNCAP_OK};
    if (!uncap_doctor(args->erase.models, on_finding, NULL, &err))
        return 0;
    return terminal_fail(NULL, &err);
}
