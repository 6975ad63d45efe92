/* SPDX-License-Identifier: Apache-2.0 */
/* Grey pictures whose samples the test itself owns, in the forms in which the detector knows them. */
#ifndef UNCAP_TESTS_UNIT_GREY_H
#define UNCAP_TESTS_UNIT_GREY_H

#include "detect/look/ring.h"
#include "detect/matte/estimate.h"

static inline struct uncap_picture grey_picture(uint8_t *px, int w, int h)
{
    return (struct uncap_picture){
        .format = {.n_planes = 1, .depth = 8}, .w = w, .h = h, .data = {px}, .stride = {w}};
}

/* All of one frame. */
static inline struct uncap_matte_sample grey_sample(uint8_t *px, int w, int h, int64_t frame)
{
    return (struct uncap_matte_sample){
        .frame = frame, .picture = grey_picture(px, w, h), .rect = {0, 0, w, h}};
}

static inline void *grey_keep(void *frame)
{
    return frame;
}

static inline void grey_let_go(void *held)
{
    (void)held;
}

/* Of a ring: the frames stay where they are. */
static inline struct uncap_frame_keeper grey_keeper(void)
{
    return (struct uncap_frame_keeper){grey_keep, grey_let_go};
}

#endif
