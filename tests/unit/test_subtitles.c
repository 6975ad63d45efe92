/* SPDX-License-Identifier: Apache-2.0 */
/* Subtitles from captions, and the script of a text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/script.h"
#include "detect/subtitles.h"

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
        cmocka_unit_test(nothing_gives_an_empty_file),
        cmocka_unit_test(scripts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
