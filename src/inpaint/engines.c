/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/engine.h"

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
