/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a panel that stands in the picture, and how the picture is cut around it. */
#include "inpaint/flow/inset.h"
#include "still_film.h"

static struct flow_inset inset_of(const struct scene *s)
{
    static struct film f;
    struct flow_inset inset;
    struct uncap_error err = {0};
    shoot(s, &f);
    assert_int_equal(flow_inset_find(&f.win, W, &inset, &err), UNCAP_OK);
    burn(&f);
    return inset;
}

static void assert_found(struct flow_inset is, struct uncap_rect wanted, bool by_rows)
{
    assert_rect(is.rect, wanted);
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
