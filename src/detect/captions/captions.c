/* SPDX-License-Identifier: Apache-2.0 */
#include "uncaption/captions.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "base/caption.h"
#include "base/error.h"
#include "base/memory.h"
#include "base/part_file.h"
#include "detect/captions/captions_json.h"
#include "detect/captions/subtitles.h"

/* Larger files than this are no captions files: the parsed form must fit in memory. */
static const long long max_file_bytes = 512LL << 20;

static int fail_io(struct uncap_error *err, const char *doing, const char *path)
{
    const int cause = errno;
    return uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot %s captions file '%s': %s", doing, path,
                            strerror(cause));
}

static int read_all(FILE *f, const char *path, char **text, size_t *length, struct uncap_error *err)
{
    struct stat st;
    if (fstat(fileno(f), &st))
        return fail_io(err, "read", path);
    if (S_ISDIR(st.st_mode))
        return uncap_fail(err, UNCAP_ERR_IO, "cannot read captions file '%s': it is a folder", path);
    size_t capacity = 0;
    *length = 0;
    for (;;) {
        if (!uncap_grow((void **)text, &capacity, *length + 65536, 1))
            return uncap_fail_nomem(err, "captions file");
        const size_t got = fread(*text + *length, 1, capacity - *length, f);
        *length += got;
        if (ferror(f))
            return fail_io(err, "read", path);
        if (!got)
            return UNCAP_OK;
        if ((long long)*length > max_file_bytes)
            return uncap_fail(err, UNCAP_ERR_ARG, "captions file '%s' is larger than %lld bytes", path,
                              max_file_bytes);
    }
}

int uncap_captions_load(const char *path, struct uncap_captions **out, struct uncap_error *err)
{
    *out = NULL;
    FILE *f = fopen(path, "rb");
    if (!f)
        return fail_io(err, "open", path);
    char *text = NULL;
    size_t length = 0;
    int status = read_all(f, path, &text, &length, err);
    fclose(f);
    if (!status)
        status = uncap_captions_parse(text, length, path, out, err);
    uncap_free(text);
    return status;
}

int uncap_captions_save(const struct uncap_captions *captions, const char *path, struct uncap_error *err)
{
    char *text = NULL;
    size_t length = 0;
    int status = uncap_captions_print(captions, &text, &length, err);
    if (!status)
        status = uncap_part_file_save(path, text, length, err);
    uncap_free(text);
    return status;
}

static int save_subtitles(const struct uncap_captions *captions, enum uncap_subtitle_format format,
                          const char *path, struct uncap_error *err)
{
    char *text = NULL;
    size_t length = 0;
    int status = uncap_subtitles_print(captions, format, &text, &length, err);
    if (!status)
        status = uncap_part_file_save(path, text, length, err);
    uncap_free(text);
    return status;
}

int uncap_captions_save_srt(const struct uncap_captions *captions, const char *path, struct uncap_error *err)
{
    return save_subtitles(captions, UNCAP_SUBTITLE_SRT, path, err);
}

int uncap_captions_save_ass(const struct uncap_captions *captions, const char *path, struct uncap_error *err)
{
    return save_subtitles(captions, UNCAP_SUBTITLE_ASS, path, err);
}

void uncap_captions_close(struct uncap_captions **captions)
{
    struct uncap_captions *c = *captions;
    if (!c)
        return;
    for (size_t i = 0; i < c->n; i++)
        uncap_caption_clear(&c->items[i]);
    uncap_free(c->items);
    uncap_free(c->shots);
    uncap_free(c->source.name);
    json_decref(c->options);
    json_decref(c->unknown);
    uncap_free(c);
    *captions = NULL;
}

size_t uncap_captions_count(const struct uncap_captions *captions)
{
    return captions->n;
}

size_t uncap_captions_count_removed(const struct uncap_captions *captions)
{
    size_t n = 0;
    for (size_t i = 0; i < captions->n; i++)
        n += !captions->items[i].keep;
    return n;
}

/* Is script one of the comma-separated names in list? */
static bool is_listed(const char *script, const char *list)
{
    const size_t n = script ? strlen(script) : 0;
    for (const char *at = list; n && at; at = strchr(at, ',') ? strchr(at, ',') + 1 : NULL)
        if (!strncasecmp(at, script, n) && (at[n] == ',' || at[n] == '\0'))
            return true;
    return false;
}

void uncap_captions_filter_script(struct uncap_captions *captions, const char *keep, const char *remove)
{
    for (size_t i = 0; i < captions->n; i++) {
        struct uncap_caption *c = &captions->items[i];
        if ((keep && is_listed(c->script, keep)) || (remove && !is_listed(c->script, remove)))
            c->keep = true;
    }
}
