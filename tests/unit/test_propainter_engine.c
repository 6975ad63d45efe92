/* SPDX-License-Identifier: Apache-2.0 */
/* The engine around the networks: memory it asks for, missing models, crops in and out. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "inpaint/propainter/crop.h"
#include "inpaint/propainter/engine.h"

static const size_t GIB = (size_t)1 << 30;

static void test_a_wide_band_fits_in_8_gb(void **state)
{
    (void)state;
    const struct uncap_engine_ops *ops = &uncap_propainter_engine;
    struct uncap_engine e = {.ops = ops, .priv = uncap_alloc(1, ops->priv_size)};
    const char *const options[] = {"context=5", NULL};
    const struct uncap_erase_options o = {
        .engine = "propainter", .models = "/no/such/folder", .engine_options = options};
    struct uncap_plan_request asked = {.format = {.n_planes = 3, .depth = 8, .shift_x = 1, .shift_y = 1},
                                       .w = 1920,
                                       .h = 216,
                                       .budget = 8 * GIB};
    struct uncap_plan plan;
    struct uncap_error err = {0};
    assert_int_equal(ops->open(&e, &o, &err), UNCAP_ERR_MODEL); /* the settings are read before the files */
    assert_non_null(strstr(err.message, "raft-things.pth"));
    assert_non_null(strstr(err.message, "uncaption models"));
    assert_int_equal(ops->plan(&e, &asked, &plan, &err), 0);
    assert_true(plan.core >= 16);
    assert_int_equal(plan.context, 5);
    const int generous = plan.core;
    asked.budget = 6 * GIB;
    assert_int_equal(ops->plan(&e, &asked, &plan, &err), 0);
    assert_true(plan.core < generous);
    assert_true(plan.window_bytes < 6 * GIB);
    asked.budget = GIB;
    assert_int_equal(ops->plan(&e, &asked, &plan, &err), UNCAP_ERR_NOMEM);
    assert_non_null(strstr(err.message, "1920x216"));
    asked = (struct uncap_plan_request){.format = asked.format, .w = 432, .h = 136, .budget = 2 * GIB};
    assert_int_equal(ops->plan(&e, &asked, &plan, &err), 0);
    ops->close(&e);
    uncap_free(e.priv);
}

static void test_refuses_bad_options(void **state)
{
    (void)state;
    static const char *const bad[] = {"raft-iter=0", "raft-iter=many", "context=41", "steps=2",
                                      "neighbor-length=1"};
    const struct uncap_engine_ops *ops = &uncap_propainter_engine;
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        struct uncap_engine e = {.ops = ops, .priv = uncap_alloc(1, ops->priv_size)};
        const char *const options[] = {bad[i], NULL};
        const struct uncap_erase_options o = {.engine = "propainter", .engine_options = options};
        struct uncap_error err = {0};
        assert_int_equal(ops->open(&e, &o, &err), UNCAP_ERR_ARG);
        ops->close(&e);
        uncap_free(e.priv);
    }
}

enum { W = 30, H = 20, N = 3 };

/* A window of grey frames with a hole in the middle of frame 1. */
struct fixture {
    struct uncap_picture frames[N], filled[1];
    uint8_t hole[H * W];
    const uint8_t *coverage[N];
    struct uncap_window window;
};

static void open_fixture(struct fixture *f)
{
    const struct uncap_format format = {.n_planes = 3, .depth = 8, .shift_x = 1, .shift_y = 1};
    memset(f, 0, sizeof(*f));
    for (int t = 0; t < N; t++) {
        assert_true(uncap_picture_alloc(&f->frames[t], format, W, H));
        for (int p = 0; p < 3; p++)
            for (int y = 0; y < uncap_plane_h(format, p, H); y++)
                memset(f->frames[t].data[p] + y * f->frames[t].stride[p], p ? 128 : 100,
                       (size_t)uncap_plane_w(format, p, W));
    }
    assert_true(uncap_picture_alloc(&f->filled[0], format, W, H));
    uncap_picture_copy(&f->filled[0], &f->frames[1]);
    for (int y = 8; y < 12; y++)
        memset(f->hole + y * W + 10, 200, 6);
    f->coverage[1] = f->hole;
    f->window = (struct uncap_window){.crop = {0, 0, W, H},
                                      .format = format,
                                      .colour = {.matrix = 1},
                                      .n = N,
                                      .core_first = 1,
                                      .core_end = 2,
                                      .frames = f->frames,
                                      .coverage = f->coverage,
                                      .filled = f->filled};
}

static void close_fixture(struct fixture *f)
{
    for (int t = 0; t < N; t++)
        uncap_picture_free(&f->frames[t]);
    uncap_picture_free(&f->filled[0]);
}

static void test_crop_writes_covered_samples_alone(void **state)
{
    (void)state;
    struct fixture f;
    struct uncap_propainter_crop crop;
    struct uncap_error err = {0};
    open_fixture(&f);
    assert_int_equal(uncap_propainter_crop_open(&crop, &f.window, 2, &err), 0);
    assert_true(crop.w == 128 && crop.h == 128 && crop.n == N);
    const int plane = 128 * 128;
    assert_true(crop.masks[plane + 8 * 128 + 10] == 1 && crop.masks[plane + 6 * 128 + 10] == 1);
    assert_true(crop.masks[plane + 5 * 128 + 10] == 0 && crop.masks[8 * 128 + 10] == 0);
    assert_true(crop.frames[127] == crop.frames[0]); /* extended by its edge */
    float *white = uncap_alloc(3 * (size_t)plane, sizeof(float));
    for (int i = 0; i < 3 * plane; i++)
        white[i] = 1;
    uncap_propainter_crop_put(&crop, 0, white, true); /* context: not kept */
    uncap_propainter_crop_put(&crop, 1, white, true);
    uncap_propainter_crop_put(&crop, 1, white, false);
    assert_int_equal(uncap_propainter_crop_finish(&crop, &err), 0);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_int_equal(f.filled[0].data[0][y * f.filled[0].stride[0] + x],
                             f.hole[y * W + x] ? 235 : 100);
    for (int i = 0; i < 2; i++)
        assert_int_equal(f.filled[0].data[1 + i][5 * f.filled[0].stride[1] + 6], 128);
    uncap_free(white);
    uncap_propainter_crop_close(&crop);
    close_fixture(&f);
}

static void test_a_single_frame_stands_twice(void **state)
{
    (void)state;
    struct fixture f;
    struct uncap_propainter_crop crop;
    struct uncap_error err = {0};
    open_fixture(&f);
    f.window.n = 1;
    f.window.core_first = 0;
    f.window.core_end = 1;
    f.window.frames = &f.frames[1];
    f.window.coverage = &f.coverage[1];
    assert_int_equal(uncap_propainter_crop_open(&crop, &f.window, 0, &err), 0);
    assert_int_equal(crop.n, 2);
    assert_memory_equal(crop.frames, crop.frames + 3 * 128 * 128, 3 * 128 * 128 * sizeof(float));
    assert_memory_equal(crop.masks, crop.masks + 128 * 128, 128 * 128 * sizeof(float));
    uncap_propainter_crop_close(&crop);
    close_fixture(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_wide_band_fits_in_8_gb),
        cmocka_unit_test(test_refuses_bad_options),
        cmocka_unit_test(test_crop_writes_covered_samples_alone),
        cmocka_unit_test(test_a_single_frame_stands_twice),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
