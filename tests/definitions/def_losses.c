/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The family of losses (docs/mathematics.md, "One loss for a family"), cell by cell in long
 * double: the objective and its parts, the rows that a fit ends with, and rows that are folded in.
 *
 * A row solves A x = b. It is solved until the residual in the whitened basis is at most the
 * tolerance times ||z||, and F'F is the inverse of Y'Y + lambda I, which A is at least where no
 * weight is below the unobserved one. So b - A x is at most ||A|| ||x|| times the tolerance, and
 * what chains of as many roundings as there are entries and factors add, relative to the sizes of
 * the terms; the change of basis and back magnifies those by the root of the condition of A.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "dense.h"
#include "thin.h"

enum { USERS = 37, ITEMS = 29, MOST_FACTORS = 20 };

/* A loss, as parameters and as numbers. */
typedef struct loss {
    const char *text;
    double alpha, epsilon; /* epsilon 0: linear; below 0: plain */
    double w0;
    int all; /* the unobserved weight is that of all cells */
    double lambda[2], exponent;
    wrmf_row_size size;
} loss;

static const loss losses[] = {
    {"alpha=3 regularization=0.5", 3, 0, 1, 0, {0.5, 0.5}, 0, WRMF_SIZE_CELLS},
    {"alpha=3 regularization=0.5 unobserved_weight=0.1",
     3,
     0,
     0.1,
     0,
     {0.5, 0.5},
     0,
     WRMF_SIZE_CELLS},
    {"alpha=0.2 regularization=2 unobserved_weight=4", 0.2, 0, 4, 0, {2, 2}, 0, WRMF_SIZE_CELLS},
    {"alpha=2 confidence=plain regularization=1", 2, -1, 1, 0, {1, 1}, 0, WRMF_SIZE_CELLS},
    {"alpha=0.5 confidence=plain regularization=1 unobserved_weight=0.02 "
     "regularization_item=0.25",
     0.5,
     -1,
     0.02,
     0,
     {1, 0.25},
     0,
     WRMF_SIZE_CELLS},
    {"alpha=1 confidence=plain regularization=0.3 unobserved_weight=0.1 unobserved_scope=all",
     1,
     -1,
     0.1,
     1,
     {0.3, 0.3},
     0,
     WRMF_SIZE_CELLS},
    {"alpha=5 confidence=log epsilon=0.5 regularization=0.3 unobserved_weight=2 "
     "unobserved_scope=all",
     5,
     0.5,
     2,
     1,
     {0.3, 0.3},
     0,
     WRMF_SIZE_CELLS},
    {"alpha=1 confidence=plain regularization=0.01 unobserved_weight=0.1 unobserved_scope=all "
     "regularization_exponent=1",
     1,
     -1,
     0.1,
     1,
     {0.01, 0.01},
     1,
     WRMF_SIZE_CELLS},
    {"alpha=4 regularization=0.05 regularization_exponent=1 regularization_size=entries",
     4,
     0,
     1,
     0,
     {0.05, 0.05},
     1,
     WRMF_SIZE_ENTRIES},
    {"alpha=4 regularization_user=0.5 regularization_item=0 regularization_exponent=0.5 "
     "regularization_size=weights unobserved_weight=0.3",
     4,
     0,
     0.3,
     0,
     {0.5, 0},
     0.5,
     WRMF_SIZE_WEIGHTS},
    {"alpha=2 confidence=plain regularization=0.02 regularization_exponent=1.5 "
     "regularization_size=weights",
     2,
     -1,
     1,
     0,
     {0.02, 0.02},
     1.5,
     WRMF_SIZE_WEIGHTS},
    /* stored pairs alone */
    {"alpha=1 confidence=plain regularization=0.3 unobserved_weight=0",
     1,
     -1,
     0,
     0,
     {0.3, 0.3},
     0,
     WRMF_SIZE_CELLS},
    {"alpha=3 regularization=0.05 regularization_item=0.1 regularization_exponent=1 "
     "unobserved_weight=0 unobserved_scope=all",
     3,
     0,
     0,
     1,
     {0.05, 0.1},
     1,
     WRMF_SIZE_CELLS},
    {"alpha=3 regularization=0.05 regularization_exponent=0.5 unobserved_weight=0 "
     "regularization_size=weights",
     3,
     0,
     0,
     0,
     {0.05, 0.05},
     0.5,
     WRMF_SIZE_WEIGHTS},
    /* targets that are not 1; the first is the loss of explicit models */
    {"preset=explicit regularization=0.5", 0, 0, 0, 0, {0.5, 0.5}, 0, WRMF_SIZE_CELLS},
    {"target=count alpha=0.5 regularization=0.5 unobserved_weight=2",
     0.5,
     0,
     2,
     0,
     {0.5, 0.5},
     0,
     WRMF_SIZE_CELLS},
    {"target=log alpha=1 confidence=log epsilon=0.25 regularization=0.02 unobserved_weight=0.3 "
     "unobserved_scope=all regularization_exponent=1",
     1,
     0.25,
     0.3,
     1,
     {0.02, 0.02},
     1,
     WRMF_SIZE_CELLS},
    {"target=signed alpha=2 regularization=0.05 unobserved_weight=0.5 regularization_exponent=1",
     2,
     0,
     0.5,
     0,
     {0.05, 0.05},
     1,
     WRMF_SIZE_CELLS},
    {"target=count alpha=2 confidence=plain regularization=0.05 unobserved_weight=0.1 "
     "regularization_exponent=0.5 regularization_size=weights",
     2,
     -1,
     0.1,
     0,
     {0.05, 0.05},
     0.5,
     WRMF_SIZE_WEIGHTS},
};
enum { LOSSES = sizeof losses / sizeof *losses };

