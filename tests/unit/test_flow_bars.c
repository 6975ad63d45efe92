/* SPDX-License-Identifier: Apache-2.0 */
/* What counts as a bar beside the picture. */
#include "inpaint/flow/bars.h"
#include "still_film.h"

static struct uncap_rect picture_of(const struct scene *s)
{
    static struct film f;
    struct uncap_rect picture;
    struct uncap_error err = {0};
    shoot(s, &f);
    assert_int_equal(flow_bars_find(&f.win, W, &picture, &err), UNCAP_OK);
    burn(&f);
    return picture;
}

static const struct uncap_rect ALL = {0, 0, W, H};

static void are_found_at_every_side(void **state)
{
    (void)state;
    static const struct {
        struct uncap_rect still, picture;
    } CASES[] = {
        {{0, 0, W, 13}, {0, 13, W, H}},
        {{0, 43, W, H}, {0, 0, W, 43}},
        {{0, 0, 21, H}, {21, 0, W, H}},
        {{75, 0, W, H}, {0, 0, 75, H}},
    };
    for (size_t i = 0; i < sizeof(CASES) / sizeof(*CASES); i++)
        assert_rect(picture_of(&(struct scene){.still = CASES[i].still}), CASES[i].picture);
}

static void are_told_by_what_text_leaves_free(void **state)
{
    (void)state;
    const struct scene s = {.still = {0, 43, W, H}, .text = {20, 40, 80, 60}};
    assert_rect(picture_of(&s), (struct uncap_rect){0, 0, W, 43});
}

/* Rows of text ring more than what stands may, between those below it and the picture. */
static void are_as_wide_as_their_text_rings(void **state)
{
    (void)state;
    const struct scene s = {.still = {0, 43, W, H}, .text = {20, 48, 80, 58}, .ringing = {10, 46, 90, 60}};
    assert_rect(picture_of(&s), (struct uncap_rect){0, 0, W, 43});
}

/* A picture that stands needs no cut, nor does one of which a part stands that ends within a row. */
static void are_not_seen_in_a_picture(void **state)
{
    (void)state;
    assert_rect(picture_of(&(struct scene){.still = ALL}), ALL);
    assert_rect(picture_of(&(struct scene){.text = {0, 0, 0, 0}}), ALL);
    assert_rect(picture_of(&(struct scene){.still = {0, 43, 70, H}}), ALL);
    assert_rect(picture_of(&(struct scene){.still = {0, H - 4, W, H}}), ALL);
}

/* Columns of a wall stand, and in those beside them somebody moves. */
static void are_not_seen_beside_what_moves_in_part(void **state)
{
    (void)state;
    assert_rect(picture_of(&(struct scene){.still = {0, 0, 40, H}, .rest = {40, 0, W, 24}}), ALL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(are_found_at_every_side),
        cmocka_unit_test(are_told_by_what_text_leaves_free),
        cmocka_unit_test(are_as_wide_as_their_text_rings),
        cmocka_unit_test(are_not_seen_in_a_picture),
        cmocka_unit_test(are_not_seen_beside_what_moves_in_part),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
