/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * given_files.h - files that come beside the interactions: known ids, and tests that were held out
 * already.
 */
#ifndef PROGRAMS_GIVEN_FILES_H
#define PROGRAMS_GIVEN_FILES_H

#include "interactions.h"
#include "known_ids.h"

/* Numbers what was read by the ids of a folder. */
void given_ids(struct interactions *data, const char *directory, enum unknown unknown);
/* Reads a test of the users of data; `test` gets what was read, and data its matrix. */
void given_test(struct interactions *data, struct interactions *test, const char *path,
                enum unknown unknown);
/* Reads what is given of users of their own, and what is to be predicted. */
void given_users(struct interactions *data, struct interactions *given, struct interactions *test,
                 const char *given_path, const char *test_path, enum unknown unknown);

#endif /* PROGRAMS_GIVEN_FILES_H */
