/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "cli/commands.h"

int cmd_engines(const struct args *args)
{
    (void)args;
    const char *name;
    const char *description;
    const char *prior;
    for (size_t i = 0; uncap_engine_at(i, &name, &description, &prior); i++) {
        printf("%-12s %s\n", name, description);
        if (prior)
            printf("%-12s starts from the result of %s (--prior)\n", "", prior);
    }
    return 0;
}
