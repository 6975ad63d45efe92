/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are built up word by word: from which frame on a part of one is known to be there. Pure. */
#ifndef UNCAP_BASE_BUILD_UP_H
#define UNCAP_BASE_BUILD_UP_H

#include <stdint.h>

#include "base/caption.h"

/* By how many pixels the ends of a line of that height may differ between observations that see the same of
 * it: detectors are not more exact, letters have soft ends. */
int uncap_build_up_room(int height);

/* Frame from which on all of the caption is known to be there; its first one if it was not built up. It is
 * built up if its observations reach a line's height farther to a side than the first two that see it fully
 * opaque; all of it is there once nothing is farther out than what has been seen, but for that room. A
 * caption that moves is not. */
int64_t uncap_build_up_end(const struct uncap_caption *caption);

/* A column that the first two of those observations do not reach, but a later one does, is there from that
 * one's frame on; every other column always is, and all are where the caption was not built up.
 *
 * from  [w] display indices for the columns x0 .. x0 + w - 1 of the picture; INT64_MIN: always
 */
void uncap_build_up_columns(const struct uncap_caption *caption, int x0, int w, int64_t *from);

#endif
