/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/args.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PASS_1 (VERB_RUN | VERB_DETECT)
#define PASS_2 (VERB_RUN | VERB_ERASE | VERB_VERIFY)
#define WRITES (VERB_RUN | VERB_ERASE | VERB_OVERLAY)
#define WORKS (VERB_RUN | VERB_DETECT | VERB_ERASE | VERB_OVERLAY | VERB_VERIFY)

/* Reads one option's value into args; prints nothing. value is NULL for a flag. */
typedef bool set_fn(struct args *a, const char *value);

struct option {
    const char *name;  /* long name without dashes */
    char letter;       /* short name or 0 */
    const char *value; /* name of the value in --help, NULL: a flag */
    unsigned verbs;
    set_fn *set;
    const char *help;
};

/* Index of value in a list of words, -1 if it is none of them. */
static int word(const char *value, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(value, words[i]))
            return i;
    return -1;
}

static bool number(const char *value, double low, double high, double *out)
{
    char *end;
    errno = 0;
    const double v = strtod(value, &end);
    if (end == value || *end || errno || !(v >= low && v <= high))
        return false;
    *out = v;
    return true;
}

static bool integer(const char *value, int low, int high, int *out)
{
    double v;
    if (!number(value, low, high, &v) || v != floor(v))
        return false;
    *out = (int)v;
    return true;
}

/* "512M", "2G", "1073741824". */
static bool bytes(const char *value, uint64_t *out)
{
    char *end;
    errno = 0;
    const double v = strtod(value, &end);
    static const char units[] = "KMGT";
    double scale = 1;
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    if (unit) {
        scale = pow(1024, (double)(unit - units + 1));
        end++;
        if (*end == 'i')
            end++;
        if (*end == 'B')
            end++;
    }
    if (end == value || *end || errno || !(v > 0 && v * scale < 1e18))
        return false;
    *out = (uint64_t)(v * scale);
    return true;
}

static bool set_out(struct args *a, const char *v)
{
    a->out = v;
    return true;
}

static bool set_captions(struct args *a, const char *v)
{
    a->captions_out = v;
    return true;
}

static bool set_region(struct args *a, const char *v)
{
    if (a->detect.n_regions == MAX_REGIONS)
        return false;
    double side[4];
    int n_percent = 0;
    for (int i = 0; i < 4; i++) {
        char *end;
        side[i] = strtod(v, &end);
        if (end == v || !isfinite(side[i]))
            return false;
        if (*end == '%') {
            n_percent++;
            end++;
        }
        if (*end != (i < 3 ? ',' : '\0'))
            return false;
        v = end + 1;
    }
    if (n_percent && n_percent != 4)
        return false;
    a->regions[a->detect.n_regions++] =
        (struct uncap_region){side[0], side[1], side[2], side[3], n_percent == 4};
    a->detect.regions = a->regions;
    return side[2] > 0 && side[3] > 0;
}

