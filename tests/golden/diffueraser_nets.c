/* SPDX-License-Identifier: Apache-2.0 */
#include "diffueraser_nets.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/synthetic.h"
#include "inpaint/diffueraser/text.h"
#include "nn/stream.h"

static const size_t BUDGET_BYTES = (size_t)6 << 30;

int nets_open(void **state, const char *suffix, const char *precision, struct uncap_error *err)
{
    const struct uncap_runtime_options options = {.threads = 0, .device = "cpu", .precision = precision};
    struct nets *nets = uncap_alloc(1, sizeof(*nets));
    *state = nets;
    if (!nets)
        return uncap_fail_nomem(err, "the networks");
    nets->suffix = uncap_strdup(suffix);
    if (!nets->suffix)
        return uncap_fail_nomem(err, "the networks");
    const int rc = uncap_runtime_open(&nets->runtime, &options, err);
    return rc ? rc : uncap_slices_open(&nets->slices, 2, err);
}

void nets_close(void *state)
{
    struct nets *nets = state;
    if (!nets)
        return;
    for (int k = 0; k < NETS_HELD; k++)
        uncap_checkpoint_close(&nets->held[k].checkpoint);
    uncap_free(nets->empty);
    uncap_free(nets->suffix);
    uncap_slices_close(&nets->slices);
    uncap_runtime_close(&nets->runtime);
    uncap_free(nets);
}

bool nets_is_reduced(const struct golden_case *c)
{
    return !strcmp(golden_text(c, "config", "FULL"), "RED");
}

struct uncap_diffuser_widths nets_widths(bool is_reduced)
{
    return is_reduced ? uncap_diffuser_widths_reduced() : uncap_diffuser_widths_full();
}

static int add_size(void *opaque, const char *key, const struct uncap_shape *shape)
{
    size_t n = 0;
    (void)key;
    if (uncap_shape_count(shape, &n))
        *(size_t *)opaque += n * sizeof(float);
    return 0;
}

/* Free place for a network of that size: an empty one, after dropping what the budget does not allow. */
static struct held *make_room(struct nets *nets, size_t bytes)
{
    for (;;) {
        struct held *oldest = NULL;
        struct held *free_place = NULL;
        size_t total = bytes;
        for (int k = 0; k < NETS_HELD; k++) {
            struct held *h = &nets->held[k];
            if (!h->checkpoint.weights) {
                free_place = h;
                continue;
            }
            total += h->bytes;
            if (!oldest || h->used < oldest->used)
                oldest = h;
        }
        if (free_place && (total <= BUDGET_BYTES || !oldest))
            return free_place;
        uncap_checkpoint_close(&oldest->checkpoint);
    }
}

int nets_get(struct nets *nets, enum uncap_diffuser_model model, bool is_reduced, bool has_lora,
             const struct uncap_weights **out, struct uncap_error *err)
{
    const struct uncap_diffuser_widths widths = nets_widths(is_reduced);
    for (int k = 0; k < NETS_HELD; k++) {
        struct held *h = &nets->held[k];
        if (!h->checkpoint.weights || h->model != model || h->is_reduced != is_reduced ||
            h->has_lora != has_lora)
            continue;
        h->used = ++nets->clock;
        *out = h->checkpoint.weights;
        return UNCAP_OK;
    }
    struct held wanted = {
        .model = model, .is_reduced = is_reduced, .has_lora = has_lora, .used = ++nets->clock};
    uncap_inventory_walk(model, &widths, add_size, &wanted.bytes);
    struct held *place = make_room(nets, wanted.bytes);
    int rc = uncap_checkpoint_synthesise(&wanted.checkpoint, model, nets->suffix, &widths, NULL, err);
    struct uncap_checkpoint lora = {0};
    if (!rc && has_lora)
        rc = uncap_checkpoint_synthesise(&lora, UNCAP_DIFFUSER_LORA, nets->suffix, &widths, NULL, err);
    if (!rc && has_lora)
        rc = uncap_checkpoint_adapt(&wanted.checkpoint, lora.weights, &widths, nets->slices, NULL, err);
    uncap_checkpoint_close(&lora);
    if (rc) {
        uncap_checkpoint_close(&wanted.checkpoint);
        return rc;
    }
    *place = wanted;
    *out = place->checkpoint.weights;
    return UNCAP_OK;
}

