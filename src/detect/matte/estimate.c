/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/estimate.h"

#include <math.h>
#include <string.h>

#include "base/memory.h"
#include "detect/matte/cover.h"
#include "detect/matte/dash.h"
#include "detect/matte/faint.h"
#include "detect/matte/hidden.h"
#include "detect/matte/moving.h"
#include "detect/matte/outline.h"
#include "detect/matte/plate.h"
#include "detect/matte/states.h"
#include "detect/matte/strokes.h"
#include "detect/matte/style.h"
#include "detect/matte/sung.h"
#include "kernels/morphology.h"
#include "kernels/order.h"

/* Everything one estimate owns; zero-initialised, closed whole. */
struct estimate {
    const struct uncap_matte_evidence *evidence;
    struct uncap_matte_stack life;
    struct uncap_matte_lines lines;
    struct uncap_matte_gain gain;
    struct uncap_matte_look look; /* over the whole life */
    struct uncap_matte_scene scene;
    struct uncap_matte_ink ink;
    struct uncap_matte_outline outline;
    bool is_faint_sure; /* of its faint letters alone */
    uint8_t *zone, *core, *coverage, *beyond, *tmp, *spare, *motion, *sung;
    struct uncap_rect *plates;
    int n_plates;
    size_t area;
    int first, end; /* life samples in which the caption stands in full */
};

struct uncap_rect uncap_matte_area(const struct uncap_rect *boxes, int n, int w, int h,
                                   struct uncap_format format)
{
    struct uncap_rect hull = {0, 0, 0, 0};
    int line_h = 0;
    for (int i = 0; i < n; i++) {
        hull = uncap_rect_union(hull, boxes[i]);
        if (uncap_rect_h(boxes[i]) > line_h)
            line_h = uncap_rect_h(boxes[i]);
    }
    const int room = (int)(0.6F * (float)line_h) + 8;
    const struct uncap_rect picture = {0, 0, w, h};
    const struct uncap_rect r = uncap_rect_intersect(uncap_rect_grow(hull, room, room), picture);
    return uncap_rect_intersect(uncap_rect_align(r, 1 << format.shift_x, 1 << format.shift_y), picture);
}

static int check(const struct uncap_matte_evidence *e, struct uncap_error *err)
{
    if (e->n_life < 1 || e->n_life > UNCAP_MATTE_MAX_LIFE || e->n_before < 0 ||
        e->n_before > UNCAP_MATTE_MAX_CLEAN || e->n_after < 0 || e->n_after > UNCAP_MATTE_MAX_CLEAN)
        return uncap_fail(
            err, UNCAP_ERR_ARG,
            "estimate a matte: %d, %d, %d samples of life, before, after; want 1..%d, 0..%d, 0..%d",
            e->n_life, e->n_before, e->n_after, UNCAP_MATTE_MAX_LIFE, UNCAP_MATTE_MAX_CLEAN,
            UNCAP_MATTE_MAX_CLEAN);
    if (uncap_rect_empty(e->area))
        return uncap_fail(err, UNCAP_ERR_ARG, "estimate a matte: the area is empty");
    const struct uncap_format f = e->life[0].picture.format;
    const struct uncap_matte_sample *groups[3] = {e->life, e->before, e->after};
    const int n[3] = {e->n_life, e->n_before, e->n_after};
    for (int g = 0; g < 3; g++)
        for (int i = 0; i < n[g]; i++)
            if (!uncap_format_equal(groups[g][i].picture.format, f) || uncap_rect_empty(groups[g][i].rect))
                return uncap_fail(err, UNCAP_ERR_ARG,
                                  "estimate a matte: samples of different formats, or without pixels");
    return UNCAP_OK;
}

static int open_maps(struct estimate *e, struct uncap_error *err)
{
    e->area = (size_t)uncap_rect_w(e->evidence->area) * (size_t)uncap_rect_h(e->evidence->area);
    e->zone = uncap_alloc(8, e->area);
    if (!e->zone)
        return uncap_fail_nomem(err, "the matte of a caption");
    e->core = e->zone + e->area;
    e->coverage = e->core + e->area;
    e->beyond = e->coverage + e->area;
    e->tmp = e->beyond + e->area;
    e->spare = e->tmp + e->area;
    e->motion = e->spare + e->area;
    e->sung = e->motion + e->area;
    return UNCAP_OK;
}

/* Leave out the samples in which the caption may still fade, if that is not known: a fifth of the life at
 * each end, at most 8 frames. */
