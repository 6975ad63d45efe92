/* SPDX-License-Identifier: Apache-2.0 */
/* How much work a preset spends. */
#ifndef UNCAP_INPAINT_FLOW_SETTINGS_H
#define UNCAP_INPAINT_FLOW_SETTINGS_H

#include <stdbool.h>

#include "inpaint/flow/motion.h"
#include "uncaption/erase.h"

/* effort      of one flow
 * reach       frames a source may be away, and context wanted on both sides
 * core        frames wanted in a window
 * relaxations steps of the smooth fill
 * renew_motion  measure motion again for a refill, with less of the picture covered
 * refills     at most: times the fill is repeated on what is still covered after regression
 */
struct flow_settings {
    struct flow_effort effort;
    int reach, core, relaxations, refills;
    bool renew_motion;
};

struct flow_settings flow_settings_of(enum uncap_preset preset);

#endif
