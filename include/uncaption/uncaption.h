/* SPDX-License-Identifier: Apache-2.0 */
/* libuncaption: remove burned-in captions from a video. Everything of the public interface. */
#ifndef UNCAPTION_UNCAPTION_H
#define UNCAPTION_UNCAPTION_H

#include "uncaption/captions.h"
#include "uncaption/control.h"
#include "uncaption/detect.h"
#include "uncaption/doctor.h"
#include "uncaption/erase.h"
#include "uncaption/error.h"
#include "uncaption/models.h"
#include "uncaption/path.h"
#include "uncaption/report.h"

#ifdef __cplusplus
extern "C" {
#endif

/* "0.1.0" */
const char *uncap_version(void);

/* Keep FFmpeg's libraries and their encoders from printing to stderr, and ONNX Runtime from reporting its use
 * over the network. For the whole process (it also sets environment variables, so call it before any thread
 * starts), hence the program's to call, not the library's. */
void uncap_silence_libraries(void);

#ifdef __cplusplus
}
#endif
#endif
