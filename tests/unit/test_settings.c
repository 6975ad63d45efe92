/* SPDX-License-Identifier: Apache-2.0 */
/* Options of the diffusion engine, and the batches they leave open. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "inpaint/diffueraser/settings.h"

static void test_batches(void **state)
{
    static const struct {
        int chosen, most;
        double flops;
        size_t pixels;
        bool is_gpu;
        int want;
    } cases[] = {
        {0, 8, UNCAP_VAE_FLOPS, 64 * 64, false, 8},    {0, 8, UNCAP_VAE_FLOPS, 256 * 104, false, 3},
        {0, 8, UNCAP_VAE_FLOPS, 960 * 136, false, 1},  {0, 8, UNCAP_VAE_FLOPS, 960 * 536, false, 1},
        {0, 8, UNCAP_VAE_FLOPS, 960 * 536, true, 8},   {16, 8, UNCAP_VAE_FLOPS, 960 * 536, false, 16},
        {0, 4, UNCAP_UNET_FLOPS, 256 * 256, false, 4}, {0, 4, UNCAP_UNET_FLOPS, 960 * 536, false, 2},
        {0, 4, UNCAP_UNET_FLOPS, 0, false, 4},         {1, 4, UNCAP_UNET_FLOPS, 64 * 64, true, 1},
    };
    (void)state;
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
        assert_int_equal(uncap_diffuser_settings_batch(cases[i].chosen, cases[i].most, cases[i].flops,
                                                       cases[i].pixels, cases[i].is_gpu),
                         cases[i].want);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_batches)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
