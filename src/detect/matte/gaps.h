/* SPDX-License-Identifier: Apache-2.0 */
/* Letters too faint to be found by themselves, between letters that were: on a background as bright as the
 * text only a little of them is left. Pure. */
#ifndef UNCAP_DETECT_MATTE_GAPS_H
#define UNCAP_DETECT_MATTE_GAPS_H

#include <stdbool.h>
#include <stdint.h>

/* Add to core the faint pixels that stand in a gap of a line: core within text_h to the left and to the
 * right, none in their own column.
 *
 * core, faint  [h][w], 0 or not; core becomes 1 where added
 * text_h       height of a line, pixels
 * False if short of memory.
 */
bool uncap_matte_gaps_fill(uint8_t *core, const uint8_t *faint, int w, int h, float text_h);

#endif
