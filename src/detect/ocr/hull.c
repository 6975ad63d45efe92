/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/hull.h"

#include <float.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static int by_x_then_y(const void *a, const void *b)
{
    const struct uncap_point *p = a;
    const struct uncap_point *q = b;
    if (p->x < q->x || p->x > q->x)
        return p->x < q->x ? -1 : 1;
    return (p->y > q->y) - (p->y < q->y);
}

static double cross(struct uncap_point o, struct uncap_point a, struct uncap_point b)
{
    return ((double)a.x - o.x) * ((double)b.y - o.y) - ((double)a.y - o.y) * ((double)b.x - o.x);
}

size_t uncap_hull(struct uncap_point *points, size_t n, struct uncap_point *scratch)
{
    if (n < 2)
        return n;
    qsort(points, n, sizeof(*points), by_x_then_y);
    size_t k = 0;
    for (size_t i = 0; i < n; i++) {
        while (k >= 2 && cross(scratch[k - 2], scratch[k - 1], points[i]) <= 0)
            k--;
        scratch[k++] = points[i];
    }
    const size_t lower = k + 1;
    for (size_t i = n - 1; i-- > 0;) {
        while (k >= lower && cross(scratch[k - 2], scratch[k - 1], points[i]) <= 0)
            k--;
        scratch[k++] = points[i];
    }
    const size_t count = k > 1 ? k - 1 : k; /* the last point is the first again */
    memcpy(points, scratch, count * sizeof(*points));
    return count;
}

/* Rectangle with axes u and its normal, in coordinates along them. */
struct extent {
    double u0, u1, v0, v1;
};

static struct extent extent_along(const struct uncap_point *hull, size_t n, double ux, double uy)
{
    struct extent e = {DBL_MAX, -DBL_MAX, DBL_MAX, -DBL_MAX};
    for (size_t i = 0; i < n; i++) {
        const double u = hull[i].x * ux + hull[i].y * uy;
        const double v = -hull[i].x * uy + hull[i].y * ux;
        e.u0 = fmin(e.u0, u);
        e.u1 = fmax(e.u1, u);
        e.v0 = fmin(e.v0, v);
        e.v1 = fmax(e.v1, v);
    }
    return e;
}

static struct uncap_quad quad_of(struct extent e, double ux, double uy)
{
    const double us[4] = {e.u0, e.u1, e.u1, e.u0};
    const double vs[4] = {e.v0, e.v0, e.v1, e.v1};
    struct uncap_quad q;
    for (int i = 0; i < 4; i++) {
        q.p[i].x = (float)(us[i] * ux - vs[i] * uy);
        q.p[i].y = (float)(us[i] * uy + vs[i] * ux);
    }
    return q;
}

struct uncap_quad uncap_hull_min_rect(const struct uncap_point *hull, size_t n)
{
    double best_area = DBL_MAX, best_x = 1, best_y = 0;
    struct extent best = extent_along(hull, n, 1, 0);
    for (size_t i = 0; i < n && n > 1; i++) {
        const struct uncap_point a = hull[i], b = hull[(i + 1) % n];
        double ux = (double)b.x - a.x, uy = (double)b.y - a.y;
        const double length = sqrt(ux * ux + uy * uy);
        if (length < 1e-9)
            continue;
        ux /= length;
        uy /= length;
        /* Turned by multiples of 90 degrees until the u axis points right, within 45 degrees: text reads
         * along it. */
        for (int turn = 0; turn < 4 && !(ux > 0 && fabs(uy) <= ux); turn++) {
            const double t = ux;
            ux = -uy;
            uy = t;
        }
        const struct extent e = extent_along(hull, n, ux, uy);
        const double area = (e.u1 - e.u0) * (e.v1 - e.v0);
        if (area < best_area - 1e-9) {
            best_area = area;
            best = e;
            best_x = ux;
            best_y = uy;
        }
    }
    return quad_of(best, best_x, best_y);
}

void uncap_quad_sides(const struct uncap_quad *quad, float *w, float *h)
{
    *w = hypotf(quad->p[1].x - quad->p[0].x, quad->p[1].y - quad->p[0].y);
    *h = hypotf(quad->p[3].x - quad->p[0].x, quad->p[3].y - quad->p[0].y);
}

struct uncap_quad uncap_quad_grow(const struct uncap_quad *quad, float d)
{
    float w, h;
    uncap_quad_sides(quad, &w, &h);
    /* Unit vectors along the sides; a rectangle without extent is taken as upright. */
    const float ux = w > 1e-6f ? (quad->p[1].x - quad->p[0].x) / w : 1;
    const float uy = w > 1e-6f ? (quad->p[1].y - quad->p[0].y) / w : 0;
    const float sign_u[4] = {-1, 1, 1, -1}, sign_v[4] = {-1, -1, 1, 1};
    struct uncap_quad out;
    for (int i = 0; i < 4; i++) {
        out.p[i].x = quad->p[i].x + d * (sign_u[i] * ux - sign_v[i] * uy);
        out.p[i].y = quad->p[i].y + d * (sign_u[i] * uy + sign_v[i] * ux);
    }
    return out;
}

struct uncap_quad uncap_quad_of_rect(struct uncap_rect r)
{
    const float x0 = (float)r.x0, y0 = (float)r.y0, x1 = (float)(r.x1 - 1), y1 = (float)(r.y1 - 1);
    return (struct uncap_quad){{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}};
}
