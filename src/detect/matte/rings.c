/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/rings.h"

#include <math.h>
#include <stdlib.h>

#include "base/memory.h"
#include "detect/matte/reach.h"
#include "kernels/distance.h"

enum {
    LEAST_PAIRS = 200, /* pixels of the scene from which a slope is known */
    BEYOND = 3,        /* pixels past the last ring that belong to neither it nor the scene */
};

/* A frame beside the life tells what is behind the letters if it tells so much of what is beside them (well,
 * and better than nothing), and if there is so much of a pattern (levels) to tell it by. */
static const double good_slope = 0.7, least_slope = 0.4, least_pattern = 8;
/* Levels by which the scene must change over time. */
static const float least_dev = 6;

static enum uncap_matte_side side_of(struct uncap_nearest v)
{
    const int octant = uncap_matte_octant(v.dx, v.dy);
    if (octant <= 2)
        return UNCAP_MATTE_SIDE_LAST;
    return octant >= 4 && octant <= 6 ? UNCAP_MATTE_SIDE_FIRST : UNCAP_MATTE_SIDE_ELSE;
}

/* Pixels all of whose neighbours are strokes, if there are enough: the others are seen through their edge. */
static bool is_inner(const uint8_t *stroke, int w, int h, int x, int y)
{
    const uint8_t *p = stroke + (ptrdiff_t)y * w + x;
    return *p && x > 0 && x + 1 < w && y > 0 && y + 1 < h && p[-1] && p[1] && p[-w] && p[w];
}

static bool has_inner(const uint8_t *stroke, int w, int h)
{
    size_t n = 0, n_inner = 0;
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            n += stroke[(ptrdiff_t)y * w + x] != 0;
            n_inner += is_inner(stroke, w, h, x, y);
        }
    return 8 * n_inner >= n;
}

/* What one measurement looks at. */
struct view {
    const struct uncap_matte_scene *scene;
    const struct uncap_matte_look *look;
    const struct uncap_matte_pair *pairs;
    int n_pairs;
    const uint8_t *stroke;
    const struct uncap_nearest *nearest;
    struct uncap_rect plate;
    bool has_inner;
};

static void add(const struct view *v, size_t i, struct uncap_matte_ring *ring)
{
    const int n = v->scene->n_channels;
    const size_t area = (size_t)v->scene->w * (size_t)v->scene->h;
    ring->n++;
    ring->pairs += v->n_pairs;
    ring->dev[v->look->dev[i]]++;
    for (int c = 0; c < n; c++)
        ring->v[c] += v->look->med[c][i];
    for (int k = 0; k < v->n_pairs; k++) {
        int product = 0, square = 0;
        for (int c = 0; c < n; c++) {
            const int with = v->pairs[k].with[(size_t)c * area + i],
                      without = v->pairs[k].without[(size_t)c * area + i];
            ring->with[c] += with;
            ring->without[c] += without;
            product += with * without;
            square += without * without;
        }
        ring->product += product;
        ring->square += square;
    }
}

/* The ring of a pixel, or NULL. */
static struct uncap_matte_ring *ring_of(struct uncap_matte_rings *r, const struct view *v, int x, int y)
{
    const size_t i = (size_t)y * (size_t)v->scene->w + (size_t)x;
    const bool has_plate = !uncap_rect_empty(v->plate);
    if (v->stroke[i])
        return !v->has_inner || is_inner(v->stroke, v->scene->w, v->scene->h, x, y) ? &r->inside : NULL;
    if (v->scene->zone[i] == UNCAP_MATTE_ZONE_OTHER && !uncap_rect_has(v->plate, x, y))
        return NULL;
    const int far =
        abs(v->nearest[i].dx) > abs(v->nearest[i].dy) ? abs(v->nearest[i].dx) : abs(v->nearest[i].dy);
    const int d = far > 4 * r->n ? far : (int)(sqrtf((float)uncap_nearest_d2(v->nearest[i])) + 0.5F);
    if (has_plate && uncap_rect_has(uncap_rect_grow(v->plate, -3, -3), x, y))
        return d > 3 ? &r->plate : NULL;
    if (has_plate)
        return uncap_rect_has(uncap_rect_grow(v->plate, BEYOND, BEYOND), x, y) ? NULL : &r->scene;
    if (d < r->n)
        return &r->at[(int)side_of(v->nearest[i]) * r->n + d];
    return d >= r->n + BEYOND ? &r->scene : NULL;
}

