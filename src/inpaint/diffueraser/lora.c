/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/lora.h"

#include <string.h>

enum { BLOCK_ROWS = 4, BLOCK_COLUMNS = 64 };

/* One block: rows and columns that fit registers and the first cache, so that `down` is read once a
 * BLOCK_ROWS rows. Every element sums over the rank in the same order, whatever the vector width. */
#if defined(__x86_64__) && defined(__GNUC__) && !defined(__clang__)
__attribute__((target_clones("avx512f", "avx2", "default")))
#endif
static void
fuse_block(const struct uncap_lora *l, int row, int n_rows, int column, int n_columns)
{
    float sum[BLOCK_ROWS][BLOCK_COLUMNS];
    memset(sum, 0, sizeof(sum));
    for (int r = 0; r < l->rank; r++) {
        float line[BLOCK_COLUMNS] = {0};
        memcpy(line, l->down + (size_t)r * (size_t)l->columns + (size_t)column,
               (size_t)n_columns * sizeof(*line));
        for (int i = 0; i < n_rows; i++) {
            const float u = l->up[(size_t)(row + i) * (size_t)l->rank + (size_t)r];
            for (int k = 0; k < BLOCK_COLUMNS; k++)
                sum[i][k] += u * line[k];
        }
    }
    for (int i = 0; i < n_rows; i++) {
        const size_t at = (size_t)(row + i) * (size_t)l->columns + (size_t)column;
        for (int k = 0; k < n_columns; k++)
            l->out[at + (size_t)k] = l->base[at + (size_t)k] + l->scale * sum[i][k];
    }
}

static void fuse_rows(void *opaque, int slice)
{
    const struct uncap_lora *l = opaque;
    const int row = slice * BLOCK_ROWS;
    const int n_rows = l->rows - row < BLOCK_ROWS ? l->rows - row : BLOCK_ROWS;
    for (int column = 0; column < l->columns; column += BLOCK_COLUMNS) {
        const int left = l->columns - column;
        fuse_block(l, row, n_rows, column, left < BLOCK_COLUMNS ? left : BLOCK_COLUMNS);
    }
}

void uncap_lora_fuse(const struct uncap_lora *lora, struct uncap_slices *slices)
{
    struct uncap_lora copy = *lora;
    uncap_slices_run(slices, (lora->rows + BLOCK_ROWS - 1) / BLOCK_ROWS, fuse_rows, &copy);
}
