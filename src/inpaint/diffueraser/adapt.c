/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>

#include "base/memory.h"
#include "inpaint/diffueraser/checkpoint.h"
#include "inpaint/diffueraser/lora.h"
#include "nn/half.h"

/* Tensor names of the known adapter formats: kohya roots have the path with underscores, the others
 * "unet.<path>". */
static const struct {
    bool is_kohya;
    const char *down, *up;
} FORMS[] = {
    {true, ".lora_down.weight", ".lora_up.weight"},
    {false, ".lora_A.weight", ".lora_B.weight"},
    {false, ".lora.down.weight", ".lora.up.weight"},
};

/* alpha NULL: the format has none, and the scale is 1. */
struct adapter {
    const struct uncap_weight *down, *up, *alpha;
};

static const struct uncap_weight *find(const struct uncap_weights *lora, const char *root, const char *ending)
{
    char key[2 * UNCAP_DIFFUSER_KEY_MAX];
    snprintf(key, sizeof(key), "%s%s", root, ending);
    return uncap_weights_find(lora, key);
}

static struct adapter find_adapter(const struct uncap_weights *lora, const char *module)
{
    struct adapter a = {0};
    for (size_t k = 0; !a.down && k < sizeof(FORMS) / sizeof(*FORMS); k++) {
        char root[UNCAP_DIFFUSER_KEY_MAX];
        if (FORMS[k].is_kohya)
            uncap_inventory_lora_root(module, root);
        else
            snprintf(root, sizeof(root), "unet.%s", module);
        a.down = find(lora, root, FORMS[k].down);
        a.up = find(lora, root, FORMS[k].up);
        a.alpha = find(lora, root, ".alpha");
    }
    return a;
}

static bool fits(const struct adapter *a, const struct uncap_weight *base)
{
    const struct uncap_shape *down = &a->down->shape;
    if (down->rank != base->shape.rank || a->up->shape.rank != base->shape.rank || down->dims[0] < 1)
        return false;
    for (int k = 1; k < down->rank; k++)
        if (down->dims[k] != base->shape.dims[k] || a->up->shape.dims[k] != (k == 1 ? down->dims[0] : 1))
            return false;
    return a->up->shape.dims[0] == base->shape.dims[0];
}

static size_t count(const struct uncap_weight *w)
{
    size_t n = 0;
    return uncap_shape_count(&w->shape, &n) ? n : 0;
}

/* The tensor as float32: its own memory if it is that already, else *copy, which the caller frees. NULL: no
 * memory. */
static const float *floats(const struct uncap_weight *w, float **copy)
{
    if (w->dtype == UNCAP_F32)
        return w->data;
    *copy = uncap_alloc(count(w), sizeof(**copy));
    if (*copy)
        uncap_half_widen(w->dtype, w->data, count(w), *copy);
    return *copy;
}

int uncap_checkpoint_adapt_module(const struct uncap_weight *base, const struct uncap_weights *lora,
                                  const char *module, float *out, struct uncap_slices *slices,
                                  struct uncap_error *err)
{
    const struct adapter a = find_adapter(lora, module);
    if (!a.down || !a.up || !fits(&a, base))
        return uncap_fail(err, UNCAP_ERR_MODEL, "'%s' is no LoRA for this UNet: %s for %s", lora->label,
                          a.down && a.up ? "tensors of another shape" : "no tensors", module);
    const int rank = (int)a.down->shape.dims[0];
    const int rows = (int)base->shape.dims[0];
    float alpha = (float)rank;
    if (a.alpha && count(a.alpha) == 1)
        uncap_half_widen(a.alpha->dtype, a.alpha->data, 1, &alpha);
    float *copies[3] = {0};
    const struct uncap_lora l = {.base = floats(base, &copies[0]),
                                 .up = floats(a.up, &copies[1]),
                                 .down = floats(a.down, &copies[2]),
                                 .out = out,
                                 .rows = rows,
                                 .columns = (int)(count(base) / (size_t)rows),
                                 .rank = rank,
                                 .scale = alpha / (float)rank};
    const bool has_memory = l.base && l.up && l.down;
    if (has_memory)
        uncap_lora_fuse(&l, slices);
    for (int k = 0; k < 3; k++)
        uncap_free(copies[k]);
    return has_memory ? UNCAP_OK : uncap_fail_nomem(err, "fusing a LoRA");
}

struct adaption {
    struct uncap_checkpoint *unet;
    const struct uncap_weights *lora;
    struct uncap_slices *slices;
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

/* Let a fused weight (taken) stand in for the one of the file. */
static int keep_fused(const struct adaption *a, struct uncap_weight *base, float *fused)
{
    void *kept = fused;
    if (a->unet->is_half) {
        kept = uncap_alloc(count(base), sizeof(uint16_t));
        if (kept)
            uncap_half_narrow(fused, count(base), kept);
        uncap_free(fused);
    }
    if (!kept)
        return uncap_fail_nomem(a->err, "a UNet with its LoRA");
    const int rc = uncap_weights_keep(a->unet->weights, kept, uncap_free, a->err);
    if (!rc) {
        base->data = kept;
        base->dtype = a->unet->is_half ? UNCAP_F16 : UNCAP_F32;
    }
    return rc;
}

static int adapt_module(void *opaque, const char *module, const struct uncap_shape *shape)
{
    struct adaption *a = opaque;
    char key[2 * UNCAP_DIFFUSER_KEY_MAX];
    (void)shape;
    int rc = uncap_cancel_check(a->cancel, a->err);
    if (rc)
        return rc;
    snprintf(key, sizeof(key), "%s.weight", module);
    const struct uncap_weight *found = uncap_weights_find(a->unet->weights, key);
    struct uncap_weight *base = &a->unet->weights->items[found - a->unet->weights->items];
    if (a->unet->is_writable)
        return uncap_checkpoint_adapt_module(base, a->lora, module, (float *)(uintptr_t)base->data, a->slices,
                                             a->err);
    float *fused = uncap_alloc(count(base), sizeof(*fused));
    if (!fused)
        return uncap_fail_nomem(a->err, "a UNet with its LoRA");
    rc = uncap_checkpoint_adapt_module(base, a->lora, module, fused, a->slices, a->err);
    if (!rc)
        return keep_fused(a, base, fused);
    uncap_free(fused);
    return rc;
}

int uncap_checkpoint_adapt(struct uncap_checkpoint *unet, const struct uncap_weights *lora,
                           const struct uncap_diffuser_widths *widths, struct uncap_slices *slices,
                           struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct adaption a = {.unet = unet, .lora = lora, .slices = slices, .cancel = cancel, .err = err};
    return uncap_inventory_walk_adapted(widths, adapt_module, &a);
}
