/* SPDX-License-Identifier: Apache-2.0 */
/* Second decoder of the erase pass: puts filled windows back into whole frames and hands those on. */
#ifndef UNCAP_PIPELINE_COMPOSITOR_H
#define UNCAP_PIPELINE_COMPOSITOR_H

#include "inpaint/window.h"
#include "media/decode.h"
#include "pipeline/queue.h"
#include "uncaption/report.h"

/* A frame on its way to the writer, before and after. `source` is set only when it was changed; `provenance`,
 * where it is wanted, is a picture of where the changes come from (inpaint/provenance.h), GBRP. */
struct uncap_composited {
    struct uncap_frame source, result, provenance;
};

void uncap_composited_free(void *composited);

struct uncap_compositor {
    struct uncap_decoder *decoder;
    const struct uncap_window_plans *plans;
    struct uncap_queue *filled; /* of struct uncap_window_work in the plan's order, input */
    struct uncap_queue *frames; /* of struct uncap_composited, output */
    struct uncap_stage_report *decoding, *compositing;
    bool keep_source;     /* hand on the decoded frame too, for verification */
    bool draw_provenance; /* hand on a picture of it too */
};

/* Decode every frame and composite. Run it on a thread of its own. */
int uncap_compositor_run(void *compositor, struct uncap_error *err);

#endif
