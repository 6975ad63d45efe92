/* SPDX-License-Identifier: Apache-2.0 */
/* What the flow engine remembers from one window to the next: captions that outlive windows, of any number of
 * bands, and nothing of another shot. */
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
#include "inpaint/engine.h"

enum { W = 96, H = 48, CLEAR = 8, END = 56, CORE = 16, SHORT = 6, CONTEXT = 4 };

static const struct uncap_format YUV420 = {3, 8, 1, 1};

/* Fine texture that cannot be guessed; two shots differ in seed.
 *
 * caption  its id
 * pan    pixels a frame
 * share  of the background that the caption lets through, per cent
 */
struct scene {
    int seed, caption, pan, share;
};

static int scene_at(const struct scene *s, int frame, int plane, int x, int y)
{
    const double u = x * (plane ? 2 : 1) + s->pan * frame + 31 * s->seed;
    const double v = y * (plane ? 2 : 1) + 5 * plane;
    return (int)(128 + 45 * sin(0.9 * u + 0.23 * v) + 45 * sin(0.31 * u - 0.7 * v));
}

/* A bar so thick that its middle cannot be guessed from around it. */
static bool is_caption(int x, int y)
{
    return x >= 24 && x < 72 && y >= 16 && y < 32;
}

static void paint(const struct uncap_picture *p, const struct scene *s, int frame)
{
    for (int plane = 0; plane < 3; plane++)
        for (int y = 0; y < uncap_plane_h(YUV420, plane, H); y++)
            for (int x = 0; x < uncap_plane_w(YUV420, plane, W); x++) {
                const int shift = plane ? 1 : 0;
                const bool under = frame >= CLEAR && is_caption(x << shift, y << shift);
                const int clean = scene_at(s, frame, plane, x, y);
                p->data[plane][y * p->stride[plane] + x] =
                    (uint8_t)(under ? (s->share * clean + (100 - s->share) * 235) / 100 : clean);
            }
}

/* Let the engine fill frames [core_first, core_end) of a video whose caption is there from frame CLEAR to
 * END, in a window that begins at `first`; the crop lies at band_y of the picture. Returns the root mean
 * square error of the last frame's luma under the caption. */
static double fill(struct uncap_engine *engine, const struct scene *s, int first, int core_first,
                   int core_end, int band_y)
{
    struct uncap_picture frames[END] = {{{0}, 0, 0, {0}, {0}}};
    struct uncap_picture filled[END] = {{{0}, 0, 0, {0}, {0}}};
    const uint8_t *coverage[END] = {NULL};
    static uint8_t matte[W * H];
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            matte[y * W + x] = is_caption(x, y) ? 255 : 0;
    const int n = core_end - first;
    for (int i = 0; i < n; i++) {
        assert_true(uncap_picture_alloc(&frames[i], YUV420, W, H));
        paint(&frames[i], s, first + i);
        coverage[i] = first + i >= CLEAR ? matte : NULL;
    }
    for (int i = 0; i < core_end - core_first; i++) {
        assert_true(uncap_picture_alloc(&filled[i], YUV420, W, H));
        uncap_picture_copy(&filled[i], &frames[core_first - first + i]);
    }
    struct uncap_matte m = {.area = {0, band_y, W, band_y + H}, .coverage = matte};
    const struct uncap_caption caption = {.id = s->caption, .first = CLEAR, .end = END, .matte = &m};
    const struct uncap_window_caption seen = {&caption, first < CLEAR ? CLEAR - first : 0, n};
    const struct uncap_window window = {.crop = {0, band_y, W, band_y + H},
                                        .format = YUV420,
                                        .first = first,
                                        .n = n,
                                        .core_first = core_first - first,
                                        .core_end = n,
                                        .frames = frames,
                                        .coverage = coverage,
                                        .captions = &seen,
                                        .n_captions = 1,
                                        .filled = filled};
    struct uncap_error err = {0};
    assert_int_equal(engine->ops->fill(engine, &window, NULL, &err), UNCAP_OK);
    double sum = 0;
    int count = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (is_caption(x, y)) {
                const struct uncap_picture *last = &filled[core_end - core_first - 1];
                const double d = last->data[0][y * last->stride[0] + x] - scene_at(s, core_end - 1, 0, x, y);
                sum += d * d;
                count++;
            }
    for (int i = 0; i < n; i++)
        uncap_picture_free(&frames[i]);
    for (int i = 0; i < core_end - core_first; i++)
        uncap_picture_free(&filled[i]);
    return sqrt(sum / count);
}

