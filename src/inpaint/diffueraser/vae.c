/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/vae.h"

#include <math.h>

#include "inpaint/diffueraser/blocks.h"

static const struct uncap_value NONE = {.id = 0};
static const struct uncap_conv SAME = {.stride = 1};

static struct uncap_value resnet(struct uncap_graph *g, struct uncap_value x, int j)
{
    uncap_graph_enter(g, "resnets.%d", j);
    x = uncap_block_resnet(g, x, NONE, UNCAP_BLOCK_EPS_FINE);
    uncap_graph_leave(g);
    return x;
}

/* Attention over all pixels of an image, one head of all channels. */
static struct uncap_value attention(struct uncap_graph *g, struct uncap_value x)
{
    uncap_graph_enter(g, "attentions.0");
    const struct uncap_value t = uncap_block_tokens(
        g, uncap_group_norm(g, x, "group_norm", UNCAP_DIFFUSER_GROUPS, UNCAP_BLOCK_EPS_FINE));
    struct uncap_value y = uncap_attention(g, uncap_linear(g, t, "to_q"), uncap_linear(g, t, "to_k"),
                                           uncap_linear(g, t, "to_v"), 1, 0.0f, NONE);
    y = uncap_block_image(g, uncap_linear(g, y, "to_out.0"), x.shape.dims[2], x.shape.dims[3]);
    uncap_graph_leave(g);
    return uncap_add_values(g, x, y);
}

static struct uncap_value mid(struct uncap_chain *chain, struct uncap_value x, const char *label)
{
    struct uncap_graph *g = uncap_chain_graph(chain);
    uncap_graph_enter(g, "mid_block");
    x = attention(g, resnet(g, x, 0));
    uncap_chain_tap(chain, x, "%s_mid_attn", label);
    x = resnet(g, x, 1);
    uncap_chain_tap(chain, x, "%s_mid", label);
    uncap_graph_leave(g);
    return x;
}

/* Half the size: zeros at the right and the bottom only, unlike the UNet's. */
static struct uncap_value halve(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_conv halving = {.stride = 2, .has_pads = true, .pads = {0, 0, 1, 1}};
    return uncap_conv(g, x, "downsamplers.0.conv", halving);
}

static struct uncap_value twice(struct uncap_graph *g, struct uncap_value x)
{
    uncap_graph_enter(g, "upsamplers.0");
    x = uncap_block_up(g, x, 2 * x.shape.dims[2], 2 * x.shape.dims[3]);
    uncap_graph_leave(g);
    return x;
}

void uncap_vae_build_encoder(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                             int w)
{
    (void)widths;
    const int image = uncap_chain_input(chain, "image", UNCAP_SHAPE(3, h, w), false);
    uncap_chain_begin(chain, false);
    struct uncap_value x = uncap_chain_load(chain, image);
    struct uncap_graph *g = uncap_chain_graph(chain);
    if (!g)
        return;
    uncap_graph_enter(g, "encoder");
    x = uncap_conv(g, x, "conv_in", SAME);
    uncap_chain_tap(chain, x, "enc_conv_in");
    for (int i = 0; i < 4; i++) {
        uncap_graph_enter(g, "down_blocks.%d", i);
        x = resnet(g, resnet(g, x, 0), 1);
        if (i < 3)
            x = halve(g, x);
        uncap_graph_leave(g);
        uncap_chain_tap(chain, x, "enc_down%d", i);
    }
    x = mid(chain, x, "enc");
    x = uncap_block_norm_conv(g, x, "conv_norm_out", "conv_out", UNCAP_BLOCK_EPS_FINE);
    uncap_graph_leave(g);
    uncap_chain_output(chain, "moments", uncap_conv(g, x, "quant_conv", SAME));
}

void uncap_vae_build_decoder(struct uncap_chain *chain, const struct uncap_diffuser_widths *widths, int h,
                             int w)
{
    (void)widths;
    const int z = uncap_chain_input(chain, "z", UNCAP_SHAPE(UNCAP_DIFFUSER_LATENT, h, w), false);
    uncap_chain_begin(chain, false);
    struct uncap_value x = uncap_chain_load(chain, z);
    struct uncap_graph *g = uncap_chain_graph(chain);
    if (!g)
        return;
    x = uncap_conv(g, x, "post_quant_conv", SAME);
    uncap_graph_enter(g, "decoder");
    x = uncap_conv(g, x, "conv_in", SAME);
    uncap_chain_tap(chain, x, "dec_conv_in");
    x = mid(chain, x, "dec");
    for (int i = 0; i < 4; i++) {
        uncap_graph_enter(g, "up_blocks.%d", i);
        x = resnet(g, resnet(g, resnet(g, x, 0), 1), 2);
        if (i < 3)
            x = twice(g, x);
        uncap_graph_leave(g);
        uncap_chain_tap(chain, x, "dec_up%d", i);
    }
    x = uncap_block_norm_conv(g, x, "conv_norm_out", "conv_out", UNCAP_BLOCK_EPS_FINE);
    uncap_graph_leave(g);
    uncap_chain_output(chain, "image", x);
}

static float clamped(float log_variance)
{
    return log_variance < -30.0f ? -30.0f : log_variance > 20.0f ? 20.0f : log_variance;
}

void uncap_vae_sample(const float *moments, const float *noise, float *latents, size_t n, size_t values)
{
    const size_t half = UNCAP_DIFFUSER_LATENT * values;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < half; k++) {
            const float mean = moments[2 * i * half + k];
            const float deviation = expf(0.5f * clamped(moments[(2 * i + 1) * half + k]));
            latents[i * half + k] = UNCAP_VAE_SCALE * (noise ? mean + deviation * noise[i * half + k] : mean);
        }
}

void uncap_vae_log_variance(const float *moments, float *out, size_t n, size_t values)
{
    const size_t half = UNCAP_DIFFUSER_LATENT * values;
    for (size_t i = 0; i < n; i++)
        for (size_t k = 0; k < half; k++)
            out[i * half + k] = clamped(moments[(2 * i + 1) * half + k]);
}
