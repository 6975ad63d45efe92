/* SPDX-License-Identifier: Apache-2.0 */
/* How much room a text takes in an ordinary sans-serif typeface. Pure. */
#ifndef UNCAP_DETECT_CAPTIONS_TYPEFACE_H
#define UNCAP_DETECT_CAPTIONS_TYPEFACE_H

#include <stdbool.h>

/* In units of the font's size as subtitles mean it: the height of a line, from the top of the tallest to the
 * foot of the deepest letter of the font.
 *
 * rise   of the text's own tallest letter above the base line; dots and quotes are none.
 * depth  of its deepest one below; nor are commas.
 * narrow, wide  length of the text in the narrowest and the widest of the ordinary typefaces.
 */
struct uncap_typeface_room {
    float rise, depth, narrow, wide;
};

/* text: UTF-8. */
struct uncap_typeface_room uncap_typeface_measure(const char *text, bool is_bold);

/* Middle of a line above its base line, in the same unit. */
#define UNCAP_TYPEFACE_MIDDLE 0.303f

/* Thickness of the strokes from which a font is bold, in the same unit. */
#define UNCAP_TYPEFACE_BOLD 0.086f

#endif
