/* SPDX-License-Identifier: Apache-2.0 */
/* What every verb over a video does around its own work: terminal, Ctrl-C, errors, clean-up. */
#ifndef UNCAPTION_CLI_WORK_H
#define UNCAPTION_CLI_WORK_H

#include "cli/args.h"

struct work {
    const struct args *args;
    const struct uncap_control *control;
    struct uncap_captions *captions; /* closed afterwards */
    struct uncap_report report;
};

/* Run fn, then done, and return the exit code: done's, or the error's after printing it.
 *
 * fn    the work itself; keep what is to be printed in *w or *result.
 * done  prints; the progress bar is gone by then. */
int work_run(const struct args *args, int (*fn)(struct work *w, void *result, struct uncap_error *err),
             int (*done)(const struct work *w, const void *result), void *result);

/* A done that prints what was found, if it was looked for, and the table of stages. */
int work_print_report(const struct work *w, const void *result);

#endif