static void trim(struct estimate *e)
{
    const struct uncap_matte_sample *life = e->evidence->life;
    const int64_t length = life[e->life.n - 1].frame - life[0].frame + 1;
    const int64_t fade = e->evidence->is_whole ? 0 : length / 5 < 8 ? length / 5 : 8;
    e->end = e->life.n;
    while (e->first < e->end && life[e->first].frame < life[0].frame + fade)
        e->first++;
    while (e->end > e->first + 1 && life[e->end - 1].frame > life[e->life.n - 1].frame - fade)
        e->end--;
}

static float far_dev(const struct estimate *e, const struct uncap_matte_look *look)
{
    const int dev = uncap_order_quantile(look->dev, e->zone, UNCAP_MATTE_ZONE_FAR, e->area, 0.5);
    return dev < 0 ? 0.0F : (float)dev;
}

/* What of the text's surroundings moves in a look, as high as half of the text around each pixel. */
static int find_motion(const struct estimate *e, const struct uncap_matte_look *look, float text_h,
                       uint8_t *motion, struct uncap_error *err)
{
    return uncap_matte_moving_find(look->dev, e->life.w, e->life.h, (int)(0.5F * text_h) + 1, motion, err);
}

/* The scene by the lines and zones as they are known now. */
static int look_around(struct estimate *e, struct uncap_error *err)
{
    const float text_h = uncap_matte_lines_height(&e->lines);
    uncap_matte_gain_close(&e->gain);
    int status = uncap_matte_gain_open(&e->gain, e->evidence, &e->life, e->zone, text_h, err);
    if (!status)
        status = find_motion(e, &e->look, text_h, e->motion, err);
    if (!status)
        status = uncap_matte_sung_find(&e->life, e->zone, e->first, e->end, e->sung, err);
    e->scene = (struct uncap_matte_scene){.w = e->life.w,
                                          .h = e->life.h,
                                          .n_channels = e->life.n_channels,
                                          .text_h = text_h,
                                          .zone = e->zone,
                                          .motion = e->motion,
                                          .sung = e->sung,
                                          .gain = &e->gain,
                                          .is_whole = e->evidence->is_whole,
                                          .is_growing = e->evidence->is_growing,
                                          .has_bar = e->evidence->has_bar,
                                          .far_dev = far_dev(e, &e->look)};
    return status;
}

static int measure(struct estimate *e, struct uncap_error *err)
{
    int status =
        uncap_matte_stack_open(&e->life, e->evidence->area, e->evidence->life, e->evidence->n_life, err);
    if (!status)
        status = uncap_matte_lines_find(e->evidence, &e->lines, err);
    if (status)
        return status;
    trim(e);
    uncap_matte_lines_zones(e->evidence, &e->lines, e->zone);
    status = uncap_matte_states_find(&e->life, e->zone, e->first, e->end, err);
    if (!status)
        status = uncap_matte_look_open(&e->look, &e->life, e->first, e->end, err);
    return status ? status : look_around(e, err);
}

/* How many pixels of `a` lie within 3 px of `b`, as a share. */
static float share_near(struct estimate *e, const uint8_t *a, const uint8_t *b)
{
    uncap_morph_dilate(b, e->coverage, e->spare, e->life.w, e->life.h, 3, 3);
    size_t n = 0;
    size_t near = 0;
    for (size_t i = 0; i < e->area; i++) {
        n += a[i] != 0;
        near += a[i] && e->coverage[i];
    }
    return n ? (float)near / (float)n : 0.0F;
}

/* Drop from the strokes in tmp what moves with the scene over the whole life, unless the part of it, whose
 * motion is in spare, has proof of its own: a scene that stands still for a while shows things that stand
 * still. Letters that change their colour do not move. Where most of the scene stands it is what moves in one
 * piece with what is beside the text; not so of a caption that comes in other sizes, for what it leaves free
 * for a while changes as what is behind it does. */
static int keep_proven(struct estimate *e, const struct uncap_matte_scene *scene, struct uncap_error *err)
{
    const bool stands = e->scene.far_dev <= 8.0F;
    int status = UNCAP_OK;
    if (stands && scene->is_growing)
        return UNCAP_OK;
    if (stands)
        status = uncap_matte_moving_scene(e->motion, e->zone, e->life.w, e->life.h, e->coverage, err);
    for (size_t i = 0; i < e->area && !status; i++) {
        const bool moves = stands ? e->coverage[i] : e->motion[i] == UNCAP_MATTE_MOVES;
        if (moves && !e->sung[i] && e->spare[i] != UNCAP_MATTE_STANDS && !scene->gain->sure[i])
            e->tmp[i] = 0;
    }
    return status;
}

