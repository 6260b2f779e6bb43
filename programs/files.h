/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * files.h - paths, folders, and files that are written as a whole.
 */
#ifndef PROGRAMS_FILES_H
#define PROGRAMS_FILES_H

#include <stddef.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

/* Gives DIRECTORY/NAME; the caller frees it. */
char *path_join(const char *directory, const char *name);
/* Says whether two paths name the same file, which is there. */
int is_same_file(const char *a, const char *b);
/* Makes a directory and those above it. One that is still empty when the program ends goes again.
 */
void directory_make(const char *path);

/* A document is written to memory first and, when it is whole, to its file. */
struct document {
    FILE *file; /* the stream to print to */
    char *text;
    size_t length;
};
void document_open(struct document *document);
/* Writes the document to path and frees it. */
void document_save(struct document *document, wrmf_context *context, const char *path);

#endif /* PROGRAMS_FILES_H */
