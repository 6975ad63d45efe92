/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that are hardly brighter or darker than the scene, or see-through, told by their coming and going
 * alone. */
#ifndef UNCAP_DETECT_MATTE_FAINT_H
#define UNCAP_DETECT_MATTE_FAINT_H

#include "detect/matte/scene.h"

/* Add to core what came with the caption where text may be, however faint, in pieces as large as a letter's:
 * a letter that can hardly be seen shows all the more once the scene behind it has moved on. Does nothing
 * where the scene moved too much to tell.
 *
 * core    [h][w] u8 of enum uncap_matte_tone, in and out.
 * Errors  NOMEM.
 */
int uncap_matte_faint_add(const struct uncap_matte_scene *scene, uint8_t *core, bool *is_sure,
                          struct uncap_error *err);

#endif
