/* SPDX-License-Identifier: Apache-2.0 */
/* Token maps: folding, averaging, norms and pooling against their definitions. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/propainter/tokens.h"
#include "nn/stream.h"

enum { D = UNCAP_TOKEN_WIDTH };

static const int sizes[][2] = {{1, 1}, {4, 7}, {9, 13}, {16, 28}, {17, 5}};

/* Fold by definition: for each pixel, all patches that cover it. */
static double folded(const float *patches, int channels, int c, int h, int w, int y, int x, int *cover)
{
    double sum = 0;
    const int fw = uncap_token_side(w);
    *cover = 0;
    for (int ty = 0; ty < uncap_token_side(h); ty++)
        for (int tx = 0; tx < fw; tx++) {
            const int ky = y + 3 - 3 * ty;
            const int kx = x + 3 - 3 * tx;
            if (ky < 0 || ky > 6 || kx < 0 || kx > 6)
                continue;
            ++*cover;
            sum += (double)patches[((ty * fw + tx) * channels + c) * 49 + ky * 7 + kx];
        }
    return sum;
}

static void test_fold_and_average(void **state)
{
    (void)state;
    enum { C = 3 };
    for (size_t s = 0; s < sizeof(sizes) / sizeof(*sizes); s++) {
        const int h = sizes[s][0];
        const int w = sizes[s][1];
        const int fh = uncap_token_side(h);
        const int fw = uncap_token_side(w);
        const size_t n = (size_t)(fh * fw * C * 49);
        float *patches = malloc(n * sizeof(float));
        float *average = malloc(n * sizeof(float));
        float *planes = malloc((size_t)(C * h * w) * sizeof(float));
        uncap_stream_fill(patches, n, 5, 0, 0, 1);
        memcpy(average, patches, n * sizeof(float));
        uncap_token_fold(patches, C, h, w, planes, NULL);
        for (int i = 0; i < C * h * w; i++) {
            int cover;
            const double sum = folded(patches, C, i / (h * w), h, w, i / w % h, i % w, &cover);
            assert_true(fabs(sum - (double)planes[i]) < 1e-5);
        }
        uncap_token_average(average, 1, C, h, w, planes, NULL);
        for (size_t i = 0; i < n; i++) {
            const int t = (int)(i / (C * 49));
            const int c = (int)(i / 49) % C;
            const int y = t / fw * 3 + (int)(i % 49) / 7 - 3;
            const int x = t % fw * 3 + (int)(i % 49) % 7 - 3;
            int cover = 1;
            const int is_inside = y >= 0 && y < h && x >= 0 && x < w;
            const double sum = is_inside ? folded(patches, C, c, h, w, y, x, &cover) : 0;
            assert_true(fabs(sum / cover - (double)average[i]) < 1e-5);
        }
        free(patches);
        free(average);
        free(planes);
    }
}

static void test_norm_adds_pads_and_normalises(void **state)
{
    (void)state;
    enum { N = 2, FH = 2, FW = 3, PH = 5, PW = 9 };
    static float x[N * FH * FW * D];
    static float sum[N * FH * FW * D];
    static float add[N * FH * FW * D];
    static float out[N * PH * PW * D];
    static float scale[D];
    static float bias[D];
    uncap_stream_fill(x, N * FH * FW * D, 1, 0, 0.3, 2);
    uncap_stream_fill(add, N * FH * FW * D, 2, 0, 0, 1);
    uncap_stream_fill(scale, D, 3, 0, 1, 0.1);
    uncap_stream_fill(bias, D, 4, 0, 0, 0.1);
    for (int i = 0; i < N * FH * FW * D; i++)
        sum[i] = x[i] + add[i];
    memset(out, 0x55, sizeof(out));
    const struct uncap_token_norm norm = {x, add, scale, bias, out, N, FH, FW, PH, PW};
    uncap_token_normalise(&norm, NULL);
    assert_memory_equal(x, sum, sizeof(x));
    for (int t = 0; t < N * PH * PW; t++) {
        const int y = t / PW % PH;
        const int c = t % PW;
        const float *from = y < FH && c < FW ? sum + ((t / (PH * PW) * FH + y) * FW + c) * D : sum;
        double mean = 0;
        double square = 0;
        for (int i = 0; y < FH && c < FW && i < D; i++)
            mean += (double)from[i] / D;
        for (int i = 0; y < FH && c < FW && i < D; i++)
            square += ((double)from[i] - mean) * ((double)from[i] - mean) / D;
        for (int i = 0; i < D; i += 37) {
            const double expected =
                y < FH && c < FW
                    ? ((double)from[i] - mean) / sqrt(square + 1e-5) * (double)scale[i] + (double)bias[i]
                    : 0;
            assert_true(fabs((double)out[t * D + i] - expected) < 1e-4);
        }
    }
}

static void test_pool(void **state)
{
    (void)state;
    enum { N = 2, PH = 10, PW = 9 };
    static float x[N * PH * PW * D];
    static float out[N * 2 * 2 * D];
    static float weight[D * 16];
    static float bias[D];
    uncap_stream_fill(x, N * PH * PW * D, 1, 0, 0, 1);
    uncap_stream_fill(weight, D * 16, 2, 0, 0, 1);
    uncap_stream_fill(bias, D, 3, 0, 0, 1);
    uncap_token_pool(x, N, PH, PW, weight, bias, out, NULL);
    for (int i = 0; i < N * 4 * D; i += 11) {
        const int t = i / D / 4;
        const int oy = i / D / 2 % 2;
        const int ox = i / D % 2;
        double sum = (double)bias[i % D];
        for (int k = 0; k < 16; k++)
            sum += (double)weight[i % D * 16 + k] *
                   (double)x[((t * PH + oy * 4 + k / 4) * PW + ox * 4 + k % 4) * D + i % D];
        assert_true(fabs((double)out[i] - sum) < 1e-4);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fold_and_average),
        cmocka_unit_test(test_norm_adds_pads_and_normalises),
        cmocka_unit_test(test_pool),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
