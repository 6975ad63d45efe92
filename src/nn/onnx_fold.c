/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/onnx_fold.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "nn/mapping.h"

/* The operators used here mean the same in these operator sets. */
enum { OPSET_MIN = 9, OPSET_MAX = 22 };
enum { ATTRIBUTE_NAME = 1, ATTRIBUTE_FLOAT = 2, ATTRIBUTE_TYPE = 20, NODE_ATTRIBUTE = 5, TYPE_FLOAT = 1 };

struct fold {
    struct uncap_onnx_model *m;
    int *users; /* [values] a node that uses the value, for those that one node uses once */
    int n_folded;
    bool is_short; /* of memory */
};

static const struct uncap_onnx_tensor *constant(const struct fold *f, int value)
{
    return uncap_onnx_constant(f->m, value);
}

static bool is_scalar(const struct fold *f, int value, float *v)
{
    const struct uncap_onnx_tensor *t = constant(f, value);
    if (!t || t->n != 1 || !isfinite(t->data[0]))
        return false;
    *v = t->data[0];
    return true;
}

static bool is_number(const struct fold *f, int value, float want)
{
    float v;
    return is_scalar(f, value, &v) && fabsf(v - want) < 1e-6f;
}

/* Rules know nodes of one result: a file may hold others, also of operators that cannot have them. */
static bool is_foldable(const struct uncap_onnx_node *node)
{
    return !node->is_dropped && node->n_outputs == 1;
}

/* The node that makes a value, if it is of that kind. */
static struct uncap_onnx_node *maker(const struct fold *f, int value, const char *op)
{
    const int i = f->m->values[value].producer;
    struct uncap_onnx_node *node = i >= 0 ? &f->m->nodes[i] : NULL;
    return node && is_foldable(node) && uncap_onnx_is(node, op) ? node : NULL;
}

/* The only node that uses the value, and does so once; NULL otherwise. */
static struct uncap_onnx_node *only_user(const struct fold *f, int value)
{
    if (f->m->values[value].n_uses != 1 || f->users[value] < 0)
        return NULL;
    struct uncap_onnx_node *node = &f->m->nodes[f->users[value]];
    return is_foldable(node) ? node : NULL;
}

static void find_users(struct fold *f)
{
    for (size_t i = 0; i < f->m->n_values; i++)
        f->users[i] = -1;
    for (size_t i = 0; i < f->m->n_nodes; i++)
        for (int k = 0; k < f->m->nodes[i].n_inputs; k++)
            f->users[f->m->nodes[i].inputs[k]] = (int)i;
}

static void drop(struct fold *f, struct uncap_onnx_node *node)
{
    node->is_dropped = true;
    for (int i = 0; i < node->n_inputs; i++)
        f->m->values[node->inputs[i]].n_uses--;
    f->n_folded++;
}

/* node makes `value` from now on, whose maker is dropped. */
static void make(struct fold *f, struct uncap_onnx_node *node, int value)
{
    node->outputs[0] = value;
    node->is_changed = true;
    f->m->values[value].producer = (int)(node - f->m->nodes);
}

static void set_input(struct fold *f, struct uncap_onnx_node *node, int i, int value)
{
    f->m->values[node->inputs[i]].n_uses--;
    f->m->values[value].n_uses++;
    node->inputs[i] = value;
    node->is_changed = true;
}

static bool set_n_inputs(struct fold *f, struct uncap_onnx_node *node, int n)
{
    size_t capacity = (size_t)node->n_inputs;
    if (!uncap_grow((void **)&node->inputs, &capacity, (size_t)n, sizeof(*node->inputs))) {
        f->is_short = true;
        return false;
    }
    for (; node->n_inputs < n; node->n_inputs++)
        f->m->values[node->inputs[node->n_inputs] = 0].n_uses++;
    return true;
}

/* ---- convolutions ---- */