/* A count below 0 is a dislike. */
static long double confidence_of(const loss *of, double count)
{
    count = fabs(count);
    if (of->epsilon < 0)
        return (long double)of->alpha * count;
    if (of->epsilon > 0)
        return 1 + of->alpha * log1pl((long double)count / of->epsilon);
    return 1 + (long double)of->alpha * count;
}

/* The target of a count, as the text has it. */
static long double target_of(const loss *of, double count)
{
    if (strstr(of->text, "target=signed"))
        return count;
    if (!(count > 0))
        return 0;
    if (strstr(of->text, "target=log"))
        return log1pl((long double)count / (of->epsilon > 0 ? of->epsilon : 1));
    return strstr(of->text, "target=count") || strstr(of->text, "explicit") ? count : 1;
}

/* Weight w and target p of a cell's loss w (p - s)^2, but for what no score changes. */
static long double cell_of(const loss *of, double count, long double *target)
{
    *target = 0;
    if (count == 0)
        return of->w0;
    const long double c = confidence_of(of, count);
    const long double weight = of->all ? c + of->w0 : c;
    *target = c > 0 ? target_of(of, count) * c / weight : 0;
    return weight;
}

/* The regularization of row `row` of a side of the table, whose rows are that side's. */
static long double lambda_of(const loss *of, const dense *table, wrmf_side side, int64_t row)
{
    const double *const counts = dense_row(table, row);
    long double entries = 0, weights = 0, target;
    int is_empty = 1;
    for (int64_t i = 0; i < table->columns; i++) {
        entries += target_of(of, counts[i]) != 0; /* dislikes do not count */
        is_empty = is_empty && counts[i] == 0;
        weights += cell_of(of, counts[i], &target);
    }
    entries = fmaxl(entries, is_empty ? 0 : 1);
    const long double size = of->size == WRMF_SIZE_CELLS ? of->w0 * (double)table->columns + entries
                             : of->size == WRMF_SIZE_ENTRIES ? entries
                                                             : weights;
    return of->lambda[side] * powl(size, of->exponent);
}

static long double score_of(const double *x, const double *y, int64_t f)
{
    long double sum = 0;
    for (int64_t k = 0; k < f; k++)
        sum += (long double)x[k] * y[k];
    return sum;
}

