/* SPDX-License-Identifier: Apache-2.0 */
/* What a detection found, for the two verbs that detect: filters, exports, and one line for a person. */
#ifndef UNCAPTION_CLI_FOUND_H
#define UNCAPTION_CLI_FOUND_H

#include "cli/args.h"

/* Apply --keep-script and --remove-script, then write the captions file (path may be NULL), --srt and
 * --ass. */
int found_export(const struct args *args, struct uncap_captions *captions, const char *path,
                 struct uncap_error *err);

/* "3 captions found in clip.mp4", or that there are none; is_copied: and so all streams are as they were. */
void found_print(const struct args *args, const struct uncap_captions *captions, const char *in,
                 bool is_copied);

#endif
