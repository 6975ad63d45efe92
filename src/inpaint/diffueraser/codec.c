/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/codec.h"

#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/levels.h"
#include "inpaint/diffueraser/vae.h"

enum {
    LATENT = UNCAP_DIFFUSER_LATENT,
    NOISE_GROUP = 4 /* frames the reference encodes, and draws for, at once */
};

/* The VAE's half that is at work, over batches of equal size. */
struct half {
    struct uncap_chain *chain;
    int batch;
    float *planes, *latents; /* [batch][3][h][w], [batch][8 or 4][h/8][w/8] */
    size_t pixels, values;
};

static void half_close(struct half *half)
{
    uncap_chain_close(&half->chain);
    uncap_free(half->planes);
    uncap_free(half->latents);
}

static int half_open(struct half *half, const struct uncap_diffuser_job *job, int n, bool is_encoder,
                     struct uncap_error *err)
{
    const struct uncap_weights *weights = NULL;
    *half = (struct half){.batch = job->vae_batch < n ? job->vae_batch : n};
    half->pixels = (size_t)job->w * (size_t)job->h;
    half->values = half->pixels / (UNCAP_DIFFUSER_SCALE * UNCAP_DIFFUSER_SCALE);
    half->planes = uncap_alloc((size_t)half->batch * 3 * half->pixels, sizeof(float));
    half->latents = uncap_alloc((size_t)half->batch * 2 * LATENT * half->values, sizeof(float));
    if (!half->planes || !half->latents)
        return uncap_fail_nomem(err, "a batch of the VAE");
    int rc = job->networks.get(job->networks.opaque, UNCAP_DIFFUSER_VAE, &weights, err);
    if (rc)
        return rc;
    const struct uncap_chain_options options = {.runtime = job->runtime,
                                                .weights = weights,
                                                .slices = job->slices,
                                                .n = half->batch,
                                                .frames = half->batch,
                                                .batch = half->batch,
                                                .allows_half = true};
    rc = uncap_chain_open(&half->chain, &options, err);
    if (rc)
        return rc;
    if (is_encoder)
        uncap_vae_build_encoder(half->chain, &job->widths, job->h, job->w);
    else
        uncap_vae_build_decoder(half->chain, &job->widths, job->h / UNCAP_DIFFUSER_SCALE,
                                job->w / UNCAP_DIFFUSER_SCALE);
    uncap_chain_bind(half->chain, "image", half->planes);
    uncap_chain_bind(half->chain, "moments", half->latents);
    uncap_chain_bind(half->chain, "z", half->latents);
    return uncap_chain_finish(half->chain, err);
}

/* Noise of all frames, in the reference's groups. NULL out: there is none. */
static int draw_noise(const struct uncap_codec *codec, int n, enum uncap_noise_use use, size_t values,
                      float **out, struct uncap_error *err)
{
    *out = NULL;
    if (!codec->noise)
        return UNCAP_OK;
    *out = uncap_alloc((size_t)n * values, sizeof(**out));
    if (!*out)
        return uncap_fail_nomem(err, "noise");
    for (int first = 0; first < n; first += NOISE_GROUP) {
        const int count = n - first < NOISE_GROUP ? n - first : NOISE_GROUP;
        codec->noise(codec->noise_opaque, use, first, count, values, *out + (size_t)first * values);
    }
    return UNCAP_OK;
}

int uncap_codec_encode(const struct uncap_codec *codec, int n, const uint8_t *pictures,
                       enum uncap_noise_use use, float *latents, struct uncap_error *err)
{
    struct half half;
    float *noise = NULL;
    int rc = half_open(&half, codec->job, n, true, err);
    const size_t values = LATENT * half.values;
    if (!rc)
        rc = draw_noise(codec, n, use, values, &noise, err);
    for (int first = 0; !rc && first < n; first += half.batch) {
        /* The last batch is moved back to be full. */
        const size_t at = (size_t)(first < n - half.batch ? first : n - half.batch);
        uncap_levels_to_planes(pictures + at * half.pixels * 3, (size_t)half.batch, half.pixels, half.planes);
        rc = uncap_chain_run(half.chain, codec->job->cancel, NULL, err);
        uncap_share_tell(&codec->job->share, (double)(first + half.batch) / (double)(n + half.batch));
        if (!rc)
            uncap_vae_sample(half.latents, noise ? noise + at * values : NULL, latents + at * values,
                             (size_t)half.batch, half.values);
    }
    uncap_free(noise);
    half_close(&half);
    return rc;
}

int uncap_codec_decode(const struct uncap_codec *codec, int n, const float *latents, uint8_t *pictures,
                       struct uncap_error *err)
{
    struct half half;
    int rc = half_open(&half, codec->job, n, false, err);
    const size_t values = LATENT * half.values;
    for (int first = 0; !rc && first < n; first += half.batch) {
        const size_t at = (size_t)(first < n - half.batch ? first : n - half.batch);
        for (size_t k = 0; k < (size_t)half.batch * values; k++)
            half.latents[k] = latents[at * values + k] / UNCAP_VAE_SCALE;
        rc = uncap_chain_run(half.chain, codec->job->cancel, NULL, err);
        uncap_share_tell(&codec->job->share, (double)(first + half.batch) / (double)(n + half.batch));
        if (!rc)
            uncap_levels_from_planes(half.planes, (size_t)half.batch, half.pixels,
                                     pictures + at * half.pixels * 3);
    }
    half_close(&half);
    return rc;
}

size_t uncap_codec_bytes(const struct uncap_diffuser_job *job)
{
    /* The decoder's last level holds two to three tensors of twice vae[0] channels at full size. */
    const size_t pixels = (size_t)job->w * (size_t)job->h;
    return (size_t)job->vae_batch * pixels * (size_t)job->widths.vae[0] * 6 * sizeof(float);
}
