/* SPDX-License-Identifier: Apache-2.0 */
/* Rewrites a network of the PP-OCR family so that it does the same with fewer passes over its pictures.
 *
 * Its training form is exported as it is: every convolution is followed by a scalar product and a scalar sum,
 * and the hard-swish is five nodes. ONNX Runtime's own optimiser leaves them. Here
 *   - a scalar product or sum behind a convolution goes into its weights;
 *   - a scalar product and sum before an unpadded convolution goes into its weights;
 *   - any other product and sum become one BatchNormalization, which stays in the blocked layout;
 *   - clip(x + 3, 0, 6) * x / 6 becomes HardSigmoid and a product;
 *   - what is added to, or normalises, a transposed convolution goes into its weights.
 * The result differs by rounding alone. */
#ifndef UNCAP_NN_ONNX_FOLD_H
#define UNCAP_NN_ONNX_FOLD_H

#include "nn/onnx_model.h"

/* Rewrite in place. *n_folded: how many nodes were saved. Networks of another kind come out as they were.
 * Errors: NOMEM. */
int uncap_onnx_fold(struct uncap_onnx_model *m, int *n_folded, struct uncap_error *err);

/* Read a file, rewrite it, write it. out->data is freed with uncap_free; empty if there was nothing to save,
 * or the file is not of a kind that is understood here (or missing, or damaged: ONNX Runtime says so better).
 * Errors: NOMEM. */
int uncap_onnx_fold_file(const char *path, struct uncap_protobuf *out, struct uncap_error *err);

#endif
