/* SPDX-License-Identifier: Apache-2.0 */
/* The parts that feed the networks and read them: resampling, luma, colours, and the evidence of
 * mattes. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/look/luma.h"
#include "detect/look/ring.h"
#include "detect/matte/evidence.h"
#include "detect/ocr/blend.h"
#include "detect/ocr/netinput.h"
#include "detect/ocr/resample.h"
#include "grey.h"

static void means_survive_any_size(void **state)
{
    (void)state;
    static const struct {
        int n_in, n_out;
        double from, to;
    } cases[] = {{100, 32, 0, 100}, {100, 96, 10, 90}, {10, 64, 0, 10},
                 {3, 32, 0, 3},     {1, 32, 0, 1},     {50, 7, 3.5, 46.25}};
    uint8_t row[100];
    float out[96], scratch[100];
    memset(row, 77, sizeof(row));
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uncap_taps x = {.n_out = 0}, y = {.n_out = 0};
        assert_int_equal(uncap_taps_set(&x, cases[i].n_in, cases[i].n_out, cases[i].from, cases[i].to, NULL),
                         UNCAP_OK);
        assert_int_equal(uncap_taps_set(&y, 1, 1, 0, 1, NULL), UNCAP_OK);
        uncap_resample(row, 100, 0, &x, &y, 1, scratch, out);
        for (int k = 0; k < cases[i].n_out; k++)
            assert_true(fabsf(out[k] - 77) < 0.001f);
        uncap_taps_clear(&x);
        uncap_taps_clear(&y);
    }
}

static void halving_is_the_mean_of_pairs(void **state)
{
    (void)state;
    const uint16_t rows[2][4] = {{0, 10, 20, 30}, {2, 12, 22, 32}};
    float out[2], scratch[4];
    struct uncap_taps x = {.n_out = 0}, y = {.n_out = 0};
    assert_int_equal(uncap_taps_set(&x, 4, 2, 0, 4, NULL), UNCAP_OK);
    assert_int_equal(uncap_taps_set(&y, 2, 1, 0, 2, NULL), UNCAP_OK);
    uncap_resample((const uint8_t *)rows, 8, 1, &x, &y, 0.5f, scratch, out);
    assert_true(fabsf(out[0] - 3) < 1e-5f && fabsf(out[1] - 13) < 1e-5f);
    uncap_taps_clear(&x);
    uncap_taps_clear(&y);
}

static void luma_of_every_depth(void **state)
{
    (void)state;
    for (int depth = 8; depth <= 12; depth += 2)
        for (int factor = 1; factor <= 3; factor++) {
            struct uncap_picture p;
            assert_true(uncap_picture_alloc(&p, (struct uncap_format){3, depth, 1, 1}, 13, 7));
            for (int y = 0; y < 7; y++)
                for (int x = 0; x < 13; x++)
                    if (depth == 8)
                        p.data[0][y * p.stride[0] + x] = 50;
                    else
                        ((uint16_t *)(void *)(p.data[0] + y * p.stride[0]))[x] =
                            (uint16_t)(50 << (depth - 8));
            uint8_t data[13 * 7];
            struct uncap_luma luma = {.data = data};
            uncap_luma_reduce(&p, factor, &luma);
            assert_int_equal(luma.w, 13 / factor);
            assert_int_equal(luma.h, 7 / factor);
            for (int i = 0; i < luma.w * luma.h; i++)
                assert_int_equal(data[i], 50);
            uncap_picture_free(&p);
        }
    assert_int_equal(uncap_luma_factor(1280, 720), 1);
    assert_int_equal(uncap_luma_factor(1080, 1920), 2);
    assert_int_equal(uncap_luma_factor(3840, 2160), 3);
}

/* White in limited range is 1 in all channels; BT.709 red is red. */
static void colours_arrive_as_bgr(void **state)
{
    (void)state;
    static const struct uncap_normalisation plain = {{0, 0, 0}, {1, 1, 1}};
    static const struct {
        uint8_t y, cb, cr;
        float b, g, r;
    } cases[] = {{235, 128, 128, 1, 1, 1}, {16, 128, 128, 0, 0, 0}, {63, 102, 240, 0, 0, 1}};
    for (int i = 0; i < 3; i++) {
        struct uncap_picture p;
        struct uncap_netinput in = {.planes = NULL};
        float out[3 * 16];
        assert_true(uncap_picture_alloc(&p, (struct uncap_format){3, 8, 1, 1}, 8, 8));
        memset(p.data[0], cases[i].y, (size_t)p.stride[0] * 8);
        memset(p.data[1], cases[i].cb, (size_t)p.stride[1] * 4);
        memset(p.data[2], cases[i].cr, (size_t)p.stride[2] * 4);
        assert_int_equal(uncap_netinput_prepare(&in, &p, (struct uncap_rect){0, 0, 8, 8}, 4, 4, NULL),
                         UNCAP_OK);
        uncap_netinput_fill(&in, &p, (struct uncap_colour){.matrix = 1}, &plain, out);
        assert_true(fabsf(out[5] - cases[i].b) < 0.02f);
        assert_true(fabsf(out[16 + 5] - cases[i].g) < 0.02f);
        assert_true(fabsf(out[32 + 5] - cases[i].r) < 0.02f);
        uncap_netinput_clear(&in);
        uncap_picture_free(&p);
    }
}

