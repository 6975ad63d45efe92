/* SPDX-License-Identifier: Apache-2.0 */
/* Opening one encoder of the table: its samples, its options, its times. */
#ifndef UNCAP_MEDIA_ENCODER_OPEN_H
#define UNCAP_MEDIA_ENCODER_OPEN_H

#include "media/encoders.h"

/* One wish for an encoder.
 *
 * info     of the frames; a choice may replace pix_fmt by one that loses less than all.
 * options  container may be NULL.
 * source   parameters of the source stream, may be NULL; read by "copy-codec". */
struct uncap_encoder_order {
    const struct uncap_video_info *info;
    const struct uncap_encoder_options *options;
    const AVCodecParameters *source;
    bool global_header;
    const struct uncap_control *control;
};

/* The format in which the encoder takes the samples exactly; NONE if it has none. */
enum AVPixelFormat uncap_encoder_exact_format(const struct uncap_encoder_kind *kind, const AVCodec *codec,
                                              const struct uncap_video_info *info);

bool uncap_encoder_knows_preset(const struct uncap_encoder_kind *kind, const char *preset);

/* Errors  ARG if the preset or quality is none of this encoder's. */
int uncap_encoder_check_options(const struct uncap_encoder_kind *kind,
                                const struct uncap_encoder_options *options, struct uncap_error *err);

/* Open it for samples in `format`; a negative AVERROR, and *out NULL, if it does not open. */
int uncap_encoder_open_kind(AVCodecContext **out, const struct uncap_encoder_kind *kind, const AVCodec *codec,
                            enum AVPixelFormat format, const struct uncap_encoder_order *order);

#endif
