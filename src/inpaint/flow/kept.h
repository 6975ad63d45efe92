/* SPDX-License-Identifier: Apache-2.0 */
/* Motion that the window before has measured already: neighbouring windows of a band share their context. */
#ifndef UNCAP_INPAINT_FLOW_KEPT_H
#define UNCAP_INPAINT_FLOW_KEPT_H

#include "inpaint/flow/fill/work.h"

/* frames  [n] of which motion alone is alive; frames[0] has display index `first` */
struct flow_kept {
    struct uncap_rect crop;
    int64_t first;
    int n;
    struct flow_frame *frames;
};

/* Move what is known of the window's pairs of frames into work, whose holes are known, and forget the
 * rest. */
void flow_kept_give(struct flow_kept *kept, struct flow_work *work);
/* Take over the frames of a finished window, of which everything but motion has been freed. work has none
 * then. */
void flow_kept_take(struct flow_kept *kept, struct flow_work *work);
void flow_kept_clear(struct flow_kept *kept);

#endif
