/* SPDX-License-Identifier: Apache-2.0 */
/* What came and went with a caption, of frames drawn by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/gain.h"
#include "detect/matte/lines.h"

enum { W = 40, H = 20, GROUND = 100, SHADOW = -20 };

static struct uncap_matte_sample flat(uint8_t *px, int64_t frame, int level)
{
    memset(px, level, W * H);
    return (struct uncap_matte_sample){
        .frame = frame,
        .picture = {.data = {px}, .stride = {W}, .w = W, .h = H, .format = {.depth = 8, .n_planes = 1}},
        .rect = {0, 0, W, H}};
}

/* A shadow in the left half; the scene is 4 levels brighter once it has gone. */
static void light_is_the_mean_of_both_ends(void **state)
{
    (void)state;
    uint8_t px[4][W * H], zone[W * H];
    struct uncap_matte_sample life[2], before, after;
    before = flat(px[0], 0, GROUND);
    after = flat(px[3], 3, GROUND + 4);
    for (int k = 0; k < 2; k++) {
        life[k] = flat(px[1 + k], 1 + k, GROUND);
        for (int i = 0; i < W * H; i++)
            px[1 + k][i] = i % W < W / 2 ? GROUND + SHADOW : GROUND;
    }
    for (int i = 0; i < W * H; i++)
        zone[i] = i % W < W / 2 ? UNCAP_MATTE_ZONE_TEXT : UNCAP_MATTE_ZONE_FAR;
    const struct uncap_matte_evidence evidence = {.area = {0, 0, W, H},
                                                  .life = life,
                                                  .n_life = 2,
                                                  .before = &before,
                                                  .n_before = 1,
                                                  .after = &after,
                                                  .n_after = 1};
    struct uncap_matte_stack stack;
    struct uncap_matte_gain gain;
    struct uncap_error err;
    assert_int_equal(uncap_matte_stack_open(&stack, evidence.area, life, 2, &err), UNCAP_OK);
    assert_int_equal(uncap_matte_gain_open(&gain, &evidence, &stack, zone, 10, &err), UNCAP_OK);
    assert_int_equal(gain.known[0], 2);
    assert_int_equal(gain.px[0], -SHADOW);
    assert_int_equal(gain.light[0][0], UNCAP_MATTE_NO_LIGHT + SHADOW - 2);
    uncap_matte_gain_close(&gain);
    uncap_matte_stack_close(&stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(light_is_the_mean_of_both_ends)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
