/* SPDX-License-Identifier: Apache-2.0 */
/* The verbs, one file each. Each returns the program's exit code. */
#ifndef UNCAPTION_CLI_COMMANDS_H
#define UNCAPTION_CLI_COMMANDS_H

#include "cli/args.h"

int cmd_run(const struct args *args);
int cmd_detect(const struct args *args);
int cmd_erase(const struct args *args);
int cmd_overlay(const struct args *args);
int cmd_verify(const struct args *args);
int cmd_engines(const struct args *args);
int cmd_doctor(const struct args *args);
int cmd_models(const struct args *args);

#endif
