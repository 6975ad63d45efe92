/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/found.h"

#include <stdio.h>

int found_export(const struct args *args, struct uncap_captions *captions, const char *path,
                 struct uncap_error *err)
{
    if (args->keep_script || args->remove_script)
        uncap_captions_filter_script(captions, args->keep_script, args->remove_script);
    int status = path ? uncap_captions_save(captions, path, err) : UNCAP_OK;
    if (!status && args->srt)
        status = uncap_captions_save_srt(captions, args->srt, err);
    if (!status && args->ass)
        status = uncap_captions_save_ass(captions, args->ass, err);
    return status;
}

void found_print(const struct args *args, const struct uncap_captions *captions, const char *in,
                 bool is_copied)
{
    if (args->quiet)
        return;
    const size_t n = uncap_captions_count(captions);
    FILE *out = args->progress == PROGRESS_JSON ? stderr : stdout;
    if (!n)
        fprintf(out, "no captions found in %s%s\n", in, is_copied ? "; its streams are copied" : "");
    else
        fprintf(out, "%zu caption%s found in %s, %zu to remove\n", n, n == 1 ? "" : "s", in,
                uncap_captions_count_removed(captions));
}
