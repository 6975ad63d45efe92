/* SPDX-License-Identifier: Apache-2.0 */
/* One text line that is being followed through the video. */
#ifndef UNCAP_DETECT_TRACK_TRACK_H
#define UNCAP_DETECT_TRACK_TRACK_H

#include "base/caption.h"
#include "base/error.h"
#include "detect/look/ring.h"
#include "detect/matte/evidence.h"
#include "detect/ocr/boxes.h"
#include "detect/track/bar.h"
#include "detect/track/motion.h"
#include "detect/track/path.h"
#include "detect/track/presence.h"
#include "detect/track/template.h"
#include "uncaption/detect.h"

/* How a line's strokes stand in the frames from `first` on. */
struct uncap_series {
    int64_t first;
    struct uncap_presence *items;
    size_t n, capacity;
};

/* From frame `first` on part of a line is another: what is in `rect`, picture coordinates. */
struct uncap_track_swap {
    int64_t first;
    struct uncap_rect rect;
};

/* A part of a line that is longer than the picture is wide: in frame `anchor` it was at `line`, all of it in
 * the picture. next: frames from there on may be added to its crops. */
struct uncap_piece {
    int64_t anchor, next;
    struct uncap_rect line;
    struct uncap_evidence evidence;
};

/* Life, place and mean likeness of all of a line of which a track is a piece; end 0: it is none. */
struct uncap_whole {
    int64_t first, end;
    struct uncap_rect rect;
    float likeness;
};

enum {
    UNCAP_WIDEN_FRAMES = 4,  /* before a line begins, and with it, that tell how far it reaches */
    UNCAP_GROWTH_FRAMES = 5, /* of the longest growing in */
    UNCAP_SLIDE_FRAMES = 32, /* of the longest way into its place */
};

/* How a line that begins in frame `first` grows, or slides into its place, in its n first frames; n 0:
 * not, or not known. */
struct uncap_growth {
    int64_t first;
    int n;
    bool is_slide;
    struct uncap_pose poses[UNCAP_SLIDE_FRAMES];
};

/* How a standing line comes or goes.
 *
 * moved    likeness of the best place near its own in the frame just outside: 0 none of it was there.
 * covered  how much more of one quarter of its strokes is seen than of another, at most: 0 in any fade, 1
 *          when something in front of it covers a quarter while another is free.
 * drift    likeness of a place near its own in which it stands clearly more strongly in the middle of what
 *          seems to be a fade: 0 none, or no fade.
 * is_step  it does from one frame to the next while what is beside it stays (step.h).
 */
struct uncap_edge {
    float moved, covered, drift;
    bool is_step;
};

/* found        a frame in which it surely stands.
 * is_steady    the strokes stand still around `found`: the template can tell where it begins and ends.
 * motion       it moves over the screen on a straight way, or, if it is free, on `path`, whose places are
 *              displacements from `found`; n_judged frames were looked at for whether the picture moves with
 *              it, which it did in n_shared.
 * anchor       of a moving line: the frame in whose coordinates its evidence is, where it was anchor_line;
 *              -1: it was in no frame wholly in the picture.
 * pieces       of a moving line that is too long to be in the picture as a whole; see track_pieces.h.
 * is_settled   whether it stands has been asked again, a few frames after it was found.
 * is_partial   how far it reaches could not be asked yet: too few frames had come.
 * is_refined   the template is of many frames of its full self, not of the first sight.
 * is_flash     it stands for a frame or two from `first` on.
 * is_inferred  the detector did not see it: strokes appeared in the captions' place.
 * is_traced    it has gone, and what stood in its place right before it has been asked for.
 * first        first frame of its life as far as known; begin: opacity of frames [first, first + n_begin),
 *              NULL: full.
 * n_pop        frames from `first` on in which it stands in another shape (it grows or flies in).
 * growth       how it grows or slides in, as far as that has been seen (see growth.h, slide.h).
 * edge_in      how it comes.
 * swaps        frames, ascending, from which on its text is another in part; all before `searched` are known.
 * bar          a box drawn behind it that reaches past its text, seen to come with it or before it.
 * gone         first frame in which the strokes were missed, -1: they stand in all frames so far.
 */
struct uncap_track {
    int id;
    struct uncap_quad quad, hull; /* latest and all, picture coordinates */
    struct uncap_observation *observations;
    size_t n_observations, capacity;
    double score_sum;
    int64_t found, first, gone;
    uint8_t *begin;
    int n_begin, n_pop;
    int n_missed, n_all_missed; /* looks that did not see it: since the last one that did, and all */
    bool is_steady, is_settled, is_partial, is_refined, is_flash, is_inferred, is_traced;
    struct uncap_motion motion;
    struct uncap_path path;
    int n_judged, n_shared;
    int64_t anchor;
    struct uncap_rect anchor_line;
    struct uncap_piece *pieces;
    size_t n_pieces, pieces_capacity;
    struct uncap_whole whole;
    struct uncap_track_swap *swaps;
    size_t n_swaps, swaps_capacity;
    int64_t searched;
    float steadiness; /* mean gain in the frames beside `found` */
    struct uncap_edge edge_in;
    struct uncap_template pattern;
    struct uncap_template_scratch scratch;
    struct uncap_series series;
    struct uncap_evidence evidence;
    struct uncap_bar bar;
    struct uncap_growth growth;
};

/* Start following a box seen at frame: learn the template from the ring, find the beginning, gather evidence
 * from the ring. On error the track is empty. Errors: NOMEM.
 *
 * w, h  of the picture.
 */
int uncap_track_start(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                      const struct uncap_ring *ring, int w, int h, struct uncap_error *err);
void uncap_track_clear(struct uncap_track *t);

