/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * stored_model.h - models with ids and names of every kind, and what is the same of two of them;
 * all on the fixture's context.
 */
#ifndef TESTS_API_STORED_MODEL_H
#define TESTS_API_STORED_MODEL_H

#include <stddef.h>

#include "fixture.h"
#include "wrmf/wrmf.h"

enum { STORED_USERS = 37, STORED_ITEMS = 23 };

typedef enum stored_ids { NO_IDS, STRING_IDS, INTEGER_IDS } stored_ids;

/** The matrix of a model: 37 users, 23 items. */
wrmf_matrix *stored_matrix(void);
/** A model that is fitted to it, whose items have names if they have ids. */
wrmf_model *stored_model(const char *parameters, stored_ids ids);

/** All that can be read of two models is the same, to the last bit. */
void same_models(const wrmf_model *a, const wrmf_model *b);
/** What is computed from two models is the same: scores, lists, similar rows, the objective,
 *  metrics. */
void same_answers(const wrmf_model *a, const wrmf_model *b);

/** Make an empty file of a new name, "store-XXXXXX"; the caller unlinks it. */
void make_file(char path[16]);
/** The bytes of a file; the caller frees them. */
char *file_bytes(const char *path, size_t *length);
void put_bytes(const char *path, const void *data, size_t length);
/** Two files have the same bytes. */
void same_files(const char *a, const char *b);

#endif /* TESTS_API_STORED_MODEL_H */
