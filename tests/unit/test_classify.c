/* SPDX-License-Identifier: Apache-2.0 */
/* Captions, scene text, logos; and the band they stand in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "detect/life/band.h"
#include "detect/life/classify.h"

static struct uncap_features good(int64_t first)
{
    return (struct uncap_features){.first = first,
                                   .end = first + 50,
                                   .rect = {200, 600, 800, 640},
                                   .line_px = 40,
                                   .picture_px = 720,
                                   .score = 0.9f,
                                   .contrast = 70,
                                   .likeness = 0.95f,
                                   .n_seen = 3,
                                   .is_steady = true,
                                   .begin = UNCAP_BORDER_CLEAN,
                                   .finish = UNCAP_BORDER_CLEAN};
}

static const char *kind_of(const struct uncap_features *f, int n, int i, int64_t n_frames)
{
    struct uncap_verdict verdicts[8];
    uncap_classify(f, n, n_frames, verdicts);
    return verdicts[i].kind;
}

static void a_caption_alone_is_one(void **state)
{
    (void)state;
    const struct uncap_features f = good(10);
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
}

/* However it comes and goes, unless it looks as captions do. */
static void what_wanders_is_filmed(void **state)
{
    (void)state;
    struct uncap_features f[2] = {good(10), good(70)};
    f[0].wanders = true;
    assert_string_equal(kind_of(f, 1, 0, 1000), "scene");
    f[0].is_overlay = f[0].is_in_place = true;
    assert_string_equal(kind_of(f, 2, 0, 1000), "caption");
}

/* Six frames each, and two letters: seen once, short, not twice as wide as high. */
static void words_that_take_turns_are_captions(void **state)
{
    (void)state;
    struct uncap_features f[3];
    for (int i = 0; i < 3; i++) {
        f[i] = good(10 + 6 * i);
        f[i].end = f[i].first + 6;
        f[i].rect = (struct uncap_rect){300, 600, 345, 630};
        f[i].line_px = 30;
        f[i].n_seen = 1;
    }
    assert_string_equal(kind_of(f, 1, 0, 1000), "scene");
    for (int i = 0; i < 3; i++)
        assert_string_equal(kind_of(f, 3, i, 1000), "caption");
    f[1].end--; /* a frame without either */
    assert_string_equal(kind_of(f, 2, 1, 1000), "caption");
    assert_string_equal(kind_of(f + 1, 2, 0, 1000), "scene");
    f[1].end++;
    f[1].begin = UNCAP_BORDER_SOFT; /* filmed: it was on its way */
    assert_string_equal(kind_of(f, 2, 0, 1000), "scene");
    assert_string_equal(kind_of(f, 2, 1, 1000), "scene");
}

static void what_comes_with_the_scene_is_scene(void **state)
{
    (void)state;
    struct uncap_features f = good(10);
    f.begin = f.finish = UNCAP_BORDER_CUT; /* a sign that stands for a shot */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.begin = f.finish = UNCAP_BORDER_SOFT;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f = good(10);
    f.is_steady = false;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f = good(10);
    f.n_seen = 1; /* the detector saw it once and never again */
    f.n_missed = 4;
    f.likeness = 0.6f;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
}

/* Captions that change with the shots show no border; but signs do not stand around one axis in all shots. */
static void lines_around_one_axis_in_other_shots_are_captions(void **state)
{
    (void)state;
    struct uncap_features f[3];
    for (int i = 0; i < 3; i++) {
        f[i] = good(60 * i);
        f[i].begin = f[i].finish = UNCAP_BORDER_CUT;
        f[i].shot = i + 1;
        f[i].rect.x0 += 60 * i;
        f[i].rect.x1 -= 60 * i;
    }
    for (int i = 0; i < 3; i++)
        assert_string_equal(kind_of(f, 3, i, 1000), "caption");
    assert_string_equal(kind_of(f, 2, 0, 1000), "scene"); /* one other may be chance */
    f[2].shot = f[1].shot;                                /* parts of one line */
    assert_string_equal(kind_of(f, 3, 0, 1000), "scene");
    f[2].shot = 3;
    f[2].rect = f[1].rect = f[0].rect; /* the same sign, seen again from the same place */
    assert_string_equal(kind_of(f, 3, 0, 1000), "scene");
}

