/* SPDX-License-Identifier: Apache-2.0 */
/* Lists of a hole and its ring against the masks they were made of. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "base/rng.h"
#include "inpaint/flow/fill/sites.h"

static int distance2(uint32_t a, uint32_t b)
{
    const int dx = flow_place_x(a) - flow_place_x(b);
    const int dy = flow_place_y(a) - flow_place_y(b);
    return dx * dx + dy * dy;
}

static bool is_within_reach(uint32_t a, uint32_t b)
{
    return abs(flow_place_x(a) - flow_place_x(b)) <= FLOW_RING &&
           abs(flow_place_y(a) - flow_place_y(b)) <= FLOW_RING;
}

static void check_list(const struct flow_site_list *l, const struct flow_mask *hole,
                       const struct flow_mask *need)
{
    assert_int_equal(l->n, need->n);
    assert_int_equal(l->n_inner, hole->n);
    for (int k = 0; k < l->n_inner; k++) {
        const uint32_t p = l->place[k];
        assert_true(flow_mask_has(hole, flow_place_x(p), flow_place_y(p)));
        assert_int_equal(flow_mask_rank(hole, flow_place_x(p), flow_place_y(p)), k);
    }
    for (int k = l->n_inner; k < l->n; k++) {
        const int x = flow_place_x(l->place[k]), y = flow_place_y(l->place[k]);
        assert_true(flow_mask_has(need, x, y) && !flow_mask_has(hole, x, y));
        assert_int_equal(flow_mask_rank(need, x, y) - flow_mask_rank(hole, x, y), k - l->n_inner);
    }
}

static void check(int w, int h, double share, struct uncap_format f)
{
    const int cw = uncap_plane_w(f, 1, w);
    const int ch = uncap_plane_h(f, 1, h);
    struct flow_mask hole;
    struct flow_mask need;
    struct flow_mask hole_c;
    struct flow_mask need_c;
    struct flow_sites s;
    assert_true(flow_mask_open(&hole, w, h) && flow_mask_open(&need, w, h) &&
                flow_mask_open(&hole_c, cw, ch) && flow_mask_open(&need_c, cw, ch));
    assert_true(flow_sites_open(&s, w, h, cw, ch));
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++)
            if (uncap_rng_uniform(3, (uint64_t)y, (uint64_t)x) < share)
                flow_mask_add(&hole, x, y);
    flow_mask_count(&hole);
    flow_mask_grow(&need, &hole, FLOW_RING);
    flow_mask_reduce(&hole_c, &hole, f.shift_x, f.shift_y);
    flow_mask_reduce(&need_c, &need, f.shift_x, f.shift_y);
    flow_sites_list(&s, f, &hole, &need, &hole_c, &need_c);
    check_list(&s.luma, &hole, &need);
    check_list(&s.chroma, &hole_c, &need_c);
    for (int k = 0; k < s.luma.n - s.luma.n_inner; k++) {
        const uint32_t here = s.luma.place[s.luma.n_inner + k];
        const uint32_t there = s.luma.place[s.from[k]];
        assert_true(flow_mask_has(&hole, flow_place_x(there), flow_place_y(there)));
        assert_true(is_within_reach(here, there));
        for (int i = 0; i < s.luma.n_inner; i++) {
            const uint32_t other = s.luma.place[i];
            assert_true(!is_within_reach(here, other) || distance2(here, there) <= distance2(here, other));
        }
    }
    for (int i = 0; i < s.chroma.n; i++) {
        const uint32_t p = s.luma.place[s.first[i]];
        assert_int_equal(flow_place_x(p) >> f.shift_x, flow_place_x(s.chroma.place[i]));
        assert_int_equal(flow_place_y(p) >> f.shift_y, flow_place_y(s.chroma.place[i]));
    }
    for (int i = 0; i < s.luma.n; i++) {
        const int x = flow_place_x(s.luma.place[i]);
        const int y = flow_place_y(s.luma.place[i]);
        assert_true(x >= s.bounds.x0 && x < s.bounds.x1 && y >= s.bounds.y0 && y < s.bounds.y1);
    }
    flow_sites_close(&s);
    flow_mask_close(&hole);
    flow_mask_close(&need);
    flow_mask_close(&hole_c);
    flow_mask_close(&need_c);
}

static void lists_agree_with_the_masks(void **state)
{
    (void)state;
    static const struct uncap_format FORMATS[] = {{3, 8, 1, 1}, {3, 8, 0, 0}, {3, 8, 2, 0}};
    static const int SIZES[][2] = {{1, 1}, {64, 20}, {131, 33}, {200, 7}};
    static const double SHARES[] = {0, 0.002, 0.05, 0.5, 1};
    for (size_t f = 0; f < sizeof(FORMATS) / sizeof(*FORMATS); f++)
        for (size_t s = 0; s < sizeof(SIZES) / sizeof(*SIZES); s++)
            for (size_t k = 0; k < sizeof(SHARES) / sizeof(*SHARES); k++)
                check(SIZES[s][0], SIZES[s][1], SHARES[k], FORMATS[f]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(lists_agree_with_the_masks)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
