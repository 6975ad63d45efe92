/* SPDX-License-Identifier: Apache-2.0 */
#include "kernels/kernels.h"

#include "kernels/levels.h"

enum {
    N_SCRATCH_PLANES = 17,
    LAPLACE_LANES = 8, /* that pass the end of a row at most */
};

size_t uncap_flow_scratch_floats(int pitch, int h)
{
    return (size_t)N_SCRATCH_PLANES * (size_t)pitch * (size_t)(h + 2 * UNCAP_FLOW_PAD);
}

int uncap_laplace_half(int w)
{
    return (w + 1) / 2 / LAPLACE_LANES * LAPLACE_LANES + 2 * LAPLACE_LANES;
}

size_t uncap_laplace_floats(int w, int h)
{
    return (size_t)2 * (size_t)uncap_laplace_half(w) * (size_t)(h + 2);
}

const struct uncap_kernels *uncap_kernels_level(enum uncap_simd level)
{
    switch (level) {
    case UNCAP_SIMD_C: return &uncap_kernels_c;
#if defined(__x86_64__)
    case UNCAP_SIMD_AVX2: return __builtin_cpu_supports("avx2") ? &uncap_kernels_avx2 : NULL;
    case UNCAP_SIMD_AVX512:
        return __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
                       __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl")
                   ? &uncap_kernels_avx512
                   : NULL;
#endif
    default: return NULL;
    }
}

const struct uncap_kernels *uncap_kernels_best(void)
{
    for (int level = UNCAP_SIMD_LEVELS - 1; level > UNCAP_SIMD_C; level--) {
        const struct uncap_kernels *k = uncap_kernels_level((enum uncap_simd)level);
        if (k)
            return k;
    }
    return &uncap_kernels_c;
}
