/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * One evaluation: blocks of users are the chunks; sums are kept a chunk and added
 * in their order, so any number of workers gives the same bits. Evaluators that ask for the
 * same lists, such as those of train and test of a curve, share them.
 */
#include <math.h>
#include <string.h>

#include "eval/evaluator_type.h"
#include "linalg/gram.h"
#include "linalg/row_kernels.h"
#include "par/progress.h"
#include "rank/screen.h"

/* Chunks run together; progress is told in between. */
enum { BATCH = 128 };

/* The pairs of auc for one user: won by items of T, counted candidate by candidate. */
typedef struct auc {
    const double *wanted; /* scores of T's candidates, ascending */
    int64_t n_wanted;
    const int32_t *left_out;
    int64_t n_left_out, next;
    int64_t candidates;
    double won;
} auc;

typedef struct eval_job {
    const wrmf_evaluator *leader;
    wrmf_evaluator *const *members; /* all that take part; the leader is the first */
    int64_t n_members;
    const wrmf_model *model;
    wrmf_i_cpu cpu;
    wrmf_i_table users, items;
    wrmf_i_eval_needs needs; /* the leader's */
    size_t first_chunk;
} eval_job;

/* ---- auc ---- */

static void auc_see(void *self, int64_t query, int64_t first, const double *scores, int64_t n)
{
    auc *const a = (auc *)self + query;
    for (int64_t i = 0; i < n; i++) {
        if (a->next < a->n_left_out && a->left_out[a->next] == first + i) {
            a->next++;
            continue;
        }
        a->candidates++;
        int64_t low = 0, high = a->n_wanted; /* first that is not below */
        while (low < high) {
            const int64_t middle = low + (high - low) / 2;
            if (a->wanted[middle] < scores[i])
                low = middle + 1;
            else
                high = middle;
        }
        int64_t equal = 0;
        while (low + equal < a->n_wanted && a->wanted[low + equal] <= scores[i])
            equal++;
        a->won += (double)(a->n_wanted - low - equal) + 0.5 * (double)equal;
    }
}

/* Pairs within T came to one half each, |T|^2 / 2 in all: those are taken out. */
static double auc_value(const auc *a)
{
    const double wanted = (double)a->n_wanted;
    const double pairs = wanted * ((double)a->candidates - wanted);
    return pairs > 0 ? (a->won - wanted * wanted / 2) / pairs : 0.5;
}

static void sort_ascending(double *values, int64_t n)
{
    for (int64_t gap = n / 2; gap > 0; gap /= 2) { /* Shell */
        for (int64_t i = gap; i < n; i++) {
            const double value = values[i];
            int64_t j = i;
            for (; j >= gap && values[j - gap] > value; j -= gap)
                values[j] = values[j - gap];
            values[j] = value;
        }
    }
}

/* Scores of the items of T that may be ranked, sorted. Returns how many. */
static int64_t wanted_scores(const eval_job *job, const wrmf_i_query *query, double *scores,
                             void *scratch)
{
    const wrmf_matrix *const test = job->leader->test;
    const int32_t *const wanted = test->indices + test->offsets[query->row];
    const int64_t n = test->offsets[query->row + 1] - test->offsets[query->row];
    wrmf_i_scores(job->cpu, &job->users, query->row, &job->items, wanted, n, scores, scratch);
    int64_t kept = 0, out = 0;
    for (int64_t i = 0; i < n; i++) {
        while (out < query->n_left_out && query->left_out[out] < wanted[i])
            out++;
        if (out == query->n_left_out || query->left_out[out] != wanted[i])
            scores[kept++] = scores[i];
    }
    sort_ascending(scores, kept);
    return kept;
}

/* ---- a block of users ---- */

typedef struct block {
    int64_t first, n;
    wrmf_i_query queries[WRMF_I_RANK_BLOCK];
    const double *rows;                /* in float64, for mse */
    double squares[WRMF_I_RANK_BLOCK]; /* x' (Y'Y) x */
    auc aucs[WRMF_I_RANK_BLOCK];
} block;

static void make_queries(const eval_job *job, block *b, wrmf_i_entry *entries)
{
    const wrmf_evaluator *const evaluator = job->leader;
    for (int64_t i = 0; i < b->n; i++) {
        const int64_t user = wrmf_i_chosen_user(evaluator, b->first + i);
        wrmf_i_query *const query = &b->queries[i];
        *query = (wrmf_i_query){.row = user, .top = {entries + i * job->needs.k, job->needs.k, 0}};
        if (evaluator->exclude == WRMF_EXCLUDE_TRAIN) {
            const wrmf_matrix *const train = evaluator->train;
            query->left_out = train->indices + train->offsets[user];
            query->n_left_out = train->offsets[user + 1] - train->offsets[user];
        }
    }
}

