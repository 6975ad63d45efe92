/* SPDX-License-Identifier: Apache-2.0 */
/* What must hold for every window that the flow engine fills. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "flow_fill.h"
#include "inpaint/engine.h"

/* A synthetic window: smooth noise that pans, a caption of stripes on the middle frames. */
struct scene {
    struct uncap_format format;
    int w, h, n, core_first, core_end;
    double pan;     /* pixels a frame */
    int garbage;    /* value under the caption, per cent of the range; < 0: a see-through caption */
    int caption_x0; /* the caption starts here */
    int guard;      /* frames at either end of its life in which it is not there yet, or no longer */
    double noise;   /* amplitude of new noise in every frame, 0..1 */
    enum uncap_preset preset;
};

static double texture(double x, double y)
{
    double sum = 0;
    for (int k = 1; k <= 6; k++) {
        const double a = 2.399963 * k;
        sum += sin((cos(a) * x + sin(a) * y) * 0.11 * k + k) / k;
    }
    return sum / 4;
}

static bool is_caption(const struct scene *s, int x, int y)
{
    return y >= s->h / 2 && y < s->h / 2 + 12 && x >= s->caption_x0 && x < s->caption_x0 + 40 &&
           (x / 4) % 3 != 2;
}

static void put(const struct uncap_picture *p, int plane, int x, int y, double v)
{
    const double top = (double)((1 << p->format.depth) - 1);
    const double u = v < 0 ? 0 : v > 1 ? top : floor(v * top + 0.5);
    uint8_t *row = p->data[plane] + (ptrdiff_t)y * p->stride[plane];
    if (p->format.depth > 8)
        ((uint16_t *)(void *)row)[x] = (uint16_t)u;
    else
        row[x] = (uint8_t)u;
}

static int get(const struct uncap_picture *p, int plane, int x, int y)
{
    const uint8_t *row = p->data[plane] + (ptrdiff_t)y * p->stride[plane];
    return p->format.depth > 8 ? ((const uint16_t *)(const void *)row)[x] : row[x];
}

static void paint(const struct scene *s, const struct uncap_picture *p, int t, bool captioned)
{
    for (int plane = 0; plane < s->format.n_planes; plane++) {
        const int sx = plane ? s->format.shift_x : 0;
        const int sy = plane ? s->format.shift_y : 0;
        for (int y = 0; y < uncap_plane_h(s->format, plane, s->h); y++)
            for (int x = 0; x < uncap_plane_w(s->format, plane, s->w); x++) {
                double v = 0.5 + 0.4 * texture((x << sx) + s->pan * t, (y << sy) + 7.0 * plane);
                const uint64_t at = (uint64_t)((y * s->w + x) * 3 + plane);
                v += s->noise * (2 * uncap_rng_uniform(7, (uint64_t)t, at) - 1);
                bool under = false;
                for (int k = 0; captioned && k < 1 << (sx + sy); k++)
                    under |= is_caption(s, (x << sx) + (k & ((1 << sx) - 1)), (y << sy) + (k >> sx));
                if (under)
                    v = s->garbage < 0 ? 0.6 * v + 0.4 : s->garbage / 100.0;
                put(p, plane, x, y, v);
            }
    }
}

/* The filled core frames of one run, freed with result_close. */
struct result {
    int n;
    struct uncap_picture filled[64], clean[64];
    struct uncap_origin *origins[64]; /* [n] */
};

static void result_close(struct result *r)
{
    for (int i = 0; i < r->n; i++) {
        uncap_picture_free(&r->filled[i]);
        uncap_picture_free(&r->clean[i]);
        uncap_free(r->origins[i]);
    }
}

static bool is_covered(const struct scene *s, int t)
{
    return t >= s->core_first && t < s->core_end;
}

