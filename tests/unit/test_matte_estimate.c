/* SPDX-License-Identifier: Apache-2.0 */
/* Mattes of captions drawn over synthetic scenes, against the pixels that were drawn. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "detect/matte/estimate.h"

enum { W = 256, H = 96, MAX_SAMPLES = 31 };

/* Where the text stands in the picture, and boxes as a detector would give them. */
static const struct uncap_rect text_box = {36, 33, 220, 63};

enum motion { STILL, MOVING };

struct look {
    const char *name;
    enum motion motion;
    int fill, outline; /* luma; outline < 0: none */
    int outline_px;
    int shadow_px; /* offset to the lower right; 0: none */
    int plate;     /* luma; < 0: none */
    float plate_opacity;
    int n_life, n_fade; /* samples, of which fade in */
    int n_clean;        /* on each side */
    int depth, shift;   /* format */
    double least_recall, least_precision;
    enum uncap_matte_source source;
};

static const struct look looks[] = {
    {"white, black outline, moving scene", MOVING, 235, 16, 2, 0, -1, 0, 25, 0, 0, 8, 1, 0.999, 0.45,
     UNCAP_MATTE_STROKES},
    {"the same with clean frames", MOVING, 235, 16, 2, 0, -1, 0, 25, 0, 2, 8, 1, 0.999, 0.45,
     UNCAP_MATTE_STROKES},
    {"still scene, clean frames", STILL, 235, 16, 2, 0, -1, 0, 25, 0, 2, 8, 1, 0.999, 0.55,
     UNCAP_MATTE_STROKES},
    {"no outline", STILL, 235, -1, 0, 0, -1, 0, 20, 0, 2, 8, 1, 0.999, 0.3, UNCAP_MATTE_STROKES},
    {"hard shadow", STILL, 235, -1, 0, 4, -1, 0, 20, 0, 2, 8, 1, 0.999, 0.4, UNCAP_MATTE_STROKES},
    {"fade in", STILL, 235, 16, 2, 0, -1, 0, 25, 5, 2, 8, 1, 0.999, 0.5, UNCAP_MATTE_STROKES},
    {"opaque plate", STILL, 235, -1, 0, 0, 20, 1.0F, 20, 0, 2, 8, 1, 0.999, 0.8, UNCAP_MATTE_PLATE},
    {"see-through plate, moving scene", MOVING, 235, -1, 0, 0, 20, 0.7F, 20, 0, 0, 8, 1, 0.999, 0.8,
     UNCAP_MATTE_PLATE},
    {"ten bits, 4:4:4", STILL, 235, 16, 2, 0, -1, 0, 15, 0, 2, 10, 0, 0.999, 0.5, UNCAP_MATTE_STROKES},
    {"one frame", STILL, 235, 16, 2, 0, -1, 0, 1, 0, 1, 8, 1, 0.999, 0.3, UNCAP_MATTE_STROKES},
};

/* Strokes that look like a line of text: stems 3 px wide and bars between some of them, 24 px high. */
static int is_stroke(int x, int y)
{
    if (x < 40 || x >= 216 || y < 37 || y >= 60)
        return 0;
    const int letter = (x - 40) / 16;
    const int in_x = (x - 40) % 16;
    if (in_x >= 12)
        return 0;
    if (in_x < 3)
        return 1;
    switch (letter % 4) {
    case 0: return y < 40 || (y >= 47 && y < 50);
    case 1: return in_x >= 9 || (y >= 57);
    case 2: return y >= 57;
    default: return in_x >= 9 || (y >= 47 && y < 50);
    }
}

static int stroke_within(int x, int y, int r)
{
    for (int dy = -r; dy <= r; dy++)
        for (int dx = -r; dx <= r; dx++)
            if (dx * dx + dy * dy <= r * r && is_stroke(x + dx, y + dy))
                return 1;
    return 0;
}

