/* SPDX-License-Identifier: Apache-2.0 */
#include "base/utf8.h"

uint32_t uncap_utf8_next(const char **text)
{
    const unsigned char *p = (const unsigned char *)(*text)++;
    const int n = *p < 0x80 ? 1 : *p < 0xc2 || *p > 0xf4 ? 0 : *p >= 0xf0 ? 4 : *p >= 0xe0 ? 3 : 2;
    if (n < 2)
        return n ? *p : UNCAP_UTF8_DAMAGED;
    uint32_t point = *p & (0x7fU >> n);
    for (int i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return UNCAP_UTF8_DAMAGED;
        point = point << 6 | (p[i] & 0x3fU);
    }
    *text += n - 1;
    return point;
}
