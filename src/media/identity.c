/* SPDX-License-Identifier: Apache-2.0 */
#include "media/identity.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "media/av_error.h"
#include "media/demux.h"
#include "media/orientation.h"
#include "media/pixel_format.h"

enum { N_PACKETS = 16 };

/* Fowler-Noll-Vo 1a, 64 bit. */
static const uint64_t fnv_start = UINT64_C(0xcbf29ce484222325);

static uint64_t fnv(uint64_t hash, const uint8_t *bytes, size_t n)
{
    for (size_t i = 0; i < n; i++)
        hash = (hash ^ bytes[i]) * UINT64_C(0x100000001b3);
    return hash;
}

/* Hashes of the last packets read; the oldest is at n % N_PACKETS once full. */
struct ring {
    uint64_t hash[N_PACKETS];
    size_t n;
};

static uint64_t combine(const struct ring *r)
{
    uint64_t hash = fnv_start;
    const size_t held = r->n < N_PACKETS ? r->n : N_PACKETS;
    for (size_t i = r->n - held; i < r->n; i++)
        for (int byte = 0; byte < 8; byte++) {
            const uint8_t b = (uint8_t)(r->hash[i % N_PACKETS] >> (8 * byte));
            hash = fnv(hash, &b, 1);
        }
    return hash;
}

/* Read video packets into the ring, at most `most` of them. A damaged end is an end. */
static int read_packets(struct uncap_demux *d, size_t most, struct uncap_cancel *cancel, struct ring *ring,
                        struct uncap_error *err)
{
    AVPacket *packet = av_packet_alloc();
    if (!packet)
        return uncap_fail_nomem(err, "a packet");
    int status = UNCAP_OK;
    while (!status && ring->n < most && av_read_frame(d->format, packet) >= 0) {
        if (packet->stream_index == d->video)
            ring->hash[ring->n++ % N_PACKETS] = fnv(fnv_start, packet->data, (size_t)packet->size);
        av_packet_unref(packet);
        status = uncap_cancel_check(cancel, err);
    }
    av_packet_free(&packet);
    return status;
}

/* To the last key frame; where the container cannot seek, go on from here, which is as good an anchor. */
static void seek_to_end(struct uncap_demux *d)
{
    const AVStream *s = uncap_demux_video(d);
    int64_t end = s->duration != AV_NOPTS_VALUE ? s->duration : 0;
    if (!end && d->format->duration != AV_NOPTS_VALUE)
        end = av_rescale_q(d->format->duration, AV_TIME_BASE_Q, s->time_base);
    if (end && s->start_time != AV_NOPTS_VALUE)
        end += s->start_time;
    if (end)
        avformat_seek_file(d->format, d->video, INT64_MIN, end, end, 0);
}

static double duration_of(const struct uncap_demux *d)
{
    return d->format->duration != AV_NOPTS_VALUE ? (double)d->format->duration / AV_TIME_BASE : 0;
}

/* The sides of the picture as the decoder will give it. */
static void read_sides(struct uncap_source *source, const AVStream *stream)
{
    const AVCodecParameters *par = stream->codecpar;
    const enum AVPixelFormat planar = uncap_pixel_planar((enum AVPixelFormat)par->format);
    source->orientation = uncap_orientation_of_stream(stream, planar);
    const bool swaps_sides = uncap_orientation_swaps_sides(source->orientation);
    source->w = swaps_sides ? par->height : par->width;
    source->h = swaps_sides ? par->width : par->height;
}

static int read_open(struct uncap_source *source, struct uncap_demux *d, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    const char *slash = strrchr(d->path, '/');
    source->size_bytes = d->size_bytes;
    source->duration_s = duration_of(d);
    read_sides(source, uncap_demux_video(d));
    source->name = uncap_strdup(slash ? slash + 1 : d->path);
    if (!source->name)
        return uncap_fail_nomem(err, "a file name");
    uncap_demux_keep_only(d, d->video);
    struct ring first = {.n = 0}, last = {.n = 0};
    int status = read_packets(d, N_PACKETS, cancel, &first, err);
    if (status)
        return status;
    seek_to_end(d);
    status = read_packets(d, SIZE_MAX, cancel, &last, err);
    source->first_packets_hash = combine(&first);
    source->last_packets_hash = combine(&last);
    return status;
}

int uncap_identity_read(struct uncap_source *source, const char *path, struct uncap_cancel *cancel,
                        struct uncap_error *err)
{
    struct uncap_demux *d;
    int status = uncap_demux_open(&d, path, cancel, err);
    if (status)
        return status;
    status = read_open(source, d, cancel, err);
    if (status) {
        uncap_free(source->name);
        source->name = NULL;
    }
    uncap_demux_close(&d);
    return status;
}

static bool say(char *reason, size_t size, const char *text)
{
    if (reason)
        snprintf(reason, size, "%s", text);
    return false;
}

bool uncap_identity_equal(const struct uncap_source *wanted, const struct uncap_source *found, char *reason,
                          size_t size)
{
    char text[160];
    if (wanted->orientation != found->orientation)
        return say(
            reason, size,
            wanted->orientation
                ? "a player turns its picture another way"
                : "a player turns its picture, and these captions lie in one that is not turned (older "
                  "versions of this program looked at pictures as they are coded)");
    if (wanted->w != found->w || wanted->h != found->h) {
        snprintf(text, sizeof(text), "its picture is %dx%d, not %dx%d", found->w, found->h, wanted->w,
                 wanted->h);
        return say(reason, size, text);
    }
    if (wanted->size_bytes != found->size_bytes) {
        snprintf(text, sizeof(text), "its size is %" PRId64 " bytes, not %" PRId64, found->size_bytes,
                 wanted->size_bytes);
        return say(reason, size, text);
    }
    if (fabs(wanted->duration_s - found->duration_s) > 0.01) {
        snprintf(text, sizeof(text), "it lasts %.2f s, not %.2f s", found->duration_s, wanted->duration_s);
        return say(reason, size, text);
    }
    if (wanted->first_packets_hash != found->first_packets_hash)
        return say(reason, size, "it begins with other pictures");
    if (wanted->last_packets_hash != found->last_packets_hash)
        return say(reason, size, "it ends with other pictures");
    return true;
}

int uncap_identity_check(const struct uncap_source *wanted, const char *path, struct uncap_cancel *cancel,
                         struct uncap_error *err)
{
    struct uncap_source found = {.name = NULL};
    const int status = uncap_identity_read(&found, path, cancel, err);
    uncap_free(found.name);
    if (status)
        return status;
    char reason[256];
    if (uncap_identity_equal(wanted, &found, reason, sizeof(reason)))
        return UNCAP_OK;
    return uncap_fail(err, UNCAP_ERR_ARG,
                      "the captions were made for another video than %s: %s; run `uncaption detect` on it",
                      path, reason);
}
