/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * io/descriptor.h - system calls on file descriptors, gone on with where a signal broke them off or
 * only a part was done. Each gives 0 or an error number (errno).
 */
#ifndef WRMF_IO_DESCRIPTOR_H
#define WRMF_IO_DESCRIPTOR_H

#include <stddef.h>
#include <stdint.h>

/** open(), which sets errno where it gives -1; `mode` is for files that it makes. */
int wrmf_i_open(const char *path, int flags, unsigned mode);

/**
 * Write all bytes, waiting where the descriptor does not block. A pipe that nobody reads and a
 * limit on the size of files give EPIPE and EFBIG, as if the process ignored SIGPIPE and SIGXFSZ:
 * both are blocked in this thread meanwhile, and one that the write raised is taken off again. The
 * dispositions of the process stay as they are. After a failure, some bytes may be written.
 */
int wrmf_i_write_all(int fd, const void *data, size_t bytes);

/** Read bytes from a place in a file; *got is less than `bytes` only at its end or on a failure. */
int wrmf_i_read_at(int fd, int64_t offset, void *data, size_t bytes, size_t *got);

/** Flush a file to the disk. The second leaves out what is not needed to read it back, such as its
 *  times. */
int wrmf_i_flush_file(int fd);
int wrmf_i_flush_data(int fd);

/** Make a file as long as `bytes`. */
int wrmf_i_cut(int fd, int64_t bytes);

#endif /* WRMF_IO_DESCRIPTOR_H */
