/* SPDX-License-Identifier: Apache-2.0 */
/* Speed of the built-in engine on a 1280 x 200 band with text on every core frame: frames a second, by
 * preset.
 *
 * flow_speed [THREADS] [FRAMES] [PRESET] [REACH] [TEXT]. REACH: pixels that the matte is wider than the
 * strokes, 0 to 40; what is not touched leaves the hole, so a refill has work. TEXT: `full`, strokes over a
 * quarter of the band, far more than a caption has (the worst case), or `lines`, two lines of letters over a
 * ninth of it, as in the densest frame of a headline at 720p. Wall time, and processor time a frame, which a
 * busy machine disturbs less. */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/memory.h"
#include "inpaint/engine.h"

enum { W = 1280, H = 200, CONTEXT = 10 };

static double seconds(clockid_t clock)
{
    struct timespec t;
    clock_gettime(clock, &t);
    return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

/* strokes: [H][W], not 0 under the text; NULL: no text */
static void paint(const struct uncap_picture *p, int t, const uint8_t *strokes)
{
    for (int plane = 0; plane < 3; plane++)
        for (int y = 0; y < H >> (plane > 0); y++)
            for (int x = 0; x < W >> (plane > 0); x++) {
                const double u = (x << (plane > 0)) + 1.7 * t;
                const double v = (y << (plane > 0)) + 9 * plane;
                const double texture =
                    sin(0.09 * u + 0.05 * v) + sin(0.3 * u - 0.2 * v) + sin(0.7 * u + 0.6 * v);
                const bool under = !plane && strokes && strokes[y * W + x];
                p->data[plane][y * p->stride[plane] + x] = under ? 235 : (uint8_t)(128 + 35 * texture);
            }
}

/* Whether a caption has ink there. */
typedef bool ink(int x, int y);

/* Strokes over a quarter of the band, in its middle rows. */
static bool full(int x, int y)
{
    return x >= 100 && x < 1180 && y >= 50 && y < 150 && (x / 12 + y / 25) % 4 && (y / 6) % 4;
}

/* Two centred lines of letters that are 44 pixels high and 24 wide, each of two stems and a bar. */
static bool lines(int x, int y)
{
    enum { LETTER = 30, WIDE = 24, HIGH = 44, STROKE = 8 };
    static const struct {
        int y, width;
    } LINES[] = {{44, 25 * LETTER}, {112, 19 * LETTER}};
    for (size_t i = 0; i < sizeof(LINES) / sizeof(*LINES); i++) {
        const int row = y - LINES[i].y;
        const int along = x - (W - LINES[i].width) / 2;
        if (row < 0 || row >= HIGH || along < 0 || along >= LINES[i].width)
            continue;
        const int column = along % LETTER;
        const bool bar = row >= (HIGH - STROKE) / 2 && row < (HIGH + STROKE) / 2;
        return column < STROKE || (column < WIDE && (bar || column >= WIDE - STROKE));
    }
    return false;
}

/* strokes: 255 where `text` has ink; matte: 255 up to `reach` pixels past it; both [H][W]. */
static void draw_text(ink *text, uint8_t *strokes, uint8_t *matte, int reach)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            if (!text(x, y))
                continue;
            strokes[y * W + x] = 255;
            for (int k = -reach; k <= reach; k++)
                memset(matte + (y + k) * W + x - reach, 255, (size_t)(2 * reach + 1));
        }
}

