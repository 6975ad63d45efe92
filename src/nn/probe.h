/* SPDX-License-Identifier: Apache-2.0 */
/* Shows a test what a network computes on its way. NULL in production: nothing is made, nothing is called. */
#ifndef UNCAP_NN_PROBE_H
#define UNCAP_NN_PROBE_H

#include "nn/tensor.h"

/* wants  whether the test wants to see the tensor of this name.
 * show   hands it over: [index] of n equal parts along a new first axis (index 0 of 1 for a tensor as a
 * whole). */
struct uncap_probe {
    void *opaque;
    bool (*wants)(void *opaque, const char *name);
    int (*show)(void *opaque, const char *name, const struct uncap_tensor *tensor, int64_t index, int64_t n,
                struct uncap_error *err);
};

static inline bool uncap_probe_wants(const struct uncap_probe *probe, const char *name)
{
    return probe && probe->wants(probe->opaque, name);
}

/* Hand over float32 data if the test wants them. */
static inline int uncap_probe_show(const struct uncap_probe *probe, const char *name,
                                   struct uncap_shape shape, const float *data, int64_t index, int64_t n,
                                   struct uncap_error *err)
{
    if (!uncap_probe_wants(probe, name))
        return UNCAP_OK;
    const struct uncap_tensor view = uncap_tensor_view(UNCAP_F32, shape, data);
    return probe->show(probe->opaque, name, &view, index, n, err);
}

#endif
