/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/manifest.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"

static bool parse_dtype(const char *text, size_t n, enum uncap_dtype *dtype)
{
    for (int i = UNCAP_F32; i <= UNCAP_BOOL; i++) {
        const char *name = uncap_dtype_name((enum uncap_dtype)i);
        if (strlen(name) == n && !memcmp(name, text, n)) {
            *dtype = (enum uncap_dtype)i;
            return true;
        }
    }
    return false;
}

static bool parse_shape(const char *text, struct uncap_shape *shape)
{
    *shape = (struct uncap_shape){.rank = 0};
    while (*text) {
        char *end;
        if (shape->rank == UNCAP_MAX_RANK || *text < '0' || *text > '9')
            return false;
        shape->dims[shape->rank++] = strtoll(text, &end, 10);
        if (*end == 'x' && end[1])
            end++;
        else if (*end)
            return false;
        text = end;
    }
    return true;
}

bool uncap_manifest_parse(const char *line, char *key, enum uncap_dtype *dtype, struct uncap_shape *shape)
{
    const char *comma = strchr(line, ',');
    const char *second = comma ? strchr(comma + 1, ',') : NULL;
    if (!second || comma - line >= UNCAP_MANIFEST_KEY_MAX)
        return false;
    memcpy(key, line, (size_t)(comma - line));
    key[comma - line] = '\0';
    return parse_dtype(comma + 1, (size_t)(second - comma - 1), dtype) && parse_shape(second + 1, shape);
}

/* One kind of complaint: how many, and the first few by name. */
struct complaint {
    int count;
    size_t length;
    char names[256];
};

static void complain(struct complaint *c, const char *text)
{
    if (c->count++ > 3)
        return;
    if (c->count > 3)
        text = "...";
    const size_t room = sizeof(c->names) - c->length;
    const int n = snprintf(c->names + c->length, room, "%s%s", c->length ? ", " : "", text);
    c->length += n < 0 ? 0 : (size_t)n < room ? (size_t)n : room - 1;
}

static bool dtype_fits(enum uncap_dtype wanted, enum uncap_dtype found, bool any_float)
{
    return wanted == found ||
           (any_float && wanted == UNCAP_F32 && (found == UNCAP_F16 || found == UNCAP_BF16));
}

/* Compare one line; marks what it found in is_known. */
static void check_line(const char *line, const struct uncap_weights *w, bool any_float, bool *is_known,
                       struct complaint *missing, struct complaint *other)
{
    char key[UNCAP_MANIFEST_KEY_MAX] = "";
    char text[UNCAP_MANIFEST_KEY_MAX + 160];
    char found_shape[64];
    char wanted_shape[64];
    enum uncap_dtype dtype = UNCAP_F32;
    struct uncap_shape shape;
    const bool is_sound = uncap_manifest_parse(line, key, &dtype, &shape);
    const struct uncap_weight *found = is_sound ? uncap_weights_find(w, key) : NULL;
    if (!found) {
        complain(missing, key);
        return;
    }
    is_known[found - w->items] = true;
    if (dtype_fits(dtype, found->dtype, any_float) && uncap_shape_equal(&shape, &found->shape))
        return;
    snprintf(text, sizeof(text), "%s is %s %s, not %s %s", key, uncap_dtype_name(found->dtype),
             uncap_shape_text(&found->shape, found_shape, sizeof(found_shape)), uncap_dtype_name(dtype),
             uncap_shape_text(&shape, wanted_shape, sizeof(wanted_shape)));
    complain(other, text);
}

int uncap_manifest_check(const char *const *manifest, const struct uncap_weights *w, bool any_float,
                         struct uncap_error *err)
{
    struct complaint missing = {0};
    struct complaint extra = {0};
    struct complaint other = {0};
    bool *is_known = uncap_alloc(w->n, sizeof(*is_known));
    if (!is_known)
        return uncap_fail_nomem(err, "checking a checkpoint");
    for (; *manifest; manifest++)
        check_line(*manifest, w, any_float, is_known, &missing, &other);
    for (size_t i = 0; i < w->n; i++)
        if (!is_known[i])
            complain(&extra, w->items[i].name);
    uncap_free(is_known);
    if (!missing.count && !extra.count && !other.count)
        return UNCAP_OK;
    return uncap_fail(
        err, UNCAP_ERR_MODEL,
        "%s is not the checkpoint it should be: %d tensors missing (%s), %d unknown (%s), %d of another "
        "type or shape (%s)",
        w->label, missing.count, missing.names, extra.count, extra.names, other.count, other.names);
}
