/* SPDX-License-Identifier: Apache-2.0 */
/* What is drawn, and where nothing is. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/coverage.h"
#include "detect/overlay.h"

enum { W = 160, H = 96 };

static struct uncap_quad upright(float x0, float y0, float x1, float y1)
{
    return (struct uncap_quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}

static struct uncap_observation observations[2];
static struct uncap_caption caption;
static struct uncap_captions captions = {.items = &caption, .n = 1};

static void reset(void)
{
    observations[0] = (struct uncap_observation){.frame = 10, .quad = upright(40, 40, 80, 60)};
    observations[1] = (struct uncap_observation){.frame = 14, .quad = upright(48, 40, 88, 60)};
    caption = (struct uncap_caption){.id = 7,
                                     .first = 10,
                                     .end = 20,
                                     .quad = upright(40, 40, 88, 60),
                                     .observations = observations,
                                     .n_observations = 2};
}

/* Draw at every depth and subsampling; far from boxes and numbers nothing may change. */
static void drawing_stays_near_the_boxes(void **state)
{
    (void)state;
    static const struct uncap_format formats[] = {{3, 8, 1, 1}, {3, 10, 1, 0}, {3, 12, 0, 0}, {1, 8, 0, 0}};
    static uint8_t coverage[W * H];
    const struct uncap_rect whole = {0, 0, W, H};
    reset();
    for (int i = 0; i < 4; i++) {
        struct uncap_picture p;
        assert_true(uncap_picture_alloc(&p, formats[i], W, H));
        uncap_coverage_paint(&caption, 10, coverage, W, whole);
        uncap_overlay_draw(&p, (struct uncap_colour){.matrix = 1}, &captions, 10, coverage);
        size_t n = 0;
        const size_t bytes = uncap_sample_bytes(p.format);
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                uint8_t zero[2] = {0};
                const int is_set = memcmp(p.data[0] + y * p.stride[0] + x * (int)bytes, zero, bytes) != 0;
                n += (size_t)is_set;
                if (is_set && x > 70 && y < 20)
                    fail_msg("changed at %d,%d", x, y);
            }
        assert_in_range(n, 500, 4000);
        uncap_picture_free(&p);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(drawing_stays_near_the_boxes),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
