/* SPDX-License-Identifier: Apache-2.0 */
/* Subtitles from captions, and the script of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/captions/subtitles.h"
#include "detect/ocr/script.h"

static struct uncap_caption line(int id, int64_t first, int64_t end, float y, char *text)
{
    return (struct uncap_caption){.id = id,
                                  .first = first,
                                  .end = end,
                                  .text = text,
                                  .kind = "caption",
                                  .quad = {{{100, y}, {300, y}, {300, y + 20}, {100, y + 20}}}};
}

static char *print(struct uncap_caption *items, size_t n, enum uncap_subtitle_format format)
{
    const struct uncap_captions captions = {
        .source = {.w = 400, .h = 300, .n_frames = 100000, .duration_s = 4000}, .items = items, .n = n};
    char *text;
    size_t length;
    assert_int_equal(uncap_subtitles_print(&captions, format, &text, &length, NULL), UNCAP_OK);
    assert_int_equal(strlen(text), length);
    return text;
}

static void lines_that_stand_together_are_one(void **state)
{
    (void)state;
    struct uncap_caption items[5] = {line(1, 10, 60, 252, "below"), line(2, 10, 60, 230, "above"),
                                     line(3, 91500, 91525, 252, NULL), line(4, 5, 90, 20, "kept"),
                                     line(5, 10, 61, 20, "at the top")};
    items[3].keep = true;
    char *text = print(items, 5, UNCAP_SUBTITLE_SRT);
    assert_string_equal(text, "1\n00:00:00,400 --> 00:00:02,400\nabove\nbelow\n\n"
                              "2\n00:00:00,400 --> 00:00:02,440\nat the top\n\n"
                              "3\n01:01:00,000 --> 01:01:01,000\n[not read]\n\n");
    uncap_free(text);
}

static void ass_has_places_and_no_overrides_from_text(void **state)
{
    (void)state;
    struct uncap_caption items[1] = {line(1, 10, 60, 250, "a {b}")};
    char *text = print(items, 1, UNCAP_SUBTITLE_ASS);
    assert_non_null(strstr(text, "PlayResX: 400\nPlayResY: 300\n"));
    assert_non_null(strstr(
        text, "Dialogue: 0,0:00:00.38,0:00:02.38,Default,,0,0,0,,{\\an5\\pos(200.5,260.5)\\fs20}a (b)\n"));
    uncap_free(text);
}

/* Finds the event of one caption with this style. */
static void expect_event(const struct uncap_caption *items, size_t n, const char *event)
{
    struct uncap_caption copies[2];
    memcpy(copies, items, n * sizeof(*items));
    char *text = print(copies, n, UNCAP_SUBTITLE_ASS);
    if (!strstr(text, event))
        fail_msg("%s\nis not in\n%s", event, text);
    uncap_free(text);
}

static void ass_shows_a_line_as_it_was(void **state)
{
    (void)state;
    /* 'Hull' rises 0.64 of the size and is 1.54 to 1.74 of it long: size 50. */
    struct uncap_style style = {.ink = {100, 200, 180, 232},
                                .stroke_px = 3,
                                .outline_px = 2.5f,
                                .shadow_px = 1.5f,
                                .fill = {{0x10, 0x20, 0x30}, 255},
                                .outline = {{0xa0, 0xb0, 0xc0}, 128},
                                .shadow = {{1, 2, 3}, 55}};
    uint8_t opacity[50];
    struct uncap_caption c = line(1, 10, 60, 205, "Hull");
    memset(opacity, 255, sizeof(opacity));
    opacity[0] = 51;
    opacity[1] = 153; /* lack 0.8 and 0.4 of a frame of 40 ms */
    opacity[49] = 127;
    c.style = &style;
    c.opacity = opacity;
    expect_event(&c, 1,
                 "0:00:00.38,0:00:02.38,Default,,0,0,0,,{\\an5\\pos(140.0,216.8)\\fs50\\1c&H302010&"
                 "\\3c&HC0B0A0&\\3a&H7F&\\bord2.5\\4c&H030201&\\4a&HC8&\\shad1.5\\fad(96,40)}Hull\n");
    /* Nearer to the wide typeface's width than to the narrow one's. */
    style.ink.x1 = 184;
    expect_event(&c, 1, "{\\an5\\pos(142.0,216.8)\\fnVerdana\\fs50\\1c");
    /* Strokes of a tenth of its size are bold; twice the ordinary width is forced; no outline, no shadow. */
    style.stroke_px = 5;
    style.ink.x1 = 296;
    style.outline.opacity = style.shadow.opacity = 0;
    c.opacity = NULL;
    expect_event(&c, 1, "{\\an5\\pos(198.0,216.8)\\fnVerdana\\fs50\\fscx200\\b1");
    expect_event(&c, 1, "\\b1\\1c&H302010&\\bord0.0}Hull\n");
    style.lean = 0.25f; /* 8 pixels of 32 rows */
    style.ink.x1 = 304;
    expect_event(&c, 1, "{\\an5\\pos(202.0,216.8)\\fnVerdana\\fs50\\fscx200\\b1\\i1");
    c.text = "a\\Nb{x}";
    expect_event(&c, 1, "}a\\\xe2\x81\xa0Nb(x)\n");
}

