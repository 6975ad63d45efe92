/* SPDX-License-Identifier: Apache-2.0 */
/* A line longer than the picture is wide passes by: its pieces hold all of it, between its words, each
 * with its life. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/ocr/hull.h"
#include "detect/track/track_pieces.h"
#include "grey.h"

/* Words of 15 px with gaps of 5; the line's head comes in at frame 0, its tail leaves at the end. */
enum {
    W = 240,
    H = 40,
    SPEED = 6,
    LENGTH = 600,
    WORD = 15,
    PITCH = 20,
    TOP = 12,
    BOTTOM = 28,
    N = (W + LENGTH) / SPEED
};

/* Where the line's head is; is_left: it moves to the left. */
static int head_at(int frame, bool is_left)
{
    return is_left ? W - SPEED * frame : SPEED * frame;
}

/* Position in the line from its head on of a column. */
static int place_in_line(int x, int frame, bool is_left)
{
    return is_left ? x - head_at(frame, true) : head_at(frame, false) - 1 - x;
}

static void film(struct uncap_ring *ring, uint8_t *frames, bool is_left)
{
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    assert_int_equal(uncap_ring_open(ring, W, H, grey, N, N, grey_keeper(), NULL), 0);
    for (int f = 0; f < N; f++) {
        uint8_t *px = frames + (size_t)f * W * H;
        const struct uncap_picture picture = grey_picture(px, W, H);
        for (int i = 0; i < W * H; i++) {
            const int place = place_in_line(i % W, f, is_left), y = i / W;
            const bool is_word =
                place >= 0 && place < LENGTH && place % PITCH < WORD && y >= TOP && y < BOTTOM;
            px[i] = is_word && y % 4 < 2 ? 235 : 90;
        }
        assert_int_equal(uncap_ring_push(ring, &picture, px, NULL), 0);
        uncap_ring_reduce(ring, f);
    }
}

/* The line as it is known when most of it has been seen, and was seen last at `seen`. */
static struct uncap_track long_line(bool is_left, int seen)
{
    const int head = head_at(N / 2, is_left), x0 = is_left ? head : head - LENGTH;
    struct uncap_track t = {.id = 1,
                            .hull = uncap_quad_of_rect((struct uncap_rect){x0, TOP, x0 + LENGTH, BOTTOM}),
                            .found = N / 2,
                            .gone = N,
                            .anchor = -1,
                            .motion = {.is_moving = true, .vx = is_left ? -SPEED : SPEED, .reach = 40}};
    const int at = head_at(seen, is_left), from = is_left ? at : at - LENGTH;
    const struct uncap_rect box = uncap_rect_intersect((struct uncap_rect){from, TOP, from + LENGTH, BOTTOM},
                                                       (struct uncap_rect){0, 0, W, H});
    assert_true(uncap_grow((void **)&t.observations, &t.capacity, 1, sizeof(*t.observations)));
    t.observations[t.n_observations++] =
        (struct uncap_observation){.frame = seen, .quad = uncap_quad_of_rect(box)};
    return t;
}

/* Marks what the piece holds of the line. */
static void mark(const struct uncap_track *piece, bool is_left, uint8_t *held)
{
    for (int x = piece->anchor_line.x0; x < piece->anchor_line.x1; x++) {
        const int place = place_in_line(x, (int)piece->anchor, is_left);
        if (place >= 0 && place < LENGTH)
            held[place] = 1;
    }
}

