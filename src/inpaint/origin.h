/* SPDX-License-Identifier: Apache-2.0 */
/* Where the value of a filled sample comes from. */
#ifndef UNCAP_INPAINT_ORIGIN_H
#define UNCAP_INPAINT_ORIGIN_H

#include <stdint.h>

enum uncap_origin_kind {
    UNCAP_ORIGIN_KEPT,      /* no caption covers it */
    UNCAP_ORIGIN_UNBLENDED, /* mostly what shines through the caption, or untouched by it after all */
    UNCAP_ORIGIN_COPIED,    /* mostly what other frames show */
    UNCAP_ORIGIN_INVENTED,  /* more than half guessed from the samples around it, or by a network */
    UNCAP_ORIGIN_KINDS,
};

enum { UNCAP_ORIGIN_ERROR_UNITS = 4 };

/* kind      enum uncap_origin_kind
 * distance  frames to the nearest one that the sample was copied from, 255: that or more; 0: from none
 * error     expected error (root mean square) in this many parts of a grey level of 8 bit; 255: that or more,
 *           or not known
 */
struct uncap_origin {
    uint8_t kind, distance, error;
};

#endif
