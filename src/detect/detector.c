/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/detector.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "detect/completion.h"
#include "detect/detector_state.h"
#include "detect/life/share.h"

enum {
    CHUNK = 8, /* frames; fixed, so that results depend neither on the number of threads nor on the batch */
    CALLS = 8, /* looks at a fixed rate in a chunk: as many as may run side by side or in one call ... */
    CALLS_GPU = 32, /* ... on a GPU, which likes them together */
    BATCH_MAX = 64,
    MIN_FRAMES = 20, /* the ring's references: a chunk, a fade's end, and clean frames beside */
    MAX_LUMAS = 96,
};

/* Shares of the memory option that the ring may hold in references and in luma. */
static const double picture_share = 0.25, luma_share = 0.125;

static int set_regions(struct uncap_detector *d, const struct uncap_detect_options *o,
                       struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, d->video.w, d->video.h};
    d->n_regions = o->n_regions ? (int)o->n_regions : 1;
    d->regions = uncap_alloc((size_t)d->n_regions, sizeof(*d->regions));
    if (!d->regions)
        return uncap_fail_nomem(err, "regions");
    d->regions[0] = all;
    d->is_automatic = o->n_regions == 0;
    for (size_t i = 0; i < o->n_regions; i++) {
        const struct uncap_region *g = &o->regions[i];
        const double sx = g->is_percent ? d->video.w / 100.0 : 1, sy = g->is_percent ? d->video.h / 100.0 : 1;
        const double x0 = g->x * sx, y0 = g->y * sy, x1 = (g->x + g->w) * sx, y1 = (g->y + g->h) * sy;
        if (!(x0 >= 0 && y0 >= 0 && x1 <= d->video.w + 0.5 && y1 <= d->video.h + 0.5 && x1 > x0 + 1 &&
              y1 > y0 + 1))
            return uncap_fail(
                err, UNCAP_ERR_ARG,
                "region %g,%g,%g,%g%s does not lie inside the picture of %dx%d; give x,y,w,h within it", g->x,
                g->y, g->w, g->h, g->is_percent ? " (per cent)" : "", d->video.w, d->video.h);
        const struct uncap_rect r = {(int)x0, (int)y0, (int)ceil(x1), (int)ceil(y1)};
        d->regions[i] = uncap_rect_intersect(r, all);
    }
    return UNCAP_OK;
}

static int check_options(const struct uncap_detect_options *o, struct uncap_error *err)
{
    if (o->batch < 0 || o->batch > BATCH_MAX)
        return uncap_fail(err, UNCAP_ERR_ARG, "batch %d is outside 1..%d", o->batch, BATCH_MAX);
    if (o->n_regions > 1000)
        return uncap_fail(err, UNCAP_ERR_ARG, "%zu regions are more than 1000", o->n_regions);
    return UNCAP_OK;
}

/* Room for two seconds behind the newest frame, within the memory option: text so faint that the second look
 * at the whole picture finds it first began just after the one before that. */
static int open_ring(struct uncap_detector *d, const struct uncap_detect_options *o, struct uncap_error *err)
{
    const double budget = o->max_memory_bytes ? (double)o->max_memory_bytes : 512.0 * (1 << 20);
    const double fps = d->video.frames_per_second > 0 ? d->video.frames_per_second : 25;
    const int want = (int)fmin(2 * fps, MAX_LUMAS - d->chunk) + d->chunk;
    const int f = uncap_luma_factor(d->video.w, d->video.h);
    const double picture = (double)uncap_picture_bytes(d->video.format, d->video.w, d->video.h);
    const double luma = (double)d->video.w / f * d->video.h / f;
    const int least = MIN_FRAMES + d->chunk;
    int n_frames = (int)fmin(want, picture_share * budget / picture);
    int n_lumas = (int)fmin(want, luma_share * budget / luma);
    n_frames = n_frames < least ? least : n_frames;
    n_lumas = n_lumas < n_frames ? n_frames : n_lumas;
    return uncap_ring_open(&d->ring, d->video.w, d->video.h, d->video.format, n_frames, n_lumas,
                           d->video.keeper, err);
}

