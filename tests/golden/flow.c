/* SPDX-License-Identifier: Apache-2.0 */
/* Checksums of what the built-in engine fills, the same at every SIMD level: golden_flow [EXPECTED].
 *
 * Without EXPECTED it writes the list, to be reviewed and kept as tests/golden/flow.txt. The scenes are made
 * of integers alone, so that no other library has a part in them. */
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "base/memory.h"
#include "base/rng.h"
#include "base/sha256.h"
#include "inpaint/engine.h"
#include "kernels/kernels.h"

enum { FRAMES = 20, CORE_FIRST = 6, CORE_END = 14, W = 120, H = 64, UNIT = 16, CELL = 6 * UNIT };

/* pan_x, pan_y  of the background, sixteenths of a pixel a frame.
 * opacity       of the caption, sixteenths.
 */
struct scene {
    const char *name;
    struct uncap_format format;
    int pan_x, pan_y, opacity;
};

static const struct scene scenes[] = {
    {"pan", {3, 8, 1, 1}, 21, 5, 16},
    {"still", {3, 8, 1, 1}, 0, 0, 16},
    {"see-through", {3, 10, 0, 0}, 13, -3, 9},
};

static const struct {
    const char *name;
    enum uncap_preset preset;
} efforts[] = {{"fast", UNCAP_PRESET_FAST}, {"default", UNCAP_PRESET_DEFAULT}, {"best", UNCAP_PRESET_BEST}};

/* The engine asks for the best level; here it gets the one under test. */
static const struct uncap_kernels *level_under_test;
const struct uncap_kernels *__wrap_uncap_kernels_best(void);
const struct uncap_kernels *__wrap_uncap_kernels_best(void)
{
    return level_under_test;
}

/* Smooth noise, 0..255, at a position in sixteenths of a pixel. */
static int texture(int x, int y, int plane)
{
    const int cx = (x + (1 << 20) * CELL) / CELL, cy = (y + (1 << 20) * CELL) / CELL;
    const int fx = (x + (1 << 20) * CELL) % CELL, fy = (y + (1 << 20) * CELL) % CELL;
    int corner[4];
    for (int k = 0; k < 4; k++)
        corner[k] =
            (int)(uncap_rng_u64(1, (uint64_t)plane, (uint64_t)(cy + k / 2) << 32 | (uint64_t)(cx + k % 2)) &
                  255);
    const int top = corner[0] * (CELL - fx) + corner[1] * fx, low = corner[2] * (CELL - fx) + corner[3] * fx;
    return (int)(((int64_t)top * (CELL - fy) + (int64_t)low * fy) / (CELL * CELL));
}

/* Bars and dots in the middle rows: thick, thin and touching the left edge. */
static bool is_caption(int x, int y)
{
    return x < W - 24 && y >= 24 && y < 40 && ((x / 5) % 3 != 2) && ((y / 4 + x / 15) % 4 != 3);
}

/* Does the sample of a plane lie under the caption? */
static bool is_under(struct uncap_format f, int plane, int x, int y)
{
    const int sx = plane ? f.shift_x : 0, sy = plane ? f.shift_y : 0;
    bool is = false;
    for (int k = 0; k < 1 << (sx + sy); k++)
        is = is || is_caption((x << sx) + (k & ((1 << sx) - 1)), (y << sy) + (k >> sx));
    return is;
}

static int sample(const struct scene *s, int plane, int x, int y, int t)
{
    const int sx = plane ? s->format.shift_x : 0, sy = plane ? s->format.shift_y : 0;
    const int grain = (int)(uncap_rng_u64(2, (uint64_t)t, (uint64_t)((y * W + x) * 3 + plane)) % 5) - 2;
    int v = 30 +
            texture(((x << sx) * UNIT) + s->pan_x * t, ((y << sy) * UNIT) + s->pan_y * t, plane) * 3 / 4 +
            grain;
    if (t >= CORE_FIRST && t < CORE_END && is_under(s->format, plane, x, y))
        v += (235 - v) * s->opacity / 16;
    return v << (s->format.depth - 8);
}

static void paint(const struct scene *s, const struct uncap_picture *p, int t)
{
    for (int plane = 0; plane < s->format.n_planes; plane++)
        for (int y = 0; y < uncap_plane_h(s->format, plane, H); y++)
            for (int x = 0; x < uncap_plane_w(s->format, plane, W); x++) {
                uint8_t *row = p->data[plane] + (ptrdiff_t)y * p->stride[plane];
                const int v = sample(s, plane, x, y, t);
                if (s->format.depth > 8)
                    ((uint16_t *)(void *)row)[x] = (uint16_t)v;
                else
                    row[x] = (uint8_t)v;
            }
}

static void checksum(const struct uncap_picture *p, char hex[65])
{
    struct uncap_sha256 sum;
    uncap_sha256_start(&sum);
    for (int plane = 0; plane < p->format.n_planes; plane++)
        for (int y = 0; y < uncap_plane_h(p->format, plane, p->h); y++)
            uncap_sha256_add(&sum, p->data[plane] + (ptrdiff_t)y * p->stride[plane],
                             uncap_sample_bytes(p->format) * (size_t)uncap_plane_w(p->format, plane, p->w));
    uncap_sha256_finish(&sum, hex);
    hex[16] = '\0';
}