/* Smooth noise: bilinear between random corners of 16 px cells. */
static double noise(uint64_t seed, double x, double y)
{
    const int cx = (int)(x / 16.0);
    const int cy = (int)(y / 16.0);
    const double fx = x / 16.0 - cx;
    const double fy = y / 16.0 - cy;
    double corner[4];
    for (int k = 0; k < 4; k++)
        corner[k] = uncap_rng_uniform(seed, (uint64_t)(cy + k / 2), (uint64_t)(cx + k % 2));
    return (corner[0] * (1 - fx) + corner[1] * fx) * (1 - fy) + (corner[2] * (1 - fx) + corner[3] * fx) * fy;
}

/* Luma at one pixel; *touched: whether the caption did. */
static double pixel(const struct look *l, int frame, double opacity, int x, int y, int *touched)
{
    const double shift = l->motion == MOVING ? 5.0 * (frame + 4) : 0.0;
    const double scene = 60.0 + 120.0 * noise(7, x + shift, y) +
                         3.0 * uncap_rng_uniform(8, (uint64_t)(frame + 4), (uint64_t)(y * W + x));
    double v = scene;
    *touched = 0;
    if (l->plate >= 0 && x >= 30 && x < 226 && y >= 28 && y < 68) {
        v += (l->plate - v) * (double)l->plate_opacity;
        *touched = 1;
    }
    if (l->shadow_px && is_stroke(x - l->shadow_px, y - l->shadow_px)) {
        v = 16.0;
        *touched = 1;
    }
    if (l->outline >= 0 && stroke_within(x, y, l->outline_px)) {
        v = l->outline;
        *touched = 1;
    }
    if (is_stroke(x, y)) {
        v = l->fill;
        *touched = 1;
    }
    return scene + (v - scene) * opacity;
}

static void put(const struct uncap_picture *p, int plane, int x, int y, int value)
{
    uint8_t *at = p->data[plane] + y * p->stride[plane] + (p->format.depth > 8 ? 2 * x : x);
    if (p->format.depth > 8) {
        const uint16_t v = (uint16_t)(value << (p->format.depth - 8));
        memcpy(at, &v, sizeof(v));
    } else {
        *at = (uint8_t)value;
    }
}

static void draw(const struct look *l, int frame, double opacity, struct uncap_picture *p, uint8_t *truth)
{
    const struct uncap_format f = {3, l->depth, l->shift, l->shift};
    assert_true(uncap_picture_alloc(p, f, W, H));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int touched;
            put(p, 0, x, y, (int)pixel(l, frame, opacity, x, y, &touched));
            truth[y * W + x] |= (uint8_t)(touched && opacity > 0.0);
        }
    for (int plane = 1; plane < 3; plane++)
        for (int y = 0; y < uncap_plane_h(f, plane, H); y++)
            for (int x = 0; x < uncap_plane_w(f, plane, W); x++)
                put(p, plane, x, y, 128);
}

/* Samples of one caption: n_clean before, n_life, n_clean after. */
struct scenery {
    struct uncap_matte_sample samples[MAX_SAMPLES];
    struct uncap_matte_evidence evidence;
    uint8_t truth[W * H];
};

static void set_up(const struct look *l, struct scenery *s)
{
    *s = (struct scenery){.evidence.n_life = l->n_life};
    const int n = l->n_life + 2 * l->n_clean;
    for (int i = 0; i < n; i++) {
        const int frame = i - l->n_clean;
        const int is_life = frame >= 0 && frame < l->n_life;
        const double opacity = !is_life ? 0.0 : frame < l->n_fade ? (frame + 1.0) / (l->n_fade + 1.0) : 1.0;
        struct uncap_matte_sample *to = &s->samples[i];
        *to = (struct uncap_matte_sample){.frame = 100 + frame, .rect = {0, 0, W, H}};
        draw(l, frame, opacity, &to->picture, s->truth);
        to->lines = is_life ? &text_box : NULL;
        to->n_lines = is_life;
    }
    for (int i = 0; i < l->n_clean / 2; i++) { /* nearest first */
        const struct uncap_matte_sample far = s->samples[i];
        s->samples[i] = s->samples[l->n_clean - 1 - i];
        s->samples[l->n_clean - 1 - i] = far;
    }
    s->evidence = (struct uncap_matte_evidence){.area = {0, 0, W, H},
                                                .before = s->samples,
                                                .n_before = l->n_clean,
                                                .life = s->samples + l->n_clean,
                                                .n_life = l->n_life,
                                                .after = s->samples + l->n_clean + l->n_life,
                                                .n_after = l->n_clean};
}

