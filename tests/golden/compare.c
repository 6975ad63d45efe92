/* SPDX-License-Identifier: Apache-2.0 */
#include "compare.h"

#include <math.h>

#include "base/memory.h"

static double value_at(const struct uncap_tensor *t, size_t i)
{
    switch (t->dtype) {
    case UNCAP_F32: return (double)((const float *)t->data)[i];
    case UNCAP_F64: return ((const double *)t->data)[i];
    case UNCAP_I64: return (double)((const int64_t *)t->data)[i];
    case UNCAP_I32: return ((const int32_t *)t->data)[i];
    case UNCAP_U8:
    case UNCAP_BOOL: return ((const uint8_t *)t->data)[i];
    default: return NAN;
    }
}

/* Which indices of one axis are kept: every step-th from start, or a list. */
struct axis {
    size_t n, start, step, stride;
    const json_t *take;
};

static size_t axis_index(const struct axis *a, size_t i)
{
    return a->take ? (size_t)json_integer_value(json_array_get(a->take, i)) : a->start + i * a->step;
}

static bool read_axis(const json_t *entry, size_t length, struct axis *a)
{
    *a = (struct axis){.n = length, .step = 1};
    if (!entry)
        return true;
    a->take = json_object_get(entry, "take");
    if (a->take) {
        a->n = json_array_size(a->take);
        for (size_t i = 0; i < a->n; i++) {
            const json_int_t at = json_integer_value(json_array_get(a->take, i));
            if (at < 0 || (size_t)at >= length)
                return false;
        }
        return json_is_array(a->take);
    }
    const json_int_t start = json_integer_value(json_array_get(entry, 0));
    const json_int_t step = json_integer_value(json_array_get(entry, 1));
    if (start < 0 || step < 1)
        return false;
    a->start = (size_t)start;
    a->step = (size_t)step;
    a->n = a->start < length ? (length - a->start + a->step - 1) / a->step : 0;
    return true;
}

/* Flat indices of the values an entry keeps, in order. */
static int select_values(const json_t *output, const struct uncap_tensor *result, size_t **out, size_t *n,
                         struct uncap_error *err)
{
    const size_t count = uncap_tensor_count(result);
    const json_int_t probe = json_integer_value(json_object_get(output, "probe"));
    const json_t *sample = json_object_get(output, "sample");
    struct axis axes[UNCAP_MAX_RANK];
    int rank = result->shape.rank;
    if (probe > 0) {
        axes[0] = (struct axis){
            .n = (count + (size_t)probe - 1) / (size_t)probe, .step = (size_t)probe, .stride = 1};
        rank = 1;
    } else {
        if (json_array_size(sample) > (size_t)rank)
            return uncap_fail(err, UNCAP_ERR_ARG, "sample has more axes than the result");
        size_t stride = 1;
        for (int i = rank - 1; i >= 0; i--) {
            if (!read_axis(json_array_get(sample, (size_t)i), (size_t)result->shape.dims[i], &axes[i]))
                return uncap_fail(err, UNCAP_ERR_ARG, "sample of axis %d makes no sense", i);
            axes[i].stride = stride;
            stride *= (size_t)result->shape.dims[i];
        }
    }
    *n = 1;
    for (int i = 0; i < rank; i++)
        *n *= axes[i].n;
    *out = uncap_alloc(*n, sizeof(**out));
    if (!*out)
        return uncap_fail_nomem(err, "a comparison");
    for (size_t k = 0; k < *n; k++) {
        size_t rest = k;
        for (int i = rank - 1; i >= 0; i--) {
            (*out)[k] += axis_index(&axes[i], rest % axes[i].n) * axes[i].stride;
            rest /= axes[i].n;
        }
    }
    return UNCAP_OK;
}

/* A limit that is absent leaves the rule out. */
static bool within(const json_t *output, const char *name, double value)
{
    const json_t *limit = json_object_get(output, name);
    return !limit || value <= json_number_value(limit);
}

int compare_output(const json_t *output, const struct uncap_tensor *result,
                   const struct uncap_tensor *expected, struct verdict *v, struct uncap_error *err)
{
    size_t *at = NULL;
    size_t n = 0;
    *v = (struct verdict){.passed = false};
    const int status = select_values(output, result, &at, &n, err);
    if (status)
        return status;
    if (n != uncap_tensor_count(expected)) {
        uncap_free(at);
        return uncap_fail(err, UNCAP_ERR_ARG, "%zu values, recorded are %zu", n,
                          uncap_tensor_count(expected));
    }
    const double tolerance = json_number_value(json_object_get(output, "tol_abs"));
    double squares = 0;
    for (size_t i = 0; i < n; i++) {
        const double d = fabs(value_at(result, at[i]) - value_at(expected, i));
        squares += value_at(expected, i) * value_at(expected, i);
        v->relative += d * d;
        v->max = d <= v->max ? v->max : d; /* a NaN stays */
        v->mean += d;
        v->beyond += !(d <= tolerance);
        v->differ += d != 0;
    }
    uncap_free(at);
    const double share = n ? 1.0 / (double)n : 0;
    v->relative = v->relative > 0 ? sqrt(v->relative / squares) : v->relative;
    v->mean *= share;
    v->beyond *= share;
    v->differ *= share;
    v->count = n;
    const json_t *outliers = json_object_get(output, "max_outliers");
    v->passed = v->beyond <= (outliers ? json_number_value(outliers) : 0) &&
                within(output, "max_fraction", v->differ) && within(output, "mean_abs", v->mean);
    return UNCAP_OK;
}
