/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/inventory.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* A walk under way: after the first refusal nothing more is visited. */
struct walk {
    const struct uncap_diffuser_widths *widths;
    uncap_inventory_visit *visit;
    void *opaque;
    int rc;
};

struct uncap_diffuser_widths uncap_diffuser_widths_full(void)
{
    return (struct uncap_diffuser_widths){
        .unet = {320, 640, 1280, 1280}, .text = 768, .vae = {128, 256, 512, 512}, .frames = 32, .rank = 64};
}

struct uncap_diffuser_widths uncap_diffuser_widths_reduced(void)
{
    return (struct uncap_diffuser_widths){
        .unet = {64, 128, 256, 256}, .text = 64, .vae = {64, 64, 128, 128}, .frames = 32, .rank = 64};
}

static void tensor(struct walk *w, struct uncap_shape shape, const char *fmt, ...) UNCAP_PRINTF(3, 4);

static void tensor(struct walk *w, struct uncap_shape shape, const char *fmt, ...)
{
    if (w->rc)
        return;
    char key[UNCAP_DIFFUSER_KEY_MAX];
    va_list args;
    va_start(args, fmt);
    vsnprintf(key, sizeof(key), fmt, args);
    va_end(args);
    w->rc = w->visit(w->opaque, key, &shape);
}

static void norm(struct walk *w, const char *root, const char *name, int c)
{
    tensor(w, UNCAP_SHAPE(c), "%s%s.weight", root, name);
    tensor(w, UNCAP_SHAPE(c), "%s%s.bias", root, name);
}

static void linear(struct walk *w, const char *root, const char *name, int out, int in)
{
    tensor(w, UNCAP_SHAPE(out, in), "%s%s.weight", root, name);
    tensor(w, UNCAP_SHAPE(out), "%s%s.bias", root, name);
}

static void conv(struct walk *w, const char *root, const char *name, int out, int in, int k)
{
    tensor(w, UNCAP_SHAPE(out, in, k, k), "%s%s.weight", root, name);
    tensor(w, UNCAP_SHAPE(out), "%s%s.bias", root, name);
}

/* emb 0: no time term (VAE). */
static void resnet(struct walk *w, const char *root, int in, int out, int emb)
{
    norm(w, root, ".norm1", in);
    conv(w, root, ".conv1", out, in, 3);
    if (emb)
        linear(w, root, ".time_emb_proj", out, emb);
    norm(w, root, ".norm2", out);
    conv(w, root, ".conv2", out, out, 3);
    if (in != out)
        conv(w, root, ".conv_shortcut", out, in, 1);
}

static void attention(struct walk *w, const char *root, const char *name, int c, int source)
{
    tensor(w, UNCAP_SHAPE(c, c), "%s%s.to_q.weight", root, name);
    tensor(w, UNCAP_SHAPE(c, source), "%s%s.to_k.weight", root, name);
    tensor(w, UNCAP_SHAPE(c, source), "%s%s.to_v.weight", root, name);
    tensor(w, UNCAP_SHAPE(c, c), "%s%s.to_out.0.weight", root, name);
    tensor(w, UNCAP_SHAPE(c), "%s%s.to_out.0.bias", root, name);
}

static void transformer(struct walk *w, const char *root, int c, int source)
{
    char block[UNCAP_DIFFUSER_KEY_MAX];
    snprintf(block, sizeof(block), "%s.transformer_blocks.0", root);
    norm(w, block, ".norm1", c);
    attention(w, block, ".attn1", c, c);
    norm(w, block, ".norm2", c);
    attention(w, block, ".attn2", c, source);
    norm(w, block, ".norm3", c);
    linear(w, block, ".ff.net.0.proj", 8 * c, c);
    linear(w, block, ".ff.net.2", c, 4 * c);
}