/* Channels a Conv or ConvTranspose makes; 0: it is neither, or not of the kind that is understood. */
static int64_t channels(const struct fold *f, const struct uncap_onnx_node *node)
{
    const bool is_conv = uncap_onnx_is(node, "Conv"), is_up = uncap_onnx_is(node, "ConvTranspose");
    if ((!is_conv && !is_up) || node->n_inputs < 2 || node->n_inputs > 3)
        return 0;
    const struct uncap_onnx_tensor *w = constant(f, node->inputs[1]);
    const struct uncap_onnx_tensor *b = node->n_inputs == 3 ? constant(f, node->inputs[2]) : NULL;
    int64_t groups = 1;
    uncap_onnx_int(node, "group", &groups);
    if (!w || w->rank != 4 || !w->n || (is_up && groups != 1))
        return 0;
    const int64_t n = is_conv ? w->dims[0] : w->dims[1];
    const bool has_bias = node->n_inputs == 3 && node->inputs[2];
    return has_bias && (!b || b->n != (size_t)n) ? 0 : n;
}

/* Copy of a constant that this node alone may change; -1: short of memory. */
static int own(struct fold *f, int value)
{
    const struct uncap_onnx_tensor from = *constant(f, value);
    if (from.is_new && f->m->values[value].n_uses == 1)
        return value;
    const int v = uncap_onnx_add_constant(f->m, from.dims, from.rank);
    f->is_short = f->is_short || v < 0;
    if (v >= 0)
        memcpy(uncap_onnx_constant(f->m, v)->data, from.data, from.n * sizeof(float));
    return v;
}

/* Weights and bias of a convolution's n channels, its own. */
static bool own_weights(struct fold *f, struct uncap_onnx_node *node, int64_t n, float **w, float **b)
{
    const int weight = own(f, node->inputs[1]);
    const bool has_bias = node->n_inputs == 3 && node->inputs[2];
    const int bias = has_bias ? own(f, node->inputs[2]) : uncap_onnx_add_constant(f->m, &n, 1);
    f->is_short = f->is_short || bias < 0;
    if (f->is_short || !set_n_inputs(f, node, 3))
        return false;
    set_input(f, node, 1, weight);
    set_input(f, node, 2, bias);
    *w = uncap_onnx_constant(f->m, weight)->data;
    *b = uncap_onnx_constant(f->m, bias)->data;
    return true;
}

/* The convolution's result c becomes scale[c] * result + shift[c]; step 0: the same numbers for all. */
static bool scale_result(struct fold *f, struct uncap_onnx_node *conv, const float *scale, const float *shift,
                         int step)
{
    const int64_t n = channels(f, conv);
    float *w, *b;
    if (!own_weights(f, conv, n, &w, &b))
        return false;
    const struct uncap_onnx_tensor *t = constant(f, conv->inputs[1]);
    const int64_t kernel = t->dims[2] * t->dims[3];
    const bool is_up = !uncap_onnx_is(conv, "Conv"); /* [in][out][k][k] there, [out][in][k][k] else */
    for (size_t i = 0; i < t->n; i++) {
        const int64_t c = is_up ? (int64_t)i / kernel % n : (int64_t)i / (kernel * t->dims[1]);
        w[i] *= scale[c * step];
    }
    for (int64_t c = 0; c < n; c++)
        b[c] = scale[c * step] * b[c] + shift[c * step];
    return true;
}

/* ---- scalar products and sums ---- */

/* Is the node x * scale or x + shift? *x: its input that is no constant. */
static bool is_affine(const struct fold *f, const struct uncap_onnx_node *node, int *x, float *scale,
                      float *shift)
{
    const bool is_mul = uncap_onnx_is(node, "Mul"), is_add = uncap_onnx_is(node, "Add");
    float v;
    if ((!is_mul && !is_add) || node->n_inputs != 2)
        return false;
    const int at = is_scalar(f, node->inputs[0], &v) ? 0 : is_scalar(f, node->inputs[1], &v) ? 1 : -1;
    /* A constant of more dimensions than the other would add some to the result. */
    if (at < 0 || constant(f, node->inputs[at])->rank > 1 || constant(f, node->inputs[1 - at]))
        return false;
    *x = node->inputs[1 - at];
    *scale = is_mul ? v : 1;
    *shift = is_add ? v : 0;
    return true;
}