/* ||b - A x|| of a row over the bound of the comment above. */
static double residual(const loss *of, const dense *table, wrmf_side side, int64_t row,
                       const double *x, const dense *fixed, double unit, double tolerance)
{
    const int64_t f = fixed->columns;
    const long double lambda = lambda_of(of, table, side, row);
    long double v[MOST_FACTORS] = {0}, size = 0, norm = 0, left = 0, trace = f * lambda;
    for (int64_t i = 0; i < table->columns; i++) {
        long double target;
        const double *const y = dense_row(fixed, i);
        const long double weight = cell_of(of, dense_row(table, row)[i], &target);
        const long double off = weight * (target - score_of(x, y, f));
        trace += weight * score_of(y, y, f);
        for (int64_t k = 0; k < f; k++)
            v[k] += off * y[k];
    }
    for (int64_t k = 0; k < f; k++) {
        v[k] -= lambda * x[k];
        left += v[k] * v[k];
        size += (long double)x[k] * x[k];
    }
    norm = trace * sqrtl(size); /* the trace is at least ||A|| */
    const long double chain = (long double)(table->columns + 2 * f) * unit * sqrtl(trace / lambda);
    return (double)(sqrtl(left) / (norm * (tolerance + chain)));
}

/* The parts of the objective: total, observed, all, regularization; in bounds what rounding may
 * move each by. */
static void parts_of(const loss *of, const dense *table, const dense *x, const dense *y,
                     long double parts[4], long double bounds[4])
{
    memset(parts, 0, 4 * sizeof *parts);
    memset(bounds, 0, 4 * sizeof *bounds);
    for (int64_t u = 0; u < table->rows; u++)
        for (int64_t i = 0; i < table->columns; i++) {
            const double count = dense_row(table, u)[i];
            const long double s = score_of(dense_row(x, u), dense_row(y, i), x->columns);
            const long double p = target_of(of, count), cell = of->all ? 0 : p;
            const long double c = count != 0 ? confidence_of(of, count) : 0;
            const long double extra = count != 0 ? (of->all ? c : c - of->w0) : 0;
            parts[1] += extra * (p - s) * (p - s);
            parts[2] += of->w0 * (cell - s) * (cell - s);
            bounds[1] += fabsl(extra) * (p - s) * (p - s);
        }
    const dense *const rows[2] = {x, y};
    dense turned = dense_transpose(table);
    for (int side = 0; side < 2; side++)
        for (int64_t row = 0; row < rows[side]->rows; row++) {
            const double *const at = dense_row(rows[side], row);
            parts[3] += lambda_of(of, side ? &turned : table, (wrmf_side)side, row) *
                        score_of(at, at, x->columns);
        }
    dense_free(&turned);
    parts[0] = parts[1] + parts[2] + parts[3];
    /* the header's promise; of `observed` it is relative to its terms where they cancel */
    bounds[1] *= 1e-6L;
    bounds[2] = 1e-6L * parts[2];
    bounds[3] = 1e-6L * parts[3];
    bounds[0] = bounds[1] + bounds[2] + bounds[3];
}

static void check_objective(wrmf_context *context, const loss *of, const dense *table,
                            const wrmf_matrix *matrix, const wrmf_model *model)
{
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    long double want[4], bounds[4];
    double got[4];
    parts_of(of, table, &x, &y, want, bounds);
    MUST(wrmf_model_objective(context, model, matrix, &got[0], &got[1], &got[2], &got[3], err));
    for (int part = 0; part < 4; part++)
        if (!(fabsl(got[part] - want[part]) <= bounds[part]))
            fail_msg("%s: part %d of the objective is %.17g, not %.17Lg", of->text, part, got[part],
                     want[part]);
    dense_free(&x);
    dense_free(&y);
}

