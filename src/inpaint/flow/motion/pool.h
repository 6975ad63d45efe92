/* SPDX-License-Identifier: Apache-2.0 */
/* Sums over the window around each sample, as far as the plane reaches. */
#ifndef UNCAP_INPAINT_FLOW_POOL_H
#define UNCAP_INPAINT_FLOW_POOL_H

enum { FLOW_POOL_RADIUS = 4 }; /* samples of the window to each side */

/* Replace each sample of plane [h][w], packed, by the sum over its window. rows, sums: [h][w] scratch. */
void flow_pool(float *plane, float *rows, float *sums, int w, int h);

#endif
