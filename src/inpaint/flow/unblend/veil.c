/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/unblend/veil.h"

#include <math.h>

#define MIN_FRAMES 6.0f /* of a sample that tells something of the veil */
#define MIN_K 0.1f      /* a caption that lets less through is solid; more than MAX_K, none at all */
#define MAX_K 0.95f
#define MEAN_OFF 2.5f    /* standard errors that the mean of a sample may be off */
#define MEAN_SLACK 1.5f  /* plus this many grey levels */
#define K_OFF 3.0f       /* standard errors that k of a sample may be off */
#define MISFIT 3.0f      /* mean square allowed around the veil, in variances */
#define MIN_SHARE 0.25   /* of the measured samples */
#define MIN_SAMPLES 64.0 /* touched ones, for a share of them to mean anything */
#define MIN_SPREAD 25.0  /* variance that the scene must have from sample to sample */

#define NOISE_SHARE                                                                                          \
    0.3 /* quantile of the samples' residuals that is coding noise, as where the caption is solid */
#define MIN_NOISE 0.25f
#define MIN_NOISE_C 0.75f /* chroma's noise stands still more often, where q takes it up */
#define MAX_NOISE 80.0f

#define AROUND_SHARE 0.44f /* of the samples around that put one under the veil too */
#define AROUND_EXCESS 3.0f /* unless its mean is off by this much more */
#define FRONT_SHARE 0.39f  /* the same at a straight front that advances */
#define ALIKE 0.64f        /* of the variance around, that a sample varies by which shows the same scene */

enum { ROUNDS = 8, N_BINS = 512, REACH = 2, SPREADS = 16 };

static bool is_touched(const struct flow_fit *f)
{
    return f->n > MIN_FRAMES && f->touch != FLOW_TOUCH_NONE;
}

/* By how much the sample's observed mean is off the veil. */
static float mean_off(const struct flow_veil *v, const struct flow_fit *f)
{
    return f->seen - v->q - v->k * f->mean;
}

/* Mean square of what is observed around the veil. */
static float misfit(const struct flow_veil *v, const struct flow_fit *f)
{
    const float off = mean_off(v, f);
    return f->residual + (f->k - v->k) * (f->k - v->k) * f->var_b + off * off;
}

/* Where a sample lies. What lies upon a box lets no more through than the box does, but its rim may. */
enum place { ANYWHERE, INSIDE };

/* Variance of the fill's error, if the sample lies under the veil: an error flattens the sample's own k;
 * inside, a k that is steeper is that of a fill that moves less than the scene. */
static float fill_error(const struct flow_veil *v, const struct flow_fit *f, enum place place)
{
    const float share = fmaxf(f->k / v->k, 0);
    const float steeper = place == INSIDE ? (share - 1) * (share - 1) : 0;
    return fmaxf(f->noise, f->var_b * (share < 1 ? 1 - share : steeper));
}

/* How many times what the mean of a sample may be off, it is. */
static float mean_excess(const struct flow_veil *v, const struct flow_fit *f, float coding, enum place place)
{
    const float expected = v->k * v->k * fill_error(v, f, place) + coding;
    return fabsf(mean_off(v, f)) / (MEAN_OFF * sqrtf(expected / f->n) + MEAN_SLACK);
}

/* The sample has another k, and knows it well. A k that an erring fill has flattened leaves a residual of
 * k (veil's k - k) var_b; one that is steeper because the fill is too smooth, a fill that is off by
 * (k / veil's k - 1)^2 var_b and doubts itself. */
static bool has_own_k(const struct flow_veil *v, const struct flow_fit *f, enum place place)
{
    const float off = f->k - v->k;
    if (fabsf(off) < K_OFF * sqrtf(f->var_k) || fabsf(off) * sqrtf(f->var_b) < MEAN_SLACK)
        return false;
    return off < 0 ? f->residual * MISFIT < -off * f->k * f->var_b
                   : place == ANYWHERE && f->noise * MISFIT < off / v->k * (off / v->k) * f->var_b;
}

