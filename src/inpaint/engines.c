/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/engine.h"

#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/engine.h"
#include "inpaint/flow/engine.h"
#include "inpaint/propainter/engine.h"

const struct uncap_engine_ops *const uncap_engines[] = {
    &uncap_flow_engine,
    &uncap_propainter_engine,
    &uncap_diffuser_engine,
    NULL,
};

const struct uncap_engine_ops *uncap_engine_find(const char *name)
{
    for (const struct uncap_engine_ops *const *ops = uncap_engines; *ops; ops++)
        if (!strcmp((*ops)->name, name))
            return *ops;
    return NULL;
}

static int check_engine(const char *name, struct uncap_error *err)
{
    if (!name || uncap_engine_find(name))
        return UNCAP_OK;
    return uncap_fail(err, UNCAP_ERR_ARG, "there is no engine named '%s'; `uncaption engines` lists them",
                      name);
}

/* The engine that an option names as "name.key=value"; an option without a name is for the chosen one. */
static int check_option(const char *option, struct uncap_error *err)
{
    char name[32];
    const size_t n = strcspn(option, "=.");
    if (option[n] != '.')
        return UNCAP_OK;
    snprintf(name, sizeof(name), "%.*s", (int)n, option);
    return uncap_engine_find(name)
               ? UNCAP_OK
               : uncap_fail(err, UNCAP_ERR_ARG, "there is no engine named '%s', as in the option '%s'", name,
                            option);
}

int uncap_engines_check(const struct uncap_erase_options *o, struct uncap_error *err)
{
    int status = check_engine(o->engine, err);
    if (!status)
        status = check_engine(o->prior, err);
    for (const char *const *option = o->engine_options; option && *option && !status; option++)
        status = check_option(*option, err);
    for (const struct uncap_engine_ops *const *ops = uncap_engines; *ops && !status; ops++)
        status = (*ops)->check(o, err);
    return status;
}

int uncap_engine_open(struct uncap_engine **out, const struct uncap_engine_ops *ops,
                      const struct uncap_erase_options *o, struct uncap_slices *slices,
                      const struct uncap_control *control, struct uncap_error *err)
{
    *out = NULL;
    struct uncap_engine *e = uncap_alloc(1, sizeof(*e));
    if (!e)
        return uncap_fail_nomem(err, "an engine");
    *e = (struct uncap_engine){.ops = ops, .slices = slices, .control = control};
    e->priv = uncap_alloc(1, ops->priv_size);
    const int status = e->priv ? ops->open(e, o, err) : uncap_fail_nomem(err, "an engine");
    if (status) {
        uncap_engine_close(&e);
        return status;
    }
    *out = e;
    return UNCAP_OK;
}

void uncap_engine_close(struct uncap_engine **engine)
{
    struct uncap_engine *e = *engine;
    if (!e)
        return;
    if (e->priv)
        e->ops->close(e);
    uncap_free(e->priv);
    uncap_free(e);
    *engine = NULL;
}
