/* SPDX-License-Identifier: Apache-2.0 */
/* Checkpoints of the diffusion engine: inventory, synthetic files, variants and refusals, LoRA fusion. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "base/memory.h"
#include "inpaint/diffueraser/checkpoint.h"
#include "inpaint/diffueraser/lora.h"
#include "inpaint/diffueraser/synthetic.h"
#include "inpaint/diffueraser/synthetic_file.h"
#include "nn/half.h"
#include "nn/safetensors.h"

struct total {
    int tensors;
    int64_t values;
};

static int add(void *opaque, const char *key, const struct uncap_shape *shape)
{
    struct total *t = opaque;
    size_t n = 0;
    assert_true(uncap_shape_count(shape, &n));
    assert_true(strlen(key) < UNCAP_DIFFUSER_KEY_MAX - 32);
    t->tensors++;
    t->values += strstr(key, "pos_embed.pe") ? 0 : (int64_t)n;
    return 0;
}

static void test_inventory(void **state)
{
    static const struct {
        enum uncap_diffuser_model model;
        int tensors;
        int64_t values;
    } cases[] = {
        {UNCAP_DIFFUSER_UNET, 1253, 1312730244},    {UNCAP_DIFFUSER_BRUSHNET, 738, 886069440},
        {UNCAP_DIFFUSER_VAE, 248, 83653863},        {UNCAP_DIFFUSER_TEXT, 196, 123060480},
        {UNCAP_DIFFUSER_LORA, 834, 67252224 + 278},
    };
    const struct uncap_diffuser_widths widths = uncap_diffuser_widths_full();
    (void)state;
    for (size_t k = 0; k < sizeof(cases) / sizeof(*cases); k++) {
        struct total t = {0};
        assert_int_equal(uncap_inventory_walk(cases[k].model, &widths, add, &t), 0);
        assert_int_equal(t.tensors, cases[k].tensors);
        assert_true(t.values == cases[k].values);
    }
    struct total adapted = {0};
    uncap_inventory_walk_adapted(&widths, add, &adapted);
    assert_int_equal(adapted.tensors, 278);
}

static const char *temporary(char path[64])
{
    snprintf(path, 64, "/tmp/uncaption-checkpoint-%d", (int)getpid());
    return path;
}

/* Narrow widths, so that the files are small. */
static struct uncap_diffuser_widths tiny(void)
{
    struct uncap_diffuser_widths w = uncap_diffuser_widths_reduced();
    for (int i = 0; i < 4; i++)
        w.unet[i] = w.vae[i] = 32;
    w.frames = 8;
    w.rank = 4;
    return w;
}

static void test_written_file_is_read_back(void **state)
{
    char path[64];
    struct uncap_error err = {0};
    const struct uncap_diffuser_widths widths = tiny();
    (void)state;
    for (int dtype = UNCAP_F32; dtype <= UNCAP_F16; dtype++) {
        assert_int_equal(uncap_synthetic_write(UNCAP_DIFFUSER_BRUSHNET, &widths, "#x",
                                               (enum uncap_dtype)dtype, temporary(path), &err),
                         UNCAP_OK);
        struct uncap_diffuser_widths found = uncap_diffuser_widths_full();
        struct uncap_checkpoint file = {0};
        struct uncap_checkpoint memory = {0};
        assert_int_equal(uncap_checkpoint_open(&file, UNCAP_DIFFUSER_BRUSHNET, path, &found, &err), UNCAP_OK);
        assert_int_equal(found.unet[3], 32);
        assert_int_equal(found.text, 64);
        assert_int_equal(
            uncap_checkpoint_synthesise(&memory, UNCAP_DIFFUSER_BRUSHNET, "#x", &widths, NULL, &err),
            UNCAP_OK);
        assert_int_equal(file.weights->n, memory.weights->n);
        const char *key = "brushnet_up_blocks.3.weight";
        const struct uncap_weight *a = uncap_weights_find(file.weights, key);
        const struct uncap_weight *b = uncap_weights_find(memory.weights, key);
        float value;
        uncap_half_widen(a->dtype, a->data, 1, &value);
        assert_float_equal(value, *(const float *)b->data, dtype == UNCAP_F16 ? 1e-4f : 0.0f);
        uncap_checkpoint_close(&file);
        uncap_checkpoint_close(&memory);
    }
    unlink(path);
}

static void test_wrong_file_is_refused(void **state)
{
    char path[64];
    struct uncap_error err = {0};
    struct uncap_diffuser_widths widths = tiny();
    struct uncap_checkpoint file = {0};
    (void)state;
    assert_int_equal(
        uncap_synthetic_write(UNCAP_DIFFUSER_BRUSHNET, &widths, "", UNCAP_F32, temporary(path), &err),
        UNCAP_OK);
    assert_int_equal(uncap_checkpoint_open(&file, UNCAP_DIFFUSER_VAE, path, &widths, &err), UNCAP_ERR_MODEL);
    assert_null(file.weights);
    assert_non_null(strstr(err.message, "240 tensors missing (encoder.conv_in.weight)"));
    assert_non_null(strstr(err.message, "734 unknown"));
    unlink(path);
}

static void test_lora(void **state)
{
    enum { ROWS = 5, COLUMNS = 71, RANK = 3 };
    float base[ROWS * COLUMNS];
    float up[ROWS * RANK];
    float down[RANK * COLUMNS];
    float out[ROWS * COLUMNS];
    (void)state;
    for (int i = 0; i < ROWS * COLUMNS; i++)
        base[i] = (float)(i % 11);
    for (int i = 0; i < ROWS * RANK; i++)
        up[i] = (float)(i % 4 - 1);
    for (int i = 0; i < RANK * COLUMNS; i++)
        down[i] = (float)(i % 7 - 3);
    const struct uncap_lora lora = {.base = base,
                                    .up = up,
                                    .down = down,
                                    .out = out,
                                    .rows = ROWS,
                                    .columns = COLUMNS,
                                    .rank = RANK,
                                    .scale = 0.5f};
    uncap_lora_fuse(&lora, NULL);
    for (int r = 0; r < ROWS; r++)
        for (int c = 0; c < COLUMNS; c++) {
            float sum = 0.0f;
            for (int k = 0; k < RANK; k++)
                sum += up[r * RANK + k] * down[k * COLUMNS + c];
            assert_true(out[r * COLUMNS + c] == base[r * COLUMNS + c] + 0.5f * sum);
        }
}

static void test_half_is_exact_both_ways(void **state)
{
    (void)state;
    for (uint32_t h = 0; h < 0x10000; h++) {
        const uint16_t in = (uint16_t)h;
        float v;
        uint16_t out;
        if ((h & 0x7c00u) == 0x7c00u && (h & 0x3ffu))
            continue; /* not a number */
        uncap_half_widen(UNCAP_F16, &in, 1, &v);
        uncap_half_narrow(&v, 1, &out);
        assert_int_equal(out, in);
    }
    const float ties[] = {1.0f + 0x1p-11f, 1.0f + 3 * 0x1p-11f, 65519.0f, 65520.0f, 0x1p-25f};
    const uint16_t expected[] = {0x3c00, 0x3c02, 0x7bff, 0x7c00, 0};
    uint16_t out[5];
    uncap_half_narrow(ties, 5, out);
    assert_memory_equal(out, expected, sizeof(out));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_inventory),
        cmocka_unit_test(test_written_file_is_read_back),
        cmocka_unit_test(test_wrong_file_is_refused),
        cmocka_unit_test(test_lora),
        cmocka_unit_test(test_half_is_exact_both_ways),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
