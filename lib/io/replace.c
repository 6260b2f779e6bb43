/* SPDX-License-Identifier: BSD-2-Clause */
#include "io/replace.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <xxhash.h>

#include "io/descriptor.h"
#include "io/location.h"

/* Writers of one target at a time, and how far behind the last temporary file that was found one
 * more is looked for. */
enum { WRITERS_MAX = 1000, GAP = 16 };

struct wrmf_i_replace {
    const wrmf_i_allocator *allocator; /* borrowed */
    char *path;
    char *temporary; /* the name of the temporary file; NULL: path itself is open */
    size_t temporary_bytes;
    int fd;       /* -1: closed */
    bool renamed; /* the temporary file is at path */
};

/* The length of the path's folder, with its closing slash. */
static size_t folder_length(const char *path)
{
    const char *const slash = strrchr(path, '/');
    return slash ? (size_t)(slash - path) + 1 : 0;
}

static void give_up(wrmf_i_replace *replace)
{
    if (replace->fd < 0)
        return;
    /* unlinked before the lock is given up, so that nobody else's file is removed */
    if (replace->temporary && !replace->renamed)
        unlink(replace->temporary);
    close(replace->fd);
    replace->fd = -1;
}

void wrmf_i_replace_free(wrmf_i_replace *replace)
{
    if (!replace)
        return;
    give_up(replace);
    const wrmf_i_allocator *const allocator = replace->allocator;
    wrmf_i_strfree(allocator, replace->path);
    wrmf_i_free(allocator, replace->temporary, replace->temporary_bytes, 1);
    wrmf_i_free(allocator, replace, 1, sizeof *replace);
}

/* ---- temporary files ---- */

static void write_name(wrmf_i_replace *replace, int number)
{
    const size_t folder = folder_length(replace->path);
    const char *const name = replace->path + folder;
    snprintf(replace->temporary + folder, replace->temporary_bytes - folder, ".wrmf-%016llx-%d.tmp",
             (unsigned long long)XXH3_64bits(name, strlen(name)), number);
}

/* Remove the file of the temporary name if no living process writes it. False: there is none. */
static bool remove_left_over(const wrmf_i_replace *replace)
{
    const int flags = O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY;
    int fd = wrmf_i_open(replace->temporary, O_RDWR | flags, 0);
    if (fd < 0 && errno == EACCES)
        fd = wrmf_i_open(replace->temporary, O_RDONLY | flags, 0);
    if (fd < 0)
        return errno != ENOENT;
    /* Another writer may have removed or renamed it since it was opened, and the name be given to
     * a file of another: the name is looked at once more while the lock keeps it as it is. */
    struct stat file, named;
    if (fstat(fd, &file) == 0 && S_ISREG(file.st_mode) && flock(fd, LOCK_EX | LOCK_NB) == 0 &&
        lstat(replace->temporary, &named) == 0 && named.st_dev == file.st_dev &&
        named.st_ino == file.st_ino)
        unlink(replace->temporary);
    close(fd);
    return true;
}

/* Remove what processes that were killed have left of this target. */
static void remove_left_overs(wrmf_i_replace *replace)
{
    for (int number = 0, last = 0; number < WRITERS_MAX && number <= last + GAP; number++) {
        write_name(replace, number);
        if (remove_left_over(replace))
            last = number;
    }
}

/* Make the file of the temporary name and lock it; -1 with EEXIST if another writer has it. */
static int make_temporary(const wrmf_i_replace *replace, unsigned mode)
{
    const int flags = O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC;
    const int fd = wrmf_i_open(replace->temporary, flags, mode);
    struct stat file;
    if (fd < 0)
        return -1;
    /* Between the two calls another writer may have taken it for a left-over: it holds the lock, or
     * has removed the file. A file system without locks refuses them to all, who then remove
     * nothing. */
    const bool taken = flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK;
    if (!taken && (fstat(fd, &file) != 0 || file.st_nlink > 0))
        return fd;
    close(fd);
    errno = EEXIST;
    return -1;
}

/* mkstemp() would not do: its files have mode 0600, and only open() applies the umask without a
 * race. */
static int open_temporary(wrmf_i_replace *replace, unsigned mode)
{
    remove_left_overs(replace);
    for (int number = 0;; number++) {
        write_name(replace, number);
        const int fd = make_temporary(replace, mode);
        if (fd >= 0 || errno != EEXIST || number + 1 == WRITERS_MAX)
            return fd;
    }
}

/* ---- opening ---- */

/* Whether a path names an open descriptor of the process: its file is to be written to, while the
 * name must not be replaced. */