static void ass_lays_one_box_behind_lines_that_share_it(void **state)
{
    (void)state;
    struct uncap_style styles[2] = {{.ink = {100, 200, 180, 232},
                                     .fill = {{255, 255, 255}, 255},
                                     .box = {{0, 0, 0}, 155},
                                     .plate = {90, 190, 190, 250}}};
    struct uncap_caption items[2] = {line(1, 10, 60, 205, "Hull"), line(2, 10, 60, 230, "Hull")};
    styles[1] = styles[0];
    styles[1].ink.y0 += 50;
    styles[1].ink.y1 += 50;
    styles[1].plate.y0 += 50;
    styles[1].plate.y1 += 50;
    items[0].style = &styles[0];
    items[1].style = &styles[1];
    expect_event(items, 2,
                 "Box,,0,0,0,,{\\an5\\pos(140.0,241.8)\\fs50\\1c&HFFFFFF&\\3c&H000000&\\3a&H64&\\bord5.0"
                 "\\shad0}Hull\\NHull\n");
    styles[1].plate.y0 = 260;
    expect_event(items, 2,
                 "{\\an5\\pos(140.0,216.8)\\fs50\\1c&HFFFFFF&\\3c&H000000&\\3a&H64&\\bord5.0\\shad0}Hull\n");
}

static void ass_follows_a_turned_and_a_moving_line(void **state)
{
    (void)state;
    struct uncap_caption c = line(1, 0, 50, 205, "Hull");
    c.quad = (struct uncap_quad){{{100, 200}, {200, 100}, {215, 115}, {115, 215}}};
    expect_event(&c, 1, "\\frz45.0}Hull\n");
    int16_t motion[100] = {0};
    struct uncap_matte matte = {.area = {100, 200, 140, 220}};
    for (int i = 0; i < 50; i++)
        motion[2 * i] = (int16_t)(-2 * i);
    c = line(1, 0, 50, 205, "Hull");
    c.motion = motion;
    c.matte = &matte;
    expect_event(&c, 1, "{\\an5\\move(120.0,210.0,22.0,210.0,20,1980)\\fs20}Hull\n");
}

static void nothing_gives_an_empty_file(void **state)
{
    (void)state;
    char *text = print(NULL, 0, UNCAP_SUBTITLE_SRT);
    assert_string_equal(text, "");
    uncap_free(text);
}

static void scripts(void **state)
{
    (void)state;
    static const char *const cases[][2] = {
        {"Hello, 12!", "Latn"},
        {"\xd0\x9f\xd1\x80\xd0\xb8\xd0\xb2\xd0\xb5\xd1\x82 ok", "Cyrl"},
        {"\xe4\xbd\xa0\xe5\xa5\xbd", "Hani"},
        {"\xe3\x81\x93\xe3\x82\x8c\xe6\x98\xaf", "Jpan"},
        {"\xd8\xb3\xd9\x84\xd8\xa7\xd9\x85", "Arab"},
        {"\xed\x95\x9c\xea\xb8\x80", "Kore"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
        assert_string_equal(uncap_script_of(cases[i][0]), cases[i][1]);
    assert_null(uncap_script_of("12:30 ..."));
    assert_null(uncap_script_of(""));
    assert_null(uncap_script_of("\xff\xe4\xbd"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lines_that_stand_together_are_one),
        cmocka_unit_test(ass_has_places_and_no_overrides_from_text),
        cmocka_unit_test(ass_shows_a_line_as_it_was),
        cmocka_unit_test(ass_lays_one_box_behind_lines_that_share_it),
        cmocka_unit_test(ass_follows_a_turned_and_a_moving_line),
        cmocka_unit_test(nothing_gives_an_empty_file),
        cmocka_unit_test(scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
