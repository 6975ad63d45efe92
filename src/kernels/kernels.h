/* SPDX-License-Identifier: Apache-2.0 */
/* Per-pixel loops of the flow engine and of the look at every frame: one source, compiled once per SIMD
 * level, chosen at run time.
 *
 * Every level gives the same bytes: arithmetic is laid out in 8 fixed lanes that every level adds up in the
 * same order, and nothing is contracted into fused operations. */
#ifndef UNCAP_KERNELS_KERNELS_H
#define UNCAP_KERNELS_KERNELS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    UNCAP_FLOW_PAD = 16,      /* samples around every level's planes: image replicated, mask 0 */
    UNCAP_DIFFERENCES_W = 64, /* samples of a row that differences compares */
    UNCAP_COLUMN_ROWS = 257,  /* rows that a column's sum of 16 bits holds */
    UNCAP_BIRTHS_STEADY = 3,  /* frames a stroke has stood when it is born */
    UNCAP_PLATE_SPAN = 64,    /* cells of a row of the plate that vote at once, at most */
    UNCAP_STEPS = 64,         /* samples of a row that motion is followed from at once */
    UNCAP_PLATE_VOTES = 63,   /* a cell holds at most, so that they share a word with the frame's number */
    UNCAP_AFFINE_SUMS =
        12, /* of weights, and of both components of the flow, times 1, x, y and their products */
    UNCAP_AFFINE_SPARE = 3, /* samples past the last that affine_sums reads */
};

/* Pixels within which a place is taken for a sample: what rounding leaves of stillness. */
#define UNCAP_PLATE_SNAP 0.03f

/* Over-relaxation of the smooth fill. */
#define UNCAP_LAPLACE_RATE 1.7f

enum uncap_simd {
    UNCAP_SIMD_C,
    UNCAP_SIMD_AVX2,
    UNCAP_SIMD_AVX512,
    UNCAP_SIMD_LEVELS,
};

/* One pyramid level of one frame; pointers at sample (0, 0), UNCAP_FLOW_PAD samples around it.
 *
 * image  [h][w] f32, 0..255, holes filled in
 * mask   [h][w] f32, 0 (covered by a caption) .. 1 (known)
 * gx, gy [h][w] f32, central differences of image
 */
struct uncap_flow_image {
    const float *image, *mask, *gx, *gy;
};

/* What the flow kernels work on: flow from frame a to frame b at one level.
 *
 * pitch   samples between rows, the same for every plane, those of scratch included.
 * u, v    [h][w] f32 padded like the images, in: start, out: result. Samples of this level, +y down.
 * scratch uncap_flow_scratch_floats(pitch, h) floats, UNCAP_ALIGN-aligned.
 */
struct uncap_flow_level {
    struct uncap_flow_image a, b;
    int w, h, pitch;
    float *u, *v;
    float *scratch;
};

/* Scattered samples of a flow, for an affine map u = map[0] + map[1] X + map[2] Y, v likewise by 3, 4, 5, of
 * centred places X = (x - x0) unit, Y = (y - y0) unit.
 *
 * x, y, u, v  [n + UNCAP_AFFINE_SPARE], finite
 * px          what a sample of u and v counts for
 */
struct uncap_flow_samples {
    int n;
    const float *x, *y, *u, *v;
    double x0, y0, unit, px;
};

/* Cells of a row of the plate that lie in a frame side by side.
 *
 * n          1 .. UNCAP_PLATE_SPAN
 * x, y       where they lie in the frame, samples; only the first matters if all lie on samples
 * value      luma there, native, where known
 * known      bit k: cell k lies inside the frame, and later: no caption covers what value is mixed from
 * is_row     truncated, the places are samples side by side in one row
 * is_beside  some place lies off its sample along x; is_below: along y
 */
struct uncap_plate_span {
    int n;
    float x[UNCAP_PLATE_SPAN], y[UNCAP_PLATE_SPAN], value[UNCAP_PLATE_SPAN];
    uint64_t known;
    bool is_row, is_beside, is_below;
};

/* One step of motion from UNCAP_STEPS samples of a row, side by side.
 *
 * x, y     where it leads
 * error    of it, pixels
 * reached  bit k: sample k's step can be trusted and leads to a place inside the picture
 */
