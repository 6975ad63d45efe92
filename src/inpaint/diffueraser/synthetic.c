/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/synthetic.h"

#include <math.h>
#include <string.h>

#include "inpaint/diffueraser/embedding.h"
#include "nn/stream.h"

struct rule {
    double base, amplitude;
};

static bool ends_with(const char *key, const char *ending)
{
    const size_t n = strlen(key);
    const size_t m = strlen(ending);
    return n >= m && !strcmp(key + n - m, ending);
}

static double gain_of(const char *key)
{
    if (strstr(key, ".lora_up."))
        return 2.0;
    if (!strncmp(key, "brushnet_", strlen("brushnet_")))
        return 0.5;
    if (!strcmp(key, "decoder.conv_out.weight"))
        return 0.3;
    if (ends_with(key, ".to_q.weight") || ends_with(key, ".to_k.weight") ||
        ends_with(key, ".q_proj.weight") || ends_with(key, ".k_proj.weight"))
        return 1.6; /* sharper attention */
    return 1.0;
}

static struct rule rule_of(const char *key, const struct uncap_shape *shape)
{
    if (shape->rank == 0)
        return (struct rule){8.0, 0.0};
    if (shape->rank == 1)
        return (struct rule){ends_with(key, ".weight") ? 1.0 : 0.0, 0.1};
    if (strstr(key, "token_embedding.") || strstr(key, "position_embedding."))
        return (struct rule){0.0, 0.5};
    double fan_in = 1.0;
    for (int k = 1; k < shape->rank; k++)
        fan_in *= (double)shape->dims[k];
    return (struct rule){0.0, gain_of(key) * sqrt(3.0 / fan_in)};
}

uint64_t uncap_synthetic_seed(enum uncap_diffuser_model model, const char *key, const char *suffix)
{
    /* Without the prefix BrushNet and UNet would share most tensors, and mixing them up could not be noticed.
     */
    const uint64_t seed =
        uncap_stream_seed(UNCAP_STREAM_START, model == UNCAP_DIFFUSER_BRUSHNET ? "brushnet." : "");
    return uncap_stream_seed(uncap_stream_seed(seed, key), suffix);
}

void uncap_synthetic_fill(enum uncap_diffuser_model model, const char *key, const char *suffix,
                          const struct uncap_shape *shape, float *out)
{
    if (ends_with(key, "pos_embed.pe")) {
        uncap_embedding_positions(out, (int)shape->dims[1], (int)shape->dims[2]);
        return;
    }
    size_t n = 1;
    for (int k = 0; k < shape->rank; k++)
        n *= (size_t)shape->dims[k];
    const struct rule rule = rule_of(key, shape);
    uncap_stream_fill(out, n, uncap_synthetic_seed(model, key, suffix), 0, rule.base, rule.amplitude);
}
