/* SPDX-License-Identifier: Apache-2.0 */
/* How a caption mixes with the scene while it fades: its fill and its outline each fade on their own, and the
 * fill often over more of the outline, which it hides once it is opaque. */
#ifndef UNCAP_INPAINT_FLOW_FADE_H
#define UNCAP_INPAINT_FLOW_FADE_H

#include <stdbool.h>

#include "inpaint/flow/unblend/regress.h"

enum flow_tone { FLOW_TONE_DARK, FLOW_TONE_BRIGHT, FLOW_TONES };

/* What lies under the letters' fill while it can be seen through. */
enum flow_stack {
    FLOW_STACK_NONE,         /* nothing: dark and bright lie side by side */
    FLOW_STACK_DARK_ABOVE,   /* the bright outline goes on under the dark fill */
    FLOW_STACK_BRIGHT_ABOVE, /* the dark outline goes on under the bright fill */
    FLOW_STACKS,
};

/* One frame of a fade: opacity of either tone, 0..1, if the tones lie as the stack says, and the variance of
 * that; 0: no frame of a fade. */
struct flow_fade {
    float opacity[FLOW_STACKS][FLOW_TONES], variance[FLOW_STACKS][FLOW_TONES];
};

/* A caption's tones in one plane, relative to FLOW_REGRESS_ZERO. */
struct flow_tones {
    float value[FLOW_TONES];
};

/* One sample of the caption.
 *
 * share    of the background where the caption is opaque, 0..1; var_share its variance, measured around a
 *          background of mean
 * colour   the caption's own; bright: how much of it is of the bright tone, 0..1
 * var_seen variance of what is seen where the caption is opaque
 */
struct flow_ink {
    float share, var_share, mean, colour, bright, var_seen;
};

/* Ink of luma. Of chroma it has the tone that luma has there.
 *
 * fit  touch UNKNOWN or BLENDED, k below 1, at least 3 frames */
struct flow_ink flow_fade_ink(const struct flow_fit *fit, const struct flow_tones *tones);

/* Which tone ink is of, bright as above. False if it is a mixture of both. */
bool flow_fade_tone(float bright, enum flow_tone *tone);

/* One sample of the frame: ink, observed and filled value, variance of the latter. */
struct flow_fade_sample {
    struct flow_ink ink;
    float i, b, variance;
};

/* What the frame's samples tell of it. Feed all of them to one round after the other, each begins with the
 * opacities of the round before: what the fill has wrong counts less and less. */
struct flow_fade_round {
    const struct flow_fade *known;
    float coding;
    double change[FLOW_STACKS][FLOW_TONES], weight[FLOW_STACKS][FLOW_TONES], spread[FLOW_STACKS][FLOW_TONES];
};

enum { FLOW_FADE_ROUNDS = 4 };

/* tones: of the sample's plane. */
void flow_fade_add(struct flow_fade_round *r, const struct flow_tones *tones,
                   const struct flow_fade_sample *s);
/* Opacities that nothing speaks for stay what they were. A fill errs alike all over a frame: however many
 * samples there are, their mean is no surer than one of them. */
struct flow_fade flow_fade_settle(const struct flow_fade_round *r);

/* How the tones lie: as it is if both are as opaque as each other all the time. fades: [n]. */
enum flow_stack flow_fade_stack(const struct flow_fade *fades, int n);

/* Weigh what was measured, if the tones lie as the stack says, against what the captions file lists. How far
 * that is off is told by the frames that are measured well.
 *
 * fades   [n] in, out
 * listed  [n] opacity, 0..1
 */
void flow_fade_reconcile(struct flow_fade *fades, const float *listed, int n, enum flow_stack stack);

/* The model of one sample: coding and b as for flow_regress_mixture. */
struct flow_mixture flow_fade_mixture(const struct flow_fade *fade, enum flow_stack stack,
                                      const struct flow_tones *tones, const struct flow_ink *ink,
                                      float coding, float b);

#endif
