/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/matte/text_rows.h"

enum { W = 3, H = 10 };

struct maps {
    uint8_t zone[H * W], px[H * W], med[H * W], dev[H * W], motion[H * W];
};

static void cut(struct uncap_matte_text_rows *rows, const struct maps *m, int room)
{
    struct uncap_matte_gain gain = {.px = (uint8_t *)m->px, .scene = 3.0f};
    const struct uncap_matte_scene scene = {
        .w = W, .h = H, .n_channels = 1, .zone = m->zone, .motion = m->motion, .gain = &gain};
    const struct uncap_matte_look look = {.med = {(uint8_t *)m->med}, .dev = (uint8_t *)m->dev};
    uncap_matte_text_rows_cut(rows, &scene, &look, m->motion, room);
}

static void keeps_the_rows_of_text_and_some_beside(void **state)
{
    (void)state;
    static const struct {
        int first_text, last_text, room, first, h;
    } cases[] = {{4, 5, 2, 2, 6}, {1, 8, 2, 0, H}, {0, 0, 2, 0, 3}, {9, 9, 1, 8, 2}, {4, 4, 0, 4, 1}};
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        struct maps m = {.zone = {UNCAP_MATTE_ZONE_FAR}};
        struct uncap_matte_text_rows rows;
        m.zone[cases[i].first_text * W] = m.zone[cases[i].last_text * W + 2] = UNCAP_MATTE_ZONE_TEXT;
        cut(&rows, &m, cases[i].room);
        const int first = cases[i].first, h = cases[i].h;
        assert_int_equal(rows.first, first);
        assert_int_equal(rows.scene.h, h);
        assert_int_equal(rows.below, H - first - h);
        assert_ptr_equal(rows.scene.zone, m.zone + first * W);
        assert_ptr_equal(rows.motion, m.motion + first * W);
        assert_ptr_equal(rows.look.med[0], m.med + first * W);
        assert_ptr_equal(rows.look.dev, m.dev + first * W);
        assert_ptr_equal(rows.scene.gain->px, m.px + first * W);
        assert_null(rows.scene.gain->sure);
        assert_true(rows.scene.gain->scene > 2.9f);
    }
}

static void keeps_all_rows_where_there_is_no_text(void **state)
{
    (void)state;
    const struct maps m = {.zone = {UNCAP_MATTE_ZONE_NEAR}};
    struct uncap_matte_text_rows rows;
    cut(&rows, &m, 2);
    assert_int_equal(rows.first, 0);
    assert_int_equal(rows.below, 0);
    assert_int_equal(rows.scene.h, H);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(keeps_the_rows_of_text_and_some_beside),
        cmocka_unit_test(keeps_all_rows_where_there_is_no_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
