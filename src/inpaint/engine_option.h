/* SPDX-License-Identifier: Apache-2.0 */
/* Reading the "key=value" options that belong to one engine.
 *
 * "key=value" is for the engine that was chosen; "name.key=value" for the engine of that name, chosen or
 * prior. */
#ifndef UNCAP_INPAINT_ENGINE_OPTION_H
#define UNCAP_INPAINT_ENGINE_OPTION_H

#include <stdbool.h>

#include "base/error.h"
#include "uncaption/erase.h"

/* Text of an option, or NULL if it was not given. The last one given counts. */
const char *uncap_engine_option(const struct uncap_erase_options *o, const char *engine, const char *key);

/* A number in min..max; *value stays when the option was not given. Errors: ARG. */
int uncap_engine_option_int(const struct uncap_erase_options *o, const char *engine, const char *key, int min,
                            int max, int *value, struct uncap_error *err);

/* "on" or "off"; *value stays when the option was not given. Errors: ARG. */
int uncap_engine_option_bool(const struct uncap_erase_options *o, const char *engine, const char *key,
                             bool *value, struct uncap_error *err);

/* Refuse options of this engine whose key is not in the NULL-ended list. Errors: ARG, naming those that are.
 */
int uncap_engine_option_check(const struct uncap_erase_options *o, const char *engine,
                              const char *const *keys, struct uncap_error *err);

#endif
