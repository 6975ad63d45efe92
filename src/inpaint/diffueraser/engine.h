/* SPDX-License-Identifier: Apache-2.0 */
/* Engine "diffueraser": Stable Diffusion refines another engine's result.
 *
 * Source  DiffuEraser specification, section 10.
 * Differs from it: works on the band of the captions and within shots; long spans are processed in windows of
 * bounded memory, each a video of its own; noise is keyed by seed and frame; results are written only where
 * the matte is. docs/engines.md has the whole list. */
#ifndef UNCAP_INPAINT_DIFFUERASER_ENGINE_H
#define UNCAP_INPAINT_DIFFUERASER_ENGINE_H

#include "inpaint/engine.h"

extern const struct uncap_engine_ops uncap_diffuser_engine;

#endif
