/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/across.h"

enum {
    ACROSS = 9, /* pixels between a place inside the border and the one across it */
    FROM = 2,   /* how far inside the border the first place lies, and the last one */
    TO = 5,
};

static const float still = 8.0F; /* spread of what is too still to tell what keeps stiller */
static const float same = 4.0F;  /* levels that a place changes by without a caption, beside the scene's */

struct votes {
    int n, box, scene;
};

/* Of two places, one on each side of the border: is there one of a box, or does the scene go on? */
static void vote(const struct uncap_matte_scene *s, const uint8_t *dev, size_t in, size_t out,
                 struct votes *votes)
{
    const struct uncap_matte_gain *g = s->gain;
    votes->n++;
    if ((float)dev[in] > still || (float)dev[out] > still) {
        const bool is_stiller = (float)dev[out] > still && (float)dev[in] < 0.85F * (float)dev[out];
        votes->box += is_stiller;
        votes->scene += !is_stiller;
        return;
    }
    if (!uncap_matte_gain_is_calm(g) || !g->known[in] || !g->known[out] ||
        (float)g->most[out] > g->scene + same)
        return;
    const bool came = (float)g->most[in] > g->scene + same;
    votes->box += came;
    votes->scene += !came;
}

bool uncap_matte_across_tells(const struct uncap_matte_scene *scene, const struct uncap_matte_look *look,
                              const struct uncap_matte_tone *tone, struct uncap_rect box)
{
    const struct uncap_rect all = {0, 0, scene->w, scene->h};
    const struct uncap_rect rim = uncap_rect_intersect(uncap_rect_grow(box, -FROM, -FROM), all);
    const struct uncap_rect within = uncap_rect_grow(box, -TO, -TO);
    static const int steps[4][2] = {{ACROSS, 0}, {-ACROSS, 0}, {0, ACROSS}, {0, -ACROSS}};
    struct votes votes = {.n = 0};
    for (int y = rim.y0; y < rim.y1; y++)
        for (int x = rim.x0; x < rim.x1; x++)
            for (int k = 0; k < 4 && !uncap_rect_has(within, x, y); k++) {
                const int to_x = x + steps[k][0], to_y = y + steps[k][1];
                if (!uncap_rect_has(all, to_x, to_y) || uncap_rect_has(box, to_x, to_y))
                    continue;
                const size_t in = (size_t)y * (size_t)scene->w + (size_t)x;
                const size_t out = (size_t)to_y * (size_t)scene->w + (size_t)to_x;
                if (!uncap_matte_tone_holds(tone, look->med[0][in], look->med[0][out]))
                    vote(scene, look->dev, in, out, &votes);
            }
    return votes.box > 9 * votes.scene && 4 * votes.box > votes.n;
}
