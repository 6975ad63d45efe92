/* SPDX-License-Identifier: Apache-2.0 */
/* Detector calls: several frames looked at side by side. */
#ifndef UNCAP_DETECT_OCR_LOOKS_H
#define UNCAP_DETECT_OCR_LOOKS_H

#include <stdbool.h>

#include "base/slices.h"
#include "detect/ocr/boxes.h"
#include "detect/ocr/textnet.h"

/* One look at one frame: boxes come back in picture coordinates.
 *
 * wide  the rows that plan is a part of: what comes near the part's sides may go on beyond them, then all of
 *       them are looked at, and plan becomes wide. w 0: there is no more.
 * closer  the same part larger: looked at if what was found is not enough, and plan becomes closer. w 0: no
 *         second try.
 * appeared  picture: finding less than half of its width is not enough. Empty: anything is.
 * thin_px  but lines higher than that in the network's input are: their rest needs no second try. 0: none is.
 * expects_text  finding nothing is not enough either.
 */
struct uncap_look {
    int64_t frame;
    const struct uncap_picture *picture;
    struct uncap_textnet_plan plan, wide, closer;
    struct uncap_rect appeared;
    int thin_px;
    bool expects_text;
    struct uncap_boxes boxes;
};

/* Is what was found not enough? */
bool uncap_look_has_missed(const struct uncap_look *look);

/* After a run: are the boxes, if any, those of the closer look? */
bool uncap_look_is_closer(const struct uncap_look *look);

struct uncap_looks {
    struct uncap_textnet *net;   /* borrowed */
    struct uncap_slices *slices; /* borrowed; NULL: the calling thread alone */
    struct uncap_colour colour;
    struct uncap_boxes_options options;
    int batch; /* pictures a network call takes at most, >= 1 */
    struct uncap_cancel *cancel;
    struct uncap_scratch_pool *pool;
    int64_t n_pictures; /* looked at so far */
};

/* Errors: NOMEM. */
int uncap_looks_open(struct uncap_looks *looks, struct uncap_error *err);
void uncap_looks_close(struct uncap_looks *looks);

/* Run n looks. Consecutive looks with the same plan share network calls of up to batch pictures; the results
 * do not depend on the number of threads. A look that must be widened, or repeated closer, counts as two.
 * Errors: as uncap_textnet_run; the first in order. */
int uncap_looks_run(struct uncap_looks *looks, struct uncap_look *items, int n, struct uncap_error *err);

#endif
