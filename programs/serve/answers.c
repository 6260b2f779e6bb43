/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes answers. */
#include "answers.h"

#include <stdlib.h>
#include <string.h>

#include "../find.h"
#include "../session.h"
#include "../text.h"
#include "embedded.h"
#include "metrics.h"

enum { EXPLAINED = 5 /* items that an entry of a list is explained by, at most */ };

/* Notes what the library says of a failure. Numbers are not finite that way where counts of the
 * request are too far apart. */
static int complain_library(struct answer *a, wrmf_status status, const wrmf_error *err)
{
    const int code = status == WRMF_E_NOMEM ? 503 : status == WRMF_E_NONFINITE ? 400 : 500;
    return complain_of(&a->complaint, code, "%s", err->text);
}

/* ---- printing ---- */

/* Prints id and name of a row as members of an object. */
static void put_row(FILE *out, const struct edition *e, wrmf_side side, int64_t row)
{
    put_json_row(out, wrmf_model_ids(e->model, side), row);
}

static void put_model(const struct answer *a)
{
    fprintf(a->out, "{\"model\": \"%s\"", a->edition->hash);
}

/* Prints, where there are some, the items of the request that the model lacks. */
static void put_unknown(const struct answer *a)
{
    size_t i;
    json_t *id;
    if (!a->question.unknown)
        return;
    fputs(", \"unknown\": [", a->out);
    json_array_foreach(a->question.unknown, i, id)
    {
        if (i)
            fputs(", ", a->out);
        put_json(a->out, json_string_value(id));
    }
    fputc(']', a->out);
}

/* ---- explanations ---- */

/* Makes the contributions of the history to the scores of some items, a row for each. `scores` may
 * be NULL. */
static int explain_items(struct answer *a, int64_t n, const int64_t *items, int64_t n_items,
                         double *scores)
{
    wrmf_error err;
    struct desk *d = a->desk;
    const wrmf_status status =
        wrmf_fold_explain_many(a->edition->fold, d->items, d->counts, n, items, n_items,
                               d->workspace, d->bytes, d->contributions, scores, &err);
    return status == WRMF_OK ? 0 : complain_library(a, status, &err);
}

/* Gives where the contributions to an entry of the list are; NULL after a complaint. They are made
 * for as many entries at a time as the desk has room for. */
static double *explain_entry(struct answer *a, int64_t n, int64_t entry, int64_t count)
{
    const int64_t room = n > 0 ? a->desk->room / n : count, first = entry - entry % room;
    const int64_t most = count - first < room ? count - first : room;
    if (entry == first && explain_items(a, n, a->desk->listed + first, most, NULL) != 0)
        return NULL;
    return a->desk->contributions + (entry - first) * n;
}

/* Prints the greatest contributions, `most` of them, which are used up. */
static void put_because(struct answer *a, double *of, int64_t n, int64_t most)
{
    fputs(", \"because\": [", a->out);
    for (int64_t listed = 0; listed < most; listed++) {
        int64_t best = -1;
        for (int64_t i = 0; i < n; i++)
            if (of[i] != 0 && (best < 0 || of[i] > of[best]))
                best = i;
        if (best < 0)
            break;
        fputs(listed ? ", {\"contribution\": " : "{\"contribution\": ", a->out);
        put_json_number(a->out, of[best]);
        fputs(", ", a->out);
        put_row(a->out, a->edition, WRMF_ITEMS, a->desk->items[best]);
        fputc('}', a->out);
        of[best] = 0;
    }
    fputc(']', a->out);
}

/* Puts what a user of the model has touched into the desk's history; gives how many items, or -1
 * and a complaint. */
static int64_t load_history(struct answer *a)
{
    const int32_t *items = NULL;
    const double *counts = NULL;
    if (!a->edition->seen)
        return complain_of(&a->complaint, 409,
                           "what users have touched is not known: the service was started "
                           "without --train");
    const int64_t n = wrmf_matrix_row(a->edition->seen->matrix, a->question.user, &items, &counts);
    for (int64_t i = 0; i < n; i++) {
        a->desk->items[i] = items[i];
        a->desk->counts[i] = counts ? counts[i] : 1;
    }
    return n;
}

/* Gives the length of the history that is explained by, which the desk has then, or -1. */
static int64_t history_of(struct answer *a)
{
    return a->question.user >= 0 ? load_history(a) : a->question.n_items;
}

/* ---- lists ---- */

/* Prints the list that the desk has. Where `history` is not below 0, each entry is explained by
 * that many items. */
