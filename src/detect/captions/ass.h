/* SPDX-License-Identifier: Apache-2.0 */
/* Captions as Advanced SubStation Alpha v4+ events that show them where and as they stood. Pure. */
#ifndef UNCAP_DETECT_CAPTIONS_ASS_H
#define UNCAP_DETECT_CAPTIONS_ASS_H

#include <stdbool.h>
#include <stddef.h>

#include "base/caption.h"
#include "detect/captions/text_buffer.h"

/* Put everything before the events. Coordinates are the picture's. */
void uncap_ass_put_head(struct uncap_text *t, const struct uncap_captions *captions);

/* Are the line `next` and the one above it in one box? Then they are one event: two would lay the one's box
 * over the other's letters. */
bool uncap_ass_is_boxed_with(const struct uncap_caption *line, const struct uncap_caption *next);

/* Put one event: the text at its place, in its size, colours, outline, shadow or box, with its fades and its
 * motion. What is not known of the style is white with a black outline.
 *
 * lines           [n_lines] n_lines >= 1; more than one only if each is in one box with the one before.
 * begin_s, end_s  when it is shown; frame_s: duration of a frame.
 */
void uncap_ass_put_event(struct uncap_text *t, const struct uncap_caption *const *lines, size_t n_lines,
                         double begin_s, double end_s, double frame_s);

#endif
