/* SPDX-License-Identifier: Apache-2.0 */
/* How the borders of a life are judged by the frames beside them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "detect/life/life.h"
#include "detect/ocr/hull.h"

enum { FIRST = 10, END = 30, N_FRAMES = 40 };

/* The finish of a line that stands in frames [FIRST, END), is like this in those after it, and is covered so
 * unevenly as it goes. */
static enum uncap_border finish_of(struct uncap_presence after, float covered)
{
    struct uncap_presence p[N_FRAMES] = {{0}};
    for (int i = FIRST; i < N_FRAMES; i++)
        p[i] = i < END ? (struct uncap_presence){.gain = 1, .likeness = 1, .busyness = 1} : after;
    struct uncap_track t = {.series = {.items = p, .n = N_FRAMES}, .is_steady = true};
    t.hull = uncap_quad_of_rect((struct uncap_rect){100, 200, 300, 220});
    const int64_t shots[1] = {0};
    const struct uncap_surroundings around = {
        .w = 640, .h = 360, .n_frames = N_FRAMES, .shots = shots, .n_shots = 1};
    const struct uncap_caption c = {.id = 1, .first = FIRST, .end = END};
    return uncap_life_features(&t, &around, &c, (struct uncap_edge){.covered = covered}).finish;
}

static void what_coding_leaves_is_no_line(void **state)
{
    (void)state;
    assert_int_equal(finish_of((struct uncap_presence){0}, 0.5f), UNCAP_BORDER_CLEAN);
    assert_int_equal(finish_of((struct uncap_presence){.gain = 0.01f, .likeness = 0.66f}, 0),
                     UNCAP_BORDER_CLEAN);
    assert_int_equal(finish_of((struct uncap_presence){.gain = 0.3f, .likeness = 0.66f}, 0),
                     UNCAP_BORDER_SOFT);
    assert_int_equal(finish_of((struct uncap_presence){.gain = 0.5f, .likeness = 0.9f}, 0),
                     UNCAP_BORDER_SOFT);
}

static void what_something_passes_over_tells_nothing(void **state)
{
    (void)state;
    assert_int_equal(finish_of((struct uncap_presence){0}, 0.97f), UNCAP_BORDER_CUT);
}

/* The finish of a line that looks as if it moved away as something else comes in its place. */
static enum uncap_border finish_before(bool is_scene)
{
    struct uncap_presence p[N_FRAMES] = {{0}};
    for (int i = FIRST; i < END; i++)
        p[i] = (struct uncap_presence){.gain = 1, .likeness = 1, .busyness = 1};
    struct uncap_track t = {.id = 1, .series = {.items = p, .n = N_FRAMES}, .is_steady = true};
    const struct uncap_rect rect = {100, 200, 300, 220};
    const struct uncap_life lives[2] = {
        {.id = 1, .first = FIRST, .end = END, .rect = rect},
        {.id = 2, .first = END, .end = END + 8, .rect = rect, .is_scene = is_scene}};
    t.hull = uncap_quad_of_rect(rect);
    const struct uncap_surroundings around = {
        .w = 640, .h = 360, .n_frames = N_FRAMES, .lives = lives, .n_lives = 2};
    const struct uncap_caption c = {.id = 1, .first = FIRST, .end = END};
    return uncap_life_features(&t, &around, &c, (struct uncap_edge){.moved = 0.9f}).finish;
}

/* Eyes that close and open again take turns, too. */
static void what_moves_away_may_resemble_the_next_words_alone(void **state)
{
    (void)state;
    assert_int_equal(finish_before(false), UNCAP_BORDER_CLEAN);
    assert_int_equal(finish_before(true), UNCAP_BORDER_SOFT);
}

