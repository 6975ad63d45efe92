/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that come letter by letter: where the first one stands before the line is like itself. Pure. */
#ifndef UNCAP_DETECT_TRACK_TYPING_H
#define UNCAP_DETECT_TRACK_TYPING_H

#include "detect/track/presence.h"

/* Find the first frame of a line that is typed.
 *
 * line   [n] by frame, all of the line; head [n], its first letters alone: read before `first` alone
 * first  frame in which the line begins by its own pattern
 * Returns the frame in which the head appears, if it stands from there to `first` while the line becomes more
 * and more itself; else first.
 */
int uncap_typing_first(const struct uncap_presence *line, const struct uncap_presence *head, int first);

#endif
