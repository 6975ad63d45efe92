/* SPDX-License-Identifier: Apache-2.0 */
/* Lines on a straight way over a picture that stands, or moves with them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/track/motion.h"
#include "grey.h"

enum { W = 240, H = 120, N = 40, FROM = 20, LINE_W = 60, LINE_H = 12 };

/* Letters: bars of uneven distance. */
static bool is_stroke(int x, int y)
{
    static const char *const pattern = "110001100110000011000011010000110000001100110000011000001100";
    return x >= 0 && x < LINE_W && y >= 0 && y < LINE_H && pattern[x] == '1' && (y != 6 || x % 7 > 2);
}

/* Blocks of 3 x 3 of changing grey. */
static int texture(int x, int y)
{
    const unsigned h = (unsigned)((x + 3000) / 3 * 7919 + (y + 3000) / 3 * 104729);
    return 60 + (int)((h ^ h >> 7) * 2654435761u >> 26);
}

/* How the line, at (90, 50) in frame FROM, and the picture behind it move: tenths of a pixel a frame. */
struct scene {
    int vx10, vy10, back_x10, back_y10;
    int jump;     /* pixels to the right in frames after FROM, and back before */
    int vanishes; /* frame, 0: never */
};

static int tenth(int v10, int n)
{
    const int v = v10 * n;
    return (v >= 0 ? v + 5 : v - 5) / 10;
}

static struct uncap_rect line_at(const struct scene *s, int frame)
{
    const int n = frame - FROM;
    const int x = 90 + tenth(s->vx10, n) + s->jump * (n > 0) - s->jump * (n < 0), y = 50 + tenth(s->vy10, n);
    return (struct uncap_rect){x, y, x + LINE_W, y + LINE_H};
}

static void film(struct uncap_ring *ring, const struct scene *s)
{
    struct uncap_error err = {0};
    const struct uncap_format deep = {.n_planes = 1, .depth = 10}; /* has lumas of its own to draw in */
    assert_int_equal(uncap_ring_open(ring, W, H, deep, N, N, grey_keeper(), &err), 0);
    assert_int_equal(ring->factor, 1);
    ring->end = N;
    for (int f = 0; f < N; f++) {
        const struct uncap_rect line = line_at(s, f);
        const int bx = tenth(s->back_x10, f - FROM), by = tenth(s->back_y10, f - FROM);
        const bool is_there = !s->vanishes || f < s->vanishes;
        for (int i = 0; i < W * H; i++) {
            const int x = i % W, y = i / W;
            ring->lumas[f].data[i] =
                (uint8_t)(is_there && is_stroke(x - line.x0, y - line.y0) ? 235 : texture(x - bx, y - by));
        }
    }
}

static const struct {
    const char *what;
    struct scene scene;
    bool is_moving, is_shared;
} cases[] = {
    {"ticker", {.vx10 = -50}, true, false},
    {"slow ticker", {.vx10 = -7}, true, false},
    {"credits", {.vy10 = -20}, true, false},
    {"credits over a pan", {.vy10 = -20, .back_x10 = 30}, true, false},
    {"standing", {.vx10 = 0}, false, false},
    {"askew", {.vx10 = 20, .vy10 = 20}, false, false},
    {"sign under a pan", {.vx10 = 30, .back_x10 = 30}, true, true},
    {"sign under a tilt", {.vy10 = -20, .back_y10 = -20}, true, true},
    {"too fast", {.vx10 = 250}, false, false},
    {"jumping", {.vx10 = 10, .jump = 9}, false, false},
};

static void test_finds_and_judges(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        struct uncap_ring ring;
        struct uncap_template t = {.pattern = NULL};
        struct uncap_template_scratch scratch = {.row = NULL};
        struct uncap_motion m;
        struct uncap_error err = {0};
        bool is_shared = false;
        film(&ring, &cases[i].scene);
        const struct uncap_luma *luma = uncap_ring_luma(&ring, FROM);
        const struct uncap_rect line = line_at(&cases[i].scene, FROM);
        assert_int_equal(uncap_template_learn(&t, &luma, 1, line, &err), 0);
        assert_int_equal(uncap_motion_find(&t, &ring, FROM, &scratch, &m, &err), 0);
        if (m.is_moving != cases[i].is_moving)
            fail_msg("%s: moving %d", cases[i].what, m.is_moving);
        if (m.is_moving) {
            int dx, dy;
            uncap_motion_at(&m, -10, &dx, &dy);
            assert_in_range(dx - tenth(cases[i].scene.vx10, -10) + 1, 0, 2);
            assert_in_range(dy - tenth(cases[i].scene.vy10, -10) + 1, 0, 2);
            struct uncap_shifts shifts;
            for (int k = 0; k < 2; k++)
                uncap_motion_at(&m, (2 * k - 1) * UNCAP_MOTION_REACH, &shifts.dx[k], &shifts.dy[k]);
            assert_int_equal(
                uncap_motion_is_shared(line, &line, 1, &ring, FROM, &shifts, &scratch, &is_shared, &err), 0);
        }
        if (is_shared != cases[i].is_shared)
            fail_msg("%s: shared %d", cases[i].what, is_shared);
        uncap_template_scratch_clear(&scratch);
        uncap_template_clear(&t);
        uncap_ring_close(&ring);
    }
}

/* Along its way: where it is, where it has gone, and where it has left the picture; the speed grows exact. */
static void test_matches_on_its_way(void **state)
{
    (void)state;
    const struct scene scene = {.vx10 = -73, .vanishes = 38};
    struct uncap_ring ring;
    struct uncap_template t = {.pattern = NULL};
    struct uncap_template_scratch scratch = {.row = NULL};
    struct uncap_motion m;
    struct uncap_match match;
    struct uncap_error err = {0};
    float share;
    film(&ring, &scene);
    const struct uncap_luma *luma = uncap_ring_luma(&ring, FROM);
    assert_int_equal(uncap_template_learn(&t, &luma, 1, line_at(&scene, FROM), &err), 0);
    assert_int_equal(uncap_motion_find(&t, &ring, FROM, &scratch, &m, &err), 0);
    assert_true(m.is_moving);
    for (int f = FROM; f < N; f++) {
        assert_int_equal(uncap_motion_match(&t, &ring, FROM, f, &m, &scratch, &match, &share, &err), 0);
        const int in_picture = line_at(&scene, f).x1;
        if (in_picture >= LINE_W && f < scene.vanishes)
            assert_true(match.likeness > 0.9f && share > 0.99f);
        if (f == 30) /* x is 17 */
            assert_true(share > 0.99f);
        if (f == 36) /* x is -27: half of it is out */
            assert_true(share > 0.5f && share < 0.6f);
    }
    for (int f = FROM; f >= 2; f--)
        assert_int_equal(uncap_motion_match(&t, &ring, FROM, f, &m, &scratch, &match, &share, &err), 0);
    assert_true(m.vx > -7.4f && m.vx < -7.2f);
    assert_true(m.reach >= 16);
    uncap_template_scratch_clear(&scratch);
    uncap_template_clear(&t);
    uncap_ring_close(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_finds_and_judges),
        cmocka_unit_test(test_matches_on_its_way),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
