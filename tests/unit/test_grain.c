/* SPDX-License-Identifier: Apache-2.0 */
/* Grain: measured as it was made, added where it lacks, never elsewhere. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "inpaint/grain.h"
#include "inpaint/grain_field.h"

enum { W = 160, H = 96, N = 12, CORE_FIRST = 2, CORE_END = 10, SEED = 11 };

/* A smooth picture with noise in every frame, a caption in the middle of it, a fill without noise. */
struct film {
    const char *name;
    double level, size; /* of the noise */
    bool is_frozen;     /* the same noise in every frame */
    bool is_textured;   /* stripes over the right half */
    bool is_noisy_fill; /* the fill has other noise of the same kind */
    int depth, shift;
    double pan; /* samples a frame that texture moves by */
};

struct scene {
    struct uncap_window window;
    struct uncap_picture frames[N], filled[CORE_END - CORE_FIRST];
    uint8_t *coverage[N];
};

static double clean(const struct film *f, int plane, int x, int y, int64_t frame)
{
    const double u = x + f->pan * (double)frame;
    const double stripes = f->is_textured && !plane && (f->pan > 0 || x > W / 2) ? 30 * sin(2.1 * u + y) : 0;
    const double leaves = f->pan > 0 ? 12 * sin(0.9 * u + 1.3 * y) * sin(0.21 * u * y) : 0;
    return 110 + 0.2 * x + 0.1 * y + stripes + leaves;
}

static double at(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + y * p->stride[plane];
    const double v = p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[x] : row[x];
    return v / (1 << (p->format.depth - 8));
}

static void paint(const struct film *f, const struct uncap_picture *p, int64_t frame, double level,
                  uint64_t seed)
{
    float *noise = uncap_alloc((size_t)W * H, sizeof(*noise));
    float *scratch =
        uncap_alloc((size_t)(W + 2 * UNCAP_GRAIN_RADIUS) * (H + 2 * UNCAP_GRAIN_RADIUS), sizeof(*scratch));
    for (int plane = 0; plane < p->format.n_planes; plane++) {
        const int w = uncap_plane_w(p->format, plane, W);
        const int h = uncap_plane_h(p->format, plane, H);
        uncap_grain_field(noise, scratch, (struct uncap_rect){0, 0, w, h}, plane, frame, seed,
                          (float)f->size);
        for (int y = 0; y < h; y++)
            for (int x = 0; x < w; x++) {
                const double v = clean(f, plane, x, y, frame) + level * (double)noise[y * w + x];
                const long native = lrint(v * (1 << (p->format.depth - 8)));
                uint8_t *row = p->data[plane] + y * p->stride[plane];
                if (p->format.depth > 8)
                    ((uint16_t *)(void *)row)[x] = (uint16_t)native;
                else
                    row[x] = (uint8_t)native;
            }
    }
    uncap_free(noise);
    uncap_free(scratch);
}

static bool is_caption(int x, int y)
{
    return x >= 40 && x < 120 && y >= 40 && y < 64;
}

static void scene_open(struct scene *s, const struct film *f, int64_t first)
{
    memset(s, 0, sizeof(*s));
    const struct uncap_format format = {3, f->depth, f->shift, f->shift};
    s->window = (struct uncap_window){.crop = {20, 40, 20 + W, 40 + H},
                                      .format = format,
                                      .first = first,
                                      .n = N,
                                      .core_first = CORE_FIRST,
                                      .core_end = CORE_END,
                                      .frames = s->frames,
                                      .coverage = (const uint8_t *const *)s->coverage,
                                      .filled = s->filled};
    for (int t = 0; t < N; t++) {
        assert_true(uncap_picture_alloc(&s->frames[t], format, W, H));
        paint(f, &s->frames[t], f->is_frozen ? 0 : first + t, f->level, 5);
        s->coverage[t] = uncap_alloc((size_t)W * H, 1);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                s->coverage[t][y * W + x] = is_caption(x, y) ? 255 : 0;
    }
    for (int k = 0; k < CORE_END - CORE_FIRST; k++) {
        assert_true(uncap_picture_alloc(&s->filled[k], format, W, H));
        paint(f, &s->filled[k], first + CORE_FIRST + k, f->is_noisy_fill ? f->level : 0, 6);
    }
}

static void scene_close(struct scene *s)
{
    for (int t = 0; t < N; t++) {
        uncap_picture_free(&s->frames[t]);
        uncap_free(s->coverage[t]);
    }
    for (int k = 0; k < CORE_END - CORE_FIRST; k++)
        uncap_picture_free(&s->filled[k]);
}

