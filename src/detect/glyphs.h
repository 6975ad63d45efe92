/* SPDX-License-Identifier: Apache-2.0 */
/* Digits as bitmaps, for the debug view. */
#ifndef UNCAP_DETECT_GLYPHS_H
#define UNCAP_DETECT_GLYPHS_H

#include <stdbool.h>

enum { UNCAP_GLYPH_W = 5, UNCAP_GLYPH_H = 7 };

/* Is pixel (x, y) of a character set? Knows 0-9 and '#'; all else is blank. */
bool uncap_glyph_pixel(char c, int x, int y);

#endif
