/* SPDX-License-Identifier: Apache-2.0 */
/* Pixel formats: the planar twin of each, and that moving samples between layouts loses nothing, for every
 * format libavutil knows. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include <libavutil/pixdesc.h>

#include "base/rng.h"
#include "media/pixel_format.h"

struct twin_case {
    enum AVPixelFormat any, planar;
};

static void test_planar_twins(void **state)
{
    (void)state;
    static const struct twin_case cases[] = {
        {AV_PIX_FMT_YUV420P, AV_PIX_FMT_YUV420P},
        {AV_PIX_FMT_YUVJ420P, AV_PIX_FMT_YUV420P},
        {AV_PIX_FMT_YUVJ411P, AV_PIX_FMT_YUV411P},
        {AV_PIX_FMT_NV12, AV_PIX_FMT_YUV420P},
        {AV_PIX_FMT_NV21, AV_PIX_FMT_YUV420P},
        {AV_PIX_FMT_NV16, AV_PIX_FMT_YUV422P},
        {AV_PIX_FMT_P010LE, AV_PIX_FMT_YUV420P10},
        {AV_PIX_FMT_P010BE, AV_PIX_FMT_YUV420P10},
        {AV_PIX_FMT_YUV422P12BE, AV_PIX_FMT_YUV422P12},
        {AV_PIX_FMT_UYVY422, AV_PIX_FMT_YUV422P},
        {AV_PIX_FMT_RGB24, AV_PIX_FMT_GBRP},
        {AV_PIX_FMT_BGR0, AV_PIX_FMT_GBRP},
        {AV_PIX_FMT_RGBA, AV_PIX_FMT_GBRAP},
        {AV_PIX_FMT_RGB48BE, AV_PIX_FMT_GBRP16},
        {AV_PIX_FMT_RGB565LE, AV_PIX_FMT_GBRP},
        {AV_PIX_FMT_PAL8, AV_PIX_FMT_GBRP},
        {AV_PIX_FMT_MONOWHITE, AV_PIX_FMT_GRAY8},
        {AV_PIX_FMT_YA8, AV_PIX_FMT_GRAY8},
        {AV_PIX_FMT_GRAY12BE, AV_PIX_FMT_GRAY12},
        {AV_PIX_FMT_YUVA444P10, AV_PIX_FMT_YUVA444P10},
        {AV_PIX_FMT_GBRPF32LE, AV_PIX_FMT_NONE},
        {AV_PIX_FMT_BAYER_BGGR8, AV_PIX_FMT_NONE},
        {AV_PIX_FMT_XYZ12LE, AV_PIX_FMT_NONE},
        {AV_PIX_FMT_CUDA, AV_PIX_FMT_NONE},
        {AV_PIX_FMT_UYYVYY411, AV_PIX_FMT_NONE},
        {AV_PIX_FMT_NONE, AV_PIX_FMT_NONE},
    };
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++)
        assert_int_equal(uncap_pixel_planar(cases[i].any), cases[i].planar);
    assert_int_equal(uncap_pixel_opaque(AV_PIX_FMT_YUVA444P10), AV_PIX_FMT_YUV444P10);
    assert_int_equal(uncap_pixel_opaque(AV_PIX_FMT_GBRAP), AV_PIX_FMT_GBRP);
    assert_int_equal(uncap_pixel_opaque(AV_PIX_FMT_YUV420P), AV_PIX_FMT_YUV420P);
}

static void test_every_planar_format_is_ours(void **state)
{
    (void)state;
    int n = 0;
    for (const AVPixFmtDescriptor *d = NULL; (d = av_pix_fmt_desc_next(d));) {
        const enum AVPixelFormat planar = uncap_pixel_planar(av_pix_fmt_desc_get_id(d));
        if (planar == AV_PIX_FMT_NONE)
            continue;
        const struct uncap_format f = uncap_pixel_format(planar);
        assert_int_equal(uncap_pixel_planar(planar), planar);
        assert_false(uncap_pixel_is_full_range_twin(planar));
        assert_true(f.n_planes == 1 || f.n_planes == 3);
        assert_in_range(f.depth, 8, 16);
        assert_in_range(f.shift_x, 0, 2);
        assert_in_range(f.shift_y, 0, 2);
        n++;
    }
    assert_true(n > 100);
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
        memset(f->buf[i]->data, 0, f->buf[i]->size);
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get(format);
    for (int c = 0; c < d->nb_components; c++)
        for (int y = 0; y < AV_CEIL_RSHIFT(h, c == 1 || c == 2 ? d->log2_chroma_h : 0); y++) {
            uint16_t row[64];
            for (int x = 0; x < 64; x++)
                row[x] = (uint16_t)(uncap_rng_u64((uint64_t)c, (uint64_t)y, (uint64_t)x) &
                                    ((1u << d->comp[c].depth) - 1));
            av_write_image_line2(row, f->data, f->linesize, d, 0, y, c,
                                 AV_CEIL_RSHIFT(w, c == 1 || c == 2 ? d->log2_chroma_w : 0), sizeof row[0]);
        }
    return f;
}

static void assert_same_planes(const AVFrame *a, const AVFrame *b)
{
    const AVPixFmtDescriptor *d = av_pix_fmt_desc_get((enum AVPixelFormat)a->format);
    assert_int_equal(a->format, b->format);
    for (int c = 0; c < d->nb_components; c++) {
        const bool is_chroma = c == 1 || c == 2;
        const int p = d->comp[c].plane;
        const size_t row =
            (size_t)AV_CEIL_RSHIFT(a->width, is_chroma ? d->log2_chroma_w : 0) * (size_t)d->comp[c].step;
        for (int y = 0; y < AV_CEIL_RSHIFT(a->height, is_chroma ? d->log2_chroma_h : 0); y++)
            assert_memory_equal(a->data[p] + y * a->linesize[p], b->data[p] + y * b->linesize[p], row);
    }
}

/* Planar to any layout and back, odd size. */
static void test_repack_loses_nothing(void **state)
{
    (void)state;
    int n = 0;
    for (const AVPixFmtDescriptor *d = NULL; (d = av_pix_fmt_desc_next(d));) {
        const enum AVPixelFormat any = av_pix_fmt_desc_get_id(d);
        const enum AVPixelFormat planar = uncap_pixel_planar(any);
        if (planar == AV_PIX_FMT_NONE || planar == any || !uncap_pixel_same_samples(any, planar))
            continue;
        AVFrame *in = random_frame(planar, 37, 11), *packed, *out;
        in->pts = 77;
        assert_int_equal(uncap_pixel_repack(&packed, in, any, NULL), UNCAP_OK);
        assert_int_equal(packed->format, any);
        assert_int_equal(packed->pts, 77);
        assert_int_equal(uncap_pixel_repack(&out, packed, planar, NULL), UNCAP_OK);
        assert_same_planes(in, out);
        av_frame_free(&in);
        av_frame_free(&packed);
        av_frame_free(&out);
        n++;
    }
    assert_true(n > 60);
}