/* Letters that fade in one by one: in its first frame a line is hardly itself. */
static void a_line_that_is_built_up_begins_with_its_first_letter(void **state)
{
    (void)state;
    struct uncap_presence p[N_FRAMES] = {{0}};
    struct uncap_observation seen[4];
    for (int i = 0; i < 4; i++)
        seen[i] = (struct uncap_observation){
            .frame = FIRST + 4 * i,
            .quad = uncap_quad_of_rect((struct uncap_rect){100, 200, 150 + 50 * i, 220})};
    for (int i = FIRST; i < END; i++) {
        const float share = i < FIRST + 12 ? (float)(i - FIRST) / 12 : 1;
        p[i] = (struct uncap_presence){.gain = share, .likeness = share, .busyness = share};
    }
    struct uncap_track t = {.series = {.items = p, .n = N_FRAMES}, .is_steady = true};
    t.hull = seen[3].quad;
    t.observations = seen;
    t.n_observations = 4;
    const struct uncap_surroundings around = {.w = 640, .h = 360, .n_frames = N_FRAMES};
    const struct uncap_caption c = {.id = 1, .first = FIRST, .end = END};
    const struct uncap_edge edge = {0};
    assert_int_equal(uncap_life_features(&t, &around, &c, edge).begin, UNCAP_BORDER_CLEAN);
    t.n_observations = 1; /* not known to be built up */
    assert_int_equal(uncap_life_features(&t, &around, &c, edge).begin, UNCAP_BORDER_SOFT);
}

static void a_line_that_slides_in_is_judged_where_it_stands(void **state)
{
    (void)state;
    enum { SLIDES = 8 };
    struct uncap_presence p[N_FRAMES] = {{0}};
    for (int i = FIRST + SLIDES; i < END; i++)
        p[i] = (struct uncap_presence){.gain = 1, .likeness = 1, .busyness = 1};
    struct uncap_track t = {.series = {.items = p, .n = N_FRAMES}, .is_steady = true, .n_pop = SLIDES};
    t.growth = (struct uncap_growth){.first = FIRST, .n = SLIDES, .is_slide = true};
    t.hull = uncap_quad_of_rect((struct uncap_rect){100, 200, 300, 220});
    const struct uncap_surroundings around = {.w = 640, .h = 360, .n_frames = N_FRAMES};
    const struct uncap_caption c = {.id = 1, .first = FIRST, .end = END};
    const struct uncap_features f = uncap_life_features(&t, &around, &c, (struct uncap_edge){0});
    assert_int_equal(f.first, FIRST + SLIDES);
    assert_true(f.likeness > 0.99f);
    assert_int_equal(f.begin, UNCAP_BORDER_CLEAN);
}

/* Of a poster that the camera passes; a line as wide as the picture is cut on both sides. */
static bool is_cut_off(int x0, int x1)
{
    struct uncap_presence p[N_FRAMES] = {{0}};
    struct uncap_track t = {.series = {.items = p, .n = N_FRAMES}, .is_steady = true};
    t.hull = uncap_quad_of_rect((struct uncap_rect){x0, 200, x1, 220});
    const struct uncap_surroundings around = {.w = 640, .h = 360, .n_frames = N_FRAMES};
    const struct uncap_caption c = {.id = 1, .first = FIRST, .end = END};
    return uncap_life_features(&t, &around, &c, (struct uncap_edge){0}).is_cut_off;
}

static void a_line_may_go_on_beyond_the_picture(void **state)
{
    (void)state;
    assert_true(is_cut_off(-1, 300) && is_cut_off(3, 300) && is_cut_off(300, 639));
    assert_false(is_cut_off(10, 300) || is_cut_off(300, 630) || is_cut_off(0, 640));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(what_coding_leaves_is_no_line),
                                       cmocka_unit_test(what_moves_away_may_resemble_the_next_words_alone),
                                       cmocka_unit_test(what_something_passes_over_tells_nothing),
                                       cmocka_unit_test(a_line_that_is_built_up_begins_with_its_first_letter),
                                       cmocka_unit_test(a_line_that_slides_in_is_judged_where_it_stands),
                                       cmocka_unit_test(a_line_may_go_on_beyond_the_picture)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
