/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/track/occlusion.h"

#include <math.h>

enum { PARTS = 4 };

/* What is seen of the quarters with the least and the most of it, 0 to 1. */
struct seen {
    float least, most;
};

static int measure_frame(const struct uncap_template *parts, const struct uncap_luma *luma,
                         double least_energy, struct uncap_template_scratch *scratch, struct seen *out,
                         struct uncap_error *err)
{
    *out = (struct seen){.least = 1};
    for (int i = 0; i < PARTS; i++) {
        struct uncap_match m;
        if (parts[i].energy < least_energy)
            continue;
        const int status = uncap_template_match(&parts[i], luma, 0, 0, scratch, &m, err);
        if (status)
            return status;
        out->least = fminf(out->least, fmaxf(m.gain, 0));
        out->most = fmaxf(out->most, fminf(m.gain, 1));
    }
    return UNCAP_OK;
}

int uncap_occlusion_measure(const struct uncap_template *line, const struct uncap_ring *ring, int64_t from,
                            int64_t to, struct uncap_template_scratch *scratch, float *out,
                            struct uncap_error *err)
{
    const double hardly = line->energy / (4 * PARTS); /* of a quarter of a text's strokes */
    const struct uncap_rect r = line->rect;
    struct uncap_template parts[PARTS] = {{.pattern = NULL}};
    int status = UNCAP_OK;
    *out = 0;
    for (int i = 0; i < PARTS && !status; i++)
        status = uncap_template_part(&parts[i], line, r.x0 + i * uncap_rect_w(r) / PARTS,
                                     r.x0 + (i + 1) * uncap_rect_w(r) / PARTS, err);
    for (int64_t frame = from; frame < to && !status; frame++) {
        const struct uncap_luma *luma = uncap_ring_luma(ring, frame);
        struct seen seen = {0};
        status = luma ? measure_frame(parts, luma, hardly, scratch, &seen, err) : UNCAP_OK;
        *out = fmaxf(*out, seen.most - seen.least);
    }
    for (int i = 0; i < PARTS; i++)
        uncap_template_clear(&parts[i]);
    return status;
}
