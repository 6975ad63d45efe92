/* SPDX-License-Identifier: Apache-2.0 */
#include "media/writer.h"

#include "media/copier.h"
#include "media/output.h"

int uncap_remux(const char *source, const char *path, const struct uncap_control *control,
                struct uncap_error *err)
{
    struct uncap_output output;
    struct uncap_copier *copier = NULL;
    int status = uncap_output_open(&output, path, source, control ? control->cancel : NULL, err);
    if (!status)
        status = uncap_copier_open(&copier, source, &output, control, err);
    if (!status)
        status = uncap_copier_add_streams(copier, NULL, NULL, false, err);
    if (!status)
        status = uncap_output_start(&output, uncap_copier_container(copier), err);
    if (!status)
        status = uncap_copier_until(copier, INT64_MAX, err);
    if (!status)
        status = uncap_output_finish(&output, err);
    uncap_copier_close(&copier);
    uncap_output_close(&output);
    return status;
}