static bool explains(const struct flow_veil *v, const struct flow_fit *f, float coding, enum place place)
{
    const float expected = v->k * v->k * fill_error(v, f, place) + coding;
    return mean_excess(v, f, coding, place) < 1 && misfit(v, f) < MISFIT * expected &&
           !has_own_k(v, f, place);
}

/* Weights of what lies in [low, high), for quantiles to a bin's width. */
struct histogram {
    float low, high;
    double weight[N_BINS], all;
};

static void add_to_histogram(struct histogram *m, float value, double weight)
{
    const float at = (value - m->low) / (m->high - m->low) * N_BINS;
    const int bin = at < 0 ? 0 : at >= N_BINS ? N_BINS - 1 : (int)at;
    m->weight[bin] += weight;
    m->all += weight;
}

static float quantile_of(const struct histogram *m, double share)
{
    double below = 0;
    int bin = 0;
    while (bin < N_BINS - 1 && below + m->weight[bin] < share * m->all)
        below += m->weight[bin++];
    return m->low + ((float)bin + 0.5f) * (m->high - m->low) / N_BINS;
}

/* Where to start: the medians of the samples' own fits, by how well they are known. */
static bool start(const struct flow_fit *fit, size_t n, struct flow_veil *v)
{
    struct histogram k = {.low = MIN_K, .high = MAX_K};
    struct histogram q = {.low = -FLOW_REGRESS_ZERO, .high = FLOW_REGRESS_ZERO};
    for (int pass = 0; pass < 2; pass++) {
        for (size_t i = 0; i < n; i++) {
            const struct flow_fit *f = &fit[i];
            if (!is_touched(f) || f->touch != FLOW_TOUCH_BLENDED || f->k > MAX_K)
                continue;
            const double weight = 1 / (1e-4 + (double)f->var_k);
            if (pass)
                add_to_histogram(&q, f->q + (f->k - v->k) * f->mean, weight);
            else
                add_to_histogram(&k, f->k, weight);
        }
        v->k = quantile_of(&k, 0.5);
        v->q = quantile_of(&q, 0.5);
    }
    return k.all > 0;
}

/* One round: the line through the means of the samples that the veil explains. False if they are no veil. */
static bool refine(const struct flow_fit *fit, size_t n, float coding, double least, struct flow_veil *v)
{
    double w = 0;
    double i = 0;
    double b = 0;
    double ib = 0;
    double bb = 0;
    double explained = 0;
    for (size_t s = 0; s < n; s++) {
        const struct flow_fit *f = &fit[s];
        if (!is_touched(f) || !explains(v, f, coding, ANYWHERE))
            continue;
        const double weight = 1 / (double)(f->noise + coding);
        const double mean_i = (double)f->seen;
        const double mean_b = (double)f->mean;
        explained++;
        w += weight;
        i += weight * mean_i;
        b += weight * mean_b;
        ib += weight * mean_i * mean_b;
        bb += weight * mean_b * mean_b;
    }
    if (explained < least)
        return false;
    const double spread = bb / w - b / w * (b / w);
    if (spread < MIN_SPREAD)
        return false;
    const double k = (ib / w - i / w * (b / w)) / spread;
    v->k = (float)k;
    v->q = (float)(i / w - k * b / w);
    return v->k > MIN_K && v->k < MAX_K;
}

/* Variance of what is observed where the fill errs least. */
static float noise_under(const struct flow_veil *v, const struct flow_fit *fit, size_t n, float coding)
{
    struct histogram h = {.low = 0, .high = MAX_NOISE};
    for (size_t i = 0; i < n; i++)
        if (is_touched(&fit[i]) && explains(v, &fit[i], coding, ANYWHERE))
            add_to_histogram(&h, fit[i].residual, 1);
    return fmaxf(quantile_of(&h, NOISE_SHARE), MIN_NOISE);
}

