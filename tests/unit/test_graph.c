/* SPDX-License-Identifier: Apache-2.0 */
/* Graphs built in C, layer by layer, against values computed here in double. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/layers.h"
#include "nn/session.h"
#include "nn/stream.h"

enum { N_WEIGHTS = 4096 };

struct fixture {
    struct uncap_runtime *runtime;
    struct uncap_weights *weights;
    float numbers[N_WEIGHTS];
    uint16_t halves[256];
};

/* Weights of the layers below; all views of one stream of numbers. */
static const struct {
    const char *name;
    struct uncap_shape shape;
} table[] = {
    {"block.conv.weight", {4, {4, 2, 3, 3}}},
    {"block.conv.bias", {1, {4}}},
    {"block.group.weight", {4, {4, 3, 3, 3}}},
    {"plane.weight", {5, {2, 6, 1, 3, 3}}},
    {"time.weight", {5, {2, 6, 3, 1, 1}}},
    {"fc.weight", {2, {5, 6}}},
    {"fc.bias", {1, {5}}},
    {"norm.weight", {1, {6}}},
    {"norm.bias", {1, {6}}},
    {"norm.running_mean", {1, {6}}},
    {"norm.running_var", {1, {6}}},
    {"deform.weight", {4, {3, 6, 3, 3}}},
};

static int set_up(void **state)
{
    struct uncap_error err = {0};
    struct fixture *f = calloc(1, sizeof(*f));
    uncap_stream_fill(f->numbers, N_WEIGHTS, 7, 0, 0.5, 0.45);
    for (int i = 0; i < 256; i++)
        f->halves[i] = (uint16_t)(0x3c00 + i); /* 1 + i/1024 */
    if (uncap_runtime_open(&f->runtime, &(struct uncap_runtime_options){.threads = 1, .device = "cpu"},
                           &err) ||
        uncap_weights_open(&f->weights, "table", &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < sizeof(table) / sizeof(*table); i++) {
        const struct uncap_weight w = {table[i].name, UNCAP_F32, table[i].shape, f->numbers + 64 * i};
        assert_int_equal(uncap_weights_add(f->weights, &w, &err), 0);
    }
    const struct uncap_weight half = {"half.weight", UNCAP_F16, UNCAP_SHAPE(8, 6), f->halves};
    assert_int_equal(uncap_weights_add(f->weights, &half, &err), 0);
    assert_int_equal(uncap_weights_sort(f->weights, &err), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    uncap_weights_close(&f->weights);
    uncap_runtime_close(&f->runtime);
    free(f);
    return 0;
}

static const float *weight(const struct fixture *f, const char *name)
{
    return uncap_weights_find(f->weights, name)->data;
}

typedef struct uncap_value layer(struct uncap_graph *g, struct uncap_value x);

/* Run one layer on x filled from a stream; the result's shape must be the one the builder foretold. */
static struct uncap_tensor run(const struct fixture *f, layer *fn, struct uncap_tensor *x, bool is_lean)
{
    struct uncap_error err = {0};
    struct uncap_graph *g;
    struct uncap_session *s = NULL;
    struct uncap_tensor y = {.dtype = UNCAP_F32};
    uncap_stream_fill(x->data, uncap_tensor_count(x), 99, 0, 0, 1);
    assert_int_equal(uncap_graph_open(&g, f->runtime, f->weights, &err), 0);
    const struct uncap_value v = fn(g, uncap_graph_input(g, "x", UNCAP_F32, x->shape));
    uncap_graph_output(g, "y", v);
    if (uncap_session_open_graph(&s, g, &(struct uncap_session_options){.is_lean = is_lean}, &err))
        fail_msg("%s", err.message);
    uncap_graph_close(&g);
    const struct uncap_port in = {"x", x};
    const struct uncap_port out = {"y", &y};
    if (uncap_session_run(s, &in, 1, &out, 1, NULL, &err))
        fail_msg("%s", err.message);
    assert_true(uncap_shape_equal(&y.shape, &v.shape));
    uncap_session_close(&s);
    return y;
}

static struct uncap_tensor open_tensor(struct uncap_shape shape)
{
    struct uncap_error err = {0};
    struct uncap_tensor x;
    assert_int_equal(uncap_tensor_open(&x, UNCAP_F32, shape, &err), 0);
    return x;
}

static void assert_near(double a, double b)
{
    if (!(fabs(a - b) < 2e-5))
        fail_msg("%.9g is not %.9g", a, b);
}

/* Direct convolution of channel o at (oy, ox); zero outside. */
static double conv_at(const float *x, int c, int h, int w, const float *k, int kh, int kw, int y0, int x0,
                      int dy, int dx)
{
    double sum = 0;
    for (int i = 0; i < c; i++)
        for (int a = 0; a < kh; a++)
            for (int b = 0; b < kw; b++) {
                const int yy = y0 + a * dy;
                const int xx = x0 + b * dx;
                if (yy >= 0 && yy < h && xx >= 0 && xx < w)
                    sum += (double)x[(i * h + yy) * w + xx] * (double)k[(i * kh + a) * kw + b];
            }
    return sum;
}

static struct uncap_value strided(struct uncap_graph *g, struct uncap_value x)
{
    uncap_graph_enter(g, "%s", "block");
    const struct uncap_value y = uncap_conv(g, x, "conv", (struct uncap_conv){.stride = 2});
    uncap_graph_leave(g);
    return uncap_leaky(g, y, 0.2f);
}

static void test_conv_with_stride_and_scope(void **state)
{
    const struct fixture *f = *state;
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(1, 2, 7, 6));
    for (int lean = 0; lean < 2; lean++) {
        struct uncap_tensor y = run(f, strided, &x, lean);
        const float *got = y.data;
        assert_int_equal(uncap_tensor_count(&y), 4 * 4 * 3);
        for (int o = 0; o < 4; o++)
            for (int i = 0; i < 12; i++) {
                double v = conv_at(x.data, 2, 7, 6, weight(f, "block.conv.weight") + o * 18, 3, 3,
                                   i / 3 * 2 - 1, i % 3 * 2 - 1, 1, 1) +
                           (double)weight(f, "block.conv.bias")[o];
                assert_near(got[o * 12 + i], v < 0 ? 0.2 * v : v);
            }
        uncap_tensor_close(&y);
    }
    uncap_tensor_close(&x);
}

static struct uncap_value temporal(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_conv(
        g, x, "time",
        (struct uncap_conv){.dilation_y = 2, .dilation_x = 1, .has_pads = true, .pads = {2, 0, 2, 0}});
}

static void test_temporal_conv_as_image(void **state)
{
    const struct fixture *f = *state;
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(1, 6, 5, 8));
    struct uncap_tensor y = run(f, temporal, &x, false);
    for (int o = 0; o < 2; o++)
        for (int i = 0; i < 40; i++)
            assert_near(
                ((float *)y.data)[o * 40 + i],
                conv_at(x.data, 6, 5, 8, weight(f, "time.weight") + o * 18, 3, 1, i / 8 - 2, i % 8, 2, 1));
    uncap_tensor_close(&y);
    uncap_tensor_close(&x);
}

