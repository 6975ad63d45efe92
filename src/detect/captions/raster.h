/* SPDX-License-Identifier: Apache-2.0 */
/* Runs of equal bytes as text: how mattes and opacities stand in the captions file.
 *
 * Pairs of (value byte, run length as a base-128 varint, low groups first, top bit: more follows), in base64
 * (RFC 4648, with padding). */
#ifndef UNCAP_DETECT_CAPTIONS_RASTER_H
#define UNCAP_DETECT_CAPTIONS_RASTER_H

#include <stddef.h>
#include <stdint.h>

/* Encode n bytes. NULL if short of memory; free with uncap_free. */
char *uncap_raster_encode(const uint8_t *bytes, size_t n);

enum uncap_raster_result {
    UNCAP_RASTER_OK,
    UNCAP_RASTER_NOT_BASE64,
    UNCAP_RASTER_BAD_RUN,  /* run of length 0, too long a number, or cut off */
    UNCAP_RASTER_TOO_LONG, /* more than n bytes */
    UNCAP_RASTER_TOO_SHORT,
};

/* Decode exactly n bytes from text of the given length. Hostile input is safe; nothing beyond bytes[n] is
 * written. */
enum uncap_raster_result uncap_raster_decode(const char *text, size_t length, uint8_t *bytes, size_t n);

/* What is wrong, for a message. */
const char *uncap_raster_reason(enum uncap_raster_result result);

#endif
