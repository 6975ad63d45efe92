/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/files.h"

#include "inpaint/propainter/manifest.h"
#include "nn/locate.h"
#include "nn/manifest.h"
#include "nn/torch_checkpoint.h"

#define RELEASE "https://github.com/sczhou/ProPainter/releases/download/v0.1.0/"
#define LICENCE "S-Lab License 1.0, non-commercial use only"

static const char HINT[] = "`uncaption models` lists the files of engine propainter and how to fetch them";

static const struct uncap_propainter_file FILES[UNCAP_PROPAINTER_MODELS] = {
    {"raft-things.pth", RELEASE "raft-things.pth", "BSD-3-Clause (RAFT); redistributed under " LICENCE,
     21108000, "fcfa4125d6418f4de95d84aec20a3c5f4e205101715a79f193243c186ac9a7e1",
     uncap_propainter_raft_manifest},
    {"recurrent_flow_completion.pth", RELEASE "recurrent_flow_completion.pth", LICENCE, 20348681,
     "22939a1a7900da878dbe1ccd011d646b1bfb30b8290039d8ff0e0c2fefbfd283",
     uncap_propainter_flow_completion_manifest},
    {"ProPainter.pth", RELEASE "ProPainter.pth", LICENCE, 157780510,
     "12c070c4b48f374c91d8a2a17851140b85c159621080989f9e191bbc18bd6591", uncap_propainter_generator_manifest},
};

const struct uncap_propainter_file *uncap_propainter_file(enum uncap_propainter_model model)
{
    return &FILES[model];
}

int uncap_propainter_files_open(struct uncap_propainter_files *files, const char *models,
                                struct uncap_error *err)
{
    int status = UNCAP_OK;
    *files = (struct uncap_propainter_files){{NULL}};
    for (int i = 0; !status && i < UNCAP_PROPAINTER_MODELS; i++) {
        char path[UNCAP_PATH_MAX];
        status = uncap_locate_model(models, FILES[i].name, HINT, path, err);
        if (!status)
            status = uncap_torch_open(&files->weights[i], path, err);
        if (!status)
            status = uncap_manifest_check(FILES[i].manifest, files->weights[i], false, err);
    }
    if (status)
        uncap_propainter_files_close(files);
    return status;
}

void uncap_propainter_files_close(struct uncap_propainter_files *files)
{
    for (int i = 0; i < UNCAP_PROPAINTER_MODELS; i++)
        uncap_weights_close(&files->weights[i]);
}

struct uncap_propainter_weights uncap_propainter_files_weights(const struct uncap_propainter_files *files)
{
    return (struct uncap_propainter_weights){files->weights[UNCAP_PROPAINTER_RAFT],
                                             files->weights[UNCAP_PROPAINTER_FLOW_COMPLETION],
                                             files->weights[UNCAP_PROPAINTER_GENERATOR]};
}
