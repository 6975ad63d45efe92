/* SPDX-License-Identifier: Apache-2.0 */
/* Weighted sums of candidates; the body of uncap_kernels.fuse. Included after kernels/lanes.h. */

KERNEL void add_sites(const struct uncap_candidate_row *r, const float *restrict precision,
                      const float *restrict missing, const float *restrict value, float *restrict sum,
                      float *restrict weight, int n)
{
    const float none = r->none;
    const uint32_t *restrict place = r->place;
    for (int k = 0; k < n; k++) {
        const float share = (float)(value[k] > none) * precision[k]; /* a branch would stop the vectors */
        sum[k] += share * (value[k] + missing[place[k] & 0xffff]);
        weight[k] += share;
    }
}

KERNEL void weigh_sites(const struct uncap_candidate_row *r, const uint32_t *restrict place,
                        const float *restrict residual, const float *restrict cost, float *restrict precision,
                        int n)
{
    const float base = r->base;
    const float slope = r->slope;
    const float top = r->top;
    for (int k = 0; k < n; k++) {
        const float c = cost[k] < top ? cost[k] : top;
        precision[k] = 1 / (base + residual[(place[k] & 0xffff) >> 1] * (1 + slope * c));
    }
}

enum { WEIGHED = 64 }; /* sites at once */

/* See struct uncap_kernels, fuse. */
UNCAP_TARGET static void fuse_row(const struct uncap_candidate_row *r)
{
    float cost[WEIGHED];
    float precision[WEIGHED];
    for (int i = 0; i < r->n; i += WEIGHED) {
        const int n = r->n - i < WEIGHED ? r->n - i : WEIGHED;
        for (int k = 0; !r->precision && k < n; k++)
            cost[k] = r->cost[(ptrdiff_t)(i + k) * r->pitch];
        if (!r->precision)
            weigh_sites(r, r->place + i, r->residual, cost, precision, n);
        struct uncap_candidate_row part = *r;
        part.place += i;
        add_sites(&part, r->precision ? r->precision + i : precision, r->missing, r->value + i, r->sum + i,
                  r->weight + i, n);
    }
}

/* See struct uncap_kernels, merge. */
UNCAP_TARGET static void merge_sites(const float *restrict sum, const float *restrict weight, float unit,
                                     int n, float *restrict value, uint16_t *restrict variance)
{
    const float per_unit = 1 / unit;
    for (int k = 0; k < n; k++) {
        const float before = 1 / ((float)variance[k] * unit);
        const float all = before + weight[k];
        const float mean = (before * value[k] + sum[k]) / all;
        const float left = 1 / all * per_unit + 0.5f;
        const float below = left < 65535 ? left : 65535;
        value[k] = mean;
        variance[k] = (uint16_t)(int32_t)(below > 1 ? below : 1);
    }
}
