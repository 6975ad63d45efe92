/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/matte/side.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>

int uncap_matte_side_inside(float text_h)
{
    return (int)(0.35F * text_h) + 1;
}

int uncap_matte_side_outside(float text_h)
{
    return (int)(0.8F * text_h) + 2;
}

bool uncap_matte_tone_holds(const struct uncap_matte_tone *tone, int in, int out)
{
    enum { NEAR = 6 };
    return tone->sign && tone->sign * (tone->level - in) <= NEAR && abs(out - in) <= NEAR;
}

struct uncap_matte_side uncap_matte_side_at(const struct uncap_matte_images *im,
                                            const struct uncap_matte_search *s, int at)
{
    const ptrdiff_t along = s->is_row ? 1 : im->w;
    const ptrdiff_t across = (s->is_row ? im->w : 1) * (s->is_first ? 1 : -1);
    const ptrdiff_t line = s->is_first ? at : at - 1;
    const ptrdiff_t start = s->is_row ? line * im->w + s->begin : (ptrdiff_t)s->begin * im->w + line;
    const int len = s->end - s->begin;
    int counts[511] = {0};
    int n = 0;
    for (int k = 0; k < im->n; k++)
        for (int i = 0; i < len; i++) {
            const uint8_t *p = im->px[k] + start + i * along;
            if (uncap_matte_tone_holds(&im->tone, p[across], p[-2 * across]))
                continue;
            counts[255 + p[across] - p[-2 * across]]++;
            n++;
        }
    if (n <= s->least * im->n)
        return (struct uncap_matte_side){.at = at};
    int v = 0;
    for (int left = n / 2; left >= counts[v]; v++)
        left -= counts[v];
    const int step = v - 255;
    int agree = 0;
    for (int k = 0; k < 511; k++)
        agree += (step > 0 && k > 255) || (step < 0 && k < 255) ? counts[k] : 0;
    if ((float)step * s->sign < 0.0F)
        return (struct uncap_matte_side){.at = at};
    const float even = (float)agree / (float)n;
    return (struct uncap_matte_side){at, (float)step,
                                     even > 0.5F ? fabsf((float)step) * 2.0F * (even - 0.5F) : 0.0F};
}

/* Step outward while the side is still half as clear: codecs blur it over some pixels, and all of them are
 * touched. */
static struct uncap_matte_side widen(const struct uncap_matte_images *im, const struct uncap_matte_search *s,
                                     struct uncap_matte_side side)
{
    const int outward = s->is_first ? -1 : 1;
    const float least = 0.5F * side.score;
    for (int at = side.at + outward; at >= s->from && at < s->to; at += outward) {
        if (uncap_matte_side_at(im, s, at).score < least)
            break;
        side.at = at;
    }
    return side;
}

struct uncap_matte_side uncap_matte_side_find(const struct uncap_matte_images *im,
                                              struct uncap_matte_search s)
{
    const int room = s.is_row ? im->h : im->w;
    const int other = s.is_row ? im->w : im->h;
    s.from = s.from > 3 ? s.from : 3;
    s.to = s.to < room - 3 ? s.to : room - 3;
    s.begin = s.begin > 0 ? s.begin : 0;
    s.end = s.end < other ? s.end : other;
    struct uncap_matte_side best = {.at = -1};
    for (int at = s.from; at < s.to && s.begin < s.end; at++) {
        const struct uncap_matte_side here = uncap_matte_side_at(im, &s, at);
        if (here.score > best.score)
            best = here;
    }
    if (best.at < 0)
        return best;
    const int inward = s.is_first ? 1 : -1;
    for (int at = s.is_first ? s.from : s.to - 1; at != best.at; at += inward) {
        const struct uncap_matte_side here = uncap_matte_side_at(im, &s, at);
        if (here.score < 4.0F || here.score < im->weak * best.score)
            continue;
        const struct uncap_matte_side next = uncap_matte_side_at(im, &s, at + inward);
        if (next.score <= here.score)
            return widen(im, &s, here);
    }
    return widen(im, &s, best);
}

struct uncap_matte_side uncap_matte_side_behind(const struct uncap_matte_images *im, float text_h, int low,
                                                int high, struct uncap_matte_search s)
{
    const int in = uncap_matte_side_inside(text_h), out = uncap_matte_side_outside(text_h);
    s.from = s.is_first ? low - out : high - in;
    s.to = s.is_first ? low + in : high + out;
    return uncap_matte_side_find(im, s);
}