static void evidence_thins_itself_out(void **state)
{
    (void)state;
    struct uncap_picture p;
    struct uncap_evidence e = {.n_life = 0};
    assert_true(uncap_picture_alloc(&p, (struct uncap_format){3, 8, 1, 1}, 64, 32));
    uncap_evidence_start(&e, (struct uncap_rect){8, 4, 24, 12});
    for (int64_t f = 100; f < 400; f++)
        assert_int_equal(uncap_evidence_add_life(&e, f, &p, NULL), UNCAP_OK);
    for (int64_t f = 99; f > 90; f--)
        assert_int_equal(uncap_evidence_add_before(&e, f, &p, NULL), UNCAP_OK);
    assert_in_range(e.n_life, 12, UNCAP_EVIDENCE_LIFE);
    assert_int_equal(e.n_before, UNCAP_EVIDENCE_CLEAN);
    assert_int_equal(e.life[0].picture.w, 16);
    for (int i = 1; i < e.n_life; i++)
        assert_int_equal(e.life[i].frame - e.life[i - 1].frame, e.stride);
    uncap_evidence_trim(&e, 200, 300);
    for (int i = 0; i < e.n_life; i++)
        assert_in_range(e.life[i].frame, 200, 299);
    assert_int_equal(e.n_before, UNCAP_EVIDENCE_CLEAN);
    uncap_evidence_clear(&e);
    uncap_picture_free(&p);
}

/* Luma of 16 x 8 samples in rows of 24 bytes: in place, or apart if lumas outlive the pictures. */
static void a_ring_refers_to_planes(void **state)
{
    (void)state;
    static uint8_t px[24 * 8];
    for (int n_lumas = 2; n_lumas <= 3; n_lumas++) {
        const struct uncap_picture p = {
            .format = {.n_planes = 1, .depth = 8}, .w = 16, .h = 8, .data = {px}, .stride = {24}};
        struct uncap_ring ring;
        for (int i = 0; i < 24 * 8; i++)
            px[i] = (uint8_t)i;
        assert_int_equal(uncap_ring_open(&ring, 16, 8, p.format, 2, n_lumas, grey_keeper(), NULL), UNCAP_OK);
        assert_int_equal(uncap_ring_push(&ring, &p, px, NULL), UNCAP_OK);
        uncap_ring_reduce(&ring, 0);
        const struct uncap_luma *luma = uncap_ring_luma(&ring, 0);
        assert_int_equal(luma->data == px, n_lumas == 2);
        assert_int_equal(luma->stride, n_lumas == 2 ? 24 : 16);
        for (int y = 0; y < 8; y++)
            assert_memory_equal(luma->data + y * luma->stride, px + y * 24, 16);
        uncap_ring_close(&ring);
    }
    assert_false(uncap_luma_is_plane((struct uncap_format){.n_planes = 1, .depth = 10}, 1));
    assert_false(uncap_luma_is_plane((struct uncap_format){.n_planes = 1, .depth = 8}, 2));
}

/* Two pictures of samples a and b, but for one of luma that the part begins with. */
static void blend_is(int depth, int a, int b, int first, float mean, float mean_first)
{
    const struct uncap_format f = {.n_planes = 3, .depth = depth, .shift_x = 1, .shift_y = 1};
    struct uncap_picture p[2], out;
    for (int k = 0; k < 2; k++) {
        assert_true(uncap_picture_alloc(&p[k], f, 8, 6));
        for (int i = 0; i < 3; i++)
            for (int y = 0; y < uncap_plane_h(f, i, 6); y++)
                for (int x = 0; x < uncap_plane_w(f, i, 8); x++) {
                    const int v = !k ? a : i == 0 && x == 4 && y == 2 ? first : b;
                    uint8_t *row = p[k].data[i] + y * p[k].stride[i];
                    if (depth > 8)
                        ((uint16_t *)(void *)row)[x] = (uint16_t)v;
                    else
                        row[x] = (uint8_t)v;
                }
    }
    assert_int_equal(uncap_blend(p, 2, (struct uncap_rect){4, 2, 7, 5}, &out, NULL), UNCAP_OK);
    assert_int_equal(out.w, 3);
    assert_int_equal(out.h, 3);
    assert_int_equal(out.format.depth, 16);
    const float unit = 65535.0f / (float)((1 << depth) - 1);
    for (int i = 0; i < 3; i++)
        for (int y = 0; y < uncap_plane_h(out.format, i, 3); y++) {
            const uint16_t *row = (const uint16_t *)(const void *)(out.data[i] + y * out.stride[i]);
            for (int x = 0; x < uncap_plane_w(out.format, i, 3); x++)
                assert_true(fabsf((float)row[x] - unit * (i || x || y ? mean : mean_first)) <= 0.5f);
        }
    uncap_picture_free(&out);
    for (int k = 0; k < 2; k++)
        uncap_picture_free(&p[k]);
}

static void pictures_blend_into_their_mean(void **state)
{
    (void)state;
    blend_is(8, 10, 21, 255, 15.5f, 132.5f);
    blend_is(10, 1023, 1023, 0, 1023, 511.5f);
    blend_is(16, 65535, 65534, 1, 65534.5f, 32768);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(means_survive_any_size),       cmocka_unit_test(pictures_blend_into_their_mean),
        cmocka_unit_test(halving_is_the_mean_of_pairs), cmocka_unit_test(luma_of_every_depth),
        cmocka_unit_test(a_ring_refers_to_planes),      cmocka_unit_test(colours_arrive_as_bgr),
        cmocka_unit_test(evidence_thins_itself_out),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
