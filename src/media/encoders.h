/* SPDX-License-Identifier: Apache-2.0 */
/* The video encoders that can be named, as data. */
#ifndef UNCAP_MEDIA_ENCODERS_H
#define UNCAP_MEDIA_ENCODERS_H

#include <stdbool.h>

#include <libavcodec/avcodec.h>

#include "media/encode.h"

/* One encoder of libavcodec and how it is driven.
 *
 * name           ours; several rows of one name are tried in order. NULL: only for "copy-codec".
 * codec          libavcodec's.
 * preset_key     its option for the preset, NULL: it has none.
 * presets        what may be given, default first, NULL-ended.
 * quality_key    its option for constant quality, NULL: it has none.
 * quality        the default; up to quality_max may be given, nothing if that is 0.
 * max_depth      bits a sample at most, 0: what its pixel formats say.
 * is_hardware    opening it is how one learns whether it is there.
 * counts_frames  refuses time bases of other than one frame (MPEG-1/2/4): it is given frame numbers.
 * needs_end      hangs when it is closed without having been told that no more frames come.
 * configure      what else it needs; may be NULL.
 */
struct uncap_encoder_kind {
    const char *name, *codec;
    const char *preset_key;
    const char *const *presets;
    const char *quality_key;
    double quality, quality_max;
    int max_depth;
    bool is_hardware, counts_frames, needs_end;
    void (*configure)(AVCodecContext *ctx, AVDictionary **private_options,
                      const struct uncap_video_info *info, const struct uncap_encoder_options *options);
};

/* NULL-ended, in the order in which a video that the named encoder cannot take is offered around. */
extern const struct uncap_encoder_kind *const uncap_encoder_kinds[];

#endif
