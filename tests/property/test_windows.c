/* SPDX-License-Identifier: Apache-2.0 */
/* Random captions over random shots: every covered frame lies in a core, seams sum to 1, nothing crosses a
 * cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/coverage.h"
#include "base/rng.h"
#include "inpaint/window.h"

enum { MAX_CAPTIONS = 12, MAX_SHOTS = 5, W = 320, H = 240, ROUNDS = 400 };

struct scene {
    struct uncap_caption items[MAX_CAPTIONS];
    struct uncap_matte mattes[MAX_CAPTIONS];
    int64_t shots[MAX_SHOTS];
    struct uncap_captions captions;
};

static int context;
static int core;

static int plan(const struct uncap_engine *e, const struct uncap_plan_request *q, struct uncap_plan *p,
                struct uncap_error *err)
{
    (void)e;
    (void)q;
    (void)err;
    *p =
        (struct uncap_plan){.context = context, .core = core, .margin = 16, .align = 8, .window_bytes = 1000};
    return UNCAP_OK;
}

static int pick(uint64_t round, uint64_t element, int low, int high)
{
    return low + (int)(uncap_rng_u64(7, round, element) % (uint64_t)(high - low + 1));
}

static void make(struct scene *s, uint64_t round)
{
    memset(s, 0, sizeof(*s));
    struct uncap_captions *c = &s->captions;
    c->source.n_frames = pick(round, 1, 1, 400);
    c->n_shots = 1;
    for (int i = 1; i < MAX_SHOTS; i++) {
        const int64_t cut = s->shots[c->n_shots - 1] + pick(round, (uint64_t)i + 10, 1, 150);
        if (cut < c->source.n_frames)
            s->shots[c->n_shots++] = cut;
    }
    c->shots = s->shots;
    c->items = s->items;
    c->n = (size_t)pick(round, 2, 0, MAX_CAPTIONS);
    for (size_t i = 0; i < c->n; i++) {
        const uint64_t k = 100 + 10 * i;
        const int x = pick(round, k, -20, W - 1);
        const int y = pick(round, k + 1, 0, 2) * 100;
        s->mattes[i].area =
            (struct uncap_rect){x, y, x + pick(round, k + 2, 1, 200), y + pick(round, k + 3, 1, 24)};
        const int64_t first = pick(round, k + 4, 0, (int)c->source.n_frames - 1);
        const int64_t end = first + pick(round, k + 5, 1, 200);
        s->items[i] = (struct uncap_caption){.id = (int)i + 1,
                                             .first = first,
                                             .end = end < c->source.n_frames ? end : c->source.n_frames,
                                             .matte = &s->mattes[i],
                                             .keep = pick(round, k + 6, 0, 9) == 0};
    }
}

static int64_t shot_of(const struct uncap_captions *c, int64_t frame)
{
    size_t i = 0;
    while (i + 1 < c->n_shots && c->shots[i + 1] <= frame)
        i++;
    return c->shots[i];
}

/* Weight that the windows of all bands give a caption's frame, where their crop holds the caption's
 * visible area. */
static double weight_at(const struct uncap_window_plans *plans, struct uncap_rect area, int64_t frame)
{
    double sum = 0;
    for (size_t i = 0; i < plans->n; i++) {
        const struct uncap_window_plan *p = &plans->items[i];
        const struct uncap_rect seen = uncap_rect_intersect(area, (struct uncap_rect){0, 0, W, H});
        const struct uncap_rect common = uncap_rect_intersect(seen, p->crop);
        if (frame < p->core_first || frame >= p->core_end || memcmp(&common, &seen, sizeof(seen)))
            continue;
        const double w = (double)uncap_window_weight(p->fade_in, frame - p->core_first);
        sum = sum * (1 - w) + w;
    }
    return sum;
}

static void check(const struct scene *s, const struct uncap_window_plans *plans)
{
    const struct uncap_captions *c = &s->captions;
    for (size_t i = 0; i < plans->n; i++) {
        const struct uncap_window_plan *p = &plans->items[i];
        assert_true(p->first <= p->core_first && p->core_first < p->core_end && p->core_end <= p->end);
        assert_true(p->core_end - p->core_first <= core);
        assert_true(p->core_first - p->first <= context && p->end - p->core_end <= context);
        assert_int_equal(shot_of(c, p->first), shot_of(c, p->end - 1));
        assert_true(p->crop.x0 >= 0 && p->crop.y0 >= 0 && p->crop.x1 <= W && p->crop.y1 <= H);
        assert_int_equal(p->crop.x0 % 8, 0);
        if (i)
            assert_true(plans->items[i - 1].core_first <= p->core_first);
        assert_true(p->fade_in < p->core_end - p->core_first);
    }
    for (size_t i = 0; i < c->n; i++) {
        const struct uncap_rect seen =
            uncap_rect_intersect(c->items[i].matte->area, (struct uncap_rect){0, 0, W, H});
        for (int64_t f = c->items[i].first; f < c->items[i].end && !c->items[i].keep; f++)
            if (!uncap_rect_empty(seen)) {
                const double w = weight_at(plans, c->items[i].matte->area, f);
                assert_true(w > 0.999999 && w < 1.000001);
            }
    }
}

static struct uncap_window_plans plan_scene(const struct scene *s)
{
    static const struct uncap_engine_ops ops = {.name = "test", .plan = plan};
    const struct uncap_engine engine = {.ops = &ops};
    const struct uncap_engine *const engines[] = {&engine, NULL};
    const struct uncap_window_request q = {.captions = &s->captions,
                                           .format = {3, 8, 1, 1},
                                           .w = W,
                                           .h = H,
                                           .n_frames = s->captions.source.n_frames,
                                           .engines = engines,
                                           .budget_bytes = 1 << 30};
    struct uncap_window_plans plans;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_windows_plan(&plans, &q, &err), UNCAP_OK);
    return plans;
}

static void test_random_scenes(void **state)
{
    (void)state;
    static struct scene s;
    for (uint64_t round = 0; round < ROUNDS; round++) {
        context = pick(round, 3, 0, 60);
        core = pick(round, 4, 1, 90);
        make(&s, round);
        struct uncap_window_plans plans = plan_scene(&s);
        check(&s, &plans);
        uncap_windows_clear(&plans);
    }
}

/* Windows of captions that stand for `lives` frames, one after the other, at one place. */
static struct uncap_window_plans plan_lives(const int *lives, int n)
{
    static struct scene s;
    memset(&s, 0, sizeof(s));
    s.captions = (struct uncap_captions){.items = s.items, .n = (size_t)n, .shots = s.shots, .n_shots = 1};
    for (int i = 0; i < n; i++) {
        const int64_t first = s.captions.source.n_frames;
        s.mattes[i].area = (struct uncap_rect){40, 100, 200, 124};
        s.items[i] = (struct uncap_caption){
            .id = i + 1, .first = first, .end = first + lives[i], .matte = &s.mattes[i]};
        s.captions.source.n_frames += lives[i];
    }
    return plan_scene(&s);
}

static void captions_that_fill_a_core_leave_no_seam(void **state)
{
    (void)state;
    const int lives[] = {50, 50, 60};
    context = 40;
    core = 100;
    struct uncap_window_plans plans = plan_lives(lives, 3);
    assert_int_equal(plans.n, 2);
    assert_int_equal(plans.items[1].core_first, 100);
    assert_int_equal(plans.items[1].fade_in, 0);
    uncap_windows_clear(&plans);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_random_scenes),
        cmocka_unit_test(captions_that_fill_a_core_leave_no_seam),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
