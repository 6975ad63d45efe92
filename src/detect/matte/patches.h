/* SPDX-License-Identifier: Apache-2.0 */
/* Connected patches of a map, of which some are chosen. */
#ifndef UNCAP_DETECT_MATTE_PATCHES_H
#define UNCAP_DETECT_MATTE_PATCHES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "kernels/components.h"

/* label   [h][w] number of a pixel's patch, 0 where there is none.
 * parts   [n + 1], [0] unused.
 * chosen  [n + 1], 0 or 1; [0] stays 0.
 */
struct uncap_matte_patches {
    int n;
    int32_t *label;
    struct uncap_component *parts;
    uint8_t *chosen;
};

/* Of a map [h][w], none chosen. Close it also if this fails, short of memory. */
bool uncap_matte_patches_open(struct uncap_matte_patches *p, const uint8_t *map, int w, int h);
void uncap_matte_patches_close(struct uncap_matte_patches *p);

/* map = 1 in the chosen patches, else 0; area: its pixels. */
void uncap_matte_patches_give(const struct uncap_matte_patches *p, uint8_t *map, size_t area);

/* Keep of a map the patches that reach out of the text: those that have half as much far from it as in it.
 *
 * zone  [h][w] u8 of enum uncap_matte_zone.
 * map   [h][w] in and out; 0 or 1 out. Returns false if short of memory.
 */
bool uncap_matte_patches_keep_outer(uint8_t *map, const uint8_t *zone, int w, int h);

#endif
