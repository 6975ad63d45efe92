/* SPDX-License-Identifier: Apache-2.0 */
/* The engine "propainter": flow-guided propagation and a sparse transformer, from the official checkpoints.
 */
#ifndef UNCAP_PROPAINTER_ENGINE_H
#define UNCAP_PROPAINTER_ENGINE_H

#include "inpaint/engine.h"

extern const struct uncap_engine_ops uncap_propainter_engine;

#endif
