/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/mapping.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "io/descriptor.h"
#include "io/location.h"

static wrmf_status map_file(wrmf_i_mapping *mapping, int fd, const char *path, wrmf_error *err)
{
    static const unsigned char nothing[1];
    struct stat file;
    if (fstat(fd, &file) != 0)
        return wrmf_i_fail_errno(err, "cannot read", path, errno);
    if (!S_ISREG(file.st_mode))
        return wrmf_i_fail(err, WRMF_E_IO, "cannot read %s: it is no regular file", path);
    if ((uintmax_t)file.st_size > SIZE_MAX)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "%s is too large", path);
    const size_t n = (size_t)file.st_size;
    if (n == 0) { /* nothing can be mapped of it */
        *mapping = (wrmf_i_mapping){.bytes = nothing};
        return WRMF_OK;
    }
    void *const pages = mmap(NULL, n, PROT_READ, MAP_SHARED, fd, 0);
    if (pages == MAP_FAILED)
        return wrmf_i_fail_errno(err, "cannot map", path, errno);
    *mapping = (wrmf_i_mapping){.bytes = pages, .n = n, .pages = pages};
    return WRMF_OK;
}

wrmf_status wrmf_i_mapping_open(wrmf_i_mapping *mapping, const char *path, wrmf_error *err)
{
    /* without O_NONBLOCK, opening a FIFO would wait for its writer */
    const int fd = wrmf_i_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0);
    if (fd < 0)
        return wrmf_i_fail_errno(err, "cannot open", path, errno);
    const wrmf_status status = map_file(mapping, fd, path, err);
    close(fd);
    return status;
}

void wrmf_i_mapping_close(wrmf_i_mapping *mapping)
{
    if (mapping->pages)
        munmap(mapping->pages, mapping->n);
    *mapping = (wrmf_i_mapping){.bytes = NULL};
}
