/* SPDX-License-Identifier: Apache-2.0 */
/* From the probabilities of a recogniser to text, its dictionary, and the code points of both. */
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "base/utf8.h"
#include "detect/ocr/reading.h"

static void open_dictionary(struct uncap_dictionary *d, const char *lines)
{
    const size_t n = strlen(lines);
    char *text = uncap_alloc(n + 1, 1);
    assert_non_null(text);
    memcpy(text, lines, n);
    assert_int_equal(uncap_dictionary_parse(d, text, n, NULL), UNCAP_OK);
}

static void a_dictionary_pairs_the_cases(void **state)
{
    (void)state;
    struct uncap_dictionary d;
    open_dictionary(&d, "a\r\nZ\n\xc3\xa9\nA\n\xd0\x94\n7\n\xc3\x89\n\xd0\xb4");
    static const int other[10] = {0, 4, 0, 7, 1, 8, 0, 3, 5, 0};
    static const bool capital[10] = {false, false, true, false, true, true, false, true, false, false};
    assert_int_equal(d.n, 10);
    for (int i = 0; i < d.n; i++) {
        assert_int_equal(d.items[i].other_case, other[i]);
        assert_int_equal(d.items[i].is_capital, capital[i]);
    }
    assert_string_equal(d.items[1].text, "a");
    assert_string_equal(d.items[9].text, " ");
    uncap_dictionary_close(&d);
}

static void ctc_joins_repeats_and_drops_blanks(void **state)
{
    (void)state;
    static const int steps[] = {3, 1, 1, 0, 1, 2, 2, 3, 0, 3};
    struct uncap_dictionary d;
    float p[10 * 4], confidence;
    open_dictionary(&d, "a\n\xc3\xa9\n");
    for (int i = 0; i < 40; i++)
        p[i] = i % 4 == steps[i / 4] ? 0.9f : 0.03f;
    char *text = uncap_reading_decode(p, 10, &d, &confidence);
    assert_string_equal(text, "aa\xc3\xa9"); /* spaces at the ends say nothing */
    assert_true(fabsf(confidence - 0.9f) < 1e-5f);
    uncap_free(text);
    text = uncap_reading_decode(p, 0, &d, &confidence);
    assert_string_equal(text, "");
    assert_true(confidence <= 0);
    uncap_free(text);
    uncap_dictionary_close(&d);
}

/* What the network said of "A LONG" with wide gaps, of "Day 12", of "ll" and of the last letter. */
static void a_space_may_be_spread_over_steps(void **state)
{
    (void)state;
    static const struct {
        float space[4];
        const char *text;
    } cases[] = {{{0, 0.1f, 0.08f, 0.02f}, "a b"},
                 {{0, 0.33f, 0.43f, 0}, "a b"},
                 {{0.01f, 0.01f, 0.01f, 0}, "ab"},
                 {{0, 0.3f, 0.6f, 0.3f}, "a b"}};
    struct uncap_dictionary d;
    open_dictionary(&d, "a\nb\n");
    for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
        float p[7 * 4] = {0}, confidence;
        p[1] = p[4 * 5 + 2] = 0.95f;
        for (int k = 0; k < 4; k++) {
            p[4 * (k + 1) + 3] = cases[i].space[k];
            p[4 * (k + 1)] = 1 - cases[i].space[k];
        }
        p[4 * 6] = 0.5f;
        p[4 * 6 + 3] = 0.4f;
        char *text = uncap_reading_decode(p, 7, &d, &confidence);
        assert_string_equal(text, cases[i].text);
        assert_true(fabsf(confidence - 0.95f) < 1e-5f); /* of the letters */
        uncap_free(text);
    }
    uncap_dictionary_close(&d);
}

/* Read letters, each with its probability and what remains of `both` for the other case. */
static float confidence_in(const char *letters, const float *likely, float both, const char *text)
{
    enum { MOST = 16 };
    struct uncap_dictionary d;
    open_dictionary(&d, "K\nL\nO\nT\nW\nY\nB\nk\nl\no\nt\nw\ny\nb\n'\n4\n,\n");
    float p[2 * MOST * 32] = {0}, confidence;
    const int n = (int)strlen(letters);
    for (int i = 0; i < n; i++) {
        float *step = p + (ptrdiff_t)2 * i * d.n;
        for (int k = 1; k < d.n; k++)
            if (d.items[k].text[0] == letters[i]) {
                step[k] = likely[i];
                step[d.items[k].other_case] = both - likely[i];
            }
        step[d.n] = 1; /* a blank behind it */
    }
    char *read = uncap_reading_decode(p, 2 * n, &d, &confidence);
    assert_string_equal(read, text);
    uncap_free(read);
    uncap_dictionary_close(&d);
    return confidence;
}

static void reads(const char *letters, const float *likely, const char *text)
{
    assert_true(confidence_in(letters, likely, 1, text) > 0.99f);
}

/* Letters of a script that is not known are between the two cases of others, and between others. */
static void a_letter_may_be_sure_and_its_case_not(void **state)
{
    (void)state;
    const float likely[] = {0.6f, 0.6f, 0.6f};
    assert_true(fabsf(confidence_in("Low", likely, 0.98f, "Low") - 0.98f) < 1e-5f);
    assert_true(fabsf(confidence_in("Low", likely, 0.95f, "Low") - 0.6f) < 1e-5f);
}

static void a_word_is_of_one_case_or_begins_with_a_capital(void **state)
{
    (void)state;
    reads("WOw", (float[]){0.53f, 0.63f, 0.79f}, "Wow");
    reads("LooK", (float[]){0.99f, 0.59f, 0.53f, 0.99f}, "LOOK");
    reads("wOOKo", (float[]){0.6f, 0.9f, 0.9f, 0.99f, 0.6f}, "WOOKO");
    reads("oK'O", (float[]){0.6f, 0.99f, 1, 0.9f}, "OK'O");
    reads("YoTob", (float[]){0.99f, 0.9f, 0.99f, 0.9f, 0.99f}, "YoTob"); /* sure of both */
    reads("K4o", (float[]){0.99f, 1, 0.9f}, "K4o");                      /* two words */
}

static void a_space_follows_a_comma(void **state)
{
    (void)state;
    reads("To,Bob", (float[]){0.99f, 0.99f, 1, 0.99f, 0.99f, 0.99f}, "To, Bob");
    reads("to4,4", (float[]){0.99f, 0.99f, 1, 1, 1}, "to4,4");
}

static void points_end_with_the_text(void **state)
{
    (void)state;
    const char *text = "z\xc3\xa9\xe4\xb8\x80\xf0\x9f\x98\x80\xc3z\xe4\xb8";
    static const uint32_t points[] = {
        'z', 0xe9, 0x4e00, 0x1f600, UNCAP_UTF8_DAMAGED, 'z', UNCAP_UTF8_DAMAGED, UNCAP_UTF8_DAMAGED};
    for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++)
        assert_int_equal(uncap_utf8_next(&text), points[i]);
    assert_int_equal(*text, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_dictionary_pairs_the_cases),
        cmocka_unit_test(ctc_joins_repeats_and_drops_blanks),
        cmocka_unit_test(a_space_may_be_spread_over_steps),
        cmocka_unit_test(a_word_is_of_one_case_or_begins_with_a_capital),
        cmocka_unit_test(a_letter_may_be_sure_and_its_case_not),
        cmocka_unit_test(a_space_follows_a_comma),
        cmocka_unit_test(points_end_with_the_text),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
