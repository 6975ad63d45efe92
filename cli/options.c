/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/options.h"

#include <math.h>
#include <string.h>

#include "cli/value.h"

#define PASS_1 (VERB_RUN | VERB_DETECT)
#define PASS_2 (VERB_RUN | VERB_ERASE | VERB_VERIFY)
#define WRITES (VERB_RUN | VERB_ERASE | VERB_OVERLAY)
#define FINDS_OR_FILLS (PASS_1 | PASS_2)
#define WORKS (FINDS_OR_FILLS | VERB_OVERLAY)

static bool set_region(struct args *a, const char *v)
{
    if (a->detect.n_regions == MAX_REGIONS || !value_region(v, &a->regions[a->detect.n_regions]))
        return false;
    a->detect.n_regions++;
    a->detect.regions = a->regions;
    return true;
}

static bool set_sample(struct args *a, const char *v)
{
    const int i = value_word(v, (const char *const[]){"adaptive", "even", "every", NULL});
    a->detect.sample = (enum uncap_sample)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_what(struct args *a, const char *v)
{
    const int i = value_word(v, (const char *const[]){"captions", "text", "logo", NULL});
    a->detect.what = (enum uncap_what)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_batch(struct args *a, const char *v)
{
    return value_integer(v, 1, 64, &a->detect.batch);
}

static bool set_workers(struct args *a, const char *v)
{
    return value_integer(v, 1, 256, &a->detect.workers);
}

static bool set_keep_script(struct args *a, const char *v)
{
    a->keep_script = v;
    return value_scripts(v);
}

static bool set_remove_script(struct args *a, const char *v)
{
    a->remove_script = v;
    return value_scripts(v);
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
    const int i = value_word(v, (const char *const[]){"default", "fast", "best", NULL});
    a->erase.preset = (enum uncap_preset)(i < 0 ? 0 : i);
    return i >= 0;
}

static bool set_quality(struct args *a, const char *v)
{
    return value_number(v, 0.01, 100, &a->erase.quality);
}

static bool set_seed(struct args *a, const char *v)
{
    double d;
    if (!value_number(v, 0, 9007199254740992.0, &d) || d != floor(d))
        return false;
    a->erase.seed = (uint64_t)d;
    return true;
}

static bool set_precision(struct args *a, const char *v)
{
    a->erase.precision = v;
    return value_word(v, (const char *const[]){"auto", "fp32", "fp16", NULL}) >= 0;
}

static bool set_device(struct args *a, const char *v)
{
    a->detect.device = a->erase.device = v;
    return !strcmp(v, "auto") || !strcmp(v, "cpu") || !strncmp(v, "cuda", 4);
}

static bool set_memory(struct args *a, const char *v)
{
    if (!value_bytes(v, &a->erase.max_memory_bytes))
        return false;
    a->detect.max_memory_bytes = a->erase.max_memory_bytes;
    return true;
}

static bool set_threads(struct args *a, const char *v)
{
    if (!value_integer(v, 1, 256, &a->erase.threads))
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

static bool set_progress(struct args *a, const char *v)
{
    const int i = value_word(v, (const char *const[]){"auto", "json", "none", NULL});
    a->progress = (enum progress_style)(i < 0 ? 0 : i);
    return i >= 0;
}

#define TEXT(field) OPTION_TEXT, offsetof(struct args, field), NULL
#define FLAG(field) OPTION_FLAG, offsetof(struct args, field), NULL
#define CALL(set) OPTION_CALL, 0, set

const struct option options[] = {
    {"output", 'o', "FILE", WRITES | VERB_DETECT, TEXT(out),
     "where the result goes; the ending of a video's name chooses the container"},
    {"captions", 0, "FILE", VERB_RUN, TEXT(captions_out),
     "also write what was found, to review or to erase again"},
    {"region", 0, "X,Y,W,H", PASS_1, CALL(set_region),
     "look for captions only there; pixels as seen, or per cent as 0%,70%,100%,30%; repeatable"},
    {"sample", 0, "HOW", PASS_1, CALL(set_sample), "adaptive (default), even (every second frame), every"},
    {"what", 0, "KIND", PASS_1, CALL(set_what),
     "captions (default), text (signs too), logo (always-present text)"},
    {"batch", 0, "N", PASS_1, CALL(set_batch),
     "frames a detector call, 1 to 64 (default 1 on a CPU, 32 on a GPU)"},
    {"workers", 0, "N", PASS_1, CALL(set_workers), "detector threads, 1 to 256 (default: as --threads)"},
    {"detector", 0, "FILE", PASS_1, TEXT(detect.detector), "another PP-OCR detection model (.onnx)"},
    {"recogniser", 0, "FILE", PASS_1, TEXT(detect.recogniser), "another PP-OCR recognition model (.onnx)"},
    {"dictionary", 0, "FILE", PASS_1, TEXT(detect.dictionary), "that model's characters, one a line"},
    {"no-text", 0, NULL, PASS_1, FLAG(detect.no_text), "do not read the captions' words"},
    {"srt", 0, "FILE", PASS_1, TEXT(srt), "write the captions' text with times as SubRip"},
    {"ass", 0, "FILE", PASS_1, TEXT(ass), "the same as ASS: where and as they stood"},
    {"keep-script", 0, "SCRIPT", PASS_1, CALL(set_keep_script),
     "leave captions in this script in the picture (Latn; several as Latn,Hani)"},
    {"remove-script", 0, "SCRIPT", PASS_1, CALL(set_remove_script), "remove only captions in this script"},
    {"engine", 0, "NAME", PASS_2, TEXT(erase.engine),
     "how pixels are filled; `uncaption engines` lists them (default flow)"},
    {"prior", 0, "NAME", PASS_2, TEXT(erase.prior), "engine whose result a refining engine starts from"},
    {"engine-option", 0, "KEY=VALUE", PASS_2, CALL(set_engine_option),
     "option of one engine alone (docs/engines.md); repeatable"},
    {"effort", 0, "HOW", PASS_2, CALL(set_effort),
     "fast, default, best: how much work the flow engine spends"},
    {"seed", 0, "N", PASS_2, CALL(set_seed), "of diffusion noise and of grain, a whole number (default 0)"},
    {"no-grain", 0, NULL, PASS_2, FLAG(erase.no_grain),
     "leave filled pixels smooth where their surroundings are noisy"},
    {"encoder", 0, "NAME", WRITES, TEXT(erase.encoder),
     "auto (default), nvenc, x264, x265, av1, vp9, ffv1 (lossless), copy-codec (the source's own)"},
    {"preset", 0, "NAME", VERB_RUN | VERB_ERASE, TEXT(erase.encoder_preset),
     "as the encoder calls it (x264: veryfast; nvenc: p4)"},
    {"quality", 0, "N", VERB_RUN | VERB_ERASE, CALL(set_quality),
     "crf or cq of the encoder (x264: 20; nvenc: 28)"},
    {"provenance", 0, "FILE", VERB_RUN | VERB_ERASE, TEXT(erase.provenance),
     "write a video (.mkv) that shows which pixels were un-blended, copied, invented"},
    {"matte", 0, NULL, VERB_OVERLAY, FLAG(matte), "the matte alone, white on black, lossless"},
    {"residual", 0, NULL, VERB_VERIFY, FLAG(residual),
     "instead: run the detector on every frame of a result and look for the removed captions"},
    {"device", 0, "NAME", FINDS_OR_FILLS, CALL(set_device), "auto (default), cpu, cuda, cuda:1, ..."},
    {"precision", 0, "NAME", PASS_2, CALL(set_precision),
     "of the neural engines: auto (default: fp16 on a GPU, else fp32), fp32, fp16"},
    {"models", 0, "FOLDER", PASS_2 | VERB_DOCTOR | VERB_MODELS, TEXT(erase.models),
     "checkpoints of the neural engines (default $UNCAPTION_MODELS, then the data folder)"},
    {"max-memory", 0, "SIZE", FINDS_OR_FILLS, CALL(set_memory),
     "bound for frames, windows and engine, as 1G (default: 512M to find captions, 256M to remove them)"},
    {"threads", 0, "N", WORKS, CALL(set_threads), "1 to 256 (default: one per processor)"},
    {"allow-damaged", 0, NULL, WORKS, CALL(set_damaged),
     "process what can be decoded of a damaged file; the report counts losses"},
    {"report", 0, "FILE", VERB_RUN | VERB_DETECT | VERB_ERASE, TEXT(report),
     "write stages, calls and memory as JSON"},
    {"progress", 0, "STYLE", WORKS, CALL(set_progress),
     "auto (default: a bar on a terminal), json (one line each), none"},
    {"quiet", 'q', NULL, WORKS, FLAG(quiet), "print nothing but errors"},
    {"verbose", 'v', NULL, WORKS, FLAG(verbose), "print details"},
    {"help", 'h', NULL, ~0u, FLAG(help), "print this and end"},
    {.name = NULL},
};

bool option_set(const struct option *option, struct args *a, const char *value)
{
    char *field = (char *)a + option->field;
    switch (option->kind) {
    case OPTION_TEXT: *(const char **)(void *)field = value; return true;
    case OPTION_FLAG: *(bool *)(void *)field = true; return true;
    case OPTION_CALL: return option->set(a, value);
    }
    return false;
}
