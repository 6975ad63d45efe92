/* SPDX-License-Identifier: Apache-2.0 */
/* Operations on files and pictures: checkpoints. */
#include "nn/torch_checkpoint.h"
#include "propainter.h"

static int checkpoint_read(void *state, struct golden_case *c, struct uncap_error *err)
{
    (void)state;
    struct uncap_weights *w;
    const char *path = golden_input_path(c, "file");
    if (!path)
        return uncap_fail(err, UNCAP_ERR_ARG, "input file is missing");
    int status = uncap_torch_open(&w, path, err);
    if (status)
        return status;
    for (size_t i = 0; !status && i < w->n; i++)
        if (golden_wants(c, w->items[i].name))
            status = golden_result(c, w->items[i].name, w->items[i].dtype, w->items[i].shape, w->items[i].data, err);
    uncap_weights_close(&w);
    return status;
}

const struct golden_op pp_ops_files[] = {
    {"checkpoint.read", checkpoint_read},
    {NULL, NULL},
};
