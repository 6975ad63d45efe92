/* SPDX-License-Identifier: Apache-2.0 */
/* Caption, text of the filmed scene, or logo? Pure.
 *
 * A caption appears and disappears at once or in a clean fade, not with the scene; it stands still, also
 * across shot cuts; and it looks like the video's other captions. Each of these is worth some points; what
 * does not reach enough stays in the picture. */
#ifndef UNCAP_DETECT_LIFE_CLASSIFY_H
#define UNCAP_DETECT_LIFE_CLASSIFY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/caption.h"
#include "detect/matte/breadth.h"
#include "uncaption/detect.h"

/* How one side of a life looks. */
enum uncap_border {
    UNCAP_BORDER_SOFT,  /* comes and goes like part of the scene */
    UNCAP_BORDER_CUT,   /* tells nothing: with a shot cut, at an end of the video, or behind what passes */
    UNCAP_BORDER_CLEAN, /* from nothing to all within a frame, or a fade */
};

/* What was measured of one text. */
struct uncap_features {
    int64_t first, end;
    struct uncap_rect rect; /* picture coordinates */
    float line_px;          /* height of the line's box */
    float reach_px;         /* from the box's highest corner to its lowest */
    float picture_px;       /* the picture's shorter side */
    float slope;            /* of the line: rise over run, absolute */
    float score;            /* of the detector, mean */
    float contrast;         /* of the strokes, grey levels */
    float likeness;         /* mean correlation of its strokes with the picture over its life */
    int n_seen, n_missed;   /* looks */
    int n_cuts;             /* shot cuts it stands through */
    int shot;               /* number of the one it begins in */
    bool is_steady;         /* stands still */
    bool wanders;           /* by a few pixels, while it seems to stand */
    bool is_moving;         /* and the picture does not move with it */
    bool is_free;           /* it moves, but on no straight way along an axis of the screen */
    bool is_in_place;       /* in the middle of the picture's foot, where captions stand */
    bool is_cut_off;        /* it goes on beyond one side of the picture */
    /* Letters with an outline, shadow or box keep still while the picture moves around them; of a moving
     * line, any letters, as seen from the line. */
    bool is_overlay;
    bool is_flash;    /* it stands for a frame or two, and the picture is the same before and after */
    bool is_inferred; /* the detector never saw it; strokes appeared in the captions' place */
    enum uncap_border begin, finish;
    struct uncap_matte_breadth breadth; /* of its matte */
    struct uncap_rect plate; /* box behind it and the lines that come and go with it; empty: none was seen */
};

/* points of each kind of evidence, and what follows from them. */
struct uncap_verdict {
    float borders, cuts, looks, shape, overlay, style, axis; /* summed up in total */
    float total;
    const char *kind; /* "caption", "scene" or "logo"; static string */
};

/* Judge n texts of a video of n_frames, all together. out: [n]. */
void uncap_classify(const struct uncap_features *features, int n, int64_t n_frames,
                    struct uncap_verdict *out);

/* May it still be a caption, whatever becomes known of its strokes (is_overlay) and of the video's other
 * texts? What may not is scene before all are judged together. */
bool uncap_classify_is_open(const struct uncap_features *features);

/* Shall a text of this kind stay in the picture? */
bool uncap_classify_keeps(const struct uncap_verdict *verdict, enum uncap_what what);

#endif
