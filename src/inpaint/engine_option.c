/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/engine_option.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "inpaint/engine.h"

/* The part behind "name." if the option is for this engine, else NULL. */
static const char *key_for(const struct uncap_erase_options *o, const char *engine, const char *option)
{
    const size_t n = strcspn(option, "=.");
    if (option[n] != '.')
        return !strcmp(o->engine ? o->engine : uncap_engines[0]->name, engine) ? option : NULL;
    return n == strlen(engine) && !memcmp(option, engine, n) ? option + n + 1 : NULL;
}

static bool is_key(const char *option, const char *key)
{
    const size_t n = strcspn(option, "=");
    return n == strlen(key) && !memcmp(option, key, n);
}

const char *uncap_engine_option(const struct uncap_erase_options *o, const char *engine, const char *key)
{
    const char *found = NULL;
    for (const char *const *option = o->engine_options; option && *option; option++) {
        const char *ours = key_for(o, engine, *option);
        if (ours && is_key(ours, key))
            found = strchr(ours, '=');
    }
    return found ? found + 1 : NULL;
}

int uncap_engine_option_int(const struct uncap_erase_options *o, const char *engine, const char *key, int min,
                            int max, int *value, struct uncap_error *err)
{
    const char *text = uncap_engine_option(o, engine, key);
    if (!text)
        return UNCAP_OK;
    char *end;
    errno = 0;
    const long v = strtol(text, &end, 10);
    if (errno || *end || end == text || v < min || v > max)
        return uncap_fail(err, UNCAP_ERR_ARG, "%s of engine %s is a whole number from %d to %d, not '%s'",
                          key, engine, min, max, text);
    *value = (int)v;
    return UNCAP_OK;
}

int uncap_engine_option_bool(const struct uncap_erase_options *o, const char *engine, const char *key,
                             bool *value, struct uncap_error *err)
{
    const char *text = uncap_engine_option(o, engine, key);
    if (text && strcmp(text, "on") && strcmp(text, "off"))
        return uncap_fail(err, UNCAP_ERR_ARG, "%s of engine %s is on or off, not '%s'", key, engine, text);
    if (text)
        *value = !strcmp(text, "on");
    return UNCAP_OK;
}

int uncap_engine_option_check(const struct uncap_erase_options *o, const char *engine,
                              const char *const *keys, struct uncap_error *err)
{
    for (const char *const *option = o->engine_options; option && *option; option++) {
        const char *ours = key_for(o, engine, *option);
        bool is_known = !ours;
        for (const char *const *key = keys; !is_known && *key; key++)
            is_known = is_key(ours, *key);
        if (is_known)
            continue;
        char list[400] = "";
        size_t n = 0;
        for (const char *const *key = keys; *key && n < sizeof(list); key++)
            n += (size_t)snprintf(list + n, sizeof(list) - n, "%s%s", n ? ", " : "", *key);
        return uncap_fail(err, UNCAP_ERR_ARG, "engine %s has no option '%.*s'; it has %s", engine,
                          (int)strcspn(ours, "="), ours, n ? list : "none");
    }
    return UNCAP_OK;
}
