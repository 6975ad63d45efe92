/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a panel that stands in the picture, and how the picture is cut around it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/inset.h"

enum { W = 112, H = 80, FRAMES = 12 };

/* still, rest  what stands, in a picture that moves
 * text         a caption, covered by the matte */
struct scene {
    struct uncap_rect still, rest, text;
};

static bool is_in(struct uncap_rect r, int x, int y)
{
    return x >= r.x0 && x < r.x1 && y >= r.y0 && y < r.y1;
}

static struct flow_inset inset_of(const struct scene *s)
{
    static const struct uncap_format grey = {1, 8, 0, 0};
    static uint8_t coverage[W * H];
    const uint8_t *covered[FRAMES];
    struct uncap_picture frames[FRAMES];
    for (int t = 0; t < FRAMES; t++) {
        assert_true(uncap_picture_alloc(&frames[t], grey, W, H));
        covered[t] = coverage;
        for (int y = 0; y < H; y++)
            for (int x = 0; x < W; x++) {
                const uint64_t at = (uint64_t)(y * W + x);
                const bool stands = is_in(s->still, x, y) || is_in(s->rest, x, y);
                const bool is_text = is_in(s->text, x, y);
                const uint64_t when = stands && !is_text ? 0 : (uint64_t)t;
                const double noise = 6 * uncap_rng_uniform(5, (uint64_t)t, at);
                frames[t].data[0][y * frames[t].stride[0] + x] =
                    (uint8_t)(200 * uncap_rng_uniform(3, when, at) + noise);
                coverage[y * W + x] = is_text ? 255 : 0;
            }
    }
    const struct uncap_window win = {.crop = {0, 0, W, H},
                                     .format = grey,
                                     .n = FRAMES,
                                     .core_end = FRAMES,
                                     .frames = frames,
                                     .coverage = covered};
    struct flow_inset inset;
    struct uncap_error err = {0};
    assert_int_equal(flow_inset_find(&win, W, &inset, &err), UNCAP_OK);
    for (int t = 0; t < FRAMES; t++)
        uncap_picture_free(&frames[t]);
    return inset;
}

static void assert_found(struct flow_inset is, struct uncap_rect wanted, bool by_rows)
{
    assert_int_equal(is.rect.x0, wanted.x0);
    assert_int_equal(is.rect.y0, wanted.y0);
    assert_int_equal(is.rect.x1, wanted.x1);
    assert_int_equal(is.rect.y1, wanted.y1);
    assert_int_equal(is.by_rows, by_rows);
}

static void assert_none(const struct scene *s)
{
    assert_true(uncap_rect_empty(inset_of(s).rect));
}

static const struct uncap_rect PANEL = {27, 21, 82, 58};

static void is_found_to_the_sample(void **state)
{
    (void)state;
    const struct uncap_rect text = {40, 16, 70, 26};
    assert_found(inset_of(&(struct scene){.still = PANEL, .text = text}), PANEL, true);
    /* In a corner of the crop. */
    const struct uncap_rect corner = {50, 33, W, H};
    const struct uncap_rect above = {70, 28, 90, 38};
    assert_found(inset_of(&(struct scene){.still = corner, .text = above}), corner, true);
}

static void is_cut_beside_the_letters(void **state)
{
    (void)state;
    const struct scene across = {.still = PANEL, .text = {8, 34, 104, 44}};
    assert_found(inset_of(&across), PANEL, false);
    const struct scene everywhere = {.still = PANEL, .text = {20, 16, 104, 44}};
    assert_none(&everywhere);
}

static void matters_to_text_beside_it_alone(void **state)
{
    (void)state;
    assert_none(&(struct scene){.still = PANEL, .text = {34, 2, 70, 10}});
    assert_found(inset_of(&(struct scene){.still = PANEL, .text = {34, 2, 70, 17}}), PANEL, true);
}

/* All of it stands, nothing does, a bar stands, which is not cut out as an inset, or somebody moves beside a
 * part of what stands. */
static void is_not_seen_elsewhere(void **state)
{
    (void)state;
    const struct uncap_rect text = {40, 16, 70, 26};
    assert_none(&(struct scene){.still = {0, 0, W, H}, .text = text});
    assert_none(&(struct scene){.text = text});
    assert_none(&(struct scene){.still = {0, 20, W, H}, .text = text});
    assert_none(&(struct scene){.still = PANEL, .rest = {60, 0, W, H}, .text = text});
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(is_found_to_the_sample),
        cmocka_unit_test(is_cut_beside_the_letters),
        cmocka_unit_test(matters_to_text_beside_it_alone),
        cmocka_unit_test(is_not_seen_elsewhere),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
