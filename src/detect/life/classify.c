/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/life/classify.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* Points from which a text is taken as a caption: for instance two clean borders and looks that agree. */
static const float enough = 3;

/* Points for the style of one other caption, and of three or more; of none, for a single letter. */
static const float one_alike = 1.25f, many_alike = 2.5f, lone_letter = -0.5f;

/* Points for a line of another shot around the same axis, and for two or more. */
static const float one_axis = 1, many_axis = 2;

/* Heights of the line below which a text is no wider than a letter. */
static const float square = 1.5f;

static float border_points(enum uncap_border b)
{
    return b == UNCAP_BORDER_CLEAN ? 1.5f : b == UNCAP_BORDER_CUT ? 0 : -1.5f;
}

/* What is filmed comes and goes as it likes. */
static float borders_points(const struct uncap_features *f)
{
    const float points = border_points(f->begin) + border_points(f->finish);
    return f->wanders ? fminf(points, 0) : points;
}

static float look_points(const struct uncap_features *f)
{
    const int n = f->n_seen + f->n_missed;
    if (f->is_inferred) /* what a word has hidden appears when it goes, but does not go then */
        return f->begin == UNCAP_BORDER_CLEAN && f->finish == UNCAP_BORDER_CLEAN ? -0.5f : -2;
    if (3 * f->n_missed >= 2 * n)
        return f->n_seen >= 2 ? -1 : -2;
    return f->n_seen >= 2 && 4 * f->n_seen >= 3 * n ? 1 : 0;
}

/* Captions leave room for the picture. What stands as high as a third of it is a thing in the scene whose
 * edges look like letters; from a seventh on it had better be sure. Columns of text are as wide as a
 * letter. */
static float size_points(const struct uncap_features *f)
{
    const float thickness = fminf(f->line_px, (float)uncap_rect_w(f->rect));
    return thickness > 0.3f * f->picture_px ? -3.0f : thickness > 0.15f * f->picture_px ? -0.5f : 0.0f;
}

static bool is_wider_than(const struct uncap_features *f, float heights)
{
    return (float)uncap_rect_w(f->rect) >= heights * f->line_px;
}

/* Captions are lines; one letter is as wide as high. */
static bool is_line(const struct uncap_features *f)
{
    return is_wider_than(f, 2);
}

/* How high the letters are. One that hangs low, or does not reach up, tilts the box of a short word and makes
 * it thinner than the word, which is as high as the box reaches. */
static float letters_px(const struct uncap_features *f)
{
    static const float is_short = 3;
    return (float)uncap_rect_w(f->rect) <= is_short * f->reach_px ? f->reach_px : f->line_px;
}

/* Captions lie level. A letter that hangs low tilts the box of a short word by a quarter of its height; how
 * a box as high as wide lies tells nothing of its text. */
static bool is_level(const struct uncap_features *f)
{
    static const float level = 0.13f, hang = 0.3f;
    return f->slope <= level || !is_wider_than(f, square) ||
           f->slope * (float)uncap_rect_w(f->rect) <= hang * letters_px(f);
}

static float shape_points(const struct uncap_features *f)
{
    const int64_t life = f->end - f->first;
    float points = f->likeness >= 0.85f ? 0.5f : f->likeness < 0.65f ? -1.0f : 0.0f;
    points -= f->contrast < 15 ? 1 : 0;
    points -= is_level(f) ? 0 : 2.0f;
    points -= f->score < 0.7f ? 0.5f : 0;
    points -= is_line(f) ? 0 : 0.5f;
    points -= life < 4 ? 3.0f : life < 10 ? 0.5f : 0;
    return points + size_points(f);
}

/* A line that moves steadily over a picture that does not: credits, tickers. It must have been on its way for
 * a while, and be more than a letter or two. Things that are filmed go as they like, too: of a line that
 * does, it must be seen that what is between its letters stays behind. */
