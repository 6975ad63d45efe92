/* SPDX-License-Identifier: Apache-2.0 */
/* The sizes in which a word stands in its first frames, drawn by hand. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/track/growth.h"

enum { W = 240, H = 96, N = 12, APPEARS = 3, FACTOR = 2 };

/* Letters at rest: bars of several widths within [60, 180) x [30, 66). */
static bool is_ink(float x, float y)
{
    static const float bars[][2] = {{60, 66},   {74, 78},   {90, 99},  {112, 116},
                                    {121, 127}, {150, 153}, {160, 180}};
    if (y < 30 || y >= 66)
        return false;
    for (size_t i = 0; i < sizeof(bars) / sizeof(bars[0]); i++)
        if (x >= bars[i][0] && x < bars[i][1])
            return i % 2 || fabsf(y - 48) > 4;
    return false;
}

/* The word `size` times as large, its foot where it is; text: other letters, if not 0. */
static void draw(uint8_t *px, float size, int text)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const float u = 120 + ((float)x - 120) / size, v = 66 + ((float)y - 66) / size;
            const bool is_inside = text ? is_ink(300 - u - (float)(text * 7), v) : is_ink(u, v);
            px[y * W + x] = is_inside ? 235 : (uint8_t)(70 + (x * y + x) % 13);
        }
}

static void *retain(void *frame)
{
    return frame;
}

static void release(void *held)
{
    (void)held;
}

struct film {
    uint8_t frames[N][W * H];
    struct uncap_ring ring;
    struct uncap_track track;
    struct uncap_caption caption;
};

/* sizes [N], 0: nothing stands there. */
static struct film *shoot(const float *sizes, int text_of_first)
{
    static const struct uncap_frame_keeper keeper = {retain, release};
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    struct film *f = uncap_alloc(1, sizeof(*f));
    assert_non_null(f);
    assert_int_equal(uncap_ring_open(&f->ring, W, H, grey, N, N, keeper, NULL), 0);
    for (int i = 0; i < N; i++) {
        const struct uncap_picture p = {
            .format = grey, .w = W, .h = H, .data = {f->frames[i]}, .stride = {W}};
        draw(f->frames[i], sizes[i] > 0 ? sizes[i] : 1e-3f, i == APPEARS ? text_of_first : 0);
        assert_int_equal(uncap_ring_push(&f->ring, &p, f->frames[i], NULL), 0);
        uncap_ring_reduce(&f->ring, i);
    }
    struct uncap_track *t = &f->track;
    *t = (struct uncap_track){.is_steady = true, .n_pop = 2, .first = APPEARS, .found = N - 1};
    const struct uncap_luma *last = uncap_ring_luma(&f->ring, N - 1);
    assert_int_equal(uncap_template_learn(&t->pattern, &last, 1, (struct uncap_rect){54, 24, 186, 72}, NULL),
                     0);
    t->series.items = uncap_alloc(N, sizeof(*t->series.items));
    for (int i = 0; i < N; i++) {
        struct uncap_match m;
        assert_int_equal(
            uncap_template_match(&t->pattern, uncap_ring_luma(&f->ring, i), 0, 0, &t->scratch, &m, NULL), 0);
        t->series.items[t->series.n++] = (struct uncap_presence){m.gain, m.likeness, m.busyness};
    }
    f->caption = (struct uncap_caption){.first = APPEARS, .end = N};
    return f;
}

static void close(struct film *f)
{
    uncap_caption_clear(&f->caption);
    uncap_track_clear(&f->track);
    uncap_ring_close(&f->ring);
    uncap_free(f);
}

static int find(struct film *f)
{
    const int status = uncap_growth_find(&f->track, APPEARS, &f->ring, NULL);
    return status ? status : uncap_growth_give(&f->track, &f->caption, NULL);
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
    f->ring.factor = FACTOR;
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
    assert_int_equal(uncap_growth_find(&f->track, APPEARS, &f->ring, NULL), 0);
    f->ring.end += N;
    f->ring.n_lumas = f->ring.n_frames = 2;
    assert_int_equal(find(f), 0);
    assert_non_null(f->caption.poses);
    assert_true(f->caption.poses[0].size < 0.85f);
    f->ring.n_lumas = f->ring.n_frames = N;
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
