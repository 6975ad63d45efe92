/* SPDX-License-Identifier: Apache-2.0 */
#if defined(__x86_64__)
#define UNCAP_TARGET __attribute__((target("avx2")))
#include "kernels/lanes.h"
#include "kernels/levels.h"

#include "kernels/changes.h"
#include "kernels/dis.h"
#include "kernels/refine.h"

const struct uncap_kernels uncap_kernels_avx2 = {
    .name = "avx2",
    .dis = dis,
    .refine = refine,
    .differences = differences,
    .births = births,
};
#endif
