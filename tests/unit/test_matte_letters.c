/* SPDX-License-Identifier: Apache-2.0 */
/* What the letters of a line touch: not specks, not the line below. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte/letters.h"

enum { W = 120, H = 80 };

static void fill(uint8_t *stroke, struct uncap_rect r)
{
    for (int y = r.y0; y < r.y1; y++)
        memset(stroke + y * W + r.x0, 1, (size_t)(r.x1 - r.x0));
}

static struct uncap_rect ink_of(const uint8_t *stroke, const struct uncap_rect *lines, int n_lines)
{
    const struct uncap_matte_scene scene = {.w = W, .h = H, .text_h = 18};
    const struct uncap_matte_sample life = {.lines = lines, .n_lines = n_lines};
    const struct uncap_matte_evidence evidence = {.area = {0, 0, W, H}, .life = &life, .n_life = 1};
    const struct uncap_matte_style_evidence e = {.evidence = &evidence, .scene = &scene, .own = lines[0]};
    struct uncap_rect ink;
    assert_int_equal(uncap_matte_letters_find(&e, stroke, &ink, NULL), 0);
    return ink;
}

static void expect(struct uncap_rect is, struct uncap_rect want)
{
    assert_int_equal(is.x0, want.x0);
    assert_int_equal(is.y0, want.y0);
    assert_int_equal(is.x1, want.x1);
    assert_int_equal(is.y1, want.y1);
}

static void specks_and_other_lines_are_left_out(void **state)
{
    (void)state;
    static uint8_t stroke[W * H];
    const struct uncap_rect lines[2] = {{10, 10, 110, 34}, {10, 40, 110, 64}};
    memset(stroke, 0, sizeof(stroke));
    expect(ink_of(stroke, lines, 2), (struct uncap_rect){0, 0, 0, 0});
    fill(stroke, (struct uncap_rect){20, 14, 23, 30}); /* letters */
    fill(stroke, (struct uncap_rect){90, 18, 93, 33});
    fill(stroke, (struct uncap_rect){50, 10, 53, 12}); /* specks above, and beside in its rows */
    fill(stroke, (struct uncap_rect){104, 28, 106, 30});
    fill(stroke, (struct uncap_rect){30, 42, 33, 60}); /* the line below */
    expect(ink_of(stroke, lines, 2), (struct uncap_rect){20, 14, 106, 33});
}

static void italic_letters_lean(void **state)
{
    (void)state;
    static const float leans[] = {0, 0.04f, 0.12f, 0.2f, 0.3f};
    static uint8_t stroke[W * H];
    for (size_t i = 0; i < sizeof(leans) / sizeof(leans[0]); i++) {
        const struct uncap_rect ink = {10, 12, 110, 36};
        float lean;
        memset(stroke, 0, sizeof(stroke));
        for (int y = ink.y0; y < ink.y1; y++)
            for (int k = 0; k < 6; k++) {
                const int x = 20 + 13 * k + k % 3 + (int)lrintf(leans[i] * (float)(ink.y1 - 1 - y));
                fill(stroke, (struct uncap_rect){x, y, x + 3, y + 1});
                if (y % 8 < 2 && k % 2) /* bars across, as of an e */
                    fill(stroke, (struct uncap_rect){x, y, x + 9, y + 1});
            }
        assert_int_equal(uncap_matte_letters_lean(stroke, W, ink, &lean, NULL), 0);
        assert_true(leans[i] < 0.08f ? lean <= 0 : fabsf(lean - leans[i]) < 0.03f);
    }
}

/* V and A, of which one side slopes to the right and one to the left. */
static void letters_that_slope_both_ways_stand_upright(void **state)
{
    (void)state;
    static uint8_t stroke[W * H];
    const struct uncap_rect ink = {10, 12, 110, 36};
    float lean;
    memset(stroke, 0, sizeof(stroke));
    for (int y = ink.y0; y < ink.y1; y++)
        for (int k = 0; k < 4; k++) {
            const int x = 14 + 11 * k + (int)lrintf(0.34f * (float)(ink.y1 - 1 - y));
            fill(stroke, (struct uncap_rect){x, y, x + 3, y + 1});
            fill(stroke, (struct uncap_rect){W - x - 3, y, W - x, y + 1});
        }
    assert_int_equal(uncap_matte_letters_lean(stroke, W, ink, &lean, NULL), 0);
    assert_true(lean <= 0);
}

static void bars_are_as_thick_as_they_are(void **state)
{
    (void)state;
    static uint8_t stroke[W * H];
    memset(stroke, 0, sizeof(stroke));
    assert_true(uncap_matte_letters_thickness(stroke, W, H) <= 0);
    fill(stroke, (struct uncap_rect){20, 10, 24, 70}); /* straight bars: off by the 4 / pi of curves */
    const float thick = uncap_matte_letters_thickness(stroke, W, H);
    assert_true(thick > 4 && thick < 5.2f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(specks_and_other_lines_are_left_out),
        cmocka_unit_test(italic_letters_lean),
        cmocka_unit_test(letters_that_slope_both_ways_stand_upright),
        cmocka_unit_test(bars_are_as_thick_as_they_are),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
