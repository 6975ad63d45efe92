/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

int uncap_mapping_open(struct uncap_mapping *mapping, const char *path, struct uncap_error *err)
{
    *mapping = (struct uncap_mapping){.data = NULL};
    const int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0)
        return uncap_fail_cause(err, UNCAP_ERR_IO, errno, "cannot open %s: %s", path, strerror(errno));
    struct stat st;
    if (fstat(fd, &st) || !S_ISREG(st.st_mode) || st.st_size <= 0) {
        close(fd);
        return uncap_fail(err, UNCAP_ERR_IO, "cannot read %s: it is %s", path,
                          S_ISREG(st.st_mode) ? "empty" : "no file");
    }
    void *data = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
    const int cause = errno;
    close(fd);
    if (data == MAP_FAILED)
        return uncap_fail_cause(err, UNCAP_ERR_IO, cause, "cannot map %s: %s", path, strerror(cause));
    *mapping = (struct uncap_mapping){data, (size_t)st.st_size};
    return UNCAP_OK;
}

void uncap_mapping_forget(const struct uncap_mapping *mapping)
{
    if (mapping->data)
        madvise(mapping->data, mapping->size,
                MADV_DONTNEED); /* never written: the kernel drops clean pages */
}

void uncap_mapping_close(struct uncap_mapping *mapping)
{
    if (mapping && mapping->data)
        munmap(mapping->data, mapping->size);
    if (mapping)
        *mapping = (struct uncap_mapping){.data = NULL};
}
