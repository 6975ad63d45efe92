/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/look/ring.h"

#include "base/memory.h"

/* Room for lumas of their own. */
static bool open_lumas(struct uncap_ring *ring, int w, int h)
{
    const size_t bytes = (size_t)w * (size_t)h;
    ring->luma_block = uncap_alloc((size_t)ring->n_lumas, bytes);
    for (int i = 0; ring->luma_block && i < ring->n_lumas; i++)
        ring->lumas[i] = (struct uncap_luma){ring->luma_block + (size_t)i * bytes, w, h, w};
    return ring->luma_block;
}

int uncap_ring_open(struct uncap_ring *ring, int w, int h, struct uncap_format format, int n_frames,
                    int n_lumas, struct uncap_frame_keeper keeper, struct uncap_error *err)
{
    int lw, lh;
    *ring = (struct uncap_ring){.keeper = keeper, .n_frames = n_frames, .n_lumas = n_lumas};
    ring->factor = uncap_luma_factor(w, h);
    uncap_luma_size(w, h, ring->factor, &lw, &lh);
    ring->slots = uncap_alloc((size_t)n_frames, sizeof(*ring->slots));
    ring->lumas = uncap_alloc((size_t)n_lumas, sizeof(*ring->lumas));
    const bool is_view = n_frames == n_lumas && uncap_luma_is_plane(format, ring->factor);
    if (!ring->slots || !ring->lumas || (!is_view && !open_lumas(ring, lw, lh))) {
        uncap_ring_close(ring);
        return uncap_fail_nomem(err, "the detector's last frames");
    }
    for (int i = 0; i < n_frames; i++)
        ring->slots[i].frame = -1;
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
    const struct uncap_picture *picture = &ring->slots[frame % ring->n_frames].picture;
    struct uncap_luma *luma = &ring->lumas[frame % ring->n_lumas];
    if (ring->luma_block)
        uncap_luma_reduce(picture, ring->factor, luma);
    else
        *luma = uncap_luma_view(picture);
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