/* The detector saw it again. A box that reaches well beyond the hull makes it learn anew. Errors: NOMEM. */
int uncap_track_see(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                    const struct uncap_ring *ring, int w, int h, struct uncap_error *err);

/* Its line reaches as far as quad, too: learn anew from frame, which the ring has. Errors: NOMEM. */
int uncap_track_extend(struct uncap_track *t, const struct uncap_quad *quad, int64_t frame,
                       const struct uncap_ring *ring, int w, int h, struct uncap_error *err);

/* Match the template in the ring's new frames up to its end, and note where it goes missing. Once it has
 * stood for some frames the template is learned anew from them. Errors: NOMEM. */
int uncap_track_follow(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Learn the template anew from the frames in which it stands at its fullest, and find the beginning again, as
 * far as the ring reaches. Errors: NOMEM. */
int uncap_track_refine(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Look for parts of the line that appeared together with the rest and that the detector missed; learn anew if
 * there are. Nothing else may have changed in its rows when it began. Errors: NOMEM. */
int uncap_track_widen(struct uncap_track *t, const struct uncap_ring *ring, int w, int h,
                      struct uncap_error *err);

/* It began in fact at `first`, in another shape: another caption stood in its place until there. */
void uncap_track_begin_at(struct uncap_track *t, int64_t first);

/* Add a box to the observations, one a frame, in order of frames. Nothing else of the track changes but the
 * quad and the count of missed frames. Errors: NOMEM. */
int uncap_track_observe(struct uncap_track *t, const struct uncap_box *box, int64_t frame,
                        struct uncap_error *err);

/* Look for texts that took the place of another in part of the line, in frames that were not searched yet.
 * Errors: NOMEM. */
int uncap_track_search(struct uncap_track *t, const struct uncap_ring *ring, struct uncap_error *err);

/* Is `next` the same line come back after a gap (its background changed, say)? */
bool uncap_track_is_same(const struct uncap_track *t, const struct uncap_track *next);

/* Go on as `next`, which is emptied; the gap is bridged. Errors: NOMEM. */
int uncap_track_absorb(struct uncap_track *t, struct uncap_track *next, const struct uncap_ring *ring,
                       struct uncap_error *err);

/* Is `part` a piece of t's line, followed on its own because the detector saw it split, or saw it in a fade,
 * or something small within it, as the inside of a letter, which came with it? Two texts do not stand in one
 * place at once.
 *
 * now  frames [0, now) have been seen.
 */
bool uncap_track_holds(const struct uncap_track *t, const struct uncap_track *part, int64_t now);

/* Does `part` stand right beside t in its row, and did it begin with t? Then they are one line, of which no
 * look has seen all.
 *
 * now  as above.
 */
bool uncap_track_continues(const struct uncap_track *t, const struct uncap_track *part, int64_t now);

/* What is seen beside a line: more of it, what is there from the video's first frame on as the line may be,
 * or other text, which came later, or does not stand yet, and may be followed already. */
enum uncap_beside {
    UNCAP_BESIDE_OWN,
    UNCAP_BESIDE_UNSURE,
    UNCAP_BESIDE_OTHER,
    UNCAP_BESIDE_KNOWN,
};

/* What is it that a look at the frame saw beside a line? As far as the ring tells. Errors: NOMEM.
 *
 * is_complete  nobody goes on writing the line; of other lines words come one by one.
 * rest         what was seen of it; w, h: of the picture. */
int uncap_track_judge_beside(const struct uncap_track *t, bool is_complete, const struct uncap_box *rest,
                             int64_t frame, const struct uncap_ring *ring, int w, int h,
                             enum uncap_beside *out, struct uncap_error *err);

/* Might `other` be mistaken for more of t's line, which it is not, in the frames that tell how far that
 * reaches? What stood in the line's own columns cannot, and a symbol that came with it belongs to it. */
bool uncap_track_misleads(const struct uncap_track *other, const struct uncap_track *t);

/* Take over what was seen of a part, which is emptied; of something small within the line that is nothing.
 * Errors: NOMEM. */
int uncap_track_join(struct uncap_track *t, struct uncap_track *part, struct uncap_error *err);

/* Keep crops of frames [from, to) in which it stands. Errors: NOMEM. */
int uncap_track_gather(struct uncap_track *t, const struct uncap_ring *ring, int64_t from, int64_t to,
                       struct uncap_error *err);

/* Does it stand in this frame (as far as is known)? */
bool uncap_track_stands(const struct uncap_track *t, int64_t frame);

/* Have other strokes stood in its place since it was gone, in a frame before this one? Or has it given way to
 * other text, which stands in this one? */
bool uncap_track_is_replaced(const struct uncap_track *t, int64_t frame);

/* Is it a word of a few letters that gives way to other text right beyond the frame, towards `step` (1 or
 * -1)? */
bool uncap_track_gives_way(const struct uncap_track *t, int64_t frame, int step);

/* Outermost frame towards `step` in which its own strokes may stand: of a word, the last one before it
 * gives way to other text; else the last one that is known. */
int64_t uncap_track_own_border(const struct uncap_track *t, int step);

/* Can the template tell where it begins and ends? */
bool uncap_track_is_followed(const struct uncap_track *t);

/* Where a line is in a frame: the hull, displaced on its way; of one that does neither stand nor move on a
 * straight way, where it was seen last. */
struct uncap_quad uncap_track_quad_at(const struct uncap_track *t, const struct uncap_ring *ring,
                                      int64_t frame);

/* How it stands in a frame; zero where unknown. */
struct uncap_presence uncap_track_presence(const struct uncap_track *t, int64_t frame);

/* Rectangle of the ring's luma that a quad covers. */
struct uncap_rect uncap_track_luma_rect(const struct uncap_quad *quad, int factor);

#endif
