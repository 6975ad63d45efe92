/* SPDX-License-Identifier: Apache-2.0 */
/* The command line: verbs, operands and what was asked for. */
#ifndef UNCAPTION_CLI_ARGS_H
#define UNCAPTION_CLI_ARGS_H

#include <stdbool.h>
#include <stddef.h>

#include "uncaption/uncaption.h"

enum { MAX_REGIONS = 16, MAX_ENGINE_OPTIONS = 32, MAX_OPERANDS = 3 };

enum progress_style { PROGRESS_AUTO, PROGRESS_JSON, PROGRESS_NONE };

/* What was asked for; strings point into argv. */
struct args {
    const char *operands[MAX_OPERANDS];
    int n_operands;
    const char *out, *report, *srt, *ass, *captions_out;
    const char *keep_script, *remove_script;
    struct uncap_detect_options detect;
    struct uncap_erase_options erase;
    struct uncap_region regions[MAX_REGIONS];
    const char *engine_options[MAX_ENGINE_OPTIONS + 1];
    size_t n_engine_options;
    bool matte, residual, quiet, verbose, help;
    enum progress_style progress;
};

/* A verb of the program; the first one runs when argv[1] names none. */
struct verb {
    const char *name; /* "" for the plain call */
    const char *synopsis, *summary;
    unsigned flag; /* its bit in the options' verbs */
    int min_operands, max_operands;
    int (*run)(const struct args *args);
};

enum verb_flag {
    VERB_RUN = 1,
    VERB_DETECT = 2,
    VERB_ERASE = 4,
    VERB_OVERLAY = 8,
    VERB_VERIFY = 16,
    VERB_ENGINES = 32,
    VERB_DOCTOR = 64,
    VERB_MODELS = 128,
};

/* Parse argv[first..]; prints what is wrong to stderr. Returns false if the call makes no sense. */
bool args_parse(struct args *out, const struct verb *verb, int argc, char **argv, int first);

/* Print usage and the verb's options to stdout. */
void args_help(const struct verb *verb, const struct verb *all);

#endif
