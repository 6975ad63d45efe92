/* SPDX-License-Identifier: Apache-2.0 */
#include "uncaption/models.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "base/error.h"
#include "base/sha256.h"
#include "inpaint/diffueraser/files.h"
#include "inpaint/diffueraser/synthetic_file.h"
#include "inpaint/propainter/files.h"
#include "inpaint/propainter/synth_file.h"
#include "nn/locate.h"

static bool propainter_at(size_t i, struct uncap_model_file *out)
{
    if (i >= UNCAP_PROPAINTER_MODELS)
        return false;
    const struct uncap_propainter_file *f = uncap_propainter_file((enum uncap_propainter_model)i);
    *out = (struct uncap_model_file){"propainter", f->name, f->url, f->licence, f->bytes, f->sha256};
    return true;
}

static bool diffueraser_at(size_t i, struct uncap_model_file *out)
{
    struct uncap_diffuser_file f;
    if (!uncap_diffuser_file_at((int)i, 2,
                                &f)) /* two steps are the default; the other LoRAs are in docs/models.md */
        return false;
    *out = (struct uncap_model_file){"diffueraser", f.path, f.url, f.licence, 0, NULL};
    return true;
}

static int diffueraser_synth(const char *folder, const char *suffix, struct uncap_error *err)
{
    const struct uncap_diffuser_widths widths = uncap_diffuser_widths_full();
    return uncap_synthetic_write_all(folder, &widths, suffix, UNCAP_F32, err);
}

/* Engines with model files; synth may be NULL. */
static const struct {
    const char *engine;
    bool (*at)(size_t i, struct uncap_model_file *out);
    int (*synth)(const char *folder, const char *suffix, struct uncap_error *err);
} ENGINES[] = {
    {"propainter", propainter_at, uncap_propainter_synth_files},
    {"diffueraser", diffueraser_at, diffueraser_synth},
};
enum { N_ENGINES = sizeof(ENGINES) / sizeof(*ENGINES) };

bool uncap_model_file_at(size_t i, struct uncap_model_file *file)
{
    for (size_t e = 0; e < N_ENGINES; e++) {
        size_t n = 0;
        while (ENGINES[e].at(n, file))
            if (n++ == i)
                return true;
        i -= n;
    }
    return false;
}

static enum uncap_model_state check(const struct uncap_model_file *file, FILE *f, bool checks_sum)
{
    struct uncap_sha256 sum;
    uint8_t buffer[16384];
    char hex[65];
    size_t n;
    const bool is_sized = fseeko(f, 0, SEEK_END) == 0 && ftello(f) >= 0;
    const uint64_t bytes = is_sized ? (uint64_t)ftello(f) : 0;
    if (file->bytes && bytes != file->bytes)
        return UNCAP_MODEL_OTHER;
    if (!checks_sum || !file->sha256)
        return UNCAP_MODEL_PRESENT;
    rewind(f);
    uncap_sha256_start(&sum);
    while ((n = fread(buffer, 1, sizeof(buffer), f)) > 0)
        uncap_sha256_add(&sum, buffer, n);
    uncap_sha256_finish(&sum, hex);
    return strcmp(hex, file->sha256) ? UNCAP_MODEL_OTHER : UNCAP_MODEL_VALID;
}

enum uncap_model_state uncap_model_find(const struct uncap_model_file *file, const char *models,
                                        bool checks_sum, char *path, size_t size)
{
    char found[UNCAP_PATH_MAX];
    struct uncap_error err = {UNCAP_OK, 0, ""};
    if (size)
        path[0] = '\0';
    if (uncap_locate_model(models, file->name, "", found, &err))
        return UNCAP_MODEL_MISSING;
    FILE *f = fopen(found, "rb");
    if (!f)
        return UNCAP_MODEL_MISSING;
    if (size)
        snprintf(path, size, "%s", found);
    const enum uncap_model_state state = check(file, f, checks_sum);
    fclose(f);
    return state;
}

int uncap_models_synth(const char *engine, const char *folder, const char *suffix, struct uncap_error *err)
{
    for (size_t e = 0; e < N_ENGINES; e++)
        if (!strcmp(engine, ENGINES[e].engine) && ENGINES[e].synth) {
            mkdir(folder, 0777); /* that it cannot be made shows when a file is */
            return ENGINES[e].synth(folder, suffix, err);
        }
    return uncap_fail(err, UNCAP_ERR_ARG, "there are no synthetic checkpoints for engine '%s'", engine);
}
