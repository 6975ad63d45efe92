/* SPDX-License-Identifier: Apache-2.0 */
/* SHA-256, to tell a published file from another one of its name. */
#ifndef UNCAP_BASE_SHA256_H
#define UNCAP_BASE_SHA256_H

#include <stddef.h>
#include <stdint.h>

struct uncap_sha256 {
    uint32_t state[8];
    uint64_t n_bytes;
    uint8_t block[64];
};

void uncap_sha256_start(struct uncap_sha256 *s);
void uncap_sha256_add(struct uncap_sha256 *s, const void *data, size_t n);
/* hex: 64 lower-case digits and a zero byte. */
void uncap_sha256_finish(struct uncap_sha256 *s, char hex[65]);

#endif
