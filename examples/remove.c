/* SPDX-License-Identifier: Apache-2.0 */
/* Remove the captions of a video through libuncaption.
 *
 *   cc remove.c $(pkg-config --cflags --libs uncaption) -o remove
 *   ./remove IN OUT
 */
#include <stdio.h>

#include <uncaption/uncaption.h>

static int on_progress(void *opaque, const struct uncap_progress *p)
{
    (void)opaque;
    fprintf(stderr, "\r%s %lld of %lld frames ", p->stage, (long long)p->done, (long long)p->total);
    return 0; /* anything else cancels the job */
}

int main(int argc, char **argv)
{
    if (argc != 3) {
        fprintf(stderr, "usage: remove IN OUT\n");
        return 2;
    }
    const struct uncap_control control = {.on_progress = on_progress};
    const struct uncap_detect_options detect = {.sample = UNCAP_SAMPLE_ADAPTIVE};
    const struct uncap_erase_options erase = {.encoder = "auto"};
    struct uncap_captions *captions = NULL;
    struct uncap_error err = {.status = UNCAP_OK};
    int status = uncap_detect(argv[1], &detect, &control, &captions, NULL, &err);
    if (!status)
        status = uncap_erase(argv[1], captions, argv[2], &erase, &control, NULL, &err);
    if (!status)
        fprintf(stderr, "\n%zu captions removed\n", uncap_captions_count_removed(captions));
    else
        fprintf(stderr, "\n%s: %s\n", uncap_status_name(err.status), err.message);
    uncap_captions_close(&captions);
    return status != UNCAP_OK;
}
