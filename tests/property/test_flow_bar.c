/* SPDX-License-Identifier: Apache-2.0 */
/* What is seen through a bar is given back in frames that no other frame shows: after a cut behind it. */
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

enum { W = 160, H = 64, FRAMES = 40, FIRST = 8, CUT = 32, END = FRAMES };

static const struct uncap_rect BAR = {20, 18, 140, 48};

/* A bar of .55 with letters on it; from frame `text_end` on the bar stands alone. */
struct scene {
    int text_end;
    struct uncap_picture frames[FRAMES], filled[FRAMES];
};

static double texture(double x, double y)
{
    double sum = 0;
    for (int k = 1; k <= 6; k++) {
        const double a = 2.399963 * k;
        sum += sin((cos(a) * x + sin(a) * y) * 0.11 * k + k) / k;
    }
    return 0.5 + sum / 6;
}

static bool is_letter(int x, int y)
{
    return y >= 28 && y < 38 && x >= 36 && x < 120 && (x / 4) % 3 == 0;
}

static bool is_bar(int x, int y)
{
    return x >= BAR.x0 && x < BAR.x1 && y >= BAR.y0 && y < BAR.y1;
}

/* The scene, 0..1; it is another one after the cut. */
static double scene_at(int x, int y, int t)
{
    const double noise = 0.004 * (2 * uncap_rng_uniform(7, (uint64_t)t, (uint64_t)(y * W + x)) - 1);
    return texture(x + 2.3 * t + (t < CUT ? 0 : 500), y) + noise;
}

static int sample(const struct scene *s, int x, int y, int t)
{
    double v = scene_at(x, y, t);
    if (t >= FIRST && is_bar(x, y))
        v = t < s->text_end && is_letter(x, y) ? 0.95 : 0.45 * v + 0.55 * 0.1;
    return (int)(255 * v + 0.5);
}

static void fill(struct scene *s)
{
    static uint8_t coverage[W * H];
    const uint8_t *covered[FRAMES] = {NULL};
    uint8_t opacity[END - FIRST];
    const struct uncap_format format = {1, 8, 0, 0};
    for (int t = 0; t < FRAMES; t++) {
        assert_true(uncap_picture_alloc(&s->frames[t], format, W, H));
        assert_true(uncap_picture_alloc(&s->filled[t], format, W, H));
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                s->frames[t].data[0][y * s->frames[t].stride[0] + x] = (uint8_t)sample(s, x, y, t);
                coverage[y * W + x] = is_bar(x, y) ? 255 : 0;
            }
        uncap_picture_copy(&s->filled[t], &s->frames[t]);
        covered[t] = t < FIRST ? NULL : coverage;
    }
    for (int t = FIRST; t < END; t++)
        opacity[t - FIRST] = t < s->text_end ? 255 : 0;
    struct uncap_matte matte = {.area = {0, 0, W, H}, .coverage = coverage};
    struct uncap_panel panel = {s->text_end, END, BAR};
    const struct uncap_caption caption = {.id = 1,
                                          .first = FIRST,
                                          .end = END,
                                          .matte = &matte,
                                          .panels = &panel,
                                          .n_panels = s->text_end < END,
                                          .opacity = s->text_end < END ? opacity : NULL};
    const struct uncap_window_caption seen = {&caption, FIRST, END};
    const struct uncap_window window = {.crop = {0, 0, W, H},
                                        .format = format,
                                        .n = FRAMES,
                                        .core_end = FRAMES,
                                        .frames = s->frames,
                                        .coverage = covered,
                                        .captions = &seen,
                                        .n_captions = 1,
                                        .filled = s->filled};
    const struct uncap_erase_options options = {.preset = UNCAP_PRESET_DEFAULT};
    fill_window(&window, &options, 2);
}

/* Root mean square of what is wrong with the bar in frames [first, end), grey levels. */
static double error_of(const struct scene *s, int first, int end)
{
    double sum = 0;
    double n = 0;
    for (int t = first; t < end; t++)
        for (int y = BAR.y0; y < BAR.y1; y++)
            for (int x = BAR.x0; x < BAR.x1; x++, n++) {
                if (t < s->text_end && is_letter(x, y))
                    continue;
                const double off =
                    s->filled[t].data[0][y * s->filled[t].stride[0] + x] - 255 * scene_at(x, y, t);
                sum += off * off;
            }
    return sqrt(sum / n);
}

static void close_scene(struct scene *s)
{
    for (int t = 0; t < FRAMES; t++) {
        uncap_picture_free(&s->frames[t]);
        uncap_picture_free(&s->filled[t]);
    }
}

static void is_seen_through_without_its_text(void **state)
{
    (void)state;
    struct scene s = {.text_end = CUT};
    fill(&s);
    printf("text %.2f, bar alone %.2f grey levels\n", error_of(&s, FIRST, CUT), error_of(&s, CUT, END));
    assert_true(error_of(&s, CUT, END) < 6);
    close_scene(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_seen_through_without_its_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
