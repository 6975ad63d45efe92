/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/diffueraser/size.h"

struct uncap_size uncap_size_processing(struct uncap_size video, int limit)
{
    const int longer = video.w > video.h ? video.w : video.h;
    if (longer > limit) {
        const double ratio =
            (double)longer / (double)limit; /* not w * limit / longer: the truncation depends on it */
        video.w = (int)(video.w / ratio);
        video.h = (int)(video.h / ratio);
    }
    return (struct uncap_size){video.w - video.w % 8, video.h - video.h % 8};
}

void uncap_size_prior(struct uncap_size video, struct uncap_size *out, struct uncap_size *net)
{
    const int longer = video.w > video.h ? video.w : video.h;
    const double ratio = longer > 960 ? 0.6 * (960.0 / longer) : 0.6;
    *out = (struct uncap_size){(int)(ratio * video.w), (int)(ratio * video.h)};
    *net = (struct uncap_size){out->w - out->w % 8, out->h - out->h % 8};
}