static struct uncap_engine *open_engine(struct uncap_slices **slices, int threads)
{
    struct uncap_error err = {0};
    struct uncap_engine *engine = NULL;
    const struct uncap_erase_options options = {.preset = UNCAP_PRESET_DEFAULT};
    assert_int_equal(uncap_slices_open(slices, threads, &err), UNCAP_OK);
    assert_int_equal(uncap_engine_open(&engine, uncap_engine_find("flow"), &options, *slices, NULL, &err),
                     UNCAP_OK);
    return engine;
}

/* Error in the last of the windows with `size` core frames that the caption needs from frame `from` on. */
static double last_error_of(const struct scene *s, int n_bands, int from, int size, int threads)
{
    struct uncap_slices *slices = NULL;
    struct uncap_engine *engine = open_engine(&slices, threads);
    double error = 0;
    for (int core = from; core < END; core += size)
        for (int band = 0; band < n_bands; band++) {
            const double e = fill(engine, s, core - CONTEXT, core, core + size, band * 2 * H);
            error = e > error || band == 0 ? e : error;
        }
    uncap_engine_close(&engine);
    uncap_slices_close(&slices);
    return error;
}

static double last_error(const struct scene *s, int n_bands)
{
    return last_error_of(s, n_bands, CLEAR, CORE, 2);
}

static void what_was_clear_once_comes_back_in_every_window(void **state)
{
    (void)state;
    assert_true(last_error(&(struct scene){1, 1, 0, 0}, 1) < 2);
    assert_true(last_error(&(struct scene){1, 1, 0, 0}, 2) < 2);
}

/* Windows too short to tell what the caption did, and no clear frame in any but the first. */
static void what_a_caption_does_is_counted_through_all_windows(void **state)
{
    (void)state;
    const struct scene s = {3, 1, 3, 40};
    const double alone = last_error_of(&s, 1, END - SHORT, SHORT, 2);
    const double counted = last_error_of(&s, 1, CLEAR, SHORT, 2);
    printf("see-through caption, last window: %.2f alone, %.2f with those before\n", alone, counted);
    assert_true(counted < 4 && counted < alone / 2);
    assert_true(last_error_of(&s, 2, CLEAR, SHORT, 2) < 4);
    for (int threads = 1; threads <= 7; threads += 6) {
        const double e = last_error_of(&s, 1, CLEAR, SHORT, threads);
        assert_memory_equal(&e, &counted, sizeof(e));
    }
}

/* The background is another one behind a cut, the caption is not. */
static void a_caption_is_known_behind_a_cut(void **state)
{
    (void)state;
    const struct scene before = {3, 1, 3, 40};
    const struct scene behind = {4, 1, 2, 40};
    const struct scene stranger = {4, 2, 2, 40};
    double error[2];
    for (int i = 0; i < 2; i++) {
        struct uncap_slices *slices = NULL;
        struct uncap_engine *engine = open_engine(&slices, 2);
        fill(engine, &before, CLEAR - CONTEXT, CLEAR, CLEAR + CORE, 0);
        error[i] = fill(engine, i ? &stranger : &behind, CLEAR + CORE, CLEAR + CORE, CLEAR + CORE + SHORT, 0);
        uncap_engine_close(&engine);
        uncap_slices_close(&slices);
    }
    printf("behind a cut: %.2f, caption unknown: %.2f\n", error[0], error[1]);
    assert_true(error[0] < error[1] / 2);
}

static void a_window_without_a_shared_frame_knows_nothing(void **state)
{
    (void)state;
    struct uncap_slices *slices = NULL;
    struct uncap_slices *other_slices = NULL;
    struct uncap_engine *engine = open_engine(&slices, 2);
    const struct scene one = {1, 1, 0, 0};
    const struct scene other = {2, 2, 0, 0};
    assert_true(fill(engine, &one, CLEAR - CONTEXT, CLEAR, CLEAR + CORE, 0) < 2);
    const double after = fill(engine, &other, CLEAR + CORE, CLEAR + CORE, CLEAR + 2 * CORE, 0);
    uncap_engine_close(&engine);
    engine = open_engine(&other_slices, 2);
    const double alone = fill(engine, &other, CLEAR + CORE, CLEAR + CORE, CLEAR + 2 * CORE, 0);
    assert_true(fabs(after - alone) < 1e-9);
    uncap_engine_close(&engine);
    uncap_slices_close(&other_slices);
    uncap_slices_close(&slices);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_was_clear_once_comes_back_in_every_window),
        cmocka_unit_test(what_a_caption_does_is_counted_through_all_windows),
        cmocka_unit_test(a_caption_is_known_behind_a_cut),
        cmocka_unit_test(a_window_without_a_shared_frame_knows_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
