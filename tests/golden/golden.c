/* SPDX-License-Identifier: Apache-2.0 */
#include "golden.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "compare.h"
#include "npy.h"

enum { MAX_INPUTS = 64, MAX_RESULTS = 128, FOLDER_SIZE = 2048, PATH_SIZE = 4096, SKIPPED = 77 };

struct golden_input {
    const char *role; /* of the JSON document */
    char path[PATH_SIZE];
    struct uncap_tensor tensor; /* empty when the file is no .npy */
};

struct golden_result {
    char name[128];
    struct uncap_tensor tensor;
};

struct golden_case {
    const json_t *params, *outputs;
    struct golden_input inputs[MAX_INPUTS];
    int n_inputs;
    struct golden_result results[MAX_RESULTS];
    int n_results;
};

struct count {
    int passed, failed, slow;
};

static const struct golden_input *find_input(const struct golden_case *c, const char *role)
{
    for (int i = 0; i < c->n_inputs; i++)
        if (!strcmp(c->inputs[i].role, role))
            return &c->inputs[i];
    return NULL;
}

const struct uncap_tensor *golden_input(const struct golden_case *c, const char *role)
{
    const struct golden_input *input = find_input(c, role);
    return input && input->tensor.data ? &input->tensor : NULL;
}

const char *golden_input_path(const struct golden_case *c, const char *role)
{
    const struct golden_input *input = find_input(c, role);
    return input ? input->path : NULL;
}

double golden_number(const struct golden_case *c, const char *name, double absent)
{
    const json_t *v = json_object_get(c->params, name);
    return json_is_number(v) ? json_number_value(v) : absent;
}

int golden_int(const struct golden_case *c, const char *name, int absent)
{
    return (int)golden_number(c, name, absent);
}

bool golden_bool(const struct golden_case *c, const char *name, bool absent)
{
    const json_t *v = json_object_get(c->params, name);
    return json_is_boolean(v) ? json_is_true(v) : absent;
}

const char *golden_text(const struct golden_case *c, const char *name, const char *absent)
{
    const json_t *v = json_object_get(c->params, name);
    return json_is_string(v) ? json_string_value(v) : absent;
}

int golden_list(const struct golden_case *c, const char *name, double *out, int size)
{
    const json_t *v = json_object_get(c->params, name);
    if (!json_is_array(v))
        return -1;
    int n = (int)json_array_size(v);
    n = n < size ? n : size;
    for (int i = 0; i < n; i++)
        out[i] = json_number_value(json_array_get(v, (size_t)i));
    return n;
}

bool golden_wants(const struct golden_case *c, const char *result)
{
    size_t i;
    json_t *output;
    json_array_foreach(c->outputs, i, output)
    {
        const char *name = json_string_value(json_object_get(output, "tensor"));
        if (name && !strcmp(name, result))
            return true;
    }
    return false;
}

int golden_result_take(struct golden_case *c, const char *name, struct uncap_tensor *tensor,
                       struct uncap_error *err)
{
    if (c->n_results == MAX_RESULTS)
        return uncap_fail(err, UNCAP_ERR_ARG, "more than %d results", MAX_RESULTS);
    struct golden_result *r = &c->results[c->n_results++];
    snprintf(r->name, sizeof(r->name), "%s", name);
    r->tensor = *tensor;
    *tensor = (struct uncap_tensor){.dtype = UNCAP_F32};
    return UNCAP_OK;
}

int golden_result(struct golden_case *c, const char *name, enum uncap_dtype dtype, struct uncap_shape shape,
                  const void *data, struct uncap_error *err)
{
    struct uncap_tensor copy;
    const int status = uncap_tensor_open(&copy, dtype, shape, err);
    if (status)
        return status;
    memcpy(copy.data, data, uncap_tensor_count(&copy) * uncap_dtype_bytes(dtype));
    return golden_result_take(c, name, &copy, err);
}

static void clear_case(struct golden_case *c)
{
    for (int i = 0; i < c->n_inputs; i++)
        uncap_tensor_close(&c->inputs[i].tensor);
    for (int i = 0; i < c->n_results; i++)
        uncap_tensor_close(&c->results[i].tensor);
    c->n_inputs = c->n_results = 0;
}

