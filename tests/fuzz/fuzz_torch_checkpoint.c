/* SPDX-License-Identifier: Apache-2.0 */
/* A checkpoint is an untrusted file: whatever it holds, reading it ends with weights that can be read, or an
 * error. */
#include <stdint.h>
#include <stdlib.h>

#include "inpaint/propainter/manifest.h"
#include "nn/manifest.h"
#include "nn/torch_checkpoint.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uncap_error err = {0};
    struct uncap_weights *w;
    if (uncap_torch_open_memory(&w, data, size, "fuzzed", &err)) {
        if (!err.message[0])
            abort();
        return 0;
    }
    unsigned sum = 0;
    for (size_t i = 0; i < w->n; i++) {
        size_t count = 0;
        if (!uncap_shape_count(&w->items[i].shape, &count))
            abort();
        const uint8_t *bytes = w->items[i].data;
        for (size_t k = 0; k < count * uncap_dtype_bytes(w->items[i].dtype); k++)
            sum += bytes[k];
    }
    const int status = uncap_manifest_check(uncap_propainter_raft_manifest, w, true, &err);
    uncap_weights_close(&w);
    return status == UNCAP_OK && sum == UINT32_MAX ? -1 : 0; /* the sum is used, so the reads are made */
}
