/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte_outline.h"

#include "detect/matte_strokes.h"
#include "kernels/morphology.h"

/* How much of one tone's strokes survives when the shape of all strokes is closed and its rim taken off:
 * nearly all of a fill within its outline, little of the outline; -1 if there are no strokes of that tone. */
static float inwardness(const struct uncap_matte_scene *s, const uint8_t *core, int tone, uint8_t *tmp,
                        uint8_t *spare)
{
    const size_t area = (size_t)s->w * (size_t)s->h;
    for (size_t i = 0; i < area; i++)
        tmp[i] = core[i] != 0;
    uncap_morph_dilate(tmp, tmp, spare, s->w, s->h, 2, 2);
    uncap_morph_erode(tmp, tmp, spare, s->w, s->h, 3, 3);
    size_t n = 0;
    size_t kept = 0;
    for (size_t i = 0; i < area; i++)
        if (core[i] & tone) {
            n++;
            kept += tmp[i];
        }
    return n ? (float)kept / (float)n : -1.0F;
}

int uncap_matte_outline_fill(const struct uncap_matte_scene *scene, const uint8_t *core, uint8_t *tmp,
                             uint8_t *spare)
{
    const float bright = inwardness(scene, core, UNCAP_MATTE_BRIGHT, tmp, spare);
    const float dark = inwardness(scene, core, UNCAP_MATTE_DARK, tmp, spare);
    if (bright < 0.0F || dark < 0.0F || bright + dark <= 0.0F)
        return 0;
    return (bright * 1.1F > dark ? UNCAP_MATTE_BRIGHT : 0) | (dark * 1.1F > bright ? UNCAP_MATTE_DARK : 0);
}
