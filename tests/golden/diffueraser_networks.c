/* SPDX-License-Identifier: Apache-2.0 */
/* Operations of suite diffueraser that run networks, whole or module by module. */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "diffueraser_nets.h"
#include "inpaint/diffueraser/blocks.h"
#include "inpaint/diffueraser/embedding.h"
#include "inpaint/diffueraser/levels.h"
#include "inpaint/diffueraser/text.h"
#include "inpaint/diffueraser/unet.h"
#include "inpaint/diffueraser/vae.h"

static bool wants_tap(void *opaque, const char *name)
{
    return golden_wants(opaque, name);
}

/* Batches of two frames: several runs of a graph a case, the last one moved back where the count is odd. */
static struct uncap_chain_options options_for(struct nets *nets, const struct uncap_weights *weights,
                                              struct golden_case *c, int64_t n, int frames)
{
    return (struct uncap_chain_options){.runtime = nets->runtime,
                                        .weights = weights,
                                        .slices = nets->slices,
                                        .n = (int)n,
                                        .frames = frames,
                                        .batch = n < 2 ? 1 : 2,
                                        .is_lean = true,
                                        .allows_half = true,
                                        .wants_tap = wants_tap,
                                        .opaque = c};
}

static int run_chain(struct uncap_chain *chain, struct uncap_error *err)
{
    return uncap_chain_run(chain, NULL, NULL, err);
}

/* Bind an input of the case; the tensor must live as long as the run. */
static int bind_input(struct uncap_chain *chain, const struct golden_case *c, const char *role,
                      struct uncap_tensor *tensor, struct uncap_error *err)
{
    const int rc = nets_input(c, role, false, tensor, err);
    if (!rc && tensor->data)
        uncap_chain_bind(chain, role, tensor->data);
    return rc;
}

/* Open an output of the chain that is a result of the case. */
static int bind_output(struct uncap_chain *chain, const char *name, struct uncap_shape shape,
                       struct uncap_tensor *tensor, struct uncap_error *err)
{
    const int rc = uncap_tensor_open(tensor, UNCAP_F32, shape, err);
    if (!rc)
        uncap_chain_bind(chain, name, tensor->data);
    return rc;
}

static int text_encode(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const taps[] = {"layer0", "layer1", "layer2", "layer3",  "layer4",  "layer5", "layer6",
                                       "layer7", "layer8", "layer9", "layer10", "layer11", NULL};
    const struct uncap_shape shape = UNCAP_SHAPE(1, UNCAP_DIFFUSER_TOKENS, UNCAP_TEXT_WIDTH);
    struct nets *nets = state;
    const struct uncap_weights *weights = NULL;
    const struct uncap_tensor *given = golden_input(c, "ids");
    struct uncap_tensor tokens = {.data = NULL};
    struct uncap_tensor emb = {.data = NULL};
    struct uncap_chain *chain = NULL;
    int ids[UNCAP_DIFFUSER_TOKENS];
    if (!given || uncap_tensor_count(given) != UNCAP_DIFFUSER_TOKENS)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no 77 ids");
    for (int k = 0; k < UNCAP_DIFFUSER_TOKENS; k++)
        ids[k] = (int)((const float *)given->data)[k];
    int rc = nets_get(nets, UNCAP_DIFFUSER_TEXT, false, false, &weights, err);
    struct uncap_chain_options options = options_for(nets, weights, c, 1, 1);
    options.allows_half = false; /* as the engine runs it */
    if (!rc)
        rc = uncap_tensor_open(&tokens, UNCAP_F32, shape, err);
    if (!rc)
        rc = uncap_text_embed(weights, ids, tokens.data, err);
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_text_build(chain);
        uncap_chain_bind(chain, "tokens", tokens.data);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc)
        rc = bind_output(chain, "emb", shape, &emb, err);
    if (!rc)
        rc = run_chain(chain, err);
    if (!rc)
        rc = nets_give_taps(c, chain, taps, err);
    if (!rc)
        rc = golden_result_take(c, "tokpos", &tokens, err);
    if (!rc)
        rc = golden_result_take(c, "emb", &emb, err);
    uncap_chain_close(&chain);
    uncap_tensor_close(&tokens);
    uncap_tensor_close(&emb);
    return rc;
}

