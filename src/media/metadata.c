/* SPDX-License-Identifier: Apache-2.0 */
#include "media/metadata.h"

#include <string.h>
#include <strings.h>

#include <libavutil/mem.h>

#include "base/memory.h"

static bool is_among(const char *key, const char *const *names)
{
    for (; *names; names++)
        if (!strcasecmp(key, *names))
            return true;
    return false;
}

static bool is_of_old_file(const char *key)
{
    static const char *const names[] = {"major_brand", "minor_version", "compatible_brands", "encoder", NULL};
    return is_among(key, names);
}

/* mkvmerge's statistics stand with and without a language behind them ("BPS-eng"). */
static bool is_of_old_stream(const char *key)
{
    static const char *const prefixes[] = {"BPS",          "DURATION", "NUMBER_OF_FRAMES", "NUMBER_OF_BYTES",
                                           "_STATISTICS_", "encoder",  "variant_bitrate",  NULL};
    for (const char *const *p = prefixes; *p; p++)
        if (!strncasecmp(key, *p, strlen(*p)))
            return true;
    return false;
}

static bool is_never(const char *key)
{
    (void)key;
    return false;
}

static int copy(AVDictionary **dst, const AVDictionary *src, bool (*is_left_out)(const char *),
                struct uncap_error *err)
{
    const AVDictionaryEntry *e = NULL;
    while ((e = av_dict_get(src, "", e, AV_DICT_IGNORE_SUFFIX)))
        if (!is_left_out(e->key) && av_dict_set(dst, e->key, e->value, 0) < 0)
            return uncap_fail_nomem(err, "tags");
    return UNCAP_OK;
}

int uncap_metadata_copy_file(AVFormatContext *dst, const AVFormatContext *src, struct uncap_error *err)
{
    return copy(&dst->metadata, src->metadata, is_of_old_file, err);
}

int uncap_metadata_copy_stream(AVStream *dst, const AVStream *src, bool is_encoded, struct uncap_error *err)
{
    return copy(&dst->metadata, src->metadata, is_encoded ? is_of_old_stream : is_never, err);
}

/* libavformat has no public function that adds a chapter to a muxer; it frees them with av_free. */
int uncap_metadata_copy_chapters(AVFormatContext *dst, const AVFormatContext *src, struct uncap_error *err)
{
    if (!src->nb_chapters)
        return UNCAP_OK;
    dst->chapters = av_calloc(src->nb_chapters, sizeof(*dst->chapters));
    if (!dst->chapters)
        return uncap_fail_nomem(err, "chapters");
    for (unsigned i = 0; i < src->nb_chapters; i++) {
        const AVChapter *from = src->chapters[i];
        AVChapter *to = av_mallocz(sizeof(*to));
        if (!to)
            return uncap_fail_nomem(err, "chapters");
        dst->chapters[dst->nb_chapters++] = to;
        to->id = from->id;
        to->time_base = from->time_base;
        to->start = from->start;
        to->end = from->end;
        const int status = copy(&to->metadata, from->metadata, is_never, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

bool uncap_metadata_needs_free_keys(const AVDictionary *tags)
{
    static const char *const fixed[] = {
        "title",       "artist",       "album_artist",  "composer",   "album",      "date",
        "comment",     "genre",        "copyright",     "grouping",   "lyrics",     "track",
        "disc",        "description",  "synopsis",      "show",       "episode_id", "network",
        "keywords",    "episode_sort", "season_number", "media_type", "hd_video",   "gapless_playback",
        "compilation", "encoder",      "creation_time", "language",   "timecode",   NULL};
    const AVDictionaryEntry *e = NULL;
    while ((e = av_dict_get(tags, "", e, AV_DICT_IGNORE_SUFFIX)))
        if (!is_among(e->key, fixed))
            return true;
    return false;
}
