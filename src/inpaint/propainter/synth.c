/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/synth.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "nn/manifest.h"
#include "nn/stream.h"

static const struct {
    const char *text;
    double gain;
} gains[] = {
    {"fnet.conv2", 0.7},
    {"cnet.conv2", 0.4},
    {"update_block.flow_head.conv2", 0.04},
    {"update_block.encoder.convc1", 0.35},
    {"update_block.gru.", 1.5},
    {"conv_offset.6", 1.2},
    {"feat_prop_module.backbone.", 1.0},
    {"attention.query", 1.5},
    {"attention.key", 1.5},
    {"attention.proj", 2.0},
    {"mlp.fc2.1", 3.0},
    {"sc.embedding", 0.07},
    {"decoder.6", 0.6},
};

static double gain_of(const char *key, int rank)
{
    for (size_t i = 0; i < sizeof(gains) / sizeof(*gains); i++)
        if (strstr(key, gains[i].text))
            return gains[i].gain;
    return rank >= 4 ? 1.4 : 1.0;
}

/* Two names of one tensor in the real file get the same numbers. */
static uint64_t seed_of(const char *key, const char *suffix)
{
    char head[UNCAP_MANIFEST_KEY_MAX];
    uint64_t seed = UNCAP_STREAM_START;
    const char *alias = strstr(key, ".norm3.");
    if (alias) {
        memcpy(head, key, (size_t)(alias - key));
        head[alias - key] = '\0';
        seed = uncap_stream_seed(uncap_stream_seed(seed, head), ".downsample.1.");
        key = alias + strlen(".norm3.");
    }
    return uncap_stream_seed(uncap_stream_seed(seed, key), suffix);
}

static bool ends_in(const char *key, const char *end)
{
    const size_t n = strlen(key);
    const size_t m = strlen(end);
    return n >= m && !strcmp(key + n - m, end);
}

static void fill(float *out, size_t n, const char *key, const struct uncap_shape *shape, const char *suffix)
{
    const uint64_t seed = seed_of(key, suffix);
    const double gain = gain_of(key, shape->rank);
    double base = 0;
    double amplitude;
    if (ends_in(key, ".running_mean")) {
        amplitude = 0.1;
    } else if (ends_in(key, ".running_var")) { /* 1 + u/2 */
        base = 1.25;
        amplitude = 0.25;
    } else if (ends_in(key, ".bias")) {
        amplitude = 0.1 * fmin(1, gain);
    } else if (shape->rank == 1) {
        base = 1;
        amplitude = 0.1;
    } else {
        double fan_in = 1;
        for (int i = 1; i < shape->rank; i++)
            fan_in *= (double)shape->dims[i];
        amplitude = gain * sqrt(3.0 / fan_in);
    }
    uncap_stream_fill(out, n, seed, 0, base, amplitude);
}

void uncap_propainter_around(int64_t *indices)
{
    static const int shifts[4][2] = {{3, 5}, {3, -5}, {-3, 5}, {-3, -5}};
    for (int s = 0; s < 4; s++)
        for (int i = 0; i < 45; i++) {
            const int r = i / 9 + shifts[s][0];
            const int c = i % 9 + shifts[s][1];
            if (r < 0 || r >= 5 || c < 0 || c >= 9)
                *indices++ = s * 45 + i;
        }
}

static int add(struct uncap_weights *w, const char *line, const char *suffix, struct uncap_error *err)
{
    char key[UNCAP_MANIFEST_KEY_MAX];
    struct uncap_weight weight = {.name = key};
    size_t n;
    if (!uncap_manifest_parse(line, key, &weight.dtype, &weight.shape) ||
        !uncap_shape_count(&weight.shape, &n))
        return uncap_fail(err, UNCAP_ERR_MODEL, "manifest line makes no sense: %s", line);
    void *data = uncap_alloc(n, uncap_dtype_bytes(weight.dtype));
    if (!data)
        return uncap_fail_nomem(err, "synthetic weights");
    if (ends_in(key, ".valid_ind_rolled") && n == UNCAP_PROPAINTER_AROUND)
        uncap_propainter_around(data);
    else if (weight.dtype == UNCAP_F32)
        fill(data, n, key, &weight.shape, suffix);
    weight.data = data;
    const int status = uncap_weights_keep(w, data, uncap_free, err);
    return status ? status : uncap_weights_add(w, &weight, err);
}

int uncap_propainter_synth(struct uncap_weights **out, const char *const *manifest, const char *label,
                           const char *suffix, struct uncap_error *err)
{
    int status = uncap_weights_open(out, label, err);
    for (; !status && *manifest; manifest++)
        status = add(*out, *manifest, suffix, err);
    if (!status)
        status = uncap_weights_sort(*out, err);
    if (status)
        uncap_weights_close(out);
    return status;
}
