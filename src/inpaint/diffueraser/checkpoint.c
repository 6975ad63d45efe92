/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/checkpoint.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/synthetic.h"
#include "nn/safetensors.h"

/* A comparison of a file with the inventory: what fits goes to `fits` under its canonical name. */
struct check {
    enum uncap_diffuser_model model;
    const struct uncap_weights *file;
    struct uncap_weights *fits;
    bool *is_known; /* [file->n] */
    int n_missing, n_other, n_extra;
    char missing[UNCAP_DIFFUSER_KEY_MAX], other[UNCAP_DIFFUSER_KEY_MAX + 100], extra[UNCAP_DIFFUSER_KEY_MAX];
    struct uncap_error *err;
};

static const struct {
    const char *ours, *old;
} OLD_VAE_NAMES[] = {
    {".to_q.", ".query."}, {".to_k.", ".key."}, {".to_v.", ".value."}, {".to_out.0.", ".proj_attn."}};

/* Look under the canonical name, then under the names that other exports of the same network use. */
static const struct uncap_weight *find_variant(enum uncap_diffuser_model model,
                                               const struct uncap_weights *file, const char *key)
{
    static const char text_root[] = "text_model.";
    const struct uncap_weight *found = uncap_weights_find(file, key);
    if (!found && model == UNCAP_DIFFUSER_TEXT && !strncmp(key, text_root, strlen(text_root)))
        return uncap_weights_find(file, key + strlen(text_root));
    for (size_t k = 0;
         !found && model == UNCAP_DIFFUSER_VAE && k < sizeof(OLD_VAE_NAMES) / sizeof(*OLD_VAE_NAMES); k++) {
        char old[UNCAP_DIFFUSER_KEY_MAX];
        const char *at = strstr(key, OLD_VAE_NAMES[k].ours);
        if (!at)
            continue;
        snprintf(old, sizeof(old), "%.*s%s%s", (int)(at - key), key, OLD_VAE_NAMES[k].old,
                 at + strlen(OLD_VAE_NAMES[k].ours));
        found = uncap_weights_find(file, old);
    }
    return found;
}

/* A linear weight may be stored as a 1x1 convolution. */
static bool shape_fits(const struct uncap_shape *wanted, struct uncap_shape found)
{
    while (found.rank > wanted->rank && found.dims[found.rank - 1] == 1)
        found.rank--;
    return uncap_shape_equal(wanted, &found);
}

static bool is_float(enum uncap_dtype dtype)
{
    return dtype == UNCAP_F32 || dtype == UNCAP_F16 || dtype == UNCAP_BF16;
}

static int check_tensor(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct check *c = opaque;
    const struct uncap_weight *found = find_variant(c->model, c->file, key);
    if (!found) {
        if (!c->n_missing++)
            snprintf(c->missing, sizeof(c->missing), "%s", key);
        return UNCAP_OK;
    }
    c->is_known[found - c->file->items] = true;
    if (!is_float(found->dtype) || !shape_fits(shape, found->shape)) {
        char is[40];
        char wanted[40];
        if (!c->n_other++)
            snprintf(c->other, sizeof(c->other), "%s is %s %s, not %s", key, uncap_dtype_name(found->dtype),
                     uncap_shape_text(&found->shape, is, sizeof(is)),
                     uncap_shape_text(shape, wanted, sizeof(wanted)));
        return UNCAP_OK;
    }
    const struct uncap_weight w = {.name = key, .dtype = found->dtype, .shape = *shape, .data = found->data};
    return uncap_weights_add(c->fits, &w, c->err);
}

static void check_extra(struct check *c)
{
    for (size_t i = 0; i < c->file->n; i++) {
        const char *name = c->file->items[i].name;
        if (c->is_known[i] || strstr(name, "position_ids")) /* a counting buffer in some exports */
            continue;
        if (!c->n_extra++)
            snprintf(c->extra, sizeof(c->extra), "%s", name);
    }
}

static int64_t dim_of(const struct uncap_weights *w, const char *key, int axis, int64_t otherwise)
{
    const struct uncap_weight *found = uncap_weights_find(w, key);
    const int64_t dim = found && found->shape.rank > axis ? found->shape.dims[axis] : 0;
    return dim > 0 && dim <= 1 << 16 ? dim : otherwise;
}

void uncap_checkpoint_widths(const struct uncap_weights *file, struct uncap_diffuser_widths *widths)
{
    char key[UNCAP_DIFFUSER_KEY_MAX];
    for (int i = 0; i < 4; i++) {
        snprintf(key, sizeof(key), "down_blocks.%d.resnets.0.conv1.weight", i);
        widths->unet[i] = (int)dim_of(file, key, 0, widths->unet[i]);
        snprintf(key, sizeof(key), "encoder.down_blocks.%d.resnets.0.conv1.weight", i);
        widths->vae[i] = (int)dim_of(file, key, 0, widths->vae[i]);
    }
    widths->text = (int)dim_of(file, "down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k.weight", 1,
                               widths->text);
    widths->frames = (int)dim_of(file, "down_blocks.0.motion_modules.0.transformer_blocks.0.pos_embed.pe", 1,
                                 widths->frames);
}