static int time_emb(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct nets *nets = state;
    const struct uncap_weights *weights = NULL;
    const struct uncap_tensor *sin = golden_input(c, "sin");
    const bool is_brushnet = !strcmp(golden_text(c, "model", "unet"), "brushnet");
    struct uncap_tensor emb = {.data = NULL};
    struct uncap_chain *chain = NULL;
    if (!sin)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no input 'sin'");
    const int64_t n = (int64_t)uncap_tensor_count(sin);
    int rc = nets_get(nets, is_brushnet ? UNCAP_DIFFUSER_BRUSHNET : UNCAP_DIFFUSER_UNET, nets_is_reduced(c),
                      false, &weights, err);
    struct uncap_chain_options options = options_for(nets, weights, c, 1, 1);
    options.allows_half = false; /* as the engine runs it */
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        const int slot = uncap_chain_input(chain, "sin", UNCAP_SHAPE(n), false);
        uncap_chain_begin(chain, false);
        const struct uncap_value x = uncap_chain_load(chain, slot);
        uncap_graph_enter(uncap_chain_graph(chain), "time_embedding");
        uncap_chain_output(chain, "emb", uncap_block_time(uncap_chain_graph(chain), x));
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc)
        rc = bind_output(chain, "emb", UNCAP_SHAPE(4 * n), &emb, err);
    if (!rc) {
        uncap_chain_bind(chain, "sin", sin->data);
        rc = run_chain(chain, err);
    }
    if (!rc)
        rc = golden_result_take(c, "emb", &emb, err);
    uncap_chain_close(&chain);
    uncap_tensor_close(&emb);
    return rc;
}

/* Shape of y of a module, from x's. */
static struct uncap_shape module_result(const struct uncap_diffuser_widths *widths, const char *path,
                                        struct uncap_shape x, const int64_t *size)
{
    char key[UNCAP_DIFFUSER_KEY_MAX];
    struct uncap_shape weight;
    snprintf(key, sizeof(key), "%.100s.conv2.weight", path);
    if (strstr(path, "downsamplers")) {
        x.dims[2] = (x.dims[2] + 1) / 2;
        x.dims[3] = (x.dims[3] + 1) / 2;
    } else if (strstr(path, "upsamplers")) {
        x.dims[2] = size ? size[0] : 2 * x.dims[2];
        x.dims[3] = size ? size[1] : 2 * x.dims[3];
    } else if (nets_shape(UNCAP_DIFFUSER_UNET, widths, key, &weight)) {
        x.dims[1] = weight.dims[0];
    }
    return x;
}

static int unet_module(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct nets *nets = state;
    const char *path = golden_text(c, "module", "");
    const struct uncap_diffuser_widths widths = nets_widths(nets_is_reduced(c));
    const struct uncap_weights *weights = NULL;
    const float *text = NULL;
    struct uncap_tensor in[3] = {{.data = NULL}};
    struct uncap_tensor y = {.data = NULL};
    struct uncap_chain *chain = NULL;
    double list[2];
    const bool has_size = golden_list(c, "size", list, 2) == 2;
    const int64_t size[] = {has_size ? (int64_t)list[0] : 0, has_size ? (int64_t)list[1] : 0};
    int rc = nets_input(c, "x", true, &in[0], err);
    if (!rc && (strstr(path, "attentions") || !strcmp(path, "mid_block")))
        rc = nets_text(nets, c, &text, err);
    if (!rc)
        rc = nets_get(nets, UNCAP_DIFFUSER_UNET, nets_is_reduced(c), golden_bool(c, "lora", false), &weights,
                      err);
    const int n = (int)in[0].shape.dims[0];
    const struct uncap_chain_options options =
        options_for(nets, weights, c, n, golden_int(c, "num_frames", n));
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        const int64_t *d = in[0].shape.dims;
        uncap_unet_build_module(chain, &widths, path, UNCAP_SHAPE(d[1], d[2], d[3]), has_size ? size : NULL);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc) {
        uncap_chain_bind(chain, "x", in[0].data);
        uncap_chain_bind(chain, "text", text);
        rc = bind_input(chain, c, "temb", &in[1], err);
    }
    if (!rc)
        rc = bind_input(chain, c, "add", &in[2], err);
    if (!rc)
        rc = bind_output(chain, "y", module_result(&widths, path, in[0].shape, has_size ? size : NULL), &y,
                         err);
    if (!rc)
        rc = run_chain(chain, err);
    if (!rc)
        rc = golden_result_take(c, "y", &y, err);
    uncap_chain_close(&chain);
    for (int k = 0; k < 3; k++)
        uncap_tensor_close(&in[k]);
    uncap_tensor_close(&y);
    return rc;
}

