/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/engine_chain.h"

int uncap_engine_chain_open(struct uncap_engine_chain *chain, const struct uncap_erase_options *o,
                            struct uncap_slices *slices, const struct uncap_control *control,
                            struct uncap_error *err)
{
    const char *name = o->engine ? o->engine : uncap_engines[0]->name;
    int status = uncap_engines_check(o, err);
    while (name && !status) {
        const struct uncap_engine_ops *ops = uncap_engine_find(name);
        if (chain->n == UNCAP_ENGINE_CHAIN)
            return uncap_fail(err, UNCAP_ERR_ARG, "the chain of prior engines behind '%s' is too long", name);
        status = uncap_engine_open(&chain->engines[chain->n], ops, o, slices, control, err);
        chain->n += !status;
        name = chain->n == 1 && ops->prior && o->prior ? o->prior : ops->prior;
    }
    return status;
}

void uncap_engine_chain_close(struct uncap_engine_chain *chain)
{
    for (int i = 0; i < chain->n; i++)
        uncap_engine_close(&chain->engines[i]);
    chain->n = 0;
}
