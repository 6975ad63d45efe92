/* SPDX-License-Identifier: Apache-2.0 */
/* Lines that go askew, are thrown back, swing: where they are in each frame, and what has no path. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "detect/track/path.h"
#include "detect/track/probe.h"
#include "grey.h"

enum { W = 240, H = 160, N = 44, FROM = 20, LINE_W = 60, LINE_H = 12 };

/* Letters: bars of uneven distance. */
static bool is_stroke(int x, int y)
{
    static const char *const pattern = "110001100110000011000011010000110000001100110000011000001100";
    return x >= 0 && x < LINE_W && y >= 0 && y < LINE_H && pattern[x] == '1' && (y != 6 || x % 7 > 2) &&
           y != x % 11;
}

/* Blocks of 3 x 3 of changing grey. */
static int texture(int x, int y)
{
    const unsigned h = (unsigned)((x + 3000) / 3 * 7919 + (y + 3000) / 3 * 104729);
    return 60 + (int)((h ^ h >> 7) * 2654435761u >> 26);
}

struct point {
    int x, y;
};

static struct point stand(int frame)
{
    (void)frame;
    return (struct point){90, 60};
}

static struct point askew(int frame)
{
    return (struct point){20 + 3 * frame, 100 - 2 * frame};
}

/* Back and forth between 0 and room. */
static int fold(int v, int room)
{
    v %= 2 * room;
    return v < room ? v : 2 * room - v;
}

static struct point bounce(int frame)
{
    return (struct point){fold(100 + 5 * frame, W - LINE_W), fold(20 + 4 * frame, H - LINE_H)};
}

static struct point swing(int frame)
{
    return (struct point){90, 70 + (int)lrint(50 * sin(frame / 6.0))};
}

static struct point shake(int frame)
{
    return (struct point){90 + frame * 7 % 5 * 3, 60 + frame * 5 % 7 * 2};
}

static struct point leave(int frame) /* out at the right */
{
    return (struct point){20 + 6 * frame, 30 + 2 * frame};
}

static void film(struct uncap_ring *ring, struct point (*at)(int), int end)
{
    struct uncap_error err = {0};
    const struct uncap_format deep = {.n_planes = 1, .depth = 10}; /* has lumas of its own to draw in */
    assert_int_equal(uncap_ring_open(ring, W, H, deep, N, N, grey_keeper(), &err), 0);
    ring->end = N;
    for (int f = 0; f < N; f++)
        for (int i = 0; i < W * H; i++) {
            const int x = i % W - at(f).x, y = i / W - at(f).y;
            ring->lumas[f].data[i] = (uint8_t)(f < end && is_stroke(x, y) ? 235 : texture(i % W, i / W));
        }
}

struct film {
    struct uncap_ring ring;
    struct uncap_template t;
    struct uncap_template_scratch scratch;
    struct uncap_path path;
};

static void open_film(struct film *f, struct point (*at)(int), int end)
{
    struct uncap_error err = {0};
    *f = (struct film){.path = {.n = 0}};
    film(&f->ring, at, end);
    const struct uncap_luma *luma = uncap_ring_luma(&f->ring, FROM);
    const struct point p = at(FROM);
    const struct uncap_rect line = {p.x, p.y, p.x + LINE_W, p.y + LINE_H};
    assert_int_equal(uncap_template_learn(&f->t, &luma, 1, line, &err), 0);
    assert_int_equal(uncap_path_find(&f->t, &f->ring, FROM, &f->scratch, &f->path, &err), 0);
}

static void close_film(struct film *f)
{
    uncap_path_clear(&f->path);
    uncap_template_scratch_clear(&f->scratch);
    uncap_template_clear(&f->t);
    uncap_ring_close(&f->ring);
}

