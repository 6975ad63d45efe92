/* SPDX-License-Identifier: Apache-2.0 */
/* What stands for a frame or two: found where and when it was; not what passes by, stays, or is
 * everywhere. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "detect/look/flash.h"

enum { W = 330, H = 180, N = 24 };

static int texture(int x, int y)
{
    const unsigned h = (unsigned)((x + 3000) / 3 * 7919 + (y + 3000) / 3 * 104729);
    return 60 + (int)((h ^ h >> 7) * 2654435761u >> 26);
}

/* In frames [first, end), letters in `rect`, displaced by `speed` columns a frame. */
struct scene {
    struct uncap_rect rect;
    int first, end, speed;
    int pan; /* columns a frame that the picture moves */
};

static void paint(const struct scene *s, int frame, uint8_t *out)
{
    const int dx = s->speed * (frame - s->first);
    for (int y = 0; y < H; y++)
        for (int x = 0; x < W; x++) {
            const bool is_in = frame >= s->first && frame < s->end && y >= s->rect.y0 && y < s->rect.y1 &&
                               x - dx >= s->rect.x0 && x - dx < s->rect.x1;
            out[y * W + x] =
                (uint8_t)(is_in && (x - dx) / 3 * 5 % 7 < 3 ? 235 : texture(x - s->pan * frame, y));
        }
}

/* Frames of the flash found, *first -1: none; the newest wins. */
static void watch(const struct scene *s, int64_t *first, int64_t *end, struct uncap_rect *where, int *n_found)
{
    struct uncap_error err = {0};
    struct uncap_flash f;
    uint8_t *block = malloc((size_t)N * W * H);
    struct uncap_luma frames[N];
    assert_non_null(block);
    assert_int_equal(uncap_flash_open(&f, W, H, &err), 0);
    *first = -1;
    *n_found = 0;
    for (int n = 0; n < N; n++) {
        const struct uncap_luma *lumas[UNCAP_FLASH_HISTORY];
        frames[n] = (struct uncap_luma){block + (size_t)n * W * H, W, H, W};
        paint(s, n, frames[n].data);
        for (int i = 0; i < UNCAP_FLASH_HISTORY; i++)
            lumas[i] = n >= i ? &frames[n - i] : NULL;
        *n_found += uncap_flash_push(&f, lumas, first, end, where);
    }
    uncap_flash_close(&f);
    free(block);
}

static void finds_what_flashes(void **state)
{
    (void)state;
    static const struct uncap_rect line = {90, 140, 240, 164};
    const struct {
        const char *what;
        struct scene scene;
        bool is_flash;
    } cases[] = {
        {"a frame", {line, 10, 11, 0, 0}, true},
        {"two frames", {line, 10, 12, 0, 0}, true},
        {"three frames", {line, 10, 13, 0, 0}, false},
        {"the second frame", {line, 1, 2, 0, 0}, true},
        {"the last frame but one",
         {line, N - 2, N - 1, 0, 0},
         false}, /* nothing says that it has gone for good */
        {"it stays", {line, 10, N, 0, 0}, false},
        {"it passes by", {line, 8, 16, 16, 0}, false},
        {"under a pan", {line, 10, 11, 0, 9}, false},
        {"all of the picture", {{0, 0, W, H}, 10, 11, 0, 0}, false},
        {"a column", {{160, 20, 184, 160}, 10, 11, 0, 0}, false},
        {"a speck", {{160, 140, 180, 150}, 10, 11, 0, 0}, false},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        const struct scene *s = &cases[i].scene;
        int64_t first, end;
        struct uncap_rect where;
        int n_found;
        watch(s, &first, &end, &where, &n_found);
        if (n_found != cases[i].is_flash)
            fail_msg("%s: found %d times", cases[i].what, n_found);
        if (!cases[i].is_flash)
            continue;
        if (first != s->first || end != s->end)
            fail_msg("%s: in [%d, %d)", cases[i].what, (int)first, (int)end);
        if (abs(where.x0 - line.x0) > 24 || abs(where.x1 - line.x1) > 24 || where.y0 > line.y0 + 4 ||
            where.y1 < line.y1 - 4)
            fail_msg("%s: at %d %d %d %d", cases[i].what, where.x0, where.y0, where.x1, where.y1);
    }
}

static void small_pictures_have_none(void **state)
{
    (void)state;
    struct uncap_error err = {0};
    struct uncap_flash f;
    uint8_t data[48 * 3] = {0};
    struct uncap_luma luma = {data, 48, 3, 48};
    const struct uncap_luma *lumas[UNCAP_FLASH_HISTORY] = {&luma, &luma, &luma, &luma, &luma};
    int64_t first, end;
    struct uncap_rect where;
    assert_int_equal(uncap_flash_open(&f, 48, 3, &err), 0);
    for (int n = 0; n < 6; n++)
        assert_false(uncap_flash_push(&f, lumas, &first, &end, &where));
    uncap_flash_close(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(finds_what_flashes),
        cmocka_unit_test(small_pictures_have_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