static void open_reader(void *opaque, int i)
{
    struct uncap_detector *d = opaque;
    (void)i;
    uncap_readnet_open(&d->reader, d->runtime, d->options->recogniser, d->options->dictionary,
                       &d->reader_error);
}

/* The recogniser's is opened behind the detector's back: it is asked for nothing before the first text has
 * ended (uncap_completion_go_on). */
static int open_networks(struct uncap_detector *d, struct uncap_error *err)
{
    if (!d->options->no_text)
        uncap_slices_start(d->background, 1, open_reader, d);
    return uncap_textnet_open(&d->net, d->runtime, d->options->detector, err);
}

static int open_network(struct uncap_detector *d, struct uncap_error *err)
{
    const struct uncap_detect_options *o = d->options;
    const struct uncap_runtime_options options = {.threads = 1, .device = o->device, .control = d->control};
    int status = uncap_runtime_open(&d->runtime, &options, err);
    if (status)
        return status;
    const bool is_cpu = !strcmp(uncap_runtime_device(d->runtime), "CPU");
    const int calls = is_cpu ? CALLS : CALLS_GPU;
    d->batch = o->batch ? o->batch : is_cpu ? 1 : CALLS_GPU;
    d->chunk = d->sample == UNCAP_SAMPLE_EVEN ? 2 * calls : d->sample == UNCAP_SAMPLE_EVERY ? calls : CHUNK;
    status = open_networks(d, err);
    d->looks = (struct uncap_looks){.net = d->net,
                                    .slices = d->slices,
                                    .options = uncap_boxes_defaults(),
                                    .batch = d->batch,
                                    .cancel = d->control ? d->control->cancel : NULL};
    return status ? status : uncap_looks_open(&d->looks, err);
}

int uncap_detector_open(struct uncap_detector **out, const struct uncap_detect_options *options,
                        struct uncap_slices *slices, const struct uncap_control *control,
                        struct uncap_error *err)
{
    struct uncap_detector *d = uncap_alloc(1, sizeof(*d));
    *out = NULL;
    if (!d)
        return uncap_fail_nomem(err, "detector");
    d->sample = options->sample;
    d->what = options->what;
    d->options = options;
    d->slices = slices;
    d->control = control;
    int status = check_options(options, err);
    if (!status)
        status = uncap_slices_open(&d->background, uncap_slices_threads(slices), err);
    if (!status)
        status = open_network(d, err);
    if (status)
        uncap_detector_close(&d);
    *out = d;
    return status;
}

int uncap_detector_start(struct uncap_detector *d, const struct uncap_detector_video *video,
                         struct uncap_error *err)
{
    int luma_w, luma_h;
    uncap_luma_size(video->w, video->h, uncap_luma_factor(video->w, video->h), &luma_w, &luma_h);
    d->video = *video;
    d->looks.colour = video->colour;
    int status = set_regions(d, d->options, err);
    if (!status)
        status = open_ring(d, d->options, err);
    if (!status)
        status = uncap_novelty_open(&d->novelty, luma_w, luma_h, err);
    if (!status)
        status = uncap_flash_open(&d->flash, luma_w, luma_h, err);
    if (status)
        return status;
    d->owed = -1;
    uncap_adaptive_start(&d->adaptive, d->video.frames_per_second);
    d->captions = uncap_alloc(1, sizeof(*d->captions));
    return d->captions ? UNCAP_OK : uncap_fail_nomem(err, "captions");
}

void uncap_detector_close(struct uncap_detector **detector)
{
    struct uncap_detector *d = *detector;
    if (!d)
        return;
    uncap_completion_drop(d);
    uncap_slices_close(&d->background);
    for (size_t i = 0; i < d->n_tracks; i++) {
        uncap_track_clear(d->tracks[i]);
        uncap_free(d->tracks[i]);
    }
    uncap_free(d->tracks);
    uncap_free(d->lives);
    uncap_free(d->features);
    uncap_captions_close(&d->captions);
    uncap_novelty_close(&d->novelty);
    uncap_flash_close(&d->flash);
    uncap_ring_close(&d->ring);
    uncap_looks_close(&d->looks);
    uncap_readnet_close(&d->reader);
    uncap_textnet_close(&d->net);
    uncap_runtime_close(&d->runtime);
    uncap_free(d->regions);
    uncap_free(d);
    *detector = NULL;
}