static float moving_points(const struct uncap_features *f)
{
    enum { SURE_FRAMES = 16 };
    const bool is_sure = f->end - f->first >= SURE_FRAMES && is_line(f) && f->likeness >= 0.6f &&
                         f->score >= 0.6f && (f->is_overlay || !f->is_free);
    return is_sure ? enough + 0.5f : -10;
}

/* A frame or two tell little: what stands in them must be like a line of text, and share the style of
 * captions. */
static float flash_points(const struct uncap_features *f)
{
    return is_line(f) && is_level(f) && f->score >= 0.7f && f->contrast >= 15 && size_points(f) >= 0
               ? enough - one_alike
               : -10;
}

/* What neither comes nor goes shows no border. A sign does not stand still before a moving picture; in a
 * corner it may be a logo. */
static float overlay_points(const struct uncap_features *f)
{
    return f->is_overlay && f->is_in_place ? 2 : 0;
}

/* Of a text that stands still, all but those for its style. */
static void judge_alone(const struct uncap_features *f, struct uncap_verdict *v)
{
    v->borders = borders_points(f);
    v->cuts = f->n_cuts ? 3 : 0;
    v->looks = look_points(f);
    v->shape = shape_points(f);
    v->overlay = overlay_points(f);
    v->total = v->borders + v->cuts + v->looks + v->shape + v->overlay;
}

/* By how many pixels the middles of two extents, [a0, a1) and [b0, b1), lie apart. */
static float apart(int a0, int a1, int b0, int b1)
{
    return fabsf((float)(a0 + a1 - b0 - b1)) / 2;
}

/* Same size, and in the same row or directly above or below it, and aligned left, right or in the middle.
 * Where the picture cuts a text off is no side of it. */
static bool is_same_style(const struct uncap_features *a, const struct uncap_features *b)
{
    const float h = fmaxf(letters_px(a), letters_px(b)), small = fminf(letters_px(a), letters_px(b));
    if (small < 0.72f * h || a->is_cut_off || b->is_cut_off)
        return false;
    const float dy = apart(a->rect.y0, a->rect.y1, b->rect.y0, b->rect.y1);
    const bool is_row = dy < 0.35f * h || (dy > 0.7f * h && dy < 1.5f * h);
    const float dx = 0.6f * h;
    const bool is_centred = apart(a->rect.x0, a->rect.x1, b->rect.x0, b->rect.x1) < dx;
    const bool is_left = fabsf((float)(a->rect.x0 - b->rect.x0)) < dx,
               is_right = fabsf((float)(a->rect.x1 - b->rect.x1)) < dx;
    const float contrast = fminf(a->contrast, b->contrast) / fmaxf(fmaxf(a->contrast, b->contrast), 1);
    return is_row && (is_centred || is_left || is_right) && contrast > 0.15f;
}

/* Does one take the other's place from one frame to the next, as words of a sentence do that are shown one at
 * a time? Few of them stand for long enough to be seen twice. `other` by itself nearly suffices. */
static bool take_turns(const struct uncap_features *self, const struct uncap_features *other,
                       const struct uncap_verdict *others)
{
    static const float nearly = 2.5f, whole = 0.85f;
    const bool is_next = self->end == other->first || other->end == self->first;
    return is_next && self->is_steady && other->is_steady && !other->is_inferred &&
           borders_points(self) >= 3 && self->likeness >= whole && others->borders >= 3 &&
           other->likeness >= whole && others->total - others->style >= nearly;
}

/* Does one stand while the other comes and goes, and is itself not seen to come or to go? A sign or a logo in
 * the row beside captions is no line of theirs. */
static bool outlasts(const struct uncap_features *self, const struct uncap_features *other)
{
    return self->begin == UNCAP_BORDER_CUT && self->finish == UNCAP_BORDER_CUT &&
           self->first < other->first && other->end < self->end;
}