static void tear_down(struct scenery *s)
{
    for (int i = 0; i < MAX_SAMPLES; i++)
        uncap_picture_free(&s->samples[i].picture);
}

/* The matte over all of the picture. */
static void paint_all(const struct uncap_matte_result *r, uint8_t coverage[W * H])
{
    memset(coverage, 0, (size_t)W * H);
    uncap_matte_paint(r->matte, 0, 0, coverage, W, (struct uncap_rect){0, 0, W, H});
}

static void covers_what_was_drawn(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(looks) / sizeof(looks[0]); k++) {
        static struct scenery s;
        set_up(&looks[k], &s);
        struct uncap_matte_result r;
        struct uncap_error err = {0};
        assert_int_equal(uncap_matte_estimate(&s.evidence, &r, &err), UNCAP_OK);
        uint8_t coverage[W * H];
        paint_all(&r, coverage);
        int n_true = 0;
        int n_hit = 0;
        int n_covered = 0;
        for (int i = 0; i < W * H; i++) {
            n_true += s.truth[i];
            n_hit += s.truth[i] && coverage[i] >= 128;
            n_covered += coverage[i] >= 128;
        }
        const double recall = (double)n_hit / n_true;
        const double precision = (double)n_hit / n_covered;
        if (recall < looks[k].least_recall || precision < looks[k].least_precision ||
            r.source != looks[k].source)
            fail_msg("%s: recall %.4f, precision %.3f, source %d", looks[k].name, recall, precision,
                     (int)r.source);
        uncap_matte_close(&r.matte);
        tear_down(&s);
    }
}

static void gives_the_same_bytes_twice(void **state)
{
    (void)state;
    static struct scenery s;
    set_up(&looks[1], &s);
    struct uncap_matte_result a;
    struct uncap_matte_result b;
    assert_int_equal(uncap_matte_estimate(&s.evidence, &a, NULL), UNCAP_OK);
    assert_int_equal(uncap_matte_estimate(&s.evidence, &b, NULL), UNCAP_OK);
    const size_t n = (size_t)uncap_rect_w(a.matte->area) * (size_t)uncap_rect_h(a.matte->area);
    assert_memory_equal(&a.matte->area, &b.matte->area, sizeof(a.matte->area));
    assert_memory_equal(a.matte->coverage, b.matte->coverage, n);
    uncap_matte_close(&a.matte);
    uncap_matte_close(&b.matte);
    tear_down(&s);
}

/* A caption that moves: every crop is taken where it stands. */
static void follows_a_caption_that_moves(void **state)
{
    (void)state;
    static struct scenery still;
    static struct scenery moved;
    set_up(&looks[2], &still);
    set_up(&looks[2], &moved);
    struct uncap_rect lines[MAX_SAMPLES];
    for (int i = 0; i < MAX_SAMPLES; i++) { /* the picture's own coordinates shift, its samples stay */
        struct uncap_matte_sample *m = &moved.samples[i];
        m->dx = 4 * i;
        m->dy = 2 * i;
        m->rect = (struct uncap_rect){m->dx, m->dy, W + m->dx, H + m->dy};
        lines[i] = (struct uncap_rect){text_box.x0 + m->dx, text_box.y0 + m->dy, text_box.x1 + m->dx,
                                       text_box.y1 + m->dy};
        m->lines = m->n_lines ? &lines[i] : NULL;
    }
    struct uncap_matte_result a;
    struct uncap_matte_result b;
    assert_int_equal(uncap_matte_estimate(&still.evidence, &a, NULL), UNCAP_OK);
    assert_int_equal(uncap_matte_estimate(&moved.evidence, &b, NULL), UNCAP_OK);
    assert_memory_equal(&a.matte->area, &b.matte->area, sizeof(a.matte->area));
    assert_memory_equal(a.matte->coverage, b.matte->coverage,
                        (size_t)uncap_rect_w(a.matte->area) * (size_t)uncap_rect_h(a.matte->area));
    uncap_matte_close(&a.matte);
    uncap_matte_close(&b.matte);
    tear_down(&still);
    tear_down(&moved);
}