static int vae_encode(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const taps[] = {"enc_conv_in", "enc_down0",    "enc_down1", "enc_down2",
                                       "enc_down3",   "enc_mid_attn", "enc_mid",   NULL};
    struct nets *nets = state;
    const struct uncap_diffuser_widths widths = nets_widths(nets_is_reduced(c));
    const struct uncap_weights *weights = NULL;
    struct uncap_tensor bytes = {.data = NULL};
    struct uncap_tensor image = {.data = NULL};
    struct uncap_tensor moments = {.data = NULL};
    struct uncap_tensor out[3] = {{.data = NULL}};
    struct uncap_chain *chain = NULL;
    int rc = nets_bytes(c, "image_u8", &bytes, err);
    if (rc)
        return rc;
    const int64_t n = bytes.shape.dims[0];
    const int64_t h = bytes.shape.dims[1];
    const int64_t w = bytes.shape.dims[2];
    const size_t values = (size_t)(h / 8 * (w / 8));
    rc = nets_get(nets, UNCAP_DIFFUSER_VAE, nets_is_reduced(c), false, &weights, err);
    const struct uncap_chain_options options = options_for(nets, weights, c, n, (int)n);
    if (!rc)
        rc = uncap_tensor_open(&image, UNCAP_F32, UNCAP_SHAPE(n, 3, h, w), err);
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_levels_to_planes(bytes.data, (size_t)n, (size_t)(h * w), image.data);
        uncap_vae_build_encoder(chain, &widths, (int)h, (int)w);
        uncap_chain_bind(chain, "image", image.data);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc)
        rc = bind_output(chain, "moments", UNCAP_SHAPE(n, 8, h / 8, w / 8), &moments, err);
    if (!rc)
        rc = run_chain(chain, err);
    if (!rc)
        rc = nets_give_taps(c, chain, taps, err);
    for (int k = 0; !rc && k < 3; k++)
        rc = uncap_tensor_open(&out[k], UNCAP_F32, UNCAP_SHAPE(n, 4, h / 8, w / 8), err);
    if (!rc) {
        const struct uncap_tensor *noise = golden_input(c, "noise");
        for (size_t i = 0; i < (size_t)n; i++)
            memcpy((float *)out[0].data + 4 * i * values, (const float *)moments.data + 8 * i * values,
                   4 * values * sizeof(float));
        uncap_vae_log_variance(moments.data, out[1].data, (size_t)n, values);
        uncap_vae_sample(moments.data, noise ? noise->data : NULL, out[2].data, (size_t)n, values);
        rc = golden_result_take(c, "mean", &out[0], err);
    }
    if (!rc)
        rc = golden_result_take(c, "logvar", &out[1], err);
    if (!rc)
        rc = golden_result_take(c, "latent", &out[2], err);
    uncap_chain_close(&chain);
    uncap_tensor_close(&bytes);
    uncap_tensor_close(&image);
    uncap_tensor_close(&moments);
    for (int k = 0; k < 3; k++)
        uncap_tensor_close(&out[k]);
    return rc;
}

