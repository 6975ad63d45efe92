/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256 against the examples of FIPS 180-4 and lengths around a block. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "base/sha256.h"

static void sum_of(const char *text, size_t n, size_t step, char hex[65])
{
    struct uncap_sha256 s;
    uncap_sha256_start(&s);
    for (size_t i = 0; i < n; i += step)
        uncap_sha256_add(&s, text + i, n - i < step ? n - i : step);
    uncap_sha256_finish(&s, hex);
}

static void test_known_sums(void **state)
{
    (void)state;
    static const struct {
        const char *text, *sum;
    } cases[] = {
        {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
        {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
        {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
         "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
    };
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char hex[65];
        sum_of(cases[i].text, strlen(cases[i].text), 1000, hex);
        assert_string_equal(hex, cases[i].sum);
    }
}

static void test_pieces_do_not_matter(void **state)
{
    (void)state;
    char text[200];
    memset(text, 'x', sizeof(text));
    for (size_t n = 54; n < sizeof(text); n++) {
        char whole[65];
        char pieces[65];
        sum_of(text, n, n, whole);
        sum_of(text, n, 7, pieces);
        assert_string_equal(whole, pieces);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_known_sums),
                                       cmocka_unit_test(test_pieces_do_not_matter)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
