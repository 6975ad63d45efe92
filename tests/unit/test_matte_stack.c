/* SPDX-License-Identifier: Apache-2.0 */
/* Samples of a caption as full planes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/stack.h"

/* Chroma lies on the left luma sample and between the rows; sixteenths of a sample. */
static int sample_at(const uint8_t *px, int w, int h, int x16, int y16)
{
    const int x = x16 >> 4, y = y16 >> 4, wx = x16 & 15, wy = y16 & 15;
    int sum = 128;
    for (int v = 0; v < 2; v++)
        for (int u = 0; u < 2; u++) {
            const int cx = x + u < 0 ? 0 : x + u < w ? x + u : w - 1;
            const int cy = y + v < 0 ? 0 : y + v < h ? y + v : h - 1;
            sum += px[cy * w + cx] * (u ? wx : 16 - wx) * (v ? wy : 16 - wy);
        }
    return sum >> 8;
}

static void planes_are_read_where_they_lie(void **state)
{
    (void)state;
    enum { PW = 13, PH = 7, AW = 19, AH = 5 };
    static const int shifts[][2] = {{0, 0}, {1, 0}, {1, 1}, {2, 0}};
    uint8_t px[3][PH * PW];
    for (int i = 0; i < 3 * PH * PW; i++)
        px[i / (PH * PW)][i % (PH * PW)] = (uint8_t)(i * 97 + i / 7 * 31);
    for (int s = 0; s < 4; s++)
        for (int at = -45; at < 30; at++) {
            const int sx = shifts[s][0], sy = shifts[s][1], y_at = at % 4;
            const struct uncap_picture p = {
                .data = {px[0], px[1], px[2]},
                .stride = {PW, PW, PW},
                .w = PW,
                .h = PH,
                .format = {.depth = 8, .n_planes = 3, .shift_x = sx, .shift_y = sy}};
            const struct uncap_matte_sample sample = {.picture = p, .rect = {0, 0, PW, PH}};
            const struct uncap_rect area = {at, y_at, at + AW, y_at + AH};
            struct uncap_matte_stack stack;
            assert_int_equal(uncap_matte_stack_open(&stack, area, &sample, 1, NULL), UNCAP_OK);
            for (int i = 0; i < 3 * AH * AW; i++) {
                const int c = i / (AH * AW), x = at + i % AW, y = y_at + i / AW % AH;
                const int hx = c ? sx : 0, hy = c ? sy : 0;
                const int cw = (PW + (1 << hx) - 1) >> hx, ch = (PH + (1 << hy) - 1) >> hy;
                uint8_t plane[PH * PW];
                for (int k = 0; k < cw * ch; k++)
                    plane[k] = px[c][k / cw * PW + k % cw];
                assert_int_equal(uncap_matte_stack_plane(&stack, 0, c)[i % (AH * AW)],
                                 sample_at(plane, cw, ch, x * 16 >> hx, ((2 * y + 1) * 8 >> hy) - 8));
            }
            uncap_matte_stack_close(&stack);
        }
}

/* Spread of one pixel that has another level in n_other of n samples. */
static int spread_of(int n, int n_other)
{
    uint8_t px[UNCAP_MATTE_MAX_LIFE];
    struct uncap_matte_sample samples[UNCAP_MATTE_MAX_LIFE];
    struct uncap_matte_stack stack;
    struct uncap_matte_look look;
    for (int i = 0; i < n; i++) {
        px[i] = i < n_other ? 100 : 0;
        samples[i] = (struct uncap_matte_sample){.picture = {.data = {&px[i]},
                                                             .stride = {1},
                                                             .w = 1,
                                                             .h = 1,
                                                             .format = {.depth = 8, .n_planes = 1}},
                                                 .rect = {0, 0, 1, 1}};
    }
    assert_int_equal(uncap_matte_stack_open(&stack, (struct uncap_rect){0, 0, 1, 1}, samples, n, NULL),
                     UNCAP_OK);
    memset(stack.state, 0, sizeof(stack.state));
    assert_int_equal(uncap_matte_look_open(&look, &stack, 0, n, NULL), UNCAP_OK);
    const int dev = look.dev[0];
    uncap_matte_look_close(&look);
    uncap_matte_stack_close(&stack);
    return dev;
}

/* What a scene does in a fifth of the samples is seen in any number of them, what one of many does is not. */
static void spread_hardly_depends_on_the_number_of_samples(void **state)
{
    (void)state;
    for (int n = 6; n <= UNCAP_MATTE_MAX_LIFE; n++)
        assert_int_equal(spread_of(n, (n + 4) / 5), 39);
    for (int n = 12; n <= UNCAP_MATTE_MAX_LIFE; n++)
        assert_int_equal(spread_of(n, 1), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(planes_are_read_where_they_lie),
        cmocka_unit_test(spread_hardly_depends_on_the_number_of_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