static void spatial(struct walk *w, const char *root, int c)
{
    norm(w, root, ".norm", c);
    conv(w, root, ".proj_in", c, c, 1);
    transformer(w, root, c, w->widths->text);
    conv(w, root, ".proj_out", c, c, 1);
}

static void motion(struct walk *w, const char *root, int c)
{
    norm(w, root, ".norm", c);
    linear(w, root, ".proj_in", c, c);
    tensor(w, UNCAP_SHAPE(1, w->widths->frames, c), "%s.transformer_blocks.0.pos_embed.pe", root);
    transformer(w, root, c, c);
    linear(w, root, ".proj_out", c, c);
}

/* Path of a part: "<kind>_blocks.<i>.<part>.<j>". */
static const char *part_of(char path[UNCAP_DIFFUSER_KEY_MAX], const char *kind, int i, const char *part,
                           int j)
{
    snprintf(path, UNCAP_DIFFUSER_KEY_MAX, "%s_blocks.%d.%s.%d", kind, i, part, j);
    return path;
}

/* One layer of UNet or BrushNet: ResBlock, spatial transformer, motion module. */
static void layer(struct walk *w, const char *kind, int i, int j, int in, int out, bool has_attention,
                  bool has_motion)
{
    char path[UNCAP_DIFFUSER_KEY_MAX];
    resnet(w, part_of(path, kind, i, "resnets", j), in, out, 4 * w->widths->unet[0]);
    if (has_attention)
        spatial(w, part_of(path, kind, i, "attentions", j), out);
    if (has_motion)
        motion(w, part_of(path, kind, i, "motion_modules", j), out);
}

static void mid_block(struct walk *w, bool has_motion)
{
    const int c = w->widths->unet[3];
    resnet(w, "mid_block.resnets.0", c, c, 4 * w->widths->unet[0]);
    resnet(w, "mid_block.resnets.1", c, c, 4 * w->widths->unet[0]);
    spatial(w, "mid_block.attentions.0", c);
    if (has_motion)
        motion(w, "mid_block.motion_modules.0", c);
}

/* What UNet and BrushNet share: time embedding, down, mid and up blocks. */
static void blocks(struct walk *w, bool has_motion)
{
    const int *ch = w->widths->unet;
    char path[UNCAP_DIFFUSER_KEY_MAX];
    int skips[12] = {ch[0]};
    int n_skips = 1;
    int c = ch[0];
    linear(w, "time_embedding", ".linear_1", 4 * ch[0], ch[0]);
    linear(w, "time_embedding", ".linear_2", 4 * ch[0], 4 * ch[0]);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 2; j++, c = ch[i], skips[n_skips++] = c)
            layer(w, "down", i, j, c, ch[i], i < 3, has_motion);
        if (i < 3) {
            conv(w, part_of(path, "down", i, "downsamplers", 0), ".conv", c, c, 3);
            skips[n_skips++] = c;
        }
    }
    mid_block(w, has_motion);
    for (int i = 0; i < 4; i++) {
        for (int j = 0; j < 3; j++, c = ch[3 - i])
            layer(w, "up", i, j, c + skips[--n_skips], ch[3 - i], i > 0, has_motion);
        if (i < 3)
            conv(w, part_of(path, "up", i, "upsamplers", 0), ".conv", c, c, 3);
    }
}

static void unet(struct walk *w)
{
    conv(w, "conv_in", "", w->widths->unet[0], UNCAP_DIFFUSER_LATENT, 3);
    blocks(w, true);
    norm(w, "conv_norm_out", "", w->widths->unet[0]);
    conv(w, "conv_out", "", UNCAP_DIFFUSER_LATENT, w->widths->unet[0], 3);
}