static bool names_descriptor(const char *path)
{
    static const char *const names[] = {"/dev/stdout", "/dev/stderr", "/dev/fd/", "/proc/"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strncmp(path, names[i], strlen(names[i])) == 0)
            return true;
    return false;
}

/* Give the new file the owner, group and mode of the old one, as far as this is allowed and the
 * file system has them; what cannot be kept is no reason to fail. */
static void keep_attributes(int fd, const struct stat *old)
{
    struct stat now;
    if (fstat(fd, &now) == 0 && (now.st_uid != old->st_uid || now.st_gid != old->st_gid) &&
        fchown(fd, old->st_uid, old->st_gid) != 0 && fchown(fd, (uid_t)-1, old->st_gid) != 0)
        errno = 0;
    if (fchmod(fd, old->st_mode & 0777) != 0)
        errno = 0;
}

static int open_in_place(wrmf_i_replace *replace)
{
    wrmf_i_free(replace->allocator, replace->temporary, replace->temporary_bytes, 1);
    replace->temporary = NULL;
    return wrmf_i_open(replace->path, O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
}

static wrmf_status open_files(wrmf_i_replace *replace, wrmf_error *err)
{
    struct stat file;
    const bool exists = stat(replace->path, &file) == 0;
    /* the temporary name may be possible where this one is not: it is empty or too long */
    if (!exists && (!*replace->path || errno == ENAMETOOLONG))
        return wrmf_i_fail_errno(err, "cannot write", replace->path, errno);
    if (exists && S_ISDIR(file.st_mode))
        return wrmf_i_fail_errno(err, "cannot write", replace->path, EISDIR);
    if (exists && (!S_ISREG(file.st_mode) || names_descriptor(replace->path)))
        replace->fd = open_in_place(replace);
    else if (exists && faccessat(AT_FDCWD, replace->path, W_OK, AT_EACCESS) != 0)
        return wrmf_i_fail_errno(err, "cannot write", replace->path, errno);
    else
        replace->fd = open_temporary(replace, exists ? 0600 : 0666);
    if (replace->fd < 0)
        return wrmf_i_fail_errno(err, "cannot write", replace->path, errno);
    if (exists && replace->temporary)
        keep_attributes(replace->fd, &file);
    return WRMF_OK;
}

wrmf_status wrmf_i_replace_open(const wrmf_i_allocator *allocator, const char *path,
                                wrmf_i_replace **out, int *fd, wrmf_error *err)
{
    wrmf_i_replace *const replace = wrmf_i_alloc_zero(allocator, 1, sizeof *replace);
    if (!replace)
        return wrmf_i_fail_memory(err, "an output");
    replace->allocator = allocator;
    replace->fd = -1;
    replace->path = wrmf_i_strdup(allocator, path);
    replace->temporary_bytes = folder_length(path) + sizeof ".wrmf-0123456789abcdef-1234.tmp";
    replace->temporary = wrmf_i_alloc(allocator, replace->temporary_bytes, 1);
    wrmf_status status = WRMF_OK;
    if (!replace->path || !replace->temporary)
        status = wrmf_i_fail_memory(err, "the name of a file");
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

/* ---- the end ---- */

/* Flush the folder, so that the new name outlives a crash. Some file systems cannot, and some
 * folders may not be read: only a disk that fails is a failure. */
static int flush_folder(const wrmf_i_replace *replace)
{
    const size_t length = folder_length(replace->path);
    /* the temporary name is not needed any more: its memory holds the folder's name now */
    char *const folder = replace->temporary;
    folder[length] = '\0';
    const int fd = wrmf_i_open(length > 0 ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
    if (fd < 0)
        return 0;
    const int failed = wrmf_i_flush_file(fd);
    close(fd);
    return failed == EIO || failed == ENOSPC || failed == EDQUOT ? failed : 0;
}

static int rename_temporary(wrmf_i_replace *replace)
{
    while (rename(replace->temporary, replace->path) != 0)
        if (errno != EINTR)
            return errno;
    replace->renamed = true;
    return 0;
}

wrmf_status wrmf_i_replace_commit(wrmf_i_replace *replace, wrmf_error *err)
{
    int failed = 0;
    if (replace->temporary) {
        failed = wrmf_i_flush_file(replace->fd);
        if (failed == 0)
            failed = rename_temporary(replace);
        if (failed == 0)
            failed = flush_folder(replace);
        else
            give_up(replace);
    }
    const int fd = replace->fd;
    replace->fd = -1;
    if (fd >= 0 && close(fd) != 0 && errno != EINTR && failed == 0)
        failed = errno;
    return failed == 0 ? WRMF_OK : wrmf_i_fail_errno(err, "cannot write", replace->path, failed);
}
