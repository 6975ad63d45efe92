/* SPDX-License-Identifier: Apache-2.0 */
/* Telling how much of nested work is done: each part of it sees its own 0..1. */
#ifndef UNCAP_INPAINT_DIFFUERASER_SHARE_H
#define UNCAP_INPAINT_DIFFUERASER_SHARE_H

/* tell         may be NULL; runs on the working thread.
 * first, size  this part's place in the whole. */
struct uncap_share {
    void (*tell)(void *opaque, double share);
    void *opaque;
    double first, size;
};

/* done: 0..1 of this part. */
static inline void uncap_share_tell(const struct uncap_share *s, double done)
{
    if (s->tell)
        s->tell(s->opaque, s->first + s->size * done);
}

/* The part from first on, size long, of a part. */
static inline struct uncap_share uncap_share_part(const struct uncap_share *s, double first, double size)
{
    return (struct uncap_share){s->tell, s->opaque, s->first + s->size * first, s->size * size};
}

#endif