/* Standard deviation of the fill around the clean picture, under the caption. */
static double noise_of(const struct scene *s, const struct film *f, int plane)
{
    double sum = 0;
    int n = 0;
    const int shift = plane ? f->shift : 0;
    for (int k = 0; k < CORE_END - CORE_FIRST; k++)
        for (int y = 0; y < H >> shift; y++)
            for (int x = 0; x < W >> shift; x++) {
                if (!is_caption(x << shift, y << shift))
                    continue;
                const double d =
                    at(&s->filled[k], plane, x, y) - clean(f, plane, x, y, s->window.first + CORE_FIRST + k);
                sum += d * d;
                n++;
            }
    return sqrt(sum / n);
}

static const struct film films[] = {
    {"white", 4, 0, false, false, false, 8, 1, 0},
    {"faint", 1.2, 0.5, false, false, false, 8, 1, 0},
    {"fine", 3, 0.6, false, false, false, 8, 0, 0},
    {"coarse", 6, 1.2, false, false, false, 8, 1, 0},
    {"ten bits", 2, 0.5, false, false, false, 10, 1, 0},
    {"beside texture", 4, 0.4, false, true, false, 8, 1, 0},
};

enum { N_FILMS = sizeof(films) / sizeof(films[0]) };

static void test_measure(void **state)
{
    (void)state;
    for (int i = 0; i < N_FILMS; i++) {
        struct scene s;
        scene_open(&s, &films[i], 100);
        for (int plane = 0; plane < 2; plane++) {
            struct uncap_grain g;
            struct uncap_error err;
            assert_int_equal(uncap_grain_measure(&s.window, plane, NULL, &g, &err), UNCAP_OK);
            print_message("%s: plane %d: level %.2f size %.2f\n", films[i].name, plane, (double)g.level,
                          (double)g.size);
            assert_true(fabs((double)g.level - films[i].level) < 0.15 * films[i].level);
            assert_true(fabs((double)g.size - films[i].size) < 0.25);
        }
        scene_close(&s);
    }
}

static void test_apply(void **state)
{
    (void)state;
    for (int i = 0; i < N_FILMS; i++) {
        struct scene s;
        struct uncap_error err;
        scene_open(&s, &films[i], 100);
        assert_int_equal(uncap_grain_apply(&s.window, SEED, NULL, NULL, &err), UNCAP_OK);
        const double luma = noise_of(&s, &films[i], 0);
        const double chroma = noise_of(&s, &films[i], 1);
        print_message("%s: fill's noise %.2f, %.2f\n", films[i].name, luma, chroma);
        /* Stripes are strong answers of the filter themselves: no grain is added to them. */
        assert_true(films[i].is_textured ? luma < films[i].level
                                         : fabs(luma - films[i].level) < 0.2 * films[i].level);
        assert_true(fabs(chroma - films[i].level) < 0.25 * films[i].level);
        scene_close(&s);
    }
}

/* Samples that differ from a fill that nothing was added to; *outside of them where no caption is. */
static int count_changes(const struct scene *s, const struct film *f, int *outside)
{
    struct scene before;
    scene_open(&before, f, s->window.first);
    int n = 0;
    *outside = 0;
    for (int k = 0; k < CORE_END - CORE_FIRST; k++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                if (at(&s->filled[k], 0, x, y) != at(&before.filled[k], 0, x, y)) {
                    n++;
                    *outside += !is_caption(x, y);
                }
    scene_close(&before);
    return n;
}

static void test_changes(void **state)
{
    (void)state;
    static const struct {
        struct film film;
        int least, most; /* per cent of the covered samples that change */
    } cases[] = {
        {{"no noise", 0, 0, false, false, false, 8, 1, 0}, 0, 0},
        {{"noise that the codec froze", 4, 0, true, false, false, 8, 1, 0}, 0, 0},
        {{"noise", 4, 0, false, false, false, 8, 1, 0}, 80, 100},
        {{"texture that moves", 0, 0, false, true, false, 8, 1, 2.6}, 0, 0},
        {{"noisy fill", 4, 0.5, false, false, true, 8, 1, 0}, 0, 65},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct scene s;
        struct uncap_error err;
        scene_open(&s, &cases[i].film, 100);
        assert_int_equal(uncap_grain_apply(&s.window, SEED, NULL, NULL, &err), UNCAP_OK);
        int outside;
        const int n = count_changes(&s, &cases[i].film, &outside);
        const int share = 100 * n / (80 * 24 * (CORE_END - CORE_FIRST));
        print_message("%s: %d %% changed, noise %.2f\n", cases[i].film.name, share,
                      noise_of(&s, &cases[i].film, 0));
        assert_int_equal(outside, 0);
        assert_in_range(share, cases[i].least, cases[i].most);
        struct uncap_grain g;
        assert_int_equal(uncap_grain_measure(&s.window, 0, NULL, &g, &err), UNCAP_OK);
        assert_int_equal(g.level > 0, cases[i].most > 0);
        if (cases[i].film.is_noisy_fill)
            assert_true(noise_of(&s, &cases[i].film, 0) < 1.15 * cases[i].film.level);
        scene_close(&s);
    }
}

/* Black over part of the picture and of its fill. */
static void paint_bar(struct scene *s, struct uncap_rect bar)
{
    for (int t = 0; t < N + CORE_END - CORE_FIRST; t++) {
        const struct uncap_picture *p = t < N ? &s->frames[t] : &s->filled[t - N];
        for (int plane = 0; plane < 3; plane++)
            for (int y = bar.y0 / 2; y < bar.y1 / 2; y++)
                for (int x = bar.x0 / 2; x < bar.x1 / 2; x++)
                    for (int k = 0; k < (plane ? 1 : 4); k++)
                        p->data[plane][(plane ? y : 2 * y + k / 2) * p->stride[plane] +
                                       (plane ? x : 2 * x + k % 2)] = plane ? 128 : 16;
    }
}

/* A caption half on a bar: the bar gets no grain, the picture does. */
static void test_bars(void **state)
{
    (void)state;
    static const struct film film = {"bar", 4, 0, false, false, false, 8, 1, 0};
    static const struct uncap_rect bars[] = {{0, 52, W, H}, {0, 0, 80, H}};
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++) {
        struct scene s;
        struct uncap_error err;
        scene_open(&s, &film, 100);
        paint_bar(&s, bars[i]);
        assert_int_equal(uncap_grain_apply(&s.window, SEED, NULL, NULL, &err), UNCAP_OK);
        int in_bar = 0;
        for (int k = 0; k < CORE_END - CORE_FIRST; k++)
            for (int y = bars[i].y0; y < bars[i].y1; y++)
                for (int x = bars[i].x0; x < bars[i].x1; x++)
                    in_bar += at(&s.filled[k], 0, x, y) != 16 || at(&s.filled[k], 1, x / 2, y / 2) != 128;
        assert_int_equal(in_bar, 0);
        int outside;
        const int all = (W * H - uncap_rect_w(bars[i]) * uncap_rect_h(bars[i])) * (CORE_END - CORE_FIRST);
        print_message("bar %zu: %d of %d changed\n", i, count_changes(&s, &film, &outside), all);
        scene_close(&s);
    }
}

