/* SPDX-License-Identifier: Apache-2.0 */
/* Where a caption begins and ends, from how its strokes stand in each frame. Pure. */
#ifndef UNCAP_DETECT_TRACK_PRESENCE_H
#define UNCAP_DETECT_TRACK_PRESENCE_H

#include <stdbool.h>
#include <stdint.h>

/* One frame, see struct uncap_match. */
struct uncap_presence {
    float gain, likeness, busyness;
};

/* Frames a caption may be hidden (a flash, a damaged frame) without ending. */
enum { UNCAP_PRESENCE_DIP = 2 };

/* Does the caption stand there? Either as strong as it was learned and not unlike it, or surely its shape,
 * however weak: before a bright background light strokes have little contrast. */
bool uncap_presence_stands(struct uncap_presence p);

/* Do other strokes stand there, as busy as its own? What is hidden leaves none: it ended, and what stands
 * there right after that, even the same word, is another caption that grows in. */
bool uncap_presence_is_other(struct uncap_presence p);

enum { UNCAP_PRESENCE_ALIKE = 3 }; /* frames in which one text stands, then another */

/* Has other text taken the place of a word right beyond p[at], its last frame towards `step` (1 or -1)?
 * Words of a few letters resemble each other more than uncap_presence_is_other allows, but between two
 * frames much of the strength is lost while the place is as busy as before, and stays so for
 * UNCAP_PRESENCE_ALIKE frames, which are alike on either side: what grows or fades has none. Of a longer
 * line it may be another background.
 *
 * p  [n] by frame.
 */
bool uncap_presence_gives_way(const struct uncap_presence *p, int n, int at, int step);

/* Does the caption come or go between p[at] and the frame next to it, towards `step` (1 or -1)? Much of the
 * strength and of the likeness is lost at once, and UNCAP_PRESENCE_ALIKE frames on either side are alike;
 * fewer where it stands for fewer, two at least, or is back before. So it is, too, where what is behind it
 * changes at once: a cut.
 *
 * p  [n] by frame.
 */
bool uncap_presence_steps(const struct uncap_presence *p, int n, int at, int step);

/* Are a caption's strokes much weaker, and less like themselves, in one frame than in another one, its own? */
bool uncap_presence_is_weaker(struct uncap_presence own, struct uncap_presence other);

/* Is what stands there in one frame other strokes than the caption's own, which stand in the other? Much
 * of the strength is lost while the place is as busy. Of a single frame it may be another background,
 * too. */
bool uncap_presence_is_lost(struct uncap_presence own, struct uncap_presence other);

/* Find where a caption begins.
 *
 * p        [n] by frame; p[at] is inside the caption's life.
 * opacity  [n] out: 0..255 for frames from the result on to at; 255 but in a fade. May be NULL.
 * Returns the first frame in which the caption can be seen: of a hard cut the first full one, of a fade the
 * first with more than a few per cent of its opacity.
 */
int uncap_presence_first(const struct uncap_presence *p, int n, int at, uint8_t *opacity);
/* The same, with the frames of a fade that are too faint to be told from the scene: its levels lie on a
 * straight line. Of a caption that does not grow. */
int uncap_presence_foot(const struct uncap_presence *p, int n, int at, uint8_t *opacity);

/* The same towards the end; returns the last frame (inclusive). */
int uncap_presence_last(const struct uncap_presence *p, int n, int at, uint8_t *opacity);

/* Does a fade that goes on beyond a shot cut end at once there? What is behind the text changes how strong
 * it looks: of what it has left in the new shot, a fade loses little from frame to frame.
 *
 * p    [n] by frame; p[cut] is the new shot's first one, the text's last frame lies beyond.
 * Returns its last frame (inclusive), opaque; -1 if it fades on, or stands no more.
 */
int uncap_presence_last_of_shot(const struct uncap_presence *p, int n, int cut);

/* Extend a beginning to frames in which the caption stands in another shape, because it grows or flies in:
 * about as busy as its own, after a step up from what was there before.
 *
 * opacity  255 for such frames; may be NULL.
 * Returns the new first frame.
 */
int uncap_presence_pop(const struct uncap_presence *p, int n, int first, uint8_t *opacity);

#endif
