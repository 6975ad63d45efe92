/* SPDX-License-Identifier: Apache-2.0 */
/* Rewriting networks: small ones made here, and the text detector that `make deps` fetches. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "nn/locate.h"
#include "nn/onnx_fold.h"
#include "nn/runtime.h"
#include "nn/session.h"

/* ---- networks made here; numbers are those of onnx.proto ---- */

static void put_constant(struct uncap_protobuf *graph, const char *name, const int64_t *dims, int rank,
                         const float *data)
{
    struct uncap_protobuf tensor = {.n = 0}, attribute = {.n = 0}, node = {.n = 0};
    size_t n = 1;
    for (int i = 0; i < rank; i++) {
        uncap_protobuf_put_varint(&tensor, 1, (uint64_t)dims[i]);
        n *= (size_t)dims[i];
    }
    uncap_protobuf_put_varint(&tensor, 2, 1);
    uncap_protobuf_put_bytes(&tensor, 9, (struct uncap_bytes){(const uint8_t *)data, n * sizeof(*data)});
    uncap_protobuf_put_text(&attribute, 1, "value");
    uncap_protobuf_put_message(&attribute, 5, &tensor);
    uncap_protobuf_put_varint(&attribute, 20, 4);
    uncap_protobuf_put_text(&node, 2, name);
    uncap_protobuf_put_text(&node, 4, "Constant");
    uncap_protobuf_put_message(&node, 5, &attribute);
    uncap_protobuf_put_message(graph, 1, &node);
}

static void put_scalar(struct uncap_protobuf *graph, const char *name, float v)
{
    put_constant(graph, name, (const int64_t[]){1}, 1, &v);
}

/* pad < 0: no attribute. Inputs are separated by spaces. */
static void put_node(struct uncap_protobuf *graph, const char *op, const char *inputs, const char *output,
                     int pad)
{
    struct uncap_protobuf node = {.n = 0};
    while (*inputs) {
        const size_t n = strcspn(inputs, " ");
        uncap_protobuf_put_bytes(&node, 1, (struct uncap_bytes){(const uint8_t *)inputs, n});
        inputs += n + (inputs[n] == ' ');
    }
    uncap_protobuf_put_text(&node, 2, output);
    uncap_protobuf_put_text(&node, 4, op);
    if (pad >= 0) {
        struct uncap_protobuf attribute = {.n = 0};
        uncap_protobuf_put_text(&attribute, 1, "pads");
        for (int i = 0; i < 4; i++)
            uncap_protobuf_put_varint(&attribute, 8, (uint64_t)pad);
        uncap_protobuf_put_varint(&attribute, 20, 7);
        uncap_protobuf_put_message(&node, 5, &attribute);
    }
    uncap_protobuf_put_message(graph, 1, &node);
}

static struct uncap_protobuf finish(struct uncap_protobuf *graph, const char *output, uint64_t opset)
{
    struct uncap_protobuf model = {.n = 0}, set = {.n = 0}, info = {.n = 0};
    uncap_protobuf_put_text(&info, 1, output);
    uncap_protobuf_put_message(graph, 12, &info);
    uncap_protobuf_put_varint(&model, 1, 8);
    uncap_protobuf_put_message(&model, 7, graph);
    uncap_protobuf_put_varint(&set, 2, opset);
    uncap_protobuf_put_message(&model, 8, &set);
    return model;
}

/* A convolution 3 -> 2 of 1x1, product and sum, hard-swish, product and sum, a convolution 2 -> 2 of 1x1. */
static struct uncap_protobuf block(int pad, uint64_t opset)
{
    static const float first[6] = {1, 2, 3, -1, -2, -3}, second[4] = {1, 10, 100, 1000}, bias[2] = {5, 7};
    struct uncap_protobuf g = {.n = 0};
    put_constant(&g, "w1", (const int64_t[]){2, 3, 1, 1}, 4, first);
    put_constant(&g, "w2", (const int64_t[]){2, 2, 1, 1}, 4, second);
    put_constant(&g, "b2", (const int64_t[]){2}, 1, bias);
    put_scalar(&g, "s1", 2);
    put_scalar(&g, "t1", 0.5f);
    put_scalar(&g, "three", 3);
    put_scalar(&g, "zero", 0);
    put_scalar(&g, "six", 6);
    put_scalar(&g, "s2", 3);
    put_scalar(&g, "t2", -1);
    put_node(&g, "Conv", "x w1", "c", 0);
    put_node(&g, "Mul", "s1 c", "m", -1);
    put_node(&g, "Add", "m t1", "a", -1);
    put_node(&g, "Add", "a three", "h1", -1);
    put_node(&g, "Clip", "h1 zero six", "h2", -1);
    put_node(&g, "Mul", "a h2", "h3", -1);
    put_node(&g, "Div", "h3 six", "h", -1);
    put_node(&g, "Mul", "s2 h", "hm", -1);
    put_node(&g, "Add", "hm t2", "ha", -1);
    put_node(&g, "Conv", "ha w2 b2", "y", pad);
    return finish(&g, "y", opset);
}

