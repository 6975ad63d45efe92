/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/ort.h"
int uncap_ort_graph_model(struct uncap_graph *graph, OrtModel **model, struct uncap_runtime **runtime,
                          struct uncap_error *err)
{
    (void)graph, (void)model, (void)runtime;
    return uncap_fail(err, UNCAP_ERR_UNSUPPORTED, "graphs are not built yet");
}
