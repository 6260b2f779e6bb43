/* SPDX-License-Identifier: BSD-2-Clause */
/* This writes a folder whose files belong together. */
#include "folder.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"
#include "file_hash.h"
#include "files.h"
#include "streams.h"

static const char new_name[] = ".wrmf-new", summary_name[] = "summary.json";

/* ---- what is left if the program ends before the folder is whole ---- */

static struct folder *unfinished;

/* Removes the folder of new files and what is in it. */
static void remove_new_files(const struct folder *folder)
{
    const int flags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
    const int fd = open(folder->new_files, flags);
    DIR *directory = fd < 0 ? NULL : fdopendir(fd);
    struct dirent *entry;
    if (!directory)
        return;
    while ((entry = readdir(directory)) != NULL)
        if (strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0)
            unlinkat(dirfd(directory), entry->d_name, 0);
    closedir(directory);
    rmdir(folder->new_files);
}

void folder_give_up(void)
{
    if (unfinished)
        remove_new_files(unfinished);
    unfinished = NULL;
}

/* ---- beginning ---- */

/* Locks the folder for this program. Some file systems have no locks, which is no reason to fail:
 * what two programs mix is found by whoever reads it. */
static void lock(struct folder *folder)
{
    folder->lock = open(folder->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (folder->lock < 0)
        die("%s: cannot open the folder: %s", folder->path, strerror(errno));
    if (flock(folder->lock, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK)
        die("%s: another program is writing to the folder", folder->path);
}

void folder_open(struct folder *folder, const char *path, const char *const *names)
{
    struct stat status;
    if (is_standard(path))
        die_usage("--out is a folder; standard output, -, can be none");
    folder->path = path;
    folder->names = names;
    folder->count = 0;
    for (int i = -1; i < 0 || names[i]; i++) {
        char *file = path_join(path, i < 0 ? summary_name : names[i]);
        output_check(file);
        if (stat(file, &status) == 0 && S_ISDIR(status.st_mode))
            die("%s: cannot write it: %s", file, strerror(EISDIR));
        free(file);
    }
    directory_make(path);
    folder->new_files = path_join(path, new_name);
    lock(folder);
    unfinished = folder;
    atexit(folder_give_up);
    remove_new_files(folder); /* of a program that was killed */
    folder_begin(folder);
    rmdir(folder->new_files); /* a program killed while it computes leaves nothing */
}

void folder_begin(struct folder *folder)
{
    if (mkdir(folder->new_files, 0777) != 0)
        die("%s: cannot write to the folder: %s", folder->path, strerror(errno));
}

/* ---- files ---- */

/* Gives the name of a file in the folder of new files. */
static const char *name_of(const char *path)
{
    return strrchr(path, '/') + 1;
}

void folder_add(struct folder *folder, const char *name)
{
    if (folder->count == FOLDER_MOST_FILES)
        die("%s: too many files", folder->path);
    folder->written[folder->count++] = path_join(folder->new_files, name);
}

void folder_put_json(const struct folder *folder, FILE *file)
{
    fputc('{', file);
    for (int i = 0; i < folder->count; i++) {
        const char *path = folder->written[i];
        struct file_hash hash;
        const int fd = open(path, O_RDONLY | O_CLOEXEC);
        if (fd < 0 || file_hash_of(fd, &hash) != 0)
            die("%s: %s", path, strerror(errno));
        close(fd);
        fprintf(file, "%s\n    \"%s\": {\"bytes\": %lld, \"xxh3_64\": \"%016" PRIx64 "\"}",
                i ? "," : "", name_of(path), (long long)hash.bytes, hash.xxh3);
    }
    fputs("\n  }", file);
}

/* ---- the end ---- */

static int was_written(const struct folder *folder, const char *name)
{
    for (int i = 0; i < folder->count; i++)
        if (strcmp(name_of(folder->written[i]), name) == 0)
            return 1;
    return 0;
}

/* Gives a new file its place; if there is a file, with that file's mode. */
static void move(const struct folder *folder, const char *name)
{
    struct stat old;
    char *from = path_join(folder->new_files, name), *to = path_join(folder->path, name);
    if (stat(to, &old) == 0 && S_ISREG(old.st_mode) && chmod(from, old.st_mode & 0777) != 0)
        errno = 0; /* some file systems have no modes */
    if (rename(from, to) != 0)
        die("%s: cannot rename it to %s: %s", from, to, strerror(errno));
    free(from);
    free(to);
}

void folder_close(struct folder *folder)
{
    move(folder, summary_name);
    (void)fsync(folder->lock); /* the new summary.json is to outlive a crash before the others do */
    for (int i = 0; folder->names[i]; i++) {
        char *path = path_join(folder->path, folder->names[i]);
        if (was_written(folder, folder->names[i]))
            move(folder, folder->names[i]);
        else if (unlink(path) != 0 && errno != ENOENT)
            die("%s: cannot remove what an earlier run left: %s", path, strerror(errno));
        free(path);
    }
    (void)fsync(folder->lock);
    remove_new_files(folder);
    unfinished = NULL;
    close(folder->lock);
    for (int i = 0; i < folder->count; i++)
        free(folder->written[i]);
    free(folder->new_files);
}
