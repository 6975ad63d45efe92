/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/fill/settings.h"

#define REPEATED 0.02f /* samples: where a descent stops */

struct flow_settings flow_settings_of(enum uncap_preset preset)
{
    switch (preset) {
    case UNCAP_PRESET_FAST:
        return (struct flow_settings){.effort = {4, 1, 1, 8, REPEATED},
                                      .reach = 50,
                                      .ring = 2,
                                      .relaxations = 5,
                                      .refills = 2,
                                      .renews_from = FLOW_MOST_REFILLS,
                                      .refill_worth = {0.14, 0.05},
                                      .chroma_once = 1 + FLOW_MOST_REFILLS,
                                      .skips_margins = true};
    case UNCAP_PRESET_BEST:
        return (struct flow_settings){.effort = {12, 2, 2, 8, 0},
                                      .reach = 100,
                                      .ring = 3,
                                      .relaxations = 20,
                                      .refills = 2,
                                      .refill_worth = {0.005, 0.01},
                                      .looks_ahead = true};
    default:
        return (struct flow_settings){.effort = {6, 2, 2, 5, REPEATED},
                                      .reach = 100,
                                      .ring = 3,
                                      .relaxations = 10,
                                      .looks_ahead = true,
                                      .refills = 2,
                                      .renews_from = 1,
                                      .refill_worth = {0.005, 0.04},
                                      .chroma_once = 1};
    }
}
