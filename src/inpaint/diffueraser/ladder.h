/* SPDX-License-Identifier: Apache-2.0 */
/* The Stable Diffusion ladder of ResBlocks, transformers and skips that UNet and BrushNet share.
 *
 * Source  DiffuEraser specification, sections 3.7, 4 and 5. */
#ifndef UNCAP_INPAINT_DIFFUERASER_LADDER_H
#define UNCAP_INPAINT_DIFFUERASER_LADDER_H

#include "inpaint/diffueraser/chain.h"
#include "inpaint/diffueraser/inventory.h"

enum uncap_rung { UNCAP_RUNG_DOWN, UNCAP_RUNG_MID, UNCAP_RUNG_UP };

/* What a network does with the state at the 28 places where BrushNet's outputs meet the UNet: behind the
 * stem, each layer, each sampler and the mid block.
 *
 * k            0..11 down, 0 mid, 0..14 up.
 * motion       path of the motion module that belongs here, or NULL (stem and samplers).
 * Returns the state that the ladder goes on with.
 */
struct uncap_ladder;
typedef struct uncap_value uncap_ladder_hook(struct uncap_ladder *ladder, struct uncap_value x,
                                             enum uncap_rung rung, int k, const char *motion);

/* What the hooks need. emb and text are slots of the chain. tap_prefix goes before the names of block states.
 */
struct uncap_ladder {
    struct uncap_chain *chain;
    const struct uncap_diffuser_widths *widths;
    int emb, text;
    uncap_ladder_hook *hook;
    const char *tap_prefix;
    void *opaque; /* of the network */
    struct {
        int slot;
        int64_t h, w;
    } skips[12];
    int n_skips;
};

/* Declare "sin" and "text" as shared inputs of the chain, add the time embedding as its first graph (tap
 * "temb"), and begin the graph of the stem. */
void uncap_ladder_begin(struct uncap_ladder *ladder);

/* Down, mid and up blocks from the stem x; returns the state after the last up block. */
struct uncap_value uncap_ladder_climb(struct uncap_ladder *ladder, struct uncap_value x);

/* A ResBlock or a spatial transformer at a path, for the hooks as well. */
struct uncap_value uncap_ladder_resnet(struct uncap_ladder *ladder, struct uncap_value x, const char *path);
struct uncap_value uncap_ladder_spatial(struct uncap_ladder *ladder, struct uncap_value x, const char *path);

#endif
