/* SPDX-License-Identifier: Apache-2.0 */
/* Reading and writing samples of native planes on the engine's scale: grey levels of 8 bit, as float. */
#ifndef UNCAP_INPAINT_FLOW_SAMPLE_H
#define UNCAP_INPAINT_FLOW_SAMPLE_H

#include <stdbool.h>

#include "base/picture.h"

/* Native value times this is the engine's scale. */
static inline float flow_sample_scale(struct uncap_format f)
{
    return 1.0f / (float)(1 << (f.depth - 8));
}

/* A plane as loops over samples take it: by value, since a store into the plane might change what a pointer
 * leads to, for all the compiler knows. */
struct flow_samples {
    uint8_t *data;
    ptrdiff_t stride; /* bytes */
    bool is_deep;
    float scale, unit, top; /* of a native value; native values of 1; the largest */
};

static inline struct flow_samples flow_samples_of(const struct uncap_picture *p, int plane)
{
    return (struct flow_samples){.data = p->data[plane],
                                 .stride = p->stride[plane],
                                 .is_deep = p->format.depth > 8,
                                 .scale = flow_sample_scale(p->format),
                                 .unit = (float)(1 << (p->format.depth - 8)),
                                 .top = (float)((1 << p->format.depth) - 1)};
}

/* On the engine's scale. */
static inline float flow_sample_get(struct flow_samples s, int x, int y)
{
    const uint8_t *row = s.data + (ptrdiff_t)y * s.stride;
    return s.scale * (s.is_deep ? (float)((const uint16_t *)(const void *)row)[x] : (float)row[x]);
}

/* Round, clip and write a value on the engine's scale. */
static inline void flow_sample_put(struct flow_samples s, int x, int y, float value)
{
    uint8_t *row = s.data + (ptrdiff_t)y * s.stride;
    float v = value * s.unit + 0.5f;
    v = v > s.top ? s.top : v;
    v = v < 0 ? 0 : v;
    if (s.is_deep)
        ((uint16_t *)(void *)row)[x] = (uint16_t)v;
    else
        row[x] = (uint8_t)v;
}

static inline float flow_sample_mix(float a, float b, float c, float d, float fx, float fy)
{
    const float top = a + fx * (b - a);
    const float bottom = c + fx * (d - c);
    return top + fy * (bottom - top);
}

/* Bilinear luma value, native, of a picture of 8 bit at a place inside it; reads no sample that has no
 * weight. */
static inline float flow_sample_bilinear_byte(const struct uncap_picture *p, float x, float y)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    const int right = fx > 0;
    const uint8_t *a = p->data[0] + (ptrdiff_t)yi * p->stride[0] + xi;
    const uint8_t *b = a + (fy > 0 ? p->stride[0] : 0);
    return flow_sample_mix((float)a[0], (float)a[right], (float)b[0], (float)b[right], fx, fy);
}

/* The same of more than 8 bit. */
static inline float flow_sample_bilinear_deep(const struct uncap_picture *p, float x, float y)
{
    const int xi = (int)x;
    const int yi = (int)y;
    const float fx = x - (float)xi;
    const float fy = y - (float)yi;
    const int right = fx > 0;
    const uint8_t *row = p->data[0] + (ptrdiff_t)yi * p->stride[0];
    const uint16_t *a = (const uint16_t *)(const void *)row + xi;
    const uint16_t *b = (const uint16_t *)(const void *)(row + (fy > 0 ? p->stride[0] : 0)) + xi;
    return flow_sample_mix((float)a[0], (float)a[right], (float)b[0], (float)b[right], fx, fy);
}

static inline float flow_sample_bilinear(const struct uncap_picture *p, float x, float y)
{
    return p->format.depth > 8 ? flow_sample_bilinear_deep(p, x, y) : flow_sample_bilinear_byte(p, x, y);
}

#endif
