/* SPDX-License-Identifier: Apache-2.0 */
/* Where ONNX Runtime and the model files lie on this machine. */
#ifndef UNCAP_NN_LOCATE_H
#define UNCAP_NN_LOCATE_H

#include <stdbool.h>
#include <stddef.h>

#include "base/error.h"

enum { UNCAP_PATH_MAX = 4096 };

/* i-th place to look for a library, best first; false past the last.
 *
 * Relative to the program and to this library ("../lib/uncaption", ".deps/lib" in the folders above a build),
 * then the folder set when building, then the bare name, which leaves the search to the dynamic linker. path
 * [UNCAP_PATH_MAX] out.
 */
bool uncap_locate_library(const char *name, int i, char *path);

/* i-th folder that may hold model files, best first; false past the last.
 *
 * models  the caller's folder, or NULL; then $UNCAPTION_MODELS, ".deps/models" in the folders above a build,
 *         "../share/uncaption/models" beside the program, the data folder set when building.
 */
bool uncap_locate_folder(const char *models, int i, char *path);

/* Find a model file by name.
 *
 * hint    what to do when it is missing ("run `make deps`"); part of the message.
 * Errors  MODEL, naming the file, every folder looked into, and hint.
 */
int uncap_locate_model(const char *models, const char *name, const char *hint, char *path,
                       struct uncap_error *err);

#endif
