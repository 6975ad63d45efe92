/* SPDX-License-Identifier: Apache-2.0 */
/* Compares a result with what was recorded, by the rules of one output entry of cases.json. */
#ifndef UNCAP_GOLDEN_COMPARE_H
#define UNCAP_GOLDEN_COMPARE_H

#include <jansson.h>

#include "nn/tensor.h"

struct verdict {
    bool passed;
    double max, mean;      /* |difference| */
    double relative;       /* root of the mean square of the differences, over that of the recorded values */
    double beyond, differ; /* shares of values beyond tol_abs, and of values that differ at all */
    size_t count;
};

/* output   the entry: sample, probe, tol_abs, max_fraction, max_outliers, mean_abs.
 * result   the operation's whole result.
 * expected what the file or "values" holds.
 * Errors   ARG when the numbers of values differ or the entry makes no sense; NOMEM.
 */
int compare_output(const json_t *output, const struct uncap_tensor *result,
                   const struct uncap_tensor *expected, struct verdict *verdict, struct uncap_error *err);

#endif
