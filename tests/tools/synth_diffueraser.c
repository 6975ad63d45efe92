/* SPDX-License-Identifier: Apache-2.0 */
/* Writes synthetic checkpoints of engine diffueraser in the published folders: DIR [full|reduced] [f32|f16]. */
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "inpaint/diffueraser/files.h"
#include "inpaint/diffueraser/synthetic_file.h"
#include "inpaint/diffueraser/text.h"

static int make_folders(const char *path)
{
    char folder[4096];
    for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        snprintf(folder, sizeof(folder), "%.*s", (int)(slash - path), path);
        mkdir(folder, 0777);
    }
    return 0;
}

int main(int argc, char **argv)
{
    if (argc < 2) {
        fprintf(stderr, "usage: %s DIR [full|reduced] [f32|f16]\n", argv[0]);
        return 2;
    }
    const bool is_full = argc < 3 || !strcmp(argv[2], "full");
    const enum uncap_dtype dtype = argc > 3 && !strcmp(argv[3], "f16") ? UNCAP_F16 : UNCAP_F32;
    struct uncap_diffuser_widths widths = is_full ? uncap_diffuser_widths_full() : uncap_diffuser_widths_reduced();
    widths.text = UNCAP_TEXT_WIDTH; /* there is no reduced text encoder */
    struct uncap_diffuser_file file;
    for (int i = 0; uncap_diffuser_file_at(i, 2, &file); i++) {
        char path[4096];
        struct uncap_error err = {0};
        snprintf(path, sizeof(path), "%s/%s", argv[1], file.path);
        make_folders(path);
        /* Adapters are published as 16 bits. */
        const enum uncap_dtype as = file.model == UNCAP_DIFFUSER_LORA ? UNCAP_F16 : dtype;
        if (uncap_synthetic_write(file.model, &widths, "", as, path, &err)) {
            fprintf(stderr, "%s\n", err.message);
            return 1;
        }
        printf("%s\n", path);
    }
    return 0;
}