bool flow_veil_find(const struct flow_fit *fit, size_t n, float coding, struct flow_veil *veil)
{
    double touched = 0;
    double measured = 0;
    for (size_t i = 0; i < n; i++) {
        touched += is_touched(&fit[i]);
        measured += fit[i].n > MIN_FRAMES;
    }
    if (touched < MIN_SAMPLES || !start(fit, n, veil))
        return false;
    /* The first rounds may start from afar; the last ones must hold the share. */
    for (int round = 0; round < ROUNDS; round++)
        if (!refine(fit, n, coding, (round < ROUNDS / 2 ? MIN_SHARE / 4 : MIN_SHARE) * measured, veil))
            return false;
    veil->noise = noise_under(veil, fit, n, coding);
    return true;
}

/* doubt: grey levels that the sample is off the veil by. */
static void put_under(const struct flow_veil *veil, struct flow_fit *f, float doubt)
{
    f->residual = f->n * doubt * doubt; /* the variance of q, which is residual / n */
    f->k = veil->k;
    f->q = veil->q;
    f->var_k = 0; /* so many samples tell it */
    f->touch = FLOW_TOUCH_BLENDED;
    f->veiled = true;
}

/* What is seen of the samples around one that lie under the veil.
 *
 * share  of all of them
 * mean, variance  of the observed value over the frames, averaged
 */
struct around {
    float share, mean, variance;
};

static struct around look_around(const struct flow_fit *fit, int w, int h, int x, int y)
{
    int n = 0;
    int veiled = 0;
    struct around a = {0};
    for (int v = y < REACH ? 0 : y - REACH; v <= y + REACH && v < h; v++)
        for (int u = x < REACH ? 0 : x - REACH; u <= x + REACH && u < w; u++, n++) {
            const struct flow_fit *f = &fit[(ptrdiff_t)v * w + u];
            if (!f->veiled)
                continue;
            veiled++;
            a.mean += f->seen;
            a.variance += f->var_seen;
        }
    a.share = (float)veiled / (float)n;
    a.mean /= fmaxf((float)veiled, 1);
    a.variance /= fmaxf((float)veiled, 1);
    return a;
}

/* The sample has another k, and that leaves no more than noise. */
static bool explains_itself(const struct flow_veil *v, const struct flow_fit *f, enum place place)
{
    return has_own_k(v, f, place) && f->residual < MISFIT * (f->k * f->k * f->noise + v->noise);
}

/* What is seen goes on as it is around: whatever the fill says, no letter begins here. A letter has a value
 * of its own, or one that hardly moves. */
static bool goes_on(const struct around *a, const struct flow_fit *f)
{
    return fabsf(f->seen - a->mean) < MEAN_SLACK && f->var_seen > ALIKE * a->variance;
}

/* Rows or columns [first, end). */
struct extent {
    int first, end;
};

/* From the first to the last that the veil has its share of.
 *
 * n       of them, `stride` apart
 * across  samples in each, `step` apart
 */
static struct extent extent_of(const struct flow_fit *fit, int n, ptrdiff_t stride, int across,
                               ptrdiff_t step)
{
    struct extent e = {n, n};
    for (int i = 0; i < n; i++) {
        double measured = 0;
        double veiled = 0;
        for (int k = 0; k < across; k++) {
            const struct flow_fit *f = &fit[i * stride + k * step];
            measured += f->n > MIN_FRAMES;
            veiled += f->veiled;
        }
        if (veiled == 0 || veiled < MIN_SHARE * measured)
            continue;
        e.first = i < e.first ? i : e.first;
        e.end = i + 1;
    }
    return e;
}

/* What the veil covers, as a box has straight sides. */
struct box {
    struct extent rows, columns;
};

static struct box box_of(const struct flow_fit *fit, int w, int h)
{
    return (struct box){extent_of(fit, h, w, w, 1), extent_of(fit, w, 1, h, w)};
}

