/* SPDX-License-Identifier: Apache-2.0 */
#include "media/output.h"

#include <string.h>

#include <libavcodec/avcodec.h>

#include "base/memory.h"
#include "media/av_error.h"
#include "media/container.h"
#include "media/file_url.h"
#include "media/metadata.h"

static int is_interrupted(void *cancel)
{
    return uncap_cancelled(cancel);
}

static int open_io(struct uncap_output *o, struct uncap_error *err)
{
    char *url = uncap_file_url(o->part.path);
    if (!url)
        return uncap_fail_nomem(err, "a file name");
    const int code = avio_open2(&o->format->pb, url, AVIO_FLAG_WRITE, &o->format->interrupt_callback, NULL);
    uncap_free(url);
    return code < 0 ? uncap_fail_av(err, UNCAP_ERR_IO, code, "cannot write '%s'", o->name) : UNCAP_OK;
}

int uncap_output_open(struct uncap_output *o, const char *path, const char *source,
                      struct uncap_cancel *cancel, struct uncap_error *err)
{
    *o = (struct uncap_output){.format = NULL};
    const AVOutputFormat *container;
    int status = uncap_part_file_open(&o->part, path, source, err);
    if (!status)
        status = uncap_container_find(&container, path, err);
    if (!status && (!(o->name = uncap_strdup(path)) ||
                    avformat_alloc_output_context2(&o->format, container, NULL, NULL) < 0))
        status = uncap_fail_nomem(err, "a muxer");
    if (!status) {
        o->format->interrupt_callback = (AVIOInterruptCB){is_interrupted, cancel};
        status = open_io(o, err);
    }
    if (status)
        uncap_output_close(o);
    return status;
}

/* MP4 counts the offsets between its streams in a clock of the whole file, by default in milliseconds; in the
 * video's own they come out exact. */
static void set_movie_clock(const struct uncap_output *o, AVDictionary **options)
{
    for (unsigned i = 0; i < o->format->nb_streams; i++) {
        const AVStream *s = o->format->streams[i];
        if (s->codecpar->codec_type != AVMEDIA_TYPE_VIDEO || s->disposition & AV_DISPOSITION_ATTACHED_PIC)
            continue;
        if (s->time_base.num == 1 && s->time_base.den >= 1000 && s->time_base.den <= 1000000)
            av_dict_set_int(options, "movie_timescale", s->time_base.den, 0);
        return;
    }
}

static void set_options(const struct uncap_output *o, const char *source_container, AVDictionary **options)
{
    const AVOutputFormat *container = o->format->oformat;
    if (uncap_container_is_mp4(container) && uncap_metadata_needs_free_keys(o->format->metadata))
        av_dict_set(options, "movflags", "use_metadata_tags", 0);
    if (uncap_container_is(container, "mpegts")) {
        o->format->max_delay =
            700000; /* microseconds a receiver may buffer; libavformat's default of 0 starves it */
        if (!strcmp(source_container, "mpegts"))
            av_dict_set(options, "mpegts_copyts", "1", 0);
    }
    if (uncap_container_is_mp4(container)) {
        set_movie_clock(o, options);
        /* Without it FLAC and TrueHD are refused in MP4, for which both have long been specified. */
        o->format->strict_std_compliance = FF_COMPLIANCE_EXPERIMENTAL;
    }
}

int uncap_output_start(struct uncap_output *o, const char *source_container, struct uncap_error *err)
{
    AVDictionary *options = NULL;
    set_options(o, source_container, &options);
    const int code = avformat_write_header(o->format, &options);
    av_dict_free(&options);
    if (code >= 0)
        return UNCAP_OK;
    return uncap_fail_av(err, UNCAP_ERR_UNSUPPORTED, code,
                         "cannot start writing '%s' as %s; .mkv holds nearly everything", o->name,
                         o->format->oformat->long_name);
}

int uncap_output_packet(struct uncap_output *o, AVPacket *packet, struct uncap_error *err)
{
    int code = av_interleaved_write_frame(o->format, packet);
    if (code >= 0 && o->format->pb->error)
        code = o->format->pb->error;
    return code < 0 ? uncap_fail_av(err, UNCAP_ERR_MEDIA, code, "cannot write '%s'", o->name) : UNCAP_OK;
}

int uncap_output_finish(struct uncap_output *o, struct uncap_error *err)
{
    int code = av_write_trailer(o->format);
    avio_flush(o->format->pb);
    if (code >= 0)
        code = o->format->pb->error;
    const int closing = avio_closep(&o->format->pb);
    if (code >= 0)
        code = closing;
    if (code < 0)
        return uncap_fail_av(err, UNCAP_ERR_IO, code, "cannot finish '%s'", o->name);
    return uncap_part_file_finish(&o->part, err);
}

void uncap_output_close(struct uncap_output *o)
{
    if (o->format)
        avio_closep(&o->format->pb);
    avformat_free_context(o->format);
    uncap_part_file_close(&o->part);
    uncap_free(o->name);
    *o = (struct uncap_output){.format = NULL};
}