static void what_stands_before_a_moving_picture_is_no_sign(void **state)
{
    (void)state;
    struct uncap_features f = good(0);
    f.end = 1000;
    f.begin = f.finish = UNCAP_BORDER_CUT;
    f.is_in_place = true;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.is_overlay = true;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.is_in_place = false; /* a logo, perhaps */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.is_in_place = true;
    f.begin = f.finish = UNCAP_BORDER_SOFT; /* it came and went with something else */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
}

/* Cups on a table, toy blocks with letters: things that a hand covers all at once. */
static void what_fills_the_picture_is_scene(void **state)
{
    (void)state;
    struct uncap_features f = good(10);
    f.rect = (struct uncap_rect){280, 240, 980, 560};
    f.line_px = 320;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.rect.x1 = f.rect.x0 + 60; /* a column of text */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f = good(0);
    f.begin = UNCAP_BORDER_CUT; /* the video begins with it */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.line_px = 120;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.begin = UNCAP_BORDER_CLEAN; /* a large title */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
}

static void what_lies_aslant_is_scene(void **state)
{
    (void)state;
    struct uncap_features f = good(10);
    f.slope = 0.1f; /* a short word with a descender */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.rect.x1 = f.rect.x0 + 70;
    f.slope = 0.16f; /* the shorter, the more aslant */
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.rect.x1 = f.rect.x0 + 140;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.slope = 0.5f;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
}

/* Four words of a text, one after the other, of that width; the last one seen once. */
static void set_words(struct uncap_features f[4], int w)
{
    static const int64_t first[4] = {10, 50, 100, 150};
    for (int i = 0; i < 4; i++) {
        f[i] = good(first[i]);
        f[i].rect = (struct uncap_rect){400, 620, 400 + w, 620 + 42};
        f[i].line_px = f[i].reach_px = 42;
    }
    f[3].n_seen = 1;
}

/* "it" in a box that lies on the slope from the dot to the foot of the t, among other words. */
static void a_square_box_lies_anyhow(void **state)
{
    (void)state;
    struct uncap_features f[4];
    set_words(f, 40);
    f[3].rect.y1 = f[3].rect.y0 + 43;
    f[3].line_px = 35;
    f[3].slope = 0.34f;
    f[3].score = 0.69f;
    f[3].n_missed = 2;
    assert_string_equal(kind_of(f, 4, 3, 1000), "caption");
    f[3].rect.x1 = f[3].rect.x0 + 60; /* so wide that it is seen how it lies */
    assert_string_equal(kind_of(f, 4, 3, 1000), "scene");
}

/* "the" in a box that lies on the tops of t, h and e, among other words. */
static void a_short_word_is_as_high_as_its_box_reaches(void **state)
{
    (void)state;
    struct uncap_features f[4];
    set_words(f, 80);
    f[3].rect.x1 = f[3].rect.x0 + 60;
    f[3].rect.y1 = f[3].rect.y0 + 32;
    f[3].line_px = 23.4f;
    f[3].reach_px = 32;
    f[3].slope = 0.14f;
    f[3].score = 0.68f;
    f[3].n_missed = 1;
    assert_string_equal(kind_of(f, 4, 3, 1000), "caption");
    f[3].reach_px = 23.4f; /* as thin as that it were aslant */
    assert_string_equal(kind_of(f, 4, 3, 1000), "scene");
}

static void style_helps_the_doubtful(void **state)
{
    (void)state;
    struct uncap_features f[4] = {good(10), good(70), good(130), good(200)};
    f[3].begin = UNCAP_BORDER_CUT;
    f[3].n_seen = 1;
    f[3].score = 0.65f;
    assert_string_equal(kind_of(&f[3], 1, 0, 1000), "scene");
    assert_string_equal(kind_of(f, 4, 3, 1000), "caption");
    f[3].rect = (struct uncap_rect){20, 100, 300, 140}; /* the same doubts elsewhere in the picture */
    assert_string_equal(kind_of(f, 4, 3, 1000), "scene");
}