static bool set_sample(struct args *a, const char *v)
{
    const int i = word(v, (const char *const[]){"adaptive", "even", "every", NULL});
    a->detect.sample = (enum uncap_sample)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_what(struct args *a, const char *v)
{
    const int i = word(v, (const char *const[]){"captions", "text", "logo", NULL});
    a->detect.what = (enum uncap_what)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_batch(struct args *a, const char *v)
{
    return integer(v, 1, 64, &a->detect.batch);
}

static bool set_workers(struct args *a, const char *v)
{
    return integer(v, 1, 256, &a->detect.workers);
}

static bool set_detector(struct args *a, const char *v)
{
    a->detect.detector = v;
    return true;
}

static bool set_recogniser(struct args *a, const char *v)
{
    a->detect.recogniser = v;
    return true;
}

static bool set_dictionary(struct args *a, const char *v)
{
    a->detect.dictionary = v;
    return true;
}

static bool set_no_text(struct args *a, const char *v)
{
    (void)v;
    a->detect.no_text = true;
    return true;
}

static bool set_srt(struct args *a, const char *v)
{
    a->srt = v;
    return true;
}

static bool set_ass(struct args *a, const char *v)
{
    a->ass = v;
    return true;
}

static bool set_keep_script(struct args *a, const char *v)
{
    a->keep_script = v;
    return true;
}

static bool set_remove_script(struct args *a, const char *v)
{
    a->remove_script = v;
    return true;
}

static bool set_engine(struct args *a, const char *v)
{
    a->erase.engine = v;
    return true;
}

static bool set_prior(struct args *a, const char *v)
{
    a->erase.prior = v;
    return true;
}

static bool set_engine_option(struct args *a, const char *v)
{
    if (a->n_engine_options == MAX_ENGINE_OPTIONS || !strchr(v, '='))
        return false;
    a->engine_options[a->n_engine_options++] = v;
    a->erase.engine_options = a->engine_options;
    return true;
}

static bool set_effort(struct args *a, const char *v)
{
    const int i = word(v, (const char *const[]){"default", "fast", "best", NULL});
    a->erase.preset = (enum uncap_preset)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_encoder(struct args *a, const char *v)
{
    a->erase.encoder = v;
    return true;
}

static bool set_encoder_preset(struct args *a, const char *v)
{
    a->erase.encoder_preset = v;
    return true;
}

static bool set_quality(struct args *a, const char *v)
{
    return number(v, 0.01, 100, &a->erase.quality);
}

static bool set_seed(struct args *a, const char *v)
{
    double d;
    if (!number(v, 0, 9007199254740992.0, &d))
        return false;
    a->erase.seed = (uint64_t)d;
    return true;
}

static bool set_provenance(struct args *a, const char *v)
{
    a->erase.provenance = v;
    return true;
}

static bool set_no_grain(struct args *a, const char *v)
{
    (void)v;
    a->erase.no_grain = true;
    return true;
}

static bool set_precision(struct args *a, const char *v)
{
    a->erase.precision = v;
    return true;
}

static bool set_device(struct args *a, const char *v)
{
    a->detect.device = a->erase.device = v;
    return !strcmp(v, "auto") || !strcmp(v, "cpu") || !strncmp(v, "cuda", 4);
}

static bool set_models(struct args *a, const char *v)
{
    a->erase.models = v;
    return true;
}

static bool set_memory(struct args *a, const char *v)
{
    if (!bytes(v, &a->erase.max_memory_bytes))
        return false;
    a->detect.max_memory_bytes = a->erase.max_memory_bytes;
    return true;
}

static bool set_threads(struct args *a, const char *v)
{
    if (!integer(v, 1, 256, &a->erase.threads))
        return false;
    if (!a->detect.workers)
        a->detect.workers = a->erase.threads;
    return true;
}

static bool set_damaged(struct args *a, const char *v)
{
    (void)v;
    a->detect.allow_damaged = a->erase.allow_damaged = true;
    return true;
}

static bool set_matte(struct args *a, const char *v)
{
    (void)v;
    a->matte = true;
    return true;
}

static bool set_residual(struct args *a, const char *v)
{
    (void)v;
    a->residual = true;
    return true;
}

static bool set_report(struct args *a, const char *v)
{
    a->report = v;
    return true;
}

static bool set_progress(struct args *a, const char *v)
{
    const int i = word(v, (const char *const[]){"auto", "json", "none", NULL});
    a->progress = (enum progress_style)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_quiet(struct args *a, const char *v)
{
    (void)v;
    a->quiet = true;
    return true;
}

static bool set_verbose(struct args *a, const char *v)
{
    (void)v;
    a->verbose = true;
    return true;
}

static bool set_help(struct args *a, const char *v)
{
    (void)v;
    a->help = true;
    return true;
}

static const struct option options[] = {
    {"output", 'o', "FILE", WRITES | VERB_DETECT, set_out,
     "where the result goes; its ending chooses the container"},
    {"captions", 0, "FILE", VERB_RUN, set_captions, "also write what was found, to review or to erase again"},
    {"region", 0, "X,Y,W,H", PASS_1, set_region,
     "look for captions only there; pixels, or per cent as 0%,70%,100%,30%; repeatable"},
    {"sample", 0, "HOW", PASS_1, set_sample, "adaptive (default), even (every second frame), every"},
    {"what", 0, "KIND", PASS_1, set_what, "captions (default), text (signs too), logo (always-present text)"},
    {"batch", 0, "N", PASS_1, set_batch, "frames a detector call, 1 to 64 (default 1 on a CPU, 32 on a GPU)"},
    {"workers", 0, "N", PASS_1, set_workers, "detector threads (default: one per processor)"},
    {"detector", 0, "FILE", PASS_1, set_detector, "another PP-OCR detection model (.onnx)"},
    {"recogniser", 0, "FILE", PASS_1, set_recogniser, "another PP-OCR recognition model (.onnx)"},
    {"dictionary", 0, "FILE", PASS_1, set_dictionary, "that model's characters, one a line"},
    {"no-text", 0, NULL, PASS_1, set_no_text, "do not read the captions' words"},
    {"srt", 0, "FILE", PASS_1, set_srt, "write the captions' text with times as SubRip"},
    {"ass", 0, "FILE", PASS_1, set_ass, "the same as ASS: where and as they stood"},
    {"keep-script", 0, "SCRIPT", PASS_1, set_keep_script,
     "leave captions in this script in the picture (Latn, Hani, ...)"},
    {"remove-script", 0, "SCRIPT", PASS_1, set_remove_script, "remove only captions in this script"},
    {"engine", 0, "NAME", PASS_2, set_engine,
     "how pixels are filled; `uncaption engines` lists them (default flow)"},
    {"prior", 0, "NAME", PASS_2, set_prior, "engine whose result a refining engine starts from"},
    {"engine-option", 0, "KEY=VALUE", PASS_2, set_engine_option,
     "option of one engine alone (docs/engines.md); repeatable"},
    {"effort", 0, "HOW", PASS_2, set_effort, "fast, default, best: how much work the flow engine spends"},
    {"seed", 0, "N", PASS_2, set_seed, "of diffusion noise and of grain (default 0)"},
    {"no-grain", 0, NULL, PASS_2, set_no_grain,
     "leave filled pixels smooth where their surroundings are noisy"},
    {"encoder", 0, "NAME", WRITES, set_encoder,
     "auto (default), nvenc, x264, x265, av1, ffv1 (lossless), copy-codec (the source's own)"},
    {"preset", 0, "NAME", VERB_RUN | VERB_ERASE, set_encoder_preset,
     "as the encoder calls it (x264: veryfast; nvenc: p4)"},
    {"quality", 0, "N", VERB_RUN | VERB_ERASE, set_quality, "crf or cq of the encoder (x264: 20; nvenc: 28)"},
    {"provenance", 0, "FILE", VERB_RUN | VERB_ERASE, set_provenance,
     "write a video (.mkv) that shows which pixels were un-blended, copied, invented"},
    {"matte", 0, NULL, VERB_OVERLAY, set_matte, "the matte alone, white on black, lossless"},
    {"residual", 0, NULL, VERB_VERIFY, set_residual,
     "instead: run the detector on every frame of a result and look for the removed captions"},
    {"device", 0, "NAME", WORKS, set_device, "auto (default), cpu, cuda, cuda:1, ..."},
    {"precision", 0, "NAME", PASS_2, set_precision,
     "of the neural engines: auto (default: fp16 on a GPU, else fp32), fp32, fp16"},
    {"models", 0, "FOLDER", PASS_2 | VERB_DOCTOR | VERB_MODELS, set_models,
     "checkpoints of the neural engines (default $UNCAPTION_MODELS, then the data folder)"},
    {"max-memory", 0, "SIZE", WORKS, set_memory, "bound for frames, windows and engine, as 512M or 2G"},
    {"threads", 0, "N", WORKS, set_threads, "default: one per processor"},
    {"allow-damaged", 0, NULL, WORKS, set_damaged,
     "process what can be decoded of a damaged file; the report counts losses"},
    {"report", 0, "FILE", VERB_RUN | VERB_DETECT | VERB_ERASE, set_report,
     "write stages, calls and memory as JSON"},
    {"progress", 0, "STYLE", WORKS, set_progress,
     "auto (default: a bar on a terminal), json (one line each), none"},
    {"quiet", 'q', NULL, WORKS, set_quiet, "print nothing but errors"},
    {"verbose", 'v', NULL, WORKS, set_verbose, "print details"},
    {"help", 'h', NULL, ~0u, set_help, "print this and end"},
};

enum { N_OPTIONS = sizeof(options) / sizeof(options[0]) };

static const struct option *find(const char *name, size_t length, unsigned verbs)
{
    for (int i = 0; i < N_OPTIONS; i++)
        if (options[i].verbs & verbs && strlen(options[i].name) == length &&
            !strncmp(options[i].name, name, length))
            return &options[i];
    return NULL;
}

static const struct option *find_letter(char letter, unsigned verbs)
{
    for (int i = 0; i < N_OPTIONS; i++)
        if (options[i].verbs & verbs && options[i].letter == letter)
            return &options[i];
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
    if (!o->set(out, value)) {
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
    if ((verb->flag & WRITES) && !out->out)
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
    for (int i = 0; i < N_OPTIONS; i++) {
        const struct option *o = &options[i];
        if (!(o->verbs & verb->flag))
            continue;
        char left[64];
        snprintf(left, sizeof(left), "%c%c%c --%s%s%s", o->letter ? '-' : ' ', o->letter ? o->letter : ' ',
                 o->letter ? ',' : ' ', o->name, o->value ? " " : "", o->value ? o->value : "");
        printf("  %-28s %s\n", left, o->help);
    }
    printf("\nExit status: 0 done; 1 internal; 2 usage or argument; 3 input/output; 4 media; 5 model; 6 "
           "backend;\n"
           "7 not supported; 8 memory; 130 cancelled.\n");
}
