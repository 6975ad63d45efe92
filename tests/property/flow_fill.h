/* SPDX-License-Identifier: Apache-2.0 */
/* One window through the built-in engine. */
#ifndef UNCAP_TESTS_PROPERTY_FLOW_FILL_H
#define UNCAP_TESTS_PROPERTY_FLOW_FILL_H

#include "base/slices.h"
#include "inpaint/engine.h"

static inline void fill_window(const struct uncap_window *window, const struct uncap_erase_options *options,
                               int threads)
{
    struct uncap_error err = {0};
    struct uncap_slices *slices = NULL;
    struct uncap_engine *engine = NULL;
    assert_int_equal(uncap_slices_open(&slices, threads, &err), UNCAP_OK);
    assert_int_equal(uncap_engine_open(&engine, uncap_engine_find("flow"), options, slices, NULL, &err),
                     UNCAP_OK);
    assert_int_equal(engine->ops->fill(engine, window, NULL, &err), UNCAP_OK);
    uncap_engine_close(&engine);
    uncap_slices_close(&slices);
}

#endif
