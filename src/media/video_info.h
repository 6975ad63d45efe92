/* SPDX-License-Identifier: Apache-2.0 */
/* What the container and the first frame say about the video, as struct uncap_video_info. */
#ifndef UNCAP_MEDIA_VIDEO_INFO_H
#define UNCAP_MEDIA_VIDEO_INFO_H

#include "media/decode.h"
#include "media/demux.h"

/* Fill info from the open file and its first decoded frame (as the decoder gave it).
 * Errors  UNSUPPORTED if the samples have no planar integer form. */
int uncap_video_info_fill(struct uncap_video_info *info, const struct uncap_demux *demux,
                          const AVFrame *first, struct uncap_error *err);

#endif
