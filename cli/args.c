/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/args.h"

#include <stdio.h>
#include <string.h>

#include "cli/options.h"

static const struct option *find(const char *name, size_t length, unsigned verbs)
{
    for (const struct option *o = options; o->name; o++)
        if (o->verbs & verbs && strlen(o->name) == length && !strncmp(o->name, name, length))
            return o;
    return NULL;
}

static const struct option *find_letter(char letter, unsigned verbs)
{
    for (const struct option *o = options; o->name; o++)
        if (o->verbs & verbs && o->letter == letter)
            return o;
    return NULL;
}

static bool complain(const struct verb *verb, const char *what, const char *arg)
{
    fprintf(stderr, "uncaption: %s '%s'; see `uncaption%s%s --help`\n", what, arg, *verb->name ? " " : "",
            verb->name);
    return false;
}

/* One option at argv[*i]; moves *i past a value of its own. */
static bool parse_option(struct args *out, const struct verb *verb, int argc, char **argv, int *i)
{
    const char *arg = argv[*i];
    const bool is_long = arg[1] == '-';
    const char *name = arg + (is_long ? 2 : 1);
    const char *equals = is_long ? strchr(name, '=') : NULL;
    const struct option *o = is_long ? find(name, equals ? (size_t)(equals - name) : strlen(name), verb->flag)
                                     : find_letter(name[0], verb->flag);
    if (!o)
        return complain(verb, "unknown option", arg);
    const char *value = equals ? equals + 1 : !is_long && name[1] ? name + 1 : NULL;
    if (o->value && !value) {
        if (*i + 1 >= argc)
            return complain(verb, "a value is missing after", arg);
        value = argv[++*i];
    }
    if (!o->value && value)
        return complain(verb, "no value belongs to", arg);
    if (!option_set(o, out, value)) {
        fprintf(stderr, "uncaption: '%s' is no value for --%s (%s)\n", value, o->name, o->help);
        return false;
    }
    return true;
}

bool args_parse(struct args *out, const struct verb *verb, int argc, char **argv, int first)
{
    *out = (struct args){.out = NULL};
    bool is_options = true;
    for (int i = first; i < argc; i++) {
        if (is_options && !strcmp(argv[i], "--")) {
            is_options = false;
        } else if (is_options && argv[i][0] == '-' && argv[i][1]) {
            if (!parse_option(out, verb, argc, argv, &i))
                return false;
        } else if (out->n_operands == verb->max_operands) {
            return complain(verb, "too many arguments at", argv[i]);
        } else {
            out->operands[out->n_operands++] = argv[i];
        }
    }
    if (out->help)
        return true;
    if (out->n_operands < verb->min_operands)
        return complain(verb, "an argument is missing:", verb->synopsis);
    if (out->detect.no_text && (out->keep_script || out->remove_script))
        return complain(verb, "the script is told from the words, so it does not go with", "--no-text");
    if ((verb->flag & (VERB_RUN | VERB_ERASE | VERB_OVERLAY)) && !out->out)
        return complain(verb, "-o OUT is missing:", verb->synopsis);
    return true;
}

void args_help(const struct verb *verb, const struct verb *all)
{
    printf("Usage: uncaption %s\n\n%s\n", verb->synopsis, verb->summary);
    if (!*verb->name) {
        printf("\nOther commands:\n");
        for (const struct verb *v = all; v->name; v++)
            if (*v->name)
                printf("  %-9s %s\n", v->name, v->summary);
    }
    printf("\nOptions:\n");
    for (const struct option *o = options; o->name; o++) {
        if (!(o->verbs & verb->flag))
            continue;
        char left[64];
        snprintf(left, sizeof(left), "%c%c%c --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                 o->letter ? ',' : ' ', o->name, o->value ? " " : "", o->value ? o->value : "");
        printf("  %-30s %s\n", left, o->help);
    }
    printf(
        "\nExit status: 0 done; 1 internal, or verify found something; 2 usage or argument; 3 input/output;\n"
        "4 media; 5 model; 6 backend; 7 not supported; 8 memory; 130 cancelled.\n");
}
