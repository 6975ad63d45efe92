/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/protobuf.h"

#include <string.h>

#include "base/memory.h"

enum { VARINT_MAX_BYTES = 10 };

static struct uncap_bytes take(struct uncap_bytes *from, size_t n)
{
    const struct uncap_bytes out = {from->data, n};
    from->data += n;
    from->n -= n;
    return out;
}

bool uncap_protobuf_varint(struct uncap_bytes *bytes, uint64_t *value)
{
    uint64_t v = 0;
    for (size_t i = 0; i < bytes->n && i < VARINT_MAX_BYTES; i++) {
        const uint8_t byte = bytes->data[i];
        v |= (uint64_t)(byte & 127) << (7 * i);
        if (byte < 128) {
            *value = v;
            take(bytes, i + 1);
            return true;
        }
    }
    return false;
}

static bool take_fixed(struct uncap_bytes *from, size_t n, uint64_t *value)
{
    *value = 0;
    if (from->n < n)
        return false;
    const struct uncap_bytes raw = take(from, n);
    for (size_t i = 0; i < n; i++)
        *value |= (uint64_t)raw.data[i] << (8 * i);
    return true;
}

static bool take_value(struct uncap_bytes *from, struct uncap_field *f)
{
    uint64_t n;
    switch (f->wire) {
    case UNCAP_WIRE_VARINT: return uncap_protobuf_varint(from, &f->value);
    case UNCAP_WIRE_64: return take_fixed(from, 8, &f->value);
    case UNCAP_WIRE_32: return take_fixed(from, 4, &f->value);
    case UNCAP_WIRE_BYTES:
        if (!uncap_protobuf_varint(from, &n) || n > from->n)
            return false;
        f->bytes = take(from, (size_t)n);
        return true;
    }
    return false; /* groups, which no file of ours has */
}

enum uncap_next uncap_protobuf_next(struct uncap_bytes *message, struct uncap_field *field)
{
    const struct uncap_bytes start = *message;
    uint64_t tag;
    if (!start.n)
        return UNCAP_NEXT_END;
    if (!uncap_protobuf_varint(message, &tag) || tag < 8)
        return UNCAP_NEXT_DAMAGED;
    *field = (struct uncap_field){.number = tag >> 3, .wire = (enum uncap_wire)(tag & 7)};
    if (!take_value(message, field))
        return UNCAP_NEXT_DAMAGED;
    field->whole = (struct uncap_bytes){start.data, start.n - message->n};
    return UNCAP_NEXT_FIELD;
}

void uncap_protobuf_put_raw(struct uncap_protobuf *to, struct uncap_bytes bytes)
{
    size_t n;
    if (to->has_failed || !bytes.n)
        return;
    if (!uncap_add(to->n, bytes.n, &n) || !uncap_grow((void **)&to->data, &to->capacity, n, 1)) {
        to->has_failed = true;
        return;
    }
    memcpy(to->data + to->n, bytes.data, bytes.n);
    to->n = n;
}

static void put_number(struct uncap_protobuf *to, uint64_t v)
{
    uint8_t raw[VARINT_MAX_BYTES];
    size_t n = 0;
    for (; v >= 128; v >>= 7)
        raw[n++] = (uint8_t)(v | 128);
    raw[n++] = (uint8_t)v;
    uncap_protobuf_put_raw(to, (struct uncap_bytes){raw, n});
}

void uncap_protobuf_put_varint(struct uncap_protobuf *to, uint64_t number, uint64_t value)
{
    put_number(to, number << 3 | UNCAP_WIRE_VARINT);
    put_number(to, value);
}

void uncap_protobuf_put_float(struct uncap_protobuf *to, uint64_t number, float value)
{
    uint32_t bits;
    memcpy(&bits, &value, sizeof(bits));
    const uint8_t raw[4] = {(uint8_t)bits, (uint8_t)(bits >> 8), (uint8_t)(bits >> 16),
                            (uint8_t)(bits >> 24)};
    put_number(to, number << 3 | UNCAP_WIRE_32);
    uncap_protobuf_put_raw(to, (struct uncap_bytes){raw, sizeof(raw)});
}

void uncap_protobuf_put_head(struct uncap_protobuf *to, uint64_t number, size_t n)
{
    put_number(to, number << 3 | UNCAP_WIRE_BYTES);
    put_number(to, n);
}

void uncap_protobuf_put_bytes(struct uncap_protobuf *to, uint64_t number, struct uncap_bytes bytes)
{
    uncap_protobuf_put_head(to, number, bytes.n);
    uncap_protobuf_put_raw(to, bytes);
}

void uncap_protobuf_put_text(struct uncap_protobuf *to, uint64_t number, const char *text)
{
    uncap_protobuf_put_bytes(to, number, (struct uncap_bytes){(const uint8_t *)text, strlen(text)});
}

void uncap_protobuf_put_message(struct uncap_protobuf *to, uint64_t number, struct uncap_protobuf *message)
{
    to->has_failed = to->has_failed || message->has_failed;
    uncap_protobuf_put_bytes(to, number, (struct uncap_bytes){message->data, message->n});
    uncap_free(message->data);
    *message = (struct uncap_protobuf){.n = 0};
}
