/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/ring.h"

#include "base/memory.h"

int uncap_ring_open(struct uncap_ring *ring, int w, int h, int n_frames, int n_lumas,
                    struct uncap_frame_keeper keeper, struct uncap_error *err)
{
    int lw, lh;
    *ring = (struct uncap_ring){.keeper = keeper, .n_frames = n_frames, .n_lumas = n_lumas};
    ring->factor = uncap_luma_factor(w, h);
    uncap_luma_size(w, h, ring->factor, &lw, &lh);
    const size_t bytes = (size_t)lw * (size_t)lh;
    ring->slots = uncap_alloc((size_t)n_frames, sizeof(*ring->slots));
    ring->lumas = uncap_alloc((size_t)n_lumas, sizeof(*ring->lumas));
    ring->luma_block = uncap_alloc((size_t)n_lumas, bytes);
    if (!ring->slots || !ring->lumas || !ring->luma_block) {
        uncap_ring_close(ring);
        return uncap_fail_nomem(err, "the detector's last frames");
    }
    for (int i = 0; i < n_frames; i++)
        ring->slots[i].frame = -1;
    for (int i = 0; i < n_lumas; i++)
        ring->lumas[i] = (struct uncap_luma){ring->luma_block + (size_t)i * bytes, lw, lh};
    return UNCAP_OK;
}

static void drop(struct uncap_ring *ring, struct uncap_ring_slot *slot)
{
    if (slot->held)
        ring->keeper.release(slot->held);
    *slot = (struct uncap_ring_slot){.frame = -1};
}

void uncap_ring_close(struct uncap_ring *ring)
{
    for (int i = 0; ring->slots && i < ring->n_frames; i++)
        drop(ring, &ring->slots[i]);
    uncap_free(ring->slots);
    uncap_free(ring->lumas);
    uncap_free(ring->luma_block);
    *ring = (struct uncap_ring){.n_frames = 0};
}

int uncap_ring_push(struct uncap_ring *ring, const struct uncap_picture *picture, void *frame,
                    struct uncap_error *err)
{
    struct uncap_ring_slot *slot = &ring->slots[ring->end % ring->n_frames];
    drop(ring, slot);
    slot->held = ring->keeper.retain(frame);
    if (!slot->held)
        return uncap_fail_nomem(err, "a reference to a frame");
    slot->picture = *picture;
    slot->frame = ring->end++;
    return UNCAP_OK;
}

void uncap_ring_reduce(struct uncap_ring *ring, int64_t frame)
{
    uncap_luma_reduce(&ring->slots[frame % ring->n_frames].picture, ring->factor,
                      &ring->lumas[frame % ring->n_lumas]);
}

int64_t uncap_ring_first_luma(const struct uncap_ring *ring)
{
    return ring->end > ring->n_lumas ? ring->end - ring->n_lumas : 0;
}

int64_t uncap_ring_first_picture(const struct uncap_ring *ring)
{
    return ring->end > ring->n_frames ? ring->end - ring->n_frames : 0;
}

const struct uncap_picture *uncap_ring_picture(const struct uncap_ring *ring, int64_t frame)
{
    if (frame < uncap_ring_first_picture(ring) || frame >= ring->end)
        return NULL;
    return &ring->slots[frame % ring->n_frames].picture;
}

const struct uncap_luma *uncap_ring_luma(const struct uncap_ring *ring, int64_t frame)
{
    if (frame < uncap_ring_first_luma(ring) || frame >= ring->end)
        return NULL;
    return &ring->lumas[frame % ring->n_lumas];
}
