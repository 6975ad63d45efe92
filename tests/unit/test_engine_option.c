/* SPDX-License-Identifier: Apache-2.0 */
/* Options of one engine among those of several; the diffusion engine's settings. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/diffueraser/settings.h"
#include "inpaint/engine_option.h"

static void test_whose(void **state)
{
    const char *const list[] = {"size=4", "b.size=5", "a.size=6", "sizes=7", "a.on=on", NULL};
    const struct uncap_erase_options o = {.engine = "a", .engine_options = list};
    int n = 1;
    bool on = false;
    (void)state;
    assert_string_equal(uncap_engine_option(&o, "a", "size"), "6"); /* the last one counts */
    assert_string_equal(uncap_engine_option(&o, "b", "size"), "5");
    assert_null(uncap_engine_option(&o, "b", "sizes"));
    assert_int_equal(uncap_engine_option_int(&o, "a", "size", 0, 6, &n, NULL), UNCAP_OK);
    assert_int_equal(n, 6);
    assert_int_equal(uncap_engine_option_bool(&o, "a", "on", &on, NULL), UNCAP_OK);
    assert_true(on);
    const char *const *const all = (const char *const[]){"size=3", NULL};
    const struct uncap_erase_options chosen_by_none = {.engine_options = all}; /* then it is the first one */
    assert_string_equal(uncap_engine_option(&chosen_by_none, "flow", "size"), "3");
    const struct uncap_erase_options none = {.engine = "a"};
    assert_null(uncap_engine_option(&none, "a", "size"));
}

static void test_refused(void **state)
{
    static const char *const bad[] = {
        "nframes=1", "nframes=",    "nframes=x",        "nframes=32.5", "nframes=99999999999",
        "steps=3",   "steps=32",    "preinference=yes", "width=3",      "diffueraser.nframe=3",
        "batch=0",   "max-size=32", "dilation=-1"};
    (void)state;
    for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
        const char *const list[] = {bad[k], NULL};
        const struct uncap_erase_options o = {.engine = "diffueraser", .engine_options = list};
        struct uncap_diffuser_settings s;
        struct uncap_error err = {0};
        assert_int_equal(uncap_diffuser_settings_read(&s, &o, &err), UNCAP_ERR_ARG);
        assert_non_null(strstr(err.message, "diffueraser"));
    }
}

static void test_settings(void **state)
{
    const char *const list[] = {"nframes=40", "interpolate-positions=on", "flow.anything=1", "steps=8", NULL};
    const struct uncap_erase_options o = {.engine = "diffueraser", .engine_options = list, .seed = 3};
    struct uncap_diffuser_settings s;
    (void)state;
    assert_int_equal(uncap_diffuser_settings_read(&s, &o, NULL), UNCAP_OK);
    assert_int_equal(s.nframes, 40);
    assert_int_equal(s.steps, 8);
    assert_true(s.interpolates && !s.has_preinference);
    assert_true(s.seed == 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_whose),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_settings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
