/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/detector.h"

#include <math.h>
#include <string.h>
#include <time.h>

#include "base/cancel.h"
#include "base/memory.h"
#include "detect/adaptive.h"
#include "detect/life.h"
#include "detect/link.h"
#include "detect/looks.h"
#include "detect/novelty.h"
#include "detect/sampling.h"
#include "detect/shots.h"
#include "detect/textnet.h"
#include "detect/track.h"
#include "nn/runtime.h"

enum {
    CHUNK = 8,             /* frames worked on at once; fixed, so that results do not depend on threads */
    BATCH_MAX = 64,
    NET_PIXELS = 640 * 384, /* of the network's input for a whole picture */
    RAMP_FRAMES = 12,      /* that must follow a caption's end before it is closed: a fade may go on */
    MAX_MISSED = 2,        /* looks without it that end an unsteady track, or any under `every` and `even` */
};

struct uncap_detector {
    struct uncap_detector_video video;
    enum uncap_sample sample;
    enum uncap_what what;
    int batch, chunk;
    struct uncap_rect *regions;
    int n_regions;
    struct uncap_slices *slices;
    const struct uncap_control *control;
    struct uncap_runtime *runtime;
    struct uncap_textnet *net;
    struct uncap_looks looks;
    struct uncap_ring ring;
    struct uncap_shots shots;
    struct uncap_novelty novelty;
    struct uncap_adaptive adaptive;
    int64_t done;   /* frames worked on */
    struct uncap_track **tracks; /* still followed */
    size_t n_tracks, tracks_capacity;
    int n_ids;
    struct uncap_life *lives;
    size_t n_lives, lives_capacity;
    struct uncap_captions *captions;
    double network_s;
};
