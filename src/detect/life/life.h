/* SPDX-License-Identifier: Apache-2.0 */
/* The end of a track: its exact life, its matte, and the caption it becomes. */
#ifndef UNCAP_DETECT_LIFE_LIFE_H
#define UNCAP_DETECT_LIFE_LIFE_H

#include "base/caption.h"
#include "detect/life/classify.h"
#include "detect/matte/estimate.h"
#include "detect/ocr/readnet.h"
#include "detect/track/track.h"

/* Where some text stood: what other captions' evidence must not trust, unless it is the scene's. */
struct uncap_life {
    int id;
    int64_t first, end;
    struct uncap_rect rect; /* picture coordinates */
    struct uncap_bar bar;   /* of a text that has ended; empty: none */
    bool is_scene;          /* it has ended and is no caption for sure */
};

/* Everything the closing of a track looks at besides the track. Borrowed.
 *
 * n_frames  of the video so far; shots: first frames of the shots so far, ascending.
 * lives     of all texts met so far, closed or not.
 */
struct uncap_surroundings {
    int w, h;
    struct uncap_format format;
    struct uncap_colour colour;
    enum uncap_sample sample;
    int64_t n_frames;
    const int64_t *shots;
    size_t n_shots;
    const struct uncap_life *lives;
    size_t n_lives;
};

/* Does a shot begin with the frame? */
bool uncap_life_is_cut(const struct uncap_surroundings *around, int64_t frame);

/* Number of the shot that a frame is in, from 1. */
int uncap_life_shot(const struct uncap_surroundings *around, int64_t frame);

/* First frame of a steady track, closed or not: if another caption stood in the same place until shortly
 * before it was full, what is busy between the two is this one. */
int64_t uncap_life_begin(const struct uncap_track *t, const struct uncap_surroundings *around);

/* Find the end of the track's life and gather the clean crops after it while the ring still has them. Fills
 * the caption's id, times, quad, score, observations (which move over) and opacity, and what the classifier
 * needs. Errors: NOMEM. */
int uncap_life_close(struct uncap_track *t, const struct uncap_ring *ring,
                     const struct uncap_surroundings *around, struct uncap_caption *out,
                     struct uncap_features *features, struct uncap_error *err);

/* Where a moving line is in every frame of its life: fills the caption's quad, its observations (detected
 * ones keep their score), of those its part in the picture, and its motion from where the anchor frame has
 * it. Errors: NOMEM. */
int uncap_life_path(const struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, struct uncap_caption *c,
                    struct uncap_error *err);

/* What the classifier looks at.
 *
 * c          its times, score and opacity are known.
 * edge_out   how it goes. */
struct uncap_features uncap_life_features(const struct uncap_track *t,
                                          const struct uncap_surroundings *around,
                                          const struct uncap_caption *c, struct uncap_edge edge_out);

/* Estimate the matte from the evidence; without evidence, or where the estimate fails on it, the matte stays
 * NULL, and where the strokes could not be told, the style. Completes the features with what it sees. Pure;
 * tracks may run at the same time. Errors: NOMEM. */
int uncap_life_matte(struct uncap_track *t, const struct uncap_surroundings *around, struct uncap_caption *c,
                     struct uncap_features *features, struct uncap_error *err);

/* A plate may stand in full while the text on it fades: then the caption does not fade, and has the frames
 * right before and after it in which the plate stands alone. Pure.
 *
 * plate  in the picture; empty: there is none.
 */
void uncap_life_steady_plate(const struct uncap_track *t, const struct uncap_surroundings *around,
                             struct uncap_rect plate, struct uncap_caption *c);

/* Find the panels that its words have for a while, where the matte does not cover them already. Errors:
 * NOMEM. */
int uncap_life_panels(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err);

/* Settle which bar stands behind the line, and when: one that was seen to come with it or before it, stands
 * there since another text, or goes with it or after it. What comes or goes at a cut is scene.
 *
 * c  the line's caption, times known
 */
void uncap_life_bar(struct uncap_track *t, const struct uncap_ring *ring,
                    const struct uncap_surroundings *around, const struct uncap_caption *c);

/* Add one panel to the caption's. Errors: NOMEM. */
int uncap_life_add_panel(struct uncap_caption *c, struct uncap_panel panel, struct uncap_error *err);

/* Make a see-through bar part of the caption's matte, which is there: what is seen through it is worth more
 * than a fill. Errors: NOMEM. */
int uncap_life_cover_bar(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err);

/* Make the bar that stands behind all of the line as long as it does a panel, unless the matte has it.
 * Errors: NOMEM. */
int uncap_life_add_bar(const struct uncap_track *t, struct uncap_caption *c, struct uncap_error *err);

/* Its bar stands before its first text, or after its last one: so do they then, unseen. Errors: NOMEM.
 *
 * first, last  of the captions that its texts are, panels known; the same one if there is no other.
 */
int uncap_life_stretch(const struct uncap_track *t, struct uncap_caption *first, struct uncap_caption *last,
                       struct uncap_error *err);

/* Give the caption its style, in displays' colours; one without ink leaves it NULL. Errors: NOMEM. */
int uncap_life_style(const struct uncap_matte_style *style, const struct uncap_surroundings *around,
                     struct uncap_caption *c, struct uncap_error *err);

/* How many texts stand one after another in a caption. */
int uncap_life_n_texts(const struct uncap_track *t, const struct uncap_caption *c);

/* Cut a caption in which one text took the place of another in part of the line into one a text, with the
 * same matte and style. Errors: NOMEM; then all are as they were.
 *
 * c       becomes the first.
 * rest    out: [*n_rest] the others, uncap_life_n_texts less one, to be freed; NULL if there are none.
 */
int uncap_life_cut(const struct uncap_track *t, struct uncap_caption *c, struct uncap_caption **rest,
                   int *n_rest, struct uncap_error *err);

/* Read the caption's text from its evidence: the mean over its frames, then single frames while the reading
 * is unsure; at most three runs, or one of what can be no caption (is_open, see classify.h). What stays
 * unsure leaves text and script NULL. *n_runs is added to. Threads:
 * tracks may run at the same time. Errors: as uncap_readnet_run. */
int uncap_life_read(const struct uncap_track *t, bool is_open, struct uncap_readnet *net,
                    struct uncap_colour colour, struct uncap_cancel *cancel, struct uncap_caption *c,
                    int *n_runs, struct uncap_error *err);

#endif