static void follows_any_way(void **state)
{
    (void)state;
    static const struct {
        const char *what;
        struct point (*at)(int);
        bool is_path;
    } cases[] = {{"standing", stand, false},
                 {"askew", askew, true},
                 {"thrown back", bounce, true},
                 {"swinging", swing, true},
                 {"shaken", shake, false}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct film f;
        struct uncap_error err = {0};
        struct uncap_match m;
        float share;
        open_film(&f, cases[i].at, N);
        if ((f.path.n > 0) != cases[i].is_path)
            fail_msg("%s: %zu places", cases[i].what, f.path.n);
        while (f.path.n && f.path.first > 0)
            assert_int_equal(
                uncap_path_step(&f.path, &f.t, &f.ring, f.path.first - 1, &f.scratch, &m, &share, &err), 0);
        while (f.path.n && f.path.n < N)
            assert_int_equal(
                uncap_path_step(&f.path, &f.t, &f.ring, (int64_t)f.path.n, &f.scratch, &m, &share, &err), 0);
        for (int k = 0; k < N && f.path.n; k++) {
            const struct uncap_place p = uncap_path_at(&f.path, k);
            const struct point is = cases[i].at(k), from = cases[i].at(FROM);
            if (fabsf(p.x - (float)(is.x - from.x)) > 0.5f || fabsf(p.y - (float)(is.y - from.y)) > 0.5f)
                fail_msg("%s: frame %d is at %.1f, %.1f", cases[i].what, k, p.x, p.y);
        }
        close_film(&f);
    }
}

static void tells_when_it_is_gone(void **state)
{
    (void)state;
    struct film f;
    struct uncap_error err = {0};
    struct uncap_match m;
    float share;
    open_film(&f, askew, 34);
    assert_true(f.path.n > 0);
    for (int64_t k = f.path.first + (int64_t)f.path.n; k < N; k++) {
        assert_int_equal(uncap_path_step(&f.path, &f.t, &f.ring, k, &f.scratch, &m, &share, &err), 0);
        assert_true(k < 34 ? m.likeness > 0.8f : m.likeness < 0.5f);
    }
    /* Where it was not found, it went straight on. */
    assert_true(fabsf(uncap_path_at(&f.path, 40).x - 3 * (40 - FROM)) < 2);
    assert_true(fabsf(uncap_path_at(&f.path, 99).x - uncap_path_at(&f.path, N - 1).x) < 0.01f);
    close_film(&f);
    open_film(&f, leave, N);
    assert_true(f.path.n > 0);
    for (int64_t k = f.path.first + (int64_t)f.path.n; k < N; k++) {
        assert_int_equal(uncap_path_step(&f.path, &f.t, &f.ring, k, &f.scratch, &m, &share, &err), 0);
        const float seen = fminf(fmaxf((float)(W - leave((int)k).x) / LINE_W, 0), 1);
        assert_true(fabsf(share - seen) < 0.05f);
    }
    close_film(&f);
}

static void a_probe_finds_strokes_far_away(void **state)
{
    (void)state;
    struct film f;
    struct uncap_probe probe;
    int x, y;
    open_film(&f, askew, N);
    uncap_probe_learn(&f.t, &probe);
    assert_int_equal(probe.n, UNCAP_PROBE_POINTS);
    assert_true(uncap_probe_find(&probe, uncap_ring_luma(&f.ring, FROM + 5), 1, 2, 16, 16, &x, &y) > 0.9f);
    assert_int_equal(x, 15);
    assert_int_equal(y, -10);
    assert_true(uncap_probe_find(&probe, uncap_ring_luma(&f.ring, FROM), 1000, 0, 2, 2, &x, &y) < 0);
    close_film(&f);
}

static void places_join_at_both_ends(void **state)
{
    (void)state;
    struct uncap_path path = {.n = 0};
    struct uncap_error err = {0};
    assert_true(uncap_path_at(&path, 5).x == 0);
    for (int k = 0; k < 5; k++) {
        assert_int_equal(uncap_path_set(&path, 10 + k, (struct uncap_place){(float)k, 0}, &err), 0);
        assert_int_equal(uncap_path_set(&path, 10 - k, (struct uncap_place){(float)-k, 0}, &err), 0);
    }
    assert_int_equal(path.first, 6);
    assert_int_equal(path.n, 9);
    for (int k = 6; k < 15; k++)
        assert_true(uncap_path_at(&path, k).x == (float)(k - 10));
    assert_true(uncap_path_at(&path, 0).x == -4 && uncap_path_at(&path, 20).x == 4);
    uncap_path_clear(&path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(follows_any_way),
        cmocka_unit_test(tells_when_it_is_gone),
        cmocka_unit_test(a_probe_finds_strokes_far_away),
        cmocka_unit_test(places_join_at_both_ends),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
