/* SPDX-License-Identifier: Apache-2.0 */
/* Side data of a stream (rotation, HDR, ...), which libavformat keeps in one place up to version 60 and in
 * another from 61 on. */
#ifndef UNCAP_MEDIA_SIDE_DATA_H
#define UNCAP_MEDIA_SIDE_DATA_H

#include <stdbool.h>

#include <libavformat/avformat.h>

#include "base/error.h"
#include "media/decode.h"

/* The data, borrowed; NULL if the stream has none of that kind. */
const void *uncap_side_data_get(const AVStream *stream, enum AVPacketSideDataType type);

/* Copy every piece. Errors: NOMEM. */
int uncap_side_data_copy_all(AVStream *dst, const AVStream *src, struct uncap_error *err);

/* Copy what still holds after the pictures were encoded anew: rotation, stereo and spherical layout, ICC
 * profile; and the HDR values of tags. What describes the old bit stream (CPB, Dolby Vision configuration)
 * stays behind.
 *
 * is_upright  the pictures lie as they are seen, so a player must not turn them once more.
 */
int uncap_side_data_copy_picture(AVStream *dst, const AVStream *src, const struct uncap_video_tags *tags,
                                 bool is_upright, struct uncap_error *err);

#endif
