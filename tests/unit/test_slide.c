/* SPDX-License-Identifier: Apache-2.0 */
/* The places of a word that slides in, drawn by hand. */
#include "word_film.h"

#include "detect/track/slide.h"

enum { N = 16, RESTS = 9, FACTOR = 2 };

static void draw(uint8_t *px, int dx, int dy)
{
    for (int y = 0; y < FILM_H; y++)
        for (int x = 0; x < FILM_W; x++)
            px[y * FILM_W + x] = word_pixel(word_ink((float)(x - dx), (float)(y - dy)), x, y);
}

/* at  [RESTS] displacements from its place before it stands there: level or upright; FILM_W: it is not
 *     there. */
static struct word_film *shoot(const int *at, bool is_level)
{
    struct word_film *f = uncap_alloc(1, sizeof(*f));
    assert_non_null(f);
    for (int i = 0; i < N; i++) {
        const int by = i < RESTS ? at[i] : 0;
        draw(f->frames[i], is_level ? by : 0, is_level ? 0 : by);
    }
    word_film_develop(f, N, RESTS);
    f->ring.factor = FACTOR;
    assert_int_equal(uncap_slide_find(&f->track, &f->ring, NULL), 0);
    return f;
}

static void close(struct word_film *f)
{
    word_film_clear(f);
    uncap_free(f);
}

static void expect_way(const int *at, bool is_level, int first)
{
    struct word_film *f = shoot(at, is_level);
    const struct uncap_growth *g = &f->track.growth;
    assert_int_equal(f->track.first, first);
    assert_int_equal(g->n, RESTS - first);
    assert_int_equal(f->track.n_pop, RESTS - first);
    for (int i = 0; i < g->n; i++) {
        const float by = (float)(FACTOR * at[first + i]);
        assert_true(fabsf(g->poses[i].x - (is_level ? by : 0)) <= FACTOR);
        assert_true(fabsf(g->poses[i].y - (is_level ? 0 : by)) <= FACTOR);
    }
    close(f);
}

/* From beyond the left edge, at a constant speed: its last step may be a part of one. */
static void from_the_left(void **state)
{
    (void)state;
    static const int at[RESTS] = {FILM_W, FILM_W, FILM_W, -174, -140, -106, -72, -38, -4};
    expect_way(at, true, 3);
}

/* From below, ever slower. */
static void from_below(void **state)
{
    (void)state;
    static const int at[RESTS] = {FILM_W, FILM_W, FILM_W, FILM_W, 52, 33, 18, 8, 2};
    expect_way(at, false, 4);
}

static void within_the_picture(void **state)
{
    (void)state;
    static const int at[RESTS] = {FILM_W, FILM_W, FILM_W, FILM_W, FILM_W, 24, 18, 12, 6};
    expect_way(at, true, 5);
}

/* At once, or after standing elsewhere, as a line that makes room for another does. */
static void what_does_not_slide_begins_in_its_place(void **state)
{
    (void)state;
    static const int at_once[RESTS] = {FILM_W, FILM_W, FILM_W, FILM_W, FILM_W,
                                       FILM_W, FILM_W, FILM_W, FILM_W},
                     above[RESTS] = {FILM_W, FILM_W, -20, -20, -20, -20, -20, -20, -20};
    expect_way(at_once, true, RESTS);
    expect_way(above, false, RESTS);
}

/* On its way in the first frame that is known: text of a scene that the camera comes to rest on would be. */
static void what_has_not_been_seen_to_come_begins_in_its_place(void **state)
{
    (void)state;
    static const int at[RESTS] = {54, 48, 42, 36, 30, 24, 18, 12, 6};
    expect_way(at, true, RESTS);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(from_the_left),
        cmocka_unit_test(from_below),
        cmocka_unit_test(within_the_picture),
        cmocka_unit_test(what_does_not_slide_begins_in_its_place),
        cmocka_unit_test(what_has_not_been_seen_to_come_begins_in_its_place),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
