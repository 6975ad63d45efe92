/* SPDX-License-Identifier: Apache-2.0 */
/* The built-in engine: true pixels from other frames by masked optical flow, without learned weights. */
#ifndef UNCAP_INPAINT_FLOW_ENGINE_H
#define UNCAP_INPAINT_FLOW_ENGINE_H

#include "inpaint/engine.h"

extern const struct uncap_engine_ops uncap_flow_engine;

#endif