static struct uncap_value linear(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_linear(g, x, "fc");
}

static struct uncap_value half_linear(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_linear(g, x, "half");
}

static void test_linear_and_half_weights(void **state)
{
    const struct fixture *f = *state;
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(2, 3, 6));
    struct uncap_tensor y = run(f, linear, &x, false);
    struct uncap_tensor z = run(f, half_linear, &x, true);
    const float *in = x.data;
    for (int r = 0; r < 6; r++) {
        for (int o = 0; o < 5; o++)
            assert_near(((float *)y.data)[r * 5 + o],
                        conv_at(in + r * 6, 6, 1, 1, weight(f, "fc.weight") + o * 6, 1, 1, 0, 0, 1, 1) +
                            (double)weight(f, "fc.bias")[o]);
        for (int o = 0; o < 8; o++) {
            double sum = 0;
            for (int i = 0; i < 6; i++)
                sum += (double)in[r * 6 + i] * (1 + (o * 6 + i) / 1024.0);
            assert_near(((float *)z.data)[r * 8 + o], sum);
        }
    }
    uncap_tensor_close(&z);
    uncap_tensor_close(&y);
    uncap_tensor_close(&x);
}

/* Mean and 1/sqrt(var + eps) of n numbers a stride apart. */
static void moments(const float *x, int n, int stride, double eps, double *mean, double *inv)
{
    double sum = 0;
    double square = 0;
    for (int i = 0; i < n; i++)
        sum += (double)x[i * stride];
    *mean = sum / n;
    for (int i = 0; i < n; i++)
        square += ((double)x[i * stride] - *mean) * ((double)x[i * stride] - *mean);
    *inv = 1 / sqrt(square / n + eps);
}

static struct uncap_value layer_norm(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_layer_norm(g, x, "norm", 1e-5f);
}

static struct uncap_value group_norm(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_group_norm(g, x, "norm", 3, 1e-5f);
}

static struct uncap_value batch_norm(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_batch_norm(g, x, "norm", 1e-5f);
}

static void test_norms(void **state)
{
    const struct fixture *f = *state;
    const float *scale = weight(f, "norm.weight");
    const float *bias = weight(f, "norm.bias");
    double mean;
    double inv;
    struct uncap_tensor t = open_tensor(UNCAP_SHAPE(2, 4, 6));
    struct uncap_tensor y = run(f, layer_norm, &t, false);
    for (int i = 0; i < 48; i++) {
        moments((float *)t.data + i / 6 * 6, 6, 1, 1e-5, &mean, &inv);
        assert_near(((float *)y.data)[i],
                    (((float *)t.data)[i] - mean) * inv * (double)scale[i % 6] + (double)bias[i % 6]);
    }
    uncap_tensor_close(&y);
    uncap_tensor_close(&t);
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(2, 6, 2, 5));
    y = run(f, group_norm, &x, false);
    struct uncap_tensor b = run(f, batch_norm, &x, false);
    for (int i = 0; i < 120; i++) {
        const int c = i / 10 % 6;
        const double v = ((float *)x.data)[i];
        moments((float *)x.data + i / 20 * 20, 20, 1, 1e-5, &mean, &inv);
        assert_near(((float *)y.data)[i], (v - mean) * inv * (double)scale[c] + (double)bias[c]);
        const double var = (double)weight(f, "norm.running_var")[c];
        const double centre = (double)weight(f, "norm.running_mean")[c];
        assert_near(((float *)b.data)[i],
                    (v - centre) / sqrt(var + 1e-5) * (double)scale[c] + (double)bias[c]);
    }
    uncap_tensor_close(&b);
    uncap_tensor_close(&y);
    uncap_tensor_close(&x);
}

