/* SPDX-License-Identifier: Apache-2.0 */
/* What is known of a window's captions while it is filled: what each did to its samples, when it is there. */
#ifndef UNCAP_INPAINT_FLOW_LIFE_H
#define UNCAP_INPAINT_FLOW_LIFE_H

#include "inpaint/flow/fill/work.h"
#include "inpaint/flow/unblend/fade.h"
#include "inpaint/flow/unblend/regress.h"
#include "inpaint/flow/unblend/tally.h"
#include "inpaint/flow/unblend/veil.h"

/* What is known of one caption of the window between passes.
 *
 * whole   the caption's samples at rest, in crop coordinates; may reach outside the crop
 * area    the part that can be seen
 * area_c  the same in chroma samples of the crop
 * fit     [h][w] of area, fit_c [2][h][w] of area_c
 * from    [w] of area: uncap_build_up_columns; built: uncap_build_up_end
 * listed  [end - first] opacity, 0..1, that the captions file says of frames first .. end - 1 of the window
 * opacity [end - first] the same, measured
 * fades   [end - first], of those frames in which it fades
 * The last six have no storage where the caption does not reach the core: it is not measured.
 * stack   how its tones lie in the fades; tones: their colours
 * before  what the windows before have counted
 * after   the same and this window's core; no storage where the caption ends with the core
 * coding  variance of the coded picture's noise under the caption, squared grey levels
 * scatter what the caption adds to that where it is half seen through
 * var_share  variance of k beyond what each sample knows of its own
 * tint    share of luma's mean square error that the fill's chroma has
 * dark, bright  luma of the solid samples' darkest and brightest tenth, relative to FLOW_REGRESS_ZERO; out of
 *               range where there are too few of them
 * has_veil  some of its samples are a see-through box's, which is veil
 * bare    what that does to a sample of each plane where no letter is
 */
struct flow_caption {
    const struct uncap_window_caption *caption;
    struct uncap_rect whole, area, area_c;
    struct flow_fit *fit, *fit_c;
    int64_t *from, built;
    float *listed, *opacity;
    struct flow_fade *fades;
    enum flow_stack stack;
    struct flow_tones tones[UNCAP_MAX_PLANES];
    struct flow_tally before, after;
    float coding, scatter, var_share, tint, dark, bright;
    bool has_veil;
    struct flow_veil veil;
    struct flow_fit bare[UNCAP_MAX_PLANES];
};

/* Prepare the captions of the window; what is known of them is taken out of `known`. False if short of
 * memory. */
bool flow_captions_open(struct flow_caption **out, const struct flow_work *work, struct flow_tallies *known);
/* Leave what is known now for the window after. False if short of memory. */
bool flow_captions_leave(struct flow_caption *captions, const struct flow_work *work,
                         struct flow_tallies *known);
void flow_captions_close(struct flow_caption **captions, int n);

/* Every frame shows the caption at the same place, or its motion is known. One known by boxes alone that
 * wander, both ends of them by more than half a line's height, is not to be measured: each frame covers
 * other samples. */
bool flow_caption_is_registered(const struct uncap_caption *c);

/* Opacity from which a caption counts as wholly there. */
#define FLOW_LIFE_FULL 0.97f

/* One caption c of the window's [n_captions], and the frames it is seen in. */
struct flow_life {
    struct flow_work *work;
    const struct flow_caption *captions;
    struct flow_caption *c;
};

static inline float flow_life_opacity(const struct flow_life *life, int t)
{
    return life->c->opacity[t - life->c->caption->first];
}

/* The panel that stands there while nothing of the text does, or NULL: a bar without its text. */
const struct uncap_panel *flow_life_bar_alone(const struct flow_life *life, int t);
/* Another shape of the caption stands there: no mixture with the one that is measured. */
bool flow_life_is_growing(const struct flow_life *life, int t);
/* Known to fade there: every sample mixes the scene with what hides it later. A line of which words are still
 * to come does not. */
bool flow_life_is_fading(const struct flow_life *life, int t);
/* The caption was measured in a shot before the one that this window begins. */
bool flow_life_outlives_shot(const struct flow_life *life);
/* All of the caption is there in frame t, so that its samples can be measured. */
bool flow_life_is_measured(const struct flow_life *life, int t);

#endif
