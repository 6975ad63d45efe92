/* SPDX-License-Identifier: Apache-2.0 */
/* Letters that change their colour where they stand, told from a scene that moves. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/rng.h"
#include "detect/matte/lines.h"
#include "detect/matte/sung.h"
#include "grey.h"

enum { N = 12, MANY = 40, W = 96, H = 24, WHITE = 235, LIT = 120, DARK = 20 };

/* The text takes up the middle rows; letters are three columns of six, the outer two of them soft. */
static bool is_text(int y)
{
    return y >= H / 4 && y < 3 * H / 4;
}

static bool is_letter(int x, int y)
{
    return is_text(y) && x % 6 < 3;
}

/* Crops of one channel, what is drawn into them, and what is found. */
struct film {
    uint8_t px[MANY][H][W], zone[H * W], sung[H * W];
};

static void find(struct film *f, int n)
{
    struct uncap_matte_sample samples[MANY];
    struct uncap_matte_stack stack;
    struct uncap_error err = {0};
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            f->zone[y * W + x] = is_text(y) ? UNCAP_MATTE_ZONE_TEXT : UNCAP_MATTE_ZONE_FAR;
    for (int i = 0; i < n; i++)
        samples[i] = grey_sample(&f->px[i][0][0], W, H, i);
    const struct uncap_rect area = {0, 0, W, H};
    memset(f->sung, 9, sizeof(f->sung));
    assert_int_equal(uncap_matte_stack_open(&stack, area, samples, n, &err), UNCAP_OK);
    assert_int_equal(uncap_matte_sung_find(&stack, f->zone, 0, n, f->sung, &err), UNCAP_OK);
    uncap_matte_stack_close(&stack);
}

static int noise(int i, int x, int y)
{
    return (int)(100.0F * (float)uncap_rng_uniform(3, (uint64_t)i, (uint64_t)(y * W + x)));
}

/* Letters left of the column `x_sung` of each of n samples are lit; their sides are halfway to a dark outline. */
static void sing(struct film *f, const int *x_sung, int n)
{
    for (int i = 0; i < n; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const int colour = x < x_sung[i] ? LIT : WHITE;
                const int soft = x % 6 == 1 ? colour : (colour + DARK) / 2;
                f->px[i][y][x] = (uint8_t)(is_letter(x, y) ? soft : noise(i, x, y));
            }
}

static int n_sung(const struct film *f, bool of_letters)
{
    int n = 0;
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++)
            n += is_letter(x, y) == of_letters && f->sung[y * W + x];
    return n;
}

/* Two thirds of the line are sung in the middle of its life: letters and their soft edges, and no scene. */
static void letters_that_are_sung_are_told(void **state)
{
    (void)state;
    static struct film f;
    int x_sung[N];
    for (int i = 0; i < N; i++)
        x_sung[i] = i * W / N;
    sing(&f, x_sung, N);
    find(&f, N);
    for (int y = H / 4; y < 3 * H / 4; y++)
        for (int x = 0; x < W * 3 / 4; x++)
            if (is_letter(x, y) && x > W / N)
                assert_int_equal(f.sung[y * W + x], 1);
    assert_int_equal(n_sung(&f, false), 0);
}

/* Of n samples, a word lights up in [first, end). */
static void light_up(int n, int first, int end)
{
    static struct film f;
    int x_sung[MANY];
    for (int i = 0; i < n; i++)
        x_sung[i] = i >= first && i < end ? W / 3 : 0;
    sing(&f, x_sung, n);
    find(&f, n);
    for (int y = H / 4; y < 3 * H / 4; y++)
        for (int x = 0; x < W; x++)
            if (is_letter(x, y))
                assert_int_equal(f.sung[y * W + x], x < W / 3);
    assert_int_equal(n_sung(&f, false), 0);
}

static void a_word_that_lights_up_and_goes_out_is_told(void **state)
{
    (void)state;
    light_up(N, 4, 8);
    light_up(MANY, 33, 37);
}

static void letters_of_one_colour_are_not_sung(void **state)
{
    (void)state;
    static struct film f;
    const int x_sung[N] = {0};
    sing(&f, x_sung, N);
    find(&f, N);
    assert_int_equal(n_sung(&f, true) + n_sung(&f, false), 0);
}

/* A bar passes behind letters of one colour, as bright as they are: it steps in the text and beside it. */
static void what_passes_is_not_sung(void **state)
{
    (void)state;
    static struct film f;
    for (int i = 0; i < N; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                f.px[i][y][x] = is_letter(x, y) || x < i * W / N ? WHITE : LIT;
    find(&f, N);
    assert_int_equal(n_sung(&f, true) + n_sung(&f, false), 0);
}

/* The same, by more than letters that are sung before it: those are told all the same. */
static void letters_are_told_before_what_passes(void **state)
{
    (void)state;
    static struct film f;
    for (int i = 0; i < N; i++)
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++)
                f.px[i][y][x] = (uint8_t)(is_letter(x, y) ? i < N / 2 || x < W / 2 ? WHITE : LIT
                                          : x < i * W / N ? WHITE
                                                          : DARK);
    find(&f, N);
    for (int y = H / 4; y < 3 * H / 4; y++)
        for (int x = 0; x < W; x++)
            if (is_letter(x, y))
                assert_int_equal(f.sung[y * W + x], x >= W / 2);
    assert_int_equal(n_sung(&f, false), 0);
}

static void few_samples_tell_nothing(void **state)
{
    (void)state;
    static struct film f;
    int x_sung[N];
    for (int i = 0; i < N; i++)
        x_sung[i] = i < 2 ? 0 : W;
    sing(&f, x_sung, N);
    find(&f, 5);
    assert_int_equal(n_sung(&f, true) + n_sung(&f, false), 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(letters_that_are_sung_are_told),
        cmocka_unit_test(a_word_that_lights_up_and_goes_out_is_told),
        cmocka_unit_test(letters_of_one_colour_are_not_sung),
        cmocka_unit_test(what_passes_is_not_sung),
        cmocka_unit_test(letters_are_told_before_what_passes),
        cmocka_unit_test(few_samples_tell_nothing),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