static void fill_within(const struct scene *s, int threads, bool has_caption, uint64_t max_memory,
                        struct result *out)
{
    struct uncap_picture frames[64] = {{{0}, 0, 0, {0}, {0}}};
    const uint8_t *coverage[64] = {NULL};
    uint8_t *matte = uncap_alloc((size_t)s->w * (size_t)s->h, 1);
    assert_non_null(matte);
    for (int y = 0; y < s->h; y++)
        for (int x = 0; x < s->w; x++)
            matte[y * s->w + x] = is_caption(s, x, y) ? 255 : 0;
    *out = (struct result){.n = s->core_end - s->core_first};
    for (int t = 0; t < s->n; t++) {
        assert_true(uncap_picture_alloc(&frames[t], s->format, s->w, s->h));
        paint(s, &frames[t], t, t >= s->core_first + s->guard && t < s->core_end - s->guard);
        coverage[t] = is_covered(s, t) ? matte : NULL;
    }
    for (int i = 0; i < out->n; i++) {
        assert_true(uncap_picture_alloc(&out->filled[i], s->format, s->w, s->h));
        assert_true(uncap_picture_alloc(&out->clean[i], s->format, s->w, s->h));
        out->origins[i] = uncap_alloc((size_t)s->w * (size_t)s->h, sizeof(struct uncap_origin));
        assert_non_null(out->origins[i]);
        uncap_picture_copy(&out->filled[i], &frames[s->core_first + i]);
        paint(s, &out->clean[i], s->core_first + i, false);
    }
    struct uncap_matte m = {.area = {0, 0, s->w, s->h}, .coverage = matte};
    const struct uncap_caption caption = {.id = 1, .first = s->core_first, .end = s->core_end, .matte = &m};
    const struct uncap_window_caption seen = {&caption, s->core_first, s->core_end};
    const struct uncap_window window = {
        .crop = {0, 0, s->w, s->h},
        .format = s->format,
        .n = s->n,
        .core_first = s->core_first,
        .core_end = s->core_end,
        .frames = frames,
        .coverage = coverage,
        .captions = &seen,
        .n_captions = has_caption ? 1 : 0,
        .filled = out->filled,
        .origins = out->origins,
    };
    const struct uncap_erase_options options = {.preset = s->preset, .max_memory_bytes = max_memory};
    fill_window(&window, &options, threads);
    for (int t = 0; t < s->n; t++)
        uncap_picture_free(&frames[t]);
    uncap_free(matte);
}

static void fill(const struct scene *s, int threads, bool has_caption, struct result *out)
{
    fill_within(s, threads, has_caption, 0, out);
}

static const struct uncap_format YUV420 = {3, 8, 1, 1};

static const struct scene PAN = {{3, 8, 1, 1}, 128, 64, 24, 8, 16, 2.3, 90, 40, 0, 0, UNCAP_PRESET_DEFAULT};

static double error_of(const struct scene *s, const struct result *r, int plane)
{
    double sum = 0;
    double n = 0;
    for (int i = 0; i < r->n; i++)
        for (int y = 0; y < uncap_plane_h(s->format, plane, s->h); y++)
            for (int x = 0; x < uncap_plane_w(s->format, plane, s->w); x++) {
                const int sx = plane ? s->format.shift_x : 0;
                const int sy = plane ? s->format.shift_y : 0;
                if (!is_caption(s, x << sx, y << sy))
                    continue;
                const double d = get(&r->filled[i], plane, x, y) - get(&r->clean[i], plane, x, y);
                sum += d * d;
                n++;
            }
    return sqrt(sum / n) / (1 << (s->format.depth - 8));
}

static void pan_is_given_back(void **state)
{
    (void)state;
    static const struct uncap_format FORMATS[] = {{3, 8, 1, 1}, {3, 10, 0, 0}, {3, 12, 1, 0}, {1, 8, 0, 0}};
    for (size_t i = 0; i < sizeof(FORMATS) / sizeof(*FORMATS); i++) {
        struct scene s = PAN;
        s.format = FORMATS[i];
        struct result r;
        fill(&s, 2, true, &r);
        for (int plane = 0; plane < s.format.n_planes; plane++)
            assert_true(error_of(&s, &r, plane) < 2.0);
        result_close(&r);
    }
}