static void brushnet(struct walk *w)
{
    static const int down_levels[12] = {0, 0, 0, 0, 1, 1, 1, 2, 2, 2, 3, 3};
    static const int up_levels[15] = {3, 3, 3, 3, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 0};
    const int *ch = w->widths->unet;
    char name[UNCAP_DIFFUSER_KEY_MAX];
    conv(w, "conv_in_condition", "", ch[0], 2 * UNCAP_DIFFUSER_LATENT + 1, 3);
    blocks(w, false);
    for (int k = 0; k < 12; k++) {
        snprintf(name, sizeof(name), "brushnet_down_blocks.%d", k);
        conv(w, name, "", ch[down_levels[k]], ch[down_levels[k]], 1);
    }
    conv(w, "brushnet_mid_block", "", ch[3], ch[3], 1);
    for (int k = 0; k < 15; k++) {
        snprintf(name, sizeof(name), "brushnet_up_blocks.%d", k);
        conv(w, name, "", ch[up_levels[k]], ch[up_levels[k]], 1);
    }
}

static void vae_mid(struct walk *w, const char *root)
{
    static const char *const linears[] = {".attentions.0.to_q", ".attentions.0.to_k", ".attentions.0.to_v",
                                          ".attentions.0.to_out.0"};
    const int c = w->widths->vae[3];
    char path[UNCAP_DIFFUSER_KEY_MAX];
    norm(w, root, ".attentions.0.group_norm", c);
    for (int k = 0; k < 4; k++)
        linear(w, root, linears[k], c, c);
    for (int j = 0; j < 2; j++) {
        snprintf(path, sizeof(path), "%s.resnets.%d", root, j);
        resnet(w, path, c, c, 0);
    }
}

static void vae_levels(struct walk *w, const char *kind, bool is_decoder)
{
    const int *ch = w->widths->vae;
    char path[UNCAP_DIFFUSER_KEY_MAX];
    int c = is_decoder ? ch[3] : ch[0];
    for (int i = 0; i < 4; i++) {
        const int out = is_decoder ? ch[3 - i] : ch[i];
        for (int j = 0; j < (is_decoder ? 3 : 2); j++, c = out)
            resnet(w, part_of(path, kind, i, "resnets", j), c, out, 0);
        if (i < 3)
            conv(w, part_of(path, kind, i, is_decoder ? "upsamplers" : "downsamplers", 0), ".conv", c, c, 3);
    }
}

static void vae(struct walk *w)
{
    const int *ch = w->widths->vae;
    conv(w, "encoder.conv_in", "", ch[0], 3, 3);
    vae_levels(w, "encoder.down", false);
    vae_mid(w, "encoder.mid_block");
    norm(w, "encoder.conv_norm_out", "", ch[3]);
    conv(w, "encoder.conv_out", "", 2 * UNCAP_DIFFUSER_LATENT, ch[3], 3);
    conv(w, "decoder.conv_in", "", ch[3], UNCAP_DIFFUSER_LATENT, 3);
    vae_levels(w, "decoder.up", true);
    vae_mid(w, "decoder.mid_block");
    norm(w, "decoder.conv_norm_out", "", ch[0]);
    conv(w, "decoder.conv_out", "", 3, ch[0], 3);
    conv(w, "quant_conv", "", 2 * UNCAP_DIFFUSER_LATENT, 2 * UNCAP_DIFFUSER_LATENT, 1);
    conv(w, "post_quant_conv", "", UNCAP_DIFFUSER_LATENT, UNCAP_DIFFUSER_LATENT, 1);
}

/* The text tower has one width; there is no reduced one. */
static void text(struct walk *w)
{
    static const char *const linears[] = {".self_attn.k_proj", ".self_attn.v_proj", ".self_attn.q_proj",
                                          ".self_attn.out_proj"};
    const int c = 768;
    char path[UNCAP_DIFFUSER_KEY_MAX];
    tensor(w, UNCAP_SHAPE(49408, c), "text_model.embeddings.token_embedding.weight");
    tensor(w, UNCAP_SHAPE(UNCAP_DIFFUSER_TOKENS, c), "text_model.embeddings.position_embedding.weight");
    for (int i = 0; i < 12; i++) {
        snprintf(path, sizeof(path), "text_model.encoder.layers.%d", i);
        for (int k = 0; k < 4; k++)
            linear(w, path, linears[k], c, c);
        norm(w, path, ".layer_norm1", c);
        linear(w, path, ".mlp.fc1", 4 * c, c);
        linear(w, path, ".mlp.fc2", c, 4 * c);
        norm(w, path, ".layer_norm2", c);
    }
    norm(w, "text_model.final_layer_norm", "", c);
}

