/* SPDX-License-Identifier: Apache-2.0 */
/* How far a line reaches when the detector has seen only some of its words. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/track/extent.h"

enum { W = 320, H = 40, N = 4, LINE_Y0 = 10, LINE_Y1 = 30 };

/* Words stand from `words0` to `words1`; the detector saw [seen0, seen1). In `wild` columns from wild0 on
 * things pass by all the time. */
struct scene {
    const char *name;
    int words0, words1, seen0, seen1, wild0, wild, grown0, grown1;
};

static const struct scene scenes[] = {
    {"all seen", 100, 200, 100, 200, 0, 0, 100, 200},
    {"a word missed at the end", 100, 200, 100, 150, 0, 0, 100, 200},
    {"words missed on both sides", 60, 260, 140, 190, 0, 0, 60, 260},
    {"the last of many words seen", 20, 300, 250, 300, 0, 0, 20, 300},
    {"something passes beside it", 100, 200, 100, 200, 204, 40, 100, 200},
    {"something passes before it", 100, 200, 100, 200, 50, 46, 100, 200},
    {"a word missed, something passes on the other side", 100, 200, 100, 150, 50, 46, 100, 200},
};

static bool is_stroke(int x, int y)
{
    return (x / 3) % 3 == 0 && y > LINE_Y0 + 2 && y < LINE_Y1 - 2;
}

static void paint(const struct scene *s, int t, bool stands, struct uncap_luma *out)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int v = 90 + (int)(uncap_rng_u64(5, (uint64_t)t, (uint64_t)(y * W + x)) % 5);
            if (x >= s->wild0 && x < s->wild0 + s->wild &&
                uncap_rng_u64(6, (uint64_t)t, (uint64_t)(x / 4)) & 1)
                v = 230;
            if (stands && x >= s->words0 && x < s->words1 && is_stroke(x, y))
                v = 220;
            out->data[y * W + x] = (uint8_t)v;
        }
}

static void a_line_grows_over_what_came_with_it(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        const struct scene *s = &scenes[i];
        static uint8_t samples[2 * N][W * H];
        struct uncap_luma frames[2 * N];
        const struct uncap_luma *before[N], *after[N];
        for (int t = 0; t < 2 * N; t++) {
            frames[t] = (struct uncap_luma){.data = samples[t], .w = W, .h = H, .stride = W};
            paint(s, t, t >= N, &frames[t]);
            if (t < N)
                before[N - 1 - t] = &frames[t]; /* nearest first */
            else
                after[t - N] = &frames[t];
        }
        struct uncap_rect out;
        struct uncap_error err = {0};
        const struct uncap_rect line = {s->seen0, LINE_Y0, s->seen1, LINE_Y1};
        assert_int_equal(uncap_extent_grow(before, N, after, N, line, &out, &err), UNCAP_OK);
        assert_int_equal(out.y0, LINE_Y0);
        assert_int_equal(out.y1, LINE_Y1);
        /* Within half a line's height: levels are means over that. */
        if (abs(out.x0 - s->grown0) > 10 || abs(out.x1 - s->grown1) > 10)
            fail_msg("%s: %d..%d", s->name, out.x0, out.x1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_line_grows_over_what_came_with_it),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