struct uncap_steps {
    float x[UNCAP_STEPS], y[UNCAP_STEPS], error[UNCAP_STEPS];
    uint64_t reached;
};

/* Motion of half a picture's resolution around one of its rows.
 *
 * near, next  [n][2] (dx, dy), units of `unit` pixels: the row of cells that holds the row, and the one on
 *             its other side
 * error       [n] of near, units of `error_unit` pixels
 * allowed     error of a step that can be trusted, pixels, and share_allowed times the motion more
 */
struct uncap_motion_rows {
    int n;
    const int16_t *near, *next;
    const uint8_t *error;
    float unit, error_unit, allowed, share_allowed;
};

/* What UNCAP_PLATE_SPAN samples of a row of a frame find in the plate.
 *
 * frame  that shows the cell under the sample; -1: none, or the cell lies outside it
 * x, y   where it does
 * cost   of that source, pixels
 */
struct uncap_plate_sources {
    float x[UNCAP_PLATE_SPAN], y[UNCAP_PLATE_SPAN], cost[UNCAP_PLATE_SPAN];
    int32_t frame[UNCAP_PLATE_SPAN];
};

/* The plate as a frame t sees it.
 *
 * w, h       of plate and frames
 * cell       affine displacement from the frame's samples to the cells, as for plate_place
 * ballot     [h][w], as for plate_vote
 * places     of frame f: 6 floats at places + f * pitch, displacement from the cells to the frame's samples
 * drift      cost of a source a frame away
 * unsure     cost of one without votes
 */
struct uncap_plate_view {
    int t, w, h;
    const float *cell;
    const int32_t *ballot;
    const float *places;
    int pitch;
    float drift, unsure;
};

/* Cells of a plate of w x h samples that are laid out anew.
 *
 * cell           affine displacement from a new cell to where it lies among the old ones, as for plate_place
 * value, ballot  [h][w] of the old ones
 */
struct uncap_plate_layout {
    int w, h;
    const float *cell;
    const float *value;
    const int32_t *ballot;
};

/* What a candidate offers for n sites of one row of a hole.
 *
 * place      [n] sites; x in the low 16 bits
 * value      [n] colour; `none` or less: the candidate has none
 * missing    what it lacks at the sample x: missing[x]
 * precision  [n] 1 / variance, or NULL: that is 1 / (base + residual (1 + slope * cost)), cost at most top
 * residual   of the cell x >> 1: residual[x >> 1]; cost: of site k at cost[k * pitch]
 * sum, weight  [n] in and out: of colours times precisions, and of precisions
 */
struct uncap_candidate_row {
    int n;
    const uint32_t *place;
    const float *value, *missing, *precision, *residual, *cost;
    int pitch;
    float none, base, slope, top;
    float *sum, *weight;
};

/* A hole of one plane, and what is known around it, the rows of each colour of the chessboard apart: the
 * sample (x, y) is element x >> 1 of row y of colour (x + y) & 1.
 *
 * half   elements between rows: uncap_laplace_half(w)
 * value  at element 0 of row 0, with one more row above and below, finite everywhere; in: start, out: result
 * rate   alike; UNCAP_LAPLACE_RATE in the hole, 0 elsewhere
 * span   [h][2] first element of each row that lies in the hole, rounded down to eights, and the one after
 *        the last
 */
struct uncap_laplace {
    int w, h, half;
    float *value[2];
    const float *rate[2];
    const int32_t (*span)[2];
};

struct uncap_kernels {
    const char *name;

    /* Masked dense inverse search: 8x8 patches on a grid of 4, candidates from neighbours, weighted
     * densification.
     *
     * iterations  at most, a patch and pass.
     * passes      1: in raster order; 2: and back.
     * apart       candidates no farther off another than that, samples, are not tried; stillness is.
     * Source  Kroeger et al., Fast Optical Flow using Dense Inverse Search, ECCV 2016.
     * Differs from it: every sum is weighted by both frames' masks, so covered samples count for nothing;
     * candidates from neighbours.
     */
    void (*dis)(const struct uncap_flow_level *level, int iterations, int passes, float apart);