static int vae_decode(void *state, struct golden_case *c, struct uncap_error *err)
{
    static const char *const taps[] = {"dec_conv_in", "dec_mid_attn", "dec_mid", "dec_up0",
                                       "dec_up1",     "dec_up2",      "dec_up3", NULL};
    struct nets *nets = state;
    const struct uncap_diffuser_widths widths = nets_widths(nets_is_reduced(c));
    const struct uncap_weights *weights = NULL;
    const struct uncap_tensor *z = golden_input(c, "z");
    struct uncap_tensor image = {.data = NULL};
    struct uncap_chain *chain = NULL;
    if (!z)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no input 'z'");
    const int64_t *d = z->shape.dims;
    int rc = nets_get(nets, UNCAP_DIFFUSER_VAE, nets_is_reduced(c), false, &weights, err);
    const struct uncap_chain_options options = options_for(nets, weights, c, d[0], (int)d[0]);
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_vae_build_decoder(chain, &widths, (int)d[2], (int)d[3]);
        uncap_chain_bind(chain, "z", z->data);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc)
        rc = bind_output(chain, "image", UNCAP_SHAPE(d[0], 3, 8 * d[2], 8 * d[3]), &image, err);
    if (!rc)
        rc = run_chain(chain, err);
    if (!rc)
        rc = nets_give_taps(c, chain, taps, err);
    if (!rc)
        rc = golden_result_take(c, "image", &image, err);
    uncap_chain_close(&chain);
    uncap_tensor_close(&image);
    return rc;
}

/* What a run of BrushNet or UNet takes, and the residuals between them. */
struct forward {
    struct nets *nets;
    struct golden_case *c;
    struct uncap_diffuser_widths widths;
    struct uncap_tensor latents, cond, residuals[UNCAP_DIFFUSER_RESIDUALS];
    const float *text;
    float *sin;
    int n, h, w;
};

static int forward_open(struct forward *f, struct nets *nets, struct golden_case *c, struct uncap_error *err)
{
    *f = (struct forward){.nets = nets, .c = c, .widths = nets_widths(nets_is_reduced(c))};
    int rc = nets_text(nets, c, &f->text, err);
    if (!rc)
        rc = nets_input(c, "latents", true, &f->latents, err);
    if (!rc)
        rc = nets_input(c, "cond", false, &f->cond, err);
    f->sin = uncap_alloc((size_t)f->widths.unet[0], sizeof(*f->sin));
    if (!f->sin && !rc)
        rc = uncap_fail_nomem(err, "a time step");
    if (rc)
        return rc;
    uncap_embedding_time(f->sin, golden_int(c, "t", 0), f->widths.unet[0]);
    f->n = (int)f->latents.shape.dims[0];
    f->h = (int)f->latents.shape.dims[2];
    f->w = (int)f->latents.shape.dims[3];
    return UNCAP_OK;
}

static void forward_close(struct forward *f)
{
    uncap_tensor_close(&f->latents);
    uncap_tensor_close(&f->cond);
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++)
        uncap_tensor_close(&f->residuals[k]);
    uncap_free(f->sin);
}

static void forward_bind(const struct forward *f, struct uncap_chain *chain)
{
    char name[16];
    uncap_chain_bind(chain, "latents", f->latents.data);
    uncap_chain_bind(chain, "cond", f->cond.data);
    uncap_chain_bind(chain, "text", f->text);
    uncap_chain_bind(chain, "sin", f->sin);
    for (int k = 0; k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        uncap_residual_name(k, name);
        uncap_chain_bind(chain, name, f->residuals[k].data);
    }
}

static int run_brushnet(struct forward *f, struct uncap_error *err)
{
    static const char *const taps[] = {"temb",      "tap_conv_in", "tap_down0", "tap_down1",
                                       "tap_down2", "tap_down3",   "tap_mid",   "tap_up0",
                                       "tap_up1",   "tap_up2",     "tap_up3",   NULL};
    const struct uncap_weights *weights = NULL;
    struct uncap_chain *chain = NULL;
    int rc = nets_get(f->nets, UNCAP_DIFFUSER_BRUSHNET, nets_is_reduced(f->c), false, &weights, err);
    const struct uncap_chain_options options = options_for(f->nets, weights, f->c, f->n, f->n);
    for (int k = 0; !rc && k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        const struct uncap_shape s = uncap_residual_shape(k, &f->widths, f->h, f->w);
        rc = uncap_tensor_open(&f->residuals[k], UNCAP_F32,
                               UNCAP_SHAPE(f->n, s.dims[0], s.dims[1], s.dims[2]), err);
    }
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_brushnet_build(chain, &f->widths, f->h, f->w);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc) {
        forward_bind(f, chain);
        rc = run_chain(chain, err);
    }
    if (!rc)
        rc = nets_give_taps(f->c, chain, taps, err);
    uncap_chain_close(&chain);
    return rc;
}

