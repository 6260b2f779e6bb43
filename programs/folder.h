/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * folder.h - a folder of files that belong together.
 *
 * All files are first written, whole, into a folder inside it, .wrmf-new, and then renamed:
 * a full disk, or a program killed while it writes, leaves the files of an earlier run as they are.
 * summary.json, which names size and hash of each of the others, is renamed first: a program that
 * is killed between two renames leaves a folder that is known to be mixed. Who reads one of the
 * files checks all.
 */
#ifndef PROGRAMS_FOLDER_H
#define PROGRAMS_FOLDER_H

#include <stdint.h>
#include <stdio.h>

#include <wrmf/wrmf.h>

enum { FOLDER_MOST_FILES = 16 };

struct folder {
    const char *path;
    const char *const *names; /* the files that may be in it but for summary.json; NULL ends them */
    char *new_files;          /* the folder inside it, for files that are not whole yet */
    int lock; /* a descriptor of the folder, which is locked until the program ends */
    char *written[FOLDER_MOST_FILES]; /* paths of the files of this run, in new_files */
    int count;
};

/* Makes the folder, and refuses one that cannot be written to, that another program is writing to,
 * or that has an input (see streams.h) among the files that will be replaced. */
void folder_open(struct folder *folder, const char *path, const char *const *names);
/* Makes the folder of new files: before the first of them is written. */
void folder_begin(struct folder *folder);
/* Says that a file of that name is now, whole, in the folder new_files. */
void folder_add(struct folder *folder, const char *name);
/* Prints a JSON object with size and hash of each file that was added. */
void folder_put_json(const struct folder *folder, FILE *file);
/* Puts summary.json and all files that were added in their places, and removes the others of
 * the names, which are of an earlier run. */
void folder_close(struct folder *folder);

/* Gives up the folder that is open, if one is: what stands in it stays. The end of a program does
 * so, but not its death by a signal. */
void folder_give_up(void);

/* Claims, for an input with the name of a file of wrmf-prepare, what folder_check_file() reads: see
 * input_claim_beside(). */
void folder_claim(const char *path);
/* Checks a file that is open, by its descriptor, and the others in its folder, if it has the name
 * of a file of wrmf-prepare and there is a summary.json beside it that names files: ends the
 * program if they are not those. ids_hash, which may be NULL, gets what it says of the ids of users
 * and items, 0 where it says nothing. */
void folder_check_file(const char *path, int fd, uint64_t ids_hash[2]);

#endif /* PROGRAMS_FOLDER_H */
