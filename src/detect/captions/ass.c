/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/captions/ass.h"

#include <math.h>
#include <string.h>

#include "detect/captions/subtitles.h"
#include "detect/captions/typeface.h"
#include "detect/ocr/hull.h"

/* Text and place in the picture: the middle of the lines, their size, how much they are stretched along, and
 * how far a box reaches around them. */
struct setting {
    double x, y, size, padding;
    int stretch; /* per cent */
    bool is_bold, is_wide, is_italic;
};

void uncap_ass_put_head(struct uncap_text *t, const struct uncap_captions *c)
{
    const int size = c->source.h / 18 > 8 ? c->source.h / 18 : 8;
    /* Colours are the display's; without the matrix line players take them for BT.601 whatever the video
     * is. */
    uncap_text_print(t,
                     "[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nWrapStyle: 2\n"
                     "ScaledBorderAndShadow: yes\nYCbCr Matrix: None\n\n[V4+ Styles]\n",
                     c->source.w, c->source.h);
    uncap_text_print(
        t, "Format: Name, Fontname, Fontsize, PrimaryColour, SecondaryColour, OutlineColour, BackColour, "
           "Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, Spacing, Angle, BorderStyle, Outline, "
           "Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n");
    for (int is_boxed = 0; is_boxed < 2; is_boxed++)
        uncap_text_print(
            t,
            "Style: %s,Arial,%d,&H00FFFFFF,&H00FFFFFF,&H00000000,&H80000000,0,0,0,0,100,100,0,0,%d,"
            "2,0,5,10,10,10,1\n",
            is_boxed ? "Box" : "Default", size, is_boxed ? 3 : 1);
    uncap_text_print(
        t, "\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n");
}

static void put_time(struct uncap_text *t, double seconds)
{
    const long long cs = llround(fmax(seconds, 0) * 100);
    uncap_text_print(t, "%d:%02d:%02d.%02d", (int)(cs / 360000), (int)(cs / 6000 % 60), (int)(cs / 100 % 60),
                     (int)(cs % 100));
}

/* Braces would open a block of overrides, a backslash an escape; a word joiner after it is not shown. */
static void put_text(struct uncap_text *t, const char *text)
{
    for (; *text; text++) {
        const char *replaced = *text == '{' ? "(" : *text == '}' ? ")" : *text == '\n' ? " " : text;
        uncap_text_put(t, replaced, 1);
        if (*text == '\\')
            uncap_text_put(t, "\xe2\x81\xa0", 3);
    }
}

/* Degrees against the clock by which the text is turned. */
static double turn_of(const struct uncap_quad *q)
{
    static const double degree = 57.29577951308232;
    return atan2((double)(q->p[0].y - q->p[1].y), (double)(q->p[1].x - q->p[0].x)) * degree;
}

static bool is_turned(const struct uncap_caption *c)
{
    return fabs(turn_of(&c->quad)) >= 2 && !c->motion;
}

/* By the letters themselves: their height gives the size, given how far the text's own letters rise and
 * descend. */
static struct setting set_by_ink(const struct uncap_style *s, const char *text)
{
    /* Letters that lean are wider by that than upright ones. */
    const double h = uncap_rect_h(s->ink), w = fmax(uncap_rect_w(s->ink) - (double)s->lean * h, 1);
    struct uncap_typeface_room room = uncap_typeface_measure(text, false);
    const double size = h / (double)(room.rise + room.depth);
    const bool is_bold = (double)s->stroke_px >= (double)UNCAP_TYPEFACE_BOLD * size;
    room = uncap_typeface_measure(text, is_bold);
    /* Of two typefaces that players have, or have one of the same widths for, the nearer; without it any
     * other may be the player's: only a width out of the ordinary is forced. */
    const double narrow = (double)room.narrow * size, wide = (double)room.wide * size;
    const double stretch = w < 0.95 * narrow ? w / narrow : w > 1.05 * wide ? w / wide : 1;
    return (struct setting){.x = (s->ink.x0 + s->ink.x1) / 2.0,
                            .y = s->ink.y1 - (double)(room.depth + UNCAP_TYPEFACE_MIDDLE) * size,
                            .size = size,
                            .stretch = (int)lrint(100 * fmin(fmax(stretch, 0.3), 3)),
                            .is_bold = is_bold,
                            .is_italic = s->lean > 0,
                            .is_wide = w * w > narrow * wide};
}

static struct setting set_by_box(const struct uncap_caption *c)
{
    const bool is_moving = c->motion && c->matte;
    const struct uncap_rect r = is_moving ? c->matte->area : uncap_quad_bounds(&c->quad);
    float w, h;
    uncap_quad_sides(&c->quad, &w, &h);
    return (struct setting){.x = (r.x0 + r.x1) / 2.0,
                            .y = (r.y0 + r.y1) / 2.0,
                            .size = is_moving ? uncap_rect_h(r) : (double)h,
                            .stretch = 100};
}

static struct setting set_of(const struct uncap_caption *c)
{
    const bool is_known = c->style && c->text && !is_turned(c) && (!c->motion || c->matte);
    return is_known ? set_by_ink(c->style, c->text) : set_by_box(c);
}

static bool is_boxed(const struct uncap_caption *c)
{
    return c->style && c->style->box.opacity && !uncap_rect_empty(c->style->plate);
}

