/* SPDX-License-Identifier: Apache-2.0 */
/* Closed tracks whose mattes and texts are made behind the detector's back, while it looks at the next
 * frames. */
#ifndef UNCAP_DETECT_COMPLETION_H
#define UNCAP_DETECT_COMPLETION_H

#include "detect/detector_state.h"

/* Take on n closed tracks, the captions of which are the last n of the detector's list and which nobody else
 * changes until they are collected. Their further texts get places at the list's end at once, so that it does
 * not depend on when they are done. Waits only if many wait already.
 *
 * tracks  [n], taken over when it returns OK and also when it fails.
 * around  copied, with all it points to.
 * Errors: NOMEM; as uncap_completion_collect of the earlier ones. */
int uncap_completion_start(struct uncap_detector *d, struct uncap_track *const *tracks, int n,
                           const struct uncap_surroundings *around, struct uncap_error *err);

/* If those under way are done, put them into the detector's captions and features and begin with what waits.
 * Errors: of opening the recogniser; the first in order of uncap_life_matte and uncap_life_read. */
int uncap_completion_go_on(struct uncap_detector *d, struct uncap_error *err);

/* After the last frame: complete all that waits by the detector's own threads beside those under way, and
 * put all into the detector's captions and features. Errors: as uncap_completion_go_on. */
int uncap_completion_collect(struct uncap_detector *d, struct uncap_error *err);

/* Forget all of them; those under way are waited for. */
void uncap_completion_drop(struct uncap_detector *d);

#endif