static const struct uncap_onnx_node *node_named(const struct uncap_onnx_model *m, const char *op, int nth)
{
    for (size_t i = 0; i < m->n_nodes; i++)
        if (!m->nodes[i].is_dropped && uncap_onnx_is(&m->nodes[i], op) && !nth--)
            return &m->nodes[i];
    return NULL;
}

/* Fold, write, read again. */
static void fold(struct uncap_protobuf *file, struct uncap_protobuf *folded, struct uncap_onnx_model *m,
                 int *n)
{
    struct uncap_error err = {0};
    if (uncap_onnx_read(m, (struct uncap_bytes){file->data, file->n}, &err) || uncap_onnx_fold(m, n, &err) ||
        uncap_onnx_write(m, folded, &err))
        fail_msg("%s", err.message);
    uncap_onnx_clear(m);
    if (uncap_onnx_read(m, (struct uncap_bytes){folded->data, folded->n}, &err))
        fail_msg("%s", err.message);
}

static void assert_constant(const struct uncap_onnx_model *m, int value, const float *want, size_t n)
{
    const struct uncap_onnx_tensor *t = uncap_onnx_constant(m, value);
    assert_non_null(t);
    assert_int_equal(t->n, n);
    for (size_t i = 0; i < n; i++)
        assert_true(fabsf(t->data[i] - want[i]) < 1e-4f);
}

static void test_folds_a_block(void **state)
{
    (void)state;
    struct uncap_protobuf file = block(0, 11), folded;
    struct uncap_onnx_model m;
    int n;
    fold(&file, &folded, &m, &n);
    assert_int_equal(n, 6);
    assert_null(node_named(&m, "Add", 0));
    assert_null(node_named(&m, "Clip", 0));
    assert_non_null(node_named(&m, "HardSigmoid", 0));
    const struct uncap_onnx_node *first = node_named(&m, "Conv", 0), *second = node_named(&m, "Conv", 1);
    assert_constant(&m, first->inputs[1], (const float[]){2, 4, 6, -2, -4, -6}, 6);
    assert_constant(&m, first->inputs[2], (const float[]){0.5f, 0.5f}, 2);
    assert_constant(&m, second->inputs[1], (const float[]){3, 30, 300, 3000}, 4);
    assert_constant(&m, second->inputs[2], (const float[]){5 - 11, 7 - 1100}, 2);
    uncap_onnx_clear(&m);
    uncap_free(folded.data);
    uncap_free(file.data);
}

/* At a padded border the sum is missing: it may not go into the weights. */
static void test_padding_needs_a_norm(void **state)
{
    (void)state;
    struct uncap_protobuf file = block(1, 11), folded;
    struct uncap_onnx_model m;
    int n;
    fold(&file, &folded, &m, &n);
    assert_int_equal(n, 5);
    const struct uncap_onnx_node *norm = node_named(&m, "BatchNormalization", 0);
    assert_non_null(norm);
    assert_constant(&m, norm->inputs[1], (const float[]){3, 3}, 2);
    assert_constant(&m, norm->inputs[2], (const float[]){-1, -1}, 2);
    assert_constant(&m, node_named(&m, "Conv", 1)->inputs[1], (const float[]){1, 10, 100, 1000}, 4);
    uncap_onnx_clear(&m);
    uncap_free(folded.data);
    uncap_free(file.data);
}

static void test_leaves_what_it_does_not_know(void **state)
{
    (void)state;
    struct uncap_protobuf file = block(0, 6);
    struct uncap_onnx_model m;
    struct uncap_error err = {0};
    int n;
    assert_int_equal(uncap_onnx_read(&m, (struct uncap_bytes){file.data, file.n}, &err), 0);
    assert_int_equal(uncap_onnx_fold(&m, &n, &err), 0);
    assert_int_equal(n, 0);
    uncap_onnx_clear(&m);
    uncap_free(file.data);
}