static int read_inputs(struct golden_case *c, const char *folder, json_t *inputs, struct uncap_error *err)
{
    const char *role;
    json_t *file;
    json_object_foreach(inputs, role, file)
    {
        if (c->n_inputs == MAX_INPUTS || !json_is_string(file))
            return uncap_fail(err, UNCAP_ERR_ARG, "input %s makes no sense", role);
        struct golden_input *input = &c->inputs[c->n_inputs++];
        const char *name = json_string_value(file);
        input->role = role;
        snprintf(input->path, sizeof(input->path), "%.2047s/%.2000s", folder, name);
        const size_t n = strlen(name);
        const int status =
            n > 4 && !strcmp(name + n - 4, ".npy") ? npy_read(input->path, &input->tensor, err) : UNCAP_OK;
        if (status)
            return status;
    }
    return UNCAP_OK;
}

static int run_case(struct golden_case *c, const struct golden_network *network, void *state, const char *op,
                    struct uncap_error *err)
{
    for (const struct golden_op *o = network->ops; o->name; o++)
        if (op && !strcmp(o->name, op))
            return o->run(state, c, err);
    return uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "no operation %s", op ? op : "(none)");
}

/* The recorded numbers: a file, or "values" in the entry itself. */
static int read_expected(const char *folder, const json_t *output, struct uncap_tensor *out,
                         struct uncap_error *err)
{
    const json_t *values = json_object_get(output, "values");
    if (!json_is_array(values)) {
        char path[PATH_SIZE];
        const char *file = json_string_value(json_object_get(output, "file"));
        if (!file)
            return uncap_fail(err, UNCAP_ERR_ARG, "an output has neither file nor values");
        snprintf(path, sizeof(path), "%.2047s/%.2000s", folder, file);
        return npy_read(path, out, err);
    }
    const int64_t n = (int64_t)json_array_size(values);
    const int status = uncap_tensor_open(out, UNCAP_F64, UNCAP_SHAPE(n), err);
    for (int64_t i = 0; !status && i < n; i++)
        ((double *)out->data)[i] = json_number_value(json_array_get(values, (size_t)i));
    return status;
}

static bool check_output(const struct golden_case *c, const char *folder, const char *name,
                         const json_t *output, double limit)
{
    struct uncap_error err = {0};
    struct uncap_tensor expected = {.dtype = UNCAP_F32};
    const char *tensor = json_string_value(json_object_get(output, "tensor"));
    const struct golden_result *result = NULL;
    struct verdict v = {.passed = false};
    for (int i = 0; i < c->n_results; i++)
        if (tensor && !strcmp(c->results[i].name, tensor))
            result = &c->results[i];
    int status = result ? read_expected(folder, output, &expected, &err)
                        : uncap_fail(&err, UNCAP_ERR_ARG, "the operation gives no such result");
    if (!status)
        status = compare_output(output, &result->tensor, &expected, &v, &err);
    uncap_tensor_close(&expected);
    if (status) {
        printf("FAIL %-28s %-18s %s\n", name, tensor ? tensor : "?", err.message);
        return false;
    }
    if (limit > 0)
        v.passed = v.relative <= limit;
    printf("%-4s %-28s %-18s max %-9.3g mean %-9.3g tol %-9.3g", v.passed ? "ok" : "FAIL", name, tensor,
           v.max, v.mean, json_number_value(json_object_get(output, "tol_abs")));
    if (v.beyond > 0)
        printf(" %.4f%% beyond", 100 * v.beyond);
    if (json_object_get(output, "max_fraction"))
        printf(" %.4f%% differ", 100 * v.differ);
    if (limit > 0)
        printf(" relative %.3g", v.relative);
    printf("\n");
    return v.passed;
}

