/* SPDX-License-Identifier: Apache-2.0 */
/* From the boxes of one caption over its whole life to the exact pixels it touches. */
#ifndef UNCAP_DETECT_MATTE_ESTIMATE_H
#define UNCAP_DETECT_MATTE_ESTIMATE_H

#include <stdbool.h>
#include <stdint.h>

#include "base/error.h"
#include "base/matte.h"
#include "base/picture.h"
#include "detect/matte/breadth.h"

enum {
    UNCAP_MATTE_MAX_LIFE = 50, /* samples of the life that are looked at */
    UNCAP_MATTE_MAX_CLEAN = 3, /* caption-free samples that are looked at on each side */
};

/* One frame of evidence.
 *
 * frame   display index; shot: any number that is the same within one shot and differs across a cut.
 * picture crop of the frame in native planes, `rect` in picture coordinates, rect starts on a chroma sample.
 *         It should hold the evidence's area moved by (dx, dy); what it does not hold is replicated from its
 *         edge.
 * dx, dy  where the caption stands in this frame against its place in the matte (moving captions), else 0.
 * lines   boxes of this caption's text line(s) in this frame, picture coordinates of this frame; as the
 *         detector gives them (unclipped, jitter of a few pixels is fine). Empty for caption-free samples.
 * others  boxes of other captions and texts that stand in this frame. May be empty.
 */
struct uncap_matte_sample {
    int64_t frame;
    int shot;
    struct uncap_picture picture;
    struct uncap_rect rect;
    int dx, dy;
    const struct uncap_rect *lines, *others;
    int n_lines, n_others;
};

/* All that is known about one caption. Everything is borrowed.
 *
 * area    part of the picture the matte may cover, see uncap_matte_area; picture coordinates, not empty.
 * life    [n_life] samples in which the caption stands, ascending, 1..UNCAP_MATTE_MAX_LIFE. Best: the first
 *         and the last frame of the life and evenly spaced ones between.
 * before  [n_before] caption-free samples before the life, nearest first, 0..UNCAP_MATTE_MAX_CLEAN; best: the
 *         frame right before the caption (before its fade) and the one or two before that. 0 if another
 *         caption stands there, or at the start of the video. Samples of another shot than life[0] are
 *         ignored.
 * after   [n_after] the same after the life, nearest first; compared with life[n_life - 1].
 *         An `others` box in a caption-free sample voids the pixels it covers, not the whole sample.
 * is_whole  in every sample of the life all of the caption stands. If not, those near the life's ends, in
 *           which it may fade, are left out where the strokes are told.
 * is_growing  it comes in other sizes before it stands; the matte leaves a pixel of room for those that
 *             overshoot.
 * has_bar  it has a box of its own: no light of the letters falls on the scene around them.
 */
struct uncap_matte_evidence {
    struct uncap_rect area;
    const struct uncap_matte_sample *life, *before, *after;
    int n_life, n_before, n_after;
    bool is_whole, is_growing, has_bar;
};

enum uncap_matte_source {
    UNCAP_MATTE_STROKES, /* strokes with outline, shadow and ringing */
    UNCAP_MATTE_PLATE,   /* a box behind the text, all of it, and whatever strokes reach beyond it */
    UNCAP_MATTE_BOX,     /* the strokes could not be told from the scene: the grown text boxes */
};

/* A colour of the caption.
 *
 * value    per channel of the evidence, 8 bits.
 * opacity  0..1 of the scene that it hides; 0: it is not there. */
struct uncap_matte_tint {
    float value[UNCAP_MAX_PLANES];
    float opacity;
};

/* What the first of the sample's lines looks like; as struct uncap_style (base/style.h), in the evidence's
 * own channels. ink is empty where the strokes could not be told. Picture coordinates.
 *
 * stands  the letters keep still while the scene moves all around them. */
struct uncap_matte_style {
    struct uncap_rect ink, plate;
    float stroke_px, outline_px, shadow_px, lean;
    struct uncap_matte_tint fill, outline, shadow, box;
    bool stands;
};

/* matte       owned by the caller, uncap_matte_close. Coverage 255 on all that may show the caption; a ramp
 *             only on the outermost pixel of a margin of two or more. area is the evidence's area, cropped to
 *             what is covered.
 *             Told from strokes whose reach was guessed, it says what lies beyond them.
 * confidence  0..1 that the strokes were told from the scene; below 0.5 source is BOX.
 * plate       hull of the boxes drawn behind the text, picture coordinates; empty if there is none.
 */
struct uncap_matte_result {
    struct uncap_matte *matte;
    enum uncap_matte_source source;
    float confidence;
    struct uncap_rect plate;
    struct uncap_matte_style style;
    struct uncap_matte_breadth breadth;
};

/* Area of evidence for text boxes: their hull with the room that outline, shadow, plate border and the
 * measurement of the scene beside the caption need, clipped to the picture, edges on chroma samples (picture
 * edges aside).
 *
 * boxes  [n] picture coordinates, n >= 1.
 */
struct uncap_rect uncap_matte_area(const struct uncap_rect *boxes, int n, int w, int h,
                                   struct uncap_format format);

/* Estimate the matte of one caption.
 *
 * Memory   about 20 bytes a pixel of the area plus (n_life + 8) * 3 bytes a pixel, freed before return.
 * Threads  pure function of its arguments; any number at once. Same evidence, same bytes.
 * Errors   ARG (no life sample, empty area, formats that differ); NOMEM. On error result holds nothing.
 * Source   the project's own; evidence as described in docs/matte.md.
 */
int uncap_matte_estimate(const struct uncap_matte_evidence *evidence, struct uncap_matte_result *result,
                         struct uncap_error *err);

#endif