int uncap_detector_push(struct uncap_detector *d, const struct uncap_picture *picture, void *frame,
                        struct uncap_error *err)
{
    const int status = uncap_ring_push(&d->ring, picture, frame, err);
    if (status || d->ring.end - d->done < d->chunk)
        return status;
    return uncap_detector_work(d, false, err);
}

static int by_first(const void *a, const void *b)
{
    const struct uncap_caption *p = a;
    const struct uncap_caption *q = b;
    if (p->first != q->first)
        return p->first < q->first ? -1 : 1;
    return (p->id > q->id) - (p->id < q->id);
}

static const char *const border_names[] = {"soft", "cut", "clean"};

/* The features and points, for a person to see why. Numbers rounded to what they are worth. */
static json_t *reasons(const struct uncap_features *f, const struct uncap_verdict *v)
{
    return json_pack("{s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:f,s:s,s:s,s:i,s:i,s:i,s:f,s:f,s:f,s:b,s:b,s:b,s:b}",
                     "points", round(100 * (double)v->total) / 100, "borders", (double)v->borders, "cuts",
                     (double)v->cuts, "looks", (double)v->looks, "shape", (double)v->shape, "overlay",
                     (double)v->overlay, "style", (double)v->style, "axis", (double)v->axis, "begin",
                     border_names[f->begin], "end", border_names[f->finish], "seen", f->n_seen, "missed",
                     f->n_missed, "shot_cuts", f->n_cuts, "likeness", round(100 * (double)f->likeness) / 100,
                     "contrast", round((double)f->contrast), "line_px", round(10 * (double)f->line_px) / 10,
                     "steady", f->is_steady, "wanders", f->wanders, "moving", f->is_moving, "inferred",
                     f->is_inferred);
}

static int judge(struct uncap_detector *d, struct uncap_error *err)
{
    struct uncap_captions *c = d->captions;
    struct uncap_verdict *verdicts = uncap_alloc(c->n, sizeof(*verdicts));
    if (!verdicts)
        return uncap_fail_nomem(err, "captions");
    uncap_share_overlay(d->features, c->n);
    uncap_classify(d->features, (int)c->n, d->ring.end, verdicts);
    int status = UNCAP_OK;
    for (size_t i = 0; i < c->n && !status; i++) {
        struct uncap_caption *item = &c->items[i];
        item->keep = uncap_classify_keeps(&verdicts[i], d->what);
        item->kind = uncap_strdup(verdicts[i].kind);
        item->reasons = reasons(&d->features[i], &verdicts[i]);
        status = item->kind && item->reasons ? UNCAP_OK : uncap_fail_nomem(err, "captions");
    }
    uncap_free(verdicts);
    return status ? status : uncap_share_breadth(c->items, d->features, c->n, err);
}

int uncap_detector_finish(struct uncap_detector *d, struct uncap_captions **out, struct uncap_error *err)
{
    int status = uncap_detector_work(d, true, err);
    *out = NULL;
    if (!status)
        status = judge(d, err);
    if (status)
        return status;
    struct uncap_captions *c = d->captions;
    if (c->n)
        qsort(c->items, c->n, sizeof(*c->items), by_first);
    for (size_t i = 0; i < c->n; i++)
        c->items[i].id = (int)i + 1;
    c->source.w = d->video.w;
    c->source.h = d->video.h;
    c->source.n_frames = d->ring.end;
    *out = c;
    d->captions = NULL;
    return UNCAP_OK;
}

struct uncap_detector_stats uncap_detector_stats(const struct uncap_detector *d)
{
    return (struct uncap_detector_stats){.n_frames = d->ring.end,
                                         .n_looks = d->looks.n_pictures,
                                         .n_recogniser_calls = d->n_reads,
                                         .device = uncap_runtime_device(d->runtime)};
}