/* Where the caption has always been, only what comes can be shown; where it stays, only what was. */
static void every_preset_finds_what_a_pan_shows(void **state)
{
    (void)state;
    static const int LIVES[][2] = {{0, 12}, {8, 16}, {12, 24}};
    static const enum uncap_preset PRESETS[] = {UNCAP_PRESET_FAST, UNCAP_PRESET_DEFAULT, UNCAP_PRESET_BEST};
    for (size_t i = 0; i < sizeof(LIVES) / sizeof(*LIVES); i++)
        for (size_t k = 0; k < sizeof(PRESETS) / sizeof(*PRESETS); k++) {
            struct scene s = PAN;
            s.core_first = LIVES[i][0];
            s.core_end = LIVES[i][1];
            s.preset = PRESETS[k];
            struct result r;
            fill(&s, 2, true, &r);
            printf("frames %d to %d, preset %d: %.2f grey levels\n", s.core_first, s.core_end, (int)s.preset,
                   error_of(&s, &r, 0));
            assert_true(error_of(&s, &r, 0) < 2.5);
            result_close(&r);
        }
}

static void still_background_is_exact(void **state)
{
    (void)state;
    struct scene s = PAN;
    s.pan = 0;
    struct result r;
    fill(&s, 1, true, &r);
    assert_true(error_of(&s, &r, 0) < 0.6);
    result_close(&r);
}

static void outside_the_matte_nothing_changes(void **state)
{
    (void)state;
    struct result r;
    fill(&PAN, 2, true, &r);
    for (int i = 0; i < r.n; i++)
        for (int plane = 0; plane < 3; plane++)
            for (int y = 0; y < uncap_plane_h(YUV420, plane, PAN.h); y++)
                for (int x = 0; x < uncap_plane_w(YUV420, plane, PAN.w); x++) {
                    bool under = false;
                    for (int k = 0; k < 4; k++)
                        under |= plane ? is_caption(&PAN, 2 * x + (k & 1), 2 * y + (k >> 1))
                                       : is_caption(&PAN, x, y);
                    if (!under)
                        assert_int_equal(get(&r.filled[i], plane, x, y), get(&r.clean[i], plane, x, y));
                }
    result_close(&r);
}

static void assert_same(const struct scene *s, const struct result *a, const struct result *b)
{
    for (int i = 0; i < a->n; i++)
        for (int plane = 0; plane < s->format.n_planes; plane++)
            for (int y = 0; y < uncap_plane_h(s->format, plane, s->h); y++)
                assert_memory_equal(a->filled[i].data[plane] + y * a->filled[i].stride[plane],
                                    b->filled[i].data[plane] + y * b->filled[i].stride[plane],
                                    (size_t)uncap_plane_w(s->format, plane, s->w) *
                                        uncap_sample_bytes(s->format));
}

static void any_number_of_threads_gives_the_same_bytes(void **state)
{
    (void)state;
    struct result one;
    fill(&PAN, 1, true, &one);
    for (int threads = 2; threads <= 7; threads += 5) {
        struct result many;
        fill(&PAN, threads, true, &many);
        assert_same(&PAN, &one, &many);
        for (int i = 0; i < one.n; i++)
            assert_memory_equal(one.origins[i], many.origins[i],
                                (size_t)PAN.w * (size_t)PAN.h * sizeof(struct uncap_origin));
        result_close(&many);
    }
    result_close(&one);
}

/* Without captions there is no part C, so what lies under the coverage must not matter at all. */
static void covered_samples_are_never_a_source(void **state)
{
    (void)state;
    struct scene s = PAN;
    s.garbage = 0;
    struct result black;
    fill(&s, 2, false, &black);
    s.garbage = 100;
    struct result white;
    fill(&s, 2, false, &white);
    assert_same(&s, &black, &white);
    result_close(&black);
    result_close(&white);
}

static void see_through_caption_is_unblended(void **state)
{
    (void)state;
    struct scene s = PAN;
    s.n = 40;
    s.core_first = 0; /* from the first frame to the last: no clean frame anywhere */
    s.core_end = 40;
    s.pan = 1.3;
    s.garbage = -1;
    struct result r;
    fill(&s, 2, true, &r);
    printf("see-through caption: %.2f grey levels\n", error_of(&s, &r, 0));
    assert_true(error_of(&s, &r, 0) < 3.0);
    result_close(&r);
}