/* Strokes that only a part of the life shows: sung syllables, highlighted words, letters that come one by
 * one, letters that are hard to see before one of several shots. They stand where the others stand, or the
 * others where they do. Where the whole life shows none, the first part that does stands for it. */
static int add_part(struct estimate *e, const struct uncap_matte_scene *scene, int first, int end,
                    struct uncap_error *err)
{
    struct uncap_matte_look look;
    struct uncap_matte_ink ink;
    int status = uncap_matte_look_open(&look, &e->life, first, end, err);
    if (status)
        return status;
    status = find_motion(e, &look, scene->text_h, e->spare, err);
    if (!status)
        status = uncap_matte_strokes_find(scene, &look, e->spare, e->tmp, &ink, err);
    uncap_matte_look_close(&look);
    if (!status)
        status = keep_proven(e, scene, err);
    if (status || !uncap_matte_ink_is_sure(&ink, scene))
        return status;
    const bool is_first = e->ink.contrast <= 0.0F;
    if (!is_first && share_near(e, e->tmp, e->core) <= 0.5F && share_near(e, e->core, e->tmp) <= 0.5F)
        return UNCAP_OK;
    if (is_first)
        e->ink = ink;
    for (size_t i = 0; i < e->area; i++)
        e->core[i] |= e->tmp[i];
    return UNCAP_OK;
}

/* The same for the samples [first, end) of one of several shots, by what is known about that shot alone. */
static int add_shot(struct estimate *e, int first, int end, struct uncap_error *err)
{
    struct uncap_matte_evidence own = *e->evidence;
    own.n_before = own.life[0].shot == own.life[first].shot ? own.n_before : 0;
    own.n_after = own.life[own.n_life - 1].shot == own.life[first].shot ? own.n_after : 0;
    struct uncap_matte_gain gain;
    int status = uncap_matte_gain_open(&gain, &own, &e->life, e->zone, e->scene.text_h, err);
    if (status)
        return status;
    struct uncap_matte_look look;
    status = uncap_matte_look_open(&look, &e->life, first, end, err);
    if (!status) {
        struct uncap_matte_scene scene = e->scene;
        scene.gain = &gain;
        scene.far_dev = far_dev(e, &look);
        status = add_part(e, &scene, first, end, err);
    }
    uncap_matte_look_close(&look);
    uncap_matte_gain_close(&gain);
    return status;
}

static int find_core(struct estimate *e, struct uncap_error *err)
{
    bool is_new = false;
    int status = uncap_matte_strokes_find(&e->scene, &e->look, e->motion, e->core, &e->ink, err);
    if (!status)
        status = uncap_matte_lines_split(&e->lines, e->core, e->life.w, e->life.h, &is_new, err);
    if (!status)
        is_new = uncap_matte_dash_add(&e->scene, e->ink.contrast, &e->lines) || is_new;
    if (!status && is_new) {
        uncap_matte_lines_zones(e->evidence, &e->lines, e->zone);
        status = look_around(e, err);
    }
    if (!status && is_new)
        status = uncap_matte_strokes_find(&e->scene, &e->look, e->motion, e->core, &e->ink, err);
    const struct uncap_matte_sample *life = e->evidence->life;
    for (int first = e->first, i = first + 1; !status && i <= e->end; i++)
        if ((i == e->end || life[i].shot != life[first].shot) && i - first < e->end - e->first) {
            status = add_shot(e, first, i, err);
            first = i;
        }
    const int n = e->end - e->first;
    const int part = (n + 5) / 6;
    if (!status && n > 1)
        status = add_part(e, &e->scene, e->first, e->first + part, err);
    if (!status && n > 1)
        status = add_part(e, &e->scene, e->end - part, e->end, err);
    if (!status)
        status = uncap_matte_outline_trim(&e->scene, &e->look, e->core, &e->outline, err);
    e->scene.outline_px = e->outline.is_around ? e->outline.px : NULL;
    return status;
}

/* Whether one column of a box holds strokes; -1 if the scene is seen to move nearly all over it: there is no
 * text, the box is too long. */
static int is_occupied(const struct estimate *e, struct uncap_rect r)
{
    int n_moves = 0;
    for (int y = r.y0; y < r.y1; y++)
        for (int x = r.x0; x < r.x1; x++) {
            const size_t i = (size_t)y * (size_t)e->life.w + (size_t)x;
            if (e->core[i])
                return 1;
            n_moves += e->motion[i] == UNCAP_MATTE_MOVES;
        }
    return n_moves * 4 > uncap_rect_w(r) * uncap_rect_h(r) * 3 ? -1 : 0;
}

