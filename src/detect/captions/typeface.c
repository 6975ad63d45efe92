/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/typeface.h"

#include <math.h>
#include <stdint.h>
#include <string.h>

#include "base/utf8.h"

/* Advance widths of ' ' to '~' in thousandths of the em: Helvetica's, which Arial and Liberation Sans
 * share. */
static const uint16_t advances[95] = {
    278, 278, 355, 556, 556, 889, 667, 191, 333, 333, 389, 584, 278, 333,  278, 278, 556, 556, 556,
    556, 556, 556, 556, 556, 556, 556, 278, 278, 584, 584, 584, 556, 1015, 667, 667, 722, 722, 667,
    611, 778, 722, 278, 500, 667, 556, 833, 722, 778, 667, 778, 722, 667,  611, 722, 667, 944, 667,
    667, 611, 278, 278, 278, 469, 556, 333, 556, 556, 500, 556, 556, 278,  556, 556, 222, 222, 500,
    222, 833, 556, 556, 556, 556, 333, 500, 278, 556, 500, 722, 500, 500,  500, 334, 260, 334, 584,
};

enum { EM = 1000, OTHER_LETTER = 580 };

/* Em of Arial, and of the usual Chinese, Japanese and Korean fonts, in sizes of the font. */
static const float em = 1 / 1.117f, square_em = 1 / 1.4f;
/* What DejaVu Sans, the widest, adds to Helvetica; and bold letters to either. */
static const float widest = 1.13f, bold = 1.07f, widest_bold = 1.27f;
static const float capital = 0.64f, short_letter = 0.467f, letter_t = 0.58f, descender = 0.183f;
static const float square_rise = 0.56f, square_depth = 0.08f;

/* Ideographs, kana, hangul and full-width forms stand in squares. */
static bool is_square(uint32_t c)
{
    return (c >= 0x2e80 && c < 0xa000) || (c >= 0xac00 && c < 0xd7b0) || (c >= 0xf900 && c < 0xfb00) ||
           (c >= 0xff01 && c < 0xff61) || (c >= 0x20000 && c < 0x40000);
}

static float rise_of(uint32_t c)
{
    if (c == 't')
        return letter_t;
    return c < 0x80 && strchr(" aceigjmnopqrsuvwxyz.,:;-_~+=<>*'\"", (int)c) ? short_letter : capital;
}

static float depth_of(uint32_t c)
{
    if (c >= 0x80 || !c)
        return 0;
    return strchr("gjpqy", (int)c) ? descender : strchr("()[]{}|", (int)c) ? descender / 2 : 0;
}

struct uncap_typeface_room uncap_typeface_measure(const char *text, bool is_bold)
{
    struct uncap_typeface_room room = {.rise = 0};
    float squares = 0, letters = 0;
    while (*text) {
        const uint32_t c = uncap_utf8_next(&text);
        if (is_square(c)) {
            squares += square_em;
            room.rise = fmaxf(room.rise, square_rise);
            room.depth = fmaxf(room.depth, square_depth);
            continue;
        }
        letters += em * (float)(c >= ' ' && c <= '~' ? advances[c - ' '] : OTHER_LETTER) / EM;
        if (c > ' ') {
            room.rise = fmaxf(room.rise, rise_of(c));
            room.depth = fmaxf(room.depth, depth_of(c));
        }
    }
    room.narrow = squares + letters * (is_bold ? bold : 1);
    room.wide = squares + letters * (is_bold ? widest_bold : widest);
    if (room.rise <= 0)
        room.rise = capital;
    return room;
}
