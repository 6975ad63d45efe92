/* SPDX-License-Identifier: Apache-2.0 */
/* The one affine map that most of a flow field follows. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/motion/affine.h"

enum { W = 60, H = 24, PITCH = 64, SCALE = 4 };

/* A level's flow, in its own samples. */
struct field {
    float u[PITCH * H], v[PITCH * H], mask[PITCH * H];
};

static void fill(struct field *f, const float a[6])
{
    memset(f, 0, sizeof(*f));
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const float px = ((float)x + 0.5f) * SCALE - 0.5f, py = ((float)y + 0.5f) * SCALE - 0.5f;
            float dx, dy;
            flow_affine_at(a, px, py, &dx, &dy);
            f->u[y * PITCH + x] = dx / SCALE;
            f->v[y * PITCH + x] = dy / SCALE;
            f->mask[y * PITCH + x] = 1;
        }
}

static void fit(struct field *f, float out[6])
{
    const struct flow_level level = {.w = W, .h = H, .pitch = PITCH, .mask = f->mask};
    static float scratch[4 * PITCH * H];
    flow_affine_fit(uncap_kernels_best(), &level, f->u, f->v, SCALE, scratch, out);
}

/* Largest difference of two maps over the picture, pixels. */
static float apart(const float a[6], const float b[6])
{
    float most = 0;
    for (int k = 0; k < 4; k++) {
        const float x = k & 1 ? W * SCALE : 0, y = k & 2 ? H * SCALE : 0;
        float ax, ay, bx, by;
        flow_affine_at(a, x, y, &ax, &ay);
        flow_affine_at(b, x, y, &bx, &by);
        most = fmaxf(most, fmaxf(fabsf(ax - bx), fabsf(ay - by)));
    }
    return most;
}

static const float maps[][6] = {
    {3, 0, 0, -2, 0, 0},                   /* pan */
    {-2.4f, 0.02f, 0, -0.96f, 0, 0.02f},   /* zoom about the middle */
    {0.5f, 0, -0.03f, -3, 0.03f, 0},       /* turn */
    {40, 0.1f, 0.05f, -25, -0.02f, -0.1f}, /* fast */
};
enum { N_MAPS = sizeof(maps) / sizeof(maps[0]) };

static void a_map_is_found(void **state)
{
    (void)state;
    static struct field f;
    for (int i = 0; i < N_MAPS; i++) {
        float out[6];
        fill(&f, maps[i]);
        fit(&f, out);
        assert_true(apart(out, maps[i]) < 1e-3f);
    }
}

/* Something else moves through a third of the picture. */
static void what_moves_otherwise_counts_for_little(void **state)
{
    (void)state;
    static struct field f;
    for (int i = 0; i < N_MAPS; i++) {
        float out[6];
        fill(&f, maps[i]);
        for (int y = 0; y < H; y++)
            for (int x = W / 2; x < 5 * W / 6; x++) {
                f.u[y * PITCH + x] += 5;
                f.v[y * PITCH + x] -= 3;
            }
        fit(&f, out);
        assert_true(apart(out, maps[i]) < 0.1f);
    }
}

static void covered_samples_do_not_count(void **state)
{
    (void)state;
    static struct field f;
    float out[6];
    fill(&f, maps[0]);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if ((x + y) % 4) {
                f.u[y * PITCH + x] = NAN;
                f.mask[y * PITCH + x] = 0;
            }
    fit(&f, out);
    assert_true(apart(out, maps[0]) < 1e-3f);
}

static void almost_nothing_is_exactly_nothing(void **state)
{
    (void)state;
    static struct field f;
    static const float nothing[6] = {0};
    float out[6];
    fill(&f, nothing);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            f.u[y * PITCH + x] = 0.05f * (float)(uncap_rng_uniform(1, (uint64_t)y, (uint64_t)x) - 0.5);
    fit(&f, out);
    assert_memory_equal(out, nothing, sizeof(out));
}

static void too_few_samples_give_nothing(void **state)
{
    (void)state;
    static struct field f;
    static const float nothing[6] = {0};
    float out[6];
    fill(&f, maps[0]);
    for (int i = 0; i < PITCH * H; i++)
        f.mask[i] = i % PITCH < 4 && i / PITCH < 8 ? 1 : 0;
    fit(&f, out);
    assert_memory_equal(out, nothing, sizeof(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_map_is_found),
        cmocka_unit_test(what_moves_otherwise_counts_for_little),
        cmocka_unit_test(covered_samples_do_not_count),
        cmocka_unit_test(almost_nothing_is_exactly_nothing),
        cmocka_unit_test(too_few_samples_give_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
