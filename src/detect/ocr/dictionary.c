/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/dictionary.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/utf8.h"

enum { MOST_BYTES = 1 << 20 };

static int read_file(const char *path, char **text, size_t *n, struct uncap_error *err)
{
    FILE *f = fopen(path, "rb");
    if (!f)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open dictionary '%s': %s", path,
                                strerror(errno));
    *text = uncap_alloc(MOST_BYTES + 1, 1);
    *n = *text ? fread(*text, 1, MOST_BYTES, f) : 0;
    const int has_failed = ferror(f), cause = errno;
    fclose(f);
    if (!*text)
        return uncap_fail_nomem(err, "dictionary");
    if (!has_failed)
        return UNCAP_OK;
    uncap_free(*text);
    return uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot read dictionary '%s'", path);
}

/* Only point of a character, 0 if there are more or none. */
static uint32_t point_of(const struct uncap_character *c)
{
    const char *s = c->text;
    const uint32_t point = *s ? uncap_utf8_next(&s) : 0;
    return *s ? 0 : point;
}

enum {
    TO_SMALL = 0x20,    /* from a capital to its small letter, in the alphabets below ... */
    LAST_POINT = 0xff5a /* ... of which this is the last */
};

/* Latin, Greek, Cyrillic and full-width capitals. */
static bool is_capital(uint32_t c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 0xc0 && c <= 0xde && c != 0xd7) || (c >= 0x391 && c <= 0x3a9) ||
           (c >= 0x410 && c <= 0x42f) || (c >= 0xff21 && c <= 0xff3a);
}

/* Each letter goes with the first one of the other case. */
static bool pair_cases(struct uncap_dictionary *d)
{
    int *small = uncap_alloc(LAST_POINT + 1, sizeof(*small)); /* class of each capital's small letter */
    if (!small)
        return false;
    for (int i = d->n - 1; i > 0; i--) {
        const uint32_t point = point_of(&d->items[i]);
        if (point > TO_SMALL && point <= LAST_POINT && is_capital(point - TO_SMALL))
            small[point - TO_SMALL] = i;
    }
    for (int i = d->n - 1; i > 0; i--) {
        const uint32_t point = point_of(&d->items[i]);
        d->items[i].is_capital = is_capital(point);
        if (!d->items[i].is_capital || !small[point])
            continue;
        d->items[i].other_case = small[point];
        d->items[small[point]].other_case = i;
    }
    uncap_free(small);
    return true;
}

/* Class i is line i - 1. */
static void cut_lines(struct uncap_dictionary *d, size_t n_lines)
{
    d->items[d->n++].text = "";
    char *line = d->text;
    for (size_t i = 0; i < n_lines; i++) {
        char *end = line + strcspn(line, "\r\n");
        char *next = *end == '\r' && end[1] == '\n' ? end + 2 : end + 1;
        *end = 0;
        d->items[d->n++].text = line;
        line = next;
    }
    d->items[d->n++].text = " ";
}

int uncap_dictionary_parse(struct uncap_dictionary *d, char *text, size_t n, struct uncap_error *err)
{
    size_t n_lines = n && text[n - 1] != '\n';
    for (size_t i = 0; i < n; i++)
        n_lines += text[i] == '\n';
    text[n] = 0;
    *d = (struct uncap_dictionary){.text = text, .items = uncap_alloc(n_lines + 2, sizeof(*d->items))};
    if (d->items)
        cut_lines(d, n_lines);
    if (d->items && pair_cases(d))
        return UNCAP_OK;
    uncap_dictionary_close(d);
    return uncap_fail_nomem(err, "dictionary");
}

int uncap_dictionary_open(struct uncap_dictionary *d, const char *path, struct uncap_error *err)
{
    char *text = NULL;
    size_t n = 0;
    const int status = read_file(path, &text, &n, err);
    return status ? status : uncap_dictionary_parse(d, text, n, err);
}

void uncap_dictionary_close(struct uncap_dictionary *d)
{
    uncap_free(d->items);
    uncap_free(d->text);
    *d = (struct uncap_dictionary){.n = 0};
}