/* Share of the text boxes' width, cut into columns as wide as the text is high, in which strokes are. */
static float occupied(const struct estimate *e)
{
    int n = 0;
    int hit = 0;
    for (int l = 0; l < e->lines.n; l++) {
        const struct uncap_rect b =
            uncap_rect_intersect(e->lines.items[l].box, (struct uncap_rect){0, 0, e->life.w, e->life.h});
        const int step = e->lines.items[l].text_h < 4.0F ? 4 : (int)e->lines.items[l].text_h;
        const int inset = step / 5; /* the detector's margin holds no letter */
        for (int x = b.x0 + inset; x < b.x1 - inset; x += step) {
            const struct uncap_rect column = {x, b.y0, x + step < b.x1 ? x + step : b.x1, b.y1};
            const int is_hit = is_occupied(e, column);
            n += is_hit >= 0 ? uncap_rect_w(column) : 0;
            hit += is_hit > 0 ? uncap_rect_w(column) : 0;
        }
    }
    return n ? (float)hit / (float)n : 0.0F;
}

static float confidence(const struct estimate *e)
{
    double boxes = 0.0;
    for (int l = 0; l < e->lines.n; l++)
        boxes += (double)uncap_rect_w(e->lines.items[l].box) * uncap_rect_h(e->lines.items[l].box);
    size_t n = 0;
    for (size_t i = 0; i < e->area; i++)
        n += e->core[i] != 0;
    const double fill = boxes > 0.0 ? (double)n / boxes : 0.0;
    const bool is_text = fill > 0.02 && fill < 0.85 && occupied(e) > 0.8F;
    const bool sure = uncap_matte_ink_is_sure(&e->ink, &e->scene) && is_text;
    if (!sure && is_text && e->is_faint_sure)
        return 0.6F;
    return sure ? 0.5F + 0.5F * e->ink.colour.share : 0.4F * e->ink.colour.share;
}

static int find_plates(struct estimate *e, struct uncap_error *err)
{
    e->plates = uncap_alloc((size_t)e->lines.n, sizeof(*e->plates));
    if (!e->plates)
        return uncap_fail_nomem(err, "the plates of a caption");
    if (uncap_matte_plates_find(&e->scene, &e->life, e->first, e->end, &e->look, &e->lines, e->plates))
        e->n_plates = e->lines.n;
    return UNCAP_OK;
}

/* The plates, and strokes that reach out of them: how far is seen only outside. */
static int cover_plates(struct estimate *e, struct uncap_rect *plate, struct uncap_error *err)
{
    const struct uncap_rect all = {0, 0, e->life.w, e->life.h};
    for (int i = 0; i < e->n_plates; i++) {
        if (uncap_rect_empty(e->plates[i]))
            continue;
        const struct uncap_rect r = uncap_rect_intersect(uncap_rect_grow(e->plates[i], 2, 2), all);
        for (int y = r.y0; y < r.y1; y++)
            memset(e->zone + (size_t)y * (size_t)e->life.w + (size_t)r.x0, UNCAP_MATTE_ZONE_OTHER,
                   (size_t)uncap_rect_w(r));
    }
    struct uncap_matte_breadth breadth;
    const int status =
        uncap_matte_cover_strokes(&e->scene, &e->look, e->core, e->coverage, e->beyond, &breadth, err);
    const struct uncap_rect a = e->evidence->area;
    for (int i = 0; i < e->n_plates && !status; i++) {
        const struct uncap_rect r = e->plates[i];
        if (uncap_rect_empty(r))
            continue;
        uncap_matte_cover_rect(e->coverage, e->life.w, e->life.h, uncap_rect_grow(r, 1, 1));
        *plate = uncap_rect_union(*plate, uncap_rect_move(r, a.x0, a.y0));
    }
    return status;
}

static void cover_boxes(struct estimate *e)
{
    memset(e->coverage, 0, e->area);
    for (int l = 0; l < e->lines.n; l++) {
        const int room = (int)(0.15F * e->lines.items[l].text_h) + 2;
        uncap_matte_cover_rect(e->coverage, e->life.w, e->life.h,
                               uncap_rect_grow(e->lines.items[l].box, room, room));
    }
}

static void cover_hidden(struct estimate *e, const struct uncap_matte_line *line)
{
    const int w = e->life.w;
    struct uncap_rect r = uncap_matte_hidden_next(&e->scene, &e->look, e->core, &e->ink, line, 0);
    while (!uncap_rect_empty(r)) {
        uncap_matte_cover_rect(e->coverage, w, e->life.h, r);
        for (int y = r.y0; y < r.y1; y++)
            memset(e->beyond + (ptrdiff_t)y * w + r.x0, 0, (size_t)uncap_rect_w(r));
        r = uncap_matte_hidden_next(&e->scene, &e->look, e->core, &e->ink, line, r.x1);
    }
}