static void falls_back_to_the_boxes(void **state)
{
    (void)state;
    static struct scenery s;
    const struct look blank = {
        .motion = STILL, .fill = 120, .outline = -1, .plate = -1, .n_life = 4, .depth = 8, .shift = 1};
    set_up(&blank, &s);
    for (int i = 0; i < 4; i++) /* nothing to see at all */
        memset(s.samples[i].picture.data[0], 120, (size_t)s.samples[i].picture.stride[0] * H);
    struct uncap_matte_result r;
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_BOX);
    assert_true(r.confidence < 0.5F);
    assert_true(r.matte->area.x0 <= text_box.x0 && r.matte->area.x1 >= text_box.x1);
    assert_true(r.matte->area.y0 <= text_box.y0 && r.matte->area.y1 >= text_box.y1);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* A short word, and boxes that go on beyond it by less than a letter is wide. */
static void a_box_that_is_a_bit_too_long_holds_text(void **state)
{
    (void)state;
    static struct scenery s;
    const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 4, .n_clean = 2, .depth = 8, .shift = 1};
    for (int end = 125; end < 141; end++) {
        const struct uncap_rect box = {36, 33, end, 63};
        struct uncap_matte_result r;
        set_up(&l, &s);
        for (int i = 0; i < 8; i++) {
            const int is_life = s.samples[i].n_lines > 0;
            s.samples[i].lines = &box;
            for (int y = 0; y < H; y++)
                for (int x = 0; x < W; x++)
                    put(&s.samples[i].picture, 0, x, y, is_life && x < 106 && is_stroke(x, y) ? 235 : 120);
        }
        assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
        assert_int_equal(r.source, UNCAP_MATTE_STROKES);
        uncap_matte_close(&r.matte);
        tear_down(&s);
    }
}

/* A flat scene of luma 120, letters that are `more` brighter in the life, all else `flash` brighter. */
static void draw_faint(struct scenery *s, int more, int flash)
{
    const struct look l = {.motion = STILL,
                           .fill = 120,
                           .outline = -1,
                           .plate = -1,
                           .n_life = 4,
                           .n_clean = 2,
                           .depth = 8,
                           .shift = 1};
    set_up(&l, s);
    for (int i = 0; i < 8; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int is_life = s->samples[i].n_lines > 0;
                put(&s->samples[i].picture, 0, x, y, 120 + is_life * (is_stroke(x, y) ? more : flash));
            }
}

static void faint_letters_are_told_by_their_coming_alone(void **state)
{
    (void)state;
    static struct scenery s;
    struct uncap_matte_result r;
    draw_faint(&s, 12, 0);
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_STROKES);
    uint8_t coverage[W * H];
    paint_all(&r, coverage);
    int n_true = 0;
    int n_covered = 0;
    for (int i = 0; i < W * H; i++) {
        const int is_text = is_stroke(i % W, i / W);
        assert_true(!is_text || coverage[i] == 255);
        n_true += is_text;
        n_covered += coverage[i] >= 128;
    }
    assert_true(4 * n_true > n_covered);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

