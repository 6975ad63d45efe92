/* SPDX-License-Identifier: Apache-2.0 */
/* How much work a preset spends. */
#ifndef UNCAP_INPAINT_FLOW_SETTINGS_H
#define UNCAP_INPAINT_FLOW_SETTINGS_H

#include <stdbool.h>

#include "inpaint/flow/motion/motion.h"
#include "uncaption/erase.h"

enum { FLOW_MOST_REFILLS = 2 };

/* effort      of one flow
 * reach       frames a source may be away, and context wanted on both sides
 * relaxations steps of the smooth fill
 * renews_from first refill for which motion is measured again, with less of the picture covered
 * looks_ahead plates of both sweeps are sources: what was seen most before, and what will be; else of the
 * first alone
 * ring        known samples around a hole on which candidates are measured, pixels: FLOW_RING at most
 * chroma_once  so many fills, the first ones, read chroma once a sweep, from the surer of its sources, not
 *              from each
 * skips_margins  flow is brought to its finest level in the rows around holes alone
 * refills     at most: times the fill is repeated on what is still covered after regression
 * refill_worth  share of the holes that must have become known for the first one and for one more: less, and
 *               the next fill sees little that the one before did not
 */
struct flow_settings {
    struct flow_effort effort;
    int reach, ring, relaxations, refills, renews_from, chroma_once;
    bool looks_ahead, skips_margins;
    double refill_worth[FLOW_MOST_REFILLS];
};

struct flow_settings flow_settings_of(enum uncap_preset preset);

#endif