static void rank_block(const eval_job *job, block *b, const wrmf_i_eval_scratch *s)
{
    if (job->needs.auc) {
        double *at = s->scores;
        for (int64_t i = 0; i < b->n; i++) {
            const wrmf_i_query *const query = &b->queries[i];
            b->aucs[i] = (auc){.wanted = at,
                               .n_wanted = wanted_scores(job, query, at, s->ranking),
                               .left_out = query->left_out,
                               .n_left_out = query->n_left_out};
            at += b->aucs[i].n_wanted;
        }
    }
    wrmf_i_rank(job->cpu, &job->users, &job->items, b->queries, b->n, s->ranking,
                job->needs.auc ? auc_see : NULL, b->aucs);
}

static void square_block(const eval_job *job, block *b, const wrmf_i_eval_scratch *s)
{
    const wrmf_i_row_kernels_f64 *const kernels = wrmf_i_row_kernels_get_f64(job->cpu);
    const int64_t width = job->model->stride;
    double *const rows = s->rows;
    const int32_t zero = 0;
    b->rows = rows;
    for (int64_t i = 0; i < b->n; i++) {
        const int64_t at = b->queries[i].row * width;
        for (int64_t k = 0; k < width; k++)
            rows[i * width + k] = job->model->bits == 32
                                      ? (double)((const float *)job->model->data[0])[at + k]
                                      : ((const double *)job->model->data[0])[at + k];
    }
    kernels->rotate(rows, b->n, width, job->leader->work.gram, WRMF_I_UPPER, s->products,
                    s->rotation);
    for (int64_t i = 0; i < b->n; i++)
        kernels->dots64(rows + i * width, s->products + i * width, &zero, 1, width, &b->squares[i]);
}

/* Values of one user in all columns of a member; NaN where the user is skipped. */
static void user_values(const eval_job *job, const wrmf_evaluator *m, const block *b, int64_t i,
                        bool skipped, double *values)
{
    const wrmf_matrix *const test = m->test;
    const wrmf_i_query *const query = &b->queries[i];
    const int64_t start = test->offsets[query->row];
    const wrmf_i_user_list list = {query->top.entries, query->top.size, test->indices + start,
                                   test->offsets[query->row + 1] - start};
    for (int64_t c = 0; c < m->n_columns; c++) {
        const wrmf_metric metric = m->columns[c].metric;
        if (metric == WRMF_METRIC_MSE)
            values[c] = wrmf_i_user_error(m, job->model, job->cpu, query->row,
                                          b->rows + i * job->model->stride, b->squares[i]) /
                        (double)test->columns;
        else if (skipped || metric == WRMF_METRIC_COVERAGE)
            values[c] = (double)NAN;
        else if (metric == WRMF_METRIC_AUC)
            values[c] = list.n_wanted > 0 ? auc_value(&b->aucs[i]) : 0.5;
        else
            values[c] = wrmf_i_metric(metric, m->columns[c].k, &list);
    }
}

/* Mark the items of a counted user's list at k, in the worker's bitmap of that
 * cut-off. Marks are or-ed in the end, so it does not matter whose they are. */
static void mark_list(const wrmf_evaluator *evaluator, size_t worker, const wrmf_i_top *top,
                      int64_t k)
{
    const wrmf_i_eval_work *const work = &evaluator->work;
    size_t cutoff = 0;
    while (evaluator->cutoffs[cutoff] != k)
        cutoff++;
    unsigned char *const bitmap =
        work->bitmaps + (worker * (size_t)evaluator->n_cutoffs + cutoff) * work->bitmap_bytes;
    for (int64_t j = 0; j < k && j < top->size; j++) {
        const int32_t item = top->entries[j].index;
        bitmap[item / 8] = (unsigned char)(bitmap[item / 8] | 1u << item % 8);
    }
}

/* What a member makes of a block. */
static void member_block(const eval_job *job, const wrmf_evaluator *m, const block *b, size_t chunk,
                         size_t worker)
{
    const wrmf_i_eval_work *const work = &m->work;
    const wrmf_matrix *const test = m->test;
    double *const sums = work->sums + (int64_t)chunk * m->n_columns;
    double values[WRMF_I_METRICS * WRMF_I_CUTOFFS];
    memset(sums, 0, (size_t)m->n_columns * sizeof *sums);
    work->counted[chunk] = 0;
    for (int64_t i = 0; i < b->n; i++) {
        const int64_t user = b->queries[i].row;
        const bool skipped =
            m->empty == WRMF_EMPTY_SKIP && test->offsets[user] == test->offsets[user + 1];
        user_values(job, m, b, i, skipped, values);
        work->counted[chunk] += !skipped;
        for (int64_t c = 0; c < m->n_columns; c++) {
            if (m->columns[c].metric == WRMF_METRIC_COVERAGE && !skipped)
                mark_list(m, worker, &b->queries[i].top, m->columns[c].k);
            else if (!isnan(values[c]))
                sums[c] += values[c];
        }
        if (work->per_user)
            memcpy(work->per_user + (b->first + i) * m->n_columns, values,
                   (size_t)m->n_columns * sizeof *values);
    }
}

