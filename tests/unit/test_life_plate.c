/* SPDX-License-Identifier: Apache-2.0 */
/* A box that stands in full while its text fades, or fades with it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/life/life.h"
#include "grey.h"

enum { W = 120, H = 60, FIRST = 10, END = 30, N_FADE = 4, FRAMES = 40 };

static const struct uncap_rect plate = {20, 15, 100, 45};

/* A sloped scene, a dark plate of some opacity before it. */
static void paint(uint8_t px[H][W], int frame, int opacity)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int scene = 110 + x / 4 + (frame + x + y) % 3;
            px[y][x] = (uint8_t)(uncap_rect_has(plate, x, y) ? scene + (30 - scene) * opacity / 255 : scene);
        }
}

/* Of the text. */
static int opacity_in(int frame)
{
    const int in = frame - FIRST + 1, out = END - frame, least = in < out ? in : out;
    return least <= 0 ? 0 : least > N_FADE ? 255 : 255 * least / (N_FADE + 1);
}

struct film {
    uint8_t px[FRAMES][H][W];
    struct uncap_track t;
    struct uncap_caption c;
};

/* One frame is right before the life and has no crop. plate_in: opacity of the plate in a frame */
static void set_up(struct film *f, int (*plate_in)(int frame))
{
    memset(f, 0, sizeof(*f));
    for (int i = 0; i < FRAMES; i++)
        paint(f->px[i], i, plate_in(i));
    struct uncap_evidence *e = &f->t.evidence;
    e->rect = (struct uncap_rect){0, 0, W, H};
    for (int i = FIRST; i < END; i++)
        e->life[e->n_life++] = (struct uncap_crop){i, grey_picture(&f->px[i][0][0], W, H)};
    for (int k = 0; k < UNCAP_EVIDENCE_CLEAN; k++) {
        const int before = FIRST - 2 - k, after = END + k;
        e->before[e->n_before++] = (struct uncap_crop){before, grey_picture(&f->px[before][0][0], W, H)};
        e->after[e->n_after++] = (struct uncap_crop){after, grey_picture(&f->px[after][0][0], W, H)};
    }
    f->c = (struct uncap_caption){.id = 1, .first = FIRST, .end = END};
    f->c.opacity = uncap_alloc(END - FIRST, 1);
    assert_non_null(f->c.opacity);
    for (int i = FIRST; i < END; i++)
        f->c.opacity[i - FIRST] = (uint8_t)opacity_in(i);
}

static int stands(int frame)
{
    return frame >= FIRST - 1 && frame <= END ? 255 : 0;
}

static void a_plate_that_stands_while_its_text_fades_is_all_there(void **state)
{
    (void)state;
    static struct film f;
    const struct uncap_surroundings around = {.w = W, .h = H, .n_frames = FRAMES};
    set_up(&f, stands);
    uncap_life_steady_plate(&f.t, &around, plate, &f.c);
    assert_null(f.c.opacity);
    assert_int_equal(f.c.first, FIRST - 1); /* where the fade's line begins */
    assert_int_equal(f.c.end, END + 1);
    uncap_caption_clear(&f.c);
}

static void a_plate_that_fades_with_its_text_does(void **state)
{
    (void)state;
    static struct film f;
    const struct uncap_surroundings around = {.w = W, .h = H, .n_frames = FRAMES};
    set_up(&f, opacity_in);
    uncap_life_steady_plate(&f.t, &around, plate, &f.c);
    assert_non_null(f.c.opacity);
    assert_int_equal(f.c.first, FIRST);
    assert_int_equal(f.c.end, END);
    uncap_caption_clear(&f.c);
}

static void the_video_begins_with_its_first_frame(void **state)
{
    (void)state;
    static struct film f;
    const struct uncap_surroundings around = {.w = W, .h = H, .n_frames = FRAMES};
    set_up(&f, stands);
    struct uncap_evidence *e = &f.t.evidence;
    e->n_before = 0;
    for (int i = 0; i < e->n_life; i++)
        e->life[i].frame -= FIRST;
    for (int i = 0; i < e->n_after; i++)
        e->after[i].frame -= FIRST;
    f.c.first = 0;
    f.c.end = END - FIRST;
    uncap_life_steady_plate(&f.t, &around, plate, &f.c);
    assert_null(f.c.opacity);
    assert_int_equal(f.c.first, 0);
    uncap_caption_clear(&f.c);
}

static void a_shot_begins_with_its_first_frame(void **state)
{
    (void)state;
    static struct film f;
    static const int64_t shots[] = {0, FIRST};
    const struct uncap_surroundings around = {
        .w = W, .h = H, .n_frames = FRAMES, .shots = shots, .n_shots = 2};
    set_up(&f, stands);
    uncap_life_steady_plate(&f.t, &around, plate, &f.c);
    assert_null(f.c.opacity);
    assert_int_equal(f.c.first, FIRST);
    uncap_caption_clear(&f.c);
}

/* The next text stands on a plate like it at once; the other line of this one does not count. */
static void frames_of_the_next_text_are_not_its_own(void **state)
{
    (void)state;
    static struct film f;
    const struct uncap_life lives[] = {{.id = 2, .first = END, .end = END + 9, .rect = plate},
                                       {.id = 3, .first = FIRST - 1, .end = END, .rect = plate}};
    const struct uncap_surroundings around = {
        .w = W, .h = H, .n_frames = FRAMES, .lives = lives, .n_lives = 2};
    set_up(&f, stands);
    uncap_life_steady_plate(&f.t, &around, plate, &f.c);
    assert_null(f.c.opacity);
    assert_int_equal(f.c.first, FIRST - 1);
    assert_int_equal(f.c.end, END);
    uncap_caption_clear(&f.c);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_plate_that_stands_while_its_text_fades_is_all_there),
        cmocka_unit_test(a_plate_that_fades_with_its_text_does),
        cmocka_unit_test(the_video_begins_with_its_first_frame),
        cmocka_unit_test(a_shot_begins_with_its_first_frame),
        cmocka_unit_test(frames_of_the_next_text_are_not_its_own)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
