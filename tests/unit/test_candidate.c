/* SPDX-License-Identifier: Apache-2.0 */
/* Which covered sample each sample of the ring is measured for, and from where. */
#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "inpaint/flow/fill/candidate.h"

enum { W = 150, H = 40, SHIFT = 5 }; /* words of 64: the ring reaches over their borders */

/* Every pointer of the hole: SHIFT to the right in frame 1, its cost its own place. */
struct stage {
    struct flow_mask hole, need, other;
    struct flow_mask grey; /* no chroma */
    struct flow_sites sites;
    struct flow_pointer *pointers, *out;
    struct flow_frame frames[2];
    struct flow_work work;
};

static void set_up(struct stage *s, double share)
{
    *s = (struct stage){.work = {.w = W, .h = H, .n = 2}};
    assert_true(flow_mask_open(&s->hole, W, H) && flow_mask_open(&s->need, W, H) &&
                flow_mask_open(&s->other, W, H));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (uncap_rng_uniform(3, (uint64_t)y, (uint64_t)x) < share)
                flow_mask_add(&s->hole, x, y);
    flow_mask_count(&s->hole);
    flow_mask_grow(&s->need, &s->hole, FLOW_RING);
    flow_mask_count(&s->need);
    assert_true(flow_mask_open(&s->grey, 0, 0) && flow_sites_open(&s->sites, W, H, 0, 0));
    flow_sites_list(&s->sites, (struct uncap_format){1, 8, 0, 0}, &s->hole, &s->need, &s->grey, &s->grey);
    s->pointers = uncap_alloc((size_t)s->need.n, sizeof(*s->pointers));
    s->out = uncap_alloc((size_t)s->need.n, sizeof(*s->out));
    assert_true(s->pointers && s->out);
    for (int y = 0; y < H; y++)
        for (int x = flow_mask_next(&s->hole, 0, y); x < W; x = flow_mask_next(&s->hole, x + 1, y))
            s->pointers[flow_mask_rank(&s->hole, x, y)] =
                (struct flow_pointer){(float)(x + SHIFT), (float)y, (float)(y * W + x), 1};
    s->work.frames = s->frames;
    s->frames[1] = (struct flow_frame){.is_covered = true, .hole = s->other};
}

static void adopt(struct stage *s)
{
    flow_candidate_adopt(&s->work, &s->sites, s->pointers, s->out);
}

static const struct flow_pointer *ring_at(const struct stage *s, int x, int y)
{
    return &s->out[flow_mask_rank(&s->need, x, y) - flow_mask_rank(&s->hole, x, y)];
}

static void take_down(struct stage *s)
{
    uncap_free(s->pointers);
    uncap_free(s->out);
    flow_mask_close(&s->hole);
    flow_mask_close(&s->need);
    flow_mask_close(&s->other);
    flow_mask_close(&s->grey);
    flow_sites_close(&s->sites);
}

/* Squared distance from a sample to the nearest of the hole within the ring's reach. */
static int nearest(const struct flow_mask *hole, int x, int y)
{
    int best = INT_MAX;
    for (int hy = 0; hy < H; hy++)
        for (int hx = flow_mask_next(hole, 0, hy); hx < W; hx = flow_mask_next(hole, hx + 1, hy)) {
            const int d = (hx - x) * (hx - x) + (hy - y) * (hy - y);
            const bool is_near = abs(hx - x) <= FLOW_RING && abs(hy - y) <= FLOW_RING;
            best = is_near && d < best ? d : best;
        }
    return best;
}

static void the_nearest_covered_sample_lends_its_source(void **state)
{
    (void)state;
    static const double shares[] = {0.002, 0.02, 0.2};
    for (int k = 0; k < 3; k++) {
        static struct stage s;
        int n_ring = 0;
        set_up(&s, shares[k]);
        adopt(&s);
        for (int y = 0; y < H; y++)
            for (int x = flow_mask_next(&s.need, 0, y); x < W; x = flow_mask_next(&s.need, x + 1, y)) {
                if (flow_mask_has(&s.hole, x, y))
                    continue;
                const struct flow_pointer *p = ring_at(&s, x, y);
                const int from_x = (int)p->cost % W, from_y = (int)p->cost / W;
                const int d = (from_x - x) * (from_x - x) + (from_y - y) * (from_y - y);
                assert_true(flow_mask_has(&s.hole, from_x, from_y));
                assert_int_equal(d, nearest(&s.hole, x, y));
                n_ring++;
                /* The same shift, from its own place; beyond the picture there is none. */
                assert_true(p->x == (float)(x + SHIFT) && p->y == (float)y);
                assert_int_equal(p->frame, x + SHIFT < W ? 1 : -1);
            }
        assert_true(n_ring > 0);
        take_down(&s);
    }
}

static void a_covered_source_is_none(void **state)
{
    (void)state;
    static struct stage s;
    set_up(&s, 0.02);
    for (int y = 0; y < H; y++)
        for (int x = 60; x < 100; x++)
            flow_mask_add(&s.other, x, y);
    adopt(&s);
    for (int y = 0; y < H; y++)
        for (int x = flow_mask_next(&s.need, 0, y); x < W; x = flow_mask_next(&s.need, x + 1, y)) {
            if (flow_mask_has(&s.hole, x, y))
                continue;
            const bool is_open = x + SHIFT < W && (x + SHIFT < 60 || x + SHIFT >= 100);
            assert_int_equal(ring_at(&s, x, y)->frame, is_open ? 1 : -1);
        }
    take_down(&s);
}

/* Bilinear, it would be off by an eighth of the curvature: 2 grey levels for each direction. */
static void sources_between_samples_are_not_blurred(void **state)
{
    (void)state;
    static struct stage s;
    set_up(&s, 0.02);
    const struct uncap_format grey = {1, 8, 0, 0};
    struct uncap_picture bowl;
    assert_true(uncap_picture_alloc(&bowl, grey, W, H));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            bowl.data[0][y * bowl.stride[0] + x] =
                (uint8_t)(8 * (x % 4 - 1) * (x % 4 - 1) + 8 * (y % 4 - 1) * (y % 4 - 1));
    struct uncap_window window = {.format = grey};
    s.work.window = &window;
    s.frames[1].picture = bowl;
    const int n_inner = s.sites.luma.n_inner;
    const struct flow_sources sources = {s.pointers, s.out};
    float *value = uncap_alloc((size_t)s.need.n, sizeof(*value));
    assert_non_null(value);
    for (int i = 0; i < n_inner; i++) /* between the samples 0 and 1, whose neighbours are -1 and 2 */
        s.pointers[i] =
            (struct flow_pointer){(float)(4 * (1 + i % 30)) + 1.5f, (float)(4 * (1 + i % 7)) + 1.5f, 0, 1};
    for (int i = 0; i < s.sites.luma.n - n_inner; i++)
        s.out[i] = s.pointers[0];
    flow_candidate_luma(&s.work, &s.sites, &sources, value);
    for (int i = 0; i < n_inner; i++)
        assert_float_equal(value[i], 4, 1e-4);
    uncap_free(value);
    uncap_picture_free(&bowl);
    take_down(&s);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(sources_between_samples_are_not_blurred),
        cmocka_unit_test(the_nearest_covered_sample_lends_its_source),
        cmocka_unit_test(a_covered_source_is_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