/* Per cent of the covered samples, by kind. Every covered one has a kind, no other has. */
static void count_kinds(const struct scene *s, const struct result *r, int share[UNCAP_ORIGIN_KINDS])
{
    int n[UNCAP_ORIGIN_KINDS] = {0};
    int total = 0;
    for (int i = 0; i < r->n; i++)
        for (int y = 0; y < s->h; y++)
            for (int x = 0; x < s->w; x++) {
                const int kind = r->origins[i][y * s->w + x].kind;
                if (!is_caption(s, x, y)) {
                    assert_int_equal(kind, UNCAP_ORIGIN_KEPT);
                    continue;
                }
                assert_in_range(kind, UNCAP_ORIGIN_UNBLENDED, UNCAP_ORIGIN_INVENTED);
                n[kind]++;
                total++;
            }
    for (int kind = 0; kind < UNCAP_ORIGIN_KINDS; kind++)
        share[kind] = 100 * n[kind] / total;
}

static void origins_tell_what_was_done(void **state)
{
    (void)state;
    const struct {
        const char *name;
        int n, core_first, core_end, garbage;
        double pan, noise;
        enum uncap_origin_kind most;
    } cases[] = {
        {"pan", 24, 8, 16, 90, 2.3, 0, UNCAP_ORIGIN_COPIED},
        {"see-through, always there, noisy", 40, 0, 40, -1, 1.3, 0.1, UNCAP_ORIGIN_UNBLENDED},
        {"opaque, always there, still", 10, 0, 10, 90, 0, 0, UNCAP_ORIGIN_INVENTED},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct scene s = PAN;
        s.n = cases[i].n;
        s.core_first = cases[i].core_first;
        s.core_end = cases[i].core_end;
        s.garbage = cases[i].garbage;
        s.pan = cases[i].pan;
        s.noise = cases[i].noise;
        struct result r;
        fill(&s, 2, true, &r);
        int share[UNCAP_ORIGIN_KINDS];
        count_kinds(&s, &r, share);
        printf("%s: %d %% un-blended, %d %% copied, %d %% invented\n", cases[i].name,
               share[UNCAP_ORIGIN_UNBLENDED], share[UNCAP_ORIGIN_COPIED], share[UNCAP_ORIGIN_INVENTED]);
        assert_true(share[cases[i].most] >= 80);
        for (int k = 0; k < r.n; k++)
            for (int at = 0; at < s.w * s.h; at++)
                if (r.origins[k][at].kind == UNCAP_ORIGIN_COPIED)
                    assert_in_range(r.origins[k][at].distance, 1, s.n);
        result_close(&r);
    }
}

static void frames_without_the_caption_are_noticed(void **state)
{
    (void)state;
    struct scene s = PAN;
    s.n = 40;
    s.core_first = 0;
    s.core_end = 40;
    s.pan = 1.3;
    s.garbage = -1;
    s.guard = 3;
    s.noise = 0.06;
    struct result r;
    fill(&s, 2, true, &r);
    struct result ends = {.n = s.guard};
    for (int i = 0; i < s.guard; i++) {
        ends.filled[i] = r.filled[i];
        ends.clean[i] = r.clean[i];
    }
    printf("frames without the caption: %.2f grey levels\n", error_of(&s, &ends, 0));
    assert_true(error_of(&s, &ends, 0) <
                8.0); /* the noise alone has 8.8; believing in the caption costs 19 */
    result_close(&r);
}

