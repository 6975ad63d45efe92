/* SPDX-License-Identifier: Apache-2.0 */
/* Low-rank adapters: adding up x down to a weight.
 *
 * Source  DiffuEraser specification, section 8. */
#ifndef UNCAP_INPAINT_DIFFUERASER_LORA_H
#define UNCAP_INPAINT_DIFFUERASER_LORA_H

#include "base/slices.h"

/* out = base + scale * up x down.
 *
 * base, out  [rows][columns] f32 (may be the same); a convolution's [out][in][kh][kw] has columns = in * kh *
 * kw. up         [rows][rank] f32; down [rank][columns] f32. scale      alpha / rank of the file. slices
 * shared out by rows; the bytes do not depend on the number of threads. May be NULL.
 */
struct uncap_lora {
    const float *base, *up, *down;
    float *out;
    int rows, columns, rank;
    float scale;
};

void uncap_lora_fuse(const struct uncap_lora *lora, struct uncap_slices *slices);

#endif
