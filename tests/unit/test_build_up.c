/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that are built up word by word. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/build_up.h"

enum { MOST = 6, LINE = 20, W = 300 };

/* Right ends of a line's observations, 4 frames apart from frame 10 on; it begins at x 100 and is 20 high. */
struct line {
    const char *what;
    int right[MOST]; /* 0: no more */
    int64_t end;     /* all there from then on; the caption begins in frame 8 */
};

static const struct line lines[] = {
    {"as found", {300, 300, 300}, 8},
    {"jitter", {300, 296, 312, 300}, 8},
    {"a word missed at first", {200, 300, 300}, 8},
    {"word by word", {150, 150, 210, 212, 280, 281}, 26},
    {"two words at once", {150, 151, 280, 280}, 18},
    {"a letter after a word", {150, 150, 210, 222, 224}, 22},
    {"letter by letter", {150, 150, 160, 170, 180, 190}, 30},
    {"a letter missed at first", {150, 150, 162, 162}, 8},
};

static struct uncap_quad box(int right)
{
    const float x1 = (float)right;
    return (struct uncap_quad){{{100, 50}, {x1, 50}, {x1, 50 + LINE}, {100, 50 + LINE}}};
}

static size_t observe(const struct line *l, struct uncap_observation *o)
{
    size_t n = 0;
    for (; n < MOST && l->right[n]; n++)
        o[n] = (struct uncap_observation){.frame = 10 + 4 * (int64_t)n, .quad = box(l->right[n])};
    return n;
}

static void the_last_word_ends_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
        struct uncap_observation o[MOST];
        struct uncap_caption c = {.first = 8, .end = 50, .observations = o};
        c.n_observations = observe(&lines[i], o);
        if (uncap_build_up_end(&c) != lines[i].end)
            fail_msg("%s: %d", lines[i].what, (int)uncap_build_up_end(&c));
        int16_t motion[42][2] = {{0}};
        c.motion = &motion[0][0];
        assert_int_equal(uncap_build_up_end(&c), 8);
    }
}

static void columns_come_with_their_word(void **state)
{
    (void)state;
    struct uncap_observation o[MOST];
    struct uncap_caption c = {.first = 8, .end = 50, .observations = o};
    int64_t from[W];
    c.n_observations = observe(&lines[3], o);
    uncap_build_up_columns(&c, 50, W, from);
    assert_true(from[0] == INT64_MIN);        /* no observation reaches it */
    assert_true(from[120 - 50] == INT64_MIN); /* the first word */
    assert_int_equal(from[180 - 50], 18);
    assert_int_equal(from[260 - 50], 26);
    assert_true(from[W - 1] == INT64_MIN);
    c.n_observations = observe(&lines[2], o);
    uncap_build_up_columns(&c, 50, W, from);
    for (int x = 0; x < W; x++)
        assert_true(from[x] == INT64_MIN);
}

/* Its first letters are seen first, but all of it is there, faintly. */
static void a_fade_is_no_building_up(void **state)
{
    (void)state;
    enum { FADE = 20 };
    struct uncap_observation o[MOST];
    uint8_t opacity[42];
    struct uncap_caption c = {.first = 8, .end = 50, .observations = o, .opacity = opacity};
    int64_t from[W];
    for (int i = 0; i < 42; i++)
        opacity[i] = i < FADE ? (uint8_t)(10 + 12 * i) : 255;
    c.n_observations = observe(&lines[3], o);
    assert_int_equal(uncap_build_up_end(&c), 8);
    uncap_build_up_columns(&c, 50, W, from);
    for (int x = 0; x < W; x++)
        assert_true(from[x] == INT64_MIN);
    opacity[5] = 255; /* fully there from frame 13 on: the words come later */
    assert_int_equal(uncap_build_up_end(&c), 26);
    uncap_build_up_columns(&c, 50, W, from);
    assert_int_equal(from[260 - 50], 26);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_last_word_ends_it),
        cmocka_unit_test(columns_come_with_their_word),
        cmocka_unit_test(a_fade_is_no_building_up),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
