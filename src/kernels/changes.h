/* SPDX-License-Identifier: Apache-2.0 */
/* What changes from frame to frame: sums of differences, and strokes that have just become steady. In bytes,
 * which the compiler turns into the level's own vectors. Included after kernels/lanes.h. */
#include <stdint.h>
#include <string.h>

enum { CELL = 8 }; /* samples that share a sum */

UNCAP_TARGET static inline uint8_t difference(uint8_t a, uint8_t b)
{
    const uint8_t most = a > b ? a : b, least = a > b ? b : a;
    return (uint8_t)(most - least);
}

/* Sum of CELL words of 16 bits, modulo 2^16: a product's highest word adds four up. */
UNCAP_TARGET static inline uint16_t sum_of_words(const uint16_t *words)
{
    enum { N = 4 };
    uint64_t low, high;
    memcpy(&low, words, sizeof(low));
    memcpy(&high, words + N, sizeof(high));
    const uint64_t each = UINT64_C(0x0001000100010001);
    return (uint16_t)((low * each >> 48) + (high * each >> 48));
}

/* See struct uncap_kernels, differences. */
UNCAP_TARGET static void differences(const uint8_t *restrict a, ptrdiff_t a_pitch, const uint8_t *restrict b,
                                     ptrdiff_t b_pitch, int h, uint16_t *restrict sums)
{
    uint16_t columns[UNCAP_DIFFERENCES_W];
    for (int x = 0; x < UNCAP_DIFFERENCES_W; x++)
        columns[x] = difference(a[x], b[x]);
    for (int y = 1; y < h; y++) {
        a += a_pitch;
        b += b_pitch;
        for (int x = 0; x < UNCAP_DIFFERENCES_W; x++)
            columns[x] = (uint16_t)(columns[x] + difference(a[x], b[x]));
    }
    for (int i = 0; i < UNCAP_DIFFERENCES_W / CELL; i++)
        sums[i] = sum_of_words(columns + i * CELL);
}

/* See struct uncap_kernels, halve. Two samples are read as one word: which of them is its low byte does
 * not matter. */
UNCAP_TARGET static void halve(const uint8_t *restrict above, const uint8_t *restrict below, int w,
                               uint8_t *restrict to)
{
    for (int x = 0; x < w; x++) {
        uint16_t a, b;
        memcpy(&a, above + 2 * x, sizeof(a));
        memcpy(&b, below + 2 * x, sizeof(b));
        const uint16_t sum = (uint16_t)((a & 255) + (a >> 8) + (b & 255) + (b >> 8) + 2);
        to[x] = (uint8_t)(sum >> 2);
    }
}

/* Ask for a row of w samples that will be read soon; there need not be one. */
UNCAP_TARGET static void fetch(const uint8_t *row, int w)
{
    enum { LINE = 64 };
    for (int x = 0; x < w; x += LINE)
        __builtin_prefetch(row + x);
}

/* See struct uncap_kernels, columns. Row after row, as memory likes it; the sums stay in the nearest cache.
 * It is the first to read a frame that another thread has written, long ago: the rows are asked for before
 * they are needed. */
UNCAP_TARGET static void columns(const uint8_t *restrict rows, ptrdiff_t pitch, int w, int h,
                                 uint16_t *restrict sums)
{
    enum { AHEAD = 4 };
    fetch(rows + AHEAD * pitch, w);
    for (int x = 0; x < w; x++)
        sums[x] = rows[x];
    for (int y = 1; y < h; y++) {
        rows += pitch;
        fetch(rows + AHEAD * pitch, w);
        for (int x = 0; x < w; x++)
            sums[x] = (uint16_t)(sums[x] + rows[x]);
    }
}

/* Sum of CELL bytes, below 256: a product's highest byte adds all of them up. */
UNCAP_TARGET static inline uint8_t sum_of_cell(const uint8_t *bytes)
{
    uint64_t all;
    memcpy(&all, bytes, sizeof(all));
    return (uint8_t)(all * UINT64_C(0x0101010101010101) >> 56);
}

/* See struct uncap_kernels, births. The ends are told as the rest is, and then none: what lies beside them in
 * memory are the rows above and below, and a row is often a whole number of vectors. */
UNCAP_TARGET static void births(const uint8_t *restrict rows, ptrdiff_t pitch, int w, int weak,
                                uint8_t *restrict code, uint8_t *restrict count, uint8_t *restrict born,
                                uint8_t *restrict cells)
{
    const uint8_t *above = rows - pitch, *below = rows + pitch, least = (uint8_t)weak;
    for (int x = 0; x < w; x++) {
        const uint8_t left = rows[x - 1], right = rows[x + 1], up = above[x], down = below[x];
        const uint8_t ax = (uint8_t)(left > right ? left - right : right - left);
        const uint8_t ay = (uint8_t)(up > down ? up - down : down - up);
        const uint8_t along_x = left > right ? 2 : 1, along_y = up > down ? 4 : 3;
        const uint8_t strongest = ax > ay ? ax : ay, along = ax >= ay ? along_x : along_y;
        const uint8_t now = strongest < least ? 0 : along;
        const uint8_t longer = count[x] < 255 ? (uint8_t)(count[x] + 1) : 255;
        const uint8_t same = now == code[x] ? longer : 1, stood = now ? same : 0;
        born[x] = stood == UNCAP_BIRTHS_STEADY;
        count[x] = stood;
        code[x] = now;
    }
    born[0] = count[0] = code[0] = born[w - 1] = count[w - 1] = code[w - 1] = 0;
    int x = 0;
    for (; x + CELL <= w; x += CELL)
        cells[x / CELL] = (uint8_t)(cells[x / CELL] + sum_of_cell(born + x));
    for (; x < w; x++)
        cells[x / CELL] = (uint8_t)(cells[x / CELL] + born[x]);
}