static struct uncap_value attention(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_value q = uncap_slice(g, x, 1, 0, 3);
    const struct uncap_value none = {.id = 0};
    return uncap_attention(g, q, x, uncap_scale(g, x, 2), 2, 0, none);
}

static void test_attention(void **state)
{
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(1, 5, 6));
    struct uncap_tensor y = run(*state, attention, &x, false);
    const float *in = x.data;
    for (int t = 0; t < 3; t++)
        for (int d = 0; d < 6; d++) {
            double total = 0;
            double sum = 0;
            for (int s = 0; s < 5; s++) {
                double dot = 0;
                for (int i = 0; i < 3; i++)
                    dot += (double)in[t * 6 + d / 3 * 3 + i] * (double)in[s * 6 + d / 3 * 3 + i];
                total += exp(dot / sqrt(3));
                sum += exp(dot / sqrt(3)) * 2 * (double)in[s * 6 + d];
            }
            assert_near(((float *)y.data)[t * 6 + d], sum / total);
        }
    uncap_tensor_close(&y);
    uncap_tensor_close(&x);
}

static struct uncap_value up2(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_up2(g, x);
}

static struct uncap_value nearest(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_resize_nearest(g, x, 5, 8);
}

static struct uncap_value edge(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_pad_edge(g, x, (const int[]){2, 1, 0, 3});
}

static int clampi(int v, int high)
{
    return v < 0 ? 0 : v > high ? high : v;
}

static void test_resizing_and_padding(void **state)
{
    struct uncap_tensor x = open_tensor(UNCAP_SHAPE(1, 2, 3, 4));
    struct uncap_tensor up = run(*state, up2, &x, false);
    struct uncap_tensor near = run(*state, nearest, &x, false);
    struct uncap_tensor pad = run(*state, edge, &x, false);
    const float *in = (float *)x.data + 12; /* the second channel */
    for (int i = 0; i < 48; i++) {
        const double sy = i / 8 * 2.0 / 5;
        const double sx = i % 8 * 3.0 / 7;
        const int y0 = clampi((int)sy, 1);
        const int x0 = clampi((int)sx, 2);
        const double top = in[y0 * 4 + x0] * (1 - sx + x0) + in[y0 * 4 + x0 + 1] * (sx - x0);
        const double low = in[y0 * 4 + 4 + x0] * (1 - sx + x0) + in[y0 * 4 + 5 + x0] * (sx - x0);
        assert_near(((float *)up.data)[48 + i], top * (1 - sy + y0) + low * (sy - y0));
    }
    for (int i = 0; i < 40; i++) {
        assert_near(((float *)near.data)[40 + i], in[i / 8 / 2 * 4 + i % 8 / 2]);
        assert_near(((float *)pad.data)[40 + i], in[clampi(i / 8 - 2, 2) * 4 + clampi(i % 8 - 1, 3)]);
    }
    uncap_tensor_close(&pad);
    uncap_tensor_close(&near);
    uncap_tensor_close(&up);
    uncap_tensor_close(&x);
}

static void test_first_failure_is_reported(void **state)
{
    const struct fixture *f = *state;
    struct uncap_error err = {0};
    struct uncap_graph *g;
    struct uncap_session *s;
    assert_int_equal(uncap_graph_open(&g, f->runtime, f->weights, &err), 0);
    struct uncap_value x = uncap_graph_input(g, "x", UNCAP_F32, UNCAP_SHAPE(1, 2, 8, 8));
    uncap_graph_enter(g, "block%d", 3);
    x = uncap_conv(g, x, "conv", (struct uncap_conv){0});
    uncap_graph_leave(g);
    uncap_graph_output(g, "y", uncap_linear(g, x, "also_missing"));
    assert_false(uncap_graph_is_sound(g));
    assert_int_equal(uncap_session_open_graph(&s, g, NULL, &err), UNCAP_ERR_MODEL);
    assert_null(s);
    assert_non_null(strstr(err.message, "block3.conv.weight is missing"));
    uncap_graph_close(&g);
    assert_null(g);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_conv_with_stride_and_scope),
        cmocka_unit_test(test_temporal_conv_as_image),
        cmocka_unit_test(test_linear_and_half_weights),
        cmocka_unit_test(test_norms),
        cmocka_unit_test(test_attention),
        cmocka_unit_test(test_resizing_and_padding),
        cmocka_unit_test(test_first_failure_is_reported),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
