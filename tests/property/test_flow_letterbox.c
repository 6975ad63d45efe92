/* SPDX-License-Identifier: Apache-2.0 */
/* Text across the edge of a bar or a panel: neither the picture is smeared into it nor it into the
 * picture. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "flow_fill.h"
#include "inpaint/engine.h"

enum { W = 160, H = 96, FRAMES = 40, FIRST = 10, END = 30 };

/* Around the middle of the window, where every bar of this test ends. */
static const struct uncap_rect TEXT = {40, 40, 120, 60};

/* picture  what is not bar, but for a panel in it */
struct scene {
    struct uncap_rect picture, panel;
    struct uncap_picture frames[FRAMES], filled[END - FIRST];
};

static const struct uncap_format FORMAT = {3, 8, 1, 1};

static bool is_in(struct uncap_rect r, int x, int y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static bool stands(const struct scene *s, int x, int y)
{
    return !is_in(s->picture, x, y) || is_in(s->panel, x, y);
}

/* The clean sample of a plane, whose coordinates are luma's; grey levels. The picture moves along the bar and
 * across it. */
static int sample(const struct scene *s, int plane, int x, int y, int t)
{
    const double noise = 2 * uncap_rng_uniform(7, (uint64_t)t, (uint64_t)((plane * H + y) * W + x)) - 1;
    if (stands(s, x, y))
        return (int)((plane ? 128 : 18) + noise + 0.5);
    double sum = 0;
    for (int k = 1; k <= 6; k++) {
        const double a = 2.399963 * k;
        sum += sin((cos(a) * (x + 2.3 * t) + sin(a) * (y - 1.7 * t)) * 0.11 * k + k) / k;
    }
    return (int)(140 + (plane ? 10 : 40) * sum + noise + 0.5);
}

static void paint(const struct scene *s, const struct uncap_picture *p, int t, bool has_text)
{
    for (int plane = 0; plane < 3; plane++)
        for (int y = 0; y < uncap_plane_h(FORMAT, plane, H); y++)
            for (int x = 0; x < uncap_plane_w(FORMAT, plane, W); x++) {
                const int shift = plane > 0;
                const bool is_text = has_text && is_in(TEXT, x << shift, y << shift);
                p->data[plane][y * p->stride[plane] + x] =
                    (uint8_t)(is_text ? (plane ? 128 : 235) : sample(s, plane, x << shift, y << shift, t));
            }
}

static void fill(struct scene *s)
{
    static uint8_t coverage[W * H];
    const uint8_t *covered[FRAMES] = {NULL};
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            coverage[y * W + x] = is_in(TEXT, x, y) ? 255 : 0;
    for (int t = 0; t < FRAMES; t++) {
        const bool has_text = t >= FIRST && t < END;
        assert_true(uncap_picture_alloc(&s->frames[t], FORMAT, W, H));
        paint(s, &s->frames[t], t, has_text);
        covered[t] = has_text ? coverage : NULL;
    }
    for (int k = 0; k < END - FIRST; k++) {
        assert_true(uncap_picture_alloc(&s->filled[k], FORMAT, W, H));
        uncap_picture_copy(&s->filled[k], &s->frames[FIRST + k]);
    }
    struct uncap_matte matte = {.area = {0, 0, W, H}, .coverage = coverage};
    const struct uncap_caption caption = {.id = 1, .first = FIRST, .end = END, .matte = &matte};
    const struct uncap_window_caption seen = {&caption, FIRST, END};
    const struct uncap_window window = {.crop = {0, 0, W, H},
                                        .format = FORMAT,
                                        .n = FRAMES,
                                        .core_first = FIRST,
                                        .core_end = END,
                                        .frames = s->frames,
                                        .coverage = covered,
                                        .captions = &seen,
                                        .n_captions = 1,
                                        .filled = s->filled};
    const struct uncap_erase_options options = {.preset = UNCAP_PRESET_DEFAULT};
    fill_window(&window, &options, 2);
}

/* Root mean square of what is wrong with the covered samples of what stands, or of the picture, grey
 * levels. */
static double error_of(const struct scene *s, bool of_bar)
{
    double sum = 0;
    double n = 0;
    for (int k = 0; k < END - FIRST; k++)
        for (int y = TEXT.y0; y < TEXT.y1; y++)
            for (int x = TEXT.x0; x < TEXT.x1; x++) {
                if (stands(s, x, y) != of_bar)
                    continue;
                const double off = s->filled[k].data[0][y * s->filled[k].stride[0] + x] -
                                   (double)sample(s, 0, x, y, FIRST + k);
                sum += off * off;
                n++;
            }
    return sqrt(sum / n);
}

static void close_scene(struct scene *s)
{
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&s->frames[t]);
    for (int k = 0; k < END - FIRST; k++)
        uncap_picture_free(&s->filled[k]);
}

/* Below, above, right and left of the picture; luma rows and columns that share chroma samples with it. */
static void bars_and_picture_keep_to_themselves(void **state)
{
    (void)state;
    static const struct uncap_rect PICTURES[] = {{0, 0, W, 51}, {0, 49, W, H}, {0, 0, 81, H}, {79, 0, W, H}};
    for (size_t i = 0; i < sizeof(PICTURES) / sizeof(*PICTURES); i++) {
        struct scene s = {.picture = PICTURES[i]};
        fill(&s);
        printf("side %zu: bar %.2f, picture %.2f grey levels\n", i, error_of(&s, true), error_of(&s, false));
        assert_true(error_of(&s, true) < 8);
        assert_true(error_of(&s, false) < 6);
        close_scene(&s);
    }
}

/* With picture on all sides: text across its upper, lower, right and left edge, and across both sides. */
static void panel_and_picture_keep_to_themselves(void **state)
{
    (void)state;
    static const struct uncap_rect PANELS[] = {
        {20, 51, 140, 79}, {20, 17, 140, 49}, {24, 20, 81, 76}, {79, 20, 136, 76}, {63, 20, 99, 76}};
    for (size_t i = 0; i < sizeof(PANELS) / sizeof(*PANELS); i++) {
        struct scene s = {.picture = {0, 0, W, H}, .panel = PANELS[i]};
        fill(&s);
        printf("case %zu: panel %.2f, picture %.2f grey levels\n", i, error_of(&s, true),
               error_of(&s, false));
        assert_true(error_of(&s, true) < 8);
        assert_true(error_of(&s, false) < 6);
        close_scene(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(bars_and_picture_keep_to_themselves),
        cmocka_unit_test(panel_and_picture_keep_to_themselves),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
