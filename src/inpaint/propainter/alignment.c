/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/alignment.h"

enum { OFFSET_GROUPS = 16, OFFSETS = 288, MASKS = 144 };

struct uncap_value uncap_align(struct uncap_graph *g, struct uncap_value x, struct uncap_value cond,
                               float range, struct uncap_value flow, struct uncap_value *raw,
                               struct uncap_value *offset)
{
    static const char *const keys[] = {"conv_offset.0", "conv_offset.2", "conv_offset.4"};
    const struct uncap_conv same = {.stride = 1};
    for (int i = 0; i < 3; i++)
        cond = uncap_leaky(g, uncap_conv(g, cond, keys[i], same), 0.1f);
    const struct uncap_value r = uncap_conv(g, cond, "conv_offset.6", same);
    struct uncap_value o = uncap_scale(g, uncap_tanh(g, uncap_slice(g, r, 1, 0, OFFSETS)), range);
    if (flow.id) {
        struct uncap_value flipped[OFFSET_GROUPS];
        flipped[0] = uncap_slice(g, flow, 1, 1, 2);
        flipped[1] = uncap_slice(g, flow, 1, 0, 1);
        for (int i = 2; i < OFFSET_GROUPS; i++)
            flipped[i] = flipped[i - 2];
        /* (dy, dx) eight times, then that for each of the kernel's taps and more: 16 x 18 channels */
        const struct uncap_value group = uncap_concat(g, flipped, OFFSET_GROUPS, 1);
        struct uncap_value all[OFFSETS / OFFSET_GROUPS];
        for (int i = 0; i < OFFSETS / OFFSET_GROUPS; i++)
            all[i] = group;
        o = uncap_add_values(g, uncap_concat(g, all, OFFSETS / OFFSET_GROUPS, 1), o);
    }
    const struct uncap_value mask = uncap_sigmoid(g, uncap_slice(g, r, 1, OFFSETS, OFFSETS + MASKS));
    if (raw)
        *raw = r;
    if (offset)
        *offset = o;
    return uncap_deform_conv(g, x, o, mask, uncap_graph_weight(g, "weight"), uncap_graph_weight(g, "bias"),
                             OFFSET_GROUPS);
}