bool uncap_ass_is_boxed_with(const struct uncap_caption *line, const struct uncap_caption *next)
{
    return is_boxed(line) && is_boxed(next) && !line->motion && !next->motion &&
           !uncap_rect_empty(
               uncap_rect_intersect(uncap_rect_grow(line->style->plate, 0, 2), next->style->plate));
}

/* Of lines in one box the means. The player draws the box around the lines; what is left is its padding. */
static struct setting set_of_all(const struct uncap_caption *const *lines, size_t n)
{
    struct setting all = set_of(lines[0]);
    struct uncap_rect box = {0, 0, 0, 0};
    for (size_t i = 0; i < n && is_boxed(lines[0]); i++) {
        const struct setting s = set_of(lines[i]);
        box = uncap_rect_union(box, lines[i]->style->plate);
        all.x += i ? s.x : 0;
        all.y += i ? s.y : 0;
        all.size += i ? s.size : 0;
    }
    all.x /= (double)n;
    all.y /= (double)n;
    all.size /= (double)n;
    all.padding = fmin(fmax((uncap_rect_h(box) - (double)n * all.size) / 2, 0), all.size);
    return all;
}

static void put_place(struct uncap_text *t, const struct uncap_caption *c, const struct setting *s,
                      double frame_s)
{
    if (c->motion && c->matte) {
        const int64_t n = c->end - c->first;
        const int16_t *from = c->motion, *to = c->motion + 2 * (n - 1);
        /* An event begins half a frame before its first frame is shown. */
        uncap_text_print(t, "\\an5\\move(%.1f,%.1f,%.1f,%.1f,%lld,%lld)", s->x + from[0], s->y + from[1],
                         s->x + to[0], s->y + to[1], llround(500 * frame_s),
                         llround(1000 * ((double)n - 0.5) * frame_s));
    } else {
        uncap_text_print(t, "\\an5\\pos(%.1f,%.1f)", s->x, s->y);
    }
    if (s->is_wide)
        uncap_text_print(t, "\\fnVerdana");
    uncap_text_print(t, "\\fs%.0f", fmax(s->size, 1));
    if (s->stretch != 100)
        uncap_text_print(t, "\\fscx%d", s->stretch);
    if (s->is_bold)
        uncap_text_print(t, "\\b1");
    if (s->is_italic)
        uncap_text_print(t, "\\i1");
    if (is_turned(c))
        uncap_text_print(t, "\\frz%.1f", turn_of(&c->quad));
}

/* which: 1 fill, 3 outline or box, 4 shadow. Blue comes first, and transparency is counted. */
static void put_tint(struct uncap_text *t, int which, const struct uncap_tint *tint)
{
    uncap_text_print(t, "\\%dc&H%02X%02X%02X&", which, tint->rgb[2], tint->rgb[1], tint->rgb[0]);
    if (tint->opacity < 255 || which == 4)
        uncap_text_print(t, "\\%da&H%02X&", which, 255 - tint->opacity);
}

static void put_colours(struct uncap_text *t, const struct uncap_style *s, double padding)
{
    if (s->fill.opacity)
        put_tint(t, 1, &s->fill);
    if (s->box.opacity && !uncap_rect_empty(s->plate)) {
        put_tint(t, 3, &s->box);
        uncap_text_print(t, "\\bord%.1f\\shad0", padding);
        return;
    }
    if (s->outline.opacity)
        put_tint(t, 3, &s->outline);
    uncap_text_print(t, "\\bord%.1f", s->outline.opacity ? (double)s->outline_px : 0);
    if (s->shadow.opacity) {
        put_tint(t, 4, &s->shadow);
        uncap_text_print(t, "\\shad%.1f", (double)s->shadow_px);
    }
}

/* Frames of a fade from one end on are less than full; a straight ramp over n frames lacks half of them. */
static double fade_ms(const struct uncap_caption *c, bool is_end, double frame_s)
{
    const int64_t n = c->end - c->first;
    double lacking = 0;
    for (int64_t i = 0; c->opacity && i < n; i++) {
        const int o = c->opacity[is_end ? n - 1 - i : i];
        if (o == 255)
            break;
        lacking += (255 - o) / 255.0;
    }
    return fmin(2 * lacking, (double)n) * frame_s * 1000;
}

void uncap_ass_put_event(struct uncap_text *t, const struct uncap_caption *const *lines, size_t n_lines,
                         double begin_s, double end_s, double frame_s)
{
    /* Players show a subtitle on the first frame whose time is not before its own. */
    const double early = 0.5 * frame_s;
    const struct uncap_caption *c = lines[0];
    const struct setting s = set_of_all(lines, n_lines);
    const double in = fade_ms(c, false, frame_s), out = fade_ms(c, true, frame_s);
    uncap_text_print(t, "Dialogue: 0,");
    put_time(t, begin_s - early);
    uncap_text_print(t, ",");
    put_time(t, end_s - early);
    uncap_text_print(t, ",%s,,0,0,0,,{", is_boxed(c) ? "Box" : "Default");
    put_place(t, c, &s, frame_s);
    if (c->style)
        put_colours(t, c->style, s.padding);
    if (in > 0 || out > 0)
        uncap_text_print(t, "\\fad(%.0f,%.0f)", in, out);
    uncap_text_print(t, "}");
    for (size_t i = 0; i < n_lines; i++) {
        uncap_text_print(t, "%s", i ? "\\N" : "");
        put_text(t, lines[i]->text ? lines[i]->text : UNCAP_SUBTITLE_UNREAD);
    }
    uncap_text_print(t, "\n");
}