static void put_list(struct answer *a, int64_t count, int is_popular, int64_t history)
{
    const struct desk *d = a->desk;
    put_model(a);
    fprintf(a->out, ", \"popular\": %s", is_popular ? "true" : "false");
    put_unknown(a);
    fputs(", \"list\": [", a->out);
    for (int64_t i = 0; i < count; i++) {
        fprintf(a->out, "%s{\"rank\": %lld, \"score\": ", i ? ", " : "", (long long)i + 1);
        put_json_number(a->out, d->scores[i]);
        fputs(", ", a->out);
        put_row(a->out, a->edition, WRMF_ITEMS, d->listed[i]);
        if (history >= 0 && a->complaint.status == 0) {
            double *contributions = explain_entry(a, history, i, count);
            if (contributions)
                put_because(a, contributions, history, EXPLAINED);
        }
        fputc('}', a->out);
    }
    fputs("]}\n", a->out);
}

/* Sets what a request asks of its list. */
static int set_list(struct answer *a, wrmf_query *query)
{
    wrmf_error err;
    const struct question *q = &a->question;
    wrmf_status status = wrmf_query_set_length(query, q->n, &err);
    if (status == WRMF_OK)
        status = wrmf_query_set_excluded(query, a->desk->excluded, q->n_excluded, &err);
    return status == WRMF_OK ? 0 : complain_library(a, status, &err);
}

static void answer_recommend(struct answer *a)
{
    wrmf_error err;
    int64_t count = 0;
    struct desk *d = a->desk;
    const struct question *q = &a->question;
    const unsigned who = q->has & (ASKS_USER | ASKS_ITEMS);
    if (who != ASKS_USER && who != ASKS_ITEMS)
        complain_of(&a->complaint, 400, "either user or items has to be there");
    if (a->complaint.status || set_list(a, d->lists) != 0)
        return;
    /* of nothing, nothing is known but what is popular */
    const int is_empty = who == ASKS_ITEMS && q->n_items == 0 && !a->edition->has_popularity;
    wrmf_status status = WRMF_OK;
    if (who == ASKS_USER)
        status = wrmf_query_run(d->lists, q->user, d->listed, d->scores, &count, &err);
    else if (!is_empty)
        status = wrmf_query_run_history(d->lists, d->items, d->counts, q->n_items, d->listed,
                                        d->scores, &count, &err);
    const int is_popular = !is_empty && wrmf_query_is_popular(d->lists, 0);
    const int64_t history = q->explains && !is_popular && count > 0 ? history_of(a) : -1;
    if (status != WRMF_OK)
        complain_library(a, status, &err);
    else if (a->complaint.status == 0)
        put_list(a, count, is_popular, history);
}

static void answer_similar(struct answer *a)
{
    wrmf_error err;
    int64_t count = 0;
    struct desk *d = a->desk;
    if (!(a->question.has & ASKS_ITEM))
        complain_of(&a->complaint, 400, "item has to be there");
    if (a->complaint.status || set_list(a, d->similar) != 0)
        return;
    const wrmf_status status =
        wrmf_query_run(d->similar, a->question.item, d->listed, d->scores, &count, &err);
    if (status != WRMF_OK)
        complain_library(a, status, &err);
    else
        put_list(a, count, 0, -1);
}

/* Gives what an item's score has whatever the history is: 0 but in models with biases, where it is
 * the mean and the item's own, the last number of its row. */
static double base_of(const wrmf_model *model, int64_t item)
{
    int64_t stride = 0;
    const int64_t last = wrmf_model_factors(model) - 1;
    if (!wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_BIASES))
        return 0;
    const float *rows = wrmf_model_float32(model, WRMF_ITEMS, &stride);
    if (rows)
        return rows[item * stride + last];
    return wrmf_model_float64(model, WRMF_ITEMS, &stride)[item * stride + last];
}

static void answer_explain(struct answer *a)
{
    double score = 0;
    const struct question *q = &a->question;
    const unsigned who = q->has & (ASKS_USER | ASKS_ITEMS);
    if ((who != ASKS_USER && who != ASKS_ITEMS) || !(q->has & ASKS_ITEM)) {
        complain_of(&a->complaint, 400, "item, and either user or items, have to be there");
        return;
    }
    const int64_t n = history_of(a);
    if (n < 0 || explain_items(a, n, &q->item, 1, &score) != 0)
        return;
    put_model(a);
    put_unknown(a);
    fputs(", ", a->out);
    put_row(a->out, a->edition, WRMF_ITEMS, q->item);
    const double base = base_of(a->edition->model, q->item);
    fputs(", \"score\": ", a->out);
    put_json_number(a->out, base + score);
    fputs(", \"base\": ", a->out);
    put_json_number(a->out, base);
    put_because(a, a->desk->contributions, n, q->has & ASKS_N ? q->n : a->service->limits.n);
    fputs("}\n", a->out);
}

/* ---- names, and the model ---- */

static void answer_items(struct answer *a)
{
    const struct question *q = &a->question;
    if (!(q->has & ASKS_TEXT)) {
        complain_of(&a->complaint, 400, "q has to be there");
        return;
    }
    const int64_t n = name_index_find(a->edition->names, q->text, a->desk->listed, q->n);
    put_model(a);
    fputs(", \"items\": [", a->out);
    for (int64_t i = 0; i < n; i++) {
        fputs(i ? ", {" : "{", a->out);
        put_row(a->out, a->edition, WRMF_ITEMS, a->desk->listed[i]);
        fputc('}', a->out);
    }
    fputs("]}\n", a->out);
}

