/* SPDX-License-Identifier: Apache-2.0 */
/* The samples of one frame that a fill works on, as lists: each loop visits what it needs and nothing
 * else. */
#ifndef UNCAP_INPAINT_FLOW_SITES_H
#define UNCAP_INPAINT_FLOW_SITES_H

#include <stdbool.h>
#include <stdint.h>

#include "base/picture.h"
#include "inpaint/flow/motion/mask.h"

/* Known samples around a hole on which candidates are measured, pixels, at most. */
enum { FLOW_RING = 3 };

/* A hole of one plane with its ring.
 *
 * place   [n] x | y << 16: the hole's samples in raster order, then the ring's
 * n_inner  samples of the hole
 */
struct flow_site_list {
    int n, n_inner;
    uint32_t *place;
};

/* luma, chroma  lists of both kinds of planes
 * from    [luma ring] which luma sample of the hole is nearest to each of the ring
 * first   [chroma.n] the first luma sample, of hole or ring, that each chroma sample covers
 * bounds  what the luma list touches
 */
struct flow_sites {
    struct flow_site_list luma, chroma;
    uint32_t *from, *first;
    struct uncap_rect bounds;
};

/* For planes of w x h and cw x ch (0 for grey) samples. False if short of memory. */
bool flow_sites_open(struct flow_sites *s, int w, int h, int cw, int ch);
void flow_sites_close(struct flow_sites *s);
size_t flow_sites_bytes(int w, int h, int cw, int ch);

/* List hole and ring of one plane. need holds hole, and is no larger than at open. */
void flow_site_list_fill(struct flow_site_list *l, const struct flow_mask *hole,
                         const struct flow_mask *need);

/* What a list touches. */
struct uncap_rect flow_site_list_bounds(const struct flow_site_list *l);

/* List a frame's samples. need is hole grown by FLOW_RING at most, need_c every chroma sample that covers one
 * of need. */
void flow_sites_list(struct flow_sites *s, struct uncap_format format, const struct flow_mask *hole,
                     const struct flow_mask *need, const struct flow_mask *hole_c,
                     const struct flow_mask *need_c);

static inline int flow_place_x(uint32_t place)
{
    return (int)(place & 0xffff);
}

static inline int flow_place_y(uint32_t place)
{
    return (int)(place >> 16);
}

#endif
