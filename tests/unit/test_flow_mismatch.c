/* SPDX-License-Identifier: Apache-2.0 */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "inpaint/flow/mismatch.h"

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

/* The fill is off by left at the left edge and right at the right one, seen to a share beside the letter. */
static void add_ramp(struct flow_mismatch *m, float left, float right, float share)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const struct flow_visit v = {.x = x, .y = y};
            if (x < LETTER || x >= LETTER_END)
                flow_mismatch_add(m, &v, share * (left + (right - left) * (float)x / (W - 1)), share);
        }
}

static void goes_on_under_letters(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    for (float share = 0.25f; share <= 1; share *= 2) {
        flow_mismatch_start(&m, &life, 0);
        add_ramp(&m, 4, 12, share);
        flow_mismatch_solve(&m);
        for (int x = LETTER; x < LETTER_END; x++)
            assert_true(fabsf(flow_mismatch_at(&m, &(struct flow_visit){.x = x, .y = H / 2}) - 8) < 1.5f);
    }
    flow_mismatch_close(&m);
}

static void does_not_listen_to_one_that_is_far_off(void **state)
{
    (void)state;
    struct scene s;
    const struct flow_life life = life_of(&s);
    struct flow_mismatch m;
    const struct flow_visit beside = {.x = LETTER - 1, .y = H / 2};
    const struct flow_visit under = {.x = LETTER + 1, .y = H / 2};
    assert_true(flow_mismatch_open(&m, W, H, 0, 0));
    flow_mismatch_start(&m, &life, 0);
    add_ramp(&m, 6, 6, 1);
    flow_mismatch_add(&m, &beside, 250, 1);
    flow_mismatch_solve(&m);
    assert_true(fabsf(flow_mismatch_at(&m, &under) - 6) < 1.5f);
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
    flow_mismatch_start(&m, &life, 0);
    flow_mismatch_add(&m, &v, 9, 0); /* what is seen there told nothing */
    flow_mismatch_solve(&m);
    assert_float_equal(flow_mismatch_at(&m, &v), 0, 0);
    flow_mismatch_close(&m);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(goes_on_under_letters),
        cmocka_unit_test(does_not_listen_to_one_that_is_far_off),
        cmocka_unit_test(says_nothing_where_nothing_is_known),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