static void a_flash_of_the_scene_is_no_letters(void **state)
{
    (void)state;
    static struct scenery s;
    struct uncap_matte_result r;
    draw_faint(&s, 12, 12);
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_BOX);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* Something of the scene comes with outlined letters, in a box that is too long for them. */
static void what_comes_far_from_an_outline_is_scene(void **state)
{
    (void)state;
    static struct scenery s;
    static const struct uncap_rect long_box = {36, 33, 252, 63};
    struct uncap_matte_result r;
    const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 4, .n_clean = 2, .depth = 8, .shift = 1};
    set_up(&l, &s);
    for (int i = 0; i < 8; i++) {
        const int is_life = s.samples[i].n_lines > 0;
        s.samples[i].lines = &long_box;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                put(&s.samples[i].picture, 0, x, y,
                    !is_life                                   ? 120
                    : is_stroke(x, y)                          ? 235
                    : stroke_within(x, y, 3)                   ? 16
                    : x >= 230 && x < 244 && y >= 38 && y < 60 ? 160
                                                               : 120);
    }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_STROKES);
    uint8_t coverage[W * H];
    paint_all(&r, coverage);
    for (int i = 0; i < W * H; i++) {
        assert_true(!stroke_within(i % W, i / W, 3) || coverage[i] == 255);
        assert_true(i % W < 226 || !coverage[i]);
    }
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* Outlined letters below a ledge of a still scene: luma alone tells the reach, and takes the ledge for it. */
static void the_scene_beside_an_outline_is_no_shadow(void **state)
{
    (void)state;
    static struct scenery s;
    struct uncap_matte_result r;
    const struct look l = {.motion = STILL, .outline = -1, .plate = -1, .n_life = 4, .depth = 8, .shift = 1};
    set_up(&l, &s);
    for (int i = 0; i < 4; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                put(&s.samples[i].picture, 0, x, y,
                    is_stroke(x, y)          ? 235
                    : stroke_within(x, y, 3) ? 16
                    : y < 29                 ? 90
                                             : 150);
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_STROKES);
    uint8_t coverage[W * H];
    paint_all(&r, coverage);
    for (int i = 0; i < W * H; i++) {
        assert_true(!stroke_within(i % W, i / W, 3) || coverage[i] == 255);
        assert_true(i / W >= 29 || !coverage[i]);
    }
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* Eight stems 5 px wide with an outline of 2 px, half of them before a scene of their own colour. */
static int is_stem(int x, int y, int room)
{
    return x >= 40 - room && x < 199 + room && y >= 37 - room && y < 60 + room &&
           (x - 40 + 22 + room) % 22 < 5 + 2 * room;
}

static void the_outline_of_letters_before_their_own_colour_is_covered(void **state)
{
    (void)state;
    static struct scenery s;
    struct uncap_matte_result r;
    const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 4, .n_clean = 2, .depth = 8, .shift = 1};
    set_up(&l, &s);
    for (int i = 0; i < 8; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int scene = x < W / 2 ? 235 : 110;
                const int is_life = s.samples[i].n_lines > 0;
                put(&s.samples[i].picture, 0, x, y,
                    is_life && is_stem(x, y, 0)   ? 235
                    : is_life && is_stem(x, y, 2) ? 16
                                                  : scene);
            }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_STROKES);
    uint8_t coverage[W * H];
    paint_all(&r, coverage);
    for (int i = 0; i < W * H; i++)
        if (is_stem(i % W, i / W, 2) && (!is_stem(i % W, i / W, 0) || i % W >= W / 2))
            assert_int_equal(coverage[i], 255);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* The plate is found to a pixel or two when the line's box is this. */
static void expect_plate(const struct look *look, struct uncap_rect box)
{
    static struct scenery s;
    set_up(look, &s);
    for (int i = 0; i < s.evidence.n_life; i++)
        s.samples[look->n_clean + i].lines = &box;
    struct uncap_matte_result r;
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_PLATE);
    assert_true(abs(r.plate.x0 - 30) <= 2 && abs(r.plate.x1 - 226) <= 2);
    assert_true(abs(r.plate.y0 - 28) <= 2 && abs(r.plate.y1 - 68) <= 2);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* A box that was widened by what came with the text reaches past the plate, which came with it too. */
static void finds_a_plate_inside_a_wide_box(void **state)
{
    (void)state;
    expect_plate(&looks[6], (struct uncap_rect){12, 33, 244, 63});
}

