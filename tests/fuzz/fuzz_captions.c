/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a captions file: what parses must print, and print the same again after it was read back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/memory.h"
#include "detect/captions/captions_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static char *reprint(const char *text, size_t n, int must_parse)
{
    struct uncap_captions *c;
    struct uncap_error err = {.status = UNCAP_OK};
    char *out = NULL;
    size_t length;
    if (uncap_captions_parse(text, n, "fuzz.json", &c, &err)) {
        if (must_parse && err.status != UNCAP_ERR_NOMEM)
            abort();
        return NULL;
    }
    if (uncap_captions_print(c, &out, &length, &err) && err.status != UNCAP_ERR_NOMEM)
        abort();
    uncap_captions_close(&c);
    return out;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    char *first = reprint((const char *)data, size, 0);
    if (!first)
        return 0;
    char *second = reprint(first, strlen(first), 1);
    if (second && strcmp(first, second))
        abort();
    uncap_free(second);
    uncap_free(first);
    return 0;
}
