/* SPDX-License-Identifier: Apache-2.0 */
/* Names and shapes of every tensor of the five networks, as functions of the channel widths.
 *
 * Source  DiffuEraser specification, sections 1, 4-8 and its manifests (738 BrushNet, 1253 UNet, 248 VAE, 196
 * text encoder, 834 LoRA tensors at full width). */
#ifndef UNCAP_INPAINT_DIFFUERASER_INVENTORY_H
#define UNCAP_INPAINT_DIFFUERASER_INVENTORY_H

#include <stdbool.h>

#include "nn/tensor.h"

enum uncap_diffuser_model {
    UNCAP_DIFFUSER_UNET,
    UNCAP_DIFFUSER_BRUSHNET,
    UNCAP_DIFFUSER_VAE,
    UNCAP_DIFFUSER_TEXT,
    UNCAP_DIFFUSER_LORA,
};

enum {
    UNCAP_DIFFUSER_HEADS = 8,   /* "attention_head_dim 8" of the configuration files means eight heads */
    UNCAP_DIFFUSER_GROUPS = 32, /* of every group norm */
    UNCAP_DIFFUSER_TOKENS = 77, /* of the text encoder */
    UNCAP_DIFFUSER_LATENT = 4,  /* channels */
    UNCAP_DIFFUSER_SCALE = 8,   /* pixels a latent sample on each axis */
    UNCAP_DIFFUSER_RESIDUALS = 28,
    UNCAP_DIFFUSER_KEY_MAX = 192,
};

/* unet   channels of the four levels of UNet and BrushNet; the time embedding has 4 * unet[0].
 * text   width of a text token.
 * vae    channels of the four levels of the VAE.
 * frames rows of the motion modules' position tables.
 * rank   of the LoRA. */
struct uncap_diffuser_widths {
    int unet[4];
    int text;
    int vae[4];
    int frames;
    int rank;
};

/* The published networks. */
struct uncap_diffuser_widths uncap_diffuser_widths_full(void);
/* The small ones of the fast end-to-end vectors. */
struct uncap_diffuser_widths uncap_diffuser_widths_reduced(void);

/* Called once a tensor; key is valid during the call. Non-zero stops the walk. */
typedef int uncap_inventory_visit(void *opaque, const char *key, const struct uncap_shape *shape);

/* Visit every tensor of a model in file order. Returns 0, or what visit returned. */
int uncap_inventory_walk(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths,
                         uncap_inventory_visit *visit, void *opaque);

/* Visit the weights of the UNet that the LoRA adapts (278); key is the module's path without ".weight". */
int uncap_inventory_walk_adapted(const struct uncap_diffuser_widths *widths, uncap_inventory_visit *visit,
                                 void *opaque);

/* "lora_unet_" and the module's path with dots replaced. */
void uncap_inventory_lora_root(const char *module, char root[UNCAP_DIFFUSER_KEY_MAX]);

#endif
