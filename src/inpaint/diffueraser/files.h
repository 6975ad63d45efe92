/* SPDX-License-Identifier: Apache-2.0 */
/* The checkpoint files of the engine as published, and the networks opened from them. */
#ifndef UNCAP_INPAINT_DIFFUERASER_FILES_H
#define UNCAP_INPAINT_DIFFUERASER_FILES_H

#include "inpaint/diffueraser/checkpoint.h"
#include "inpaint/diffueraser/denoise.h"
#include "nn/locate.h"

enum { UNCAP_DIFFUSER_MODELS = UNCAP_DIFFUSER_LORA + 1 };

/* path     below the models folder.
 * url      where it is published; licence: of the weights, as published there. */
struct uncap_diffuser_file {
    enum uncap_diffuser_model model;
    const char *path, *url, *licence;
};

/* The i-th file; false past the last. steps: 2, 4, 8 or 16, of the sampler: each has its LoRA. */
bool uncap_diffuser_file_at(int i, int steps, struct uncap_diffuser_file *file);

/* All networks of a job. Files are mapped, and the pages of those that are not at work are given back. What
 * is held beside them: the LoRA is fused into copies of the UNet's weights, which stay, and weights that are
 * not of the type that the networks compute in are copied while their network runs.
 *
 * weight_bytes  of a value at work: 4 (float32) after open; the caller may set 2 (float16) before the first
 * network is taken.
 * text_path  where the text encoder was found. */
struct uncap_diffuser_files {
    struct uncap_checkpoint checkpoints[UNCAP_DIFFUSER_MODELS]; /* the LoRA's place stays empty */
    struct uncap_weights *lora;
    struct uncap_mapping lora_map;
    struct uncap_diffuser_widths widths;
    struct uncap_slices *slices;
    struct uncap_cancel *cancel; /* of the run under way */
    size_t weight_bytes;
    char text_path[UNCAP_PATH_MAX];
    bool is_fused;
};

/* Find, map and check every file. models: the caller's folder, or NULL.
 * Errors  MODEL: a file is missing (naming it, and how to get it), damaged, or of another network; IO; NOMEM.
 */
int uncap_diffuser_files_open(struct uncap_diffuser_files *files, const char *models, int steps,
                              struct uncap_slices *slices, struct uncap_error *err);
void uncap_diffuser_files_close(struct uncap_diffuser_files *files);

/* Lends the networks; the UNet with the LoRA fused into it at the first call. */
struct uncap_diffuser_networks uncap_diffuser_files_networks(struct uncap_diffuser_files *files);

/* Largest resident memory of the weights at any time: the fused ones and the largest network at work. */
size_t uncap_diffuser_files_bytes(const struct uncap_diffuser_files *files);

#endif
