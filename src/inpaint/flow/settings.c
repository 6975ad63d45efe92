/* SPDX-License-Identifier: Apache-2.0 */
#include "inpaint/flow/settings.h"

#include <limits.h>

struct flow_settings flow_settings_of(enum uncap_preset preset)
{
    switch (preset) {
    case UNCAP_PRESET_FAST:
        return (struct flow_settings){
            .effort = {6, 1, 5, 1 << 15}, .reach = 50, .core = 100, .relaxations = 5, .refills = 1};
    case UNCAP_PRESET_BEST:
        return (struct flow_settings){.effort = {12, 2, 8, INT_MAX},
                                      .reach = 100,
                                      .core = 200,
                                      .relaxations = 20,
                                      .refills = 2,
                                      .renew_motion = true};
    default:
        return (struct flow_settings){
            .effort = {6, 2, 5, INT_MAX}, .reach = 100, .core = 100, .relaxations = 10, .refills = 1};
    }
}
