/* SPDX-License-Identifier: Apache-2.0 */
/* float16 graphs: the same layers as float32 within float16's resolution, and what has to stay float32. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "nn/half.h"
#include "nn/layers.h"
#include "nn/session.h"
#include "nn/stream.h"

enum { N_NUMBERS = 4096, HALF, FULL };

struct fixture {
    struct uncap_runtime *half, *full;
    struct uncap_weights *weights;
    float numbers[N_NUMBERS];
    uint16_t halves[N_NUMBERS];
};

/* "f.": as float32, "h.": the same values, which float16 holds, as float16. */
static const struct {
    const char *name;
    struct uncap_shape shape;
} table[] = {
    {"conv.weight", {4, {4, 6, 3, 3}}},
    {"conv.bias", {1, {4}}},
    {"fc.weight", {2, {16, 6}}},
    {"fc.bias", {1, {16}}},
    {"norm.weight", {1, {6}}},
    {"norm.bias", {1, {6}}},
    {"deform.weight", {4, {3, 6, 3, 3}}},
    {"deform.bias", {1, {3}}},
};

static int set_up(void **state)
{
    struct uncap_error err = {0};
    struct fixture *f = calloc(1, sizeof(*f));
    uncap_stream_fill(f->numbers, N_NUMBERS, 7, 0, 0.0, 0.45);
    uncap_half_narrow(f->numbers, N_NUMBERS, f->halves);
    uncap_half_widen(UNCAP_F16, f->halves, N_NUMBERS, f->numbers);
    const struct uncap_runtime_options half = {.threads = 1, .device = "cpu", .precision = "fp16"};
    const struct uncap_runtime_options full = {.threads = 1, .device = "cpu"};
    if (uncap_runtime_open(&f->half, &half, &err) || uncap_runtime_open(&f->full, &full, &err) ||
        uncap_weights_open(&f->weights, "table", &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < 2 * sizeof(table) / sizeof(*table); i++) {
        char name[64];
        snprintf(name, sizeof(name), "%c.%s", i % 2 ? 'h' : 'f', table[i / 2].name);
        const struct uncap_weight w = {name, i % 2 ? UNCAP_F16 : UNCAP_F32, table[i / 2].shape,
                                       i % 2 ? (void *)(f->halves + 256 * (i / 2))
                                             : (void *)(f->numbers + 256 * (i / 2))};
        assert_int_equal(uncap_weights_add(f->weights, &w, &err), 0);
    }
    assert_int_equal(uncap_weights_sort(f->weights, &err), 0);
    *state = f;
    return 0;
}

static int tear_down(void **state)
{
    struct fixture *f = *state;
    uncap_weights_close(&f->weights);
    uncap_runtime_close(&f->half);
    uncap_runtime_close(&f->full);
    free(f);
    return 0;
}

typedef struct uncap_value layer(struct uncap_graph *g, struct uncap_value x);

/* How a layer is run. prefix: of the weights, 'f' or 'h'. */
struct manner {
    struct uncap_runtime *runtime;
    char prefix;
    bool allows_half, is_lean;
};

static struct uncap_tensor run(const struct fixture *f, layer *fn, struct uncap_tensor *x, struct manner m)
{
    struct uncap_error err = {0};
    struct uncap_graph *g;
    struct uncap_session *s = NULL;
    struct uncap_tensor y = {.dtype = UNCAP_F32};
    assert_int_equal(uncap_graph_open(&g, m.runtime, f->weights, &err), 0);
    if (m.allows_half)
        uncap_graph_allow_half(g);
    uncap_graph_enter(g, "%c", m.prefix);
    const struct uncap_value v = fn(g, uncap_graph_input(g, "x", UNCAP_F32, x->shape));
    uncap_graph_output(g, "y", v);
    assert_int_equal(v.dtype, m.allows_half && m.runtime == f->half ? UNCAP_F16 : UNCAP_F32);
    if (uncap_session_open_graph(&s, g, &(struct uncap_session_options){.is_lean = m.is_lean}, &err))
        fail_msg("%s", err.message);
    uncap_graph_close(&g);
    const struct uncap_port in = {"x", x};
    const struct uncap_port out = {"y", &y};
    if (uncap_session_run(s, &in, 1, &out, 1, NULL, &err))
        fail_msg("%s", err.message);
    assert_int_equal(y.dtype, UNCAP_F32);
    assert_true(uncap_shape_equal(&y.shape, &v.shape));
    uncap_session_close(&s);
    return y;
}

static struct uncap_tensor open_input(struct uncap_shape shape, double mean, double spread)
{
    struct uncap_error err = {0};
    struct uncap_tensor x;
    assert_int_equal(uncap_tensor_open(&x, UNCAP_F32, shape, &err), 0);
    uncap_stream_fill(x.data, uncap_tensor_count(&x), 99, 0, mean, spread);
    return x;
}

/* Largest difference over the largest value. */
static double distance(const struct uncap_tensor *a, const struct uncap_tensor *b)
{
    double most = 0;
    double value = 1e-9;
    for (size_t i = 0; i < uncap_tensor_count(a); i++) {
        const double d = fabs((double)((float *)a->data)[i] - (double)((float *)b->data)[i]);
        most = d > most ? d : most;
        value = fmax(value, fabs((double)((float *)a->data)[i]));
    }
    return most / value;
}

static const struct uncap_value NONE = {.id = 0};

static struct uncap_value conv(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_leaky(g, uncap_conv(g, x, "conv", (struct uncap_conv){.stride = 2}), 0.2f);
}

static struct uncap_value linear(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_gelu(g, uncap_linear(g, x, "fc"));
}

static struct uncap_value group_norm(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_silu(g, uncap_group_norm(g, x, "norm", 3, 1e-5f));
}

static struct uncap_value layer_norm(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_quick_gelu(g, uncap_layer_norm(g, x, "norm", 1e-5f));
}

static struct uncap_value attention(struct uncap_graph *g, struct uncap_value x)
{
    return uncap_attention(g, uncap_slice(g, x, 1, 0, 3), x, uncap_scale(g, x, 2), 2, 0, NONE);
}

static struct uncap_value primitives(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_value scores = uncap_matmul(g, x, uncap_transpose(g, x, (const int[]){0, 2, 1}));
    const struct uncap_value y = uncap_matmul(g, uncap_softmax(g, scores, -1), x);
    return uncap_concat(g, (const struct uncap_value[]){y, uncap_tanh(g, x), uncap_sigmoid(g, x)}, 3, 2);
}

static struct uncap_value shapes(struct uncap_graph *g, struct uncap_value x)
{
    x = uncap_up2(
        g, uncap_pad_edge(g, uncap_pad_zero(g, x, (const int[]){1, 0, 0, 1}), (const int[]){0, 1, 2, 0}));
    return uncap_mul_values(g, uncap_resize_nearest(g, x, 9, 11), uncap_graph_fill(g, 11, 0.5f));
}

/* Offsets are x's own channels: up to 100 pixels away, where float16 knows a sixteenth. */
static struct uncap_value deform(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_value half = uncap_scale(g, x, 0.25f);
    const struct uncap_value parts[] = {half, x, half};
    return uncap_deform_conv(g, x, uncap_concat(g, parts, 3, 1), NONE, uncap_graph_weight(g, "deform.weight"),
                             uncap_graph_weight(g, "deform.bias"), 1);
}

static void test_layers_agree_with_float32(void **state)
{
    static const struct {
        layer *fn;
        struct uncap_shape shape;
    } cases[] = {
        {conv, {4, {2, 6, 7, 9}}},    {linear, {3, {2, 5, 6}}},    {group_norm, {4, {2, 6, 3, 5}}},
        {layer_norm, {3, {2, 4, 6}}}, {attention, {3, {2, 5, 6}}}, {primitives, {3, {2, 5, 6}}},
        {shapes, {4, {1, 2, 3, 4}}},  {deform, {4, {1, 6, 8, 9}}},
    };
    const struct fixture *f = *state;
    int n_rounded = 0;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct uncap_tensor x = open_input(cases[i].shape, 0, 1);
        struct uncap_tensor want = run(f, cases[i].fn, &x, (struct manner){f->full, 'f', true, false});
        for (int k = 0; k < 4; k++) {
            const struct manner m = {f->half, k % 2 ? 'h' : 'f', true, k / 2};
            struct uncap_tensor got = run(f, cases[i].fn, &x, m);
            const double d = distance(&want, &got);
            if (!(d < 4e-3))
                fail_msg("case %zu, weights %c: %g", i, m.prefix, d);
            n_rounded += d > 0;
            uncap_tensor_close(&got);
        }
        /* A float16 file on a float32 runtime: the same numbers, so the same result. */
        struct uncap_tensor same = run(f, cases[i].fn, &x, (struct manner){f->full, 'h', true, true});
        if (!(distance(&want, &same) < 1e-6))
            fail_msg("case %zu: %g", i, distance(&want, &same));
        uncap_tensor_close(&same);
        /* A network that does not allow it stays float32. */
        struct uncap_tensor kept = run(f, cases[i].fn, &x, (struct manner){f->half, 'f', false, false});
        assert_true(distance(&want, &kept) < 1e-6);
        uncap_tensor_close(&kept);
        uncap_tensor_close(&want);
        uncap_tensor_close(&x);
    }
    /* On a CPU, ONNX Runtime drops the rounding between two operators that it computes in float32. */
    assert_true(n_rounded >= 12);
}

