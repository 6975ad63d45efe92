/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 2 without its end: decode, crop, fill, composite; what happens to the frames is the caller's. */
#ifndef UNCAP_PIPELINE_ERASE_PASS_H
#define UNCAP_PIPELINE_ERASE_PASS_H

#include "pipeline/compositor.h"
#include "uncaption/erase.h"

/* Where composited frames go, in display order, on a thread of the pass.
 *
 * open    called once, before the first frame; info describes all of them.
 * frame   item->source.av is set only where something was to change; the item stays the pass's.
 * finish  after the last frame, only if nothing failed.
 */
struct uncap_sink {
    void *opaque;
    bool wants_source;     /* keep the decoded frame beside the composited one */
    bool wants_provenance; /* draw where filled pixels come from */
    int (*open)(void *opaque, const struct uncap_video_info *info, struct uncap_error *err);
    int (*frame)(void *opaque, const struct uncap_composited *item, struct uncap_error *err);
    int (*finish)(void *opaque, struct uncap_error *err);
};

/* Run the pass. report is never NULL here. */
int uncap_erase_pass(const char *in, const struct uncap_captions *captions,
                     const struct uncap_erase_options *options, const struct uncap_sink *sink,
                     const struct uncap_control *control, struct uncap_report *report,
                     struct uncap_error *err);

#endif
