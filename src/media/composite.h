/* SPDX-License-Identifier: Apache-2.0 */
/* Putting filled pixels back into an untouched picture. */
#ifndef UNCAP_MEDIA_COMPOSITE_H
#define UNCAP_MEDIA_COMPOSITE_H

#include <stdint.h>

#include "base/picture.h"

/* dst = dst + (fill - dst) * coverage / 255, rounded, in every plane of the rectangle.
 *
 * dst       whole picture; fill: crop-sized, its top left at (crop.x0, crop.y0), on a chroma sample.
 * coverage  [h][w] u8 of the crop at luma resolution, stride in bytes. A chroma sample takes the largest
 *           coverage of the luma samples it covers.
 * Guarantee where coverage is 0 (chroma: where all its luma samples are 0) no sample of dst changes.
 */
void uncap_composite(const struct uncap_picture *dst, const struct uncap_picture *fill,
                     const uint8_t *coverage, int stride, struct uncap_rect crop);

#endif