/* Lines of a poster that the camera passes begin where the picture does, not where each other do. */
static void what_the_picture_cuts_off_has_no_style(void **state)
{
    (void)state;
    struct uncap_features f[4] = {good(10), good(70), good(130), good(200)};
    f[3].begin = UNCAP_BORDER_CUT;
    f[3].n_seen = 1;
    f[3].score = 0.65f;
    assert_string_equal(kind_of(f, 4, 3, 1000), "caption");
    for (int i = 0; i < 4; i++)
        f[i].is_cut_off = true;
    assert_string_equal(kind_of(f, 4, 3, 1000), "scene");
    assert_string_equal(kind_of(f, 4, 0, 1000), "caption"); /* one in a corner may touch the side */
}

/* From the first frame to the last, right above captions that come and go: with one that it sees come, it may
 * be one of theirs. */
static void what_stands_all_along_has_no_style_of_theirs(void **state)
{
    (void)state;
    struct uncap_features f[4] = {good(0), good(70), good(130), good(200)};
    f[0].end = 300;
    f[0].rect.y0 -= 44, f[0].rect.y1 -= 44;
    f[0].begin = f[0].finish = UNCAP_BORDER_CUT;
    assert_string_equal(kind_of(f, 4, 0, 300), "scene");
    for (int i = 1; i < 4; i++)
        assert_string_equal(kind_of(f, 4, i, 300), "caption");
    f[0].end = 205; /* until a cut */
    assert_string_equal(kind_of(f, 4, 0, 300), "scene");
    f[0].first = 75;
    assert_string_equal(kind_of(f, 4, 0, 300), "caption");
}

static void through_cuts_all_along_is_a_logo(void **state)
{
    (void)state;
    struct uncap_features f = good(0);
    f.end = 980;
    f.n_cuts = 4;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "logo");
}

static void what_decides_what_stays(void **state)
{
    (void)state;
    static const char *const kinds[] = {"caption", "scene", "logo"};
    static const bool keeps[3][3] = {{false, true, true}, {false, false, false}, {true, true, false}};
    for (int what = 0; what < 3; what++)
        for (int k = 0; k < 3; k++) {
            const struct uncap_verdict v = {.kind = kinds[k]};
            assert_int_equal(uncap_classify_keeps(&v, (enum uncap_what)what), keeps[what][k]);
        }
}

/* What is filmed moves as it likes; of a line that does, it must be seen that the picture stays behind. */
static void what_moves_freely_must_leave_the_picture_behind(void **state)
{
    (void)state;
    struct uncap_features f = good(10);
    f.is_steady = false;
    f.is_moving = true;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.is_free = true;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
    f.is_overlay = true;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "caption");
    f.end = f.first + 12;
    assert_string_equal(kind_of(&f, 1, 0, 1000), "scene");
}

/* A frame or two tell nothing by themselves. */
static void a_flash_is_known_by_its_style(void **state)
{
    (void)state;
    struct uncap_features f[3] = {good(10), good(70), good(71)};
    for (int i = 1; i < 3; i++) {
        f[i].end = f[i].first + 1;
        f[i].n_seen = 1;
        f[i].is_steady = false;
        f[i].is_flash = true;
    }
    assert_string_equal(kind_of(f, 2, 1, 1000), "caption");
    assert_string_equal(kind_of(f + 1, 1, 0, 1000), "scene");
    assert_string_equal(kind_of(f + 1, 2, 0, 1000), "scene"); /* nor by each other */
    f[1].rect = (struct uncap_rect){200, 300, 800, 340};
    assert_string_equal(kind_of(f, 2, 1, 1000), "scene");
    f[1] = f[2];
    f[1].score = 0.6f;
    assert_string_equal(kind_of(f, 2, 1, 1000), "scene");
}

static void the_band_holds_the_captions(void **state)
{
    (void)state;
    struct uncap_features f[3] = {good(10), good(70), good(130)};
    assert_true(uncap_rect_empty(uncap_band_find(f, 1, 1280, 720).rows)); /* one is too few */
    struct uncap_band band = uncap_band_find(f, 2, 1280, 720);
    assert_int_equal(band.rows.x1, 1280);
    assert_true(band.texts.x0 > 0 && band.texts.x1 < 1280 && band.texts.y0 >= band.rows.y0);
    assert_true(band.rows.y0 <= 560 && band.rows.y0 > 500 && band.rows.y1 >= 680);
    f[2].rect = (struct uncap_rect){200, 20, 800, 60}; /* at the top too: the whole picture again */
    assert_true(uncap_rect_empty(uncap_band_find(f, 3, 1280, 720).rows));
    f[2].is_steady = false;
    assert_false(uncap_rect_empty(uncap_band_find(f, 3, 1280, 720).rows));
}

