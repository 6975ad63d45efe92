/* SPDX-License-Identifier: Apache-2.0 */
/* Pieces of fill, by how much of an outline they have around them. */
#ifndef UNCAP_DETECT_MATTE_PIECES_H
#define UNCAP_DETECT_MATTE_PIECES_H

#include <stdbool.h>
#include <stdint.h>

/* Drop what has the fill's tone but no outline, and lies above or below all letters that have one: scene
 * beside a caption whose outline goes all around. Letters before a scene that hides their outline are in a
 * row with others.
 *
 * core        [h][w] u8 of enum uncap_matte_tone; fill, tone: which of them the fill and the outline have.
 * Returns     false if short of memory.
 */
bool uncap_matte_pieces_drop_bare(uint8_t *core, int fill, int tone, int w, int h);

#endif
