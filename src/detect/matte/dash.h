/* SPDX-License-Identifier: Apache-2.0 */
/* The dash before what somebody says: detectors leave it out of the line's box. */
#ifndef UNCAP_DETECT_MATTE_DASH_H
#define UNCAP_DETECT_MATTE_DASH_H

#include "detect/matte/scene.h"

/* Make the boxes of lines longer that have a dash right before or behind them: in the middle of the line's
 * height something wider than high came and went with the caption, and nothing else did there.
 *
 * contrast  of the caption's strokes, levels.
 * Returns whether there is one. Pure.
 */
bool uncap_matte_dash_add(const struct uncap_matte_scene *scene, float contrast,
                          struct uncap_matte_lines *lines);

#endif
