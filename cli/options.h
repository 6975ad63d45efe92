/* SPDX-License-Identifier: Apache-2.0 */
/* The options of all verbs: one table for parsing and for --help alike. */
#ifndef UNCAPTION_CLI_OPTIONS_H
#define UNCAPTION_CLI_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "cli/args.h"

enum option_kind {
    OPTION_TEXT, /* its value goes into a const char * */
    OPTION_FLAG, /* sets a bool */
    OPTION_CALL, /* read by a function */
};

struct option {
    const char *name;  /* long name without dashes; NULL ends the table */
    char letter;       /* short name or 0 */
    const char *value; /* name of the value in --help, NULL: it has none */
    unsigned verbs;    /* enum verb_flag: that know it */
    enum option_kind kind;
    size_t field; /* offset in struct args */
    bool (*set)(struct args *a, const char *value);
    const char *help;
};

extern const struct option options[];

/* Put an option's value (NULL: it has none) into the arguments; false if it means nothing. */
bool option_set(const struct option *option, struct args *a, const char *value);

#endif
