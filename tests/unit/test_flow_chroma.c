/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/flow/unblend/chroma.h"

enum { W = 6, H = 4, CW = 3, CH = 2, N_C = CW * CH };

/* A caption of 4:2:0 of which all samples let a fifth of the scene through. */
struct drawing {
    struct flow_fit fit[W * H], fit_c[2 * N_C];
    struct flow_caption caption;
};

static void set_up(struct drawing *d)
{
    static const struct flow_fit soft = {
        .n = 40, .k = 0.2f, .residual = 3, .noise = 20, .touch = FLOW_TOUCH_BLENDED};
    for (int i = 0; i < W * H; i++)
        d->fit[i] = soft;
    for (int i = 0; i < 2 * N_C; i++)
        d->fit_c[i] = soft;
    d->caption = (struct flow_caption){.area = {0, 0, W, H},
                                       .area_c = {0, 0, CW, CH},
                                       .fit = d->fit,
                                       .fit_c = d->fit_c,
                                       .coding = 4,
                                       .tint = 1};
}

static const struct uncap_format format = {3, 8, 1, 1};

/* The sample is refuted, in all planes, and no other. */
static void expect_refuted(const struct drawing *d, int cx, int cy)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_int_equal(d->fit[y * W + x].touch,
                             x / 2 == cx && y / 2 == cy ? FLOW_TOUCH_UNKNOWN : FLOW_TOUCH_BLENDED);
    for (int i = 0; i < 2 * N_C; i++)
        assert_int_equal(d->fit_c[i].touch,
                         i % N_C == cy * CW + cx ? FLOW_TOUCH_UNKNOWN : FLOW_TOUCH_BLENDED);
}

/* A white letter that turns blue: luma hardly tells. */
static void either_plane_refutes_all(void **state)
{
    (void)state;
    for (int plane = 0; plane < 2; plane++) {
        struct drawing d;
        set_up(&d);
        d.fit_c[plane * N_C + CW + 2].residual = 700;
        flow_chroma_refute(&d.caption, format);
        expect_refuted(&d, 2, 1);
    }
}

/* Of luma's noise that the sample's k lets through much would be left unexplained; chroma's is a tenth. */
static void the_noise_of_chroma_counts(void **state)
{
    (void)state;
    struct drawing d;
    set_up(&d);
    d.fit_c[CW + 2].noise = 400;
    d.fit_c[CW + 2].residual = 100;
    flow_chroma_refute(&d.caption, format);
    assert_int_equal(d.fit[3 * W + 4].touch, FLOW_TOUCH_BLENDED);
    d.caption.tint = 0.1f;
    flow_chroma_refute(&d.caption, format);
    expect_refuted(&d, 2, 1);
}

/* Where a letter's edge lies within the sample chroma's own mixture is not known, but that it is none is. */
static void what_is_unknown_refutes_too(void **state)
{
    (void)state;
    struct drawing d;
    set_up(&d);
    d.fit_c[N_C].residual = 700;
    d.fit_c[0].touch = d.fit_c[N_C].touch = FLOW_TOUCH_UNKNOWN;
    flow_chroma_refute(&d.caption, format);
    expect_refuted(&d, 0, 0);
}

/* Few frames, what was not touched, and a veil, of which many samples tell the mixture. */
static void what_is_known_otherwise_stays(void **state)
{
    (void)state;
    struct drawing d;
    set_up(&d);
    d.fit_c[1] = (struct flow_fit){.n = 5, .residual = 700, .touch = FLOW_TOUCH_BLENDED};
    d.fit_c[2].residual = 700;
    d.fit_c[2].veiled = d.fit[4].veiled = true;
    d.fit_c[3].residual = 700;
    d.fit[2 * W].touch = FLOW_TOUCH_NONE;
    flow_chroma_refute(&d.caption, format);
    assert_int_equal(d.fit[2].touch, FLOW_TOUCH_BLENDED);
    assert_int_equal(d.fit[4].touch, FLOW_TOUCH_BLENDED);
    assert_int_equal(d.fit_c[2].touch, FLOW_TOUCH_BLENDED);
    assert_int_equal(d.fit[2 * W].touch, FLOW_TOUCH_NONE);
    assert_int_equal(d.fit[2 * W + 1].touch, FLOW_TOUCH_UNKNOWN);
}

/* The last sample of chroma reaches out of the area. */
static void areas_may_end_within_a_sample(void **state)
{
    (void)state;
    struct drawing d;
    set_up(&d);
    d.caption.area = (struct uncap_rect){1, 1, W, H};
    d.fit_c[0].residual = 700;
    flow_chroma_refute(&d.caption, format);
    assert_int_equal(d.fit[0].touch, FLOW_TOUCH_UNKNOWN);
    for (int i = 1; i < W * H; i++)
        assert_int_equal(d.fit[i].touch, FLOW_TOUCH_BLENDED);
}

/* Of a sample of its own luma tells k but roughly; of one under a veil many samples tell it. */
static void is_as_sure_of_k_as_luma_is(void **state)
{
    (void)state;
    struct drawing d;
    set_up(&d);
    for (int y = 2; y < 4; y++)
        for (int x = 2; x < 4; x++)
            d.fit[y * W + x].veiled = true;
    struct uncap_window window = {.format = format};
    struct flow_work work = {.window = &window};
    const struct flow_life life = {.work = &work, .c = &d.caption};
    struct flow_sums sums = {0};
    for (int t = 0; t < 20; t++)
        flow_sums_add(&sums, 0.2f * (float)t, (float)t, 4);
    assert_true(flow_chroma_fit(&life, &sums, 0, 0).var_k > 0);
    const struct flow_fit under = flow_chroma_fit(&life, &sums, 1, 1);
    assert_true(under.veiled);
    assert_true(under.var_k == 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(either_plane_refutes_all),      cmocka_unit_test(the_noise_of_chroma_counts),
        cmocka_unit_test(what_is_unknown_refutes_too),   cmocka_unit_test(what_is_known_otherwise_stays),
        cmocka_unit_test(areas_may_end_within_a_sample), cmocka_unit_test(is_as_sure_of_k_as_luma_is)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