static void eval_chunk(void *self, size_t task, size_t worker)
{
    const eval_job *const job = self;
    const size_t chunk = job->first_chunk + task;
    block b = {.first = (int64_t)chunk * WRMF_I_RANK_BLOCK};
    const int64_t left = job->leader->n_users - b.first;
    b.n = left < WRMF_I_RANK_BLOCK ? left : WRMF_I_RANK_BLOCK;
    const wrmf_i_eval_scratch s = wrmf_i_eval_scratch_of(job->leader, worker);
    make_queries(job, &b, s.entries);
    if (job->needs.k > 0 || job->needs.auc)
        rank_block(job, &b, &s);
    if (job->needs.squares)
        square_block(job, &b, &s);
    for (int64_t i = 0; i < job->n_members; i++)
        member_block(job, job->members[i], &b, chunk, worker);
}

/* ---- the whole ---- */

/* Share of items that are marked in any worker's bitmap of the cut-off. */
static double coverage(const wrmf_evaluator *evaluator, int64_t k)
{
    const wrmf_i_eval_work *const work = &evaluator->work;
    size_t cutoff = 0;
    while (evaluator->cutoffs[cutoff] != k)
        cutoff++;
    int64_t marked = 0;
    for (size_t byte = 0; byte < work->bitmap_bytes; byte++) {
        unsigned any = 0;
        for (size_t worker = 0; worker < (size_t)work->workers; worker++)
            any |= work->bitmaps[(worker * (size_t)evaluator->n_cutoffs + cutoff) *
                                     work->bitmap_bytes +
                                 byte];
        marked += __builtin_popcount(any);
    }
    return (double)marked / (double)evaluator->test->columns;
}

static void collect(wrmf_evaluator *evaluator)
{
    const wrmf_i_eval_work *const work = &evaluator->work;
    evaluator->counted = 0;
    for (size_t chunk = 0; chunk < work->chunks; chunk++)
        evaluator->counted += work->counted[chunk];
    evaluator->skipped = evaluator->n_users - evaluator->counted;
    for (int64_t c = 0; c < evaluator->n_columns; c++) {
        const wrmf_i_column column = evaluator->columns[c];
        double sum = 0;
        for (size_t chunk = 0; chunk < work->chunks; chunk++)
            sum += work->sums[(int64_t)chunk * evaluator->n_columns + c];
        const int64_t n =
            column.metric == WRMF_METRIC_MSE ? evaluator->n_users : evaluator->counted;
        if (column.metric == WRMF_METRIC_COVERAGE)
            evaluator->values[c] = coverage(evaluator, column.k);
        else
            evaluator->values[c] = n > 0 ? sum / (double)n : (double)NAN;
    }
    if (work->per_user && evaluator->user_value_count > 0)
        memcpy(evaluator->user_values, work->per_user,
               evaluator->user_value_count * sizeof(double));
    evaluator->ran = true;
}

static wrmf_status run_chunks(wrmf_context *context, eval_job *job, wrmf_error *err)
{
    const wrmf_evaluator *const leader = job->leader;
    const size_t chunks = leader->work.chunks;
    wrmf_i_progress progress;
    wrmf_i_progress_begin(&progress, context, "evaluate", leader->n_users);
    for (job->first_chunk = 0; job->first_chunk < chunks; job->first_chunk += BATCH) {
        const size_t left = chunks - job->first_chunk, now = left < BATCH ? left : BATCH;
        WRMF_I_TRY(wrmf_i_parallel(context, now, eval_chunk, job, err));
        int64_t done = (int64_t)(job->first_chunk + now) * WRMF_I_RANK_BLOCK;
        if (done > leader->n_users)
            done = leader->n_users;
        if (wrmf_i_progress_step(&progress, done, false) && done < leader->n_users)
            return wrmf_i_fail_cancelled(err);
    }
    return WRMF_OK;
}

/* The triangular matrix T with x'Tx = x'(Y'Y)x. */
static wrmf_status make_gram(wrmf_context *context, const eval_job *job, wrmf_error *err)
{
    const wrmf_model *const model = job->model;
    const int64_t width = model->stride;
    double *const gram = job->leader->work.gram;
    const wrmf_i_tall items = {model->data[1], model->bits, model->rows[1], width};
    const double *const known = wrmf_i_model_gram(model, WRMF_ITEMS);
    if (known)
        memcpy(gram, known, sizeof *gram * (size_t)(width * width));
    else
        WRMF_I_TRY(wrmf_i_gram(context, &items, gram, gram + width * width, err));
    for (int64_t i = 0; i < width; i++)
        for (int64_t j = 0; j < width; j++)
            gram[i * width + j] = j < i    ? 0
                                  : j == i ? gram[i * width + j]
                                           : 2 * gram[i * width + j];
    return WRMF_OK;
}

