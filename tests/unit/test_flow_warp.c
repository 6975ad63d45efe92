/* SPDX-License-Identifier: Apache-2.0 */
/* Warping, validity, image propagation and correlation windows, on pictures whose result is known. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/propainter/correlation.h"
#include "inpaint/propainter/image_propagation.h"
#include "inpaint/propainter/warp.h"

enum { W = 12, H = 9, PLANE = W * H };

static void constant_flow(float *flow, float dx, float dy)
{
    for (int i = 0; i < PLANE; i++) {
        flow[i] = dx;
        flow[PLANE + i] = dy;
    }
}

static float ramp(int x, int y)
{
    const int is_inside = x >= 0 && x < W && y >= 0 && y < H;
    return is_inside ? (float)(3 * x + 5 * y + 1) : 0;
}

static void test_warp_by_whole_and_half_pixels(void **state)
{
    (void)state;
    static const float flows[][2] = {{0, 0},   {2, -1},    {0.5f, 0}, {-0.25f, 0.75f},
                                     {-20, 3}, {1e30f, 0}, {NAN, 0}};
    for (size_t k = 0; k < sizeof(flows) / sizeof(*flows); k++) {
        float in[PLANE];
        float out[PLANE];
        float flow[2 * PLANE];
        for (int i = 0; i < PLANE; i++)
            in[i] = ramp(i % W, i / W);
        constant_flow(flow, flows[k][0], flows[k][1]);
        uncap_warp_bilinear(in, 1, H, W, flow, out, NULL);
        for (int i = 0; i < PLANE; i++) {
            double expected = 0;
            if (fabsf(flows[k][0]) < 100) {
                const int x = i % W + (int)floorf(flows[k][0]);
                const int y = i / W + (int)floorf(flows[k][1]);
                const double fx = (double)flows[k][0] - floor((double)flows[k][0]);
                const double fy = (double)flows[k][1] - floor((double)flows[k][1]);
                expected = (1 - fy) * ((1 - fx) * (double)ramp(x, y) + fx * (double)ramp(x + 1, y)) +
                           fy * ((1 - fx) * (double)ramp(x, y + 1) + fx * (double)ramp(x + 1, y + 1));
            }
            assert_true(fabs((double)out[i] - expected) < 1e-4);
        }
    }
}

static void test_nearest_rounds_halves_to_even(void **state)
{
    (void)state;
    float in[PLANE];
    float out[PLANE];
    float flow[2 * PLANE];
    for (int i = 0; i < PLANE; i++)
        in[i] = ramp(i % W, i / W);
    constant_flow(flow, 0.5f, 0);
    uncap_warp_nearest(in, 1, H, W, flow, out, NULL);
    for (int i = 0; i < PLANE; i++)
        assert_true(out[i] == ramp(i % W + i % W % 2, i / W));
}

static void test_validity(void **state)
{
    (void)state;
    static const struct {
        float there, back;
        int is_valid;
    } cases[] = {{1, -1, 1}, {1, -1.7f, 1}, {1, -1.75f, 0}, {0, 0, 1}, {0, 0.7f, 1}, {0, 0.8f, 0}};
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        float a[2 * PLANE];
        float b[2 * PLANE];
        float valid[PLANE];
        constant_flow(a, cases[k].there, 0);
        constant_flow(b, cases[k].back, 0);
        uncap_flow_validity(a, b, H, W, valid, NULL);
        assert_int_equal((int)valid[4 * W + 4], cases[k].is_valid);
    }
}

/* A scene that moves a pixel to the right a frame; a hole that stands still is seen by the neighbours. */
static void test_propagation_shows_what_neighbours_saw(void **state)
{
    (void)state;
    enum { N = 5 };
    static float frames[N * 3 * PLANE];
    static float masks[N * PLANE];
    static float there[(N - 1) * 2 * PLANE];
    static float back[(N - 1) * 2 * PLANE];
    struct uncap_error err = {0};
    for (int t = 0; t < N; t++)
        for (int i = 0; i < 3 * PLANE; i++) {
            const int p = i % PLANE;
            const int is_hole = p / W == 4 && p % W >= 5 && p % W < 7;
            masks[t * PLANE + p] = (float)is_hole;
            frames[t * 3 * PLANE + i] = is_hole ? 0 : (float)(p % W - t + 20 * (p / W)) / 200;
        }
    for (int t = 0; t < N - 1; t++) {
        constant_flow(there + t * 2 * PLANE, 1, 0);
        constant_flow(back + t * 2 * PLANE, -1, 0);
    }
    assert_int_equal(uncap_propagate_images(frames, masks, there, back, N, H, W, NULL, NULL, NULL, &err), 0);
    for (int t = 0; t < N; t++)
        for (int x = 5; x < 7; x++) {
            assert_true(masks[t * PLANE + 4 * W + x] == 0);
            assert_true(fabsf(frames[t * 3 * PLANE + 4 * W + x] - (float)(x - t + 80) / 200) < 1e-6f);
        }
}

static void test_correlation_windows_match_their_definition(void **state)
{
    (void)state;
    struct uncap_correlation c;
    struct uncap_error err = {0};
    static float coords[2 * 17 * 18];
    static float out[UNCAP_CORRELATION_CHANNELS * 17 * 18];
    const int h = 17;
    const int w = 18;
    const int n = h * w;
    assert_int_equal(uncap_correlation_open(&c, h, w, &err), 0);
    for (int i = 0; i < n * n; i++)
        c.level[0][i] = (float)(((unsigned)i * 2654435761u >> 20) & 255) / 255;
    uncap_correlation_pool(&c, NULL);
    for (int p = 0; p < n; p++) {
        coords[p] = (float)(p % w) * 1.31f - 2;
        coords[n + p] = (float)(p / w) * 0.77f + 1;
    }
    uncap_correlation_lookup(&c, coords, out, NULL);
    for (int channel = 0; channel < UNCAP_CORRELATION_CHANNELS; channel += 7)
        for (int p = 0; p < n; p += 5) {
            const int l = channel / 81;
            const int lh = h >> l;
            const int lw = w >> l;
            const double x = (double)coords[p] / (1 << l) + channel % 81 / 9 - 4;
            const double y = (double)coords[n + p] / (1 << l) + channel % 9 - 4;
            double sum = 0;
            for (int k = 0; k < 4; k++) {
                const int xx = (int)floor(x) + (k & 1);
                const int yy = (int)floor(y) + (k >> 1);
                const double weight = fmax(0, 1 - fabs(x - xx)) * fmax(0, 1 - fabs(y - yy));
                if (xx >= 0 && yy >= 0 && xx < lw && yy < lh)
                    sum += weight * (double)c.level[l][(p * lh + yy) * lw + xx];
            }
            assert_true(fabs(sum - (double)out[channel * n + p]) < 1e-4);
        }
    const float *q = c.level[1];
    assert_true(fabsf(q[0] - 0.25f * (c.level[0][0] + c.level[0][1] + c.level[0][w] + c.level[0][w + 1])) <
                1e-6f);
    uncap_correlation_close(&c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_warp_by_whole_and_half_pixels),
        cmocka_unit_test(test_nearest_rounds_halves_to_even),
        cmocka_unit_test(test_validity),
        cmocka_unit_test(test_propagation_shows_what_neighbours_saw),
        cmocka_unit_test(test_correlation_windows_match_their_definition),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