/* A value that something else uses too must stay. */
static void test_keeps_shared_values(void **state)
{
    (void)state;
    static const float w[3] = {1, 2, 3};
    struct uncap_protobuf g = {.n = 0}, file, folded;
    struct uncap_onnx_model m;
    int n;
    put_constant(&g, "w", (const int64_t[]){1, 3, 1, 1}, 4, w);
    put_scalar(&g, "two", 2);
    put_node(&g, "Conv", "x w", "c", 0);
    put_node(&g, "Mul", "c two", "m", -1);
    put_node(&g, "Concat", "c m", "y", -1);
    file = finish(&g, "y", 11);
    fold(&file, &folded, &m, &n);
    assert_int_equal(n, 0);
    assert_int_equal(folded.n, file.n);
    assert_memory_equal(folded.data, file.data, file.n);
    uncap_onnx_clear(&m);
    uncap_free(folded.data);
    uncap_free(file.data);
}

/* Every prefix, and every byte changed: an error or a model, never more. */
static void test_survives_damage(void **state)
{
    (void)state;
    struct uncap_protobuf file = block(1, 11), out;
    struct uncap_onnx_model m;
    struct uncap_error err = {0};
    int n;
    for (size_t i = 0; i < 2 * file.n; i++) {
        uint8_t *copy = malloc(file.n);
        const size_t length = i < file.n ? i : file.n;
        memcpy(copy, file.data, length);
        if (i >= file.n)
            copy[i - file.n] ^= 0x55;
        if (!uncap_onnx_read(&m, (struct uncap_bytes){copy, length}, &err)) {
            assert_int_equal(uncap_onnx_fold(&m, &n, &err), 0);
            assert_int_equal(uncap_onnx_write(&m, &out, &err), 0);
            uncap_free(out.data);
            uncap_onnx_clear(&m);
        } else {
            assert_true(err.message[0]);
        }
        free(copy);
    }
    uncap_free(file.data);
}

/* ---- the real one ---- */

static float *run_detector(struct uncap_runtime *runtime, const char *path, bool is_folded)
{
    enum { W = 160, H = 96 };
    struct uncap_session *s;
    struct uncap_error err = {0};
    struct uncap_tensor x;
    const struct uncap_session_options o = {.is_one_thread = true, .is_folded = is_folded};
    float *map = uncap_alloc((size_t)W * H, sizeof(*map));
    struct uncap_tensor y = uncap_tensor_view(UNCAP_F32, UNCAP_SHAPE(1, 1, H, W), map);
    if (uncap_session_open_file(&s, runtime, path, &o, &err) ||
        uncap_tensor_open(&x, UNCAP_F32, UNCAP_SHAPE(1, 3, H, W), &err))
        fail_msg("%s", err.message);
    for (size_t i = 0; i < uncap_tensor_count(&x); i++) /* bars like letters on a slope */
        ((float *)x.data)[i] =
            (float)(i % W) / W + (i / W % H > 40 && i / W % H < 60 && i % 7 < 3 ? 1.5f : -1);
    const struct uncap_port in = {uncap_session_input(s, 0), &x}, out = {uncap_session_output(s, 0), &y};
    if (uncap_session_run(s, &in, 1, &out, 1, NULL, &err))
        fail_msg("%s", err.message);
    uncap_tensor_close(&x);
    uncap_session_close(&s);
    return map;
}

static void test_detector_stays_what_it_is(void **state)
{
    (void)state;
    char path[UNCAP_PATH_MAX];
    struct uncap_error err = {0};
    struct uncap_runtime *runtime;
    struct uncap_protobuf folded;
    if (uncap_locate_model(NULL, "ppocrv4_det.onnx", "run `make deps`", path, &err) ||
        uncap_onnx_fold_file(path, &folded, &err) ||
        uncap_runtime_open(&runtime, &(struct uncap_runtime_options){.threads = 1, .device = "cpu"}, &err))
        fail_msg("%s", err.message);
    assert_true(folded.n > 1000000); /* something was folded */
    uncap_free(folded.data);
    float *plain = run_detector(runtime, path, false), *fast = run_detector(runtime, path, true), most = 0;
    for (int i = 0; i < 160 * 96; i++) {
        assert_true(fabsf(plain[i] - fast[i]) < 1e-4f);
        most = fmaxf(most, plain[i]);
    }
    assert_true(most > 0.1f); /* the comparison is not one of zeros */
    uncap_free(plain);
    uncap_free(fast);
    uncap_runtime_close(&runtime);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_folds_a_block),       cmocka_unit_test(test_padding_needs_a_norm),
        cmocka_unit_test(test_keeps_shared_values), cmocka_unit_test(test_leaves_what_it_does_not_know),
        cmocka_unit_test(test_survives_damage),     cmocka_unit_test(test_detector_stays_what_it_is),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
