/* SPDX-License-Identifier: Apache-2.0 */
/* A cheap look at every frame for what stands for a frame or two alone: too short to be news (novelty.h).
 * Pure, streaming.
 *
 * The change from each frame to the next is summed up in cells. What flashes changes a row of cells once, and
 * back by as much, and leaves them alone just before and after. */
#ifndef UNCAP_DETECT_LOOK_FLASH_H
#define UNCAP_DETECT_LOOK_FLASH_H

#include <stdbool.h>

#include "base/error.h"
#include "detect/look/luma.h"

enum {
    UNCAP_FLASH_CELL = 8,    /* luma pixels that a cell is wide */
    UNCAP_FLASH_LONGEST = 2, /* frames */
    UNCAP_FLASH_HISTORY = UNCAP_FLASH_LONGEST + 3,
};

/* changes  [rows][columns] each: sums of |difference| from frame n - 1 - i to the one before it
 * returns  [columns] of the row that is looked at: cells that changed there and back */
struct uncap_flash {
    int x0, step;      /* first column of cells, luma pixels; one row in so many is looked at */
    int columns, rows; /* cells */
    uint16_t *changes[UNCAP_FLASH_HISTORY];
    uint8_t *returns;
    int64_t n;
};

/* For luma of the given size; nothing is ever found in one narrower than 64 pixels. Errors: NOMEM. */
int uncap_flash_open(struct uncap_flash *f, int luma_w, int luma_h, struct uncap_error *err);
void uncap_flash_close(struct uncap_flash *f);

/* Take the next frame.
 *
 * lumas  [UNCAP_FLASH_HISTORY] that frame and those before it, newest first; NULL where there is none.
 * where  luma pixels.
 * Returns true if something flashed in frames [*first, *end) of those taken so far, *end being the last
 * but one. */
bool uncap_flash_push(struct uncap_flash *f, const struct uncap_luma *const *lumas, int64_t *first,
                      int64_t *end, struct uncap_rect *where);

#endif
