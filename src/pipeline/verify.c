/* SPDX-License-Identifier: Apache-2.0 */
#include <string.h>

#include "base/coverage.h"
#include "base/memory.h"
#include "pipeline/erase_pass.h"
#include "pipeline/report.h"

/* The sink that compares. The covered pixels are painted anew from the captions, over the whole picture, so
 * that crops, windows and compositing are all under test. */
struct check {
    const struct uncap_captions *captions;
    struct uncap_verification *result;
    uint8_t *covered; /* [h][w] u8 of the whole picture */
    int w, h;
};

static int check_open(void *opaque, const struct uncap_video_info *info, struct uncap_error *err)
{
    struct check *c = opaque;
    c->w = info->w;
    c->h = info->h;
    c->covered = uncap_alloc((size_t)c->w * (size_t)c->h, 1);
    return c->covered ? UNCAP_OK : uncap_fail_nomem(err, "the verification's picture");
}

static void paint(struct check *c, int64_t index)
{
    const struct uncap_rect picture = {0, 0, c->w, c->h};
    memset(c->covered, 0, (size_t)c->w * (size_t)c->h);
    for (size_t i = 0; i < c->captions->n; i++)
        if (!c->captions->items[i].keep)
            uncap_coverage_paint(&c->captions->items[i], index, c->covered, c->w, picture);
}

/* A chroma sample is covered if any of its luma samples is. */
static bool is_covered(const struct check *c, struct uncap_format f, int plane, int x, int y)
{
    const int sx = plane ? f.shift_x : 0;
    const int sy = plane ? f.shift_y : 0;
    for (int v = y << sy; v < (y + 1) << sy && v < c->h; v++)
        for (int u = x << sx; u < (x + 1) << sx && u < c->w; u++)
            if (c->covered[(size_t)v * (size_t)c->w + (size_t)u])
                return true;
    return false;
}

static void note_change(struct check *c, struct uncap_format f, int plane, int x, int y, int64_t index)
{
    struct uncap_verification *r = c->result;
    r->n_samples_changed++;
    if (!is_covered(c, f, plane, x, y)) {
        if (!r->n_outside)
            r->first_outside_frame = index;
        r->n_outside++;
    }
    const int x0 = plane ? x << f.shift_x : x;
    const int y0 = plane ? y << f.shift_y : y;
    const bool is_first = r->changed_x0 >= r->changed_x1;
    r->changed_x0 = is_first || x0 < r->changed_x0 ? x0 : r->changed_x0;
    r->changed_y0 = is_first || y0 < r->changed_y0 ? y0 : r->changed_y0;
    r->changed_x1 = is_first || x0 + 1 > r->changed_x1 ? x0 + 1 : r->changed_x1;
    r->changed_y1 = is_first || y0 + 1 > r->changed_y1 ? y0 + 1 : r->changed_y1;
}

static void compare_row(struct check *c, const struct uncap_picture *a, const struct uncap_picture *b,
                        int plane, int y, int64_t index)
{
    const size_t bytes = uncap_sample_bytes(a->format);
    const int w = uncap_plane_w(a->format, plane, a->w);
    const uint8_t *p = a->data[plane] + y * a->stride[plane];
    const uint8_t *q = b->data[plane] + y * b->stride[plane];
    if (!memcmp(p, q, (size_t)w * bytes))
        return;
    for (int x = 0; x < w; x++)
        if (memcmp(p + (size_t)x * bytes, q + (size_t)x * bytes, bytes))
            note_change(c, a->format, plane, x, y, index);
}

static int check_frame(void *opaque, const struct uncap_composited *item, struct uncap_error *err)
{
    (void)err;
    struct check *c = opaque;
    struct uncap_verification *r = c->result;
    const struct uncap_picture after = uncap_frame_picture(&item->result);
    r->n_frames++;
    for (int plane = 0; plane < after.format.n_planes; plane++)
        r->n_samples += (int64_t)uncap_plane_w(after.format, plane, after.w) *
                        uncap_plane_h(after.format, plane, after.h);
    if (!item->source.av)
        return UNCAP_OK; /* the same reference that the decoder gave */
    const struct uncap_picture before = uncap_frame_picture(&item->source);
    const int64_t changed = r->n_samples_changed;
    paint(c, item->result.index);
    for (int plane = 0; plane < after.format.n_planes; plane++)
        for (int y = 0; y < uncap_plane_h(after.format, plane, after.h); y++)
            compare_row(c, &before, &after, plane, y, item->result.index);
    r->n_frames_changed += r->n_samples_changed > changed;
    return UNCAP_OK;
}

static int check_finish(void *opaque, struct uncap_error *err)
{
    (void)opaque;
    (void)err;
    return UNCAP_OK;
}

int uncap_verify(const char *in, const struct uncap_captions *captions,
                 const struct uncap_erase_options *options, const struct uncap_control *control,
                 struct uncap_verification *result, struct uncap_error *err)
{
    *result = (struct uncap_verification){.first_outside_frame = -1};
    const struct uncap_erase_options defaults = {.engine = NULL};
    struct uncap_report report = {.n_frames = 0};
    struct check c = {.captions = captions, .result = result};
    const struct uncap_sink sink = {
        .opaque = &c, .wants_source = true, .open = check_open, .frame = check_frame, .finish = check_finish};
    const int status =
        uncap_erase_pass(in, captions, options ? options : &defaults, &sink, control, &report, err);
    uncap_report_clear(&report);
    uncap_free(c.covered);
    return status;
}
