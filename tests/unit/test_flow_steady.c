/* SPDX-License-Identifier: Apache-2.0 */
/* What of a small flow is taken out before a camera that stands, and what stays. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/rng.h"
#include "inpaint/flow/motion/steady.h"

enum { W = 96, H = 48, PAD = UNCAP_FLOW_PAD, PITCH = W + 2 * PAD, PLANE = PITCH * (H + 2 * PAD) };

/* Two frames, of a smooth texture and noise, the second with other light; a hole in their middle. */
struct pair {
    float *image[2], *mask, *u, *v;
    struct uncap_flow_level level;
};

static float texture(float x, float y)
{
    return 120 + 40 * sinf(0.7f * x + 0.2f * y) + 30 * cosf(0.3f * x - 0.5f * y);
}

static bool is_hole(int x, int y)
{
    return x >= 30 && x < 66 && y >= 20 && y < 34;
}

static bool is_object(int x, int y)
{
    return x < 20 && y < 20;
}

static ptrdiff_t at(int x, int y)
{
    return (ptrdiff_t)(y + PAD) * PITCH + x + PAD;
}

/* The scene moves by `pan` samples from one frame to the other, the object by `object`. */
static void open_pair(struct pair *p, float pan, float object)
{
    float *block = uncap_alloc((size_t)5 * PLANE + uncap_flow_scratch_floats(PITCH, H), sizeof(*block));
    assert_non_null(block);
    *p = (struct pair){{block, block + PLANE},
                       block + 2 * (ptrdiff_t)PLANE,
                       block + 3 * (ptrdiff_t)PLANE,
                       block + 4 * (ptrdiff_t)PLANE,
                       {.w = W}};
    for (int y = -PAD; y < H + PAD; y++)
        for (int x = -PAD; x < W + PAD; x++) {
            const float by = is_object(x, y) ? object : pan;
            for (int i = 0; i < 2; i++)
                p->image[i][at(x, y)] = texture((float)x - (i ? by : 0), (float)y) +
                                        (i ? 3 + 0.05f * (float)x : 0) +
                                        (float)uncap_rng_uniform(3, (uint64_t)i, (uint64_t)at(x, y));
            p->mask[at(x, y)] = is_hole(x, y) ? 0 : 1;
            p->u[at(x, y)] = is_object(x, y) ? object : pan ? pan : 0.2f;
            p->v[at(x, y)] = pan || is_object(x, y) ? 0 : -0.1f;
        }
    const struct uncap_flow_image a = {p->image[0] + at(0, 0), p->mask + at(0, 0), NULL, NULL};
    const struct uncap_flow_image b = {p->image[1] + at(0, 0), p->mask + at(0, 0), NULL, NULL};
    p->level = (struct uncap_flow_level){
        a, b, W, H, PITCH, p->u + at(0, 0), p->v + at(0, 0), block + 5 * (ptrdiff_t)PLANE};
}

static bool is_nothing(const struct pair *p, int x, int y)
{
    return p->u[at(x, y)] == 0 && p->v[at(x, y)] == 0;
}

static void flow_that_light_feigns_is_taken_out(void **state)
{
    (void)state;
    struct pair p;
    open_pair(&p, 0, 0.2f);
    flow_steady(uncap_kernels_best(), &p.level, (struct flow_rows){0, H});
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_true(is_object(x - 6, y - 6) || is_object(x, y) || is_nothing(&p, x, y));
    uncap_free(p.image[0]);
}

static void only_the_rows_asked_for_change(void **state)
{
    (void)state;
    struct pair p;
    open_pair(&p, 0, 0.2f);
    flow_steady(uncap_kernels_best(), &p.level, (struct flow_rows){8, 40});
    assert_false(is_nothing(&p, 50, 7));
    assert_true(is_nothing(&p, 50, 8));
    assert_true(is_nothing(&p, 50, 39));
    assert_false(is_nothing(&p, 50, 40));
    flow_steady(uncap_kernels_best(), &p.level, (struct flow_rows){0, 0});
    assert_false(is_nothing(&p, 50, 7));
    uncap_free(p.image[0]);
}

static void a_slow_pan_stays(void **state)
{
    (void)state;
    struct pair p;
    open_pair(&p, 0.2f, 0.2f);
    flow_steady(uncap_kernels_best(), &p.level, (struct flow_rows){0, H});
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            assert_true(p.u[at(x, y)] == 0.2f);
    uncap_free(p.image[0]);
}

static void what_moves_before_a_still_scene_stays(void **state)
{
    (void)state;
    struct pair p;
    open_pair(&p, 0, 3);
    flow_steady(uncap_kernels_best(), &p.level, (struct flow_rows){0, H});
    for (int y = 0; y < 15; y++)
        for (int x = 0; x < 15; x++)
            assert_true(p.u[at(x, y)] == 3);
    for (int y = 0; y < H; y++)
        for (int x = 30; x < W; x++)
            assert_true(is_nothing(&p, x, y));
    uncap_free(p.image[0]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(flow_that_light_feigns_is_taken_out),
        cmocka_unit_test(only_the_rows_asked_for_change),
        cmocka_unit_test(a_slow_pan_stays),
        cmocka_unit_test(what_moves_before_a_still_scene_stays),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
