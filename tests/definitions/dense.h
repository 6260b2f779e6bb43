/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * dense.h - the definitions of the public headers over dense tables, in double
 * and long double, as slow and as plain as they are written there.
 *
 * Nothing here calls the library, except that a table can be made a wrmf_matrix.
 */
#ifndef TESTS_DEFINITIONS_DENSE_H
#define TESTS_DEFINITIONS_DENSE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h> /* needs those above */

#include "wrmf/wrmf.h"

/** Fail the test, with the library's own text, if a call failed. */
#define MUST(call)                                                                                 \
    do {                                                                                           \
        wrmf_error must_error_ = {WRMF_OK, ""};                                                    \
        wrmf_error *err = &must_error_;                                                            \
        wrmf_status must_status_ = (call);                                                         \
        if (must_status_ != WRMF_OK) {                                                             \
            fail_msg("%s: %s", #call, must_error_.text);                                           \
        }                                                                                          \
    } while (0)

/** A dense table, row by row. */
typedef struct dense {
    int64_t rows;
    int64_t columns;
    double *at;
} dense;

dense dense_new(int64_t rows, int64_t columns);
void dense_free(dense *table);
dense dense_transpose(const dense *table);
static inline double *dense_row(const dense *table, int64_t row)
{
    return table->at + row * table->columns;
}

/* Random numbers that are the same everywhere come from splitmix64. */
uint64_t random_bits(uint64_t *state);
double random_unit(uint64_t *state);
int64_t random_below(uint64_t *state, int64_t n);
double random_normal(uint64_t *state);

/** Draw counts 1 .. most for about `chance` of the cells; some rows and columns stay empty. */
dense dense_counts(uint64_t seed, int64_t rows, int64_t columns, double chance, int most);

/** Make a matrix of the table; its entries are handed over in a shuffled order. */
wrmf_matrix *dense_to_matrix(wrmf_context *context, const dense *table);
dense dense_from_matrix(const wrmf_matrix *matrix);
dense dense_from_model(const wrmf_model *model, wrmf_side side);
/** Make a model of these rows, with default parameters but for factors and precision. */
wrmf_model *dense_to_model(wrmf_context *context, const dense *x, const dense *y,
                           wrmf_precision precision);
int dense_equal(const dense *a, const dense *b);

/** The numbers that define what a fit minimises. */
typedef struct objective_terms {
    double alpha;
    int log_confidence;
    double epsilon;
    double lambda_user;
    double lambda_item;
} objective_terms;

double reference_confidence(const objective_terms *terms, double count);

/** Give the parts of the objective: total, observed, all, regularization. */
void reference_objective(const dense *table, const objective_terms *terms, const dense *x,
                         const dense *y, double parts[4]);

/** What rounding may move each of the parts by: no sum has more terms than there are rows, entries
 *  and products of two Gram matrices together. */
void reference_objective_bounds(const dense *table, const objective_terms *terms, const dense *x,
                                const dense *y, double bounds[4]);

double reference_dot(const double *a, const double *b, int64_t n);
double reference_cosine(const double *a, const double *b, int64_t n);
/** Give the sum of |a_k| |b_k|. */
double reference_reach(const double *a, const double *b, int64_t n);
/** What rounding may move a product of two rows by, summed up in the precision. */
double reference_dot_bound(const double *a, const double *b, int64_t n, wrmf_precision precision);
/** The same for a cosine: each row, made of unit length, is off by a few roundings, and the sizes
 *  of the products add up to 1 at most. */
double reference_cosine_bound(int64_t n, wrmf_precision precision);
/** The same for metrics of 0 .. 1: ratios of two sums of at most k terms; a mean over users. */
double reference_metric_bound(int64_t k, int64_t users);

/** Sort the indices of n scores by descending score, the lower first among equals. */
void reference_order(const double *scores, int64_t n, int64_t *order);

/** Compute one user's values, at cut-off k, of all metrics up to WRMF_METRIC_AUC but coverage.
 *  A number > 0 in test or excluded marks an item; excluded may be NULL. In `in_list`, if not
 *  NULL, the items of the list are marked with 1. */
void reference_user_metrics(const double *scores, int64_t items, const double *test,
                            const double *excluded, int64_t k, double *values, char *in_list);

#endif /* TESTS_DEFINITIONS_DENSE_H */
