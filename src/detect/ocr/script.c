/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/script.h"

#include <stddef.h>
#include <stdint.h>

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

/* Next code point; moves *s on. Damaged bytes give 0xfffd, one each. */
static uint32_t next_point(const unsigned char **s)
{
    const unsigned char *p = *s;
    const uint32_t lead = *p++;
    int n = lead < 0x80 ? 0 : lead >= 0xf0 && lead < 0xf8 ? 3 : lead >= 0xe0 ? 2 : lead >= 0xc0 ? 1 : -1;
    uint32_t point = n < 1 ? lead : lead & (0x3fu >> n);
    if (n < 0 || lead >= 0xf8)
        point = 0xfffd;
    for (; n > 0; n--, p++) {
        if ((*p & 0xc0) != 0x80) {
            point = 0xfffd;
            break;
        }
        point = point << 6 | (*p & 0x3fu);
    }
    *s = p;
    return point;
}

const char *uncap_script_of(const char *text)
{
    int counts[N_SCRIPTS] = {0};
    const unsigned char *s = (const unsigned char *)text;
    while (*s) {
        const uint32_t point = next_point(&s);
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
