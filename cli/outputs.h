/* SPDX-License-Identifier: Apache-2.0 */
/* The files that a call is to write. */
#ifndef UNCAPTION_CLI_OUTPUTS_H
#define UNCAPTION_CLI_OUTPUTS_H

#include "cli/args.h"

/* Check them before any work: each can be written, and none is an input or written twice.
 * Errors: ARG, IO, NOMEM. */
int outputs_check(const struct args *args, struct uncap_error *err);

#endif