/* Strokes, and where letters may be that the scene hides. */
static int cover_strokes(struct estimate *e, struct uncap_matte_breadth *breadth, struct uncap_error *err)
{
    const int status =
        uncap_matte_cover_strokes(&e->scene, &e->look, e->core, e->coverage, e->beyond, breadth, err);
    for (int l = 0; l < e->lines.n && !status; l++)
        cover_hidden(e, &e->lines.items[l]);
    return status;
}

/* The matte over the part of the area that is covered. */
static int give_matte(const struct estimate *e, bool wants_beyond, struct uncap_matte **out,
                      struct uncap_error *err)
{
    *out = uncap_matte_open(e->evidence->area);
    if (!*out)
        return uncap_fail_nomem(err, "the matte of a caption");
    memcpy((*out)->coverage, e->coverage, e->area);
    if (wants_beyond) {
        (*out)->beyond = uncap_alloc(1, e->area);
        if (!(*out)->beyond)
            return uncap_fail_nomem(err, "the matte of a caption");
        memcpy((*out)->beyond, e->beyond, e->area);
    }
    return uncap_matte_trim(out) ? UNCAP_OK : uncap_fail_nomem(err, "the matte of a caption");
}

/* No rectangle stays none. */
static struct uncap_rect moved(struct uncap_rect r, int dx, int dy)
{
    return uncap_rect_empty(r) ? r : uncap_rect_move(r, dx, dy);
}

/* What the first line looks like. */
static int find_style(const struct estimate *e, struct uncap_matte_style *style, struct uncap_error *err)
{
    const struct uncap_rect a = e->evidence->area;
    struct uncap_matte_style_evidence known = {.evidence = e->evidence,
                                               .scene = &e->scene,
                                               .life = &e->life,
                                               .look = &e->look,
                                               .first = e->first,
                                               .end = e->end,
                                               .core = e->core,
                                               .own = moved(e->evidence->life[0].lines[0], -a.x0, -a.y0)};
    const int middle = (known.own.y0 + known.own.y1) / 2;
    for (int i = 0; i < e->n_plates; i++)
        if (middle >= e->plates[i].y0 && middle < e->plates[i].y1)
            known.plate = e->plates[i];
    const int status = uncap_matte_style_find(&known, style, err);
    style->ink = moved(style->ink, a.x0, a.y0);
    style->plate = moved(style->plate, a.x0, a.y0);
    return status;
}

/* May what other captions of its style know make it narrower? */
static bool may_narrow(const struct uncap_matte_result *result)
{
    return result->source == UNCAP_MATTE_STROKES && !result->breadth.is_exact;
}

static int run(struct estimate *e, struct uncap_matte_result *result, struct uncap_error *err)
{
    int status = check(e->evidence, err);
    if (!status)
        status = open_maps(e, err);
    if (!status)
        status = measure(e, err);
    if (!status)
        status = find_core(e, err);
    if (!status)
        status = find_plates(e, err);
    if (!status && !e->n_plates)
        status = uncap_matte_faint_add(&e->scene, e->core, &e->is_faint_sure, err);
    if (status)
        return status;
    result->confidence = confidence(e);
    result->source = result->confidence < 0.5F ? UNCAP_MATTE_BOX : UNCAP_MATTE_STROKES;
    if (e->n_plates)
        result->source = UNCAP_MATTE_PLATE;
    if (result->source != UNCAP_MATTE_BOX)
        status = find_style(e, &result->style, err);
    if (status)
        return status;
    if (result->source == UNCAP_MATTE_STROKES)
        status = cover_strokes(e, &result->breadth, err);
    else if (result->source == UNCAP_MATTE_PLATE)
        status = cover_plates(e, &result->plate, err);
    else
        cover_boxes(e);
    return status ? status : give_matte(e, may_narrow(result), &result->matte, err);
}

int uncap_matte_estimate(const struct uncap_matte_evidence *evidence, struct uncap_matte_result *result,
                         struct uncap_error *err)
{
    struct estimate e = {.evidence = evidence};
    *result = (struct uncap_matte_result){.matte = NULL};
    const int status = run(&e, result, err);
    uncap_matte_stack_close(&e.life);
    uncap_matte_gain_close(&e.gain);
    uncap_matte_look_close(&e.look);
    uncap_free(e.plates);
    uncap_free(e.lines.items);
    uncap_free(e.zone);
    return status;
}