static int brushnet_forward(void *state, struct golden_case *c, struct uncap_error *err)
{
    struct forward f;
    int rc = forward_open(&f, state, c, err);
    if (!rc)
        rc = run_brushnet(&f, err);
    for (int k = 0; !rc && k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        char name[16];
        uncap_residual_name(k, name);
        rc = golden_result_take(c, name, &f.residuals[k], err);
    }
    forward_close(&f);
    return rc;
}

static int give_unet_taps(struct golden_case *c, const struct uncap_chain *chain, struct uncap_error *err)
{
    static const char *const states[] = {"temb", "conv_in", "down0", "down1", "down2", "down3",
                                         "mid",  "up0",     "up1",   "up2",   "up3",   NULL};
    static const char *const kinds[] = {"resnets", "attentions", "motion_modules"};
    int rc = nets_give_taps(c, chain, states, err);
    for (int k = 0; k < 4 * 4 * 3 && !rc; k++) {
        char name[64];
        const int kind = k / 12;
        if (kind < 3)
            snprintf(name, sizeof(name), "down_blocks.%d.%s.%d", k / 3 % 4, kinds[kind], k % 3);
        else
            snprintf(name, sizeof(name), "skip%d_%d", k / 3 % 4, k % 3);
        rc = nets_give_taps(c, chain, (const char *const[]){name, NULL}, err);
    }
    return rc;
}

static int run_unet(struct forward *f, bool has_residuals, struct uncap_error *err)
{
    const struct uncap_weights *weights = NULL;
    struct uncap_tensor eps = {.data = NULL};
    struct uncap_chain *chain = NULL;
    int rc = nets_get(f->nets, UNCAP_DIFFUSER_UNET, nets_is_reduced(f->c), golden_bool(f->c, "lora", false),
                      &weights, err);
    const struct uncap_chain_options options =
        options_for(f->nets, weights, f->c, f->n, golden_int(f->c, "num_frames", f->n));
    if (!rc)
        rc = uncap_chain_open(&chain, &options, err);
    if (!rc) {
        uncap_unet_build(chain, &f->widths, f->h, f->w, has_residuals);
        rc = uncap_chain_finish(chain, err);
    }
    if (!rc) {
        forward_bind(f, chain);
        rc = bind_output(chain, "eps", f->latents.shape, &eps, err);
    }
    if (!rc)
        rc = run_chain(chain, err);
    if (!rc)
        rc = give_unet_taps(f->c, chain, err);
    if (!rc)
        rc = golden_result_take(f->c, "eps", &eps, err);
    uncap_chain_close(&chain);
    uncap_tensor_close(&eps);
    return rc;
}

static int unet_forward(void *state, struct golden_case *c, struct uncap_error *err)
{
    const char *source = golden_text(c, "residuals", "none");
    struct forward f;
    int rc = forward_open(&f, state, c, err);
    if (!rc && !strcmp(source, "brushnet"))
        rc = run_brushnet(&f, err);
    for (int k = 0; !rc && !strcmp(source, "files") && k < UNCAP_DIFFUSER_RESIDUALS; k++) {
        char name[16];
        uncap_residual_name(k, name);
        rc = nets_input(c, name, true, &f.residuals[k], err);
    }
    if (!rc)
        rc = run_unet(&f, strcmp(source, "none") != 0, err);
    forward_close(&f);
    return rc;
}

const struct golden_op diffueraser_networks[] = {
    {"text.encode", text_encode},   {"time.emb", time_emb},
    {"unet.module", unet_module},   {"vae.encode", vae_encode},
    {"vae.decode", vae_decode},     {"brushnet.forward", brushnet_forward},
    {"unet.forward", unet_forward}, {NULL, NULL},
};
