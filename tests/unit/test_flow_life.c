/* SPDX-License-Identifier: Apache-2.0 */
/* Captions known by boxes alone are measured only where the boxes stand still. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "inpaint/flow/unblend/life.h"

static struct uncap_quad box(float x0, float y0, float x1, float y1)
{
    return (struct uncap_quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

static void boxes_that_wander_are_not_measured(void **state)
{
    (void)state;
    static const struct {
        float x0, y0, x1, y1; /* of the second box; the first is 100, 50, 200, 70 */
        bool is_registered;
    } CASES[] = {
        {100, 50, 200, 70, true},  {104, 48, 197, 72, true}, /* a detector's jitter */
        {100, 50, 320, 70, true},                            /* a line built up word by word */
        {60, 50, 260, 70, true},                             /* growing to both sides */
        {130, 50, 230, 70, false},                           /* along */
        {100, 20, 200, 40, false},                           /* up */
        {108, 58, 208, 78, true},                            /* less than half a line */
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        struct uncap_observation seen[2] = {
            {.frame = 0, .quad = box(100, 50, 200, 70)},
            {.frame = 9, .quad = box(CASES[i].x0, CASES[i].y0, CASES[i].x1, CASES[i].y1)}};
        struct uncap_caption c = {.end = 10, .observations = seen, .n_observations = 2};
        assert_int_equal(flow_caption_is_registered(&c), CASES[i].is_registered);
    }
}

static void mattes_and_known_motion_are_measured(void **state)
{
    (void)state;
    struct uncap_observation seen[2] = {{.frame = 0, .quad = box(100, 50, 200, 70)},
                                        {.frame = 9, .quad = box(100, 0, 200, 20)}};
    struct uncap_matte matte = {.area = {100, 50, 200, 70}};
    int16_t motion[20] = {0};
    struct uncap_caption c = {.end = 10, .observations = seen, .n_observations = 2};
    assert_false(flow_caption_is_registered(&c));
    c.matte = &matte;
    assert_true(flow_caption_is_registered(&c));
    c.matte = NULL;
    c.motion = motion;
    assert_true(flow_caption_is_registered(&c));
    assert_true(flow_caption_is_registered(&(struct uncap_caption){.end = 10}));
}

static void a_caption_outlives_a_shot_where_a_window_has_none_before(void **state)
{
    (void)state;
    struct flow_sums sums = {0};
    struct uncap_window window = {.first = 52};
    struct flow_work work = {.window = &window};
    struct flow_caption c = {.before = {.luma = &sums}};
    const struct flow_life life = {.work = &work, .c = &c};
    assert_true(flow_life_outlives_shot(&life));
    window.core_first = 4;
    assert_false(flow_life_outlives_shot(&life));
    window.core_first = 0;
    c.before.luma = NULL;
    assert_false(flow_life_outlives_shot(&life));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_that_wander_are_not_measured),
        cmocka_unit_test(mattes_and_known_motion_are_measured),
        cmocka_unit_test(a_caption_outlives_a_shot_where_a_window_has_none_before),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
