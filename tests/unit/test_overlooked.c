/* SPDX-License-Identifier: Apache-2.0 */
/* Words that the detector sees late: were they there? */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/build_up.h"
#include "detect/ocr/hull.h"
#include "detect/track/overlooked.h"
#include "grey.h"

enum { W = 240, H = 60, N = 20, FIRST = 100, END = FIRST + N, N_SEEN = 4, MIDDLE = 120 };

static const struct uncap_rect line = {20, 20, 220, 40}, second = {MIDDLE, 20, 220, 40};

/* A textured scene that moves, bright bars of two words before it, the first one from frame `from` on. */
static void paint(uint8_t px[H][W], int frame, int from)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            px[y][x] = (uint8_t)(60 + ((x + 5 * frame) * 7 ^ (y + 2 * frame) * 13) % 60);
    for (int x = FIRST + frame < from ? MIDDLE + 4 : 24; x < 216; x += 12)
        for (int y = 22; y < 38; y++)
            memset(&px[y][x], 240, 4);
}

/* When a line is complete whose first word stands from frame `from` on and is seen in the last look alone. */
static int64_t complete(int64_t from)
{
    static uint8_t px[N][H][W];
    struct uncap_evidence e = {.rect = {0, 0, W, H}, .n_life = N};
    for (int i = 0; i < N; i++) {
        paint(px[i], i, (int)from);
        e.life[i] = (struct uncap_crop){FIRST + i, grey_picture(&px[i][0][0], W, H)};
    }
    struct uncap_observation seen[N_SEEN];
    for (int k = 0; k < N_SEEN; k++)
        seen[k] = (struct uncap_observation){.frame = FIRST + 2 + 4 * k,
                                             .quad = uncap_quad_of_rect(k + 1 < N_SEEN ? second : line)};
    struct uncap_caption c = {.first = FIRST,
                              .end = END,
                              .quad = uncap_quad_of_rect(line),
                              .observations = seen,
                              .n_observations = N_SEEN};
    assert_int_equal(uncap_build_up_end(&c), seen[N_SEEN - 1].frame);
    assert_int_equal(uncap_overlooked_add(&c, &e, NULL), UNCAP_OK);
    return uncap_build_up_end(&c);
}

static void a_word_that_stands_is_no_later_one(void **state)
{
    (void)state;
    assert_int_equal(complete(FIRST), FIRST);
}

static void a_word_that_comes_later_is_one(void **state)
{
    (void)state;
    assert_int_equal(complete(FIRST + 14), FIRST + 14);
}

/* Looks are seldom: the letters stand before the one that shows them. */
static void a_word_is_there_before_its_look(void **state)
{
    (void)state;
    assert_int_equal(complete(FIRST + 12), FIRST + 12);
}

static void without_crops_nothing_changes(void **state)
{
    (void)state;
    struct uncap_observation seen[N_SEEN];
    for (int k = 0; k < N_SEEN; k++)
        seen[k] = (struct uncap_observation){.frame = FIRST + 4 * k,
                                             .quad = uncap_quad_of_rect(k + 1 < N_SEEN ? second : line)};
    struct uncap_caption c = {.first = FIRST, .end = END, .observations = seen, .n_observations = N_SEEN};
    const struct uncap_evidence e = {.rect = {0, 0, W, H}};
    assert_int_equal(uncap_overlooked_add(&c, &e, NULL), UNCAP_OK);
    assert_int_equal(uncap_build_up_end(&c), FIRST + 12);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_word_that_stands_is_no_later_one),
                                       cmocka_unit_test(a_word_that_comes_later_is_one),
                                       cmocka_unit_test(a_word_is_there_before_its_look),
                                       cmocka_unit_test(without_crops_nothing_changes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
