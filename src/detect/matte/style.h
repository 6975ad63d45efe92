/* SPDX-License-Identifier: Apache-2.0 */
/* What the letters look like: colours and opacities of fill, outline, shadow and box, and their widths. */
#ifndef UNCAP_DETECT_MATTE_STYLE_H
#define UNCAP_DETECT_MATTE_STYLE_H

#include "detect/matte/scene.h"

/* What the style is told from. Borrowed.
 *
 * life   samples [first, end) show the caption in full; look is of them.
 * core   [h][w] u8 of enum uncap_matte_tone.
 * own    the line whose letters are told, coordinates of the area.
 * plate  the box behind it, or empty.
 */
struct uncap_matte_style_evidence {
    const struct uncap_matte_evidence *evidence;
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_stack *life;
    const struct uncap_matte_look *look;
    int first, end;
    const uint8_t *core;
    struct uncap_rect own, plate;
};

/* Tell the style from how much of the scene shines through at each distance from the strokes: by what was
 * there without the caption, else by how much the scene moves behind it, else by contrast alone.
 *
 * out     in coordinates of the area.
 * Memory  as much as two samples, freed before return. Errors: NOMEM. */
int uncap_matte_style_find(const struct uncap_matte_style_evidence *e, struct uncap_matte_style *out,
                           struct uncap_error *err);

#endif
