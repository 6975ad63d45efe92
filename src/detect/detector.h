/* SPDX-License-Identifier: Apache-2.0 */
/* The detector: frames in, in display order; captions out. One pass, bounded memory.
 *
 * Frames are gathered into chunks of a fixed number; within a chunk the looks at single frames, the network
 * calls and the mattes run side by side on the caller's slices. What comes out does not depend on their
 * number. */
#ifndef UNCAP_DETECT_DETECTOR_H
#define UNCAP_DETECT_DETECTOR_H

#include "base/caption.h"
#include "base/error.h"
#include "base/slices.h"
#include "detect/look/ring.h"
#include "uncaption/control.h"
#include "uncaption/detect.h"

struct uncap_detector;

/* The video as the detector will see it.
 *
 * keeper  how to hold on to a frame, see ring.h.
 */
struct uncap_detector_video {
    int w, h;
    struct uncap_format format;
    struct uncap_colour colour;
    double frames_per_second; /* 0: unknown */
    struct uncap_frame_keeper keeper;
};

/* For reports. */
struct uncap_detector_stats {
    int64_t n_frames, n_looks; /* frames seen; pictures the network saw */
    int64_t n_recogniser_calls;
    const char *device; /* of its networks; the detector's */
};

/* Open the networks.
 *
 * options  borrowed until it is closed.
 * slices   borrowed, NULL: the calling thread alone.
 * control  borrowed, for log lines and cancel; may be NULL.
 * Errors   ARG (batch out of range), MODEL, BACKEND, NOMEM.
 */
int uncap_detector_open(struct uncap_detector **out, const struct uncap_detect_options *options,
                        struct uncap_slices *slices, const struct uncap_control *control,
                        struct uncap_error *err);
void uncap_detector_close(struct uncap_detector **detector);

/* Say what the video is like, once, before the first frame. Errors: ARG (region outside the picture),
 * NOMEM. */
int uncap_detector_start(struct uncap_detector *detector, const struct uncap_detector_video *video,
                         struct uncap_error *err);

/* Show the next frame.
 *
 * picture  view of the frame's samples; they stay valid while the keeper holds the frame.
 * frame    what the keeper retains.
 * Errors   NOMEM, BACKEND, CANCELLED.
 */
int uncap_detector_push(struct uncap_detector *detector, const struct uncap_picture *picture, void *frame,
                        struct uncap_error *err);

/* No more frames: close what is still followed, decide what is a caption. source is left zero but for size
 * and count of frames. Errors: as push. */
int uncap_detector_finish(struct uncap_detector *detector, struct uncap_captions **out,
                          struct uncap_error *err);

struct uncap_detector_stats uncap_detector_stats(const struct uncap_detector *detector);

#endif