int nets_text(struct nets *nets, const struct golden_case *c, const float **out, struct uncap_error *err)
{
    const struct uncap_tensor *given = golden_input(c, "text");
    if (given) {
        *out = given->data;
        return UNCAP_OK;
    }
    if (!nets->empty) {
        const struct uncap_weights *weights = NULL;
        int rc = nets_get(nets, UNCAP_DIFFUSER_TEXT, false, false, &weights, err);
        if (rc)
            return rc;
        nets->empty = uncap_alloc((size_t)UNCAP_DIFFUSER_TOKENS * UNCAP_TEXT_WIDTH, sizeof(float));
        if (!nets->empty)
            return uncap_fail_nomem(err, "the empty prompt");
        rc = uncap_text_encode_empty(nets->runtime, weights, nets->empty, NULL, err);
        if (rc)
            return rc;
    }
    *out = nets->empty;
    return UNCAP_OK;
}

int nets_input(const struct golden_case *c, const char *role, bool is_needed, struct uncap_tensor *out,
               struct uncap_error *err)
{
    char name[64];
    double dims[UNCAP_MAX_RANK];
    *out = (struct uncap_tensor){.data = NULL};
    const struct uncap_tensor *given = golden_input(c, role);
    if (given) {
        *out = uncap_tensor_view(given->dtype, given->shape, given->data);
        return UNCAP_OK;
    }
    snprintf(name, sizeof(name), "%s_normal", role);
    const char *stream = golden_text(c, name, NULL);
    snprintf(name, sizeof(name), "%s_shape", role);
    struct uncap_shape shape = {.rank = golden_list(c, name, dims, UNCAP_MAX_RANK)};
    if (!stream || shape.rank < 0)
        return is_needed ? uncap_fail(err, UNCAP_ERR_ARG, "the case has no input '%s'", role) : UNCAP_OK;
    for (int k = 0; k < shape.rank; k++)
        shape.dims[k] = (int64_t)dims[k];
    const int rc = uncap_tensor_open(out, UNCAP_F32, shape, err);
    if (rc)
        return rc;
    snprintf(name, sizeof(name), "%s_factor", role);
    const float factor = (float)golden_number(c, name, 1.0);
    float *data = out->data;
    uncap_stream_normal(data, uncap_tensor_count(out), uncap_stream_seed(UNCAP_STREAM_START, stream), 0);
    for (size_t k = 0; k < uncap_tensor_count(out); k++)
        data[k] *= factor;
    return UNCAP_OK;
}

struct search {
    const char *key;
    struct uncap_shape *shape;
};

static int match(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct search *s = opaque;
    if (strcmp(key, s->key))
        return 0;
    *s->shape = *shape;
    return 1;
}

bool nets_shape(enum uncap_diffuser_model model, const struct uncap_diffuser_widths *widths, const char *key,
                struct uncap_shape *shape)
{
    struct search s = {key, shape};
    return uncap_inventory_walk(model, widths, match, &s) == 1;
}

int nets_bytes(const struct golden_case *c, const char *role, struct uncap_tensor *out,
               struct uncap_error *err)
{
    const struct uncap_tensor *given = golden_input(c, role);
    *out = (struct uncap_tensor){.data = NULL};
    if (!given || given->dtype != UNCAP_F32)
        return uncap_fail(err, UNCAP_ERR_ARG, "the case has no float32 input '%s'", role);
    const int rc = uncap_tensor_open(out, UNCAP_U8, given->shape, err);
    for (size_t k = 0; !rc && k < uncap_tensor_count(out); k++)
        ((uint8_t *)out->data)[k] = (uint8_t)((const float *)given->data)[k];
    return rc;
}

int nets_give_taps(struct golden_case *c, const struct uncap_chain *chain, const char *const *names,
                   struct uncap_error *err)
{
    int rc = UNCAP_OK;
    for (; *names && !rc; names++) {
        struct uncap_shape shape;
        const float *data = golden_wants(c, *names) ? uncap_chain_read(chain, *names, &shape) : NULL;
        if (data)
            rc = golden_result(c, *names, UNCAP_F32, shape, data, err);
    }
    return rc;
}
