/* SPDX-License-Identifier: Apache-2.0 */
/* Text lines from boxes over time, and rows of text in one box. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/matte/lines.h"

enum { W = 200, H = 100, MAX_BOXES = 4 };

struct boxes {
    const char *name;
    struct uncap_rect sample[2][MAX_BOXES]; /* two samples; empty: no more */
    int n_lines;
    struct uncap_rect hulls[2];
};

static const struct boxes cases[] = {
    {"jitter", {{{20, 40, 180, 60}}, {{18, 41, 181, 59}}}, 1, {{18, 40, 181, 60}}},
    {"two lines",
     {{{20, 20, 180, 40}, {40, 44, 160, 64}}, {{21, 21, 180, 41}}},
     2,
     {{20, 20, 180, 41}, {40, 44, 160, 64}}},
    {"words of one line",
     {{{20, 40, 60, 60}, {70, 42, 120, 61}}, {{130, 40, 180, 60}}},
     1,
     {{20, 40, 180, 61}}},
    {"outside the area", {{{20, 40, 180, 60}, {300, 40, 380, 60}}, {{0}}}, 1, {{20, 40, 180, 60}}},
    {"cut by the area", {{{-30, 80, 240, 130}}, {{0}}}, 1, {{0, 80, 200, 100}}},
};

static int count(const struct uncap_rect *boxes)
{
    int n = 0;
    while (n < MAX_BOXES && !uncap_rect_empty(boxes[n]))
        n++;
    return n;
}

static void boxes_become_lines(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(cases[0]); k++) {
        struct uncap_matte_sample life[2] = {{.frame = 0}, {.frame = 1}};
        for (int i = 0; i < 2; i++) {
            life[i].lines = cases[k].sample[i];
            life[i].n_lines = count(cases[k].sample[i]);
        }
        const struct uncap_matte_evidence e = {.area = {0, 0, W, H}, .life = life, .n_life = 2};
        struct uncap_matte_lines lines;
        assert_int_equal(uncap_matte_lines_find(&e, &lines, NULL), UNCAP_OK);
        if (lines.n != cases[k].n_lines)
            fail_msg("%s: %d lines", cases[k].name, lines.n);
        for (int i = 0; i < lines.n; i++)
            assert_memory_equal(&lines.items[i].box, &cases[k].hulls[i], sizeof(struct uncap_rect));
        uncap_free(lines.items);
    }
}

/* Strokes on the rows [y0, y1), every third column of [x0, x1). */
static void draw(uint8_t *core, int x0, int y0, int x1, int y1)
{
    for (int y = y0; y < y1; y++)
        for (int x = x0; x < x1; x += 3)
            core[y * W + x] = 1;
}

static void rows_of_one_box_are_split(void **state)
{
    (void)state;
    uint8_t core[W * H] = {0};
    struct uncap_matte_lines lines = {uncap_alloc(1, sizeof(*lines.items)), 1};
    lines.items[0] = (struct uncap_matte_line){{10, 10, 190, 90}, 57.0F};
    draw(core, 30, 20, 170, 44);
    draw(core, 80, 56, 120, 80); /* a shorter second row */
    bool changed;
    assert_int_equal(uncap_matte_lines_split(&lines, core, W, H, &changed, NULL), UNCAP_OK);
    assert_true(changed);
    assert_int_equal(lines.n, 2);
    assert_int_equal(lines.items[0].box.y1, 50);
    assert_int_equal(lines.items[1].box.y0, 50);
    assert_in_range(lines.items[1].box.x0, 30, 80); /* room for what was not found yet */
    assert_in_range(lines.items[1].box.x1, 120, 170);
    uncap_free(lines.items);
}

static void one_row_stays_one(void **state)
{
    (void)state;
    uint8_t core[W * H] = {0};
    struct uncap_matte_lines lines = {uncap_alloc(1, sizeof(*lines.items)), 1};
    lines.items[0] = (struct uncap_matte_line){{10, 10, 190, 90}, 57.0F};
    draw(core, 30, 30, 170, 72);
    draw(core, 60, 20, 66, 24); /* a dot above */
    bool changed;
    assert_int_equal(uncap_matte_lines_split(&lines, core, W, H, &changed, NULL), UNCAP_OK);
    assert_false(changed);
    assert_int_equal(lines.n, 1);
    assert_float_equal(lines.items[0].text_h, 57.0F, 0.0F);
    uncap_free(lines.items);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(boxes_become_lines),
        cmocka_unit_test(rows_of_one_box_are_split),
        cmocka_unit_test(one_row_stays_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
