/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/location.h"

struct wrmf_i_replace {
    const wrmf_i_allocator *allocator; /* borrowed */
    char *path;
    char *temporary; /* the name of the temporary file; NULL: path itself is open */
    size_t temporary_bytes;
    int fd; /* -1: closed */
};

/* The length of the path's folder, with its closing slash. */
static size_t folder_length(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static void give_up(wrmf_i_replace *replace)
{
    if (replace->fd >= 0)
        close(replace->fd);
    if (replace->fd >= 0 && replace->temporary)
        unlink(replace->temporary);
    replace->fd = -1;
}

void wrmf_i_replace_free(wrmf_i_replace *replace)
{
    if (!replace)
        return;
    give_up(replace);
    const wrmf_i_allocator *const allocator = replace->allocator;
    if (replace->path)
        wrmf_i_free(allocator, replace->path, strlen(replace->path) + 1, 1);
    wrmf_i_free(allocator, replace->temporary, replace->temporary_bytes, 1);
    wrmf_i_free(allocator, replace, 1, sizeof *replace);
}

/* Write a name that hardly any other file has; open() finds out whether one does. mkstemp() would
 * not do: its files have mode 0600, and only open() applies the umask without a race. */
static void write_name(wrmf_i_replace *replace, unsigned attempt)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    const struct {
        const void *address;
        int64_t seconds, nanoseconds, process, attempt;
    } seed = {replace, (int64_t)now.tv_sec, (int64_t)now.tv_nsec, (int64_t)getpid(), attempt};
    const size_t folder = folder_length(replace->path);
    snprintf(replace->temporary + folder, replace->temporary_bytes - folder, ".wrmf-%016llx.tmp",
             (unsigned long long)XXH3_64bits(&seed, sizeof seed));
}

static int open_temporary(wrmf_i_replace *replace)
{
    for (unsigned attempt = 0;; attempt++) {
        write_name(replace, attempt);
        const int fd = open(replace->temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
        if (fd >= 0 || (errno != EEXIST && errno != EINTR) || attempt == 100)
            return fd;
    }
}

static wrmf_status open_files(wrmf_i_replace *replace, wrmf_error *err)
{
    struct stat file;
    const bool exists = stat(replace->path, &file) == 0;
    if (exists && S_ISDIR(file.st_mode))
        return wrmf_i_fail_errno(err, "cannot write", replace->path, EISDIR);
    if (exists && !S_ISREG(file.st_mode)) {
        wrmf_i_free(replace->allocator, replace->temporary, replace->temporary_bytes, 1);
        replace->temporary = NULL;
        replace->fd = open(replace->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
    } else {
        replace->fd = open_temporary(replace);
    }
    if (replace->fd < 0)
        return wrmf_i_fail_errno(err, "cannot write", replace->path, errno);
    /* some file systems have no modes, which is no reason to fail */
    if (exists && replace->temporary && fchmod(replace->fd, file.st_mode & 0777) != 0)
        return WRMF_OK;
    return WRMF_OK;
}

wrmf_status wrmf_i_replace_open(const wrmf_i_allocator *allocator, const char *path,
                                wrmf_i_replace **out, int *fd, wrmf_error *err)
{
    wrmf_i_replace *const replace = wrmf_i_alloc_zero(allocator, 1, sizeof *replace);
    if (!replace)
        return wrmf_i_fail_nomem(err);
    replace->allocator = allocator;
    replace->fd = -1;
    replace->path = wrmf_i_strdup(allocator, path);
    replace->temporary_bytes = folder_length(path) + sizeof ".wrmf-0123456789abcdef.tmp";
    replace->temporary = wrmf_i_alloc(allocator, replace->temporary_bytes, 1);
    wrmf_status status = WRMF_OK;
    if (!replace->path || !replace->temporary)
        status = wrmf_i_fail_nomem(err);
    if (status == WRMF_OK) {
        memcpy(replace->temporary, path, folder_length(path));
        status = open_files(replace, err);
    }
    if (status != WRMF_OK) {
        wrmf_i_replace_free(replace);
        return status;
    }
    *out = replace;
    *fd = replace->fd;
    return WRMF_OK;
}

/* Flush the folder, so that the new name outlives a crash. The file has its name already, so it is
 * no failure if the folder cannot be flushed. */
static void flush_folder(const wrmf_i_replace *replace)
{
    const size_t length = folder_length(replace->path);
    /* the temporary name is not needed any more: its memory holds the folder's name now */
    char *const folder = replace->temporary;
    folder[length] = '\0';
    const int fd = open(length > 0 ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (fd < 0)
        return;
    (void)fsync(fd);
    close(fd);
}

wrmf_status wrmf_i_replace_commit(wrmf_i_replace *replace, wrmf_error *err)
{
    const int fd = replace->fd;
    if (!replace->temporary) {
        replace->fd = -1;
        if (close(fd) != 0 && errno != EINTR)
            return wrmf_i_fail_errno(err, "cannot write", replace->path, errno);
        return WRMF_OK;
    }
    int failed = fsync(fd) != 0 ? errno : 0;
    replace->fd = -1;
    if (close(fd) != 0 && errno != EINTR && failed == 0)
        failed = errno;
    if (failed == 0 && rename(replace->temporary, replace->path) != 0)
        failed = errno;
    if (failed != 0) {
        unlink(replace->temporary);
        return wrmf_i_fail_errno(err, "cannot write", replace->path, failed);
    }
    flush_folder(replace);
    return WRMF_OK;
}
