/* SPDX-License-Identifier: Apache-2.0 */
/* Fuzz target: bytes as a .safetensors file. Every value of every listed tensor is read. */
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include "nn/half.h"
#include "nn/safetensors.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct uncap_safetensors *s = NULL;
    struct uncap_error err = {0};
    if (uncap_safetensors_open_memory(&s, data, size, "input", &err)) {
        if (s || !err.message[0])
            abort();
        return 0;
    }
    for (size_t i = 0; i < uncap_safetensors_count(s); i++) {
        const struct uncap_safetensors_entry *e = uncap_safetensors_entry(s, i);
        if (uncap_safetensors_find(s, e->name) != e)
            abort();
        for (size_t k = 0; k < e->n && e->dtype <= UNCAP_BF16; k++) {
            volatile float value;
            float read;
            uncap_half_widen(e->dtype, (const uint8_t *)e->data + k * uncap_dtype_bytes(e->dtype), 1, &read);
            value = read;
            (void)value;
        }
    }
    uncap_safetensors_close(&s);
    return 0;
}