static bool ends_with(const char *s, size_t n, const char *ending)
{
    const size_t m = strlen(ending);
    return n >= m && !memcmp(s + n - m, ending, m);
}

static bool is_adapted(const char *module)
{
    static const char *const endings[] = {".to_q",
                                          ".to_k",
                                          ".to_v",
                                          ".to_out.0",
                                          ".proj_in",
                                          ".proj_out",
                                          ".ff.net.0.proj",
                                          ".ff.net.2",
                                          ".conv1",
                                          ".conv2",
                                          ".conv_shortcut",
                                          ".downsamplers.0.conv",
                                          ".upsamplers.0.conv",
                                          ".time_emb_proj"};
    if (strstr(module, ".motion_modules."))
        return false;
    for (size_t k = 0; k < sizeof(endings) / sizeof(*endings); k++)
        if (ends_with(module, strlen(module), endings[k]))
            return true;
    return false;
}

/* Passes on the weights of adapted modules alone. */
static int visit_adapted(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct walk *outer = opaque;
    char module[UNCAP_DIFFUSER_KEY_MAX];
    const size_t n = strlen(key);
    if (!ends_with(key, n, ".weight"))
        return 0;
    snprintf(module, sizeof(module), "%.*s", (int)(n - strlen(".weight")), key);
    return is_adapted(module) ? outer->visit(outer->opaque, module, shape) : 0;
}

int uncap_inventory_walk_adapted(const struct uncap_diffuser_widths *widths, uncap_inventory_visit *visit,
                                 void *opaque)
{
    struct walk outer = {.visit = visit, .opaque = opaque};
    return uncap_inventory_walk(UNCAP_DIFFUSER_UNET, widths, visit_adapted, &outer);
}

void uncap_inventory_lora_root(const char *module, char root[UNCAP_DIFFUSER_KEY_MAX])
{
    snprintf(root, UNCAP_DIFFUSER_KEY_MAX, "lora_unet_%s", module);
    for (char *p = root; *p; p++)
        if (*p == '.')
            *p = '_';
}

static int visit_lora(void *opaque, const char *module, const struct uncap_shape *shape)
{
    struct walk *w = opaque;
    char root[UNCAP_DIFFUSER_KEY_MAX];
    uncap_inventory_lora_root(module, root);
    struct uncap_shape down = *shape;
    struct uncap_shape up = {shape->rank, {shape->dims[0], w->widths->rank, 1, 1}};
    down.dims[0] = w->widths->rank;
    tensor(w, down, "%s.lora_down.weight", root);
    tensor(w, up, "%s.lora_up.weight", root);
    tensor(w, (struct uncap_shape){0}, "%s.alpha", root);
    return w->rc;
}

int uncap_inventory_walk(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths,
                         uncap_inventory_visit *visit, void *opaque)
{
    struct walk w = {.widths = widths, .visit = visit, .opaque = opaque};
    switch (model) {
    case UNCAP_DIFFUSER_UNET: unet(&w); break;
    case UNCAP_DIFFUSER_BRUSHNET: brushnet(&w); break;
    case UNCAP_DIFFUSER_VAE: vae(&w); break;
    case UNCAP_DIFFUSER_TEXT: text(&w); break;
    case UNCAP_DIFFUSER_LORA: w.rc = uncap_inventory_walk_adapted(widths, visit_lora, &w); break;
    }
    return w.rc;
}
