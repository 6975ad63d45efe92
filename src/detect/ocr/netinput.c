/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ocr/netinput.h"

#include "base/memory.h"

void uncap_netinput_clear(struct uncap_netinput *in)
{
    uncap_free(in->planes);
    uncap_free(in->row);
    for (int i = 0; i < 2; i++) {
        uncap_taps_clear(&in->x[i]);
        uncap_taps_clear(&in->y[i]);
    }
    *in = (struct uncap_netinput){.planes = NULL};
}

int uncap_netinput_prepare(struct uncap_netinput *in, const struct uncap_picture *p, struct uncap_rect region,
                           int w, int h, struct uncap_error *err)
{
    if (!uncap_grow((void **)&in->planes, &in->planes_capacity, 3 * (size_t)w * (size_t)h, sizeof(float)) ||
        !uncap_grow((void **)&in->row, &in->row_capacity, (size_t)p->w, sizeof(float)))
        return uncap_fail_nomem(err, "network input");
    for (int i = 0; i < 2; i++) {
        /* The chroma planes' share of the region, as fractions of their own samples. */
        const double sx = i ? 1.0 / (1 << p->format.shift_x) : 1, sy = i ? 1.0 / (1 << p->format.shift_y) : 1;
        int status = uncap_taps_set(&in->x[i], uncap_plane_w(p->format, i, p->w), w, region.x0 * sx,
                                    region.x1 * sx, err);
        if (!status)
            status = uncap_taps_set(&in->y[i], uncap_plane_h(p->format, i, p->h), h, region.y0 * sy,
                                    region.y1 * sy, err);
        if (status)
            return status;
    }
    return UNCAP_OK;
}

/* rgb[c] = offset[c] + from[c][0] * Y + from[c][1] * Cb + from[c][2] * Cr, samples scaled so that max is 1.
 */
struct conversion {
    float from[3][3], offset[3];
};

static struct conversion conversion_of(struct uncap_format f, struct uncap_colour colour)
{
    if (f.n_planes == 1)
        return (struct conversion){.from = {{1}, {1}, {1}}};
    if (colour.matrix == 0) /* planes are G, B, R */
        return (struct conversion){.from = {{0, 0, 1}, {1, 0, 0}, {0, 1, 0}}};
    float kr = 0.299f, kb = 0.114f; /* BT.601, also when unspecified */
    if (colour.matrix == 1) {
        kr = 0.2126f;
        kb = 0.0722f;
    } else if (colour.matrix == 9 || colour.matrix == 10) {
        kr = 0.2627f;
        kb = 0.0593f;
    }
    const float y = colour.is_full_range ? 1 : 255 / 219.0f, c = colour.is_full_range ? 1 : 255 / 224.0f;
    const float black = colour.is_full_range ? 0 : 16 / 255.0f, middle = 128 / 255.0f;
    const float kg = 1 - kr - kb;
    struct conversion out = {.from = {{y, 0, 2 * (1 - kr) * c},
                                      {y, -2 * kb * (1 - kb) / kg * c, -2 * kr * (1 - kr) / kg * c},
                                      {y, 2 * (1 - kb) * c, 0}}};
    for (int i = 0; i < 3; i++)
        out.offset[i] = -out.from[i][0] * black - (out.from[i][1] + out.from[i][2]) * middle;
    return out;
}

static void normalise(const float *planes, size_t area, const struct conversion *c,
                      const struct uncap_normalisation *n, float *out)
{
    for (int i = 0; i < 3; i++) {
        const int channel = 2 - i;
        const float *m = c->from[channel];
        const float gain = 1 / n->deviation[i], shift = -n->mean[i] / n->deviation[i],
                    offset = c->offset[channel];
        float *to = out + (size_t)i * area;
        for (size_t at = 0; at < area; at++) {
            const float v =
                offset + m[0] * planes[at] + m[1] * planes[area + at] + m[2] * planes[2 * area + at];
            to[at] = (v < 0 ? 0 : v > 1 ? 1 : v) * gain + shift;
        }
    }
}

void uncap_netinput_fill(struct uncap_netinput *in, const struct uncap_picture *p, struct uncap_colour colour,
                         const struct uncap_normalisation *n, float *out)
{
    const size_t area = (size_t)in->x[0].n_out * (size_t)in->y[0].n_out;
    const struct conversion c = conversion_of(p->format, colour);
    const float gain = 1 / (float)((1 << p->format.depth) - 1);
    for (int i = 0; i < p->format.n_planes; i++)
        uncap_resample(p->data[i], p->stride[i], p->format.depth > 8, &in->x[i > 0], &in->y[i > 0], gain,
                       in->row, in->planes + (size_t)i * area);
    normalise(in->planes, area, &c, n, out);
}
