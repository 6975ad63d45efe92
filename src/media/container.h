/* SPDX-License-Identifier: Apache-2.0 */
/* What output containers can hold, and how each likes to be written. */
#ifndef UNCAP_MEDIA_CONTAINER_H
#define UNCAP_MEDIA_CONTAINER_H

#include <stdbool.h>

#include <libavformat/avformat.h>

#include "base/error.h"

/* Find the container by the file name's ending.
 * Errors  ARG if there is no ending, or none that a video can be written to. */
int uncap_container_find(const AVOutputFormat **out, const char *path, struct uncap_error *err);

bool uncap_container_is(const AVOutputFormat *format, const char *name);
/* MP4 and its relatives (mov, m4v, 3gp, ...). */
bool uncap_container_is_mp4(const AVOutputFormat *format);
/* Matroska and WebM. */
bool uncap_container_is_matroska(const AVOutputFormat *format);

/* True if it can tell a player to turn the picture: MP4 and its relatives. AVI and MPEG-TS cannot; Matroska
 * can, but libavformat of Debian 12 does not write it. */
bool uncap_container_has_display_matrix(const AVOutputFormat *format);

/* True if a stream of that kind and codec can be stored. */
bool uncap_container_holds(const AVOutputFormat *format, enum AVMediaType type, enum AVCodecID codec);

/* True if the container has one frame each 1 / frame rate and no other times (AVI). */
bool uncap_container_has_fixed_rate(const AVOutputFormat *format);

/* The source's tag of a copied stream if this container writes it for that codec, else 0: it chooses. */
uint32_t uncap_container_tag(const AVOutputFormat *format, const AVCodecParameters *source);

#endif
