/* SPDX-License-Identifier: Apache-2.0 */
/* What a caption did to one sample: I = k B + q, from weighted sums over the frames of its life. Pure
 * arithmetic. */
#ifndef UNCAP_INPAINT_FLOW_REGRESS_H
#define UNCAP_INPAINT_FLOW_REGRESS_H

#include <stdbool.h>

/* Variance that coding and rounding leave between what is seen and the best of fills. */
#define FLOW_REGRESS_LEAST 0.5f

/* Observed I and filled B, both relative to FLOW_REGRESS_ZERO so that float sums keep their digits; weight 1
 * / (variance of B + FLOW_REGRESS_LEAST): the few frames whose fill is sure are not all that counts. n counts
 * frames. */
struct flow_sums {
    float n, w, i, b, ii, ib, bb;
};

#define FLOW_REGRESS_ZERO 128.0f
/* Frames from which more a fit is acted on. */
#define FLOW_REGRESS_SURE 6.0f
/* Variance of a share of which nothing is known. */
#define FLOW_REGRESS_VAR_ANY (1 / 12.0f)

enum flow_touch {
    FLOW_TOUCH_UNKNOWN, /* not enough to tell: the fill stands */
    FLOW_TOUCH_NONE,    /* the caption did not touch this sample */
    FLOW_TOUCH_BLENDED, /* k and q are known well */
};

/* k, q      of the model, relative to FLOW_REGRESS_ZERO
 * residual  variance of I around the model, unbiased
 * var_k     variance of k
 * mean      of B; var_b its variance
 * diff, diff2  mean of I - B and of its square
 * seen      mean of I; var_seen its variance
 * noise     mean variance of B
 * veiled    many samples share k and q (see veil.h)
 */
struct flow_fit {
    float n, k, q, residual, var_k, mean, var_b, diff, diff2, seen, var_seen, noise;
    enum flow_touch touch;
    bool veiled;
};

static inline void flow_sums_add(struct flow_sums *s, float i, float b, float variance)
{
    const float w = 1 / (variance + FLOW_REGRESS_LEAST);
    s->n += 1;
    s->w += w;
    s->i += w * i;
    s->b += w * b;
    s->ii += w * i * i;
    s->ib += w * i * b;
    s->bb += w * b * b;
}

/* Least squares over the sums; touch stays UNKNOWN. Fewer than 3 frames: n alone is set. */
struct flow_fit flow_regress(const struct flow_sums *s);

/* Decide whether the caption touched the sample, given the variance of coding noise. */
enum flow_touch flow_regress_touch(const struct flow_fit *f, float coding);

/* Is k known well enough to be acted on? */
bool flow_regress_knows_share(const struct flow_fit *f);

/* Take back a mixture whose k, with what it may be off beyond its own variance, is not known well. A veil's
 * is: many samples share it. */
void flow_regress_doubt_share(struct flow_fit *f, float beyond);

/* The sample is untouched whatever scene comes: not because the caption has the tone of the one that was
 * seen, but k is known to be near 1. */
bool flow_regress_proves_untouched(const struct flow_fit *f);

/* Did the sample mix with the scene in one and the same way in all frames? Many of them make k look certain
 * for a letter that was not there in the first half too, and for a word whose colour changed. */
bool flow_regress_is_mixture(const struct flow_fit *f, float coding);

/* Is there a colour that the caption could have, for k and q to come of it? What lets nearly all of the scene
 * through cannot lift it by half: such a k is an accident of letters whose colour changes with the scene. The
 * smaller k is, the more can be; it is taken as small as its error allows. */
bool flow_regress_has_colour(const struct flow_fit *f);

/* A sample taken for untouched, without proof, shows what it always has, although the fill of this frame is
 * far from that: it may be a caption's that has the tone of the scene that was seen so far. i, b: observed
 * and filled value, relative to FLOW_REGRESS_ZERO. */
bool flow_regress_stays_behind(const struct flow_fit *f, float i, float b);

/* The fit with a share of the background that can be, 0..1. At least 3 frames. */
struct flow_fit flow_regress_bounded(const struct flow_fit *f);

/* The model of one sample in one frame: I = k B + q; w: variance of I around it. */
struct flow_mixture {
    float k, q, w;
};

/* f        touch BLENDED or NONE
 * coding   variance of coding noise
 * opacity  of the caption in this frame, 0..1
 * b        filled value, relative to FLOW_REGRESS_ZERO: it says how far the model is stretched
 */
struct flow_mixture flow_regress_mixture(const struct flow_fit *f, float coding, float opacity, float b);

/* Could a frame that was not measured follow the model? False where what is observed is farther from what the
 * model expects than its errors allow. i: observed value, variance: of b, else as for flow_regress_mixture.
 */
bool flow_regress_agrees(const struct flow_fit *f, float coding, float opacity, float i, float b,
                         float variance);

/* What the observation alone says of the background, and the variance of that. Arguments as for
 * flow_regress_mixture. */
float flow_regress_observe(const struct flow_fit *f, float coding, float opacity, float i, float b,
                           float *variance);

/* Best estimate of the background.
 *
 * i, b      observed and filled value, relative to FLOW_REGRESS_ZERO
 * variance  in: of b, out: of the result
 */
float flow_regress_update(const struct flow_mixture *m, float i, float b, float *variance);

#endif
