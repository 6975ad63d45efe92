/* SPDX-License-Identifier: Apache-2.0 */
/* One decoded frame: libavutil's reference-counted AVFrame plus where it stands in the video.
 * Immutable while shared; the only reference count is libavutil's. */
#ifndef UNCAP_MEDIA_FRAME_H
#define UNCAP_MEDIA_FRAME_H

#include <stdbool.h>
#include <stdint.h>

#include <libavutil/frame.h>

#include "base/picture.h"

struct uncap_frame {
    AVFrame *av;      /* planar, native sample format; NULL: no frame (end of video) */
    int64_t index;    /* display index, 0, 1, 2, ... */
    int64_t pts;      /* in the video stream's time base */
    int64_t duration; /* in the same units; 0: unknown */
};

/* Drop the reference. NULL-safe, sets av to NULL. */
void uncap_frame_unref(struct uncap_frame *frame);

/* Second reference to the same samples. Returns false if short of memory. */
bool uncap_frame_ref(struct uncap_frame *dst, const struct uncap_frame *src);

/* Borrowed view of the first 1 or 3 planes (an alpha plane is left out). */
struct uncap_picture uncap_frame_picture(const struct uncap_frame *frame);

#endif