static void answer_model(struct answer *a)
{
    const struct edition *e = a->edition;
    put_model(a);
    fprintf(a->out, ", \"users\": %lld, \"items\": %lld, \"factors\": %lld, \"epochs\": %lld",
            (long long)wrmf_model_users(e->model), (long long)wrmf_model_items(e->model),
            (long long)wrmf_model_factors(e->model), (long long)wrmf_model_epochs(e->model));
    fprintf(a->out, ", \"max_n\": %lld, \"max_history\": %lld, \"explains_users\": %s",
            (long long)a->service->limits.n, (long long)a->service->limits.history,
            e->seen ? "true" : "false");
    fputs(", \"thumbnail\": ", a->out);
    if (a->service->thumbnail)
        put_json(a->out, a->service->thumbnail);
    else
        fputs("null", a->out);
    fputs("}\n", a->out);
}

/* ---- the service ---- */

static void answer_health(struct answer *a)
{
    const int is_stopping = a->service->is_stopping();
    a->status = is_stopping ? 503 : 200;
    put_model(a);
    fprintf(a->out, ", \"status\": \"%s\", \"load\": \"%s\"}\n", is_stopping ? "stopping" : "ok",
            metrics_is_failing() ? "failing" : "ok");
}

static void answer_metrics(struct answer *a)
{
    a->type = "text/plain; version=0.0.4; charset=utf-8";
    metrics_put(a->out, a->edition);
}

static void answer_openapi(struct answer *a)
{
    fwrite(embedded_openapi, 1, embedded_openapi_size, a->out);
}

static void answer_page(struct answer *a)
{
    a->type = "text/html; charset=utf-8";
    fwrite(embedded_page, 1, embedded_page_size, a->out);
}

const struct route routes[] = {
    {"/", 0, 0, answer_page},
    {"/v1/recommend", ROUTE_DESK | ROUTE_POST,
     ASKS_USER | ASKS_ITEMS | ASKS_N | ASKS_EXCLUDE | ASKS_EXPLAIN, answer_recommend},
    {"/v1/similar", ROUTE_DESK | ROUTE_POST, ASKS_ITEM | ASKS_N | ASKS_EXCLUDE, answer_similar},
    {"/v1/explain", ROUTE_DESK | ROUTE_POST, ASKS_USER | ASKS_ITEMS | ASKS_ITEM | ASKS_N,
     answer_explain},
    {"/v1/items", ROUTE_DESK, ASKS_TEXT | ASKS_N, answer_items},
    {"/v1/model", ROUTE_EDITION, 0, answer_model},
    {"/health", ROUTE_EDITION, 0, answer_health},
    {"/metrics", ROUTE_EDITION, 0, answer_metrics},
    {"/openapi.json", 0, 0, answer_openapi},
    {NULL, 0, 0, NULL},
};

const struct route *route_find(const char *path)
{
    const struct route *route = routes;
    while (route->path && strcmp(route->path, path) != 0)
        route++;
    return route->path ? route : NULL;
}

char *complaint_print(const struct complaint *complaint, struct answer *a, size_t *length)
{
    char *text = NULL;
    FILE *out = open_memstream(&text, length);
    if (!out)
        return NULL;
    fputs("{\"error\": ", out);
    put_json(out, complaint->text);
    fputs("}\n", out);
    a->status = complaint->status;
    a->type = "application/json";
    if (fclose(out) == 0)
        return text;
    free(text);
    return NULL;
}

/* Lets a route answer the question that an object asks. */
static void answer_question(struct answer *a, const struct route *route, const json_t *object)
{
    a->desk = desk_take(a->edition);
    if (!a->desk) {
        complain_of(&a->complaint, 503, "out of memory");
        return;
    }
    if (question_read(&a->question, object, route->members, &a->service->limits, a->edition,
                      a->desk, &a->complaint) == 0)
        route->answer(a);
    question_close(&a->question);
    desk_give_back(a->edition, a->desk);
}

char *answer_make(const struct service *service, const struct route *route, const json_t *object,
                  struct answer *a, size_t *length)
{
    char *text = NULL;
    memset(a, 0, sizeof *a);
    a->service = service;
    a->status = 200;
    a->type = "application/json";
    a->out = open_memstream(&text, length);
    if (!a->out)
        return NULL;
    a->edition = route->flags & (ROUTE_EDITION | ROUTE_DESK) ? edition_take() : NULL;
    if (route->flags & ROUTE_DESK)
        answer_question(a, route, object);
    else
        route->answer(a);
    if (a->edition)
        edition_leave(a->edition);
    if (fclose(a->out) != 0) {
        free(text);
        return NULL;
    }
    if (a->complaint.status == 0)
        return text;
    free(text);
    return complaint_print(&a->complaint, a, length);
}
