/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fold_case.h - what tests of fold-in share: matrices, models and workspaces, on the fixture's
 * context.
 */
#ifndef TESTS_API_FOLD_CASE_H
#define TESTS_API_FOLD_CASE_H

#include "fixture.h"
#include "wrmf/fold.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/params.h"

enum { USERS = 40, ITEMS = 60, MOST = 3 * ITEMS };

/** The defaults but for what a text sets. */
wrmf_params *params_of(const char *settings);
/** User u has u items, and the last all, with counts 1 .. count. */
wrmf_matrix *steps(int64_t users, int64_t items, int64_t count);
wrmf_model *fitted(const wrmf_matrix *matrix, const char *settings);
wrmf_fold *fold_of(const wrmf_model *model, wrmf_side side);

/** A workspace, at an address of no alignment. */
typedef struct workspace {
    char *block, *at;
    size_t bytes;
} workspace;

workspace workspace_of(const wrmf_fold *fold, int64_t most);

#endif /* TESTS_API_FOLD_CASE_H */
