/* SPDX-License-Identifier: Apache-2.0 */
/* Choosing and opening a video encoder, with fallback. */
#ifndef UNCAP_MEDIA_ENCODE_H
#define UNCAP_MEDIA_ENCODE_H

#include <stdbool.h>

#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>

#include "base/error.h"
#include "media/decode.h"
#include "uncaption/control.h"

/* name       "auto", "nvenc", "x264", "x265", "av1", "vp9", "ffv1", "copy-codec"; NULL: "auto".
 * preset     as the encoder calls it; NULL: its default here.
 * quality    crf or cq; 0: its default here.
 * threads    0: one per processor.
 * container  encoders whose stream it cannot hold are passed over; NULL: any. The writer sets it. */
struct uncap_encoder_options {
    const char *name, *preset;
    double quality;
    int threads;
    const AVOutputFormat *container;
};

/* The same, and whether it takes options' preset and quality, and its stream fits options' container.
 * Errors  ARG; BACKEND if this build of FFmpeg lacks it. */
int uncap_encoder_check(const struct uncap_encoder_options *options, struct uncap_error *err);

/* Open an encoder for frames as info describes, at their true size; they are not turned here.
 *
 * "auto" tries NVENC and, on any failure, falls back to a CPU encoder, saying so in one line through control.
 * A depth or subsampling that the encoder cannot take goes to one that can, said the same way.
 * The context's pix_fmt, width, height and colour tags are set; its time_base is info's, or one frame where
 * the codec or container knows no other times. Frames are brought to its pix_fmt by uncap_encoder_frame.
 * global_header  the container wants extradata (AVFMT_GLOBALHEADER).
 * source         demuxed source stream's parameters, for "copy-codec".
 * Errors  ARG (unknown name, preset or quality refused), BACKEND, NOMEM.
 */
int uncap_encoder_open(AVCodecContext **out, const struct uncap_video_info *info,
                       const struct uncap_encoder_options *options, const AVCodecParameters *source,
                       bool global_header, const struct uncap_control *control, struct uncap_error *err);

/* Free it, whatever it still holds. NULL-safe, sets NULL. */
void uncap_encoder_close(AVCodecContext **encoder);

/* New reference to src, or a copy of its samples in the encoder's own layout; its picture type is left to the
 * encoder. Errors: NOMEM, BACKEND. */
int uncap_encoder_frame(AVFrame **out, const AVCodecContext *encoder, const AVFrame *src,
                        struct uncap_error *err);

/* One line a known encoder: whether it opens here, and if not why. For `uncaption doctor`. */
struct uncap_encoder_status {
    const char *name, *codec; /* ours and libavcodec's */
    bool works;
    char reason[256];
};
/* Probe the i-th encoder of the table with a small picture; false past the end. */
bool uncap_encoder_probe(int i, struct uncap_encoder_status *status);

#endif
