/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/descriptor.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <time.h>
#include <unistd.h>

int wrmf_i_open(const char *path, int flags, unsigned mode)
{
    int fd;
    do
        fd = open(path, flags, (mode_t)mode);
    while (fd < 0 && errno == EINTR);
    return fd;
}

/* ---- writing without signals ---- */

/* The signals that a write can raise in the thread that writes, blocked meanwhile. */
typedef struct quiet {
    sigset_t before; /* the thread's mask */
    sigset_t raised; /* those of the two that were not pending before */
} quiet;

static void begin_quiet(quiet *q)
{
    sigset_t both, pending;
    sigemptyset(&both);
    sigaddset(&both, SIGPIPE);
    sigaddset(&both, SIGXFSZ);
    q->raised = both;
    if (sigpending(&pending) == 0) {
        if (sigismember(&pending, SIGPIPE) == 1)
            sigdelset(&q->raised, SIGPIPE);
        if (sigismember(&pending, SIGXFSZ) == 1)
            sigdelset(&q->raised, SIGXFSZ);
    }
    pthread_sigmask(SIG_BLOCK, &both, &q->before);
}

/* Both signals go to the thread that writes, so what is pending now is the write's own. */
static void end_quiet(const quiet *q, bool failed)
{
    const struct timespec at_once = {0, 0};
    while (failed && sigtimedwait(&q->raised, NULL, &at_once) > 0)
        continue;
    pthread_sigmask(SIG_SETMASK, &q->before, NULL);
}

/* Wait until a descriptor that does not block takes bytes, or tells by write() why it does not. */
static int wait_writable(int fd)
{
    struct pollfd one = {.fd = fd, .events = POLLOUT};
    return poll(&one, 1, -1) < 0 && errno != EINTR ? errno : 0;
}

static int write_on(int fd, const char *data, size_t bytes)
{
    const size_t most = (size_t)1 << 30; /* Linux writes no more than about 2^31 bytes at once */
    while (bytes > 0) {
        const ssize_t n = write(fd, data, bytes < most ? bytes : most);
        int failed = 0;
        if (n < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
            failed = wait_writable(fd);
        else if (n < 0 && errno != EINTR)
            failed = errno;
        else if (n == 0) /* no system does so; it would be tried for ever */
            failed = EIO;
        if (failed != 0)
            return failed;
        if (n > 0) {
            data += n;
            bytes -= (size_t)n;
        }
    }
    return 0;
}

int wrmf_i_write_all(int fd, const void *data, size_t bytes)
{
    quiet q;
    begin_quiet(&q);
    const int failed = write_on(fd, data, bytes);
    end_quiet(&q, failed != 0);
    return failed;
}

/* ---- the rest ---- */

int wrmf_i_read_at(int fd, int64_t offset, void *data, size_t bytes, size_t *got)
{
    const size_t most = (size_t)1 << 30;
    for (*got = 0; *got < bytes;) {
        const size_t left = bytes - *got;
        const ssize_t n = pread(fd, (char *)data + *got, left < most ? left : most,
                                (off_t)(offset + (int64_t)*got));
        if (n < 0 && errno != EINTR)
            return errno;
        if (n == 0)
            return 0;
        if (n > 0)
            *got += (size_t)n;
    }
    return 0;
}

int wrmf_i_flush_file(int fd)
{
    while (fsync(fd) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

int wrmf_i_flush_data(int fd)
{
    while (fdatasync(fd) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}

int wrmf_i_cut(int fd, int64_t bytes)
{
    while (ftruncate(fd, (off_t)bytes) != 0)
        if (errno != EINTR)
            return errno;
    return 0;
}
