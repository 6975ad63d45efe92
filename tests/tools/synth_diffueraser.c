/* SPDX-License-Identifier: Apache-2.0 */
/* Writes synthetic checkpoints of engine diffueraser at reduced widths, which the program takes like the
 * published ones: DIR [f32|f16]. At full width: `uncaption models synth diffueraser DIR`. */
#include <stdio.h>
#include <string.h>

#include "inpaint/diffueraser/synthetic_file.h"
#include "inpaint/diffueraser/text.h"

int main(int argc, char **argv)
{
    struct uncap_diffuser_widths widths = uncap_diffuser_widths_reduced();
    struct uncap_error err = {0};
    if (argc < 2) {
        fprintf(stderr, "usage: %s DIR [f32|f16]\n", argv[0]);
        return 2;
    }
    widths.text = UNCAP_TEXT_WIDTH; /* there is no reduced text encoder */
    const bool is_half = argc > 2 && !strcmp(argv[2], "f16");
    if (!uncap_synthetic_write_all(argv[1], &widths, "", is_half ? UNCAP_F16 : UNCAP_F32, &err))
        return 0;
    fprintf(stderr, "%s\n", err.message);
    return 1;
}
