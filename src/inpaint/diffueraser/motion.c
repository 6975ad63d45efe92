/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/motion.h"

#include <math.h>
#include <stdio.h>

#include "base/memory.h"
#include "inpaint/diffueraser/blocks.h"
#include "inpaint/diffueraser/embedding.h"
#include "inpaint/diffueraser/inventory.h"
#include "nn/half.h"
#include "nn/session.h"

enum {
    TILE_ROWS = 2048, /* pixels x frames of a tile: enough for full speed, and 84 MB in the widest layer */
    RUN = 16,         /* pixels of one step of a transposition: a cache line */
    LANES = 8,        /* partial sums, in a fixed order */
};

struct uncap_motion {
    int frames, channels, pixels;
    int tile;             /* pixels */
    float *weight, *bias; /* [channels] of the norm */
    struct uncap_session *session;
};

static int tile_of(int frames, int pixels)
{
    const int tile = (TILE_ROWS / frames + RUN - 1) / RUN * RUN;
    return tile < pixels ? tile : pixels;
}

static const struct uncap_weight *find(const struct uncap_motion_options *o, const char *ending)
{
    char key[2 * UNCAP_DIFFUSER_KEY_MAX];
    snprintf(key, sizeof(key), "%s.%s", o->key, ending);
    return uncap_weights_find(o->weights, key);
}

/* A weight as float32 of our own. */
static int copy_floats(const struct uncap_motion_options *o, const char *ending, float **out, int n,
                       struct uncap_error *err)
{
    const struct uncap_weight *w = find(o, ending);
    size_t have = 0;
    if (!w || !uncap_shape_count(&w->shape, &have) || have != (size_t)n)
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s has no usable %s.%s", o->weights->label, o->key, ending);
    *out = uncap_alloc((size_t)n, sizeof(**out));
    if (!*out)
        return uncap_fail_nomem(err, "a motion module");
    uncap_half_widen(w->dtype, w->data, (size_t)n, *out);
    return UNCAP_OK;
}

/* Position table for the window, [frames][channels]; the caller frees it. */
static int read_positions(const struct uncap_motion_options *o, float **out, struct uncap_error *err)
{
    static const char ending[] = "transformer_blocks.0.pos_embed.pe";
    const struct uncap_weight *w = find(o, ending);
    const int rows = w && w->shape.rank == 3 ? (int)w->shape.dims[1] : 0;
    if (o->frames > rows && rows && !o->interpolates)
        return uncap_fail(
            err, UNCAP_ERR_UNSUPPORTED,
            "cannot denoise windows of %d frames: the motion modules know %d positions; choose a window "
            "of at most %d frames, or the experimental interpolate-positions",
            o->frames, rows, rows);
    float *table = NULL;
    int rc = copy_floats(o, ending, &table, rows * o->channels, err);
    if (rc || o->frames <= rows) {
        *out = table;
        return rc;
    }
    *out = uncap_alloc((size_t)o->frames * (size_t)o->channels, sizeof(**out));
    if (*out)
        uncap_embedding_resample(table, rows, o->channels, *out, o->frames);
    else
        rc = uncap_fail_nomem(err, "a motion module");
    uncap_free(table);
    return rc;
}

static int build(struct uncap_motion *m, const struct uncap_motion_options *o, const float *positions,
                 struct uncap_error *err)
{
    struct uncap_graph *g = NULL;
    int rc = uncap_graph_open(&g, o->runtime, o->weights, err);
    if (rc)
        return rc;
    if (o->allows_half)
        uncap_graph_allow_half(g);
    uncap_graph_enter(g, "%s", o->key);
    const struct uncap_value x =
        uncap_graph_input(g, "x", UNCAP_F32, UNCAP_SHAPE(m->tile, m->frames, m->channels));
    const struct uncap_value position =
        uncap_graph_constant(g, UNCAP_F32, UNCAP_SHAPE(m->frames, m->channels), positions);
    uncap_graph_output(g, "y", uncap_block_motion(g, x, position));
    const struct uncap_session_options options = {.is_lean = o->is_lean};
    rc = uncap_session_open_graph(&m->session, g, &options, err);
    uncap_graph_close(&g);
    return rc;
}

int uncap_motion_open(struct uncap_motion **out, const struct uncap_motion_options *o,
                      struct uncap_error *err)
{
    *out = NULL;
    struct uncap_motion *m = uncap_alloc(1, sizeof(*m));
    if (!m)
        return uncap_fail_nomem(err, "a motion module");
    m->frames = o->frames;
    m->channels = o->channels;
    m->pixels = o->pixels;
    m->tile = tile_of(o->frames, o->pixels);
    float *positions = NULL;
    int rc = copy_floats(o, "norm.weight", &m->weight, m->channels, err);
    if (!rc)
        rc = copy_floats(o, "norm.bias", &m->bias, m->channels, err);
    if (!rc)
        rc = read_positions(o, &positions, err);
    if (!rc)
        rc = build(m, o, positions, err);
    uncap_free(positions);
    if (rc)
        uncap_motion_close(&m);
    *out = m;
    return rc;
}

void uncap_motion_close(struct uncap_motion **motion)
{
    struct uncap_motion *m = *motion;
    if (!m)
        return;
    uncap_session_close(&m->session);
    uncap_free(m->weight);
    uncap_free(m->bias);
    uncap_free(m);
    *motion = NULL;
}

/* One video's norm and one tile's transposition, as slices see them. */
struct work {
    const struct uncap_motion *m;
    float *x;             /* [frames][channels][pixels] */
    float *scale, *shift; /* [channels]: y = x * scale + shift */
    float *tokens;        /* [tile][frames][channels] */
    int first, n;         /* pixels of the tile */
};