/* What the members of a group want: of the lists the longest. */
static void find_needs(eval_job *job)
{
    job->needs.leads = true;
    for (int64_t i = 0; i < job->n_members; i++) {
        wrmf_evaluator *const m = job->members[i];
        bool lists = false;
        m->n_columns = wrmf_i_evaluator_layout(m, m->columns);
        for (int64_t c = 0; c < m->n_columns; c++)
            lists = lists || wrmf_i_metric_has_cutoff(m->columns[c].metric);
        const int64_t k = lists ? wrmf_i_evaluator_list_length(m) : 0;
        job->needs.k = k > job->needs.k ? k : job->needs.k;
        job->needs.auc = job->needs.auc || wrmf_i_evaluator_has(m, WRMF_METRIC_AUC);
        job->needs.squares = job->needs.squares || wrmf_i_evaluator_has(m, WRMF_METRIC_MSE);
    }
}

static wrmf_status prepare(wrmf_context *context, const eval_job *job, wrmf_error *err)
{
    static const wrmf_i_eval_needs nothing = {0};
    for (int64_t i = 0; i < job->n_members; i++) {
        wrmf_evaluator *const evaluator = job->members[i];
        WRMF_I_TRY(
            wrmf_i_eval_prepare(context, evaluator, job->model, i ? &nothing : &job->needs, err));
        const wrmf_i_eval_work *const work = &evaluator->work;
        memset(work->bitmaps, 0,
               (size_t)(work->workers * evaluator->n_cutoffs) * work->bitmap_bytes);
    }
    return WRMF_OK;
}

static wrmf_status run_group(wrmf_context *context, wrmf_evaluator *const *members, int64_t n,
                             const wrmf_model *model, wrmf_error *err)
{
    eval_job job = {.leader = members[0],
                    .members = members,
                    .n_members = n,
                    .model = model,
                    .cpu = context->cpu,
                    .users = wrmf_i_table_of(model, WRMF_USERS, false),
                    .items = wrmf_i_table_of(model, WRMF_ITEMS, false)};
    wrmf_i_screen screen;
    find_needs(&job);
    WRMF_I_TRY(prepare(context, &job, err));
    void *const ready = job.leader->work.ready;
    if (job.needs.auc)
        WRMF_I_TRY(wrmf_i_table_pack(context, &job.items, ready, err));
    else if (job.needs.k > 0)
        WRMF_I_TRY(wrmf_i_screen_make(context, &job.items, &screen, ready, err));
    if (job.needs.squares)
        WRMF_I_TRY(make_gram(context, &job, err));
    WRMF_I_TRY(run_chunks(context, &job, err));
    for (int64_t i = 0; i < n; i++)
        collect(members[i]);
    return WRMF_OK;
}

/* Whether they rank the same items for the same users. auc sees its own T's scores. */
static bool share(const wrmf_evaluator *a, const wrmf_evaluator *b)
{
    return a->n_users == b->n_users && !a->users == !b->users &&
           (!a->users || memcmp(a->users, b->users, (size_t)a->n_users * sizeof *a->users) == 0) &&
           a->exclude == b->exclude && (a->exclude != WRMF_EXCLUDE_TRAIN || a->train == b->train) &&
           !wrmf_i_evaluator_has(a, WRMF_METRIC_AUC) && !wrmf_i_evaluator_has(b, WRMF_METRIC_AUC);
}

static bool is_among(wrmf_evaluator *const *members, int64_t n, const wrmf_evaluator *evaluator)
{
    for (int64_t i = 0; i < n; i++)
        if (members[i] == evaluator)
            return true;
    return false;
}

wrmf_status wrmf_i_evaluators_run(wrmf_context *context, wrmf_evaluator *const *evaluators,
                                  int64_t n, const wrmf_model *model, wrmf_error *err)
{
    wrmf_evaluator *members[WRMF_I_EVALUATORS_MAX];
    bool done[WRMF_I_EVALUATORS_MAX] = {false};
    for (int64_t i = 0; i < n; i++) {
        int64_t size = 0;
        for (int64_t j = i; j < n; j++) {
            if (done[j] || (j > i && !share(evaluators[i], evaluators[j])))
                continue;
            if (!is_among(members, size, evaluators[j]))
                members[size++] = evaluators[j];
            done[j] = true;
        }
        if (size > 0)
            WRMF_I_TRY(run_group(context, members, size, model, err));
    }
    return WRMF_OK;
}