/* 32 groups and 8 heads must divide the widths, or no graph can be built. */
static int check_widths(const struct uncap_diffuser_widths *w, const char *path, struct uncap_error *err)
{
    for (int i = 0; i < 4; i++)
        if (w->unet[i] % UNCAP_DIFFUSER_GROUPS || w->vae[i] % UNCAP_DIFFUSER_GROUPS)
            return uncap_fail(err, UNCAP_ERR_MODEL,
                              "cannot use '%s': its channel widths are no multiples of %d", path,
                              UNCAP_DIFFUSER_GROUPS);
    return UNCAP_OK;
}

static void release_weights(void *owner)
{
    struct uncap_weights *w = owner;
    uncap_weights_close(&w);
}

static int compare(struct check *c, const char *path, const struct uncap_diffuser_widths *widths)
{
    c->is_known = uncap_alloc(c->file->n, sizeof(*c->is_known));
    if (!c->is_known)
        return uncap_fail_nomem(c->err, "checking a checkpoint");
    const int rc = uncap_inventory_walk(c->model, widths, check_tensor, c);
    if (rc)
        return rc;
    check_extra(c);
    if (c->n_missing || c->n_other || c->n_extra)
        return uncap_fail(
            c->err, UNCAP_ERR_MODEL,
            "'%s' is not the checkpoint it should be: %d tensors missing (%s), %d of another type or "
            "shape (%s), %d unknown (%s)",
            path, c->n_missing, c->missing, c->n_other, c->other, c->n_extra, c->extra);
    return uncap_weights_sort(c->fits, c->err);
}

int uncap_checkpoint_open(struct uncap_checkpoint *out, enum uncap_diffuser_model model, const char *path,
                          struct uncap_diffuser_widths *widths, struct uncap_error *err)
{
    struct uncap_weights *file = NULL;
    *out = (struct uncap_checkpoint){0};
    int rc = uncap_safetensors_weights(&file, path, &out->map, err);
    if (rc)
        return rc;
    struct check c = {.model = model, .file = file, .err = err};
    rc = uncap_weights_open(&c.fits, path, err);
    if (rc) {
        uncap_weights_close(&file);
        return rc;
    }
    rc = uncap_weights_keep(c.fits, file, release_weights, err);
    if (!rc) {
        uncap_checkpoint_widths(file, widths);
        rc = check_widths(widths, path, err);
    }
    if (!rc)
        rc = compare(&c, path, widths);
    uncap_free(c.is_known);
    if (rc)
        uncap_weights_close(&c.fits);
    out->weights = c.fits;
    return rc;
}

struct synthesis {
    enum uncap_diffuser_model model;
    const char *suffix;
    struct uncap_weights *weights;
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

static int synthesise_tensor(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct synthesis *s = opaque;
    int rc = uncap_cancel_check(s->cancel, s->err);
    if (rc)
        return rc;
    struct uncap_tensor t;
    rc = uncap_tensor_open(&t, UNCAP_F32, *shape, s->err);
    if (rc)
        return rc;
    uncap_synthetic_fill(s->model, key, s->suffix, shape, t.data);
    const struct uncap_weight w = {.name = key, .dtype = UNCAP_F32, .shape = *shape, .data = t.data};
    rc = uncap_weights_keep(s->weights, t.owner, t.release, s->err);
    return rc ? rc : uncap_weights_add(s->weights, &w, s->err);
}

int uncap_checkpoint_synthesise(struct uncap_checkpoint *out, enum uncap_diffuser_model model,
                                const char *suffix, const struct uncap_diffuser_widths *widths,
                                struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct synthesis s = {.model = model, .suffix = suffix, .cancel = cancel, .err = err};
    *out = (struct uncap_checkpoint){.is_writable = true};
    int rc = uncap_weights_open(&s.weights, "synthetic weights", err);
    if (!rc)
        rc = uncap_inventory_walk(model, widths, synthesise_tensor, &s);
    if (!rc)
        rc = uncap_weights_sort(s.weights, err);
    if (rc)
        uncap_weights_close(&s.weights);
    out->weights = s.weights;
    return rc;
}

void uncap_checkpoint_close(struct uncap_checkpoint *checkpoint)
{
    uncap_weights_close(&checkpoint->weights);
    checkpoint->map = (struct uncap_mapping){.data = NULL};
}
