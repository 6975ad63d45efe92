/* SPDX-License-Identifier: Apache-2.0 */
/* Turning: every display matrix of quarter turns and mirrors against what libavutil defines it to be, and
 * that turned back nothing is lost. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libavutil/display.h>
#include <libavutil/pixdesc.h>

#include "base/rng.h"
#include "media/orientation.h"
#include "media/pixel_format.h"

enum { ONE = 1 << 16, N_ORIENTATIONS = 8 };

struct matrix_case {
    int32_t a, b, c, d; /* (p, q) of the coded picture is shown at (a p + c q, b p + d q) */
    int orientation;
};

static const struct matrix_case turns[N_ORIENTATIONS] = {
    {ONE, 0, 0, ONE, 0}, {-ONE, 0, 0, ONE, 1}, {-ONE, 0, 0, -ONE, 2}, {ONE, 0, 0, -ONE, 3},
    {0, ONE, ONE, 0, 4}, {0, ONE, -ONE, 0, 5}, {0, -ONE, -ONE, 0, 6}, {0, -ONE, ONE, 0, 7},
};

static int of(struct matrix_case m)
{
    const int32_t matrix[9] = {m.a, m.b, 0, m.c, m.d, 0, 12345, -678, 1 << 30};
    return uncap_orientation_of_matrix(matrix);
}

static void matrices_are_told(void **state)
{
    (void)state;
    static const struct matrix_case others[] = {
        {2 * ONE, 0, 0, 3 * ONE, 0},                     /* stretched */
        {0, 3, 0, 5, 0},                                 /* one column of nothing */
        {0, 0, 0, 0, 0},                                 /* nothing at all */
        {INT32_MIN, 0, 0, INT32_MIN, 2},                 /* the extremes */
        {INT32_MIN, INT32_MIN, INT32_MIN, INT32_MIN, 0}, /* no direction */
        {46341, 46341, -46341, 46341, 0},                /* 45 degrees */
        {1000, ONE, -ONE, 1000, 5},                      /* .9 degrees beside a quarter turn */
        {1300, ONE, -ONE, 1300, 0},                      /* 1.1 */
        {ONE, ONE, 0, ONE, 0},                           /* slanted */
    };
    for (size_t i = 0; i < N_ORIENTATIONS; i++)
        assert_int_equal(of(turns[i]), turns[i].orientation);
    for (size_t i = 0; i < sizeof others / sizeof others[0]; i++)
        assert_int_equal(of(others[i]), others[i].orientation);
}

/* libavutil counts degrees with the clock where it makes a matrix. */
static void libavutil_means_the_same(void **state)
{
    (void)state;
    static const int with_clock[] = {0, 5, 2, 7};
    int32_t matrix[9];
    for (int i = 0; i < 4; i++) {
        av_display_rotation_set(matrix, 90 * i);
        assert_int_equal(uncap_orientation_of_matrix(matrix), with_clock[i]);
    }
    av_display_rotation_set(matrix, 0);
    av_display_matrix_flip(matrix, 1, 0);
    assert_int_equal(uncap_orientation_of_matrix(matrix), 1);
    av_display_rotation_set(matrix, 30);
    assert_int_equal(uncap_orientation_of_matrix(matrix), 0);
}

static AVFrame *random_frame(enum AVPixelFormat format, int w, int h)
{
    AVFrame *f = av_frame_alloc();
    assert_non_null(f);
    f->format = format;
    f->width = w;
    f->height = h;
    assert_int_equal(av_frame_get_buffer(f, 0), 0);
    for (int i = 0; f->buf[i]; i++)
        for (size_t k = 0; k < f->buf[i]->size; k++)
            f->buf[i]->data[k] = (uint8_t)uncap_rng_u64(7, (uint64_t)i, k);
    f->pts = 77;
    f->sample_aspect_ratio = (AVRational){4, 3};
    return f;
}

static int plane_w(const AVFrame *f, int plane)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
    return AV_CEIL_RSHIFT(f->width, plane == 1 || plane == 2 ? d->log2_chroma_w : 0);
}

static int plane_h(const AVFrame *f, int plane)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)f->format);
    return AV_CEIL_RSHIFT(f->height, plane == 1 || plane == 2 ? d->log2_chroma_h : 0);
}

static int n_planes(const AVFrame *f)
{
    return av_pix_fmt_desc_get((enum AVPixelFormat)f->format)->nb_components;
}

