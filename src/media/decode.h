/* SPDX-License-Identifier: Apache-2.0 */
/* A video file as a stream of frames in display order. */
#ifndef UNCAP_MEDIA_DECODE_H
#define UNCAP_MEDIA_DECODE_H

#include <stdbool.h>
#include <stdint.h>

#include <libavcodec/codec_id.h>
#include <libavcodec/codec_par.h>
#include <libavutil/mastering_display_metadata.h>
#include <libavutil/pixfmt.h>
#include <libavutil/rational.h>

#include "base/cancel.h"
#include "base/error.h"
#include "base/picture.h"
#include "media/frame.h"

struct uncap_decoder;

/* What the light of the picture means; carried from source to output unchanged. */
struct uncap_video_tags {
    enum AVColorRange range;
    enum AVColorPrimaries primaries;
    enum AVColorTransferCharacteristic transfer;
    enum AVColorSpace matrix;
    enum AVChromaLocation siting;
    bool has_mastering, has_light;
    AVMasteringDisplayMetadata mastering;
    AVContentLightMetadata light;
};

/* What is known of the video stream before the first frame.
 *
 * w, h          of the picture as it is seen: frames come out turned as the container tells players to turn
 *               them. n_frames_guess is 0 when the container does not say.
 * format        of the pictures that come out; pix_fmt is the same as libavutil names it. Packed and
 *               semi-planar sources come out in the planar format that holds the same samples.
 * colour        for arithmetic: a matrix that the source leaves open is resolved (BT.601 up to 576 lines,
 *               else BT.709).
 * tags          for the output: as the source has them, open ones stay open; siting is the coded picture's.
 * orientation   by which the coded picture was turned (media/orientation.h), 0: not at all. Angles other than
 *               multiples of 90 degrees are left to the player.
 * has_constant_rate  as far as the container shows without reading it all.
 * field_order   progressive or unknown, or in which order the fields of interlaced frames are shown; of the
 *               coded picture.
 */
struct uncap_video_info {
    int w, h;
    struct uncap_format format;
    struct uncap_colour colour;
    enum AVPixelFormat pix_fmt;
    AVRational time_base, frame_rate, sample_aspect_ratio;
    int64_t n_frames_guess;
    double duration_s; /* 0 when unknown */
    int orientation;
    char codec[32];
    char container[64];
    struct uncap_video_tags tags;
    enum AVCodecID codec_id;
    enum AVFieldOrder field_order;
    bool has_constant_rate;
};

struct uncap_decoder_options {
    int threads;        /* at most; 0: one per processor */
    bool allow_damaged; /* go on after damaged packets and a truncated end, counting what is lost */
};

/* Open the file's best video stream and decode its first frame, so that info is certain.
 * Errors  IO (missing, a folder, unreadable, empty), MEDIA (not a video, audio only, no decoder, cut short),
 *         UNSUPPORTED (samples without a planar integer form), NOMEM, CANCELLED.
 */
int uncap_decoder_open(struct uncap_decoder **out, const char *path,
                       const struct uncap_decoder_options *options, struct uncap_cancel *cancel,
                       struct uncap_error *err);
void uncap_decoder_close(struct uncap_decoder **decoder);

const struct uncap_video_info *uncap_decoder_info(const struct uncap_decoder *decoder);

/* Next frame in display order; frame->av is NULL at the end. The caller unrefs it.
 * A change of size or format in the middle of the stream is UNSUPPORTED.
 * Errors  MEDIA (damaged or truncated, unless allow_damaged), NOMEM, CANCELLED.
 */
int uncap_decoder_next(struct uncap_decoder *decoder, struct uncap_frame *frame, struct uncap_error *err);

/* Damaged packets and frames met so far (allow_damaged). */
int64_t uncap_decoder_damaged(const struct uncap_decoder *decoder);

#endif
