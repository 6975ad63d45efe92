/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "inpaint/diffueraser/checkpoint.h"
#include "inpaint/diffueraser/lora.h"
#include "nn/safetensors.h"

/* The tensors of one adapted module. alpha NULL: the file's format has none, and the scale is 1. */
struct adapter {
    const struct uncap_weight *down, *up, *alpha;
};

static struct adapter find_adapter(const struct uncap_weights *lora, const char *module)
{
    static const struct {
        const char *down, *up;
    } forms[] = {{"unet.%s.lora_A.weight", "unet.%s.lora_B.weight"},
                 {"unet.%s.lora.down.weight", "unet.%s.lora.up.weight"}};
    char root[UNCAP_DIFFUSER_KEY_MAX];
    char key[UNCAP_DIFFUSER_KEY_MAX + 32];
    struct adapter a;
    uncap_inventory_lora_root(module, root);
    snprintf(key, sizeof(key), "%s.lora_down.weight", root);
    a.down = uncap_weights_find(lora, key);
    snprintf(key, sizeof(key), "%s.lora_up.weight", root);
    a.up = uncap_weights_find(lora, key);
    snprintf(key, sizeof(key), "%s.alpha", root);
    a.alpha = uncap_weights_find(lora, key);
    for (size_t k = 0; !a.down && k < sizeof(forms) / sizeof(*forms); k++) {
        snprintf(key, sizeof(key), k ? "unet.%s.lora.down.weight" : "unet.%s.lora_A.weight", module);
        a.down = uncap_weights_find(lora, key);
        snprintf(key, sizeof(key), k ? "unet.%s.lora.up.weight" : "unet.%s.lora_B.weight", module);
        a.up = uncap_weights_find(lora, key);
    }
    return a;
}
