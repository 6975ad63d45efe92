/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/unblend/mismatch.h"

enum { W = 48, H = 24, LETTER = 20, LETTER_END = 28 };

/* A caption that covers all of a grey window. */
struct scene {
    struct uncap_caption caption;
    struct uncap_window_caption seen;
    struct uncap_window window;
    struct flow_work work;
    struct flow_caption c;
};

static struct flow_life life_of(struct scene *s)
{
    *s = (struct scene){.window = {.format = {.depth = 8, .n_planes = 1}},
                        .work = {.w = W, .h = H, .kernels = uncap_kernels_best()}};
    s->seen.caption = &s->caption;
    s->work.window = &s->window;
    s->c = (struct flow_caption){.caption = &s->seen, .area = {0, 0, W, H}};
    return (struct flow_life){.work = &s->work, .captions = &s->c, .c = &s->c};
}

/* What the fill is off at a sample. */
typedef float off_at(int x, int y);

/* All samples beside the letter, seen with an error of variance `noise`, in all rounds. */
static void tell(struct flow_mismatch *m, const struct flow_life *life, off_at *off, float noise)
{
    flow_mismatch_start(m, life, 0, noise, noise);
    for (int round = 0; round < FLOW_MISMATCH_ROUNDS; round++) {
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                if (x < LETTER || x >= LETTER_END)
                    flow_mismatch_add(m, &(struct flow_visit){.x = x, .y = y}, off(x, y), noise);
        flow_mismatch_solve(m);
    }
}

static float ramp(int x, int y)
{
    (void)y;
    return 4 + 8 * (float)x / (W - 1);
}

static void goes_on_under_letters(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    for (float noise = 0.25f; noise <= 4; noise *= 4) {
        tell(&m, &life, ramp, noise);
        for (int x = LETTER; x < LETTER_END; x++)
            assert_true(fabsf(flow_mismatch_under(&m, &(struct flow_visit){.x = x, .y = H / 2}) - 8) < 1.5f);
    }
    flow_mismatch_close(&m);
}

static float one_far_off(int x, int y)
{
    return x == LETTER - 1 && y == H / 2 ? 250 : 6;
}

static void does_not_listen_to_one_that_is_far_off(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    const struct flow_visit under = {.x = LETTER + 1, .y = H / 2};
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    tell(&m, &life, one_far_off, 1);
    assert_true(fabsf(flow_mismatch_under(&m, &under) - 6) < 1.5f);
    flow_mismatch_close(&m);
}

static void says_nothing_where_nothing_is_known(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    const struct flow_visit v = {.x = 5, .y = 5};
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    flow_mismatch_start(&m, &life, 0, 1, 1);
    for (int round = 0; round < FLOW_MISMATCH_ROUNDS; round++)
        flow_mismatch_solve(&m);
    assert_float_equal(flow_mismatch_around(&m, &v), 0, 0);
    assert_float_equal(flow_mismatch_under(&m, &v), 0, 0);
    assert_float_equal(flow_mismatch_left(&m, &v, 7), 7, 0);
    flow_mismatch_close(&m);
}

/* Roughly normal, variance 16. */
static float coded(int x, int y)
{
    double sum = 0;
    for (uint64_t i = 0; i < 12; i++)
        sum += uncap_rng_uniform(i, (uint64_t)y, (uint64_t)x);
    return 4 * (float)(sum - 6);
}

/* A fill that is right is left as it is, however noisy what is seen beside it: no blotches. */
static void noise_is_no_error_of_the_fill(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    double square = 0;
    double left = 0;
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    tell(&m, &life, coded, 16);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const struct flow_visit v = {.x = x, .y = y};
            const double under = (double)flow_mismatch_under(&m, &v);
            square += under * under / (W * H);
            left += (double)flow_mismatch_left(&m, &v, 0) / (W * H);
        }
    assert_true(square < 1);
    assert_true(left < 4);
    flow_mismatch_close(&m);
}

static float stripes(int x, int y)
{
    (void)y;
    return x & 1 ? 10 : -10;
}

/* Texture that the fill lacks is no noise: its variance is left, so that what is seen is taken. */
static void texture_is_left_to_what_is_seen(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    tell(&m, &life, stripes, 4);
    for (int x = 2; x < LETTER - 2; x++)
        assert_true(flow_mismatch_left(&m, &(struct flow_visit){.x = x, .y = H / 2}, 0) > 60);
    flow_mismatch_close(&m);
}

static float wrong(int x, int y)
{
    (void)x;
    (void)y;
    return -60;
}

static void a_fill_that_is_wrong_is_not_listened_to(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    tell(&m, &life, wrong, 8);
    assert_true(fabsf(flow_mismatch_around(&m, &(struct flow_visit){.x = 10, .y = 12}) + 60) < 2);
    flow_mismatch_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_under_letters),
        cmocka_unit_test(does_not_listen_to_one_that_is_far_off),
        cmocka_unit_test(says_nothing_where_nothing_is_known),
        cmocka_unit_test(noise_is_no_error_of_the_fill),
        cmocka_unit_test(texture_is_left_to_what_is_seen),
        cmocka_unit_test(a_fill_that_is_wrong_is_not_listened_to),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
