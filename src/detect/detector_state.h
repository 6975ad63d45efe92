/* SPDX-License-Identifier: Apache-2.0 */
/* Inside of the detector, shared by detector.c (open, push, finish) and chunk*.c (the work). */
#ifndef UNCAP_DETECT_DETECTOR_STATE_H
#define UNCAP_DETECT_DETECTOR_STATE_H

#include "base/caption.h"
#include "base/slices.h"
#include "detect/detector.h"
#include "detect/life/classify.h"
#include "detect/life/life.h"
#include "detect/look/adaptive.h"
#include "detect/look/flash.h"
#include "detect/look/novelty.h"
#include "detect/look/shots.h"
#include "detect/ocr/looks.h"
#include "detect/ocr/readnet.h"
#include "detect/ocr/textnet.h"
#include "detect/track/track.h"
#include "nn/runtime.h"

/* sample, what, batch, regions  from the options; chunk: frames worked on at once.
 * background  threads that open the recogniser, then complete closed tracks, while `slices` work on frames.
 * reader      the background's, with the error of opening it, until that has opened it.
 * done     frames worked on; frames from here to ring.end wait.
 * tracks   still followed; closed ones become captions.
 * lives    of every text met, closed or not, in order of id.
 */
struct uncap_detector {
    struct uncap_detector_video video;
    enum uncap_sample sample;
    enum uncap_what what;
    int batch, chunk;
    struct uncap_rect *regions;
    int n_regions;
    bool is_automatic; /* no regions were asked for */
    struct uncap_slices *slices, *background;
    const struct uncap_control *control;
    struct uncap_runtime *runtime;
    struct uncap_textnet *net;
    const struct uncap_detect_options *options;
    struct uncap_readnet *reader; /* NULL: texts are not read */
    struct uncap_error reader_error;
    int64_t n_reads;
    int64_t seen_whole; /* frame of the last look at the whole picture, if has_seen_whole */
    bool has_seen_whole;
    int64_t owed; /* frame since which the picture is new, and only its band was looked at; -1: none */
    struct uncap_looks looks;
    struct uncap_ring ring;
    struct uncap_shots shots;
    struct uncap_novelty novelty;
    struct uncap_flash flash;
    struct uncap_adaptive adaptive;
    int n_found[2];             /* looks that found text as it is, and those that did closer alone */
    struct uncap_rect unsure;   /* picture: text that one look has seen and that did not stand still yet */
    struct uncap_rect appeared; /* luma pixels: where strokes have appeared since the last look */
    int64_t done;
    struct uncap_track **tracks;
    size_t n_tracks, tracks_capacity;
    struct uncap_life *lives;
    size_t n_lives, lives_capacity;
    struct uncap_completion *running, *waiting; /* lists, in order */
    int n_waiting;                              /* texts of those */
    struct uncap_captions *captions;
    struct uncap_features *features; /* [captions->n] */
    size_t features_capacity;
};

/* Work on the frames that wait. is_last: no more will come, so close everything. */
int uncap_detector_work(struct uncap_detector *d, bool is_last, struct uncap_error *err);

#endif
