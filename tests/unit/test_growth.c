/* SPDX-License-Identifier: Apache-2.0 */
/* The sizes in which a word stands in its first frames, drawn by hand. */
#include "word_film.h"

#include "detect/track/growth.h"

enum { N = 12, APPEARS = 3, FACTOR = 2 };

/* The word `size` times as large, its foot where it is; text: other letters, if not 0. */
static void draw(uint8_t *px, float size, int text)
{
    for (int y = 0; y < FILM_H; y++)
        for (int x = 0; x < FILM_W; x++) {
            const float u = 120 + ((float)x - 120) / size, v = 66 + ((float)y - 66) / size;
            const bool is_inside = text ? word_ink(300 - u - (float)(text * 7), v) : word_ink(u, v);
            px[y * FILM_W + x] = word_pixel(is_inside, x, y);
        }
}

struct film {
    struct word_film word;
    struct uncap_caption caption;
};

/* sizes [N], 0: nothing stands there. */
static struct film *shoot(const float *sizes, int text_of_first)
{
    struct film *f = uncap_alloc(1, sizeof(*f));
    assert_non_null(f);
    for (int i = 0; i < N; i++)
        draw(f->word.frames[i], sizes[i] > 0 ? sizes[i] : 1e-3f, i == APPEARS ? text_of_first : 0);
    word_film_develop(&f->word, N, APPEARS);
    f->word.track.n_pop = 2;
    f->caption = (struct uncap_caption){.first = APPEARS, .end = N};
    return f;
}

static void close(struct film *f)
{
    uncap_caption_clear(&f->caption);
    word_film_clear(&f->word);
    uncap_free(f);
}

static int find(struct film *f)
{
    const int status = uncap_growth_find(&f->word.track, APPEARS, &f->word.ring, NULL);
    return status ? status : uncap_growth_give(&f->word.track, &f->caption, NULL);
}

static void every_frame_has_its_size(void **state)
{
    (void)state;
    static const float sizes[N] = {0, 0, 0, 0.76f, 0.9f, 1.04f, 1, 1, 1, 1, 1, 1};
    struct film *f = shoot(sizes, 0);
    assert_int_equal(find(f), 0);
    const struct uncap_caption *c = &f->caption;
    assert_in_range(c->n_growing, 2, 3);
    assert_non_null(c->poses);
    for (int i = 0; i < c->n_growing; i++) {
        const struct uncap_pose *p = &c->poses[i];
        const float size = sizes[APPEARS + i];
        assert_true(fabsf(p->size - size) < 0.025f);
        assert_true(fabsf(p->x + 120 * p->size - 120) < 1);
        assert_true(fabsf(p->y + 66 * p->size - 66) < 1);
    }
    close(f);
}

/* The luma is of half the picture's size: places are of the picture. */
static void places_are_of_the_picture(void **state)
{
    (void)state;
    static const float sizes[N] = {0, 0, 0, 0.8f, 0.9f, 1, 1, 1, 1, 1, 1, 1};
    struct film *f = shoot(sizes, 0);
    f->word.ring.factor = FACTOR;
    assert_int_equal(find(f), 0);
    const struct uncap_pose *p = f->caption.poses;
    assert_non_null(p);
    assert_true(fabsf(p->x + 240.5f * p->size - 240.5f) < 2);
    assert_true(fabsf(p->y + 132.5f * p->size - 132.5f) < 2);
    close(f);
}

static void what_shows_something_else_has_none(void **state)
{
    (void)state;
    static const float sizes[N] = {0, 0, 0, 0.8f, 0.9f, 1, 1, 1, 1, 1, 1, 1};
    struct film *f = shoot(sizes, 1);
    f->caption.n_growing = 2;
    assert_int_equal(find(f), 0);
    assert_null(f->caption.poses);
    assert_int_equal(f->caption.n_growing, 2);
    close(f);
}

/* Found while the ring had the first frames; asked again when it has them no more. */
static void what_was_seen_is_kept(void **state)
{
    (void)state;
    static const float sizes[N] = {0, 0, 0, 0.8f, 0.9f, 1, 1, 1, 1, 1, 1, 1};
    struct film *f = shoot(sizes, 0);
    assert_int_equal(uncap_growth_find(&f->word.track, APPEARS, &f->word.ring, NULL), 0);
    f->word.ring.end += N;
    f->word.ring.n_lumas = f->word.ring.n_frames = 2;
    assert_int_equal(find(f), 0);
    assert_non_null(f->caption.poses);
    assert_true(f->caption.poses[0].size < 0.85f);
    f->word.ring.n_lumas = f->word.ring.n_frames = N;
    close(f);
}

static void what_stands_from_the_first_frame_on_has_none(void **state)
{
    (void)state;
    static const float sizes[N] = {0, 0, 0, 1, 1, 1, 1, 1, 1, 1, 1, 1};
    struct film *f = shoot(sizes, 0);
    assert_int_equal(find(f), 0);
    assert_null(f->caption.poses);
    assert_int_equal(f->caption.n_growing, 0);
    close(f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_frame_has_its_size),
        cmocka_unit_test(places_are_of_the_picture),
        cmocka_unit_test(what_shows_something_else_has_none),
        cmocka_unit_test(what_was_seen_is_kept),
        cmocka_unit_test(what_stands_from_the_first_frame_on_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
