/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/flash.h"

#include <stddef.h>
#include <string.h>

#include "base/memory.h"
#include "kernels/kernels.h"

enum {
    LINES = 180,   /* rows that are looked at, about */
    CELL_ROWS = 4, /* of those, in a cell */
    SAMPLES = UNCAP_FLASH_CELL * CELL_ROWS,
    BLOCK = UNCAP_DIFFERENCES_W / UNCAP_FLASH_CELL,
    LEAST = 10 * SAMPLES, /* sum of a cell that flashes: what is less is noise */
    LEAST_ROWS = 2,       /* cells that a line of text is high */
    BAR = 6,              /* cells side by side ... */
    BAR_LEAST = 5,        /* ... of which so many flash in a line of text */
};

_Static_assert((int)UNCAP_DIFFERENCES_W % (int)UNCAP_FLASH_CELL == 0 && (int)UNCAP_FLASH_CELL == 8,
               "cells are what the kernel sums up");

int uncap_flash_open(struct uncap_flash *f, int luma_w, int luma_h, struct uncap_error *err)
{
    const int step = luma_h > LINES ? luma_h / LINES : 1;
    *f = (struct uncap_flash){.x0 = luma_w % UNCAP_DIFFERENCES_W / 2,
                              .step = step,
                              .columns = luma_w / UNCAP_DIFFERENCES_W * BLOCK,
                              .rows = luma_h / (step * CELL_ROWS)};
    f->returns = uncap_alloc((size_t)f->columns, 1);
    bool has_all = f->returns;
    for (int i = 0; i < UNCAP_FLASH_HISTORY; i++) {
        f->changes[i] = uncap_alloc((size_t)f->columns * (size_t)f->rows + 1, sizeof(uint16_t));
        has_all = has_all && f->changes[i];
    }
    if (has_all)
        return UNCAP_OK;
    uncap_flash_close(f);
    return uncap_fail_nomem(err, "the look at every frame");
}

void uncap_flash_close(struct uncap_flash *f)
{
    for (int i = 0; i < UNCAP_FLASH_HISTORY; i++)
        uncap_free(f->changes[i]);
    uncap_free(f->returns);
    *f = (struct uncap_flash){.n = 0};
}

/* Sums of the absolute differences of two frames in BLOCK cells from (x, y) on. */
static void compare(const struct uncap_flash *f, const struct uncap_luma *a, const struct uncap_luma *b,
                    int x, int y, uint16_t *sums)
{
    const ptrdiff_t pitch_a = a->stride * f->step, pitch_b = b->stride * f->step;
    const int row = y * CELL_ROWS, column = f->x0 + x * UNCAP_FLASH_CELL;
    uncap_kernels_best()->differences(a->data + row * pitch_a + column, pitch_a,
                                      b->data + row * pitch_b + column, pitch_b, CELL_ROWS, sums);
}

/* The oldest sums make room for those of a new frame. */
static void measure(struct uncap_flash *f, const struct uncap_luma *const *lumas)
{
    uint16_t *now = f->changes[UNCAP_FLASH_HISTORY - 1];
    memmove(&f->changes[1], &f->changes[0], (UNCAP_FLASH_HISTORY - 1) * sizeof(*f->changes));
    f->changes[0] = now;
    for (int y = 0; y < f->rows && lumas[1]; y++)
        for (int x = 0; x < f->columns; x += BLOCK)
            compare(f, lumas[0], lumas[1], x, y, now + (ptrdiff_t)y * f->columns + x);
}

/* Which of n cells changed there and back, by about as much? */
static void find_returns(const uint16_t *restrict off, const uint16_t *restrict on, int n,
                         uint8_t *restrict returns)
{
    for (int x = 0; x < n; x++) {
        const uint16_t less = off[x] < on[x] ? off[x] : on[x], more = off[x] < on[x] ? on[x] : off[x];
        returns[x] = less >= LEAST && (uint16_t)(3 * less) >= (uint16_t)(2 * more);
    }
}

