/* SPDX-License-Identifier: Apache-2.0 */
/* Telling a person where filled pixels come from: counts for the report, colours for the eye. */
#ifndef UNCAP_INPAINT_PROVENANCE_H
#define UNCAP_INPAINT_PROVENANCE_H

#include <stdint.h>

#include "inpaint/engine.h"

/* Pixels, added up over frames, by kind; [UNCAP_ORIGIN_KEPT] stays 0. */
struct uncap_provenance_count {
    int64_t n[UNCAP_ORIGIN_KINDS];
};

/* Add the pixels that one caption covers in the core frames from core frame `from` on (those before it are
 * counted by the window before). Nothing is added where the window has no origins.
 *
 * paint   [crop's area] u8, scratch
 */
void uncap_provenance_add(struct uncap_provenance_count *count, const struct uncap_window *window, int from,
                          const struct uncap_caption *caption, uint8_t *paint);

/* Draw the source in dim grey: half of plane 0 in every plane.
 *
 * dst     8 bits, G, B, R planes at full size; source: same size, any format.
 */
void uncap_provenance_draw_source(const struct uncap_picture *dst, const struct uncap_picture *source);

/* Draw one frame's origins over it where coverage > 0. Brightness L = 255 - error, at least 64 (error in
 * quarters of a grey level): un-blended (0, L, 0); copied (L * distance / 100, 0, L), from blue to magenta,
 * distance at most 100; invented (L, 0, 0), all as (R, G, B).
 *
 * dst       as above; crop lies inside it.
 * coverage, origins  [h][w] of the crop
 */
void uncap_provenance_draw(const struct uncap_picture *dst, const uint8_t *coverage,
                           const struct uncap_origin *origins, struct uncap_rect crop);

#endif