/* The stem of a letter is a clearer side than a plate's that the scene is hardly brighter than. */
static void finds_a_plate_fainter_than_its_letters(void **state)
{
    (void)state;
    static const struct look faint = {.motion = MOVING,
                                      .fill = 235,
                                      .outline = -1,
                                      .plate = 88,
                                      .plate_opacity = 0.7F,
                                      .n_life = 20,
                                      .depth = 8,
                                      .shift = 1};
    expect_plate(&faint, (struct uncap_rect){26, 33, 230, 63});
}

/* Below it a longer line in another language has none; its letters begin where the plate ends. */
static void finds_the_plate_of_one_of_two_lines(void **state)
{
    (void)state;
    enum { BELOW = 31 };
    static const struct look upper = {.motion = MOVING,
                                      .fill = 235,
                                      .outline = -1,
                                      .plate = 20,
                                      .plate_opacity = 0.9F,
                                      .n_life = 20,
                                      .depth = 8,
                                      .shift = 1};
    static struct scenery s;
    const struct uncap_rect boxes[2] = {text_box, {4, 64, 252, 94}};
    struct uncap_matte_result r;
    set_up(&upper, &s);
    for (int i = 0; i < s.evidence.n_life; i++) {
        for (int y = 0; y < H; y++)
            for (int x = 8; x < 248; x++)
                if (is_stroke(40 + (x - 8) % 176, y - BELOW))
                    put(&s.samples[i].picture, 0, x, y, 235);
        s.samples[i].lines = boxes;
        s.samples[i].n_lines = 2;
    }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_PLATE);
    assert_true(abs(r.plate.x0 - 30) <= 2 && abs(r.plate.x1 - 226) <= 2 && abs(r.plate.y0 - 28) <= 2);
    assert_true(r.plate.y1 >= 66 && r.plate.y1 < 80); /* where letters hide it they do not let it go on */
    assert_true(r.matte->area.y0 >= 24);              /* nothing at the corner for the line that has none */
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

/* A dark box around two lines is found to a pixel or two. The upper line begins and ends right at it, so its
 * stems are far clearer than the box's sides.
 *
 * scene    luma in a sample
 * through  percent of it that is seen through the box */
static void expect_box_around(int (*scene)(int x, int y, int sample), int through)
{
    static const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 11, .depth = 8, .shift = 1};
    static struct scenery s;
    static const struct uncap_rect boxes[2] = {{36, 10, 220, 40}, {60, 48, 196, 78}};
    struct uncap_matte_result r;
    set_up(&l, &s);
    for (int i = 0; i < l.n_life; i++) {
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int is_box = x >= 39 && x < 217 && y >= 7 && y < 82;
                const int is_ink = is_stroke(x, y + 23) || (x >= 64 && x < 192 && is_stroke(x, y - 15));
                const int v = scene(x, y, i);
                put(&s.samples[i].picture, 0, x, y,
                    is_ink   ? 235
                    : is_box ? 16 + (v - 16) * through / 100
                             : v);
            }
        s.samples[i].lines = boxes;
        s.samples[i].n_lines = 2;
    }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_PLATE);
    assert_true(abs(r.plate.x0 - 39) <= 2 && abs(r.plate.x1 - 217) <= 2);
    assert_true(abs(r.plate.y0 - 7) <= 2 && abs(r.plate.y1 - 82) <= 2);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

static int dark_still(int x, int y, int sample)
{
    return 34 + (x + y + sample) % 5;
}

static void finds_a_box_around_lines_that_fill_it(void **state)
{
    (void)state;
    expect_box_around(dark_still, 0);
}

/* Flames: what burns moves, the dark left of it stands. */
static int partly_moving(int x, int y, int sample)
{
    return x < 110 ? 60 + (x + y) % 5 : 40 + (int)(180.0 * noise(7, x + 9 * sample, y));
}

static void finds_a_box_of_which_a_part_stands_before_what_moves(void **state)
{
    (void)state;
    expect_box_around(partly_moving, 40);
}

