/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/moving.h"

#include <stdbool.h>
#include <stddef.h>

#include "base/memory.h"
#include "detect/matte/patches.h"

enum { STILL = 10 }; /* levels: less is the noise of coding */

static const float same_share = 0.6F;

/* Sums over all pixels above and left of a corner, [h + 1][w + 1]: how many move, and by how much. */
struct corner {
    uint32_t n, sum;
};

static void add_up(const uint8_t *dev, int w, int h, struct corner *corners)
{
    for (int y = 0; y < h; y++) {
        struct corner row = {0, 0};
        const struct corner *above = corners + (ptrdiff_t)y * (w + 1);
        struct corner *here = corners + (ptrdiff_t)(y + 1) * (w + 1);
        for (int x = 0; x < w; x++) {
            const uint32_t d = dev[(ptrdiff_t)y * w + x];
            row.n += d >= STILL;
            row.sum += d >= STILL ? d : 0;
            here[x + 1] = (struct corner){above[x + 1].n + row.n, above[x + 1].sum + row.sum};
        }
    }
}

/* What moves in [x0, x1) x [y0, y1). */
static struct corner sum_in(const struct corner *corners, int w, int x0, int y0, int x1, int y1)
{
    const struct corner *top = corners + (ptrdiff_t)y0 * (w + 1);
    const struct corner *low = corners + (ptrdiff_t)y1 * (w + 1);
    return (struct corner){low[x1].n - low[x0].n - top[x1].n + top[x0].n,
                           low[x1].sum - low[x0].sum - top[x1].sum + top[x0].sum};
}

/* around: what moves among n pixels. */
static enum uncap_matte_motion judge(int dev, struct corner around, int n)
{
    const float limit = around.n ? same_share * (float)around.sum / (float)around.n : 0.0F;
    if (dev >= STILL && (float)dev >= limit)
        return UNCAP_MATTE_MOVES;
    return around.n * 4 >= (uint32_t)n ? UNCAP_MATTE_STANDS : UNCAP_MATTE_QUIET;
}

int uncap_matte_moving_find(const uint8_t *dev, int w, int h, int radius, uint8_t *motion,
                            struct uncap_error *err)
{
    struct corner *corners = uncap_alloc((size_t)(w + 1) * (size_t)(h + 1), sizeof(*corners));
    if (!corners)
        return uncap_fail_nomem(err, "the scene's motion around a caption");
    add_up(dev, w, h, corners);
    for (int y = 0; y < h; y++)
        for (int x = 0; x < w; x++) {
            const int x0 = x > radius ? x - radius : 0;
            const int y0 = y > radius ? y - radius : 0;
            const int x1 = x + radius < w ? x + radius + 1 : w;
            const int y1 = y + radius < h ? y + radius + 1 : h;
            const ptrdiff_t i = (ptrdiff_t)y * w + x;
            motion[i] = (uint8_t)judge(dev[i], sum_in(corners, w, x0, y0, x1, y1), (x1 - x0) * (y1 - y0));
        }
    uncap_free(corners);
    return UNCAP_OK;
}

int uncap_matte_moving_scene(const uint8_t *motion, const uint8_t *zone, int w, int h, uint8_t *scene,
                             struct uncap_error *err)
{
    for (size_t i = 0; i < (size_t)w * (size_t)h; i++)
        scene[i] = motion[i] == UNCAP_MATTE_MOVES;
    return uncap_matte_patches_keep_outer(scene, zone, w, h)
               ? UNCAP_OK
               : uncap_fail_nomem(err, "the scene's motion around a caption");
}
