/* SPDX-License-Identifier: Apache-2.0 */
/* Every tensor of ProPainter's three checkpoints, in the form of nn/manifest.h. */
#ifndef UNCAP_PROPAINTER_MANIFEST_H
#define UNCAP_PROPAINTER_MANIFEST_H

/* raft-things.pth, recurrent_flow_completion.pth, ProPainter.pth. NULL-ended. */
extern const char *const uncap_propainter_raft_manifest[];
extern const char *const uncap_propainter_flow_completion_manifest[];
extern const char *const uncap_propainter_generator_manifest[];

#endif
