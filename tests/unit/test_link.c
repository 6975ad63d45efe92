/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a line, lines over time. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "detect/track/link.h"

static struct uncap_quad upright(float x0, float y0, float x1, float y1)
{
    return (struct uncap_quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

static struct uncap_box box(float x0, float y0, float x1, float y1)
{
    return (struct uncap_box){.quad = upright(x0, y0, x1, y1), .score = 0.9f};
}

struct join {
    const char *name;
    struct uncap_box items[4];
    size_t n, n_lines;
};

static const struct join joins[] = {
    {.name = "two words", .n = 2, .n_lines = 1},    {.name = "far apart", .n = 2, .n_lines = 2},
    {.name = "two lines", .n = 2, .n_lines = 2},    {.name = "a word joins two halves", .n = 3, .n_lines = 1},
    {.name = "another size", .n = 2, .n_lines = 2},
};

static void words_join(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(joins) / sizeof(joins[0]); i++) {
        struct uncap_box items[5][3] = {
            {box(10, 10, 50, 30), box(60, 11, 90, 31)},
            {box(10, 10, 50, 30), box(80, 10, 120, 30)},
            {box(10, 10, 50, 30), box(10, 32, 50, 52)},
            {box(10, 10, 50, 30), box(85, 10, 120, 30), box(52, 10, 83, 30)},
            {box(10, 10, 50, 30), box(52, 0, 90, 60)},
        };
        struct uncap_boxes boxes = {.items = items[i], .n = joins[i].n, .capacity = 3};
        uncap_link_join_words(&boxes);
        if (boxes.n != joins[i].n_lines)
            fail_msg("%s: %zu lines", joins[i].name, boxes.n);
    }
}

static void what_lies_beyond_a_line(void **state)
{
    (void)state;
    const struct uncap_quad line = upright(100, 200, 300, 230);
    const struct {
        const char *name;
        struct uncap_quad box;
        int side;
        bool is_beyond;
        float x0, x1;
    } cases[] = {
        {"longer", upright(98, 202, 400, 232), 1, true, 300, 400},
        {"not there", upright(98, 202, 400, 232), -1, false, 0, 0},
        {"longer to the left", upright(40, 202, 290, 232), -1, true, 40, 100},
        {"by less than a letter", upright(100, 200, 318, 230), 1, false, 0, 0},
        {"beside it", upright(310, 200, 350, 230), 1, true, 310, 350},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct uncap_quad rest;
        if (uncap_link_beyond(&line, &cases[i].box, cases[i].side, &rest) != cases[i].is_beyond)
            fail_msg("%s", cases[i].name);
        if (!cases[i].is_beyond)
            continue;
        assert_float_equal(rest.p[0].x, cases[i].x0, 1e-3);
        assert_float_equal(rest.p[1].x, cases[i].x1, 1e-3);
        assert_float_equal(rest.p[0].y, cases[i].box.p[0].y, 1e-3);
    }
}

static void affinity_of_lines(void **state)
{
    (void)state;
    const struct uncap_quad line = upright(100, 200, 300, 230);
    struct {
        struct uncap_quad other;
        float least, most;
    } cases[] = {
        {line, 1, 1},
        {upright(103, 202, 298, 229), 0.99f, 1}, /* jitter */
        {upright(100, 200, 420, 230), 0.99f, 1}, /* has grown */
        {upright(150, 200, 190, 230), 0.99f, 1}, /* one word of it */
        {upright(100, 240, 300, 270), 0, 0},     /* the next line */
        {upright(310, 200, 400, 230), 0, 0},     /* beside */
        {upright(250, 200, 450, 230), 0.2f, 0.3f},
        {upright(100, 180, 300, 250), 0, 0}, /* much taller */
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const float a = uncap_link_affinity(&line, &cases[i].other),
                    b = uncap_link_affinity(&cases[i].other, &line);
        assert_true(a >= cases[i].least && a <= cases[i].most);
        assert_true(a == b);
    }
}

static void boxes_go_to_their_lines(void **state)
{
    (void)state;
    const struct uncap_quad lines[2] = {upright(100, 200, 300, 230), upright(100, 240, 300, 270)};
    struct uncap_box items[4] = {box(102, 241, 180, 269), box(190, 241, 299, 269), box(99, 201, 301, 229),
                                 box(100, 20, 300, 50)};
    const struct uncap_boxes boxes = {.items = items, .n = 4, .capacity = 4};
    int owner[4];
    uncap_link_assign(lines, 2, &boxes, owner);
    assert_int_equal(owner[0], 1);
    assert_int_equal(owner[1], 1);
    assert_int_equal(owner[2], 0);
    assert_int_equal(owner[3], -1);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_join),
        cmocka_unit_test(what_lies_beyond_a_line),
        cmocka_unit_test(affinity_of_lines),
        cmocka_unit_test(boxes_go_to_their_lines),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