/* The window of one scene and everything it points to. */
struct stage {
    struct uncap_picture frames[FRAMES], filled[CORE_END - CORE_FIRST];
    uint8_t matte[W * H];
    const uint8_t *coverage[FRAMES];
};

static bool set_up(struct stage *st, const struct scene *s)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            st->matte[y * W + x] = is_caption(x, y) ? 255 : 0;
    for (int t = 0; t < FRAMES; t++) {
        const bool is_core = t >= CORE_FIRST && t < CORE_END;
        if (!uncap_picture_alloc(&st->frames[t], s->format, W, H))
            return false;
        paint(s, &st->frames[t], t);
        if (!is_core)
            continue;
        st->coverage[t] = st->matte;
        if (!uncap_picture_alloc(&st->filled[t - CORE_FIRST], s->format, W, H))
            return false;
        uncap_picture_copy(&st->filled[t - CORE_FIRST], &st->frames[t]);
    }
    return true;
}

static void take_down(struct stage *st)
{
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&st->frames[t]);
    for (int t = 0; t < CORE_END - CORE_FIRST; t++)
        uncap_picture_free(&st->filled[t]);
}

static int fill(struct stage *st, const struct scene *s, enum uncap_preset preset, struct uncap_error *err)
{
    struct uncap_matte matte = {.area = {0, 0, W, H}, .coverage = st->matte};
    const struct uncap_caption caption = {.id = 1, .first = CORE_FIRST, .end = CORE_END, .matte = &matte};
    const struct uncap_window_caption seen = {&caption, CORE_FIRST, CORE_END};
    const struct uncap_window window = {.crop = {0, 0, W, H},
                                        .format = s->format,
                                        .n = FRAMES,
                                        .core_first = CORE_FIRST,
                                        .core_end = CORE_END,
                                        .frames = st->frames,
                                        .coverage = st->coverage,
                                        .captions = &seen,
                                        .n_captions = 1,
                                        .filled = st->filled};
    const struct uncap_erase_options options = {.preset = preset};
    struct uncap_slices *slices = NULL;
    struct uncap_engine *engine = NULL;
    int status = uncap_slices_open(&slices, 2, err);
    if (!status)
        status = uncap_engine_open(&engine, uncap_engine_find("flow"), &options, slices, NULL, err);
    if (!status)
        status = engine->ops->fill(engine, &window, NULL, err);
    uncap_engine_close(&engine);
    uncap_slices_close(&slices);
    return status;
}

/* Fill one scene at the level under test; write its lines, or count those that are not as expected. */
static int run(const struct scene *s, const char *effort, enum uncap_preset preset, FILE *expected,
               int *n_wrong)
{
    struct stage *st = uncap_alloc(1, sizeof(*st));
    struct uncap_error err = {0};
    int status = st && set_up(st, s) ? UNCAP_OK : uncap_fail_nomem(&err, "the scene");
    if (!status)
        status = fill(st, s, preset, &err);
    for (int t = CORE_FIRST; t < CORE_END && !status; t++) {
        char hex[65], line[128], want[128] = "";
        checksum(&st->filled[t - CORE_FIRST], hex);
        snprintf(line, sizeof(line), "%s %s %d %s\n", s->name, effort, t, hex);
        if (!expected)
            fputs(line, stdout);
        else if (!fgets(want, sizeof(want), expected) || strcmp(line, want)) {
            printf("%s: is  %s%*swas %s", level_under_test->name, line,
                   (int)strlen(level_under_test->name) + 2, "", want);
            (*n_wrong)++;
        }
    }
    if (status)
        fprintf(stderr, "%s\n", err.message);
    if (st)
        take_down(st);
    uncap_free(st);
    return status;
}

static int run_all(FILE *expected, int *n_wrong)
{
    int status = UNCAP_OK;
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++)
        for (size_t k = 0; k < sizeof(efforts) / sizeof(efforts[0]) && !status; k++)
            status = run(&scenes[i], efforts[k].name, efforts[k].preset, expected, n_wrong);
    return status;
}

int main(int argc, char **argv)
{
    FILE *expected = argc > 1 ? fopen(argv[1], "r") : NULL;
    int n_wrong = 0, n_levels = 0, status = UNCAP_OK;
    if (argc > 1 && !expected) {
        fprintf(stderr, "%s cannot be read\n", argv[1]);
        return 2;
    }
    for (int level = UNCAP_SIMD_C; level < UNCAP_SIMD_LEVELS && !status; level++) {
        level_under_test = uncap_kernels_level((enum uncap_simd)level);
        if (!level_under_test || (!expected && level != UNCAP_SIMD_C))
            continue;
        n_levels++;
        if (expected)
            rewind(expected);
        status = run_all(expected, &n_wrong);
    }
    if (expected) {
        printf("%d of %d levels checked, %d frames differ\n", n_levels, (int)UNCAP_SIMD_LEVELS, n_wrong);
        fclose(expected);
    }
    return status || n_wrong;
}
