/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "cli/commands.h"
#include "cli/terminal.h"

static const char *state_name(enum uncap_model_state state)
{
    switch (state) {
    case UNCAP_MODEL_MISSING: return "missing";
    case UNCAP_MODEL_PRESENT: return "present";
    case UNCAP_MODEL_VALID: return "valid";
    case UNCAP_MODEL_OTHER: return "another file";
    }
    return "?";
}

static bool is_direct(const char *url)
{
    const char *name = strrchr(url, '/');
    return name && strrchr(name, '.');
}

static void print_file(const struct uncap_model_file *f, enum uncap_model_state state, const char *path)
{
    printf("  %-13s %s\n", state_name(state), f->name);
    if (*path)
        printf("  %-13s at %s\n", "", path);
    if (f->bytes)
        printf("  %-13s %llu bytes, sha256 %s\n", "", (unsigned long long)f->bytes,
               f->sha256 ? f->sha256 : "not known");
    printf("  %-13s licence: %s\n", "", f->licence);
    printf("  %-13s from %s\n", "", f->url);
}

/* Commands for what is not here; a page that is no file is for a person to follow. */
static void print_commands(const char *models)
{
    struct uncap_model_file f;
    char path[4096];
    bool has_head = false;
    for (size_t i = 0; uncap_model_file_at(i, &f); i++) {
        if (uncap_model_find(&f, models, false, path, sizeof(path)) != UNCAP_MODEL_MISSING ||
            !is_direct(f.url))
            continue;
        if (!has_head)
            printf("\nTo fetch what is missing (mind the licences):\n  mkdir -p "
                   "\"${UNCAPTION_MODELS:-models}\"\n");
        has_head = true;
        printf("  curl -L --create-dirs -o \"${UNCAPTION_MODELS:-models}/%s\" %s\n", f.name, f.url);
        if (f.sha256)
            printf("  echo \"%s  ${UNCAPTION_MODELS:-models}/%s\" | sha256sum -c\n", f.sha256, f.name);
    }
    if (has_head)
        printf("then name that folder with --models or $UNCAPTION_MODELS.\n");
}

/* `models synth ENGINE DIR`, for developers: checkpoints of the right form that hold noise. */
static int synthesise(const struct args *args)
{
    struct uncap_error err = {UNCAP_OK, 0, ""};
    if (args->n_operands != 3 || strcmp(args->operands[0], "synth")) {
        fprintf(stderr, "uncaption: beside options, models takes nothing, or synth ENGINE FOLDER\n");
        return 2;
    }
    if (!uncap_models_synth(args->operands[1], args->operands[2], "#7", &err))
        return 0;
    return terminal_fail(NULL, &err);
}

int cmd_models(const struct args *args)
{
    struct uncap_model_file f;
    char path[4096];
    const char *engine = "";
    if (args->n_operands)
        return synthesise(args);
    for (size_t i = 0; uncap_model_file_at(i, &f); i++) {
        if (strcmp(engine, f.engine))
            printf("%s%s\n", i ? "\n" : "", f.engine);
        engine = f.engine;
        const enum uncap_model_state state =
            uncap_model_find(&f, args->erase.models, true, path, sizeof(path));
        print_file(&f, state, path);
    }
    print_commands(args->erase.models);
    return 0;
}
