/* SPDX-License-Identifier: Apache-2.0 */
/* Which candidates reach the colours of a hole, and what of its surroundings they are measured on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "inpaint/flow/fill/fuse.h"
#include "kernels/kernels.h"

enum { W = 32, H = 24, HOLE = 8, SIDE = 8, N = 3, SCENE = 100, BLUE = 90, RED = 160 };

static const struct uncap_format FORMAT = {3, 8, 1, 1};

/* Frame 0 has a hole; the local chain sees it in frame 1, which shows the same scene, the plate in frame
 * 2. */
struct stage {
    struct uncap_window window;
    struct flow_settings settings;
    struct flow_frame frames[N];
    struct flow_work work;
    struct flow_scratch scratch;
    struct flow_pointer *pointers[FLOW_CHAINS];
};

static void paint(struct uncap_picture *p, int luma, int chroma)
{
    for (int y = 0; y < H; y++)
        memset(p->data[0] + y * p->stride[0], luma, W);
    for (int plane = 1; plane < 3; plane++)
        for (int y = 0; y < H / 2; y++)
            memset(p->data[plane] + y * p->stride[plane], chroma, W / 2);
}

static void dig(struct flow_frame *f)
{
    assert_true(flow_mask_open(&f->hole, W, H) && flow_mask_open(&f->hole_c, W / 2, H / 2));
    for (int y = HOLE; y < HOLE + SIDE; y++)
        for (int x = HOLE; x < HOLE + SIDE; x++)
            flow_mask_add(&f->hole, x, y);
    flow_mask_count(&f->hole);
    flow_mask_reduce(&f->hole_c, &f->hole, 1, 1);
    f->variance = uncap_alloc((size_t)f->hole.n, sizeof(*f->variance));
    f->variance_c = uncap_alloc((size_t)f->hole_c.n, sizeof(*f->variance_c));
    assert_true(f->variance && f->variance_c);
    memset(f->variance, 0xff, (size_t)f->hole.n * sizeof(*f->variance)); /* the fill so far says nothing */
    memset(f->variance_c, 0xff, (size_t)f->hole_c.n * sizeof(*f->variance_c));
    f->is_covered = true;
}

static void set_up(struct stage *s, struct flow_settings settings)
{
    *s = (struct stage){.window = {.format = FORMAT, .n = N}, .settings = settings};
    for (int t = 0; t < N; t++)
        assert_true(uncap_picture_alloc(&s->frames[t].picture, FORMAT, W, H));
    paint(&s->frames[0].picture, SCENE, BLUE);
    paint(&s->frames[1].picture, SCENE, BLUE);
    paint(&s->frames[2].picture, SCENE, RED);
    dig(&s->frames[0]);
    s->work = (struct flow_work){.window = &s->window,
                                 .kernels = uncap_kernels_best(),
                                 .settings = &s->settings,
                                 .w = W,
                                 .h = H,
                                 .cw = W / 2,
                                 .ch = H / 2,
                                 .n = N,
                                 .frames = s->frames};
    assert_true(flow_scratch_open(&s->scratch, W, H, W / 2, H / 2));
    for (int c = 0; c < FLOW_CHAINS; c++) {
        s->pointers[c] = uncap_alloc((size_t)s->frames[0].hole.n, sizeof(**s->pointers));
        assert_true(s->pointers[c]);
        for (int k = 0; k < s->frames[0].hole.n; k++)
            s->pointers[c][k] =
                (struct flow_pointer){(float)(HOLE + k % SIDE), (float)(HOLE + k / SIDE), 0, 1 + c};
    }
}

static void take_down(struct stage *s)
{
    for (int t = 0; t < N; t++)
        uncap_picture_free(&s->frames[t].picture);
    for (int c = 0; c < FLOW_CHAINS; c++)
        uncap_free(s->pointers[c]);
    flow_mask_close(&s->frames[0].hole);
    flow_mask_close(&s->frames[0].hole_c);
    uncap_free(s->frames[0].variance);
    uncap_free(s->frames[0].variance_c);
    flow_scratch_close(&s->scratch);
}

static int at(const struct uncap_picture *p, int plane, int x, int y)
{
    return p->data[plane][y * p->stride[plane] + x];
}

/* Luma that differs a little from frame 0's: the source is less sure. */
static void spoil(struct uncap_picture *p)
{
    for (int y = HOLE - FLOW_RING; y < HOLE + SIDE + FLOW_RING; y++)
        for (int x = HOLE - FLOW_RING; x < HOLE + SIDE + FLOW_RING; x++)
            p->data[0][y * p->stride[0] + x] = (uint8_t)(SCENE + (x + y) % 2);
}

/* Chroma in the middle of the hole. The surer source shows BLUE there, the other one RED, and both BLUE
 * around it, so that no membrane makes up for the difference. */
static int chroma_of(struct flow_settings settings)
{
    static struct stage s;
    set_up(&s, settings);
    spoil(&s.frames[2].picture);
    for (int plane = 1; plane < 3; plane++)
        for (int y = 0; y < H / 2; y++)
            for (int x = 0; x < W / 2; x++)
                if (!flow_mask_has(&s.frames[0].hole_c, x, y))
                    s.frames[2].picture.data[plane][y * s.frames[2].picture.stride[plane] + x] = BLUE;
    flow_fuse(&s.work, 0, s.pointers, &s.scratch);
    const int middle = at(&s.frames[0].picture, 1, (HOLE + SIDE / 2) / 2, (HOLE + SIDE / 2) / 2);
    assert_int_equal(middle, at(&s.frames[0].picture, 2, (HOLE + SIDE / 2) / 2, (HOLE + SIDE / 2) / 2));
    take_down(&s);
    return middle;
}

static void chroma_is_of_the_surer_source_or_of_both(void **state)
{
    (void)state;
    assert_int_equal(chroma_of((struct flow_settings){.ring = 3, .chroma_once = 1}), BLUE);
    const int both = chroma_of((struct flow_settings){.ring = 3});
    assert_true(both > BLUE + 1 && both < RED);
    assert_true(flow_settings_of(UNCAP_PRESET_FAST).chroma_once > FLOW_MOST_REFILLS);
    assert_int_equal(flow_settings_of(UNCAP_PRESET_DEFAULT).chroma_once, 1);
}

/* Luma in the middle of the hole when what lies `distance` samples off it is brighter than the sources
 * say. */
static int luma_beside(int distance, int ring)
{
    static struct stage s;
    set_up(&s, (struct flow_settings){.ring = ring});
    struct uncap_picture *p = &s.frames[0].picture;
    for (int y = HOLE - distance; y < HOLE + SIDE + distance; y++)
        for (int x = HOLE - distance; x < HOLE + SIDE + distance; x++)
            if (y == HOLE - distance || y == HOLE + SIDE + distance - 1 || x == HOLE - distance ||
                x == HOLE + SIDE + distance - 1)
                p->data[0][y * p->stride[0] + x] = SCENE + 20;
    flow_fuse(&s.work, 0, s.pointers, &s.scratch);
    const int middle = at(p, 0, HOLE + SIDE / 2, HOLE + SIDE / 2);
    take_down(&s);
    return middle;
}

static void nothing_beyond_the_ring_counts(void **state)
{
    (void)state;
    for (int ring = 2; ring <= FLOW_RING; ring++)
        for (int distance = 1; distance <= FLOW_RING + 1; distance++)
            assert_int_equal(luma_beside(distance, ring) > SCENE, distance <= ring);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(chroma_is_of_the_surer_source_or_of_both),
        cmocka_unit_test(nothing_beyond_the_ring_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
