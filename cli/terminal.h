/* SPDX-License-Identifier: Apache-2.0 */
/* What a person at a terminal, or a program that reads lines, sees while a job runs; and Ctrl-C. */
#ifndef UNCAPTION_CLI_TERMINAL_H
#define UNCAPTION_CLI_TERMINAL_H

#include "cli/args.h"

struct terminal {
    const struct args *args;
    bool is_tty;
    bool has_bar; /* a bar stands on the current line */
};

/* Callbacks for a job; terminal outlives it. Ctrl-C, and whatever else would end the program, cancels the
 * job; another one two seconds later kills the program. */
struct uncap_control terminal_control(struct terminal *terminal, const struct args *args);

/* Remove the bar, so that other lines can be printed. */
void terminal_end(struct terminal *terminal);

/* Print the error and turn it into the exit code. terminal may be NULL. */
int terminal_fail(struct terminal *terminal, const struct uncap_error *err);

/* The program's exit code: code, unless what was printed could not be written. */
int terminal_close(int code);

/* The table of stages that ends a run. */
void terminal_report(const struct args *args, const struct uncap_report *report);

#endif