/* Covariance of with and without, and variance of without, summed up over channels. */
static double covariance(const struct uncap_matte_rings *r, const struct uncap_matte_ring *ring)
{
    double sum = (double)ring->product;
    for (int c = 0; c < r->n_channels; c++)
        sum -= (double)ring->with[c] * (double)ring->without[c] / (double)ring->pairs;
    return sum / (double)ring->pairs;
}

static double variance(const struct uncap_matte_rings *r, const struct uncap_matte_ring *ring)
{
    double sum = (double)ring->square;
    for (int c = 0; c < r->n_channels; c++)
        sum -= (double)ring->without[c] * (double)ring->without[c] / (double)ring->pairs;
    return sum / (double)ring->pairs;
}

static float median_dev(const struct uncap_matte_ring *ring)
{
    double left = (double)ring->n / 2;
    int v = 0;
    while (v < 255 && left >= ring->dev[v])
        left -= ring->dev[v++];
    return (float)v;
}

bool uncap_matte_rings_stand(const struct uncap_matte_rings *rings)
{
    static const double nearly_all = 0.8;
    static const float still = 0.3f, surely = 10;
    const struct uncap_matte_ring *s = &rings->scene;
    double moving = 0;
    for (int v = (int)least_dev; v < 256; v++)
        moving += s->dev[v];
    return s->n > 0 && moving >= nearly_all * (double)s->n && median_dev(s) >= surely &&
           rings->inside.n > 0 && median_dev(&rings->inside) <= still * median_dev(s);
}

/* How much of the pattern beside the letters a frame without them has; 0 if there is none to tell. */
static double slope_of(const struct uncap_matte_rings *r)
{
    const struct uncap_matte_ring *s = &r->scene;
    if (s->pairs < LEAST_PAIRS || variance(r, s) < least_pattern * least_pattern)
        return 0;
    return covariance(r, s) / variance(r, s);
}

/* Is there a pattern right behind the letters too? */
static bool has_pattern(const struct uncap_matte_rings *r)
{
    double sum = 0, n = 0;
    for (int side = 0; side < UNCAP_MATTE_SIDES; side++)
        for (int d = 1; d < 4 && d < r->n; d++) {
            const struct uncap_matte_ring *ring = uncap_matte_rings_at(r, side, d);
            sum += ring->pairs > 0 ? (double)ring->pairs * variance(r, ring) : 0;
            n += (double)ring->pairs;
        }
    if (r->plate.pairs > 0) {
        sum += (double)r->plate.pairs * variance(r, &r->plate);
        n += (double)r->plate.pairs;
    }
    return n > 0 && sum >= n * least_pattern * least_pattern;
}

static enum uncap_matte_through choose(const struct uncap_matte_rings *r)
{
    const double slope = has_pattern(r) ? slope_of(r) : 0;
    if (slope >= good_slope)
        return UNCAP_MATTE_THROUGH_PAIRS;
    if (r->scene.n > 0 && median_dev(&r->scene) >= least_dev)
        return UNCAP_MATTE_THROUGH_DEV;
    return slope >= least_slope ? UNCAP_MATTE_THROUGH_PAIRS : UNCAP_MATTE_THROUGH_CONTRAST;
}