/* As dark as the box below. */
static int dark_below(int x, int y, int sample)
{
    return y >= 76 ? 15 + (x + y + sample) % 3 : 90 + (x + y + sample) % 5;
}

static void a_side_that_cannot_be_seen_is_as_far_as_the_opposite_one(void **state)
{
    (void)state;
    expect_box_around(dark_below, 40);
}

/* What stands before a line, while it does, and after it; is_life: while it does. */
typedef int scene_fn(int x, int y, bool is_life);

static const struct uncap_rect line_box = {34, 31, 222, 66};

/* The matte of a line before that scene. The box around the line, if there is one, is the scene's to draw. */
static struct uncap_matte_result look_at_line(scene_fn *scene)
{
    static const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 11, .n_clean = 2, .depth = 8, .shift = 1};
    static struct scenery s;
    struct uncap_matte_result r;
    set_up(&l, &s);
    for (int i = 0; i < l.n_life + 2 * l.n_clean; i++) {
        const bool is_life = s.samples[i].n_lines > 0;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                put(&s.samples[i].picture, 0, x, y,
                    is_life && is_stroke(x, y) ? 235 : scene(x, y, is_life) + (x + y + i) % 2);
        s.samples[i].lines = is_life ? &line_box : NULL;
    }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    uncap_matte_close(&r.matte);
    tear_down(&s);
    return r;
}

static int strip(int x, int y, bool is_hidden)
{
    return x >= 140 && x < 176 && !(is_hidden && y >= 28 && y < 68) ? 150 : 16;
}

static int strip_behind_a_box(int x, int y, bool is_life)
{
    return strip(x, y, is_life);
}

static int strip_with_a_gap(int x, int y, bool is_life)
{
    (void)is_life;
    return strip(x, y, true);
}

static void finds_a_dark_box_by_what_it_hides_alone(void **state)
{
    (void)state;
    const struct uncap_matte_result r = look_at_line(strip_behind_a_box);
    assert_int_equal(r.source, UNCAP_MATTE_PLATE);
    assert_true(abs(r.plate.y0 - 28) <= 2 && abs(r.plate.y1 - 68) <= 2);
    assert_true(r.plate.x0 <= line_box.x0 && r.plate.x1 >= line_box.x1);
}

static void a_gap_of_the_scene_is_no_box(void **state)
{
    (void)state;
    assert_int_equal(look_at_line(strip_with_a_gap).source, UNCAP_MATTE_STROKES);
}

/* Its lower half stands before the black bar. */
static int box_on_a_letterbox(int x, int y, bool is_life)
{
    const bool is_box = is_life && x >= 30 && x < 226 && y >= 28 && y < 68;
    return y < 48 && !is_box ? 120 : 16;
}

static void a_box_on_a_letterbox_ends_with_its_line(void **state)
{
    (void)state;
    const struct uncap_matte_result r = look_at_line(box_on_a_letterbox);
    assert_int_equal(r.source, UNCAP_MATTE_PLATE);
    assert_true(abs(r.plate.x0 - 30) <= 2 && abs(r.plate.x1 - 226) <= 2 && abs(r.plate.y0 - 28) <= 2);
    assert_int_equal(r.plate.y1, line_box.y1);
}

/* Squared distance from an "I". */
static int off_letter(int x, int y)
{
    const int dx = x < 122 ? 122 - x : x > 131 ? x - 131 : 0;
    const int dy = y < 28 ? 28 - y : y > 67 ? y - 67 : 0;
    return dx * dx + dy * dy;
}

