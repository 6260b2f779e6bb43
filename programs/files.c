/* SPDX-License-Identifier: BSD-2-Clause */
/* This has paths, folders, and files that are written as a whole. */
#include "files.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "failure.h"

char *path_join(const char *directory, const char *name)
{
    const size_t length = strlen(directory);
    const char *slash = length && directory[length - 1] == '/' ? "" : "/";
    char *path = allocate(length + strlen(name) + 2, 1);
    snprintf(path, length + strlen(name) + 2, "%s%s%s", directory, slash, name);
    return path;
}

int is_same_file(const char *a, const char *b)
{
    struct stat first, second;
    return stat(a, &first) == 0 && stat(b, &second) == 0 && first.st_dev == second.st_dev &&
           first.st_ino == second.st_ino;
}

static char *made; /* the directory that this program made */

static void remove_if_empty(void)
{
    rmdir(made); /* which fails if there is something in it */
}

void directory_make(const char *path)
{
    const int is_new = access(path, F_OK) != 0;
    char *copy = path_join(path, "");
    for (char *c = copy + 1; *c; c++) {
        if (*c != '/')
            continue;
        *c = '\0';
        if (mkdir(copy, 0777) != 0 && errno != EEXIST)
            die("%s: cannot make the folder: %s", copy, strerror(errno));
        *c = '/';
    }
    struct stat status;
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        die("%s: is not a folder", path);
    if (is_new && !made) {
        made = copy;
        atexit(remove_if_empty);
    } else {
        free(copy);
    }
}

void document_open(struct document *document)
{
    document->text = NULL;
    document->length = 0;
    document->file = open_memstream(&document->text, &document->length);
    if (!document->file)
        die("out of memory for a document");
}

void document_save(struct document *document, wrmf_context *context, const char *path)
{
    wrmf_error err;
    wrmf_output *output = NULL;
    const int failed = ferror(document->file);
    if (fclose(document->file) != 0 || failed)
        die("out of memory for a document");
    check(wrmf_output_open_path(context, path, &output, &err), &err);
    wrmf_status status = wrmf_output_write(output, document->text, document->length, &err);
    if (status == WRMF_OK)
        status = wrmf_output_close(output, &err);
    wrmf_output_free(output); /* before check(), which may exit: it removes the temporary file */
    check(status, &err);
    free(document->text);
}