static bool check_case(const struct golden_network *network, void *state, const char *folder, json_t *entry,
                       double limit)
{
    static struct golden_case c; /* big; one at a time */
    struct uncap_error err = {0};
    struct timespec start;
    struct timespec end;
    const char *name = json_string_value(json_object_get(entry, "name"));
    const char *op = json_string_value(json_object_get(entry, "op"));
    name = name ? name : "(no name)";
    c.params = json_object_get(entry, "params");
    c.outputs = json_object_get(entry, "outputs");
    clock_gettime(CLOCK_MONOTONIC, &start);
    int status = read_inputs(&c, folder, json_object_get(entry, "inputs"), &err);
    if (!status)
        status = run_case(&c, network, state, op, &err);
    clock_gettime(CLOCK_MONOTONIC, &end);
    bool passed = !status;
    if (status)
        printf("FAIL %-28s %s\n", name, err.message);
    size_t i;
    json_t *output;
    json_array_foreach(c.outputs, i, output) if (!status) passed &=
        check_output(&c, folder, name, output, limit);
    const double took = (double)(end.tv_sec - start.tv_sec) + 1e-9 * (double)(end.tv_nsec - start.tv_nsec);
    if (took > 1)
        printf("     %s took %.1f s\n", name, took);
    clear_case(&c);
    return passed;
}

static int run_all(const struct golden_network *network, const char *folder, json_t *doc, const char *only,
                   double limit)
{
    struct uncap_error err = {0};
    struct count count = {0};
    void *state = NULL;
    const char *suffix = json_string_value(json_object_get(doc, "weights_suffix"));
    const char *fast = getenv("UNCAPTION_GOLDEN_FAST");
    if (network->open(&state, suffix ? suffix : "", limit > 0 ? "fp16" : "fp32", &err)) {
        printf("FAIL cannot start: %s\n", err.message);
        return 1;
    }
    size_t i;
    json_t *entry;
    json_array_foreach(json_object_get(doc, "cases"), i, entry)
    {
        const char *name = json_string_value(json_object_get(entry, "name"));
        if (only && (!name || !strstr(name, only)))
            continue;
        if (fast && *fast && json_is_true(json_object_get(entry, "slow")))
            count.slow++;
        else if (check_case(network, state, folder, entry, limit))
            count.passed++;
        else
            count.failed++;
        fflush(stdout);
    }
    network->close(state);
    if (count.slow)
        printf("%d slow cases left out (UNCAPTION_GOLDEN_FAST)\n", count.slow);
    printf("%d passed, %d failed\n", count.passed, count.failed);
    return count.failed || !count.passed;
}

/* The folder: argument, environment (a relative one counts from the source tree), or beside the source tree.
 */
static void find_folder(const char *argument, const char *network, const char *variable, char *folder)
{
    const char *env = getenv(variable);
    const char *root = getenv("UNCAPTION_SOURCE_ROOT");
    root = root ? root : ".";
    if (argument)
        snprintf(folder, FOLDER_SIZE, "%s", argument);
    else if (env && *env)
        snprintf(folder, FOLDER_SIZE, "%s%s%s", *env == '/' ? "" : root, *env == '/' ? "" : "/", env);
    else
        snprintf(folder, FOLDER_SIZE, "%s/../shared/specs/%s/golden", root, network);
}

static int skip(const char *network, const char *why)
{
    printf("SKIP ===== recorded vectors of %s: %s =====\n", network, why);
    return SKIPPED;
}

int golden_main(int argc, char **argv, const struct golden_network *network)
{
    const char *argument = NULL;
    const char *only = NULL;
    double limit = 0;
    char folder[FOLDER_SIZE];
    char path[PATH_SIZE];
    char why[PATH_SIZE + 200];
    for (int i = 1; i < argc; i++)
        if (!strcmp(argv[i], "--only") && i + 1 < argc)
            only = argv[++i];
        else if (!strcmp(argv[i], "--half") && i + 1 < argc)
            limit = atof(argv[++i]);
        else
            argument = argv[i];
    find_folder(argument, network->name, network->variable, folder);
    snprintf(path, sizeof(path), "%s/cases.json", folder);
    if (access(path, R_OK)) {
        snprintf(why, sizeof(why), "no %s (name another folder in %s)", path, network->variable);
        return skip(network->name, why);
    }
    json_error_t error;
    json_t *doc = json_load_file(path, 0, &error);
    if (!doc) {
        printf("FAIL %s:%d:%d: %s\n", path, error.line, error.column, error.text);
        return 1;
    }
    const char *held = json_string_value(json_object_get(doc, "network"));
    int status;
    if (!held || strcmp(held, network->name)) {
        snprintf(why, sizeof(why), "%s holds those of %s", path, held ? held : "no network");
        status = skip(network->name, why);
    } else {
        status = run_all(network, folder, doc, only, limit);
    }
    json_decref(doc);
    return status;
}
