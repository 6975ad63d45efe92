/* SPDX-License-Identifier: Apache-2.0 */
/* Text that comes beside a logo is no more of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/chunk.h"
#include "detect/ocr/hull.h"
#include "grey.h"

enum { W = 320, H = 64, N = 24, CAME = 8, MET = 11 };

static const struct uncap_rect logo = {20, 20, 90, 44}, text = {104, 22, 280, 46}, before = {2, 20, 18, 44};

/* tracks, looks: one of each, of the logo and of what is seen in frame MET. */
struct scene {
    struct uncap_detector d;
    struct uncap_captions captions;
    struct uncap_track logo, *tracks[1];
    struct uncap_look look;
    uint8_t data[N][W * H];
};

/* Letters of bars in frames [first, N). */
static void write_letters(struct scene *s, int first, struct uncap_rect r)
{
    for (int i = first; i < N; i++)
        for (int y = r.y0 + 2; y < r.y1 - 2; y++)
            for (int x = r.x0 + 2; x < r.x1 - 2; x++)
                if ((x - r.x0) % 10 < 4 || (y == 32 && x % 20 < 10))
                    s->data[i][y * W + x] = 235;
}

static struct uncap_box box_of(struct uncap_rect r)
{
    return (struct uncap_box){.quad = uncap_quad_of_rect(r), .score = 0.9f};
}

/* The logo from the first frame on; letters after it from frame `came` on, before it from `before_came` on; a
 * look at MET has these boxes. */
static void open_scene(struct scene *s, int came, int before_came, const struct uncap_rect *seen, size_t n)
{
    const struct uncap_format grey = {.n_planes = 1, .depth = 8};
    memset(s, 0, sizeof(*s));
    memset(s->data, 90, sizeof(s->data));
    write_letters(s, 0, logo);
    write_letters(s, before_came, before);
    write_letters(s, came, text);
    s->d.video = (struct uncap_detector_video){.w = W, .h = H, .format = grey, .frames_per_second = 25};
    s->d.captions = &s->captions;
    assert_int_equal(uncap_ring_open(&s->d.ring, W, H, grey, N, N, grey_keeper(), NULL), UNCAP_OK);
    for (int i = 0; i < N; i++) {
        const struct uncap_picture picture = grey_picture(s->data[i], W, H);
        assert_int_equal(uncap_ring_push(&s->d.ring, &picture, s->data[i], NULL), UNCAP_OK);
        uncap_ring_reduce(&s->d.ring, i);
    }
    const struct uncap_box first = box_of(logo);
    assert_int_equal(uncap_track_start(&s->logo, &first, 2, &s->d.ring, W, H, NULL), UNCAP_OK);
    s->tracks[0] = &s->logo;
    s->d.tracks = s->tracks;
    s->d.n_tracks = 1;
    s->look.frame = MET;
    assert_true(
        uncap_grow((void **)&s->look.boxes.items, &s->look.boxes.capacity, n, sizeof(struct uncap_box)));
    for (size_t i = 0; i < n; i++)
        s->look.boxes.items[s->look.boxes.n++] = box_of(seen[i]);
}

static void close_scene(struct scene *s)
{
    uncap_free(s->look.boxes.items);
    uncap_track_clear(&s->logo);
    uncap_ring_close(&s->d.ring);
}

static void text_that_came_beside_a_logo_is_left(void **state)
{
    (void)state;
    static struct scene s;
    const struct {
        const char *name;
        struct uncap_rect seen[2];
        size_t n;
    } cases[] = {
        {"one box", {{20, 20, 280, 46}}, 1},
        {"two that would be joined", {{20, 20, 92, 44}, {100, 22, 280, 46}}, 2},
        {"more of the logo, too", {{2, 20, 280, 46}}, 1},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        open_scene(&s, CAME, 0, cases[i].seen, cases[i].n);
        assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
        if (s.look.boxes.n != 1)
            fail_msg("%s: %zu boxes", cases[i].name, s.look.boxes.n);
        const struct uncap_rect left = uncap_quad_bounds(&s.look.boxes.items[0].quad);
        assert_in_range(left.x0, 86, 104);
        assert_in_range(left.x1, 279, 281);
        assert_int_equal(s.logo.n_observations, 2);
        assert_in_range(uncap_quad_bounds(&s.logo.hull).x1, 89, 93);
        assert_in_range(uncap_quad_bounds(&s.logo.hull).x0, cases[i].seen[0].x0, cases[i].seen[0].x0 + 2);
        close_scene(&s);
    }
}

/* Of a line that came while it was looked on, words come one by one; a box that goes on to both sides is of
 * another row; a look that sees the logo alone tells nothing new. */
static void other_boxes_are_as_they_were(void **state)
{
    (void)state;
    static struct scene s;
    static const struct uncap_rect whole = {20, 20, 280, 46}, both = {0, 20, 280, 46};
    open_scene(&s, CAME, 0, &whole, 1);
    s.logo.first = 1;
    assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
    assert_int_equal(uncap_quad_bounds(&s.look.boxes.items[0].quad).x0, 20);
    s.captions.shots = (int64_t[]){0, 5}; /* it stands through a cut */
    s.captions.n_shots = 2;
    assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
    assert_in_range(uncap_quad_bounds(&s.look.boxes.items[0].quad).x0, 86, 92);
    close_scene(&s);
    open_scene(&s, CAME, CAME, &both, 1);
    assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
    assert_int_equal(uncap_quad_bounds(&s.look.boxes.items[0].quad).x0, 0);
    close_scene(&s);
    open_scene(&s, CAME, 0, &logo, 1);
    assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
    assert_int_equal(s.look.boxes.n, 1);
    close_scene(&s);
}

/* Of a line that may be written on, a word is more of it; what passes by is not, unless it is one box with
 * it. */
static void what_passes_beside_a_line_is_left(void **state)
{
    (void)state;
    static struct scene s;
    static const struct uncap_rect seen[] = {{20, 20, 92, 44}, {100, 22, 280, 46}};
    for (int passes = 0; passes < 2; passes++) {
        open_scene(&s, passes ? N : CAME, 0, seen, 2);
        s.logo.first = 1;
        for (int i = 0; i < N && passes; i++)
            for (int k = text.y0 * W; k < text.y1 * W; k++)
                if (k % W >= text.x0 && (k % W + 11 * i) % 37 < 15)
                    s.data[i][k] = (uint8_t)(40 + 61 * ((i + k / W) % 4));
        for (int i = 0; i < N; i++)
            uncap_ring_reduce(&s.d.ring, i);
        assert_int_equal(uncap_chunk_part(&s.d, &s.look, NULL), UNCAP_OK);
        assert_int_equal(s.look.boxes.n, passes ? 1 : 2);
        assert_int_equal(s.logo.n_observations, passes ? 2 : 1);
        close_scene(&s);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(text_that_came_beside_a_logo_is_left),
        cmocka_unit_test(other_boxes_are_as_they_were),
        cmocka_unit_test(what_passes_beside_a_line_is_left),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