/* Did a cell that returned change `length` + 1 and one frames ago, and not beside? */
static bool is_still_beside(const struct uncap_flash *f, ptrdiff_t at, int length)
{
    const int off = f->changes[1][at], on = f->changes[1 + length][at], less = off < on ? off : on;
    for (int i = 0; i <= length + 2; i++)
        if (i != 1 && i != 1 + length && 5 * f->changes[i][at] > 2 * less)
            return false;
    return true;
}

/* Does a cell that returned flash? What passes by changes it there and back, too, but leaves another picture
 * behind. */
static bool is_hot(const struct uncap_flash *f, const struct uncap_luma *const *lumas, int x, int y,
                   int length)
{
    const ptrdiff_t at = (ptrdiff_t)y * f->columns + x;
    uint16_t left[BLOCK];
    if (!is_still_beside(f, at, length))
        return false;
    compare(f, lumas[1], lumas[2 + length], x / BLOCK * BLOCK, y, left);
    return 10 * left[x % BLOCK] < 3 * f->changes[1][at];
}

/* Cells of all bars in a row; n: how many cells of the row are hot. */
static struct uncap_rect find_bars(const struct uncap_flash *f, const struct uncap_luma *const *lumas, int y,
                                   int length, int *n)
{
    struct uncap_rect all = {0, 0, 0, 0};
    const ptrdiff_t row = (ptrdiff_t)y * f->columns;
    unsigned recent = 0; /* a bit for each of the last BAR cells */
    *n = 0;
    find_returns(f->changes[1] + row, f->changes[1 + length] + row, f->columns, f->returns);
    for (int x = 0; x < f->columns; x++) {
        const bool hot = f->returns[x] && is_hot(f, lumas, x, y, length);
        int n_hot = 0;
        recent = (recent << 1 | hot) & ((1u << BAR) - 1);
        for (unsigned bits = recent; bits; bits &= bits - 1)
            n_hot++;
        if (n_hot >= BAR_LEAST)
            all = uncap_rect_union(all,
                                   (struct uncap_rect){x + 1 - BAR > 0 ? x + 1 - BAR : 0, y, x + 1, y + 1});
        *n += hot;
    }
    return all;
}

/* What stood for `length` frames, and in how many cells; empty if it was nothing like a line of text or two,
 * or all of the picture flashed. */
static struct uncap_rect find(const struct uncap_flash *f, const struct uncap_luma *const *lumas, int length,
                              int *n)
{
    struct uncap_rect all = {0, 0, 0, 0};
    *n = 0;
    for (int y = 0; y < f->rows && lumas[2 + length]; y++) {
        int n_row;
        all = uncap_rect_union(all, find_bars(f, lumas, y, length, &n_row));
        *n += n_row;
    }
    const int w = uncap_rect_w(all), h = uncap_rect_h(all);
    const bool is_line =
        h >= LEAST_ROWS && w * UNCAP_FLASH_CELL >= 2 * h * CELL_ROWS * f->step && 4 * *n >= w * h;
    return is_line && 3 * *n < f->columns * f->rows ? all : (struct uncap_rect){0, 0, 0, 0};
}

bool uncap_flash_push(struct uncap_flash *f, const struct uncap_luma *const *lumas, int64_t *first,
                      int64_t *end, struct uncap_rect *where)
{
    int most = 0;
    measure(f, lumas);
    f->n++;
    for (int length = 1; length <= UNCAP_FLASH_LONGEST; length++) {
        int n;
        const struct uncap_rect cells = find(f, lumas, length, &n);
        if (uncap_rect_empty(cells) || n <= most)
            continue;
        const int h = f->step * CELL_ROWS;
        most = n;
        *where = (struct uncap_rect){f->x0 + cells.x0 * UNCAP_FLASH_CELL, cells.y0 * h,
                                     f->x0 + cells.x1 * UNCAP_FLASH_CELL, cells.y1 * h};
        *end = f->n - 2;
        *first = *end - length;
    }
    return most > 0;
}