static void check(bool is_left)
{
    static uint8_t frames[(size_t)N * W * H];
    struct uncap_ring ring;
    film(&ring, frames, is_left);
    struct uncap_track t = long_line(is_left, N - 10), **pieces;
    uint8_t held[LENGTH] = {0};
    int n;
    for (int f = 0; f < N; f++)
        assert_int_equal(uncap_pieces_gather(&t, &ring, f, uncap_ring_picture(&ring, f), NULL), 0);
    assert_true(uncap_pieces_are_needed(&t));
    assert_int_equal(uncap_pieces_cut(&t, &ring, W, &pieces, &n, NULL), 0);
    assert_true(n >= LENGTH / (W / 3) && n < 3 * LENGTH / W * 2);
    for (int i = 0; i < n; i++) {
        const struct uncap_track *p = pieces[i];
        const int cut = place_in_line(p->anchor_line.x1, (int)p->anchor, is_left);
        mark(p, is_left, held);
        assert_true(p->evidence.n_life > 10);
        assert_true(p->first >= (i ? pieces[i - 1]->first : 0) && p->gone > p->first && p->gone <= N);
        assert_int_equal(p->whole.end, N);
        /* Between words, but at the line's ends. */
        assert_true(cut <= 0 || cut >= LENGTH - 1 || cut % PITCH >= WORD - 1 || cut % PITCH <= 1);
    }
    for (int i = 0; i < LENGTH - 1; i++)
        assert_int_equal(held[i], 1);
    for (int i = 0; i < n; i++) {
        uncap_track_clear(pieces[i]);
        uncap_free(pieces[i]);
    }
    uncap_free((void *)pieces);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

static void pieces_hold_all_of_a_line_to_the_left(void **state)
{
    (void)state;
    check(true);
}

static void pieces_hold_all_of_a_line_to_the_right(void **state)
{
    (void)state;
    check(false);
}

/* Last seen while the edge cut it, at the video's end: the rest reaches to the edge in the last frame. */
static void what_came_in_since_it_was_seen_is_held_too(void **state)
{
    (void)state;
    enum { END = N / 2, SEEN = END - 5 };
    static uint8_t frames[(size_t)N * W * H];
    struct uncap_ring ring;
    film(&ring, frames, true);
    struct uncap_track t = long_line(true, SEEN), **pieces;
    const int known = W - head_at(SEEN, true);
    t.hull = uncap_quad_of_rect(
        (struct uncap_rect){head_at(SEEN, true), TOP, head_at(SEEN, true) + known, BOTTOM});
    t.found = SEEN;
    t.gone = END;
    int n;
    for (int f = 0; f < END; f++)
        assert_int_equal(uncap_pieces_gather(&t, &ring, f, uncap_ring_picture(&ring, f), NULL), 0);
    assert_int_equal(uncap_pieces_cut(&t, &ring, W, &pieces, &n, NULL), 0);
    int rightmost = 0;
    for (int i = 0; i < n; i++) {
        const int x1 = pieces[i]->anchor_line.x1 - SPEED * (END - 1 - (int)pieces[i]->anchor);
        rightmost = x1 > rightmost ? x1 : rightmost;
        uncap_track_clear(pieces[i]);
        uncap_free(pieces[i]);
    }
    assert_int_equal(rightmost, W);
    uncap_free((void *)pieces);
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

static void short_and_upright_lines_have_none(void **state)
{
    (void)state;
    static uint8_t frames[(size_t)N * W * H];
    struct uncap_ring ring;
    film(&ring, frames, true);
    struct uncap_track t = long_line(true, N - 10);
    t.hull = uncap_quad_of_rect((struct uncap_rect){10, TOP, 10 + W / 2 - 2, BOTTOM});
    assert_int_equal(uncap_pieces_gather(&t, &ring, N / 2, uncap_ring_picture(&ring, N / 2), NULL), 0);
    assert_false(uncap_pieces_are_needed(&t));
    uncap_track_clear(&t);
    t = long_line(true, N - 10);
    t.motion.vx = 0;
    t.motion.vy = -SPEED;
    assert_int_equal(uncap_pieces_gather(&t, &ring, N / 2, uncap_ring_picture(&ring, N / 2), NULL), 0);
    assert_false(uncap_pieces_are_needed(&t));
    uncap_track_clear(&t);
    uncap_ring_close(&ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(pieces_hold_all_of_a_line_to_the_left),
        cmocka_unit_test(pieces_hold_all_of_a_line_to_the_right),
        cmocka_unit_test(what_came_in_since_it_was_seen_is_held_too),
        cmocka_unit_test(short_and_upright_lines_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
