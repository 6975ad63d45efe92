/* SPDX-License-Identifier: Apache-2.0 */
/* Checked access to the fields of a JSON object, with messages that name the field. */
#ifndef UNCAP_DETECT_CAPTIONS_FIELD_H
#define UNCAP_DETECT_CAPTIONS_FIELD_H

#include <stdbool.h>
#include <stdint.h>

#include <jansson.h>

#include "base/error.h"
#include "base/rect.h"

/* Where in the document we are, for messages: "captions.json: captions[3].observations[1]". */
struct uncap_field_path {
    const struct uncap_field_path *parent; /* NULL: document */
    const char *name;                      /* field or file name */
    long i;                                /* element of an array, or -1 */
};

/* ARG: "<path>: <what is wrong>". */
int uncap_field_fail(struct uncap_error *err, const struct uncap_field_path *path, const char *fmt, ...)
    UNCAP_PRINTF(3, 4);

/* Read obj[key] into *out if it is there. is_required: its absence is an error, else *out stays.
 * Errors: ARG (other type, outside lo..hi, not finite). */
int uncap_field_integer(const json_t *obj, const struct uncap_field_path *path, const char *key,
                        bool is_required, int64_t lo, int64_t hi, int64_t *out, struct uncap_error *err);
int uncap_field_number(const json_t *obj, const struct uncap_field_path *path, const char *key,
                       bool is_required, double lo, double hi, double *out, struct uncap_error *err);
int uncap_field_bool(const json_t *obj, const struct uncap_field_path *path, const char *key, bool *out,
                     struct uncap_error *err);
/* Read x, y, w and h of obj, all required: a rectangle of one pixel or more inside a picture of w x h. */
int uncap_field_rect(const json_t *obj, const struct uncap_field_path *path, int w, int h,
                     struct uncap_rect *out, struct uncap_error *err);
/* Copied; NULL in the document reads as absent. Strings longer than 64 KiB or with a NUL inside are refused.
 */
int uncap_field_string(const json_t *obj, const struct uncap_field_path *path, const char *key, char **out,
                       struct uncap_error *err);
/* Borrowed; NULL if absent and not required. max_n: most elements. */
int uncap_field_array(const json_t *obj, const struct uncap_field_path *path, const char *key,
                      bool is_required, size_t max_n, const json_t **out, struct uncap_error *err);

/* All fields of obj whose key is not in the NULL-ended list, as a new object; NULL if there is none.
 * Errors: NOMEM. */
int uncap_field_unknown(json_t *obj, const char *const *known, void **out, struct uncap_error *err);

#endif