    /* Masked variational refinement: follows the pictures where both are known, completes the flow smoothly
     * elsewhere.
     *
     * outer  linearisations; inner: red-black over-relaxation steps in each.
     * Source  Brox et al., High Accuracy Optical Flow Estimation Based on a Theory for Warping, ECCV 2004.
     * Differs from it: no gradient constancy; data weight is the product of the masks.
     */
    void (*refine)(const struct uncap_flow_level *level, int outer, int inner);

    /* Row y of what the flow leaves of the pictures' difference.
     *
     * known   [w] out: product of both frames' masks, b's along the flow
     * difference  [w] out: frame b along the flow less a
     */
    void (*residual)(const struct uncap_flow_level *level, int y, float *difference, float *known);

    /* Row y of how far from its start a way ends that goes to frame b and back.
     *
     * gu, gv  flow from frame b, like the level's
     * px      what one sample counts for
     * off     [w] out
     */
    void (*round_trip)(const struct uncap_flow_level *level, const float *gu, const float *gv, int y,
                       float px, float *off);

    /* Normal equations of the map that fits the samples best, each weighted by how well `map` does: the
     * square of 1 / (1 + narrowing * its squared residual).
     *
     * sums  out: of w, wX, wY, wXX, wXY, wYY, then of wu, wXu, wYu, wv, wXv, wYv.
     */
    void (*affine_sums)(const struct uncap_flow_samples *samples, const double map[6], double narrowing,
                        double sums[UNCAP_AFFINE_SUMS]);

    /* Sums of absolute differences of UNCAP_DIFFERENCES_W / 8 blocks side by side, each 8 samples wide and h
     * high.
     *
     * h      1 .. 32.
     * sums   out.
     */
    void (*differences)(const uint8_t *a, ptrdiff_t a_pitch, const uint8_t *b, ptrdiff_t b_pitch, int h,
                        uint16_t *sums);

    /* Half a row: means of 2 x 2 samples, rounded.
     *
     * above, below  [2 * w] each.
     * to            [w] out.
     */
    void (*halve)(const uint8_t *above, const uint8_t *below, int w, uint8_t *to);

    /* Sums of columns of h rows, pitch apart.
     *
     * h     1 .. UNCAP_COLUMN_ROWS.
     * sums  [w] out.
     */
    void (*columns)(const uint8_t *rows, ptrdiff_t pitch, int w, int h, uint16_t *sums);

    /* A row of a table of sums: those of the samples so far, and of the rows above.
     *
     * in     [n] samples.
     * above  [n] of the row above, modulo 2^32.
     * to     [n] out; none of above.
     */
    void (*add_up)(const uint8_t *in, const uint32_t *above, int n, uint32_t *to);

    /* What of a row stands out of the mean over a square.
     *
     * in           [n] samples.
     * top, bottom  [n + side] rows of a table of sums over all above and left of a place: those where the
     *              square of in[0] begins and ends; it is side wide.
     * share        1 / samples in the square.
     * out          [n].
     */
    void (*stand_out)(const uint8_t *in, const uint32_t *top, const uint32_t *bottom, int side, int n,
                      float share, float *out);

    /* Sums over a row of pattern * image, of image^2 where there is a pattern, and of image^2; in 8 lanes. */
    void (*agree)(const float *pattern, const float *image, int n, float sums[3]);

    /* One row of the look at every frame: the direction of the gradient, for how many frames it has been the
     * same, and which samples have just become steady.
     *
     * rows   the row, with one above and one below it, pitch apart; w at least 3.
     * weak   gradient over two samples, 1..255, below which there is no stroke.
     * code   [w] in and out: 0 none, 1 and 2 rising and falling along x, 3 and 4 along y; 0 at both ends.
     * count  [w] in and out: frames of the same code, at most 255; 0 where there is none.
     * born   [w] out: 1 where count has just become UNCAP_BIRTHS_STEADY.
     * cells  [(w + 7) / 8] the births of every 8 samples are added; wraps at 256.
     */
    void (*births)(const uint8_t *rows, ptrdiff_t pitch, int w, int weak, uint8_t *code, uint8_t *count,
                   uint8_t *born, uint8_t *cells);

    /* Where the span's n cells from (x0, y0) on lie in a frame of w x h samples: all but value.
     *
     * place  affine displacement: x = X + place[0] + place[1] X + place[2] Y, y likewise by 3, 4, 5. What is
     *        within UNCAP_PLATE_SNAP of a sample is taken for it.
     */
    void (*plate_place)(struct uncap_plate_span *span, const float *place, int x0, int y0, int w, int h);

