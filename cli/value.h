/* SPDX-License-Identifier: Apache-2.0 */
/* What the values of options mean. Each returns false, and leaves out unspecified, where the text means
 * nothing. */
#ifndef UNCAPTION_CLI_VALUE_H
#define UNCAPTION_CLI_VALUE_H

#include <stdbool.h>
#include <stdint.h>

#include "uncaption/uncaption.h"

/* Index of value in a NULL-ended list of words, -1 if it is none of them. */
int value_word(const char *value, const char *const *words);

/* A number in [low, high]. */
bool value_number(const char *value, double low, double high, double *out);
bool value_integer(const char *value, int low, int high, int *out);

/* "512M", "2G", "1073741824". */
bool value_bytes(const char *value, uint64_t *out);

/* ISO 15924 codes, four letters each, with commas between: "Latn,Hani". */
bool value_scripts(const char *value);

/* "X,Y,W,H" in pixels, or all four in per cent: "0%,70%,100%,30%". */
bool value_region(const char *value, struct uncap_region *out);

#endif
