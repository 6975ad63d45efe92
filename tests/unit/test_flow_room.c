/* SPDX-License-Identifier: Apache-2.0 */
/* Crops of every size are cut so that they fit. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inpaint/engine.h"
#include "inpaint/flow/room.h"
#include "inpaint/flow/tile.h"

static const struct uncap_format YUV420 = {3, 8, 1, 1};
static const struct uncap_format YUV444_10 = {3, 10, 0, 0};

static void large_crops_have_a_plan(void **state)
{
    (void)state;
    static const struct {
        int w, h;
        size_t memory_mib, queued_mib; /* of the pass, and what its frame queues take of it */
        enum uncap_preset preset;
    } CASES[] = {
        {1280, 200, 256, 11, UNCAP_PRESET_DEFAULT},
        {1920, 300, 256, 25, UNCAP_PRESET_DEFAULT},
        {1920, 300, 256, 25, UNCAP_PRESET_BEST},
        {3840, 500, 512, 100, UNCAP_PRESET_DEFAULT},
        {3840, 500, 512, 100, UNCAP_PRESET_FAST},
        {4096, 300, 384, 110, UNCAP_PRESET_DEFAULT},
        {640, 100, 64, 3, UNCAP_PRESET_DEFAULT},
        {686, 372, 256, 132, UNCAP_PRESET_DEFAULT}, /* two bands */
        {1280, 200, 256, 134, UNCAP_PRESET_DEFAULT},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct uncap_error err = {0};
        struct uncap_engine *engine = NULL;
        const struct uncap_erase_options options = {.preset = CASES[i].preset,
                                                    .max_memory_bytes = CASES[i].memory_mib << 20};
        assert_int_equal(uncap_engine_open(&engine, uncap_engine_find("flow"), &options, NULL, NULL, &err),
                         UNCAP_OK);
        const size_t budget = (CASES[i].memory_mib - CASES[i].queued_mib) << 20;
        struct uncap_plan plan;
        const struct uncap_plan_request asked = {.format = YUV420,
                                                 .w = CASES[i].w,
                                                 .h = CASES[i].h,
                                                 .covered = (size_t)CASES[i].w * (size_t)CASES[i].h,
                                                 .budget = budget};
        assert_int_equal(engine->ops->plan(engine, &asked, &plan, &err), UNCAP_OK);
        const size_t held =
            uncap_picture_bytes(YUV420, CASES[i].w, CASES[i].h) + (size_t)CASES[i].w * (size_t)CASES[i].h;
        const size_t frames = (size_t)(plan.core + 2 * plan.context);
        assert_true(plan.window_bytes + (frames + (size_t)plan.core) * held <= budget);
        assert_true(plan.core >= 8 && plan.context >= 8);
        uncap_engine_close(&engine);
    }
}

static void batch_follows_threads_until_memory_says_no(void **state)
{
    (void)state;
    const size_t gib = (size_t)1 << 30;
    assert_int_equal(flow_room_of(YUV420, 640, 100, 1, gib).batch, 2);
    assert_int_equal(flow_room_of(YUV420, 640, 100, 7, gib).batch, 7);
    assert_int_equal(flow_room_of(YUV420, 640, 100, 99, gib).batch, 16);
    const struct flow_room tight = flow_room_of(YUV420, 1280, 200, 16, gib / 4);
    assert_true(tight.batch >= 2 && tight.batch < 16);
    assert_int_equal(tight.n_tiles, 1);
    assert_true(tight.fixed_bytes <= gib / 8);
}

static void tiles_cover_every_column_once(void **state)
{
    (void)state;
    static const int WIDTHS[] = {600, 1283, 1920, 3840, 4096};
    static const size_t BUDGETS[] = {8 << 20, 64 << 20, 256 << 20};
    for (size_t i = 0; i < sizeof(WIDTHS) / sizeof(*WIDTHS); i++)
        for (size_t k = 0; k < sizeof(BUDGETS) / sizeof(*BUDGETS); k++) {
            const int w = WIDTHS[i];
            const struct flow_room room = flow_room_of(YUV444_10, w, 300, 4, BUDGETS[k]);
            int at = 0;
            for (int t = 0; t < room.n_tiles; t++) {
                int first;
                int end;
                flow_room_columns(&room, w, t, &first, &end);
                assert_int_equal(first, at);
                assert_true(end > first && first % 8 == 0);
                const int seams = room.n_tiles > 1 ? 2 * FLOW_TILE_SEAM : 0;
                assert_true(end - first + seams <= room.tile_w || room.tile_w == w);
                at = end;
            }
            assert_int_equal(at, w);
        }
}

enum { W = 640, H = 4, FRAMES = 3 };

/* Write the tile's number, counted in *opaque, where there is coverage. */
static int number_tile(void *opaque, const struct uncap_window *win, int coverage_stride, bool stands,
                       struct uncap_error *err)
{
    assert_false(stands);
    (void)err;
    const int value = ++*(int *)opaque * 100;
    for (int t = win->core_first; t < win->core_end; t++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < uncap_rect_w(win->crop); x++)
                if (win->coverage[t][y * coverage_stride + x]) {
                    const struct uncap_picture *p = &win->filled[t - win->core_first];
                    p->data[0][y * p->stride[0] + x] = (uint8_t)value;
                }
    return UNCAP_OK;
}

static void tiles_fade_into_each_other(void **state)
{
    (void)state;
    static const struct uncap_format grey = {1, 8, 0, 0};
    struct uncap_picture frames[FRAMES];
    struct uncap_picture filled;
    static uint8_t matte[W * H];
    for (int x = 0; x < W; x++)
        matte[W + x] = 1; /* row 1 alone */
    for (int t = 0; t < FRAMES; t++)
        assert_true(uncap_picture_alloc(&frames[t], grey, W, H));
    assert_true(uncap_picture_alloc(&filled, grey, W, H));
    const uint8_t *coverage[FRAMES] = {NULL, matte, NULL};
    const struct uncap_window win = {.crop = {0, 0, W, H},
                                     .format = grey,
                                     .n = FRAMES,
                                     .core_first = 1,
                                     .core_end = 2,
                                     .frames = frames,
                                     .coverage = coverage,
                                     .filled = &filled};
    struct uncap_error err = {0};
    int n = 0;
    const struct flow_room room = {.batch = 2, .n_tiles = 2, .tile_w = 400};
    assert_int_equal(flow_tiles_fill(&win, &room, number_tile, &n, &err), UNCAP_OK);
    assert_int_equal(n, 2);
    const uint8_t *row = filled.data[0] + filled.stride[0];
    for (int x = 0; x < W; x++) {
        assert_int_equal(filled.data[0][x], 0);
        assert_true(x == 0 || row[x] >= row[x - 1]);
        if (x < W / 2 - FLOW_TILE_SEAM)
            assert_int_equal(row[x], 100);
        if (x >= W / 2 + FLOW_TILE_SEAM)
            assert_int_equal(row[x], 200);
    }
    assert_in_range(row[W / 2], 145, 155);
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&frames[t]);
    uncap_picture_free(&filled);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_crops_have_a_plan),
        cmocka_unit_test(batch_follows_threads_until_memory_says_no),
        cmocka_unit_test(tiles_cover_every_column_once),
        cmocka_unit_test(tiles_fade_into_each_other),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
