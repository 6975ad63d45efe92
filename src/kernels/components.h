/* SPDX-License-Identifier: Apache-2.0 */
/* Connected components (8 neighbours) of a small map. */
#ifndef UNCAP_KERNELS_COMPONENTS_H
#define UNCAP_KERNELS_COMPONENTS_H

#include <stdbool.h>
#include <stdint.h>

#include "base/rect.h"

struct uncap_component {
    struct uncap_rect box;
    int n_pixels;
};

/* Label the pixels with mark != 0, components numbered from 1 in the order of their first pixel by rows.
 *
 * mark    [h][w] u8; label [h][w] i32, out, 0 where unmarked; NULL: the parts alone.
 * *out    [*n + 1], [0] unused; free with uncap_free. Returns false if short of memory.
 */
bool uncap_components_label(const uint8_t *mark, int32_t *label, int w, int h, struct uncap_component **out,
                            int *n);

#endif
