/* SPDX-License-Identifier: Apache-2.0 */
/* Cuts in pictures made of moving noise. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/look/shots.h"

enum { W = 256, H = 144, N = 30 };

/* Blotches of 16 pixels that move right by `speed` pixels a frame; another seed is another scene. */
static void paint(uint8_t *data, uint64_t seed, int offset, int brightness)
{
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const uint64_t cell =
                uncap_rng_u64(seed, (uint64_t)((x + 4096 - offset) / 16), (uint64_t)(y / 16));
            const int v = (int)(cell % 200) + brightness;
            data[y * W + x] = (uint8_t)(v > 255 ? 255 : v);
        }
}

struct scene {
    const char *name;
    int cut;   /* frame of the cut, -1: none */
    int speed; /* pixels a frame */
    int flash; /* frame that is bright, -1: none */
    int gain;  /* brightness a frame */
    int bar;   /* frame from which a dark bar stands, -1: none */
};

static const struct scene scenes[] = {
    {"still", -1, 0, -1, 0, -1},
    {"pan", -1, 5, -1, 0, -1},
    {"a cut", 12, 0, -1, 0, -1},
    {"a cut in a pan", 17, 4, -1, 0, -1},
    {"a flash", -1, 0, 9, 0, -1},
    {"fade to white", -1, 0, -1, 3, -1},
    {"a cut at the end", 29, 1, -1, 0, -1},
    {"at the start", 1, 1, -1, 0, -1},
    {"a bar", -1, 0, -1, 0, 11},
    {"a cut behind a bar", 20, 1, -1, 0, 5},
};

static void cuts_are_found_to_the_frame(void **state)
{
    (void)state;
    static uint8_t data[W * H];
    const struct uncap_luma luma = {data, W, H, W};
    for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
        const struct scene *s = &scenes[i];
        struct uncap_shots shots = {.n = 0};
        int64_t frame, n_decided = 0;
        bool is_cut, is_more = true;
        for (int f = 0; f < N || is_more; f++) {
            if (f < N) {
                paint(data, s->cut >= 0 && f >= s->cut ? 7 : 1, f * s->speed,
                      f == s->flash ? 150 : f * s->gain);
                if (s->bar >= 0 && f >= s->bar) /* a third of the picture */
                    memset(data + (H - H / 3) * W, 8, (size_t)(H / 3 * W));
                is_more = true;
                if (!uncap_shots_push(&shots, &luma, &frame, &is_cut))
                    continue;
            } else if (!(is_more = uncap_shots_drain(&shots, &frame, &is_cut))) {
                break;
            }
            assert_int_equal(frame, n_decided++);
            if (is_cut != (frame == 0 || frame == s->cut))
                fail_msg("%s: frame %d %s a cut", s->name, (int)frame, is_cut ? "taken as" : "not taken as");
        }
        assert_int_equal(n_decided, N);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(cuts_are_found_to_the_frame)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