static const uint8_t *at(const AVFrame *f, int plane, int x, int y, int bytes)
{
    return f->data[plane] + y * f->linesize[plane] + x * bytes;
}

/* Each sample lies where the matrix puts it, its whole plane moved back to (0, 0). */
static void assert_placed(const AVFrame *coded, const AVFrame *seen, struct matrix_case m, int bytes)
{
    const int a = m.a / ONE, b = m.b / ONE, c = m.c / ONE, d = m.d / ONE;
    assert_int_equal(n_planes(coded), n_planes(seen));
    for (int plane = 0; plane < n_planes(coded); plane++) {
        const int w = plane_w(coded, plane), h = plane_h(coded, plane);
        assert_int_equal(plane_w(seen, plane), a ? w : h);
        assert_int_equal(plane_h(seen, plane), a ? h : w);
        const int left = (a < 0 ? -(w - 1) : 0) + (c < 0 ? -(h - 1) : 0);
        const int top = (b < 0 ? -(w - 1) : 0) + (d < 0 ? -(h - 1) : 0);
        for (int q = 0; q < h; q++)
            for (int p = 0; p < w; p++)
                assert_memory_equal(at(coded, plane, p, q, bytes),
                                    at(seen, plane, a * p + c * q - left, b * p + d * q - top, bytes),
                                    (size_t)bytes);
    }
}

static void assert_same(const AVFrame *x, const AVFrame *y, int bytes)
{
    assert_int_equal(x->format, y->format);
    assert_int_equal(x->width, y->width);
    assert_int_equal(x->height, y->height);
    for (int plane = 0; plane < n_planes(x); plane++)
        for (int row = 0; row < plane_h(x, plane); row++)
            assert_memory_equal(at(x, plane, 0, row, bytes), at(y, plane, 0, row, bytes),
                                (size_t)(plane_w(x, plane) * bytes));
}

static void turned_and_turned_back(void **state)
{
    (void)state;
    static const struct {
        enum AVPixelFormat coded, quarter; /* quarter: after a quarter turn */
    } formats[] = {
        {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P},       {AV_PIX_FMT_YUV422P, AV_PIX_FMT_YUV440P},
        {AV_PIX_FMT_YUV440P, AV_PIX_FMT_YUV422P},       {AV_PIX_FMT_YUV444P, AV_PIX_FMT_YUV444P},
        {AV_PIX_FMT_YUV420P10, AV_PIX_FMT_YUV420P10},   {AV_PIX_FMT_YUV422P10, AV_PIX_FMT_YUV440P10},
        {AV_PIX_FMT_YUV422P12, AV_PIX_FMT_YUV440P12},   {AV_PIX_FMT_YUV444P16, AV_PIX_FMT_YUV444P16},
        {AV_PIX_FMT_GRAY8, AV_PIX_FMT_GRAY8},           {AV_PIX_FMT_GBRP12, AV_PIX_FMT_GBRP12},
        {AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_YUVA444P10}, {AV_PIX_FMT_YUVA420P, AV_PIX_FMT_YUVA420P},
        {AV_PIX_FMT_YUV410P, AV_PIX_FMT_YUV410P},
    };
    static const int sizes[][2] = {{1, 1}, {7, 5}, {64, 32}, {33, 70}, {98, 65}};
    for (size_t f = 0; f < sizeof formats / sizeof formats[0]; f++)
        for (size_t s = 0; s < sizeof sizes / sizeof sizes[0]; s++)
            for (int o = 0; o < N_ORIENTATIONS; o++) {
                AVFrame *coded = random_frame(formats[f].coded, sizes[s][0], sizes[s][1]), *seen, *back;
                const int bytes = av_pix_fmt_desc_get(formats[f].coded)->comp[0].depth > 8 ? 2 : 1;
                assert_int_equal(uncap_orientation_turn(&seen, coded, o, NULL), UNCAP_OK);
                assert_int_equal(seen->format, o < 4 ? formats[f].coded : formats[f].quarter);
                assert_int_equal(seen->pts, 77);
                assert_int_equal(seen->sample_aspect_ratio.num, o < 4 ? 4 : 3);
                assert_placed(coded, seen, turns[o], bytes);
                assert_int_equal(uncap_orientation_turn(&back, seen, uncap_orientation_inverse(o), NULL),
                                 UNCAP_OK);
                assert_same(coded, back, bytes);
                assert_int_equal(back->sample_aspect_ratio.num, 4);
                av_frame_free(&coded);
                av_frame_free(&seen);
                av_frame_free(&back);
            }
}

