/* SPDX-License-Identifier: Apache-2.0 */
/* Strokes that appear are news where they appear, until something explains them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "detect/look/novelty.h"

enum { W = 320, H = 180, QUIET = 12 };

static const struct uncap_rect text = {80, 136, 240, 160};

struct scene {
    struct uncap_novelty novelty;
    uint8_t data[W * H];
};

/* Bars of 3 pixels in the rectangle, on flat grey. */
static void paint(struct scene *s, const struct uncap_rect *r)
{
    memset(s->data, 90, sizeof(s->data));
    for (int y = r ? r->y0 : 0; r && y < r->y1; y++)
        for (int x = r->x0; x < r->x1; x++)
            if ((x - r->x0) / 3 % 2)
                s->data[y * W + x] = 220;
}

static void push(struct scene *s, int n)
{
    const struct uncap_luma luma = {s->data, W, H, W};
    for (int i = 0; i < n; i++)
        uncap_novelty_push(&s->novelty, &luma);
}

static int open_scene(void **state)
{
    static struct scene s;
    struct uncap_error err;
    assert_int_equal(uncap_novelty_open(&s.novelty, W, H, &err), UNCAP_OK);
    paint(&s, NULL);
    push(&s, QUIET);
    *state = &s;
    return 0;
}

static int close_scene(void **state)
{
    struct scene *s = *state;
    uncap_novelty_close(&s->novelty);
    return 0;
}

static void appearing_strokes_are_news_once_they_stand(void **state)
{
    struct scene *s = *state;
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) <= 0);
    paint(s, &text);
    push(s, UNCAP_NOVELTY_STEADY - 1);
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) <= 0);
    push(s, 1);
    const float births = uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE);
    assert_true(births > 20);
    const struct uncap_rect where = uncap_novelty_place(&s->novelty, births / 2, UNCAP_NEWS_ANYWHERE);
    assert_in_range(where.x0, text.x0 - 24, text.x0 + 24);
    assert_in_range(where.x1, text.x1 - 24, text.x1 + 24);
    assert_in_range(where.y0, text.y0 - 16, text.y0 + 8);
    assert_in_range(where.y1, text.y1 - 8, text.y1 + 16);
}

static void known_places_are_left_out(void **state)
{
    struct scene *s = *state;
    const struct uncap_rect known = uncap_rect_grow(text, 16, 16);
    uncap_novelty_know(&s->novelty, &known, 1);
    paint(s, &text);
    push(s, UNCAP_NOVELTY_STEADY);
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) <= 0);
}

static void home_is_where_text_was(void **state)
{
    struct scene *s = *state;
    paint(s, &text);
    push(s, UNCAP_NOVELTY_STEADY);
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_HOME) <= 0);
    uncap_novelty_trust(&s->novelty, text);
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_HOME) > 20);
}

/* Shown again after a pause: doubted if a look found no text in it, news if it did. */
static void what_a_look_has_seen_is_no_news(void **state)
{
    struct scene *s = *state;
    const struct uncap_rect all = {0, 0, W, H};
    for (int is_text = 0; is_text <= 1; is_text++) {
        paint(s, &text);
        push(s, UNCAP_NOVELTY_STEADY);
        uncap_novelty_seen(&s->novelty, all);
        if (is_text)
            uncap_novelty_trust(&s->novelty, text);
        assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) <= 0);
        push(s, 1);
        assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) <= 0);
        paint(s, NULL);
        push(s, 3 * QUIET);
        paint(s, &text);
        push(s, UNCAP_NOVELTY_STEADY);
        const float again = uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE);
        assert_true(is_text ? again > 15 : again < 25);
        paint(s, NULL);
        push(s, 20 * QUIET);
    }
}

/* How many of the text's strokes stand for `age` frames and were not looked at, a cell. */
static float unseen(struct scene *s, int age)
{
    uncap_novelty_settle(&s->novelty, age);
    return uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_UNSEEN);
}

static void strokes_that_stand_are_unseen_until_a_look(void **state)
{
    enum { AGE = 8 };
    struct scene *s = *state;
    const struct uncap_rect all = {0, 0, W, H};
    paint(s, &text);
    push(s, AGE - 1);
    assert_true(unseen(s, AGE) <= 0);
    push(s, 1);
    assert_true(unseen(s, AGE) > 20);
    const struct uncap_rect where = uncap_novelty_place(&s->novelty, 20, UNCAP_NEWS_UNSEEN);
    assert_true(uncap_rect_holds(uncap_rect_grow(text, 24, 16), where));
    const struct uncap_rect known = uncap_rect_grow(text, 16, 16);
    uncap_novelty_know(&s->novelty, &known, 1);
    assert_true(unseen(s, AGE) <= 0);
    uncap_novelty_know(&s->novelty, NULL, 0);
    uncap_novelty_seen(&s->novelty, all);
    push(s, 2 * AGE);
    assert_true(unseen(s, AGE) <= 0);
}

/* A look that came while they faded in has seen those alone that were there. */
static void strokes_born_after_a_look_are_unseen(void **state)
{
    enum { AGE = 8 };
    struct scene *s = *state;
    const struct uncap_rect all = {0, 0, W, H}, half = {text.x0, text.y0, text.x0 + 80, text.y1};
    paint(s, &half);
    push(s, 1);
    uncap_novelty_seen(&s->novelty, all);
    paint(s, &text);
    push(s, 2 * AGE);
    assert_true(unseen(s, AGE) > 20);
    const struct uncap_rect where = uncap_novelty_place(&s->novelty, 20, UNCAP_NEWS_UNSEEN);
    assert_true(where.x0 > half.x1 - 24);
}

static void what_is_forgotten_is_not_doubted(void **state)
{
    struct scene *s = *state;
    paint(s, &text);
    push(s, UNCAP_NOVELTY_STEADY);
    uncap_novelty_forget(&s->novelty, text);
    assert_true(uncap_novelty_strongest(&s->novelty, UNCAP_NEWS_ANYWHERE) < 8);
    for (int i = 0; i < s->novelty.columns * s->novelty.rows; i++)
        assert_true(s->novelty.doubt[i] <= 0);
}

/* Text is as large in an upright picture as in a wide one of as many lines. */
static void an_upright_picture_is_seen_as_finely(void **state)
{
    (void)state;
    static const int sizes[][3] = {
        {640, 360, 1}, {360, 640, 1}, {1280, 720, 2}, {720, 1280, 2}, {540, 960, 2}};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        struct uncap_novelty v;
        assert_int_equal(uncap_novelty_open(&v, sizes[i][0], sizes[i][1], NULL), UNCAP_OK);
        assert_int_equal(v.factor, sizes[i][2]);
        uncap_novelty_close(&v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(appearing_strokes_are_news_once_they_stand, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(known_places_are_left_out, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(home_is_where_text_was, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(what_a_look_has_seen_is_no_news, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(strokes_that_stand_are_unseen_until_a_look, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(strokes_born_after_a_look_are_unseen, open_scene, close_scene),
        cmocka_unit_test_setup_teardown(what_is_forgotten_is_not_doubted, open_scene, close_scene),
        cmocka_unit_test(an_upright_picture_is_seen_as_finely),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