static void add_moments(const float *x, int n, double *sum, double *squares)
{
    double s[LANES] = {0};
    double q[LANES] = {0};
    int k = 0;
    for (; k + LANES <= n; k += LANES)
        for (int i = 0; i < LANES; i++) {
            const double v = (double)x[k + i];
            s[i] += v;
            q[i] += v * v;
        }
    for (; k < n; k++) {
        s[0] += (double)x[k];
        q[0] += (double)x[k] * (double)x[k];
    }
    for (int i = 0; i < LANES; i++) {
        *sum += s[i];
        *squares += q[i];
    }
}

/* Statistics of one group over its channels, all frames and all pixels. */
static void measure_group(void *opaque, int group)
{
    const struct work *w = opaque;
    const struct uncap_motion *m = w->m;
    const int per_group = m->channels / UNCAP_DIFFUSER_GROUPS;
    const size_t n = (size_t)per_group * (size_t)m->pixels;
    double sum = 0.0;
    double squares = 0.0;
    for (int f = 0; f < m->frames; f++)
        for (int c = group * per_group; c < (group + 1) * per_group; c++)
            add_moments(w->x + ((size_t)f * (size_t)m->channels + (size_t)c) * (size_t)m->pixels, m->pixels,
                        &sum, &squares);
    const double count = (double)n * m->frames;
    const double mean = sum / count;
    const double variance = squares / count - mean * mean;
    const double inverse = 1.0 / sqrt((variance > 0.0 ? variance : 0.0) + (double)UNCAP_BLOCK_EPS_FINE);
    for (int c = group * per_group; c < (group + 1) * per_group; c++) {
        w->scale[c] = (float)(inverse * (double)m->weight[c]);
        w->shift[c] = (float)((double)m->bias[c] - mean * inverse * (double)m->weight[c]);
    }
}

/* Normalised pixels of one frame to the tile: [c][pixel] -> [pixel][frame][c]. */
static void gather_frame(void *opaque, int f)
{
    const struct work *w = opaque;
    const size_t channels = (size_t)w->m->channels;
    const size_t row = (size_t)w->m->frames * channels;
    const float *from = w->x + (size_t)f * channels * (size_t)w->m->pixels + (size_t)w->first;
    float *to = w->tokens + (size_t)f * channels;
    for (int p = 0; p < w->n; p += RUN) {
        const int n = w->n - p < RUN ? w->n - p : RUN;
        for (size_t c = 0; c < channels; c++) {
            const float *line = from + c * (size_t)w->m->pixels + (size_t)p;
            for (int i = 0; i < n; i++)
                to[(size_t)(p + i) * row + c] = line[i] * w->scale[c] + w->shift[c];
        }
    }
}

/* The way back, added to the residual stream. */
static void scatter_frame(void *opaque, int f)
{
    const struct work *w = opaque;
    const size_t channels = (size_t)w->m->channels;
    const size_t row = (size_t)w->m->frames * channels;
    float *to = w->x + (size_t)f * channels * (size_t)w->m->pixels + (size_t)w->first;
    const float *from = w->tokens + (size_t)f * channels;
    for (int p = 0; p < w->n; p += RUN) {
        const int n = w->n - p < RUN ? w->n - p : RUN;
        for (size_t c = 0; c < channels; c++) {
            float *line = to + c * (size_t)w->m->pixels + (size_t)p;
            for (int i = 0; i < n; i++)
                line[i] += from[(size_t)(p + i) * row + c];
        }
    }
}

static int run_video(struct work *w, float *result, struct uncap_slices *slices, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    const struct uncap_motion *m = w->m;
    const struct uncap_shape shape = UNCAP_SHAPE(m->tile, m->frames, m->channels);
    struct uncap_tensor in = uncap_tensor_view(UNCAP_F32, shape, w->tokens);
    struct uncap_tensor out = uncap_tensor_view(UNCAP_F32, shape, result);
    float *const tokens = w->tokens;
    uncap_slices_run(slices, UNCAP_DIFFUSER_GROUPS, measure_group, w);
    int rc = UNCAP_OK;
    for (w->first = 0; !rc && w->first < m->pixels; w->first += m->tile) {
        w->n = m->pixels - w->first < m->tile ? m->pixels - w->first : m->tile;
        w->tokens = tokens;
        uncap_slices_run(slices, m->frames, gather_frame, w);
        rc = uncap_session_run(m->session, &(struct uncap_port){"x", &in}, 1, &(struct uncap_port){"y", &out},
                               1, cancel, err);
        w->tokens = result;
        if (!rc)
            uncap_slices_run(slices, m->frames, scatter_frame, w);
    }
    w->tokens = tokens;
    return rc;
}

int uncap_motion_run(const struct uncap_motion *m, float *x, int n_videos, struct uncap_slices *slices,
                     struct uncap_cancel *cancel, struct uncap_error *err)
{
    const size_t values = (size_t)m->tile * (size_t)m->frames * (size_t)m->channels;
    float *tokens = uncap_alloc(values, sizeof(*tokens));
    float *result = uncap_alloc(values, sizeof(*result));
    float *affine = uncap_alloc(2 * (size_t)m->channels, sizeof(*affine));
    int rc = tokens && result && affine ? UNCAP_OK : uncap_fail_nomem(err, "a motion module's tile");
    for (int v = 0; !rc && v < n_videos; v++) {
        struct work w = {.m = m,
                         .x = x + (size_t)v * (size_t)m->frames * (size_t)m->channels * (size_t)m->pixels,
                         .scale = affine,
                         .shift = affine + m->channels,
                         .tokens = tokens};
        rc = run_video(&w, result, slices, cancel, err);
    }
    uncap_free(tokens);
    uncap_free(result);
    uncap_free(affine);
    return rc;
}
