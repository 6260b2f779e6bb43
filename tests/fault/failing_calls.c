/* SPDX-License-Identifier: BSD-2-Clause */
#undef _FILE_OFFSET_BITS /* so that open() and open64() are two functions here */
#define _GNU_SOURCE      /* syscall() */
#include "failing_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <unistd.h>

const char *const file_call_names[FILE_CALLS] = {
    [CALL_OPEN] = "open",    [CALL_READ] = "pread",
    [CALL_WRITE] = "write",  [CALL_SHORT_WRITE] = "short write",
    [CALL_FLUSH] = "fsync",  [CALL_RENAME] = "rename",
    [CALL_CUT] = "truncate", [CALL_CLOSE] = "close",
};

static struct fault {
    atomic_long left; /* calls until it comes; 0 or less: not armed, or it has come */
    atomic_int error;
    atomic_bool came;
} faults[FILE_CALLS];

/* The bytes of a short write that are still to fail: the next write does. */
static atomic_bool write_fails;

void fail_call(file_call call, long n, int error)
{
    atomic_store(&faults[call].error, error);
    atomic_store(&faults[call].came, false);
    atomic_store(&faults[call].left, n);
}

bool disarm_calls(void)
{
    bool any = false;
    for (int i = 0; i < FILE_CALLS; i++) {
        atomic_store(&faults[i].left, 0);
        any = atomic_exchange(&faults[i].came, false) || any;
    }
    atomic_store(&write_fails, false);
    return any;
}

static bool comes(file_call call)
{
    struct fault *const fault = &faults[call];
    if (atomic_load(&fault->left) <= 0 || atomic_fetch_sub(&fault->left, 1) != 1)
        return false;
    atomic_store(&fault->came, true);
    return true;
}

static atomic_long reads_left;
static void (*read_function)(void);

void before_read(long n, void (*function)(void))
{
    read_function = function;
    atomic_store(&reads_left, n);
}

static int fail(file_call call)
{
    errno = atomic_load(&faults[call].error);
    return -1;
}

/* ---- what stands in for the C library's ---- */

ssize_t write(int fd, const void *data, size_t bytes)
{
    if (fd > 2 && comes(CALL_WRITE))
        return fail(CALL_WRITE);
    if (fd > 2 && atomic_exchange(&write_fails, false))
        return fail(CALL_SHORT_WRITE);
    if (fd > 2 && comes(CALL_SHORT_WRITE)) {
        atomic_store(&write_fails, true);
        bytes /= 2;
    }
    return syscall(SYS_write, fd, data, bytes);
}

ssize_t pread(int fd, void *data, size_t bytes, off_t offset)
{
    if (read_function && atomic_fetch_sub(&reads_left, 1) == 1)
        read_function();
    return comes(CALL_READ) ? fail(CALL_READ) : syscall(SYS_pread64, fd, data, bytes, offset);
}

int fsync(int fd)
{
    return comes(CALL_FLUSH) ? fail(CALL_FLUSH) : (int)syscall(SYS_fsync, fd);
}

int fdatasync(int fd)
{
    return comes(CALL_FLUSH) ? fail(CALL_FLUSH) : (int)syscall(SYS_fdatasync, fd);
}

int ftruncate(int fd, off_t bytes)
{
    return comes(CALL_CUT) ? fail(CALL_CUT) : (int)syscall(SYS_ftruncate, fd, bytes);
}

int rename(const char *from, const char *to)
{
    return comes(CALL_RENAME) ? fail(CALL_RENAME)
                              : (int)syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, to, 0);
}

/* The descriptor is closed all the same, as Linux does. */
int close(int fd)
{
    const bool fails = fd > 2 && comes(CALL_CLOSE);
    const int done = (int)syscall(SYS_close, fd);
    return fails ? fail(CALL_CLOSE) : done;
}

int open(const char *path, int flags, ...)
{
    va_list arguments;
    va_start(arguments, flags);
    const unsigned mode = (flags & O_CREAT) ? va_arg(arguments, unsigned) : 0;
    va_end(arguments);
    if (comes(CALL_OPEN))
        return fail(CALL_OPEN);
    return (int)syscall(SYS_openat, AT_FDCWD, path, flags, mode);
}

/* What calls are named where large files are asked for, as Meson does; on 64-bit machines, which
 * alone build this, they are the same. */
int open64(const char *path, int flags, ...) __attribute__((alias("open")));
ssize_t pread64(int fd, void *data, size_t bytes, off64_t offset) __attribute__((alias("pread")));
int ftruncate64(int fd, off64_t bytes) __attribute__((alias("ftruncate")));