static void test_threads(void **state)
{
    (void)state;
    const struct film film = {"fine", 3, 0.6, false, false, false, 8, 1, 0};
    struct scene one;
    struct scene many;
    struct uncap_slices *slices = NULL;
    struct uncap_error err;
    scene_open(&one, &film, 7);
    scene_open(&many, &film, 7);
    assert_int_equal(uncap_slices_open(&slices, 3, &err), UNCAP_OK);
    assert_int_equal(uncap_grain_apply(&one.window, SEED, NULL, NULL, &err), UNCAP_OK);
    assert_int_equal(uncap_grain_apply(&many.window, SEED, slices, NULL, &err), UNCAP_OK);
    for (int k = 0; k < CORE_END - CORE_FIRST; k++)
        for (int plane = 0; plane < 3; plane++)
            for (int y = 0; y < uncap_plane_h(many.window.format, plane, H); y++)
                assert_memory_equal(one.filled[k].data[plane] + y * one.filled[k].stride[plane],
                                    many.filled[k].data[plane] + y * many.filled[k].stride[plane],
                                    (size_t)uncap_plane_w(many.window.format, plane, W));
    uncap_slices_close(&slices);
    scene_close(&one);
    scene_close(&many);
}

/* The same place in the picture has the same noise, whatever rectangle it is asked for in. */
static void test_field_place(void **state)
{
    (void)state;
    enum { R = UNCAP_GRAIN_RADIUS };
    static float large[20 * 30];
    static float part[5 * 6];
    static float scratch[(20 + 2 * R) * (30 + 2 * R)];
    uncap_grain_field(large, scratch, (struct uncap_rect){0, 0, 30, 20}, 1, 77, SEED, 1.1f);
    uncap_grain_field(part, scratch, (struct uncap_rect){11, 7, 17, 12}, 1, 77, SEED, 1.1f);
    for (int y = 0; y < 5; y++)
        assert_memory_equal(part + y * 6, large + (y + 7) * 30 + 11, 6 * sizeof(float));
}

static void test_size(void **state)
{
    (void)state;
    assert_true(fabsf(uncap_grain_response(0, 1) - 36) < 1e-3f);
    assert_true(fabsf(uncap_grain_response(0, 2) - 36) < 1e-3f);
    for (float size = 0.3f; size < 1.9f; size += 0.1f) {
        const float quotient = uncap_grain_response(size, 1) / uncap_grain_response(size, 2);
        assert_true(fabsf(uncap_grain_size_of(quotient) - size) < 0.05f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_measure), cmocka_unit_test(test_apply),   cmocka_unit_test(test_changes),
        cmocka_unit_test(test_bars),    cmocka_unit_test(test_threads), cmocka_unit_test(test_field_place),
        cmocka_unit_test(test_size),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
