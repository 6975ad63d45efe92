/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/raster.h"

#include <stdbool.h>
#include <string.h>

#include "base/memory.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/* Bytes into base64 characters, three at a time. */
struct writer {
    char *text; /* NULL: only count */
    size_t n_chars;
    uint32_t bits;
    int n_bits;
};

static void put_char(struct writer *w, char c)
{
    if (w->text)
        w->text[w->n_chars] = c;
    w->n_chars++;
}

static void put_byte(struct writer *w, uint8_t byte)
{
    w->bits = (w->bits << 8 | byte) & 0xffffff;
    w->n_bits += 8;
    while (w->n_bits >= 6) {
        w->n_bits -= 6;
        put_char(w, alphabet[w->bits >> w->n_bits & 63]);
    }
}

static void put_end(struct writer *w)
{
    if (w->n_bits)
        put_char(w, alphabet[w->bits << (6 - w->n_bits) & 63]);
    while (w->n_chars % 4)
        put_char(w, '=');
}

static size_t write_runs(const uint8_t *bytes, size_t n, char *text)
{
    struct writer w = {.text = text};
    for (size_t i = 0; i < n;) {
        size_t run = 1;
        while (i + run < n && bytes[i + run] == bytes[i])
            run++;
        put_byte(&w, bytes[i]);
        i += run;
        for (; run > 127; run >>= 7)
            put_byte(&w, (uint8_t)(run & 127) | 128);
        put_byte(&w, (uint8_t)run);
    }
    put_end(&w);
    return w.n_chars;
}

char *uncap_raster_encode(const uint8_t *bytes, size_t n)
{
    const size_t n_chars = write_runs(bytes, n, NULL);
    char *text = uncap_alloc(n_chars + 1, 1);
    if (text)
        write_runs(bytes, n, text);
    return text;
}

/* Base64 characters into bytes. */
struct reader {
    const char *at, *end;
    uint32_t bits;
    int n_bits;
    bool is_bad;
};

/* Next byte; false at the end or if the text is not base64 (is_bad). */
static bool get_byte(struct reader *r, uint8_t *byte)
{
    while (r->n_bits < 8) {
        if (r->at == r->end || *r->at == '=')
            return false;
        const char *found = *r->at ? strchr(alphabet, *r->at) : NULL;
        if (!found) {
            r->is_bad = true;
            return false;
        }
        r->at++;
        r->bits = (r->bits << 6 | (uint32_t)(found - alphabet)) & 0xffffff;
        r->n_bits += 6;
    }
    r->n_bits -= 8;
    *byte = (uint8_t)(r->bits >> r->n_bits);
    return true;
}

static bool get_run(struct reader *r, size_t *run)
{
    uint64_t value = 0;
    for (int shift = 0; shift < 63; shift += 7) {
        uint8_t byte;
        if (!get_byte(r, &byte))
            return false;
        value |= (uint64_t)(byte & 127) << shift;
        if (byte < 128) {
            *run = value > SIZE_MAX ? SIZE_MAX : (size_t)value;
            return value > 0;
        }
    }
    return false;
}

enum uncap_raster_result uncap_raster_decode(const char *text, size_t length, uint8_t *bytes, size_t n)
{
    struct reader r = {.at = text, .end = text + length};
    if (length % 4)
        return UNCAP_RASTER_NOT_BASE64;
    size_t done = 0;
    uint8_t value;
    while (get_byte(&r, &value)) {
        size_t run;
        if (!get_run(&r, &run))
            return r.is_bad ? UNCAP_RASTER_NOT_BASE64 : UNCAP_RASTER_BAD_RUN;
        if (run > n - done)
            return UNCAP_RASTER_TOO_LONG;
        memset(bytes + done, value, run);
        done += run;
    }
    if (r.is_bad || r.end - r.at > 2)
        return UNCAP_RASTER_NOT_BASE64;
    for (; r.at < r.end; r.at++)
        if (*r.at != '=')
            return UNCAP_RASTER_NOT_BASE64;
    return done == n ? UNCAP_RASTER_OK : UNCAP_RASTER_TOO_SHORT;
}

const char *uncap_raster_reason(enum uncap_raster_result result)
{
    switch (result) {
    case UNCAP_RASTER_OK: return "nothing";
    case UNCAP_RASTER_NOT_BASE64: return "it is not base64";
    case UNCAP_RASTER_BAD_RUN: return "a run is empty, too long or cut off";
    case UNCAP_RASTER_TOO_LONG: return "it holds more bytes than its size says";
    case UNCAP_RASTER_TOO_SHORT: return "it holds fewer bytes than its size says";
    }
    return "unknown";
}
