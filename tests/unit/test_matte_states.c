/* SPDX-License-Identifier: Apache-2.0 */
/* A line of which one word after the other has another colour: its letters keep still all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/matte/lines.h"
#include "detect/matte/states.h"
#include "grey.h"

enum { N = 24, W = 96, H = 24, WORDS = 3, WHITE = 240, LIT = 150 };

/* The text takes up the middle rows, every third column of which is a letter's. */
static bool is_text(int y)
{
    return y >= H / 4 && y < 3 * H / 4;
}

static bool is_letter(int x, int y)
{
    return is_text(y) && x % 3 == 0;
}

/* Crops in which a scene moves, its noise anew in each, and word `lit[i]` of sample i has another colour. */
struct film {
    uint8_t px[N][H][W], zone[H * W];
    struct uncap_matte_sample samples[N];
    struct uncap_matte_stack stack;
};

static void shoot(struct film *f, const int *lit)
{
    for (int i = 0; i < N; i++) {
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int scene =
                    (int)(100.0F * (float)uncap_rng_uniform(3, (uint64_t)i, (uint64_t)(y * W + x)));
                f->px[i][y][x] = (uint8_t)(!is_letter(x, y) ? scene : x * WORDS / W == lit[i] ? LIT : WHITE);
                f->zone[y * W + x] = is_text(y) ? UNCAP_MATTE_ZONE_TEXT : UNCAP_MATTE_ZONE_FAR;
            }
        f->samples[i] = grey_sample(&f->px[i][0][0], W, H, i);
    }
    struct uncap_error err = {0};
    const struct uncap_rect area = {0, 0, W, H};
    assert_int_equal(uncap_matte_stack_open(&f->stack, area, f->samples, N, &err), UNCAP_OK);
    assert_int_equal(uncap_matte_states_find(&f->stack, f->zone, 0, N, &err), UNCAP_OK);
}

/* Largest spread of the letters, mean one of the scene. */
struct spread {
    int letters, scene;
};

static struct spread look(const struct film *f)
{
    struct uncap_matte_look l;
    struct uncap_error err = {0};
    struct spread s = {0, 0};
    int n = 0;
    assert_int_equal(uncap_matte_look_open(&l, &f->stack, 0, N, &err), UNCAP_OK);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            if (!is_letter(x, y)) {
                s.scene += l.dev[y * W + x];
                n++;
            } else if (l.dev[y * W + x] > s.letters) {
                s.letters = l.dev[y * W + x];
            }
    s.scene /= n;
    uncap_matte_look_close(&l);
    return s;
}

static void words_that_light_up_keep_still(void **state)
{
    (void)state;
    struct film f;
    int lit[N];
    for (int i = 0; i < N; i++)
        lit[i] = i * WORDS / N;
    shoot(&f, lit);
    for (int i = 0; i < N; i++)
        assert_int_equal(f.stack.state[i], lit[i]);
    const struct spread s = look(&f);
    assert_true(s.letters < 10 && s.scene > 20);
    uncap_matte_stack_close(&f.stack);
}

static void a_line_of_one_colour_has_one_state(void **state)
{
    (void)state;
    struct film f;
    int lit[N];
    for (int i = 0; i < N; i++)
        lit[i] = 1;
    shoot(&f, lit);
    assert_int_equal(f.stack.state[N - 1], 0);
    uncap_matte_stack_close(&f.stack);
}

static void states_too_short_to_tell_are_none(void **state)
{
    (void)state;
    struct film f;
    int lit[N];
    for (int i = 0; i < N; i++)
        lit[i] = i % WORDS;
    shoot(&f, lit);
    assert_int_equal(f.stack.state[N - 1], 0);
    uncap_matte_stack_close(&f.stack);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_that_light_up_keep_still),
        cmocka_unit_test(a_line_of_one_colour_has_one_state),
        cmocka_unit_test(states_too_short_to_tell_are_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
