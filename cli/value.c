/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/value.h"

#include <ctype.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

int value_word(const char *value, const char *const *words)
{
    for (int i = 0; words[i]; i++)
        if (!strcmp(value, words[i]))
            return i;
    return -1;
}

bool value_number(const char *value, double low, double high, double *out)
{
    char *end;
    errno = 0;
    const double v = strtod(value, &end);
    if (end == value || *end || errno || !(v >= low && v <= high))
        return false;
    *out = v;
    return true;
}

bool value_integer(const char *value, int low, int high, int *out)
{
    double v;
    if (!value_number(value, low, high, &v) || v != floor(v))
        return false;
    *out = (int)v;
    return true;
}

bool value_bytes(const char *value, uint64_t *out)
{
    char *end;
    errno = 0;
    const double v = strtod(value, &end);
    static const char units[] = "KMGT";
    double scale = 1;
    const char *unit = *end ? strchr(units, *end & ~0x20) : NULL;
    if (unit) {
        scale = pow(1024, (double)(unit - units + 1));
        end++;
        if (*end == 'i')
            end++;
        if (*end == 'B')
            end++;
    }
    if (end == value || *end || errno || !(v > 0 && v * scale < 1e18))
        return false;
    *out = (uint64_t)(v * scale);
    return true;
}

bool value_scripts(const char *value)
{
    enum { LETTERS = 4 };
    for (;; value += LETTERS + 1) {
        for (int i = 0; i < LETTERS; i++)
            if (!isalpha((unsigned char)value[i]))
                return false;
        if (value[LETTERS] != ',')
            return !value[LETTERS];
    }
}

bool value_region(const char *value, struct uncap_region *out)
{
    double side[4];
    int n_percent = 0;
    for (int i = 0; i < 4; i++) {
        char *end;
        side[i] = strtod(value, &end);
        if (end == value || !isfinite(side[i]))
            return false;
        if (*end == '%') {
            n_percent++;
            end++;
        }
        if (*end != (i < 3 ? ',' : '\0'))
            return false;
        value = end + 1;
    }
    *out = (struct uncap_region){side[0], side[1], side[2], side[3], n_percent == 4};
    return (!n_percent || n_percent == 4) && side[2] > 0 && side[3] > 0;
}
