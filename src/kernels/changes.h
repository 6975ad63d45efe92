/* SPDX-License-Identifier: Apache-2.0 */
/* What changes from frame to frame: sums of differences, and strokes that have just become steady. In bytes,
 * which the compiler turns into the level's own vectors. Included after kernels/lanes.h. */
#include <stdint.h>
#include <string.h>

enum { CELL = 8 }; /* samples that share a sum */

/* See struct uncap_kernels, differences. */
UNCAP_TARGET static void differences(const uint8_t *restrict a, ptrdiff_t a_pitch, const uint8_t *restrict b,
                                     ptrdiff_t b_pitch, int h, uint16_t *restrict sums)
{
    uint16_t columns[UNCAP_DIFFERENCES_W] = {0};
    for (int y = 0; y < h; y++, a += a_pitch, b += b_pitch)
        for (int x = 0; x < UNCAP_DIFFERENCES_W; x++) {
            const uint8_t most = a[x] > b[x] ? a[x] : b[x], least = a[x] > b[x] ? b[x] : a[x];
            columns[x] = (uint16_t)(columns[x] + (uint8_t)(most - least));
        }
    for (int i = 0; i < UNCAP_DIFFERENCES_W / CELL; i++) {
        unsigned sum = 0;
        for (int x = 0; x < CELL; x++)
            sum += columns[i * CELL + x];
        sums[i] = (uint16_t)sum;
    }
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

/* See struct uncap_kernels, columns. Row after row, as memory likes it; the sums stay in the nearest
 * cache. */
UNCAP_TARGET static void columns(const uint8_t *restrict rows, ptrdiff_t pitch, int w, int h,
                                 uint16_t *restrict sums)
{
    for (int x = 0; x < w; x++)
        sums[x] = rows[x];
    for (int y = 1; y < h; y++) {
        rows += pitch;
        for (int x = 0; x < w; x++)
            sums[x] = (uint16_t)(sums[x] + rows[x]);
    }
}

/* See struct uncap_kernels, births. */
UNCAP_TARGET static void births(const uint8_t *restrict rows, ptrdiff_t pitch, int w, int weak,
                                uint8_t *restrict code, uint8_t *restrict count, uint8_t *restrict born,
                                uint8_t *restrict cells)
{
    const uint8_t *above = rows - pitch, *below = rows + pitch, least = (uint8_t)weak;
    born[0] = born[w - 1] = 0;
    for (int x = 1; x < w - 1; x++) {
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
    for (int x = 0; x < w; x += CELL) {
        const int n = w - x < CELL ? w - x : CELL;
        uint8_t sum = 0;
        for (int k = 0; k < n; k++)
            sum = (uint8_t)(sum + born[x + k]);
        cells[x / CELL] = (uint8_t)(cells[x / CELL] + sum);
    }
}
