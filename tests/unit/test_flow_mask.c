/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/motion/mask.h"

static void random_mask(struct flow_mask *m, int w, int h, uint64_t seed, double share)
{
    assert_true(flow_mask_open(m, w, h));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            if (uncap_rng_uniform(seed, (uint64_t)y, (uint64_t)x) < share)
                flow_mask_add(m, x, y);
    flow_mask_count(m);
}

static const int SIZES[][2] = {{1, 1}, {63, 5}, {64, 5}, {65, 7}, {130, 20}};

static void rank_and_next_visit_members_in_order(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(SIZES) / sizeof(*SIZES); s++) {
        struct flow_mask m;
        random_mask(&m, SIZES[s][0], SIZES[s][1], s, 0.2);
        int rank = 0;
        for (int y = 0; y < m.h; y++) {
            int next = flow_mask_next(&m, 0, y);
            for (int x = 0; x < m.w; x++) {
                if (!flow_mask_has(&m, x, y))
                    continue;
                assert_int_equal(next, x);
                assert_int_equal(flow_mask_rank(&m, x, y), rank++);
                next = flow_mask_next(&m, x + 1, y);
            }
            assert_int_equal(next, m.w);
        }
        assert_int_equal(m.n, rank);
        flow_mask_close(&m);
    }
}

static void rows_hold_all_members(void **state)
{
    (void)state;
    struct flow_mask m;
    int first;
    int end;
    assert_true(flow_mask_open(&m, 70, 9));
    flow_mask_rows(&m, &first, &end);
    assert_int_equal(first, 0);
    assert_int_equal(end, 0);
    flow_mask_add(&m, 69, 3);
    flow_mask_add(&m, 0, 6);
    flow_mask_rows(&m, &first, &end);
    assert_int_equal(first, 3);
    assert_int_equal(end, 7);
    flow_mask_close(&m);
}

static void grow_reaches_a_square(void **state)
{
    (void)state;
    for (size_t s = 0; s < sizeof(SIZES) / sizeof(*SIZES); s++)
        for (int r = 0; r <= 5; r++) {
            struct flow_mask m;
            struct flow_mask grown;
            random_mask(&m, SIZES[s][0], SIZES[s][1], s, 0.01);
            assert_true(flow_mask_open(&grown, m.w, m.h));
            flow_mask_grow(&grown, &m, r);
            for (int y = 0; y < m.h; y++)
                for (int x = 0; x < m.w; x++) {
                    bool near = false;
                    for (int k = 0; k < m.w * m.h; k++)
                        near |= flow_mask_has(&m, k % m.w, k / m.w) && abs(k % m.w - x) <= r &&
                                abs(k / m.w - y) <= r;
                    assert_int_equal(flow_mask_has(&grown, x, y), near);
                }
            flow_mask_close(&m);
            flow_mask_close(&grown);
        }
}

static void reduce_keeps_any(void **state)
{
    (void)state;
    struct flow_mask m;
    struct flow_mask small;
    random_mask(&m, 65, 9, 1, 0.05);
    assert_true(flow_mask_open(&small, 33, 5));
    flow_mask_reduce(&small, &m, 1, 1);
    for (int y = 0; y < 5; y++)
        for (int x = 0; x < 33; x++) {
            bool any = false;
            for (int k = 0; k < 4; k++) {
                const int px = 2 * x + (k & 1);
                const int py = 2 * y + (k >> 1);
                any |= px < m.w && py < m.h && flow_mask_has(&m, px, py);
            }
            assert_int_equal(flow_mask_has(&small, x, y), any);
        }
    flow_mask_close(&m);
    flow_mask_close(&small);
}

static void subtract_leaves_the_rest(void **state)
{
    (void)state;
    struct flow_mask m;
    struct flow_mask taken;
    random_mask(&m, 131, 5, 1, 0.6);
    random_mask(&taken, 131, 5, 2, 0.3);
    int n = 0;
    for (int i = 0; i < m.w * m.h; i++)
        n += flow_mask_has(&m, i % m.w, i / m.w) && !flow_mask_has(&taken, i % m.w, i / m.w);
    flow_mask_subtract(&m, &taken);
    assert_int_equal(m.n, n);
    for (int y = 0; y < m.h; y++)
        for (int x = flow_mask_next(&m, 0, y); x < m.w; x = flow_mask_next(&m, x + 1, y))
            assert_false(flow_mask_has(&taken, x, y));
    flow_mask_close(&m);
    flow_mask_close(&taken);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rank_and_next_visit_members_in_order), cmocka_unit_test(rows_hold_all_members),
        cmocka_unit_test(grow_reaches_a_square), cmocka_unit_test(reduce_keeps_any),
        cmocka_unit_test(subtract_leaves_the_rest)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
