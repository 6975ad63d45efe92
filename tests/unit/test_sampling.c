/* SPDX-License-Identifier: Apache-2.0 */
/* Which frames are looked at, and which lives follow. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "detect/look/sampling.h"

static void frames_taken(void **state)
{
    (void)state;
    for (int64_t i = 0; i < 10; i++) {
        assert_true(uncap_sampling_takes(UNCAP_SAMPLE_EVERY, i));
        assert_int_equal(uncap_sampling_takes(UNCAP_SAMPLE_EVEN, i), i % 2 == 0);
        assert_false(uncap_sampling_takes(UNCAP_SAMPLE_ADAPTIVE, i));
    }
}

struct life {
    enum uncap_sample sample;
    int64_t first_seen, last_seen, n_frames, first, end;
};

static const struct life lives[] = {
    {UNCAP_SAMPLE_EVERY, 3, 7, 10, 3, 8},
    {UNCAP_SAMPLE_EVEN, 4, 8, 20, 3, 10}, /* frames 3 and 9 are unions with their even neighbours */
    {UNCAP_SAMPLE_EVEN, 0, 0, 20, 0, 2},
    {UNCAP_SAMPLE_EVEN, 8, 8, 10, 7, 10}, /* even length: frame 9 takes its only neighbour, 8 */
    {UNCAP_SAMPLE_EVEN, 8, 8, 9, 7, 9},
    {UNCAP_SAMPLE_EVEN, 0, 0, 1, 0, 1},
};

static void lives_follow(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lives) / sizeof(lives[0]); i++) {
        const struct life *l = &lives[i];
        int64_t first, end;
        uncap_sampling_life(l->sample, l->first_seen, l->last_seen, l->n_frames, &first, &end);
        assert_int_equal(first, l->first);
        assert_int_equal(end, l->end);
    }
}

/* The union rule spelled out frame by frame, as the original pipeline states it. */
static void even_is_the_union_of_neighbours(void **state)
{
    (void)state;
    for (int64_t n = 1; n < 14; n++)
        for (int64_t a = 0; a < n; a += 2)
            for (int64_t b = a; b < n; b += 2) {
                int64_t first, end;
                uncap_sampling_life(UNCAP_SAMPLE_EVEN, a, b, n, &first, &end);
                for (int64_t f = 0; f < n; f++) {
                    const int64_t left = f % 2 ? f - 1 : f, right = f % 2 && f + 1 < n ? f + 1 : left;
                    const int is_on = (left >= a && left <= b) || (right >= a && right <= b);
                    assert_int_equal(is_on, f >= first && f < end);
                }
            }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(frames_taken),
        cmocka_unit_test(lives_follow),
        cmocka_unit_test(even_is_the_union_of_neighbours),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
