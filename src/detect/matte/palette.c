/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/palette.h"

#include <string.h>

enum {
    BINS = UNCAP_MATTE_PALETTE_BINS,
    HARDLY = 16, /* a bin with less than one in so many pixels is an edge's, not a colour of its own */
};

struct bin {
    int at[UNCAP_MAX_PLANES];
};

static struct bin bin_of(const struct uncap_matte_look *look, int n_channels, size_t i)
{
    struct bin b = {{0}};
    for (int c = 0; c < n_channels; c++)
        b.at[c] = look->med[c][i] * BINS >> 8;
    return b;
}

/* Mark a bin and its neighbours. */
static void mark_around(struct uncap_matte_palette *palette, int a, int b, int c)
{
    for (int k = 0; k < 27; k++) {
        const int i = a + k / 9 - 1;
        const int j = b + k / 3 % 3 - 1;
        const int l = c + k % 3 - 1;
        if (i >= 0 && i < BINS && j >= 0 && j < BINS && l >= 0 && l < BINS)
            palette->has[i][j][l] = true;
    }
}

void uncap_matte_palette_find(const struct uncap_matte_look *look, int n_channels, const uint8_t *mark,
                              size_t n, struct uncap_matte_palette *palette)
{
    uint32_t counts[BINS][BINS][BINS];
    uint32_t total = 0;
    memset(counts, 0, sizeof(counts));
    for (size_t i = 0; i < n; i++)
        if (mark[i]) {
            const struct bin b = bin_of(look, n_channels, i);
            counts[b.at[0]][b.at[1]][b.at[2]]++;
            total++;
        }
    *palette = (struct uncap_matte_palette){{{{false}}}};
    for (int k = 0; k < BINS * BINS * BINS; k++) {
        const int a = k / (BINS * BINS);
        const int b = k / BINS % BINS;
        const int c = k % BINS;
        if (counts[a][b][c] && counts[a][b][c] * HARDLY >= total)
            mark_around(palette, a, b, c);
    }
}

bool uncap_matte_palette_has(const struct uncap_matte_palette *palette, const struct uncap_matte_look *look,
                             int n_channels, size_t i)
{
    const struct bin b = bin_of(look, n_channels, i);
    return palette->has[b.at[0]][b.at[1]][b.at[2]];
}
