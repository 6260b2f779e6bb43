/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/weighting.h"

#include <math.h>

#include "data/draft.h"

/* What is known of documents and terms before any weight. */
typedef struct tables {
    const wrmf_matrix *matrix;
    wrmf_side documents;
    double *idf;  /* of each term */
    double *norm; /* of each document */
} tables;

static int64_t size_of(const wrmf_matrix *matrix, wrmf_side side)
{
    return side == WRMF_USERS ? matrix->rows : matrix->columns;
}

static int64_t terms_of(const tables *t)
{
    return size_of(t->matrix, t->documents == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS);
}

static double count_at(const wrmf_matrix *matrix, int64_t entry)
{
    return matrix->values ? matrix->values[entry] : 1;
}

/* Where the document, or the term, of an entry stands among its kind. */
static int64_t document_at(const tables *t, int64_t row, int64_t entry)
{
    return t->documents == WRMF_USERS ? row : t->matrix->indices[entry];
}

static int64_t term_at(const tables *t, int64_t row, int64_t entry)
{
    return t->documents == WRMF_USERS ? t->matrix->indices[entry] : row;
}

static double largest_count(const wrmf_matrix *matrix)
{
    const int64_t entries = wrmf_i_matrix_entries(matrix);
    double largest = entries > 0 ? count_at(matrix, 0) : 1;
    for (int64_t i = 1; i < entries; i++)
        largest = fmax(largest, count_at(matrix, i));
    return largest;
}

/* Fill in both tables, which are 0. Counts are divided by a power of 2 near the largest where their
 * sum might overflow. */
static void fill_tables(tables *t, double b)
{
    const wrmf_matrix *const matrix = t->matrix;
    const int64_t documents = size_of(matrix, t->documents), terms = terms_of(t);
    const double scale = largest_count(matrix) > 0x1p900 ? 0x1p-200 : 1;
    double total = 0;
    for (int64_t row = 0; row < matrix->rows; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            t->idf[term_at(t, row, i)] += 1;
            t->norm[document_at(t, row, i)] += count_at(matrix, i) * scale;
            total += count_at(matrix, i) * scale;
        }
    for (int64_t i = 0; i < terms; i++)
        t->idf[i] = log((double)documents) - log1p(t->idf[i]);
    const double mean = total / (double)documents;
    for (int64_t i = 0; i < documents; i++)
        t->norm[i] = 1 - b + (mean > 0 ? b * (t->norm[i] / mean) : 0);
}

/* r / (k1 norm + r) is formed so that nothing overflows on the way to a finite weight. */
static double weight_of(const wrmf_i_weighting *weighting, double idf, double norm, double count)
{
    if (!weighting->bm25)
        return sqrt(count) * idf;
    return (weighting->k1 + 1) / (1 + weighting->k1 * norm / count) * idf;
}

static double weight_at(const tables *t, const wrmf_i_weighting *weighting, int64_t row, int64_t i)
{
    return weight_of(weighting, t->idf[term_at(t, row, i)], t->norm[document_at(t, row, i)],
                     count_at(t->matrix, i));
}

static wrmf_status weigh(const tables *t, const wrmf_i_weighting *weighting, wrmf_matrix **out,
                         wrmf_error *err)
{
    const wrmf_matrix *const matrix = t->matrix;
    int64_t kept = 0;
    for (int64_t row = 0; row < matrix->rows; row++)
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++)
            kept += weight_at(t, weighting, row, i) > 0;
    wrmf_i_draft draft;
    WRMF_I_TRY(wrmf_i_draft_create(matrix->context, matrix->rows, kept, true, &draft, err));
    int64_t to = 0;
    for (int64_t row = 0; row < matrix->rows; row++) {
        for (int64_t i = matrix->offsets[row]; i < matrix->offsets[row + 1]; i++) {
            const double weight = weight_at(t, weighting, row, i);
            if (weight > 0) {
                draft.indices[to] = matrix->indices[i];
                draft.values[to++] = weight;
            }
        }
        draft.offsets[row + 1] = to;
    }
    WRMF_I_TRY(wrmf_i_draft_finish(&draft, matrix->columns, out, err));
    (*out)->ids_hash[WRMF_USERS] = matrix->ids_hash[WRMF_USERS];
    (*out)->ids_hash[WRMF_ITEMS] = matrix->ids_hash[WRMF_ITEMS];
    return WRMF_OK;
}

wrmf_status wrmf_i_matrix_weigh(const wrmf_matrix *matrix, const wrmf_i_weighting *weighting,
                                wrmf_matrix **out, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &matrix->context->allocator;
    tables t = {.matrix = matrix, .documents = weighting->documents};
    const size_t documents = (size_t)size_of(matrix, t.documents), terms = (size_t)terms_of(&t);
    t.idf = wrmf_i_alloc_zero(allocator, terms, sizeof *t.idf);
    t.norm = wrmf_i_alloc_zero(allocator, documents, sizeof *t.norm);
    wrmf_status status = WRMF_OK;
    if (!t.idf || !t.norm) {
        status = wrmf_i_fail_memory(err, "weights");
    } else {
        fill_tables(&t, weighting->b);
        status = weigh(&t, weighting, out, err);
    }
    wrmf_i_free(allocator, t.idf, terms, sizeof *t.idf);
    wrmf_i_free(allocator, t.norm, documents, sizeof *t.norm);
    return status;
}
