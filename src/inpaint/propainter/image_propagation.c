/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/propainter/image_propagation.h"

#include "base/memory.h"
#include "inpaint/propainter/warp.h"

/* Scratch planes, and where the pass is. */
struct step {
    float *frame, *mask;             /* of t, in place */
    const float *warped, *near_mask; /* the previous result pulled to t; [3] planes and one */
    const float *valid;
    int h, w;
};

static void take_row(void *opaque, int y)
{
    const struct step *s = opaque;
    const size_t plane = (size_t)s->h * (size_t)s->w;
    for (size_t at = (size_t)y * (size_t)s->w, end = at + (size_t)s->w; at < end; at++) {
        const float missing = s->near_mask[at] > 0.1f ? 1.0f : 0.0f;
        const float seen = s->valid[at] * (1 - missing);
        if (s->mask[at] * seen > 0.1f)
            for (size_t c = 0; c < 3; c++)
                s->frame[c * plane + at] = s->warped[c * plane + at];
        s->mask[at] = s->mask[at] * (1 - seen) > 0.1f ? 1.0f : 0.0f;
    }
}

/* One direction: from t = first by `by` until n frames are done. along, check: flows used when arriving at t.
 */
static int pass(float *frames, float *masks, const float *along, const float *check, int n, int by,
                struct step *s, float *scratch, struct uncap_slices *slices, struct uncap_cancel *cancel,
                struct uncap_error *err)
{
    const size_t plane = (size_t)s->h * (size_t)s->w;
    float *near_mask = scratch + 3 * plane;
    float *valid = scratch + 4 * plane;
    for (int i = 1; i < n; i++) {
        const size_t t = (size_t)(by < 0 ? n - 1 - i : i);
        const size_t previous = by < 0 ? t + 1 : t - 1;
        const size_t pair = by < 0 ? t : t - 1;
        const int status = uncap_cancel_check(cancel, err);
        if (status)
            return status;
        uncap_flow_validity(along + pair * 2 * plane, check + pair * 2 * plane, s->h, s->w, valid, slices);
        uncap_warp_nearest(frames + previous * 3 * plane, 3, s->h, s->w, along + pair * 2 * plane, scratch,
                           slices);
        uncap_warp_bilinear(masks + previous * plane, 1, s->h, s->w, along + pair * 2 * plane, near_mask,
                            slices);
        s->frame = frames + t * 3 * plane;
        s->mask = masks + t * plane;
        s->warped = scratch;
        s->near_mask = near_mask;
        s->valid = valid;
        uncap_slices_run(slices, s->h, take_row, s);
    }
    return UNCAP_OK;
}

int uncap_propagate_images(float *frames, float *masks, const float *flow_f, const float *flow_b, int n,
                           int h, int w, struct uncap_slices *slices, const struct uncap_probe *probe,
                           struct uncap_cancel *cancel, struct uncap_error *err)
{
    struct step s = {.h = h, .w = w};
    float *scratch = uncap_alloc(5 * (size_t)h * (size_t)w, sizeof(*scratch));
    if (!scratch)
        return uncap_fail_nomem(err, "image propagation");
    int status = pass(frames, masks, flow_f, flow_b, n, -1, &s, scratch, slices, cancel, err);
    if (!status)
        status = uncap_probe_show(probe, "backward_frames", UNCAP_SHAPE(n, 3, h, w), frames, 0, 1, err);
    if (!status)
        status = pass(frames, masks, flow_b, flow_f, n, 1, &s, scratch, slices, cancel, err);
    uncap_free(scratch);
    return status;
}
