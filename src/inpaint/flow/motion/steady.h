/* SPDX-License-Identifier: Apache-2.0 */
/* A camera that stands: motion that only noise and light have feigned is taken out. */
#ifndef UNCAP_INPAINT_FLOW_STEADY_H
#define UNCAP_INPAINT_FLOW_STEADY_H

#include "inpaint/flow/motion/motion.h"

/* Set the flow to nothing where stillness explains the two frames as well, if it does so for most of what
 * both show. Flow that follows a change of light is small, but a way through fifty frames adds it up.
 *
 * l     frames a and b, flow from a to b (in and out) and scratch
 * rows  those that are looked at and changed
 */
void flow_steady(const struct uncap_kernels *kernels, const struct uncap_flow_level *l,
                 struct flow_rows rows);

#endif
