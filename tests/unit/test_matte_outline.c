/* SPDX-License-Identifier: Apache-2.0 */
/* Fill and outline of letters. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "detect/matte_outline.h"
#include "detect/matte_strokes.h"

enum { W = 200, H = 60, AREA = W * H, FILL = UNCAP_MATTE_BRIGHT, OUTLINE = UNCAP_MATTE_DARK };

static void paint(uint8_t *core, struct uncap_rect r, uint8_t tone)
{
    for (int y = r.y0; y < r.y1; y++)
        memset(core + y * W + r.x0, tone, (size_t)uncap_rect_w(r));
}

/* Bars of 5 x 20 pixels with an outline of `width` around each. */
static void letters(uint8_t *core, int width)
{
    memset(core, 0, AREA);
    for (int x = 20; x < 180; x += 16) {
        paint(core, (struct uncap_rect){x - width, 20 - width, x + 5 + width, 40 + width}, OUTLINE);
        paint(core, (struct uncap_rect){x, 20, x + 5, 40}, FILL);
    }
}

static void the_fill_is_within(void **state)
{
    (void)state;
    uint8_t core[AREA];
    uint8_t tmp[AREA];
    uint8_t spare[AREA];
    const struct uncap_matte_scene scene = {.w = W, .h = H};
    letters(core, 3);
    assert_int_equal(uncap_matte_outline_fill(&scene, core, tmp, spare), FILL);
    letters(core, 0);
    assert_int_equal(uncap_matte_outline_fill(&scene, core, tmp, spare), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(the_fill_is_within)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
