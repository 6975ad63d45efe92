/* SPDX-License-Identifier: Apache-2.0 */
/* A line that the detector joined with words of the scene is cut back to what stands. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/track/stillness.h"

enum { W = 320, H = 48, N = 24, LINE_Y0 = 16, LINE_Y1 = 32 };

/* The caption's words [words0, words1), the last one, from `late` on, only from frame late_from on. Words of
 * the scene up to column scene1 move by `speed` pixels a frame. The box is [box0, box1). */
struct scene {
    const char *name;
    int words0, words1, late, late_from, scene1, speed, box0, box1, cut0, cut1;
};

static const struct scene scenes[] = {
    {"alone", 120, 200, 200, 0, 0, 0, 110, 210, 110, 210},
    {"words pass on the left", 180, 280, 280, 0, 220, 5, 10, 290, 180, 290},
    {"words pass on both sides", 130, 210, 210, 0, 320, 5, 4, 316, 130, 210},
    {"words of the scene stand still", 180, 280, 280, 0, 160, 0, 10, 290, 10, 290},
    {"a word appears late", 60, 260, 200, 18, 0, 0, 55, 265, 55, 265},
    {"a word appears late over words that pass", 60, 260, 200, 18, 320, 5, 55, 265, 55, 265},
    {"nothing stands", 0, 0, 0, 0, 320, 5, 10, 290, 10, 290},
};

static bool is_stroke(int x, int y)
{
    return uncap_rng_u64(9, (uint64_t)(x / 4), (uint64_t)(y / 8)) % 2 && x % 4 < 3;
}

static void paint(const struct scene *s, int t, uint8_t *out)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            int v = 90 + (int)(uncap_rng_u64(5, (uint64_t)t, (uint64_t)(y * W + x)) % 5);
            if (x < s->scene1 && y > 3 && y < H - 4 && is_stroke(x + 1000 - s->speed * t, y))
                v = 170;
            const bool is_there = x < s->late || t >= s->late_from;
            if (is_there && x >= s->words0 && x < s->words1 && y >= LINE_Y0 && y < LINE_Y1)
                v = is_stroke(x + 3000, y) ? 240 : 16;
            out[y * W + x] = (uint8_t)v;
        }
}

static void a_line_is_cut_back_to_what_stands(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        const struct scene *s = &scenes[i];
        static uint8_t samples[N][W * H];
        struct uncap_luma lumas[N];
        const struct uncap_luma *frames[N];
        for (int t = 0; t < N; t++) {
            paint(s, t, samples[t]);
            lumas[t] = (struct uncap_luma){.data = samples[t], .w = W, .h = H, .stride = W};
            frames[t] = &lumas[t];
        }
        const struct uncap_rect line = {s->box0, 2, s->box1, H - 2};
        struct uncap_rect cut;
        assert_int_equal(uncap_stillness_cut(frames, N, line, &cut, NULL), UNCAP_OK);
        if (cut.x0 > s->cut0 || cut.x0 < s->cut0 - 12 || cut.x1 < s->cut1 || cut.x1 > s->cut1 + 12)
            fail_msg("%s: %d..%d, not %d..%d", s->name, cut.x0, cut.x1, s->cut0, s->cut1);
        const bool is_cut = cut.x0 > line.x0 || cut.x1 < line.x1;
        if (is_cut) {
            assert_in_range(cut.y0, LINE_Y0 - 8, LINE_Y0);
            assert_in_range(cut.y1, LINE_Y1, LINE_Y1 + 8);
        } else {
            assert_int_equal(cut.y0, line.y0);
            assert_int_equal(cut.y1, line.y1);
        }
        /* Too few frames tell nothing. */
        assert_int_equal(uncap_stillness_cut(frames, 5, line, &cut, NULL), UNCAP_OK);
        assert_int_equal(cut.x0, line.x0);
        assert_int_equal(cut.x1, line.x1);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(a_line_is_cut_back_to_what_stands)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