/* conv -> x * s or x + t. */
static void fold_back(struct fold *f, struct uncap_onnx_node *node)
{
    float scale, shift;
    int x;
    if (!is_affine(f, node, &x, &scale, &shift) || f->m->values[x].n_uses != 1)
        return;
    struct uncap_onnx_node *conv = maker(f, x, "Conv");
    if (!conv || !channels(f, conv) || !scale_result(f, conv, &scale, &shift, 0))
        return;
    drop(f, node);
    make(f, conv, node->outputs[0]);
}

/* The pair x * s, + t; the sum is `add`. */
static bool is_pair(const struct fold *f, struct uncap_onnx_node *add, struct uncap_onnx_node **mul, int *x,
                    float *scale, float *shift)
{
    int between;
    float one, zero;
    if (!uncap_onnx_is(add, "Add") || !is_affine(f, add, &between, &one, shift) ||
        f->m->values[between].n_uses != 1)
        return false;
    *mul = maker(f, between, "Mul");
    return *mul && is_affine(f, *mul, x, scale, &zero);
}

/* x * s + t -> unpadded convolution. */
static void fold_forward(struct fold *f, struct uncap_onnx_node *add)
{
    struct uncap_onnx_node *mul, *conv;
    float scale, shift, *w, *b;
    int x;
    if (!is_pair(f, add, &mul, &x, &scale, &shift))
        return;
    conv = only_user(f, add->outputs[0]);
    const int64_t n = conv && uncap_onnx_is(conv, "Conv") ? channels(f, conv) : 0;
    if (!n || conv->inputs[0] != add->outputs[0] || uncap_onnx_ints_sum(conv, "pads") ||
        uncap_onnx_has(conv, "auto_pad") || !own_weights(f, conv, n, &w, &b))
        return;
    const size_t count = constant(f, conv->inputs[1])->n / (size_t)n;
    for (int64_t c = 0; c < n; c++) {
        double sum = 0;
        for (size_t i = 0; i < count; i++) {
            sum += (double)w[(size_t)c * count + i];
            w[(size_t)c * count + i] *= scale;
        }
        b[c] += (float)(sum * (double)shift);
    }
    set_input(f, conv, 0, x);
    drop(f, mul);
    drop(f, add);
}

/* Channels of a picture value; 0: not known. */
static int64_t value_channels(const struct fold *f, int value)
{
    enum { MAX_STEPS = 16 };
    for (int i = 0; i < MAX_STEPS; i++) {
        const int at = f->m->values[value].producer;
        const struct uncap_onnx_node *node = at >= 0 ? &f->m->nodes[at] : NULL;
        if (!node || !is_foldable(node) || !node->n_inputs)
            return 0;
        const int64_t n = channels(f, node);
        const bool is_alike = uncap_onnx_is(node, "Mul") || uncap_onnx_is(node, "HardSigmoid") ||
                              uncap_onnx_is(node, "Relu") || uncap_onnx_is(node, "BatchNormalization");
        if (n || !is_alike)
            return n;
        value = node->inputs[0];
    }
    return 0;
}

static void put_float_attribute(struct uncap_protobuf *to, const char *name, float value)
{
    struct uncap_protobuf attribute = {.n = 0};
    uncap_protobuf_put_text(&attribute, ATTRIBUTE_NAME, name);
    uncap_protobuf_put_float(&attribute, ATTRIBUTE_FLOAT, value);
    uncap_protobuf_put_varint(&attribute, ATTRIBUTE_TYPE, TYPE_FLOAT);
    uncap_protobuf_put_message(to, NODE_ATTRIBUTE, &attribute);
}

static void set_op(struct uncap_onnx_node *node, const char *op)
{
    node->op = (struct uncap_bytes){(const uint8_t *)op, strlen(op)};
    node->is_changed = true;
}

