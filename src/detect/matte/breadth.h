/* SPDX-License-Identifier: Apache-2.0 */
/* How far a matte goes beyond what the letters touch for sure. */
#ifndef UNCAP_DETECT_MATTE_BREADTH_H
#define UNCAP_DETECT_MATTE_BREADTH_H

#include <stdbool.h>

/* px           pixels: the reach of the strokes and the margin around it; 0: not told from strokes.
 * tones        of the strokes, enum uncap_matte_tone.
 * is_exact     what came and went with the caption told where it ends, or what kept still around its outline.
 * has_halo     light that fades out beyond was seen, and nothing else changed.
 * has_outline  one goes around all letters. */
struct uncap_matte_breadth {
    int px, tones;
    bool is_exact, has_halo, has_outline;
};

#endif
