/* SPDX-License-Identifier: Apache-2.0 */
/* The characters that a text recogniser knows, one for each class of its network. */
#ifndef UNCAP_DETECT_OCR_DICTIONARY_H
#define UNCAP_DETECT_OCR_DICTIONARY_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

/* text        UTF-8.
 * other_case  class of the same letter in the other case; 0 if there is none.
 * is_capital  it is the larger one of the two. */
struct uncap_character {
    const char *text;
    int other_case;
    bool is_capital;
};

/* items: [n]; the first is CTC's blank, the last the space, those between are the lines of the file. Zero is
 * an empty one; it is not changed once it is open, so threads may share it. */
struct uncap_dictionary {
    struct uncap_character *items;
    int n;
    char *text; /* that items point into */
};

/* Open a file of one UTF-8 character a line. Errors: IO, NOMEM. */
int uncap_dictionary_open(struct uncap_dictionary *d, const char *path, struct uncap_error *err);

/* The same from a text of n bytes, which it takes, also if it fails: from uncap_alloc, with room for a byte
 * behind it. Errors: NOMEM. */
int uncap_dictionary_parse(struct uncap_dictionary *d, char *text, size_t n, struct uncap_error *err);

void uncap_dictionary_close(struct uncap_dictionary *d);

#endif