static float style_points(const struct uncap_features *f, int n, const struct uncap_verdict *verdicts,
                          int self)
{
    int alike = 0;
    for (int i = 0; i < n; i++)
        alike += i != self && !f[i].is_flash && is_same_style(&f[self], &f[i]) &&
                 !outlasts(&f[self], &f[i]) &&
                 (verdicts[i].total >= enough || take_turns(&f[self], &f[i], &verdicts[i]));
    if (!alike)
        return f[self].is_steady && !is_wider_than(&f[self], square) ? lone_letter : 0;
    return alike >= 3 ? many_alike : alike >= 2 ? 2 : one_alike;
}

/* Lines of different lengths around one point of the screen, in different shots: what is filmed stands like
 * that by chance only, also where it comes and goes with its shot. The same sign, seen again from the same
 * place, has the same length. */
static bool share_axis(const struct uncap_features *a, const struct uncap_features *b)
{
    const float h = fmaxf(a->line_px, b->line_px);
    const float dy = apart(a->rect.y0, a->rect.y1, b->rect.y0, b->rect.y1);
    const float dx = apart(a->rect.x0, a->rect.x1, b->rect.x0, b->rect.x1);
    const float dw = fabsf((float)(uncap_rect_w(a->rect) - uncap_rect_w(b->rect)));
    return a->shot != b->shot && fminf(a->line_px, b->line_px) >= 0.72f * h && dy < 0.15f * h &&
           dx < 0.3f * h && dw > h;
}

static bool has_axis(const struct uncap_features *f)
{
    return f->is_steady && !f->is_inferred && is_line(f) && is_level(f) && f->likeness >= 0.65f;
}

/* Each shot counts once: the parts of a line that fell apart are no witnesses for each other. */
static float axis_points(const struct uncap_features *f, int n, int self)
{
    int n_shots = 0, last = -1;
    for (int i = 0; i < n && has_axis(&f[self]); i++)
        if (f[i].shot != last && has_axis(&f[i]) && share_axis(&f[self], &f[i])) {
            n_shots++;
            last = f[i].shot;
        }
    return n_shots >= 2 ? many_axis : n_shots ? one_axis : 0;
}

static bool is_logo(const struct uncap_features *f, int64_t n_frames)
{
    const int64_t life = f->end - f->first;
    return f->is_steady && f->n_cuts && 10 * life >= 9 * n_frames;
}

void uncap_classify(const struct uncap_features *features, int n, int64_t n_frames, struct uncap_verdict *out)
{
    for (int i = 0; i < n; i++) {
        const struct uncap_features *f = &features[i];
        struct uncap_verdict *v = &out[i];
        *v = (struct uncap_verdict){.kind = "scene"};
        judge_alone(f, v);
        if (!f->is_steady)
            v->total = f->is_flash ? flash_points(f) : f->is_moving ? moving_points(f) : -10;
        v->axis = axis_points(features, n, i);
        v->total += v->axis;
    }
    /* The style of texts that suffice by themselves counts; a second round lets those it helped help
     * others. */
    for (int round = 0; round < 2; round++)
        for (int i = 0; i < n; i++) {
            struct uncap_verdict *v = &out[i];
            v->total -= v->style;
            v->style = features[i].is_steady || features[i].is_flash ? style_points(features, n, out, i) : 0;
            v->total += v->style;
        }
    for (int i = 0; i < n; i++)
        out[i].kind = is_logo(&features[i], n_frames) ? "logo" : out[i].total >= enough ? "caption" : "scene";
}

bool uncap_classify_is_open(const struct uncap_features *features)
{
    if (!features->is_steady)
        return features->is_flash || features->is_moving;
    struct uncap_features best = *features;
    best.is_overlay = true;
    struct uncap_verdict v;
    judge_alone(&best, &v);
    return v.total + many_alike + many_axis >= enough;
}

bool uncap_classify_keeps(const struct uncap_verdict *verdict, enum uncap_what what)
{
    switch (what) {
    case UNCAP_WHAT_CAPTIONS: return strcmp(verdict->kind, "caption") != 0;
    case UNCAP_WHAT_LOGO: return strcmp(verdict->kind, "logo") != 0;
    case UNCAP_WHAT_TEXT: return false;
    }
    return true;
}
