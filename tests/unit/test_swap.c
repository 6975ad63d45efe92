/* SPDX-License-Identifier: Apache-2.0 */
/* Other strokes in the place of some of a line's own are told from all else that changes in a line. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/track/swap.h"

enum { W = 240, H = 40, N = 2 * UNCAP_SWAP_REACH, LETTER = 16, X0 = 24, Y0 = 8, Y1 = 32, N_LETTERS = 12 };

static const struct uncap_rect line_rect = {X0 - 4, Y0 - 4, X0 + N_LETTERS *LETTER + 4, Y1 + 4};

/* The letters of the line before and after, ' ': none; dx: where the second one stands. The scene behind it
 * moves by `speed` pixels a frame; from the change on it is another by `cut` levels, and the letters'
 * brightness is scaled. */
struct change {
    const char *name, *before, *after;
    int dx, speed, cut;
    float brightness;
    int x0, x1; /* of what is found, in letters; equal: nothing */
};

static const struct change changes[] = {
    {"nothing", "abcdefghijkl", "abcdefghijkl", 0, 0, 0, 1, 0, 0},
    {"the scene moves", "abcdefghijkl", "abcdefghijkl", 0, 7, 0, 1, 0, 0},
    {"a cut behind it", "abcdefghijkl", "abcdefghijkl", 0, 0, 60, 1, 0, 0},
    {"the last letter", "abcdefghijkl", "abcdefghijkx", 0, 0, 0, 1, 11, 12},
    {"the last letter, before a scene that moves", "abcdefghijkl", "abcdefghijkx", 0, 7, 0, 1, 11, 12},
    {"a letter in the middle", "abcdefghijkl", "abcdeyghijkl", 0, 3, 0, 1, 5, 6},
    {"a word", "abcde hijk l", "abcde yxzw l", 0, 0, 0, 1, 6, 10},
    {"the last letter, and all moves aside", "abcdefghijkl", "abcdefghijkx", 2, 0, 0, 1, 11, 12},
    {"most of it", "abcdefghijkl", "abcdyxzwvutl", 0, 0, 0, 1, 0, 0},
    {"a letter is added", "abcdefghijk ", "abcdefghijkl", 0, 0, 0, 1, 0, 0},
    {"a letter goes", "abcdefghijkl", "abcdefghijk ", 0, 0, 0, 1, 0, 0},
    {"it is highlighted", "abcdefghijkl", "abcdefghijkl", 0, 0, 0, 0.7f, 0, 0},
};

/* Strokes 4 pixels wide, 0 or 1. */
static bool is_stroke(char letter, int x, int y)
{
    return letter != ' ' && x % 4 && uncap_rng_u64(3, (uint64_t)letter, (uint64_t)(x / 4 * 8 + y / 4)) % 2;
}

static void paint(const struct change *c, int t, uint8_t *out)
{
    const bool is_second = t >= UNCAP_SWAP_REACH;
    const char *letters = is_second ? c->after : c->before;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const int u = x - X0 - (is_second ? c->dx : 0);
            float v =
                60 + (float)(uncap_rng_u64(5, (uint64_t)((x + c->speed * t) / 12), (uint64_t)(y / 12)) % 50) +
                (float)(is_second ? c->cut : 0);
            if (u >= 0 && u < N_LETTERS * LETTER && y >= Y0 && y < Y1)
                v = is_stroke(letters[u / LETTER], u % LETTER, y - Y0) ? 235 * (is_second ? c->brightness : 1)
                                                                       : v;
            out[y * W + x] = (uint8_t)v;
        }
}

static void what_takes_the_place_of_another_is_found(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
        const struct change *c = &changes[i];
        static uint8_t samples[N][W * H];
        struct uncap_luma lumas[N];
        const struct uncap_luma *frames[N];
        for (int t = 0; t < N; t++) {
            paint(c, t, samples[t]);
            lumas[t] = (struct uncap_luma){samples[t], W, H, W};
            frames[t] = &lumas[t];
        }
        struct uncap_template line = {.pattern = NULL};
        struct uncap_rect out;
        assert_int_equal(uncap_template_learn(&line, frames, UNCAP_SWAP_REACH, line_rect, NULL), 0);
        assert_int_equal(uncap_swap_find(&line, frames, c->dx, &out, NULL), 0);
        const int x0 = X0 + c->x0 * LETTER, x1 = X0 + c->x1 * LETTER, room = LETTER / 2;
        const bool is_right = c->x0 == c->x1 ? uncap_rect_empty(out)
                                             : out.x0 > x0 - room && out.x0 < x0 + room &&
                                                   out.x1 > x1 - room && out.x1 < x1 + room;
        if (!is_right)
            fail_msg("%s: found %d..%d", c->name, out.x0, out.x1);
        uncap_template_clear(&line);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(what_takes_the_place_of_another_is_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