/* What the users of item 0 contribute to a score adds up to it. */
static void check_explanation(const loss *of, const wrmf_fold *fold, const dense *turned,
                              const dense *x)
{
    const int64_t users = turned->columns;
    int64_t *const index = calloc((size_t)users, sizeof *index), n = 0;
    double *const count = calloc((size_t)users, sizeof *count), row[MOST_FACTORS], score;
    double *const parts = calloc((size_t)users, sizeof *parts);
    size_t bytes;
    for (int64_t u = 0; u < users; u++)
        if (dense_row(turned, 0)[u] != 0) {
            index[n] = u;
            count[n++] = dense_row(turned, 0)[u];
        }
    MUST(wrmf_fold_workspace(fold, n, &bytes, err));
    void *const workspace = malloc(bytes);
    MUST(wrmf_fold_row(fold, index, count, n, workspace, bytes, row, err));
    MUST(wrmf_fold_explain(fold, index, count, n, 1, workspace, bytes, parts, &score, err));
    const double *const target = dense_row(x, 1);
    const double size =
        sqrt((double)(score_of(row, row, x->columns) * score_of(target, target, x->columns)));
    /* the row is as far off as float32 and its condition, below 1e3 here, let it be */
    if (!(fabs(score - (double)score_of(row, target, x->columns)) <= 1e-3 * size))
        fail_msg("%s: an explanation adds up to %g", of->text, score);
    free(workspace);
    free(index);
    free(count);
    free(parts);
}

/* The items' rows solve their systems, and are what their users fold in to, bit for bit. */
static void check_rows(wrmf_context *context, const loss *of, const dense *table,
                       const wrmf_matrix *matrix, const wrmf_model *model, int bits, int exact)
{
    dense x = dense_from_model(model, WRMF_USERS), y = dense_from_model(model, WRMF_ITEMS);
    dense turned = dense_transpose(table), folded = dense_new(y.rows, y.columns);
    wrmf_fold *fold = NULL;
    const double unit = bits == 32 ? 0x1p-24 : 0x1p-53, tolerance = bits == 32 ? 1e-6 : 1e-12;
    for (int64_t i = 0; exact && i < y.rows; i++) {
        const double over =
            residual(of, &turned, WRMF_ITEMS, i, dense_row(&y, i), &x, unit, tolerance);
        if (!(over <= 1) && score_of(dense_row(&y, i), dense_row(&y, i), y.columns) > 0)
            fail_msg("%s, %d bits: item %d is off by %g of the bound", of->text, bits, (int)i,
                     over);
    }
    MUST(wrmf_fold_create(context, model, WRMF_ITEMS, &fold, err));
    check_explanation(of, fold, &turned, &x);
    MUST(wrmf_fold_rows(context, fold, matrix, folded.at, err));
    if (exact)
        assert_true(dense_equal(&folded, &y));
    wrmf_fold_free(fold);
    dense_free(&x);
    dense_free(&y);
    dense_free(&turned);
    dense_free(&folded);
}

static wrmf_matrix *signed_matrix(wrmf_context *context, const dense *table)
{
    dense likes = dense_new(table->rows, table->columns);
    dense dislikes = dense_new(table->rows, table->columns);
    for (int64_t i = 0; i < table->rows * table->columns; i++) {
        likes.at[i] = fmax(table->at[i], 0);
        dislikes.at[i] = fmax(-table->at[i], 0);
    }
    wrmf_matrix *const a = dense_to_matrix(context, &likes);
    wrmf_matrix *const b = dense_to_matrix(context, &dislikes);
    wrmf_matrix *both = NULL;
    MUST(wrmf_matrix_with_dislikes(a, b, &both, err));
    wrmf_matrix_free(a);
    wrmf_matrix_free(b);
    dense_free(&likes);
    dense_free(&dislikes);
    return both;
}

static void check_loss(wrmf_context *context, const loss *of, const dense *table, int factors,
                       int bits, const char *solver)
{
    wrmf_matrix *const matrix = signed_matrix(context, table);
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    char more[200];
    const int exact = strncmp(solver, "blocks", 6) != 0 && strncmp(solver, "cg", 2) != 0;
    snprintf(more, sizeof more,
             "relaxation=1 iterations=0 init_scale=0.5 factors=%d precision=float%d solver=%s "
             "negative_counts=dislike",
             factors, bits, solver);
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, of->text, err));
    MUST(wrmf_params_parse(params, more, err));
    MUST(wrmf_model_create(context, table->rows, table->columns, params, &model, err));
    double before = HUGE_VAL;
    for (int epoch = 0; epoch < 4; epoch++) {
        double total;
        MUST(wrmf_model_continue(context, model, matrix, 1, err));
        check_objective(context, of, table, matrix, model);
        check_rows(context, of, table, matrix, model, bits, exact);
        MUST(wrmf_model_objective(context, model, matrix, &total, NULL, NULL, NULL, err));
        if (!(total <= before * (1 + 1e-5)))
            fail_msg("%s, %s, %d bits: the objective rises from %g to %g", of->text, solver, bits,
                     before, total);
        before = total;
    }
    wrmf_model_free(model);
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
}

