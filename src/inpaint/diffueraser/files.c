/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/files.h"

#include <string.h>

#include "nn/safetensors.h"

static const char HINT[] =
    "`uncaption models` lists the files of engine diffueraser and where they are published";

#define HUB "https://huggingface.co/"

/* The LoRA's row stands once for each number of steps. */
static const struct {
    int steps; /* 0: any */
    struct uncap_diffuser_file file;
} FILES[] = {
    {0,
     {UNCAP_DIFFUSER_UNET, "diffuEraser/unet_main/diffusion_pytorch_model.safetensors",
      HUB "lixiaowen/diffuEraser/resolve/main/unet_main/diffusion_pytorch_model.safetensors", "Apache-2.0"}},
    {0,
     {UNCAP_DIFFUSER_BRUSHNET, "diffuEraser/brushnet/diffusion_pytorch_model.safetensors",
      HUB "lixiaowen/diffuEraser/resolve/main/brushnet/diffusion_pytorch_model.safetensors", "Apache-2.0"}},
    {0,
     {UNCAP_DIFFUSER_VAE, "sd-vae-ft-mse/diffusion_pytorch_model.safetensors",
      HUB "stabilityai/sd-vae-ft-mse/resolve/main/diffusion_pytorch_model.safetensors", "MIT"}},
    {0,
     {UNCAP_DIFFUSER_TEXT, "stable-diffusion-v1-5/text_encoder/model.safetensors",
      HUB "stable-diffusion-v1-5/stable-diffusion-v1-5/resolve/main/text_encoder/model.safetensors",
      "CreativeML Open RAIL-M"}},
    {2,
     {UNCAP_DIFFUSER_LORA, "PCM_Weights/sd15/pcm_sd15_smallcfg_2step_converted.safetensors",
      HUB "wangfuyun/PCM_Weights/resolve/main/sd15/pcm_sd15_smallcfg_2step_converted.safetensors",
      "Apache-2.0"}},
    {4,
     {UNCAP_DIFFUSER_LORA, "PCM_Weights/sd15/pcm_sd15_smallcfg_4step_converted.safetensors",
      HUB "wangfuyun/PCM_Weights/resolve/main/sd15/pcm_sd15_smallcfg_4step_converted.safetensors",
      "Apache-2.0"}},
    {8,
     {UNCAP_DIFFUSER_LORA, "PCM_Weights/sd15/pcm_sd15_smallcfg_8step_converted.safetensors",
      HUB "wangfuyun/PCM_Weights/resolve/main/sd15/pcm_sd15_smallcfg_8step_converted.safetensors",
      "Apache-2.0"}},
    {16,
     {UNCAP_DIFFUSER_LORA, "PCM_Weights/sd15/pcm_sd15_smallcfg_16step_converted.safetensors",
      HUB "wangfuyun/PCM_Weights/resolve/main/sd15/pcm_sd15_smallcfg_16step_converted.safetensors",
      "Apache-2.0"}},
};

bool uncap_diffuser_file_at(int i, int steps, struct uncap_diffuser_file *file)
{
    for (size_t k = 0; k < sizeof(FILES) / sizeof(*FILES); k++)
        if ((!FILES[k].steps || FILES[k].steps == steps) && i-- == 0) {
            *file = FILES[k].file;
            return true;
        }
    return false;
}

static int open_file(struct uncap_diffuser_files *f, const char *models,
                     const struct uncap_diffuser_file *file, struct uncap_error *err)
{
    char path[UNCAP_PATH_MAX];
    const int rc = uncap_locate_model(models, file->path, HINT, path, err);
    if (rc)
        return rc;
    if (file->model == UNCAP_DIFFUSER_TEXT)
        memcpy(f->text_path, path, sizeof(path));
    if (file->model == UNCAP_DIFFUSER_LORA)
        return uncap_safetensors_weights(&f->lora, path, &f->lora_map, err);
    return uncap_checkpoint_open(&f->checkpoints[file->model], file->model, path, &f->widths, err);
}

int uncap_diffuser_files_open(struct uncap_diffuser_files *f, const char *models, int steps,
                              struct uncap_slices *slices, struct uncap_error *err)
{
    struct uncap_diffuser_file file;
    *f = (struct uncap_diffuser_files){
        .widths = uncap_diffuser_widths_full(), .slices = slices, .weight_bytes = sizeof(float)};
    int rc = UNCAP_OK;
    for (int i = 0; !rc && uncap_diffuser_file_at(i, steps, &file); i++)
        rc = open_file(f, models, &file, err);
    return rc;
}

void uncap_diffuser_files_close(struct uncap_diffuser_files *f)
{
    for (int k = 0; k < UNCAP_DIFFUSER_MODELS; k++)
        uncap_checkpoint_close(&f->checkpoints[k]);
    uncap_weights_close(&f->lora);
}

static int get(void *opaque, enum uncap_diffuser_model model, const struct uncap_weights **out,
               struct uncap_error *err)
{
    struct uncap_diffuser_files *f = opaque;
    for (int k = 0; k < UNCAP_DIFFUSER_LORA; k++)
        if (k != (int)model)
            uncap_mapping_forget(&f->checkpoints[k].map);
    if (model == UNCAP_DIFFUSER_UNET && !f->is_fused) {
        f->checkpoints[model].is_half = f->weight_bytes < sizeof(float);
        const int rc =
            uncap_checkpoint_adapt(&f->checkpoints[model], f->lora, &f->widths, f->slices, f->cancel, err);
        if (rc)
            return rc;
        f->is_fused = true;
        uncap_mapping_forget(&f->lora_map);
        uncap_mapping_forget(&f->checkpoints[model].map);
    }
    *out = f->checkpoints[model].weights;
    return UNCAP_OK;
}

struct uncap_diffuser_networks uncap_diffuser_files_networks(struct uncap_diffuser_files *files)
{
    return (struct uncap_diffuser_networks){.opaque = files, .get = get, .is_lean = true};
}

static int add_values(void *opaque, const char *key, const struct uncap_shape *shape)
{
    size_t n = 0;
    (void)key;
    if (uncap_shape_count(shape, &n))
        *(size_t *)opaque += n;
    return 0;
}

/* What one network needs while it runs: its file, and copies of the tensors that are not what it
 * computes in. */
static size_t working_bytes(const struct uncap_checkpoint *c, size_t weight_bytes)
{
    const enum uncap_dtype fits = weight_bytes < sizeof(float) ? UNCAP_F16 : UNCAP_F32;
    size_t n = 0;
    for (size_t i = 0; i < c->weights->n; i++)
        if (c->weights->items[i].dtype != fits)
            add_values(&n, NULL, &c->weights->items[i].shape);
    return c->map.size + n * weight_bytes;
}

size_t uncap_diffuser_files_bytes(const struct uncap_diffuser_files *f)
{
    size_t fused = 0;
    size_t largest = 0;
    uncap_inventory_walk_adapted(&f->widths, add_values, &fused);
    fused *= f->weight_bytes;
    for (int k = 0; k < UNCAP_DIFFUSER_LORA; k++) {
        size_t bytes = working_bytes(&f->checkpoints[k], f->weight_bytes);
        if (k == UNCAP_DIFFUSER_UNET) /* the weights that are fused are not read from the file any more */
            bytes = bytes > fused ? bytes - fused : 0;
        largest = bytes > largest ? bytes : largest;
    }
    return fused + largest;
}
