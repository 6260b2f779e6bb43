/* SPDX-License-Identifier: BSD-2-Clause */
/* This finds out whether the files of a folder belong together. */
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <jansson.h>

#include "failure.h"
#include "file_hash.h"
#include "files.h"
#include "folder.h"
#include "streams.h"
#include "text.h"

/* What is wrong with a folder, behind its name. */
#define MIXED ": these files do not belong together: "
#define REMEDY ". Run wrmf-prepare again, or move the file to a folder of its own"

static const char *const prepared_names[] = {"train.mtx",       "given.mtx",         "test.mtx",
                                             "candidates.tsv",  "users.txt",         "items.txt",
                                             "given-users.txt", "heldout-users.txt", NULL};

/* Gives the summary.json of a folder; NULL if there is none that names files, as in a folder of
 * version 0.1. One that cannot be read ends the program if it is needed. */
static json_t *load_summary(const char *directory, int is_needed)
{
    json_error_t problem;
    char *path = path_join(directory, "summary.json");
    struct stat status;
    const int is_there = stat(path, &status) == 0 && S_ISREG(status.st_mode);
    json_t *summary = is_there ? json_load_file(path, 0, &problem) : NULL;
    if (is_there && !summary && is_needed)
        die("%s: it cannot be read: %s", path, problem.text);
    if (summary && !json_is_object(json_object_get(summary, "files"))) {
        json_decref(summary);
        summary = NULL;
    }
    free(path);
    return summary;
}

static int is_among(const char *name, const char *const *names)
{
    for (int i = 0; names[i]; i++)
        if (strcmp(name, names[i]) == 0)
            return 1;
    return 0;
}

void folder_check_owner(const char *directory, const char *const *names)
{
    const char *name;
    json_t *file;
    json_t *summary = load_summary(directory, 0);
    json_object_foreach(json_object_get(summary, "files"), name, file)
    {
        if (!is_among(name, names))
            die("%s: another program has written %s there; choose another --out", directory, name);
    }
    json_decref(summary);
}

static uint64_t hex_of(const json_t *text)
{
    return json_is_string(text) ? strtoull(json_string_value(text), NULL, 16) : 0;
}

/* Checks one file against what the summary says of it. */
static void check_one(const char *directory, const char *name, const json_t *wanted, int fd)
{
    struct file_hash hash;
    struct stat status;
    const json_int_t bytes = json_integer_value(json_object_get(wanted, "bytes"));
    if (fstat(fd, &status) != 0)
        die("%s/%s: %s", directory, name, strerror(errno));
    if (!S_ISREG(status.st_mode) || status.st_size != bytes)
        die("%s" MIXED "%s has %s, and summary.json says %s" REMEDY, directory, name,
            counted((int64_t)status.st_size, "byte", "bytes"), with_commas((int64_t)bytes));
    if (file_hash_of(fd, &hash) != 0)
        die("%s/%s: %s", directory, name, strerror(errno));
    if (hash.xxh3 != hex_of(json_object_get(wanted, "xxh3_64")))
        die("%s" MIXED "%s is another file than the one of summary.json" REMEDY, directory, name);
}

/* Checks all files that the summary names and that are there, but for `name`: that has fd. */
static void check_files(const char *directory, const char *name, int fd, const json_t *files)
{
    static char *checked; /* the folder that was checked last */
    const char *other;
    const json_t *wanted;
    const json_t *own = json_object_get(files, name);
    if (!own)
        die("%s" MIXED "summary.json names no %s" REMEDY, directory, name);
    check_one(directory, name, own, fd);
    if (checked && strcmp(checked, directory) == 0)
        return;
    json_object_foreach((json_t *)files, other, wanted)
    {
        char *path = path_join(directory, other);
        const int is_other = strcmp(other, name) != 0 && !strchr(other, '/');
        const int other_fd = is_other ? open(path, O_RDONLY | O_NONBLOCK | O_CLOEXEC) : -1;
        if (other_fd >= 0) {
            check_one(directory, other, wanted, other_fd);
            close(other_fd);
        }
        free(path);
    }
    free(checked);
    checked = path_join(directory, "");
    checked[strlen(directory)] = '\0';
}

/* Gives the folder of a path whose last part begins at name. */
static char *folder_of(const char *path, const char *name)
{
    const size_t length = (size_t)(name - path); /* with its slash */
    char *directory = length == 0 ? strdup(".") : strndup(path, length > 1 ? length - 1 : 1);
    if (!directory)
        die("out of memory for the name of a folder");
    return directory;
}

/* Gives the last part of a path. */
static const char *name_in(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

void folder_claim(const char *path)
{
    const char *name = name_in(path);
    struct stat status;
    if (!is_among(name, prepared_names))
        return;
    char *directory = folder_of(path, name);
    char *summary = path_join(directory, "summary.json");
    if (stat(summary, &status) == 0) {
        input_claim_beside(summary);
        for (int i = 0; prepared_names[i]; i++)
            input_claim_beside(path_join(directory, prepared_names[i]));
    } else {
        free(summary);
    }
    free(directory);
}

void folder_check_file(const char *path, int fd, uint64_t ids_hash[2])
{
    const char *name = name_in(path);
    struct stat status;
    if (ids_hash)
        ids_hash[0] = ids_hash[1] = 0;
    if (!is_among(name, prepared_names) || fstat(fd, &status) != 0 || !S_ISREG(status.st_mode))
        return;
    char *directory = folder_of(path, name);
    json_t *summary = load_summary(directory, 1);
    if (summary) {
        const json_t *ids = json_object_get(summary, "ids");
        check_files(directory, name, fd, json_object_get(summary, "files"));
        if (ids_hash) {
            const json_t *given = json_object_get(ids, "given_users");
            const int is_of_given = given && strcmp(name, "heldout-users.txt") == 0;
            ids_hash[0] = hex_of(is_of_given ? given : json_object_get(ids, "users"));
            ids_hash[1] = hex_of(json_object_get(ids, "items"));
        }
    }
    json_decref(summary);
    free(directory);
}
