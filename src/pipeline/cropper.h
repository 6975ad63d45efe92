/* SPDX-License-Identifier: Apache-2.0 */
/* First decoder of the erase pass: frames in, complete windows out, in the order of the plan. */
#ifndef UNCAP_PIPELINE_CROPPER_H
#define UNCAP_PIPELINE_CROPPER_H

#include "base/caption.h"
#include "inpaint/window.h"
#include "media/decode.h"
#include "pipeline/queue.h"
#include "uncaption/report.h"

struct uncap_cropper {
    struct uncap_decoder *decoder;
    const struct uncap_captions *captions;
    const struct uncap_window_plans *plans;
    struct uncap_queue *windows; /* of struct uncap_window_work, output */
    struct uncap_stage_report *decoding;
    struct uncap_cancel *cancel;
};

/* Decode and crop until the last window is complete. Run it on a thread of its own. */
int uncap_cropper_run(void *cropper, struct uncap_error *err);

#endif
