/* SPDX-License-Identifier: BSD-2-Clause */
#include "search/curve_columns.h"

#include <stdio.h>
#include <string.h>

#include "data/csr.h"
#include "eval/metric_names.h"

/* ---- checks ---- */

wrmf_status wrmf_i_check_label(const char *label, wrmf_error *err)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz"
                                  "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_";
    if (*label && label[strspn(label, letters)] == 0)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_FORMAT, "label \"%.60s\" is not of letters, digits and _",
                       label);
}

wrmf_status wrmf_i_check_evaluator(const wrmf_matrix *train, const wrmf_evaluator *evaluator,
                                   const char *label, wrmf_error *err)
{
    int64_t users, items;
    wrmf_i_evaluator_shape(evaluator, &users, &items);
    if (users == train->rows && items == train->columns)
        return WRMF_OK;
    return wrmf_i_fail(err, WRMF_E_SHAPE,
                       "the evaluator \"%.60s\" is %lld x %lld, the training matrix %lld x %lld",
                       label, (long long)users, (long long)items, (long long)train->rows,
                       (long long)train->columns);
}

/* ---- life ---- */

static void free_columns(wrmf_i_curve_columns *columns)
{
    wrmf_context *const context = columns->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    const size_t count = (size_t)columns->count;
    for (size_t i = 0; columns->at && i < count; i++)
        wrmf_i_strfree(allocator, columns->at[i].name);
    wrmf_i_free(allocator, columns->at, count, sizeof *columns->at);
    wrmf_i_free(allocator, columns, 1, sizeof *columns);
    wrmf_i_context_release(context);
}

wrmf_i_curve_columns *wrmf_i_curve_columns_hold(wrmf_i_curve_columns *columns)
{
    atomic_fetch_add_explicit(&columns->references, 1, memory_order_relaxed);
    return columns;
}

void wrmf_i_curve_columns_release(wrmf_i_curve_columns *columns)
{
    if (columns && atomic_fetch_sub_explicit(&columns->references, 1, memory_order_acq_rel) == 1)
        free_columns(columns);
}

int64_t wrmf_i_curve_columns_find(const wrmf_i_curve_columns *columns, const char *name)
{
    for (int64_t i = 0; i < columns->count; i++)
        if (strcmp(columns->at[i].name, name) == 0)
            return i;
    return -1;
}

/* Fail for a column that there is not, naming those that there are, as far as they fit. */
static wrmf_status fail_column(const wrmf_i_curve_columns *columns, const char *name,
                               wrmf_error *err)
{
    char list[360] = "";
    size_t used = 0;
    for (int64_t i = 0; i < columns->count && used + 2 < sizeof list; i++) {
        const size_t room = sizeof list - used - 1, length = strlen(columns->at[i].name);
        if (i > 0)
            list[used++] = ' ';
        const size_t copied = length < room - 1 ? length : room - 1;
        memcpy(list + used, columns->at[i].name, copied);
        used += copied;
        list[used] = 0;
    }
    return wrmf_i_fail(err, WRMF_E_NAME, "no column \"%.60s\": there are %s", name, list);
}

wrmf_status wrmf_i_curve_columns_need(const wrmf_i_curve_columns *columns, const char *name,
                                      int64_t *out, wrmf_error *err)
{
    *out = wrmf_i_curve_columns_find(columns, name);
    return *out < 0 ? fail_column(columns, name, err) : WRMF_OK;
}

/* A new text "LABEL_METRIC@k", without "@k" if k is 0; or NULL. */
static char *metric_name(const wrmf_i_allocator *allocator, const char *label, wrmf_metric metric,
                         int64_t k)
{
    const char *const name = wrmf_i_metric_name(metric);
    char cutoff[24] = "";
    if (k > 0)
        snprintf(cutoff, sizeof cutoff, "@%lld", (long long)k);
    const size_t bytes = strlen(label) + 1 + strlen(name) + strlen(cutoff) + 1;
    char *const text = wrmf_i_alloc(allocator, bytes, 1);
    if (text)
        snprintf(text, bytes, "%s_%s%s", label, name, cutoff);
    return text;
}

/* Set the columns of one evaluator, from column `at` on. */
static wrmf_status add_metrics(wrmf_i_curve_columns *columns, const wrmf_evaluator *evaluator,
                               int number, const char *label, int64_t at, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &columns->context->allocator;
    const int64_t n = wrmf_i_evaluator_columns(evaluator, NULL, NULL, 0);
    wrmf_metric *const metrics = wrmf_i_alloc(allocator, (size_t)n, sizeof *metrics);
    int64_t *const ks = wrmf_i_alloc(allocator, (size_t)n, sizeof *ks);
    bool good = metrics && ks;
    if (good)
        wrmf_i_evaluator_columns(evaluator, metrics, ks, n);
    for (int64_t i = 0; i < n && good; i++) {
        columns->at[at + i] = (wrmf_i_curve_column){
            .name = metric_name(allocator, label, metrics[i], ks[i]),
            .lower_is_better = !wrmf_i_metric_higher_is_better(metrics[i]),
            .evaluator = number,
            .metric = metrics[i],
            .k = ks[i],
        };
        good = columns->at[at + i].name != NULL;
    }
    wrmf_i_free(allocator, metrics, (size_t)n, sizeof *metrics);
    wrmf_i_free(allocator, ks, (size_t)n, sizeof *ks);
    return good ? WRMF_OK : wrmf_i_fail_memory(err, "the columns of a curve");
}

static wrmf_status add_all(wrmf_i_curve_columns *columns, wrmf_evaluator *const *evaluators,
                           const char *const *labels, int64_t n, wrmf_error *err)
{
    static const char *const own[WRMF_I_COLUMN_METRICS] = {"seconds", "objective"};
    const wrmf_i_allocator *const allocator = &columns->context->allocator;
    columns->at = wrmf_i_alloc_zero(allocator, (size_t)columns->count, sizeof *columns->at);
    if (!columns->at)
        return wrmf_i_fail_memory(err, "the columns of a curve");
    for (int i = 0; i < WRMF_I_COLUMN_METRICS; i++) {
        columns->at[i].name = wrmf_i_strdup(allocator, own[i]);
        columns->at[i].lower_is_better = true;
        columns->at[i].evaluator = -1;
        if (!columns->at[i].name)
            return wrmf_i_fail_memory(err, "the columns of a curve");
    }
    int64_t at = WRMF_I_COLUMN_METRICS;
    for (int64_t i = 0; i < n; i++) {
        WRMF_I_TRY(add_metrics(columns, evaluators[i], (int)i, labels[i], at, err));
        at += wrmf_i_evaluator_columns(evaluators[i], NULL, NULL, 0);
    }
    return WRMF_OK;
}

wrmf_status wrmf_i_curve_columns_create(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                        const char *const *labels, int64_t n,
                                        wrmf_i_curve_columns **out, wrmf_error *err)
{
    wrmf_i_curve_columns *const columns =
        wrmf_i_alloc_zero(&context->allocator, 1, sizeof *columns);
    if (!columns)
        return wrmf_i_fail_memory(err, "the columns of a curve");
    atomic_init(&columns->references, 1);
    columns->context = wrmf_i_context_hold(context);
    columns->count = WRMF_I_COLUMN_METRICS;
    columns->evaluators = n;
    for (int64_t i = 0; i < n; i++)
        columns->count += wrmf_i_evaluator_columns(evaluators[i], NULL, NULL, 0);
    const wrmf_status status = add_all(columns, evaluators, labels, n, err);
    if (status == WRMF_OK)
        *out = columns;
    else
        free_columns(columns);
    return status;
}