/* x * s + t -> one BatchNormalization, which keeps convolutions' layout. */
static void fold_to_norm(struct fold *f, struct uncap_onnx_node *add)
{
    struct uncap_onnx_node *mul;
    float scale, shift;
    int x, values[4];
    if (!is_pair(f, add, &mul, &x, &scale, &shift))
        return;
    const int64_t n = value_channels(f, x);
    const float fill[4] = {scale, shift, 0, 1}; /* scale, shift, mean, variance */
    for (int i = 0; i < 4 && n; i++) {
        values[i] = uncap_onnx_add_constant(f->m, &n, 1);
        f->is_short = f->is_short || values[i] < 0;
        if (f->is_short)
            return;
        for (int64_t c = 0; c < n; c++)
            uncap_onnx_constant(f->m, values[i])->data[c] = fill[i];
    }
    if (!n || !set_n_inputs(f, mul, 5))
        return;
    set_input(f, mul, 0, x);
    for (int i = 0; i < 4; i++)
        set_input(f, mul, i + 1, values[i]);
    set_op(mul, "BatchNormalization");
    put_float_attribute(&mul->attributes, "epsilon", 0);
    drop(f, add);
    make(f, mul, add->outputs[0]);
}

/* ---- hard-swish ---- */

static bool is_clip_0_6(const struct fold *f, const struct uncap_onnx_node *clip)
{
    float low, high;
    if (clip->n_inputs == 3)
        return is_number(f, clip->inputs[1], 0) && is_number(f, clip->inputs[2], 6);
    return clip->n_inputs == 1 && uncap_onnx_float(clip, "min", &low) &&
           uncap_onnx_float(clip, "max", &high) && fabsf(low) < 1e-6f && fabsf(high - 6) < 1e-6f;
}

/* x, x + 3, clip, product, / 6: the division is `div`. */
static void fold_hard_swish(struct fold *f, struct uncap_onnx_node *div)
{
    if (!uncap_onnx_is(div, "Div") || div->n_inputs != 2 || !is_number(f, div->inputs[1], 6))
        return;
    struct uncap_onnx_node *mul = maker(f, div->inputs[0], "Mul");
    if (!mul || mul->n_inputs != 2 || f->m->values[div->inputs[0]].n_uses != 1)
        return;
    for (int i = 0; i < 2; i++) {
        struct uncap_onnx_node *clip = maker(f, mul->inputs[i], "Clip");
        if (!clip || !clip->n_inputs || !is_clip_0_6(f, clip) || f->m->values[mul->inputs[i]].n_uses != 1)
            continue;
        struct uncap_onnx_node *add = maker(f, clip->inputs[0], "Add");
        if (!add || add->n_inputs != 2 || f->m->values[clip->inputs[0]].n_uses != 1)
            continue;
        const int three = is_number(f, add->inputs[0], 3) ? 0 : 1;
        if (!is_number(f, add->inputs[three], 3) || add->inputs[1 - three] != mul->inputs[1 - i])
            continue;
        set_input(f, add, 0, mul->inputs[1 - i]);
        f->m->values[add->inputs[1]].n_uses--;
        add->n_inputs = 1;
        set_op(add, "HardSigmoid");
        put_float_attribute(&add->attributes, "alpha", 1 / 6.0f);
        put_float_attribute(&add->attributes, "beta", 0.5f);
        set_input(f, mul, i, add->outputs[0]);
        drop(f, clip);
        drop(f, div);
        make(f, mul, div->outputs[0]);
        return;
    }
}

/* ---- transposed convolutions ---- */

/* ConvTranspose -> + bias of [1, C, 1, 1]. */
static void fold_bias(struct fold *f, struct uncap_onnx_node *add)
{
    if (!uncap_onnx_is(add, "Add") || add->n_inputs != 2)
        return;
    for (int i = 0; i < 2; i++) {
        const int x = add->inputs[i];
        struct uncap_onnx_node *up = maker(f, x, "ConvTranspose");
        const struct uncap_onnx_tensor *b = constant(f, add->inputs[1 - i]);
        const int64_t n = up ? channels(f, up) : 0;
        static const float one = 1, none = 0;
        if (!n || f->m->values[x].n_uses != 1 || !b || b->rank != 4 || b->dims[0] != 1 || b->dims[1] != n ||
            b->n != (size_t)n)
            continue;
        const int shift = add->inputs[1 - i];
        if (!scale_result(f, up, &one, &none, 0))
            return;
        float *to = uncap_onnx_constant(f->m, up->inputs[2])->data;
        for (int64_t c = 0; c < n; c++)
            to[c] += constant(f, shift)->data[c];
        drop(f, add);
        make(f, up, add->outputs[0]);
        return;
    }
}

