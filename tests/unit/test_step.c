/* SPDX-License-Identifier: Apache-2.0 */
/* Borders of a word before a still scene that is like it. */
#include "word_film.h"

#include "detect/track/step.h"

enum { N = 12, FIRST = 6, SPLIT = 155 };

/* How the word comes.
 *
 * last       frame from which on its last letter is seen
 * scene      frame from which on the scene is brighter, N: never
 * ghost      by how many pixels something of the scene lies beside its strokes
 * line_below another line comes with it, right below it */
struct way {
    int last, scene, ghost;
    bool line_below;
};

static void draw(uint8_t *px, int frame, const struct way *way)
{
    for (int y = 0; y < FILM_H; y++)
        for (int x = 0; x < FILM_W; x++) {
            const bool is_ink = frame >= (x < SPLIT ? FIRST : way->last) && word_ink((float)x, (float)y);
            const bool is_other = way->line_below && frame >= FIRST && y > 80 && x % 8 < 4;
            const int scene = (word_ink((float)(x + way->ghost), (float)y) && y < 48 ? 110 : 0) +
                              (frame >= way->scene ? 40 : 0);
            px[y * FILM_W + x] =
                (uint8_t)(word_pixel(is_ink || is_other, x, y) + (is_ink || is_other ? 0 : scene));
        }
}

static struct word_film *shoot(const struct way *way)
{
    struct word_film *f = uncap_alloc(1, sizeof(*f));
    assert_non_null(f);
    for (int i = 0; i < N; i++)
        draw(f->frames[i], i, way);
    word_film_develop(f, N, 0);
    return f;
}

static bool steps_at(struct word_film *f, int64_t frame)
{
    bool is_step;
    assert_int_equal(uncap_step_measure(&f->track, &f->ring, frame, -1, &is_step, NULL), 0);
    return is_step;
}

static void what_comes_before_a_still_scene_has_a_border(void **state)
{
    (void)state;
    static const struct way ways[] = {{FIRST, N, 1, false}, {FIRST, N, 1, true}};
    for (int i = 0; i < 2; i++) {
        struct word_film *f = shoot(&ways[i]);
        int64_t border;
        assert_true(uncap_presence_stands(uncap_track_presence(&f->track, 0))); /* the scene's share */
        assert_true(steps_at(f, FIRST));
        assert_int_equal(uncap_step_border(&f->track, &f->ring, -1, 0, &border, NULL), 0);
        assert_int_equal(border, FIRST);
        assert_int_equal(uncap_step_border(&f->track, &f->ring, -1, FIRST + 1, &border, NULL), 0);
        assert_int_equal(border, FIRST + 1);
        word_film_clear(f);
        uncap_free(f);
    }
}

/* A cut behind it, or all but a letter, which came before. */
static void what_changes_otherwise_has_none(void **state)
{
    (void)state;
    static const struct way ways[] = {{FIRST, FIRST, 2, false}, {0, N, 2, false}};
    for (int i = 0; i < 2; i++) {
        struct word_film *f = shoot(&ways[i]);
        const struct uncap_series *s = &f->track.series;
        assert_true(uncap_presence_steps(s->items, N, FIRST, -1));
        assert_false(steps_at(f, FIRST));
        word_film_clear(f);
        uncap_free(f);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_comes_before_a_still_scene_has_a_border),
        cmocka_unit_test(what_changes_otherwise_has_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
