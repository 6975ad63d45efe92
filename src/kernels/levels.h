/* SPDX-License-Identifier: Apache-2.0 */
/* The tables that the level_*.c files define. */
#ifndef UNCAP_KERNELS_LEVELS_H
#define UNCAP_KERNELS_LEVELS_H

#include "kernels/kernels.h"

extern const struct uncap_kernels uncap_kernels_c;
#if defined(__x86_64__)
extern const struct uncap_kernels uncap_kernels_avx2;
extern const struct uncap_kernels uncap_kernels_avx512;
#endif

#endif