    /* Luma at the places of a span that is_row, bilinear, into value.
     *
     * row      the sample of the first, u8 or (is_deep) u16; n of them are read, one more if the span
     *          is_beside or is_below, and as many in the row below if it is_below.
     * stride   bytes to the row below.
     */
    void (*plate_read)(struct uncap_plate_span *span, const void *row, ptrdiff_t stride, bool is_deep);

    /* Let what frame t shows at a span's known cells vote there: where value agrees with the cell within
     * limit, or nothing was seen, or no votes are left, it replaces the cell's and the cell names t, with a
     * vote more if they agree and none otherwise; else the cell has a vote less.
     *
     * span    value finite in all n cells.
     * value   [n] in and out: the cells' luma.
     * ballot  [n] in and out: (UNCAP_PLATE_VOTES + 1) times the frame plus votes; negative: nothing seen.
     */
    void (*plate_vote)(const struct uncap_plate_span *span, int t, float limit, float *value,
                       int32_t *ballot);

    /* Look up the sources of UNCAP_PLATE_SPAN samples from (x0, y) on, samples past the row's end included.
     */
    void (*plate_find)(struct uncap_plate_sources *sources, const struct uncap_plate_view *view, int x0,
                       int y);

    /* Lay out row y anew: each cell is the old one nearest to where it lies; nothing was seen where that is
     * outside.
     *
     * value   [w] out; says nothing where nothing was seen.
     * ballot  [w] out.
     */
    void (*plate_lay)(const struct uncap_plate_layout *old, int y, float *value, int32_t *ballot);

    /* Follow the motion from the samples x0 .. of row y of a picture of w x h, x0 a multiple of UNCAP_STEPS,
     * samples past the row's end included. */
    void (*follow)(struct uncap_steps *steps, const struct uncap_motion_rows *rows, int x0, int y, int w,
                   int h);

    /* Add a candidate to the sums of a row. */
    void (*fuse)(const struct uncap_candidate_row *row);

    /* Means of what n samples are and what candidates for them are, weighted by precision. Without
     * candidates a variance stays as it is, and a value but for the last bit.
     *
     * sum, weight  [n] of the candidates, as fuse leaves them
     * unit         variances are stored in units of it, 1 .. 65535, rounded
     * value        [n] in and out
     * variance     [n] in and out
     */
    void (*merge)(const float *sum, const float *weight, float unit, int n, float *value, uint16_t *variance);

    /* Push one row of a push-pull interpolation, or two, pitch apart, to the coarser level.
     *
     * value   [rows][n] in: weighted sums, out: means; weight likewise, out: 1 at most.
     * up_value, up_weight  [(n + 1) / 2] out: the coarser level's weighted sums and weights; or both NULL.
     */
    void (*push)(float *value, float *weight, ptrdiff_t pitch, int rows, int n, float *up_value,
                 float *up_weight);

    /* Let cells first .. end - 1 of a row take what they lack of weight 1 from the coarser level.
     *
     * value, weight  at cell 0
     * near, next     [w] the coarser level's row that holds them, and the one on their other side
     */
    void (*pull)(float *value, const float *weight, const float *near, const float *next, int w, int first,
                 int end);

    /* Bilinear values of the samples first .. end - 1 of a row of twice as many samples as near and next have
     * cells.
     *
     * out  [end - first]
     * near, next, w  as for pull
     */
    void (*interpolate)(float *out, const float *near, const float *next, int w, int first, int end);

    /* Relax Laplace's equation over a hole; where it meets the plane's edge, nothing flows over that.
     *
     * steps  of red-black over-relaxation
     */
    void (*laplace)(const struct uncap_laplace *hole, int steps);
};

size_t uncap_flow_scratch_floats(int pitch, int h);

/* Elements between the rows of one colour, and floats of both colours with the rows above and below. */
int uncap_laplace_half(int w);
size_t uncap_laplace_floats(int w, int h);

/* Table of one level; NULL if this processor or build cannot run it. */
const struct uncap_kernels *uncap_kernels_level(enum uncap_simd level);

/* The fastest table this processor runs. */
const struct uncap_kernels *uncap_kernels_best(void);

#endif