static void odd_windows_are_filled(void **state)
{
    (void)state;
    static const struct scene SCENES[] = {
        {{3, 8, 1, 1},
         64,
         48,
         1,
         0,
         1,
         0,
         90,
         10,
         0,
         0,
         UNCAP_PRESET_DEFAULT}, /* one frame, nothing to copy from */
        {{3, 8, 1, 1}, 64, 48, 3, 1, 2, 1, 90, 10, 0, 0, UNCAP_PRESET_DEFAULT}, /* a caption of one frame */
        {{3, 8, 1, 1},
         64,
         48,
         6,
         0,
         6,
         1,
         90,
         -8,
         0,
         0,
         UNCAP_PRESET_DEFAULT}, /* over the edge, first frame to last */
        {{3, 8, 1, 1},
         65,
         33,
         8,
         2,
         5,
         30,
         90,
         10,
         0,
         0,
         UNCAP_PRESET_DEFAULT}, /* odd sizes, motion beyond any match */
        {{3, 8, 1, 1},
         64,
         2,
         4,
         1,
         3,
         0,
         90,
         10,
         0,
         0,
         UNCAP_PRESET_DEFAULT}, /* two rows, wholly covered in places */
        {{3, 8, 1, 1}, 4096, 40, 3, 1, 2, 1, 90, 10, 0, 0, UNCAP_PRESET_DEFAULT}, /* wide */
    };
    for (size_t i = 0; i < sizeof(SCENES) / sizeof(*SCENES); i++) {
        struct result r;
        fill(&SCENES[i], 2, true, &r);
        for (int k = 0; k < r.n; k++)
            for (int y = 0; y < SCENES[i].h; y++)
                for (int x = 0; x < SCENES[i].w; x++)
                    if (!is_caption(&SCENES[i], x, y))
                        assert_int_equal(get(&r.filled[k], 0, x, y), get(&r.clean[k], 0, x, y));
        result_close(&r);
    }
}

/* A wide caption over what little memory cuts into tiles. */
static void tiles_fill_like_a_whole(void **state)
{
    (void)state;
    static const struct scene WIDE = {{3, 8, 1, 1}, 800, 64, 24, 8, 16,
                                      2.3,          90,  0,  0,  0, UNCAP_PRESET_DEFAULT};
    for (int x0 = 250; x0 <= 510; x0 += 260) { /* over the seams */
        struct scene s = WIDE;
        s.caption_x0 = x0;
        struct result one;
        struct result many;
        fill_within(&s, 1, true, 4 << 20, &one);
        fill_within(&s, 7, true, 4 << 20, &many);
        assert_same(&s, &one, &many);
        for (int plane = 0; plane < 3; plane++)
            assert_true(error_of(&s, &one, plane) < 2.0);
        for (int k = 0; k < one.n; k++)
            for (int y = 0; y < s.h; y++)
                for (int x = 0; x < s.w; x++)
                    if (!is_caption(&s, x, y))
                        assert_int_equal(get(&one.filled[k], 0, x, y), get(&one.clean[k], 0, x, y));
        result_close(&one);
        result_close(&many);
    }
}

static void plan_keeps_its_budget(void **state)
{
    (void)state;
    struct uncap_error err = {0};
    struct uncap_engine *engine = NULL;
    const struct uncap_erase_options options = {0};
    assert_int_equal(uncap_engine_open(&engine, uncap_engine_find("flow"), &options, NULL, NULL, &err),
                     UNCAP_OK);
    for (size_t mib = 64; mib <= 4096; mib *= 2) {
        struct uncap_plan plan;
        const struct uncap_plan_request asked = {
            .format = YUV420, .w = 1280, .h = 200, .covered = (size_t)1280 * 200, .budget = mib << 20};
        const int status = engine->ops->plan(engine, &asked, &plan, &err);
        if (status) {
            assert_int_equal(status, UNCAP_ERR_NOMEM);
            continue;
        }
        const size_t frames = (size_t)(plan.core + 2 * plan.context);
        assert_true(plan.window_bytes + frames * uncap_picture_bytes(YUV420, 1280, 200) <= mib << 20);
    }
    uncap_engine_close(&engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pan_is_given_back),
        cmocka_unit_test(every_preset_finds_what_a_pan_shows),
        cmocka_unit_test(still_background_is_exact),
        cmocka_unit_test(outside_the_matte_nothing_changes),
        cmocka_unit_test(any_number_of_threads_gives_the_same_bytes),
        cmocka_unit_test(covered_samples_are_never_a_source),
        cmocka_unit_test(see_through_caption_is_unblended),
        cmocka_unit_test(frames_without_the_caption_are_noticed),
        cmocka_unit_test(origins_tell_what_was_done),
        cmocka_unit_test(odd_windows_are_filled),
        cmocka_unit_test(tiles_fill_like_a_whole),
        cmocka_unit_test(plan_keeps_its_budget),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