/* Before all texts are known: style and strokes may still speak for it. */
static void what_has_no_hope_is_scene_at_once(void **state)
{
    (void)state;
    struct uncap_features f = good(10);
    assert_true(uncap_classify_is_open(&f));
    f.begin = UNCAP_BORDER_CUT;
    assert_true(uncap_classify_is_open(&f)); /* like three other captions, it is one */
    f.finish = UNCAP_BORDER_SOFT;
    f.n_seen = 1;
    f.n_missed = 4;
    assert_false(uncap_classify_is_open(&f));
    f = good(10);
    f.is_steady = false;
    assert_false(uncap_classify_is_open(&f));
    f.is_moving = true;
    assert_true(uncap_classify_is_open(&f));
}

/* The n texts in one row, one after the other, in the video's captions' style; f[0] as it is. */
static void add_alike(struct uncap_features *f, int n)
{
    for (int i = 1; i < n; i++) {
        f[i] = good(100 * i);
        f[i].line_px = f[0].line_px;
        f[i].rect = f[0].rect;
    }
}

static void what_was_never_seen_comes_and_goes_as_captions_do(void **state)
{
    (void)state;
    struct uncap_features f[4] = {good(10)};
    f[0].rect = (struct uncap_rect){480, 600, 520, 640};
    f[0].is_inferred = true;
    f[0].n_seen = 1;
    add_alike(f, 4);
    assert_string_equal(kind_of(f, 4, 0, 1000), "caption");
    f[0].finish = UNCAP_BORDER_CUT; /* what the last word has hidden stands on until the end */
    assert_string_equal(kind_of(f, 4, 0, 1000), "scene");
}

static void a_letter_alone_is_no_caption(void **state)
{
    (void)state;
    struct uncap_features f[2] = {good(10)};
    f[0].rect = (struct uncap_rect){480, 100, 520, 140};
    f[0].n_seen = f[0].n_missed = 1;
    assert_string_equal(kind_of(f, 1, 0, 1000), "scene");
    add_alike(f, 2);
    assert_string_equal(kind_of(f, 2, 0, 1000), "caption");
}

static void what_is_none_by_itself_gives_no_style(void **state)
{
    (void)state;
    struct uncap_features f[2] = {good(10), good(100)};
    for (int i = 0; i < 2; i++) { /* two signs side by side, of which somebody walks past one end */
        f[i].begin = UNCAP_BORDER_CUT;
        f[i].n_missed = 2;
    }
    assert_string_equal(kind_of(f, 2, 0, 1000), "scene");
    f[1] = good(100);
    assert_string_equal(kind_of(f, 2, 0, 1000), "caption");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_around_one_axis_in_other_shots_are_captions),
        cmocka_unit_test(what_stands_before_a_moving_picture_is_no_sign),
        cmocka_unit_test(a_caption_alone_is_one),
        cmocka_unit_test(what_wanders_is_filmed),
        cmocka_unit_test(words_that_take_turns_are_captions),
        cmocka_unit_test(what_comes_with_the_scene_is_scene),
        cmocka_unit_test(what_has_no_hope_is_scene_at_once),
        cmocka_unit_test(what_fills_the_picture_is_scene),
        cmocka_unit_test(what_lies_aslant_is_scene),
        cmocka_unit_test(a_square_box_lies_anyhow),
        cmocka_unit_test(a_short_word_is_as_high_as_its_box_reaches),
        cmocka_unit_test(style_helps_the_doubtful),
        cmocka_unit_test(what_the_picture_cuts_off_has_no_style),
        cmocka_unit_test(what_stands_all_along_has_no_style_of_theirs),
        cmocka_unit_test(through_cuts_all_along_is_a_logo),
        cmocka_unit_test(what_decides_what_stays),
        cmocka_unit_test(what_moves_freely_must_leave_the_picture_behind),
        cmocka_unit_test(a_flash_is_known_by_its_style),
        cmocka_unit_test(what_was_never_seen_comes_and_goes_as_captions_do),
        cmocka_unit_test(a_letter_alone_is_no_caption),
        cmocka_unit_test(what_is_none_by_itself_gives_no_style),
        cmocka_unit_test(the_band_holds_the_captions),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
