/* SPDX-License-Identifier: Apache-2.0 */
/* Rows and columns that were painted, not filmed, as those of a letterbox: they hold no grain. */
#ifndef UNCAP_INPAINT_GRAIN_PAINTED_H
#define UNCAP_INPAINT_GRAIN_PAINTED_H

#include "inpaint/grain.h"

/* Find the rows and columns of a plane whose known samples are smoother along them than grain is.
 *
 * grain    of the plane, level above 0
 * rows     [plane's h], out, 1 or 0; columns [plane's w]
 * Memory   16 bytes a row and column, freed before return
 * Errors   NOMEM
 */
int uncap_grain_find_painted(const struct uncap_window *window, int plane, struct uncap_grain grain,
                             uint8_t *rows, uint8_t *columns, struct uncap_error *err);

#endif
