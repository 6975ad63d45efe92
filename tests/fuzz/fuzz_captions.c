/* SPDX-License-Identifier: Apache-2.0 */
/* Any bytes as a captions file: what parses can be painted, must print, and print the same again after it was
 * read back. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/coverage.h"
#include "base/memory.h"
#include "detect/captions/captions_json.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The first frames of each caption, into the picture's upper left corner; and what they cover. */
static void paint(const struct uncap_captions *c)
{
    enum { SIDE = 48, FRAMES = 4 };
    static uint8_t corner[SIDE][SIDE];
    for (size_t i = 0; i < c->n; i++)
        for (int64_t f = c->items[i].first; f < c->items[i].end && f < c->items[i].first + FRAMES; f++) {
            uncap_coverage_bounds(&c->items[i], f, f + 1);
            uncap_coverage_paint(&c->items[i], f, corner[0], SIDE, (struct uncap_rect){0, 0, SIDE, SIDE});
        }
}

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
    paint(c);
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
