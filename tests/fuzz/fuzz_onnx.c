/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: bytes as an .onnx file, rewritten; what is written can be read again. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "base/memory.h"
#include "nn/onnx_fold.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uncap_onnx_model m;
    struct uncap_protobuf out = {.n = 0};
    struct uncap_error err = {0};
    int n_folded;
    if (uncap_onnx_read(&m, (struct uncap_bytes){data, size}, &err)) {
        if (!err.message[0])
            abort();
        return 0;
    }
    if (uncap_onnx_fold(&m, &n_folded, &err) || uncap_onnx_write(&m, &out, &err))
        abort();
    uncap_onnx_clear(&m);
    if (uncap_onnx_read(&m, (struct uncap_bytes){out.data, out.n}, &err))
        abort();
    uncap_onnx_clear(&m);
    uncap_free(out.data);
    return 0;
}
