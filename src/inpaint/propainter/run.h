/* SPDX-License-Identifier: Apache-2.0 */
/* One run over a clip, and its passes; for the files of ProPainter's program alone. */
#ifndef UNCAP_PROPAINTER_RUN_H
#define UNCAP_PROPAINTER_RUN_H

#include "inpaint/propainter/flow_completion.h"
#include "inpaint/propainter/generator.h"
#include "inpaint/propainter/propainter.h"
#include "inpaint/propainter/raft.h"

enum { UNCAP_FLOW_OVERLAP = 5, UNCAP_IMAGE_OVERLAP = 10, UNCAP_FEATURES = 8 /* floats a pixel */ };

struct uncap_propainter {
    struct uncap_raft *raft;
    struct uncap_flow_completion *completion;
    struct uncap_generator *generator;
    struct uncap_slices *slices;
};

/* One run. Arrays are contiguous over frames, [n][...][h][w]. */
struct uncap_propainter_run {
    struct uncap_propainter *pp;
    const struct uncap_propainter_clip *clip;
    const struct uncap_propainter_rule *rule;
    size_t plane;
    float *flow_f, *flow_b;   /* completed, [n-1][2] */
    float *frames, *masks_in; /* what the generator is told: [n][3], [n] */
    float *masks_upd;         /* what image propagation left */
    float **features;         /* [n], made when first needed */
    struct uncap_cancel *cancel;
    struct uncap_error *err;
};

/* Zeroed room for so many planes of so many frames; NULL if short of memory. */
float *uncap_run_floats(const struct uncap_propainter_run *r, int frames, int planes);
/* Copy k frames of `planes` planes each. */
void uncap_run_copy(const struct uncap_propainter_run *r, float *to, const float *from, int k, int planes);
/* Show n frames to the clip's probe. */
int uncap_run_show(const struct uncap_propainter_run *r, const char *name, const float *data, int n,
                   int planes);

/* Passes, in their order: flow_f and flow_b; frames, masks_in, masks_upd; predictions to the clip's put. */
int uncap_flow_pass(struct uncap_propainter_run *r);
int uncap_image_pass(struct uncap_propainter_run *r);
int uncap_window_pass(struct uncap_propainter_run *r);

/* Flow between neighbours, both ways, [n-1][2][h][w] each. */
int uncap_flow_pass_find(const struct uncap_propainter_run *r, const float *frames, int n, float *flow_f,
                         float *flow_b);
/* Complete flows in sub-videos; raw flows in, completed ones out. */
int uncap_flow_pass_complete(const struct uncap_propainter_run *r, const float *raw_f, const float *raw_b,
                             const float *masks, int n, float *flow_f, float *flow_b);

#endif
