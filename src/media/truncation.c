/* SPDX-License-Identifier: Apache-2.0 */
#include "media/truncation.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include <libavutil/intreadwrite.h>

enum { HEAD = 256, BOX_HEAD = 16, MAX_BOXES = 1 << 20 };

/* n bytes at offset, fewer at the end of the file; < 0 with errno. */
static ssize_t read_at(int fd, int64_t offset, uint8_t *bytes, size_t n)
{
    ssize_t got;
    do
        got = pread(fd, bytes, n, offset);
    while (got < 0 && errno == EINTR);
    return got;
}

static bool is_box_of_weight(const uint8_t *type)
{
    return !memcmp(type, "mdat", 4) || !memcmp(type, "moov", 4) || !memcmp(type, "moof", 4);
}

/* Boxes of ISO/IEC 14496-12, 4.2: size, type, then a 64-bit size if size is 1; size 0 reaches to the end. */
static int check_boxes(int fd, int64_t size, bool *is_cut)
{
    int64_t at = 0;
    for (int i = 0; i < MAX_BOXES && at <= size - 8; i++) {
        uint8_t head[BOX_HEAD] = {0};
        const ssize_t got = read_at(fd, at, head, BOX_HEAD);
        if (got < 0)
            return errno;
        const uint32_t small = AV_RB32(head);
        const uint64_t length = small == 1 ? AV_RB64(head + 8) : small;
        if (!length || length < 8)
            return 0;
        if (length > (uint64_t)(size - at)) {
            *is_cut = is_box_of_weight(head + 4);
            return 0;
        }
        at += (int64_t)length;
    }
    return 0;
}

/* An EBML length (RFC 8794, 4): bytes used, 0 if it makes no sense. All bits set: unknown, UINT64_MAX. */
static int ebml_length(const uint8_t *bytes, size_t n, uint64_t *value)
{
    int width = 1;
    while (width <= 8 && n && !(bytes[0] & 0x80 >> (width - 1)))
        width++;
    if (width > 8 || (size_t)width > n)
        return 0;
    const uint64_t unknown = (UINT64_C(1) << (7 * width)) - 1;
    uint64_t v = bytes[0] & (0xff >> width);
    for (int i = 1; i < width; i++)
        v = v << 8 | bytes[i];
    *value = v == unknown ? UINT64_MAX : v;
    return width;
}

static int check_segment(int fd, int64_t size, bool *is_cut)
{
    uint8_t head[512];
    const ssize_t got = read_at(fd, 0, head, sizeof(head));
    if (got < 0)
        return errno;
    size_t at = 4;
    uint64_t length = 0;
    int width = ebml_length(head + at, (size_t)got - at, &length);
    if (!width || length > sizeof(head))
        return 0;
    at += (size_t)width + (size_t)length;
    if (at + 12 > (size_t)got || AV_RB32(head + at) != 0x18538067) /* Segment */
        return 0;
    at += 4;
    width = ebml_length(head + at, (size_t)got - at, &length);
    *is_cut = width && length != UINT64_MAX && length > (uint64_t)size - at - (uint64_t)width;
    return 0;
}

/* Packet size of a transport stream, from the sync bytes of its first two packets; 0 if it is none. Recorders
 * that put a time stamp before each packet make it 192. */
static int packet_size(const uint8_t *head, ssize_t n)
{
    if (n >= 192 + 5 && head[4] == 0x47 && head[192 + 4] == 0x47)
        return 192;
    return n >= 188 + 1 && head[0] == 0x47 && head[188] == 0x47 ? 188 : 0;
}

int uncap_truncation_check(const char *path, int64_t size_bytes, bool *is_cut, struct uncap_error *err)
{
    *is_cut = false;
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open '%s': %s", path, strerror(errno));
    uint8_t head[HEAD] = {0};
    const ssize_t got = read_at(fd, 0, head, HEAD);
    int failed = got < 0 ? errno : 0;
    if (!failed && AV_RB32(head) == 0x1a45dfa3) /* EBML */
        failed = check_segment(fd, size_bytes, is_cut);
    else if (!failed && !memcmp(head, "RIFF", 4))
        *is_cut = (int64_t)AV_RL32(head + 4) > size_bytes - 8 && AV_RL32(head + 4) != UINT32_MAX;
    else if (!failed && (!memcmp(head + 4, "ftyp", 4) || is_box_of_weight(head + 4)))
        failed = check_boxes(fd, size_bytes, is_cut);
    else if (!failed && packet_size(head, got))
        *is_cut = size_bytes % packet_size(head, got) != 0;
    close(fd);
    if (failed)
        return uncap_fail_cause(err, UNCAP_ERR_IO, failed, "cannot read '%s': %s", path, strerror(failed));
    return UNCAP_OK;
}
