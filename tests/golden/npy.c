/* SPDX-License-Identifier: Apache-2.0 */
#include "npy.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
    const char *text;
    enum uncap_dtype dtype;
} descriptions[] = {
    {"'<f4'", UNCAP_F32}, {"'<f8'", UNCAP_F64}, {"'<i4'", UNCAP_I32},
    {"'<i8'", UNCAP_I64}, {"'|u1'", UNCAP_U8},  {"'|b1'", UNCAP_BOOL},
};

static bool parse_header(const char *text, enum uncap_dtype *dtype, struct uncap_shape *shape)
{
    const char *descr = strstr(text, "'descr':");
    const char *dims = strstr(text, "'shape':");
    bool is_known = false;
    if (!descr || !dims || !strstr(text, "'fortran_order': False"))
        return false;
    for (size_t i = 0; i < sizeof(descriptions) / sizeof(*descriptions); i++)
        if (!strncmp(descr + strlen("'descr': "), descriptions[i].text, strlen(descriptions[i].text))) {
            *dtype = descriptions[i].dtype;
            is_known = true;
        }
    *shape = (struct uncap_shape){.rank = 0};
    const char *p = strchr(dims, '(');
    while (p && *p && *p != ')') {
        char *end;
        p += strspn(p, "(, ");
        if (*p == ')')
            break;
        const long long d = strtoll(p, &end, 10);
        if (end == p || d < 0 || shape->rank == UNCAP_MAX_RANK)
            return false;
        shape->dims[shape->rank++] = d;
        p = end;
    }
    return is_known && p && *p == ')';
}

static int read_open(FILE *f, const char *path, struct uncap_tensor *out, struct uncap_error *err)
{
    unsigned char start[12] = {0};
    char text[4096];
    enum uncap_dtype dtype = UNCAP_F32;
    struct uncap_shape shape;
    bool is_sound = fread(start, 1, 10, f) == 10 && !memcmp(start, "\x93NUMPY", 6);
    size_t length = start[8] + 256u * start[9];
    if (is_sound && start[6] > 1) {
        is_sound = fread(start + 10, 1, 2, f) == 2;
        length += 65536u * start[10] + 16777216u * start[11];
    }
    is_sound = is_sound && length < sizeof(text) && fread(text, 1, length, f) == length;
    text[is_sound ? length : 0] = '\0';
    if (!is_sound || !parse_header(text, &dtype, &shape))
        return uncap_fail(err, UNCAP_ERR_MODEL, "%s is not a .npy file this program reads", path);
    const int status = uncap_tensor_open(out, dtype, shape, err);
    if (status)
        return status;
    const size_t bytes = uncap_tensor_count(out) * uncap_dtype_bytes(dtype);
    if (fread(out->data, 1, bytes, f) == bytes)
        return UNCAP_OK;
    uncap_tensor_close(out);
    return uncap_fail(err, UNCAP_ERR_MODEL, "%s is shorter than its header says", path);
}

int npy_read(const char *path, struct uncap_tensor *out, struct uncap_error *err)
{
    FILE *f = fopen(path, "rb");
    *out = (struct uncap_tensor){.dtype = UNCAP_F32};
    if (!f)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open %s: %s", path, strerror(errno));
    const int status = read_open(f, path, out, err);
    fclose(f);
    return status;
}
