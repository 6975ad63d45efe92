/* SPDX-License-Identifier: Apache-2.0 */
/* Pass 2: decode, fill what the captions cover, encode. */
#ifndef UNCAPTION_ERASE_H
#define UNCAPTION_ERASE_H

#include <stdbool.h>
#include <stdint.h>

#include "uncaption/captions.h"
#include "uncaption/control.h"
#include "uncaption/error.h"

#ifdef __cplusplus
extern "C" {
#endif

enum uncap_preset { UNCAP_PRESET_DEFAULT, UNCAP_PRESET_FAST, UNCAP_PRESET_BEST };

/* Zero-initialise for the defaults.
 *
 * engine       name from uncap_engines_list, NULL: "flow".
 * preset       how much work the built-in engine spends.
 * encoder      "auto", "nvenc", "x264", "x265", "av1", "ffv1", "copy-codec"; NULL: "auto".
 * encoder_preset  as that encoder calls it; NULL: its default here.
 * quality      crf or cq as that encoder understands it; 0: its default here.
 * device       "auto", "cpu", "cuda", "cuda:1", ...; NULL: "auto". For neural engines.
 * models       folder with the neural engines' checkpoints; NULL: $UNCAPTION_MODELS, then the data folder.
 * max_memory_bytes  upper bound for frames, windows and the engine; 0: 512 MiB.
 * threads      0: one per processor.
 * seed         of grain and diffusion noise.
 * no_grain     leave the fill as smooth as it is.
 * allow_damaged  keep going past damaged packets.
 * provenance   file to write the provenance view to, or NULL.
 * engine_options  "key=value" strings for one engine alone (docs/engines.md), NULL-ended; may be NULL.
 */
struct uncap_erase_options {
    const char *engine;
    enum uncap_preset preset;
    const char *encoder, *encoder_preset;
    double quality;
    const char *device, *models;
    uint64_t max_memory_bytes;
    int threads;
    uint64_t seed;
    bool no_grain;
    bool allow_damaged;
    const char *provenance;
    const char *const *engine_options;
};

#ifdef __cplusplus
}
#endif
#endif