/* ConvTranspose -> BatchNormalization. */
static void fold_norm(struct fold *f, struct uncap_onnx_node *norm)
{
    float epsilon = 1e-5f;
    if (!uncap_onnx_is(norm, "BatchNormalization") || norm->n_inputs != 5 || norm->is_changed ||
        f->m->values[norm->inputs[0]].n_uses != 1)
        return;
    struct uncap_onnx_node *up = maker(f, norm->inputs[0], "ConvTranspose");
    const int64_t n = up ? channels(f, up) : 0;
    const struct uncap_onnx_tensor *t[4];
    for (int i = 0; i < 4; i++) {
        t[i] = constant(f, norm->inputs[i + 1]);
        if (!n || !t[i] || t[i]->n != (size_t)n)
            return;
    }
    uncap_onnx_float(norm, "epsilon", &epsilon);
    float *scale = uncap_alloc(2 * (size_t)n, sizeof(*scale));
    if (!scale) {
        f->is_short = true;
        return;
    }
    for (int64_t c = 0; c < n; c++) {
        scale[c] = t[0]->data[c] / sqrtf(t[3]->data[c] + epsilon);
        scale[n + c] = t[1]->data[c] - t[2]->data[c] * scale[c];
    }
    if (scale_result(f, up, scale, scale + n, 1)) {
        drop(f, norm);
        make(f, up, norm->outputs[0]);
    }
    uncap_free(scale);
}

/* ---- all of it ---- */

static void for_all(struct fold *f, void (*rule)(struct fold *f, struct uncap_onnx_node *node))
{
    for (size_t i = 0; i < f->m->n_nodes && !f->is_short; i++)
        if (is_foldable(&f->m->nodes[i]))
            rule(f, &f->m->nodes[i]);
}

static void drop_unused(struct fold *f, struct uncap_onnx_node *node)
{
    if (uncap_onnx_is(node, "Constant") && !f->m->values[node->outputs[0]].n_uses)
        node->is_dropped = true;
}

int uncap_onnx_fold(struct uncap_onnx_model *m, int *n_folded, struct uncap_error *err)
{
    *n_folded = 0;
    if (m->opset < OPSET_MIN || m->opset > OPSET_MAX)
        return UNCAP_OK;
    struct fold f = {.m = m, .users = uncap_alloc(m->n_values, sizeof(*f.users))};
    if (!f.users)
        return uncap_fail_nomem(err, "a network");
    find_users(&f);
    for_all(&f, fold_hard_swish);
    for_all(&f, fold_back);
    for_all(&f, fold_forward);
    for_all(&f, fold_to_norm);
    for_all(&f, fold_bias);
    for_all(&f, fold_norm);
    for_all(&f, drop_unused);
    uncap_free(f.users);
    *n_folded = f.n_folded;
    return f.is_short ? uncap_fail_nomem(err, "a network") : UNCAP_OK;
}

int uncap_onnx_fold_file(const char *path, struct uncap_protobuf *out, struct uncap_error *err)
{
    struct uncap_mapping mapping;
    struct uncap_onnx_model m;
    int n_folded = 0;
    *out = (struct uncap_protobuf){.n = 0};
    int status = uncap_mapping_open(&mapping, path, err);
    if (status)
        return status == UNCAP_ERR_NOMEM ? status : UNCAP_OK;
    status = uncap_onnx_read(&m, (struct uncap_bytes){mapping.data, mapping.size}, err);
    if (!status) {
        status = uncap_onnx_fold(&m, &n_folded, err);
        if (!status && n_folded)
            status = uncap_onnx_write(&m, out, err);
        uncap_onnx_clear(&m);
    }
    uncap_mapping_close(&mapping);
    return status == UNCAP_ERR_NOMEM ? status : UNCAP_OK;
}
