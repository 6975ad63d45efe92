/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/script.h"

#include <stddef.h>
#include <stdint.h>

#include "base/utf8.h"

enum script { LATIN, GREEK, CYRILLIC, HEBREW, ARABIC, DEVANAGARI, THAI, KANA, HANGUL, HAN, N_SCRIPTS };

static const char *const codes[N_SCRIPTS] = {"Latn", "Grek", "Cyrl", "Hebr", "Arab",
                                             "Deva", "Thai", "Jpan", "Kore", "Hani"};

/* Blocks of letters of the Unicode standard, ascending. */
static const struct block {
    uint32_t first, last;
    enum script script;
} blocks[] = {
    {0x41, 0x5a, LATIN},        {0x61, 0x7a, LATIN},      {0xc0, 0x24f, LATIN},     {0x370, 0x3ff, GREEK},
    {0x400, 0x52f, CYRILLIC},   {0x590, 0x5ff, HEBREW},   {0x600, 0x6ff, ARABIC},   {0x750, 0x77f, ARABIC},
    {0x900, 0x97f, DEVANAGARI}, {0xe00, 0xe7f, THAI},     {0x1100, 0x11ff, HANGUL}, {0x1e00, 0x1eff, LATIN},
    {0x3040, 0x30ff, KANA},     {0x3400, 0x4dbf, HAN},    {0x4e00, 0x9fff, HAN},    {0xac00, 0xd7af, HANGUL},
    {0xf900, 0xfaff, HAN},      {0xfb50, 0xfdff, ARABIC}, {0xfe70, 0xfeff, ARABIC}, {0x20000, 0x2fa1f, HAN},
};

const char *uncap_script_of(const char *text)
{
    int counts[N_SCRIPTS] = {0};
    while (*text) {
        const uint32_t point = uncap_utf8_next(&text);
        for (size_t i = 0; i < sizeof(blocks) / sizeof(blocks[0]); i++)
            counts[blocks[i].script] += point >= blocks[i].first && point <= blocks[i].last;
    }
    int best = 0;
    if (counts[KANA])
        counts[KANA] += counts[HAN]; /* Japanese mixes both */
    for (int i = 1; i < N_SCRIPTS; i++)
        best = counts[i] > counts[best] ? i : best;
    return counts[best] ? codes[best] : NULL;
}
