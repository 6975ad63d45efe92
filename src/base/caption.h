/* SPDX-License-Identifier: Apache-2.0 */
/* One caption, and all that was found in one video: what pass 1 writes and pass 2 reads. */
#ifndef UNCAP_BASE_CAPTION_H
#define UNCAP_BASE_CAPTION_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/matte.h"
#include "base/style.h"
#include "uncaption/captions.h"

struct uncap_point {
    float x, y; /* pixels of the picture as it is seen, +y down; pixel centres at integers */
};

/* Corners clockwise from top left as the text reads. */
struct uncap_quad {
    struct uncap_point p[4];
};

enum uncap_observation_kind {
    UNCAP_OBSERVATION_DETECTED,     /* the detector ran on this frame */
    UNCAP_OBSERVATION_INTERPOLATED, /* union of its neighbours, or carried over */
};

/* Where the caption was seen. Sorted by frame; a frame between two of them lies on the straight line. */
struct uncap_observation {
    int64_t frame;
    struct uncap_quad quad;
    float score; /* mean probability inside the quad, 0..1 */
    enum uncap_observation_kind kind;
};

/* A box drawn behind a part of the text in frames [first, end), in picture coordinates. */
struct uncap_panel {
    int64_t first, end;
    struct uncap_rect rect;
};

/* Where a caption that grows stands in a frame: pixel (px, py) of its matte at (x + size * px, y + size * py)
 * of the picture. */
struct uncap_pose {
    float size, x, y;
};

struct uncap_caption {
    int id;                /* > 0, unique, in order of first */
    int64_t first, end;    /* display indices, half-open */
    double first_s, end_s; /* when those frames are shown, from the video's first frame on; 0, 0: not known */
    struct uncap_quad quad; /* hull over the whole life */
    float score;            /* 0..1 */
    bool keep;              /* true: leave it in the result */
    char *text;             /* UTF-8 or NULL: not recognised */
    bool is_unread;         /* its words were looked at, but are not known for sure */
    char *script;           /* ISO 15924 ("Latn", "Hani") or NULL */
    char *kind;             /* "caption", "scene", "logo" or NULL */
    void *reasons;          /* json_t of the classifier's features, or NULL; owned */
    struct uncap_observation *observations;
    size_t n_observations;
    struct uncap_matte *matte; /* NULL: the observations' quads, grown, are the matte */
    struct uncap_style *style; /* what it looks like; NULL: not known; owned */
    int n_growing; /* frames from first on in which it stands in another shape (it grows, flies in) */
    struct uncap_pose *poses;   /* [n_growing] of the matte, or NULL: all of quad is covered as well */
    struct uncap_panel *panels; /* [n_panels] covered as well, or NULL */
    size_t n_panels;
    uint8_t *opacity; /* [end - first] 0..255 per frame for fades, or NULL: all 255 */
    int16_t *motion;  /* [end - first][2] (dx, dy) displacement of the matte, or NULL: it stands still */
    void *unknown;    /* json_t of fields this version does not know; kept on save; owned */
};

struct uncap_source {
    char *name;         /* file name for people, not compared */
    int64_t size_bytes; /* of the file */
    int64_t n_frames;
    double duration_s;
    int w, h;        /* of the picture as it is seen */
    int orientation; /* by which a player turns the coded picture (media/orientation.h), 0..7 */
    uint64_t first_packets_hash, last_packets_hash;
};

struct uncap_captions {
    struct uncap_source source;
    struct uncap_caption *items;
    size_t n, capacity;
    int64_t *shots; /* first frame of each shot, ascending, shots[0] == 0 */
    size_t n_shots, shots_capacity;
    void *options; /* json_t: the options of the detect run, for people; owned */
    void *unknown; /* json_t, as above */
};

/* Free what one caption owns and zero it. */
void uncap_caption_clear(struct uncap_caption *c);

/* Opacity 0..255 of the caption at frame, 0 outside [first, end). */
int uncap_caption_opacity(const struct uncap_caption *c, int64_t frame);

/* Does the caption stand in another shape at frame? */
bool uncap_caption_is_growing(const struct uncap_caption *c, int64_t frame);

/* Displacement of the matte at frame. */
void uncap_caption_motion(const struct uncap_caption *c, int64_t frame, int *dx, int *dy);

/* Bounding box of quad, rounded outward. */
struct uncap_rect uncap_quad_bounds(const struct uncap_quad *quad);

#endif