/* It has straight sides; its corners are round. */
static void the_outline_of_one_letter_is_no_plate(void **state)
{
    (void)state;
    enum { OUTLINE2 = 36 };
    static struct scenery s;
    struct uncap_rect box = {112, 22, 142, 74};
    struct uncap_matte_result r;
    const struct look l = {
        .motion = STILL, .outline = -1, .plate = -1, .n_life = 11, .n_clean = 2, .depth = 8, .shift = 1};
    set_up(&l, &s);
    for (int i = 0; i < l.n_life + 2 * l.n_clean; i++) {
        const int is_life = s.samples[i].n_lines > 0;
        if (is_life)
            s.samples[i].lines = &box;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int d2 = off_letter(x, y), scene = 150 + (x + y) % 5;
                put(&s.samples[i].picture, 0, x, y,
                    is_life && d2 == 0          ? 235
                    : is_life && d2 <= OUTLINE2 ? 16
                                                : scene);
            }
    }
    assert_int_equal(uncap_matte_estimate(&s.evidence, &r, NULL), UNCAP_OK);
    assert_int_equal(r.source, UNCAP_MATTE_STROKES);
    uint8_t coverage[W * H];
    paint_all(&r, coverage);
    for (int i = 0; i < W * H; i++)
        assert_true(off_letter(i % W, i / W) > OUTLINE2 || coverage[i] == 255);
    uncap_matte_close(&r.matte);
    tear_down(&s);
}

static void refuses_what_makes_no_sense(void **state)
{
    (void)state;
    static struct scenery s;
    set_up(&looks[9], &s);
    struct uncap_matte_result r;
    struct uncap_error err = {0};
    struct uncap_matte_evidence e = s.evidence;
    e.n_life = 0;
    assert_int_equal(uncap_matte_estimate(&e, &r, &err), UNCAP_ERR_ARG);
    assert_null(r.matte);
    e = s.evidence;
    e.area = (struct uncap_rect){5, 5, 5, 9};
    assert_int_equal(uncap_matte_estimate(&e, &r, &err), UNCAP_ERR_ARG);
    e = s.evidence;
    e.area = (struct uncap_rect){0, 80, 64, 96}; /* no box there */
    assert_int_equal(uncap_matte_estimate(&e, &r, &err), UNCAP_ERR_ARG);
    assert_true(err.message[0] != 0);
    tear_down(&s);
}

static void area_stays_in_the_picture(void **state)
{
    (void)state;
    const struct uncap_format f420 = {3, 8, 1, 1};
    const struct uncap_rect edge[2] = {{-3, 200, 90, 239}, {100, 210, 641, 241}};
    const struct uncap_rect a = uncap_matte_area(edge, 2, 639, 239, f420);
    assert_true(a.x0 == 0 && a.y1 == 239 && a.x1 == 639);
    assert_true(a.y0 % 2 == 0 && a.y0 < 200);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(covers_what_was_drawn),
        cmocka_unit_test(gives_the_same_bytes_twice),
        cmocka_unit_test(follows_a_caption_that_moves),
        cmocka_unit_test(falls_back_to_the_boxes),
        cmocka_unit_test(a_box_that_is_a_bit_too_long_holds_text),
        cmocka_unit_test(finds_a_plate_inside_a_wide_box),
        cmocka_unit_test(what_comes_far_from_an_outline_is_scene),
        cmocka_unit_test(faint_letters_are_told_by_their_coming_alone),
        cmocka_unit_test(the_scene_beside_an_outline_is_no_shadow),
        cmocka_unit_test(the_outline_of_letters_before_their_own_colour_is_covered),
        cmocka_unit_test(a_flash_of_the_scene_is_no_letters),
        cmocka_unit_test(finds_the_plate_of_one_of_two_lines),
        cmocka_unit_test(finds_a_plate_fainter_than_its_letters),
        cmocka_unit_test(finds_a_box_around_lines_that_fill_it),
        cmocka_unit_test(finds_a_box_of_which_a_part_stands_before_what_moves),
        cmocka_unit_test(a_side_that_cannot_be_seen_is_as_far_as_the_opposite_one),
        cmocka_unit_test(finds_a_dark_box_by_what_it_hides_alone),
        cmocka_unit_test(a_gap_of_the_scene_is_no_box),
        cmocka_unit_test(a_box_on_a_letterbox_ends_with_its_line),
        cmocka_unit_test(the_outline_of_one_letter_is_no_plate),
        cmocka_unit_test(refuses_what_makes_no_sense),
        cmocka_unit_test(area_stays_in_the_picture),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