static void a_turned_frame_has_no_matrix(void **state)
{
    (void)state;
    AVFrame *coded = random_frame(AV_PIX_FMT_GRAY8, 4, 4), *seen;
    assert_non_null(av_frame_new_side_data(coded, AV_FRAME_DATA_DISPLAYMATRIX, 9 * sizeof(int32_t)));
    assert_non_null(av_frame_new_side_data(coded, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL, 8));
    assert_int_equal(uncap_orientation_turn(&seen, coded, 5, NULL), UNCAP_OK);
    assert_null(av_frame_get_side_data(seen, AV_FRAME_DATA_DISPLAYMATRIX));
    assert_non_null(av_frame_get_side_data(seen, AV_FRAME_DATA_CONTENT_LIGHT_LEVEL));
    av_frame_free(&coded);
    av_frame_free(&seen);
}

static void formats_without_a_turned_form(void **state)
{
    (void)state;
    assert_int_equal(uncap_pixel_swapped(AV_PIX_FMT_YUV411P), AV_PIX_FMT_NONE);
    assert_int_equal(uncap_pixel_swapped(AV_PIX_FMT_YUVA422P), AV_PIX_FMT_NONE);
    assert_int_equal(uncap_pixel_swapped(AV_PIX_FMT_YUV422P16), AV_PIX_FMT_NONE);
}

static void what_is_known_turns_too(void **state)
{
    (void)state;
    struct uncap_video_info info = {.w = 640,
                                    .h = 360,
                                    .pix_fmt = AV_PIX_FMT_YUV422P,
                                    .format = {3, 8, 1, 0},
                                    .sample_aspect_ratio = {4, 3},
                                    .orientation = 7};
    uncap_orientation_turn_info(&info, 7);
    assert_int_equal(info.w, 360);
    assert_int_equal(info.h, 640);
    assert_int_equal(info.pix_fmt, AV_PIX_FMT_YUV440P);
    assert_true(uncap_format_equal(info.format, (struct uncap_format){3, 8, 0, 1}));
    assert_int_equal(info.sample_aspect_ratio.num, 3);
    assert_int_equal(info.orientation, 7);
    uncap_orientation_turn_info(&info, uncap_orientation_inverse(7));
    assert_int_equal(info.w, 640);
    assert_int_equal(info.pix_fmt, AV_PIX_FMT_YUV422P);
    uncap_orientation_turn_info(&info, 2);
    assert_int_equal(info.w, 640);
    info.sample_aspect_ratio = (AVRational){0, 1};
    uncap_orientation_turn_info(&info, 5);
    assert_int_equal(info.sample_aspect_ratio.num, 0);
    assert_int_equal(info.sample_aspect_ratio.den, 1);
}

static void chroma_is_sited_anew(void **state)
{
    (void)state;
    static const struct {
        enum AVChromaLocation coded;
        int orientation;
        enum AVChromaLocation seen;
    } cases[] = {
        {AVCHROMA_LOC_LEFT, 0, AVCHROMA_LOC_LEFT},
        {AVCHROMA_LOC_LEFT, 3, AVCHROMA_LOC_LEFT},
        {AVCHROMA_LOC_LEFT, 4, AVCHROMA_LOC_TOP},
        {AVCHROMA_LOC_LEFT, 5, AVCHROMA_LOC_TOP},
        {AVCHROMA_LOC_LEFT, 7, AVCHROMA_LOC_BOTTOM},
        {AVCHROMA_LOC_LEFT, 2, AVCHROMA_LOC_UNSPECIFIED},
        {AVCHROMA_LOC_CENTER, 6, AVCHROMA_LOC_CENTER},
        {AVCHROMA_LOC_TOPLEFT, 3, AVCHROMA_LOC_BOTTOMLEFT},
        {AVCHROMA_LOC_TOPLEFT, 7, AVCHROMA_LOC_BOTTOMLEFT},
        {AVCHROMA_LOC_UNSPECIFIED, 5, AVCHROMA_LOC_UNSPECIFIED},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(uncap_orientation_turn_siting(cases[i].coded, cases[i].orientation), cases[i].seen);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(matrices_are_told),
        cmocka_unit_test(libavutil_means_the_same),
        cmocka_unit_test(turned_and_turned_back),
        cmocka_unit_test(a_turned_frame_has_no_matrix),
        cmocka_unit_test(formats_without_a_turned_form),
        cmocka_unit_test(what_is_known_turns_too),
        cmocka_unit_test(chroma_is_sited_anew),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