static void losses_are_as_defined(void **state)
{
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "blocks block_size=16",
                                          "cg cg_steps=8"};
    wrmf_context *context = NULL;
    (void)state;
    MUST(wrmf_context_create(&context, err));
    dense table = dense_counts(91, USERS, ITEMS, 0.25, 9);
    for (int64_t i = 0; i < USERS * ITEMS; i++)
        table.at[i] *= i % 3 ? 0.25 : 1; /* some confidences are below the unobserved weight */
    for (int i = 0; i < LOSSES; i++)
        for (int solver = thin_values() ? i % 3 : 0; solver < 5; solver += thin_or(1, 3))
            for (int bits = 32; bits <= 64; bits += 32)
                check_loss(context, &losses[i], &table, solver % 2 ? 7 : MOST_FACTORS, bits,
                           solvers[solver]);
    dense_free(&table);
    wrmf_context_free(context);
}

/* A third of the pairs are dislikes; user 0 has no other, and item 1. */
static void dislikes_are_as_defined(void **state)
{
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "blocks block_size=16",
                                          "cg cg_steps=8"};
    wrmf_context *context = NULL;
    (void)state;
    MUST(wrmf_context_create(&context, err));
    dense table = dense_counts(93, USERS, ITEMS, 0.4, 9);
    for (int64_t i = 0; i < USERS * ITEMS; i++)
        table.at[i] *= i % 3 == 0 || i < ITEMS || i % ITEMS == 1 ? -0.25 : 1;
    for (int i = 0; i < LOSSES; i++)
        for (int solver = i % 2; solver < 5; solver += thin_or(2, 4))
            for (int bits = 32; bits <= 64; bits += 32)
                check_loss(context, &losses[i], &table, solver % 2 ? 7 : MOST_FACTORS, bits,
                           solvers[solver]);
    dense_free(&table);
    wrmf_context_free(context);
}

/* Rows that all workers solve together, in float64, are those of many entries. */
static void long_rows_are_as_defined(void **state)
{
    wrmf_context *context = NULL;
    (void)state;
    MUST(wrmf_context_create(&context, err));
    dense table = dense_counts(92, 34000, 2, 0.98, 3);
    for (int i = LOSSES - 4; i < LOSSES; i += thin_or(1, 3))
        check_loss(context, &losses[i], &table, 3, i % 2 ? 32 : 64, "auto");
    dense_free(&table);
    wrmf_context_free(context);
}

/* Ratings of any size, of which float32 cannot sum the squares: the objective falls all the same.
 */
static void large_targets_are_as_defined(void **state)
{
    static const char *const solvers[] = {"auto", "cholesky", "whitened", "cg cg_steps=50"};
    static const loss explicit = {.text = "preset=explicit target=signed regularization=0.5",
                                  .lambda = {0.5, 0.5}};
    wrmf_context *context = NULL;
    (void)state;
    MUST(wrmf_context_create(&context, err));
    for (int size = 12; size <= 28; size += thin_or(4, 16)) {
        dense table = dense_counts(94, USERS, ITEMS, 0.3, 9);
        for (int64_t i = 0; i < USERS * ITEMS; i++)
            table.at[i] *= pow(10, (double)(size - i % 3)) * (i % 5 ? 1 : -1);
        for (int solver = 0; solver < 4; solver++)
            for (int bits = 32; bits <= 64; bits += 32)
                check_loss(context, &explicit, &table, 7, bits, solvers[solver]);
        dense_free(&table);
    }
    wrmf_context_free(context);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(losses_are_as_defined), cmocka_unit_test(dislikes_are_as_defined),
        cmocka_unit_test(large_targets_are_as_defined), cmocka_unit_test(long_rows_are_as_defined)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
