/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/curve_columns.h - what stands in the columns of a learning curve: seconds, objective,
 * and the metrics of each evaluator under its label.
 */
#ifndef WRMF_SEARCH_CURVE_COLUMNS_H
#define WRMF_SEARCH_CURVE_COLUMNS_H

#include <stdatomic.h>

#include "eval/evaluator.h"
#include "par/context.h"

/** The columns that every curve has, before those of metrics. */
enum { WRMF_I_COLUMN_SECONDS, WRMF_I_COLUMN_OBJECTIVE, WRMF_I_COLUMN_METRICS };

typedef struct wrmf_i_curve_column {
    char *name;           /* such as "test_ndcg@10" */
    bool lower_is_better; /* of its values */
    int evaluator;        /* the number of the evaluator; -1: none */
    wrmf_metric metric;   /* of that evaluator, at the cut-off k (0 where it takes none) */
    int64_t k;
} wrmf_i_curve_column;

/** Immutable; shared by the curves of a grid. */
typedef struct wrmf_i_curve_columns {
    atomic_long references;
    wrmf_context *context; /* held */
    int64_t evaluators;    /* how many the metrics are of */
    int64_t count;
    wrmf_i_curve_column *at;
} wrmf_i_curve_columns;

/** Columns with one reference. labels, n of them, are checked. */
wrmf_status wrmf_i_curve_columns_create(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                        const char *const *labels, int64_t n,
                                        wrmf_i_curve_columns **out, wrmf_error *err);
/** Both are thread-safe. Release allows NULL. */
wrmf_i_curve_columns *wrmf_i_curve_columns_hold(wrmf_i_curve_columns *columns);
void wrmf_i_curve_columns_release(wrmf_i_curve_columns *columns);
/** The column of a name, or -1. */
int64_t wrmf_i_curve_columns_find(const wrmf_i_curve_columns *columns, const char *name);
/** The column of a name; WRMF_E_NAME, with a text that lists the columns, if there is none such. */
wrmf_status wrmf_i_curve_columns_need(const wrmf_i_curve_columns *columns, const char *name,
                                      int64_t *out, wrmf_error *err);

/** Fail unless a label is of letters, digits and "_". */
wrmf_status wrmf_i_check_label(const char *label, wrmf_error *err);
/** Fail unless an evaluator has the shape of the training matrix. */
wrmf_status wrmf_i_check_evaluator(const wrmf_matrix *train, const wrmf_evaluator *evaluator,
                                   const char *label, wrmf_error *err);

#endif /* WRMF_SEARCH_CURVE_COLUMNS_H */
