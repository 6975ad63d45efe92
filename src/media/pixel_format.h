/* SPDX-License-Identifier: Apache-2.0 */
/* libavutil's pixel formats as our planar formats, and which of them hold the same samples. */
#ifndef UNCAP_MEDIA_PIXEL_FORMAT_H
#define UNCAP_MEDIA_PIXEL_FORMAT_H

#include <stdbool.h>

#include <libavutil/frame.h>
#include <libavutil/pixfmt.h>

#include "base/error.h"
#include "base/picture.h"

/* The planar format in native byte order that holds the samples of any other one: itself where it is one
 * already, yuvj* as yuv*, nv12 as yuv420p, bgr24 as gbrp, pal8 as gbrp, ... Alpha is kept where a planar
 * format has room. NONE: no planar integer form (floating point, Bayer, XYZ, hardware surfaces). */
enum AVPixelFormat uncap_pixel_planar(enum AVPixelFormat any);

/* The same samples without the alpha plane; itself if it has none. */
enum AVPixelFormat uncap_pixel_opaque(enum AVPixelFormat planar);

/* The planar format of the same components once rows and columns have changed places: itself unless chroma is
 * subsampled in one direction alone. NONE: there is none (4:1:1, 4:2:2 of 9, 14 or 16 bits or with alpha). */
enum AVPixelFormat uncap_pixel_swapped(enum AVPixelFormat planar);

/* Planes, depth and subsampling of what uncap_pixel_planar gives, without its alpha. */
struct uncap_format uncap_pixel_format(enum AVPixelFormat planar);

/* True if both hold the same components, depth and subsampling, whatever their order in memory. */
bool uncap_pixel_same_samples(enum AVPixelFormat a, enum AVPixelFormat b);

/* True for yuvj*: the full range twin of a yuv format, laid out like it. */
bool uncap_pixel_is_full_range_twin(enum AVPixelFormat any);

/* Move every sample of src into a new frame of another layout; properties are copied too.
 *
 * format  uncap_pixel_planar(src->format), or one with the same samples. Components of under 8 bits widen.
 * Memory  a frame, and a row while it runs.
 * Errors  NOMEM.
 */
int uncap_pixel_repack(AVFrame **out, const AVFrame *src, enum AVPixelFormat format, struct uncap_error *err);

#endif
