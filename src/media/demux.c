/* SPDX-License-Identifier: Apache-2.0 */
#include "media/demux.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>

#include "base/memory.h"
#include "media/av_error.h"
#include "media/file_url.h"
#include "media/truncation.h"

static int is_interrupted(void *cancel)
{
    return uncap_cancelled(cancel);
}

static int check_file(struct uncap_demux *d, struct uncap_error *err)
{
    struct stat st;
    if (stat(d->path, &st))
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open '%s': %s", d->path, strerror(errno));
    if (S_ISDIR(st.st_mode))
        return uncap_fail(err, UNCAP_ERR_IO, "cannot read '%s': it is a folder, not a video file", d->path);
    if (!S_ISREG(st.st_mode))
        return uncap_fail(err, UNCAP_ERR_IO,
                          "cannot read '%s': not a regular file; it is read twice, so save it first",
                          d->path);
    if (!st.st_size)
        return uncap_fail(err, UNCAP_ERR_IO, "cannot read '%s': the file is empty", d->path);
    d->size_bytes = st.st_size;
    return UNCAP_OK;
}

static int open_format(struct uncap_demux *d, struct uncap_cancel *cancel, struct uncap_error *err)
{
    char *url = uncap_file_url(d->path);
    d->format = avformat_alloc_context();
    if (!url || !d->format) {
        uncap_free(url);
        return uncap_fail_nomem(err, "a demuxer");
    }
    d->format->interrupt_callback = (AVIOInterruptCB){is_interrupted, cancel};
    AVDictionary *options = NULL;
    av_dict_set(&options, "protocol_whitelist", "file,crypto,data", 0);
    int code = avformat_open_input(&d->format, url, NULL, &options);
    av_dict_free(&options);
    uncap_free(url);
    if (code >= 0)
        code = avformat_find_stream_info(d->format, NULL);
    if (code >= 0)
        return UNCAP_OK;
    if (code == AVERROR_INVALIDDATA && d->is_cut)
        return uncap_fail_cause(err, UNCAP_ERR_MEDIA, code,
                                "cannot read '%s': the file is cut short, and its index is in "
                                "the part that is missing; copy or download it again",
                                d->path);
    return uncap_fail_av(err, UNCAP_ERR_MEDIA, code, "cannot read '%s' as a video", d->path);
}

/* Demuxers that take anything with the right ending, or one picture. */
static bool is_no_video_format(const char *name)
{
    const size_t n = strlen(name);
    return !strcmp(name, "tty") || !strcmp(name, "image2") || (n > 5 && !strcmp(name + n - 5, "_pipe"));
}

/* libavformat's choice; it may take a cover picture, then the largest other one. < 0 if there is none. */
static int find_video(AVFormatContext *format)
{
    int best = av_find_best_stream(format, AVMEDIA_TYPE_VIDEO, -1, -1, NULL, 0);
    if (best < 0 || !uncap_demux_is_cover(format->streams[best]))
        return best;
    best = -1;
    int64_t most = 0;
    for (unsigned i = 0; i < format->nb_streams; i++) {
        const AVStream *s = format->streams[i];
        const int64_t area = (int64_t)s->codecpar->width * s->codecpar->height;
        if (s->codecpar->codec_type == AVMEDIA_TYPE_VIDEO && !uncap_demux_is_cover(s) && area > most) {
            best = (int)i;
            most = area;
        }
    }
    return best;
}

static int choose_video(struct uncap_demux *d, struct uncap_error *err)
{
    if (is_no_video_format(d->format->iformat->name))
        return uncap_fail(err, UNCAP_ERR_MEDIA, "'%s' is not a video (it looks like: %s)", d->path,
                          d->format->iformat->long_name ? d->format->iformat->long_name
                                                        : d->format->iformat->name);
    d->video = find_video(d->format);
    if (d->video >= 0)
        return UNCAP_OK;
    if (av_find_best_stream(d->format, AVMEDIA_TYPE_AUDIO, -1, -1, NULL, 0) >= 0)
        return uncap_fail(err, UNCAP_ERR_MEDIA, "'%s' has sound but no video", d->path);
    return uncap_fail(err, UNCAP_ERR_MEDIA, "'%s' has no video stream", d->path);
}

int uncap_demux_open(struct uncap_demux **out, const char *path, struct uncap_cancel *cancel,
                     struct uncap_error *err)
{
    struct uncap_demux *d = uncap_alloc(1, sizeof(*d));
    if (!d || !(d->path = uncap_strdup(path))) {
        uncap_free(d);
        return uncap_fail_nomem(err, "a demuxer");
    }
    int status = check_file(d, err);
    if (!status)
        status = uncap_truncation_check(path, d->size_bytes, &d->is_cut, err);
    if (!status)
        status = open_format(d, cancel, err);
    if (!status)
        status = choose_video(d, err);
    if (status)
        uncap_demux_close(&d);
    *out = d;
    return status;
}

void uncap_demux_close(struct uncap_demux **demux)
{
    struct uncap_demux *d = *demux;
    if (!d)
        return;
    avformat_close_input(&d->format);
    uncap_free(d->path);
    uncap_free(d);
    *demux = NULL;
}

AVStream *uncap_demux_video(const struct uncap_demux *demux)
{
    return demux->format->streams[demux->video];
}

bool uncap_demux_is_cover(const AVStream *stream)
{
    return (stream->disposition & AV_DISPOSITION_ATTACHED_PIC) != 0;
}

void uncap_demux_keep_only(struct uncap_demux *demux, int stream)
{
    for (unsigned i = 0; i < demux->format->nb_streams; i++)
        if ((int)i != stream)
            demux->format->streams[i]->discard = AVDISCARD_ALL;
}
