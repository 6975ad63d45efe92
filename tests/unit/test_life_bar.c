/* SPDX-License-Identifier: Apache-2.0 */
/* A caption that grows keeps its poses when its bar, or a change of its text, gives it other frames; a bar is
 * one as long as it stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/life/life.h"
#include "detect/ocr/hull.h"

enum { FIRST = 20, END = 60, GROWING = 3 };

static const struct uncap_rect bar = {0, 100, 320, 140};

/* A caption that grows to its size in GROWING frames. */
static struct uncap_caption growing(void)
{
    struct uncap_caption c = {.id = 1, .first = FIRST, .end = END, .n_growing = GROWING, .n_panels = 1};
    c.quad = uncap_quad_of_rect((struct uncap_rect){100, 110, 200, 130});
    c.poses = uncap_alloc(GROWING, sizeof(*c.poses));
    c.panels = uncap_alloc(1, sizeof(*c.panels));
    assert_non_null(c.poses);
    assert_non_null(c.panels);
    for (int i = 0; i < GROWING; i++)
        c.poses[i] = (struct uncap_pose){0.5F + 0.1F * (float)i, 0, 0};
    c.panels[0] = (struct uncap_panel){FIRST, END, bar};
    return c;
}

static void it_stands_small_while_its_bar_stands_alone(void **state)
{
    (void)state;
    struct uncap_caption c = growing();
    struct uncap_track t = {.bar = {.rect = bar, .first = FIRST - 4, .end = END + 2}};
    struct uncap_error err = {0};
    assert_int_equal(uncap_life_stretch(&t, &c, &c, &err), UNCAP_OK);
    assert_int_equal(c.first, FIRST - 4);
    assert_int_equal(c.end, END + 2);
    assert_int_equal(c.n_growing, GROWING + 4);
    for (int i = 0; i < c.n_growing; i++)
        assert_float_equal(c.poses[i].size, 0.5F + 0.1F * (float)(i > 4 ? i - 4 : 0), 1e-6F);
    assert_int_equal(c.opacity[3], 0);
    assert_int_equal(c.opacity[4], 255);
    assert_int_equal(c.opacity[END + 1 - c.first], 0);
    uncap_caption_clear(&c);
}

static void a_part_grows_no_longer_than_it_lasts(void **state)
{
    (void)state;
    struct uncap_caption c = growing(), *rest;
    struct uncap_track_swap swap = {.first = FIRST + 2, .rect = {150, 110, 200, 130}};
    struct uncap_track t = {.swaps = &swap, .n_swaps = 1, .hull = c.quad};
    struct uncap_error err = {0};
    int n_rest;
    assert_int_equal(uncap_life_cut(&t, &c, &rest, &n_rest, &err), UNCAP_OK);
    assert_int_equal(n_rest, 1);
    assert_int_equal(c.end, FIRST + 2);
    assert_in_range(c.n_growing, 0, 2);
    assert_int_equal(rest[0].n_growing, 0);
    uncap_caption_clear(&rest[0]);
    uncap_free(rest);
    uncap_caption_clear(&c);
}

/* All there is to see is the scene, one level, before a line that seemed to have a see-through bar. */
static void a_bar_that_is_gone_before_its_line_is_none(void **state)
{
    (void)state;
    enum { W = 320, H = 180, N = 8 };
    static uint8_t scene[W * H];
    memset(scene, 120, sizeof(scene));
    const struct uncap_picture picture = {
        .data = {scene}, .stride = {W}, .w = W, .h = H, .format = {.n_planes = 1, .depth = 8}};
    struct uncap_ring_slot slots[N];
    for (int i = 0; i < N; i++)
        slots[i] = (struct uncap_ring_slot){.picture = picture, .frame = i};
    const struct uncap_ring ring = {.slots = slots, .n_frames = N, .n_lumas = N, .factor = 1, .end = N};
    const struct uncap_surroundings around = {.w = W, .h = H, .n_frames = N};
    const struct uncap_caption c = {.id = 1, .first = 0, .end = N - 2};
    struct uncap_track t = {.id = 1,
                            .bar = {.rect = bar, .colour = {0}, .through = 0.5F, .first = 0, .end = N}};
    t.hull = uncap_quad_of_rect((struct uncap_rect){100, 110, 200, 130});
    uncap_life_bar(&t, &ring, &around, &c);
    assert_true(uncap_rect_empty(t.bar.rect));
    for (int y = bar.y0; y < bar.y1; y++)
        memset(scene + (ptrdiff_t)y * W, 60, W);
    t.bar = (struct uncap_bar){.rect = bar, .colour = {0}, .through = 0.5F, .first = 0, .end = N};
    uncap_life_bar(&t, &ring, &around, &c);
    assert_true(uncap_rect_holds(t.bar.rect, bar));
}

/* End of the panel that becomes of a box behind a part of the line, which stands in the first crops alone. */
static int64_t end_of_box(struct uncap_rect line, int n_standing)
{
    enum { W = 320, H = 180, N = 4, STRIDE = 10 };
    static uint8_t scenes[2][W * H];
    const struct uncap_rect box = {100, 100, 160, 140};
    for (int i = 0; i < W * H; i++) {
        const int x = i % W, y = i / W;
        const bool is_box = x >= box.x0 && x < box.x1 && y >= box.y0 && y < box.y1;
        scenes[0][i] = 60;
        scenes[1][i] = is_box ? 200 : 60;
    }
    struct uncap_caption c = {.id = 1, .first = FIRST, .end = END, .quad = uncap_quad_of_rect(line)};
    struct uncap_track t = {.id = 1, .bar = {.rect = box, .colour = {200}, .first = FIRST, .end = END}};
    t.evidence = (struct uncap_evidence){.rect = {0, 0, W, H}, .n_life = N};
    for (int i = 0; i < N; i++)
        t.evidence.life[i] = (struct uncap_crop){.frame = FIRST + STRIDE * i,
                                                 .picture = {.data = {scenes[i < n_standing]},
                                                             .stride = {W},
                                                             .w = W,
                                                             .h = H,
                                                             .format = {.n_planes = 1, .depth = 8}}};
    assert_int_equal(uncap_life_add_bar(&t, &c, NULL), UNCAP_OK);
    assert_int_equal(c.n_panels, 1);
    assert_int_equal(c.panels[0].first, FIRST);
    const int64_t end = c.panels[0].end;
    uncap_caption_clear(&c);
    return end;
}

static void a_box_behind_one_word_goes_with_the_word(void **state)
{
    (void)state;
    const struct uncap_rect line = {105, 110, 260, 130}, word = {105, 110, 155, 130};
    assert_int_equal(end_of_box(line, 2), FIRST + 20);
    assert_int_equal(end_of_box(line, 4), END);
    assert_int_equal(end_of_box(word, 2), END); /* of all of its line it is the line's */
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(it_stands_small_while_its_bar_stands_alone),
                                       cmocka_unit_test(a_part_grows_no_longer_than_it_lasts),
                                       cmocka_unit_test(a_bar_that_is_gone_before_its_line_is_none),
                                       cmocka_unit_test(a_box_behind_one_word_goes_with_the_word)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