static enum place place_in(const struct box *box, int x, int y)
{
    const struct extent r = box->rows, c = box->columns;
    return y > r.first && y < r.end - 1 && x > c.first && x < c.end - 1 ? INSIDE : ANYWHERE;
}

/* One round over the samples in the midst of such that lie under the veil; false if there was none left. */
static bool spread(const struct flow_veil *veil, const struct box *box, struct flow_fit *fit, int w, int h,
                   float coding)
{
    bool any = false;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct flow_fit *f = &fit[(ptrdiff_t)y * w + x];
            if (!is_touched(f) || f->veiled)
                continue;
            const struct around a = look_around(fit, w, h, x, y);
            const enum place place = place_in(box, x, y);
            if (a.share > FRONT_SHARE && !explains_itself(veil, f, place) && goes_on(&a, f))
                put_under(veil, f, MEAN_SLACK);
            else if (a.share > AROUND_SHARE && !has_own_k(veil, f, place) &&
                     mean_excess(veil, f, coding, place) <= AROUND_EXCESS)
                put_under(veil, f, mean_off(veil, f));
            any = any || f->veiled;
        }
    return any;
}

/* A scene of the veil's own tone looks untouched under it. When something else comes by, for too few frames
 * to be measured, that would be taken for what it is dimmed to. A box has straight sides: inside of them,
 * what is not proved to be untouched is not known. */
static void doubt_its_tone(const struct box *box, struct flow_fit *fit, int w)
{
    for (int y = box->rows.first; y < box->rows.end; y++)
        for (int x = box->columns.first; x < box->columns.end; x++) {
            struct flow_fit *f = &fit[(ptrdiff_t)y * w + x];
            if (f->touch == FLOW_TOUCH_NONE && !flow_regress_proves_untouched(f))
                f->touch = FLOW_TOUCH_UNKNOWN;
        }
}

/* Put under the veil what it explains. */
static void claim(const struct flow_veil *veil, const struct box *box, struct flow_fit *fit, int w, int h,
                  float coding)
{
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            struct flow_fit *f = &fit[(ptrdiff_t)y * w + x];
            if (is_touched(f) && !f->veiled && explains(veil, f, coding, place_in(box, x, y)))
                put_under(veil, f, mean_off(veil, f));
        }
}

void flow_veil_apply(const struct flow_veil *veil, struct flow_fit *fit, int w, int h, float coding)
{
    struct box box = {.rows = {0, 0}};
    claim(veil, &box, fit, w, h, coding);
    box = box_of(fit, w, h);
    doubt_its_tone(&box, fit, w);
    claim(veil, &box, fit, w, h, coding);
    for (int round = 0; round < SPREADS && spread(veil, &box, fit, w, h, coding); round++)
        ;
}

void flow_veil_measure_chroma(struct flow_veil *veil, const struct flow_fit *fit_c, size_t n)
{
    struct histogram h = {.low = 0, .high = MAX_NOISE};
    for (int plane = 0; plane < 2; plane++, fit_c += n) {
        double sum = 0, count = 0;
        for (size_t i = 0; i < n; i++) {
            if (!fit_c[i].veiled || fit_c[i].n <= MIN_FRAMES)
                continue;
            add_to_histogram(&h, fit_c[i].residual, 1);
            sum += (double)fit_c[i].seen - (double)veil->k * (double)fit_c[i].mean;
            count++;
        }
        veil->q_c[plane] = count > 0 ? (float)(sum / count) : 0;
    }
    veil->noise_c = fmaxf(quantile_of(&h, NOISE_SHARE), MIN_NOISE_C);
}

struct flow_fit flow_veil_fit(const struct flow_veil *veil, int plane)
{
    return (struct flow_fit){.n = INFINITY,
                             .k = veil->k,
                             .q = plane ? veil->q_c[plane - 1] : veil->q,
                             .touch = FLOW_TOUCH_BLENDED,
                             .veiled = true};
}
