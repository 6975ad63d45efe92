/* SPDX-License-Identifier: Apache-2.0 */
#include <stdio.h>
#include <string.h>
#if defined(__GLIBC__)
#include <malloc.h>
#endif

#include "base/log.h"
#include "inpaint/engine_chain.h"
#include "media/writer.h"
#include "pipeline/erase_pass.h"
#include "pipeline/report.h"

/* The sink that encodes. */
struct output {
    const char *in, *path;
    const struct uncap_erase_options *options;
    const struct uncap_control *control;
    struct uncap_report *report;
    struct uncap_writer *writer, *provenance; /* the second NULL if not wanted */
};

#define PROVENANCE_ENCODER "ffv1" /* its colours are to be read, by eye or program */

/* Plain RGB of the source's size and timing, without its other streams. */
static int open_provenance(struct output *o, const struct uncap_video_info *info, struct uncap_error *err)
{
    struct uncap_video_info drawn = *info;
    drawn.pix_fmt = AV_PIX_FMT_GBRP;
    drawn.format = (struct uncap_format){.n_planes = 3, .depth = 8};
    drawn.colour = (struct uncap_colour){.matrix = 0, .is_full_range = true};
    drawn.tags = (struct uncap_video_tags){.range = AVCOL_RANGE_JPEG,
                                           .primaries = AVCOL_PRI_UNSPECIFIED,
                                           .transfer = AVCOL_TRC_UNSPECIFIED,
                                           .matrix = AVCOL_SPC_RGB};
    drawn.field_order = AV_FIELD_PROGRESSIVE;
    const struct uncap_writer_options w = {
        .info = &drawn, .encoder = {.name = PROVENANCE_ENCODER, .threads = o->options->threads}};
    return uncap_writer_open(&o->provenance, o->options->provenance, &w, o->control, err);
}

static int output_open(void *opaque, const struct uncap_video_info *info, struct uncap_error *err)
{
    struct output *o = opaque;
    const struct uncap_writer_options w = {.source = o->in,
                                           .info = info,
                                           .encoder = {.name = o->options->encoder,
                                                       .preset = o->options->encoder_preset,
                                                       .quality = o->options->quality,
                                                       .threads = o->options->threads}};
    const int status = uncap_writer_open(&o->writer, o->path, &w, o->control, err);
    if (!status)
        snprintf(o->report->encoder, sizeof(o->report->encoder), "%s", uncap_writer_encoder(o->writer));
    return status || !o->options->provenance ? status : open_provenance(o, info, err);
}

static int output_frame(void *opaque, const struct uncap_composited *item, struct uncap_error *err)
{
    struct output *o = opaque;
    const int status = uncap_writer_frame(o->writer, &item->result, err);
    return status || !o->provenance ? status : uncap_writer_frame(o->provenance, &item->provenance, err);
}

static int output_finish(void *opaque, struct uncap_error *err)
{
    struct output *o = opaque;
    const int status = o->provenance ? uncap_writer_finish(o->provenance, err) : UNCAP_OK;
    return status ? status : uncap_writer_finish(o->writer, err);
}

static int erase(const char *in, const struct uncap_captions *captions, const char *out,
                 const struct uncap_erase_options *options, const struct uncap_control *control,
                 struct uncap_report *report, struct uncap_error *err)
{
    struct output o = {.in = in, .path = out, .options = options, .control = control, .report = report};
    const struct uncap_sink sink = {.opaque = &o,
                                    .wants_provenance = options->provenance != NULL,
                                    .open = output_open,
                                    .frame = output_frame,
                                    .finish = output_finish};
    const int status = uncap_erase_pass(in, captions, options, &sink, control, report, err);
    uncap_writer_close(&o.provenance);
    uncap_writer_close(&o.writer);
    return status;
}

/* Packet for packet; where the output cannot take the video's own packets it is encoded as it is. */
static int copy(const char *in, const struct uncap_captions *captions, const char *out,
                const struct uncap_erase_options *options, const struct uncap_control *control,
                struct uncap_report *report, struct uncap_error *err)
{
    struct uncap_error why = {.status = UNCAP_OK};
    const int status = uncap_remux(in, out, control, &why);
    if (status == UNCAP_ERR_UNSUPPORTED) {
        uncap_log(control, UNCAP_LOG_WARNING, "%s: the video is encoded anew", why.message);
        return erase(in, captions, out, options, control, report, err);
    }
    snprintf(report->encoder, sizeof(report->encoder), "copy");
    return status ? uncap_fail_cause(err, why.status, why.cause, "%s", why.message) : UNCAP_OK;
}

int uncap_erase(const char *in, const struct uncap_captions *captions, const char *out,
                const struct uncap_erase_options *options, const struct uncap_control *control,
                struct uncap_report *report, struct uncap_error *err)
{
    const double started_s = uncap_clock_s();
    const struct uncap_erase_options defaults = {.engine = NULL};
    struct uncap_report own = {.n_frames = 0};
    struct uncap_report *r = report ? report : &own;
    r->n_captions = uncap_captions_count(captions);
    r->n_removed = uncap_captions_count_removed(captions);
    int status;
#if defined(__GLIBC__)
    malloc_trim(0); /* what detection took shall not add to what erasing takes */
#endif
    if (r->n_removed) {
        status = erase(in, captions, out, options ? options : &defaults, control, r, err);
    } else {
        if (options && options->provenance)
            uncap_log(control, UNCAP_LOG_WARNING, "no caption is removed, so %s is not written",
                      options->provenance);
        status = copy(in, captions, out, options ? options : &defaults, control, r, err);
    }
    uncap_report_finish(r, started_s);
    uncap_report_clear(&own);
    return status;
}

/* Is all there that the engines need? */
static int check_engines(const struct uncap_erase_options *options, struct uncap_error *err)
{
    struct uncap_engine_chain chain = {.n = 0};
    const int status = uncap_engine_chain_open(&chain, options, NULL, NULL, err);
    uncap_engine_chain_close(&chain);
    return status;
}

static int check_provenance(const char *in, const char *out, const char *path, struct uncap_error *err)
{
    const struct uncap_encoder_options encoder = {.name = PROVENANCE_ENCODER};
    if (!strcmp(out, path))
        return uncap_fail(err, UNCAP_ERR_ARG, "result and provenance are both to be written to %s", path);
    return uncap_writer_check(path, in, &encoder, err);
}

int uncap_erase_check(const char *in, const char *out, const struct uncap_erase_options *options,
                      struct uncap_error *err)
{
    const struct uncap_encoder_options encoder = {
        .name = options->encoder, .preset = options->encoder_preset, .quality = options->quality};
    int status = check_engines(options, err);
    if (!status)
        status = uncap_writer_check(out, in, &encoder, err);
    if (!status && options->provenance)
        status = check_provenance(in, out, options->provenance, err);
    return status;
}

bool uncap_engine_at(size_t i, const char **name, const char **description, const char **prior)
{
    size_t n = 0;
    while (uncap_engines[n])
        n++;
    if (i >= n)
        return false;
    *name = uncap_engines[i]->name;
    *description = uncap_engines[i]->description;
    *prior = uncap_engines[i]->prior;
    return true;
}