/* Squares of 500 have no place in float16. */
static void test_norms_have_range(void **state)
{
    static const struct {
        layer *fn;
        struct uncap_shape shape;
    } cases[] = {{group_norm, {4, {1, 6, 4, 8}}}, {layer_norm, {3, {1, 9, 6}}}};
    const struct fixture *f = *state;
    for (size_t i = 0; i < 2; i++) {
        struct uncap_tensor x = open_input(cases[i].shape, 0, 500);
        struct uncap_tensor want = run(f, cases[i].fn, &x, (struct manner){f->full, 'f', true, false});
        struct uncap_tensor got = run(f, cases[i].fn, &x, (struct manner){f->half, 'f', true, false});
        assert_true(distance(&want, &got) < 4e-3);
        uncap_tensor_close(&got);
        uncap_tensor_close(&want);
        uncap_tensor_close(&x);
    }
}

static struct uncap_value sums(struct uncap_graph *g, struct uncap_value x)
{
    const struct uncap_value flow = uncap_graph_input_exact(g, "flow", UNCAP_F32, x.shape);
    return uncap_add_values(g, flow, uncap_scale(g, x, 1));
}

/* An exact input, and what is added to it, keep float32; the plain one is rounded. */
static void test_exact_inputs(void **state)
{
    const struct fixture *f = *state;
    struct uncap_error err = {0};
    struct uncap_graph *g;
    struct uncap_session *s = NULL;
    float x[2] = {1.0f + 0x1p-12f, -1.0f};
    float flow[2] = {100.0f + 0x1p-8f, 2.0f};
    float y[2] = {0};
    const struct uncap_shape shape = UNCAP_SHAPE(2);
    assert_int_equal(uncap_graph_open(&g, f->half, NULL, &err), 0);
    uncap_graph_allow_half(g);
    const struct uncap_value v = sums(g, uncap_graph_input(g, "x", UNCAP_F32, shape));
    assert_int_equal(v.dtype, UNCAP_F32);
    uncap_graph_output(g, "y", v);
    assert_int_equal(uncap_session_open_graph(&s, g, NULL, &err), 0);
    uncap_graph_close(&g);
    struct uncap_tensor in[] = {uncap_tensor_view(UNCAP_F32, shape, x),
                                uncap_tensor_view(UNCAP_F32, shape, flow)};
    struct uncap_tensor out = uncap_tensor_view(UNCAP_F32, shape, y);
    const struct uncap_port ports[] = {{"x", &in[0]}, {"flow", &in[1]}};
    assert_int_equal(uncap_session_run(s, ports, 2, &(struct uncap_port){"y", &out}, 1, NULL, &err), 0);
    assert_true(y[0] == 101.0f + 0x1p-8f && y[1] == 1.0f);
    uncap_session_close(&s);
}

static void test_precision_names(void **state)
{
    static const struct {
        const char *name;
        int status;
        size_t bytes;
    } cases[] = {
        {NULL, 0, 4},          {"auto", 0, 4}, {"fp32", 0, 4}, {"fp16", 0, 2}, {"half", UNCAP_ERR_ARG, 0},
        {"", UNCAP_ERR_ARG, 0}};
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct uncap_error err = {0};
        struct uncap_runtime *rt;
        const struct uncap_runtime_options o = {.threads = 1, .device = "cpu", .precision = cases[i].name};
        assert_int_equal(uncap_runtime_open(&rt, &o, &err), cases[i].status);
        if (rt)
            assert_int_equal(uncap_runtime_weight_bytes(rt), cases[i].bytes);
        else
            assert_non_null(strstr(err.message, "auto, fp32 or fp16"));
        uncap_runtime_close(&rt);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_layers_agree_with_float32),
        cmocka_unit_test(test_norms_have_range),
        cmocka_unit_test(test_exact_inputs),
        cmocka_unit_test(test_precision_names),
    };
    return cmocka_run_group_tests(tests, set_up, tear_down);
}