/* Under 8 bits a sample: the whole range is stretched to 0..255; palettes are looked up. */
static void test_repack_widens(void **state)
{
    (void)state;
    AVFrame *mono = random_frame(AV_PIX_FMT_MONOBLACK, 16, 1), *out;
    mono->data[0][0] = 0xa5;
    mono->data[0][1] = 0x0f;
    assert_int_equal(uncap_pixel_repack(&out, mono, AV_PIX_FMT_GRAY8, NULL), UNCAP_OK);
    static const uint8_t bits[16] = {255, 0, 255, 0, 0, 255, 0, 255, 0, 0, 0, 0, 255, 255, 255, 255};
    assert_memory_equal(out->data[0], bits, 16);
    av_frame_free(&out);
    mono->format = AV_PIX_FMT_MONOWHITE;
    assert_int_equal(uncap_pixel_repack(&out, mono, AV_PIX_FMT_GRAY8, NULL), UNCAP_OK);
    for (int i = 0; i < 16; i++)
        assert_int_equal(out->data[0][i], 255 - bits[i]);
    av_frame_free(&out);
    av_frame_free(&mono);

    AVFrame *pal = av_frame_alloc();
    pal->format = AV_PIX_FMT_PAL8;
    pal->width = 2;
    pal->height = 1;
    assert_int_equal(av_frame_get_buffer(pal, 0), 0);
    pal->data[0][0] = 3;
    pal->data[0][1] = 250;
    ((uint32_t *)(void *)pal->data[1])[3] = 0xff102030;
    ((uint32_t *)(void *)pal->data[1])[250] = 0x00fedcba;
    assert_int_equal(uncap_pixel_repack(&out, pal, AV_PIX_FMT_GBRP, NULL), UNCAP_OK);
    static const uint8_t want[3][2] = {{0x20, 0xdc}, {0x30, 0xba}, {0x10, 0xfe}}; /* G, B, R */
    for (int p = 0; p < 3; p++)
        assert_memory_equal(out->data[p], want[p], 2);
    av_frame_free(&out);
    av_frame_free(&pal);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_planar_twins),
        cmocka_unit_test(test_every_planar_format_is_ours),
        cmocka_unit_test(test_repack_loses_nothing),
        cmocka_unit_test(test_repack_widens),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