int uncap_matte_rings_open(struct uncap_matte_rings *rings, const struct uncap_matte_scene *scene,
                           const struct uncap_matte_look *look, const struct uncap_matte_pair *pairs,
                           int n_pairs, const uint8_t *stroke, struct uncap_rect plate, int n,
                           struct uncap_error *err)
{
    struct uncap_nearest *nearest = uncap_alloc((size_t)scene->w * (size_t)scene->h, sizeof(*nearest));
    *rings = (struct uncap_matte_rings){.n = n, .n_channels = scene->n_channels};
    rings->at = uncap_alloc((size_t)n * UNCAP_MATTE_SIDES, sizeof(*rings->at));
    if (!nearest || !rings->at || !uncap_distance_nearest(stroke, nearest, scene->w, scene->h)) {
        uncap_free(nearest);
        uncap_matte_rings_close(rings);
        return uncap_fail_nomem(err, "the style of a caption");
    }
    const struct view v = {scene,  look,    pairs, n_pairs,
                           stroke, nearest, plate, has_inner(stroke, scene->w, scene->h)};
    for (int y = 0; y < scene->h; y++)
        for (int x = 0; x < scene->w; x++) {
            struct uncap_matte_ring *ring = ring_of(rings, &v, x, y);
            if (ring)
                add(&v, (size_t)y * (size_t)scene->w + (size_t)x, ring);
        }
    rings->through = choose(rings);
    rings->is_paired = slope_of(rings) >= least_slope;
    uncap_free(nearest);
    return UNCAP_OK;
}

void uncap_matte_rings_close(struct uncap_matte_rings *rings)
{
    uncap_free(rings->at);
    *rings = (struct uncap_matte_rings){.n = 0};
}

static float clip(float v, float lo, float hi)
{
    return v < lo ? lo : v > hi ? hi : v;
}

float uncap_matte_ring_opacity(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring)
{
    const struct uncap_matte_ring *s = &rings->scene;
    if (ring->n <= 0)
        return 0;
    if (rings->through == UNCAP_MATTE_THROUGH_CONTRAST)
        return 1;
    if (rings->through == UNCAP_MATTE_THROUGH_DEV)
        return clip(1 - median_dev(ring) / median_dev(s), 0, 1);
    const double pattern = variance(rings, ring);
    if (pattern < 1)
        return 1;
    const double slope = covariance(rings, s) / variance(rings, s);
    return clip((float)(1 - covariance(rings, ring) / pattern / slope), 0, 1);
}

static double mean_of(int64_t sum, int64_t n)
{
    return (double)sum / (double)n;
}

/* Mean of what is seen in a ring, and of what is behind it. */
static void means(const struct uncap_matte_rings *r, const struct uncap_matte_ring *ring, int c, double *seen,
                  double *behind)
{
    const bool is_paired = r->is_paired && ring->pairs > 0;
    *seen = is_paired ? mean_of(ring->with[c], ring->pairs) : mean_of(ring->v[c], ring->n);
    *behind = is_paired        ? mean_of(ring->without[c], ring->pairs)
              : r->scene.n > 0 ? mean_of(r->scene.v[c], r->scene.n)
                               : *seen;
}

float uncap_matte_ring_contrast(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring)
{
    double most = 0;
    for (int c = 0; c < rings->n_channels && ring->n > 0; c++) {
        double seen, behind;
        means(rings, ring, c, &seen, &behind);
        most = fmax(most, fabs(seen - behind));
    }
    return (float)most;
}

void uncap_matte_ring_colour(const struct uncap_matte_rings *rings, const struct uncap_matte_ring *ring,
                             float opacity, float value[UNCAP_MAX_PLANES])
{
    for (int c = 0; c < rings->n_channels && ring->n > 0; c++) {
        double seen, behind;
        means(rings, ring, c, &seen, &behind);
        value[c] = clip((float)(behind + (seen - behind) / (double)fmaxf(opacity, 0.1F)), 0, 255);
    }
}
