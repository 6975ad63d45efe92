/* SPDX-License-Identifier: Apache-2.0 */
/* Where results are to be written. */
#ifndef UNCAPTION_PATH_H
#define UNCAPTION_PATH_H

#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

/* Check what a job would find out only at its end: that a file can be written at path. Leaves nothing behind.
 *
 * source  a file that must not be overwritten, NULL: none.
 * Errors  ARG (no name, a folder, the source itself), IO, NOMEM.
 */
int uncap_path_check(const char *path, const char *source, struct uncap_error *err);

#ifdef __cplusplus
}
#endif
#endif
