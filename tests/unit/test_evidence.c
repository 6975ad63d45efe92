/* SPDX-License-Identifier: Apache-2.0 */
/* Which crops of a caption's life are kept. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "detect/matte/evidence.h"
#include "grey.h"

enum { SIDE = 4 };

static void fill(struct uncap_evidence *e, int n)
{
    static uint8_t px[SIDE][SIDE];
    const struct uncap_picture picture = grey_picture(&px[0][0], SIDE, SIDE);
    uncap_evidence_start(e, (struct uncap_rect){0, 0, SIDE, SIDE});
    for (int i = 0; i < n; i++)
        assert_int_equal(uncap_evidence_add_life(e, i, &picture, NULL), UNCAP_OK);
}

static void room_is_made_among_the_earlier_ones(void **state)
{
    (void)state;
    struct uncap_evidence e = {.n_life = 0};
    fill(&e, UNCAP_EVIDENCE_LIFE);
    uncap_evidence_make_room(&e, 20, 8);
    assert_int_equal(e.n_life, UNCAP_EVIDENCE_LIFE - 10); /* 0, 2 .. 18, then all */
    for (int i = 0; i < e.n_life; i++)
        assert_int_equal(e.life[i].frame, i < 10 ? 2 * i : 10 + i);
    uncap_evidence_make_room(&e, 20, 8);
    assert_int_equal(e.n_life, UNCAP_EVIDENCE_LIFE - 10); /* there is room */
    uncap_evidence_make_room(&e, 20, 18);
    assert_int_equal(e.n_life, UNCAP_EVIDENCE_LIFE - 18); /* more than there is: 0 and 16, then all */
    assert_int_equal(e.life[1].frame, 16);
    assert_int_equal(e.stride, 1);
    uncap_evidence_clear(&e);
}

/* Two seconds: which frames are taken is not left to chance. */
static void a_short_life_is_kept_whole(void **state)
{
    (void)state;
    struct uncap_evidence e = {.n_life = 0};
    fill(&e, 50);
    assert_int_equal(e.n_life, 50);
    uncap_evidence_clear(&e);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(room_is_made_among_the_earlier_ones),
        cmocka_unit_test(a_short_life_is_kept_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