static int measure(enum uncap_preset preset, const char *name, int threads, int n_core, int reach,
                   ink *caption_ink)
{
    static const struct uncap_format format = {3, 8, 1, 1};
    const int n = n_core + 2 * CONTEXT;
    struct uncap_picture *frames = uncap_alloc((size_t)n, sizeof(*frames));
    struct uncap_picture *filled = uncap_alloc((size_t)n_core, sizeof(*filled));
    const uint8_t **coverage = uncap_alloc((size_t)n, sizeof(*coverage));
    uint8_t *text = uncap_alloc((size_t)W * H, 1);
    uint8_t *strokes = uncap_alloc((size_t)W * H, 1);
    if (!frames || !filled || !coverage || !text || !strokes)
        return 1;
    draw_text(caption_ink, strokes, text, reach);
    for (int t = 0; t < n; t++) {
        const bool core = t >= CONTEXT && t < CONTEXT + n_core;
        coverage[t] = core ? text : NULL;
        if (!uncap_picture_alloc(&frames[t], format, W, H) ||
            (core && !uncap_picture_alloc(&filled[t - CONTEXT], format, W, H)))
            return 1;
        paint(&frames[t], t, core ? strokes : NULL);
        if (core)
            uncap_picture_copy(&filled[t - CONTEXT], &frames[t]);
    }
    struct uncap_matte matte = {.area = {0, 0, W, H}, .coverage = text};
    const struct uncap_caption caption = {
        .id = 1, .first = CONTEXT, .end = CONTEXT + n_core, .matte = &matte};
    const struct uncap_window_caption seen = {&caption, CONTEXT, CONTEXT + n_core};
    const struct uncap_window window = {.crop = {0, 0, W, H},
                                        .format = format,
                                        .n = n,
                                        .core_first = CONTEXT,
                                        .core_end = CONTEXT + n_core,
                                        .frames = frames,
                                        .coverage = coverage,
                                        .captions = &seen,
                                        .n_captions = 1,
                                        .filled = filled};
    struct uncap_error err = {0};
    struct uncap_slices *slices = NULL;
    struct uncap_engine *engine = NULL;
    const struct uncap_erase_options options = {.preset = preset};
    int status = uncap_slices_open(&slices, threads, &err);
    if (!status)
        status = uncap_engine_open(&engine, uncap_engine_find("flow"), &options, slices, NULL, &err);
    const double wall = seconds(CLOCK_MONOTONIC);
    const double cpu = seconds(CLOCK_PROCESS_CPUTIME_ID);
    if (!status)
        status = engine->ops->fill(engine, &window, NULL, &err);
    if (status)
        fprintf(stderr, "%s\n", err.message);
    else
        printf("%-8s %d threads: %6.1f frames/s wall, %6.1f ms processor time a frame\n", name, threads,
               n_core / (seconds(CLOCK_MONOTONIC) - wall),
               1e3 * (seconds(CLOCK_PROCESS_CPUTIME_ID) - cpu) / n_core);
    uncap_engine_close(&engine);
    uncap_slices_close(&slices);
    for (int t = 0; t < n; t++)
        uncap_picture_free(&frames[t]);
    for (int t = 0; t < n_core; t++)
        uncap_picture_free(&filled[t]);
    uncap_free(frames);
    uncap_free(filled);
    uncap_free(coverage);
    uncap_free(text);
    uncap_free(strokes);
    return status;
}

int main(int argc, char **argv)
{
    const int threads = argc > 1 ? atoi(argv[1]) : 2;
    const int frames = argc > 2 ? atoi(argv[2]) : 40;
    const int reach = argc > 4 ? atoi(argv[4]) : 0;
    ink *const text = argc > 5 && !strcmp(argv[5], "lines") ? lines : full;
    static const struct {
        enum uncap_preset preset;
        const char *name;
    } PRESETS[] = {
        {UNCAP_PRESET_FAST, "fast"}, {UNCAP_PRESET_DEFAULT, "default"}, {UNCAP_PRESET_BEST, "best"}};
    for (size_t i = 0; i < sizeof(PRESETS) / sizeof(*PRESETS); i++)
        if ((argc <= 3 || !strcmp(argv[3], PRESETS[i].name)) &&
            measure(PRESETS[i].preset, PRESETS[i].name, threads, frames, reach, text))
            return 1;
    return 0;
}
