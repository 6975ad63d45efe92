/* SPDX-License-Identifier: Apache-2.0 */
/* The wire format of Protocol Buffers: fields of a message, read with bounds and written. Knows no schema. */
#ifndef UNCAP_NN_PROTOBUF_H
#define UNCAP_NN_PROTOBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A view; never owns. */
struct uncap_bytes {
    const uint8_t *data;
    size_t n;
};

enum uncap_wire { UNCAP_WIRE_VARINT = 0, UNCAP_WIRE_64 = 1, UNCAP_WIRE_BYTES = 2, UNCAP_WIRE_32 = 5 };

/* value  of a varint, or the little-endian bits of a fixed field.
 * bytes  of a length-delimited field.
 * whole  the field with its tag, to be copied as it is. */
struct uncap_field {
    uint64_t number;
    enum uncap_wire wire;
    uint64_t value;
    struct uncap_bytes bytes, whole;
};

enum uncap_next { UNCAP_NEXT_FIELD, UNCAP_NEXT_END, UNCAP_NEXT_DAMAGED };

/* Take the first field off *message. The bytes may be hostile: nothing outside the message is read. */
enum uncap_next uncap_protobuf_next(struct uncap_bytes *message, struct uncap_field *field);

/* Take a varint (of a packed list) off *bytes; false at the end or where it is damaged. */
bool uncap_protobuf_varint(struct uncap_bytes *bytes, uint64_t *value);

/* Output that grows. A failed one stays failed; data is freed with uncap_free. */
struct uncap_protobuf {
    uint8_t *data;
    size_t n, capacity;
    bool has_failed;
};

void uncap_protobuf_put_raw(struct uncap_protobuf *to, struct uncap_bytes bytes);
void uncap_protobuf_put_varint(struct uncap_protobuf *to, uint64_t number, uint64_t value);
void uncap_protobuf_put_float(struct uncap_protobuf *to, uint64_t number, float value);
/* Of a field of n bytes, which are put next. */
void uncap_protobuf_put_head(struct uncap_protobuf *to, uint64_t number, size_t n);
void uncap_protobuf_put_bytes(struct uncap_protobuf *to, uint64_t number, struct uncap_bytes bytes);
void uncap_protobuf_put_text(struct uncap_protobuf *to, uint64_t number, const char *text);
/* A message that was built on its own; it is freed and emptied, and its failure is to's. */
void uncap_protobuf_put_message(struct uncap_protobuf *to, uint64_t number, struct uncap_protobuf *message);

#endif
