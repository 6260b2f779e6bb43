/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-recommend: the items that a model ranks first for users, or for a visitor's items. */
#include <stdlib.h>

#include "failure.h"
#include "files.h"
#include "identity.h"
#include "matrix_options.h"
#include "row_lists.h"
#include "session.h"
#include "streams.h"
#include "text.h"

enum {
    EXPLAINED = 5,     /* items that a score is explained by, at most */
    AT_ONCE = 1 << 20, /* contributions that are made at once, where one entry has no more */
};

static const char *train_path, *among_path, *out_path;
static struct text_list users, visited, excluded;
static int64_t wanted = 10;
static int all_users, explains;

static const struct option options[] = {
    {"user", "ID",
     "the user, as lists print it or as it is; its index where the\nmodel has no ids. Again for "
     "another: each list has a heading",
     OPTION_LIST, &users, 0, 0},
    {"items", "ID,ID,...",
     "instead of a user: what a visitor has touched, who need not\nbe in the model. Again for more "
     "of them",
     OPTION_LIST, &visited, 0, 0},
    {"all", NULL, "every user, to --out", OPTION_FLAG, &all_users, 0, 0},
    {"out", "FILE",
     "of --all: a line an item, user, rank, score, id and name, a tab\nbetween them; - is standard "
     "output",
     OPTION_TEXT, &out_path, 0, 0},
    {"n", "N", "how many items (default 10)", OPTION_INT, &wanted, 1, 2147483647},
    {"train", "FILE",
     "TRAIN.mtx: leave out what the user has there; its users\nand items must be those of the "
     "model",
     OPTION_TEXT, &train_path, 0, 0},
    {"exclude", "ID,ID,...", "items that no list has; again for more", OPTION_LIST, &excluded, 0,
     0},
    {"among", "FILE", "rank these items alone: ids, one a line, as in items.txt", OPTION_TEXT,
     &among_path, 0, 0},
    {"explain", NULL,
     "below each item, the items that add most to its score, and\nhow much; of --items, or of "
     "--user with --train",
     OPTION_FLAG, &explains, 0, 0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-recommend",
    "MODEL --user ID [--user ID ...] [--n 10] [--train TRAIN.mtx]\n"
    "       MODEL --items ID,ID,... [--n 10] [--explain]\n"
    "       MODEL --all --out LISTS.tsv [--n 10] [--train TRAIN.mtx]\n"
    "       [--exclude ID,ID,...] [--among FILE]",
    "Prints a line an item, best first: rank, score, id and name, a tab between them.\n"
    "Items of --items are folded in as a user's of training, each counted once, and left\n"
    "out. The status is 1 if there is nothing to rank for a user, such as one without\n"
    "interactions; --all passes over these users, and says how many. MODEL or --train\n"
    "may be -, standard input. Nothing here depends on --seed.",
    {options, matrix_option_table},
    "list what a model recommends to users",
    "wrmf-recommend model.safetensors --user gimp --n 3 --train prepared/train.mtx",
};

/* What lists are made with. */
struct maker {
    wrmf_context *context;
    wrmf_model *model;
    wrmf_matrix *seen; /* of --train, or NULL */
    wrmf_query *query;
    wrmf_fold *fold; /* where something is folded in, or NULL */
    int64_t n;       /* entries of a list */
    int64_t *items;  /* n */
    double *scores;  /* n */
};

/* ---- explaining ---- */

/* Whose list is explained. */
struct history {
    const struct maker *maker;
    const int64_t *items;
    const double *counts; /* NULL: each is 1 */
    int64_t n;
    void *workspace;
    size_t bytes;
    int64_t count, next;   /* entries of the list, and the one that is explained next */
    int64_t room;          /* entries that are explained at once */
    double *contributions; /* n of each of these */
};

/* Opens the history by which the maker's list of `count` entries is explained. */
static struct history history_open(const struct maker *m, int64_t count, const int64_t *items,
                                   const double *counts, int64_t n)
{
    wrmf_error err;
    const int64_t most = n > 0 && n < AT_ONCE ? AT_ONCE / n : 1;
    struct history history = {.maker = m, .items = items, .counts = counts, .n = n, .count = count};
    check(wrmf_fold_workspace(m->fold, n, &history.bytes, &err), &err);
    history.room = count < most ? count : most;
    history.workspace = allocate(history.bytes, 1);
    history.contributions = allocate((size_t)(history.room * n), sizeof *history.contributions);
    return history;
}

static void history_close(struct history *history)
{
    free(history->workspace);
    free(history->contributions);
}

/* Gives the greatest contribution's place, which is then taken off; -1: there is none left. */
static int64_t take_greatest(double *of, int64_t n, double *contribution)
{
    int64_t best = -1;
    for (int64_t i = 0; i < n; i++)
        if (of[i] != 0 && (best < 0 || of[i] > of[best]))
            best = i;
    if (best >= 0) {
        *contribution = of[best];
        of[best] = 0;
    }
    return best;
}

/* Gives the contributions to the next entry of the list. */
static double *next_contributions(struct history *h)
{
    wrmf_error err;
    const int64_t at = h->next % h->room, left = h->count - h->next;
    if (at == 0)
        check(wrmf_fold_explain_many(h->maker->fold, h->items, h->counts, h->n,
                                     h->maker->items + h->next, left < h->room ? left : h->room,
                                     h->workspace, h->bytes, h->contributions, NULL, &err),
              &err);
    h->next++;
    return h->contributions + at * h->n;
}

/* Prints what adds most to the score of an item, the next of the list. */
static void explain(void *self, int64_t item)
{
    struct history *h = self;
    double contribution = 0;
    const wrmf_ids *ids = wrmf_model_ids(h->maker->model, WRMF_ITEMS);
    double *contributions = next_contributions(h);
    (void)item;
    if (common.json)
        fputs(", \"because\": [", stdout);
    for (int i = 0; i < EXPLAINED; i++) {
        const int64_t at = take_greatest(contributions, h->n, &contribution);
        if (at < 0)
            break;
        if (common.json) {
            fputs(i ? ", {" : "{", stdout);
            fputs("\"contribution\": ", stdout);
            put_json_number(stdout, contribution);
            fputs(", ", stdout);
            put_json_row(stdout, ids, h->items[at]);
            putchar('}');
        } else {
            printf("\t%s\t", figure_text(contribution));
            row_print(stdout, ids, h->items[at]);
        }
    }
    if (common.json)
        putchar(']');
}

static void print_list(const struct maker *m, int64_t user, int64_t count, struct history *history)
{
    const struct ranked_list list = {m->model, WRMF_USERS, user,  WRMF_ITEMS,
                                     m->items, m->scores,  count, history ? explain : NULL,
                                     history};
    list_print(&list);
}

/* ---- users ---- */

/* Says whether a user has dislikes in --train, and nothing else. */
static int dislikes_all(const struct maker *m, int64_t user)
{
    const double *counts = NULL;
    const int64_t n = m->seen ? wrmf_matrix_row(m->seen, user, NULL, &counts) : 0;
    int all = n > 0 && counts;
    for (int64_t i = 0; all && i < n; i++)
        all = counts[i] < 0;
    return all;
}

/* Says why there is nothing to list. */
static void warn_nothing(const struct maker *m, int64_t user, const char *id)
{
    if (model_is_zero(m->model))
        warn("the model is zero everywhere: nothing can be ranked");
    else if (model_row_is_zero(m->model, WRMF_USERS, user) && dislikes_all(m, user))
        warn("user '%s' has dislikes alone in %s: nothing can be ranked", id, train_path);
    else if (model_row_is_zero(m->model, WRMF_USERS, user))
        warn("user '%s' had no interactions when the model was fitted: nothing can be ranked", id);
    else if (among_path || excluded.count)
        warn("user '%s': nothing is left to rank", id);
    else
        warn("user '%s' has every item in %s: nothing is left to rank", id, train_path);
}

/* Gives a copy of what a user has in --train, as the library's calls take it. */
static int64_t *seen_items(const struct maker *m, int64_t user, int64_t *n, const double **counts)
{
    const int32_t *row = NULL;
    *n = wrmf_matrix_row(m->seen, user, &row, counts);
    int64_t *items = allocate((size_t)*n, sizeof *items);
    for (int64_t i = 0; i < *n; i++)
        items[i] = row[i];
    return items;
}

/* Prints the list of a user; gives 0, after a warning, if there is none. */
static int print_user(const struct maker *m, int64_t user, const char *id)
{
    wrmf_error err;
    int64_t count = 0, n = 0;
    const double *counts = NULL;
    if (m->n > 0 && !model_row_is_zero(m->model, WRMF_USERS, user) && !model_is_zero(m->model))
        check(wrmf_query_run(m->query, user, m->items, m->scores, &count, &err), &err);
    if (users.count > 1)
        list_heading(m->model, WRMF_USERS, user);
    if (explains) {
        int64_t *items = seen_items(m, user, &n, &counts);
        struct history history = history_open(m, count, items, counts, n);
        print_list(m, user, count, &history);
        history_close(&history);
        free(items);
    } else {
        print_list(m, user, count, NULL);
    }
    if (count == 0)
        warn_nothing(m, user, id);
    return count > 0;
}

static int print_users(const struct maker *m)
{
    int64_t indices[sizeof users.text / sizeof users.text[0]];
    int all_listed = 1;
    for (int i = 0; i < users.count; i++)
        indices[i] = model_find(m->model, WRMF_USERS, users.text[i]);
    for (int i = 0; i < users.count; i++)
        all_listed &= print_user(m, indices[i], users.text[i]);
    lists_end();
    return all_listed;
}

/* ---- a visitor ---- */

/* A model of ratings takes what is given without one for the rating 1, most often the worst. */
static void warn_of_ratings(const wrmf_model *model)
{
    const int64_t target = wrmf_params_get_int(wrmf_model_params(model), WRMF_PARAM_TARGET);
    if (target == WRMF_TARGET_COUNT || target == WRMF_TARGET_SIGNED)
        warn("the model foretells counts, such as ratings: each item of --items has the count 1");
}

static int print_visitor(const struct maker *m)
{
    wrmf_error err;
    int64_t count = 0;
    struct row_list history = row_list_parse(m->model, WRMF_ITEMS, &visited);
    if (history.n == 0)
        die_usage("--items has no item");
    warn_of_ratings(m->model);
    check(wrmf_query_set_fold(m->query, m->fold, &err), &err);
    const int is_zero = model_side_is_zero(m->model, WRMF_ITEMS);
    if (!is_zero)
        check(wrmf_query_run_history(m->query, history.rows, NULL, history.n, m->items, m->scores,
                                     &count, &err),
              &err);
    if (explains) {
        struct history explained = history_open(m, count, history.rows, NULL, history.n);
        print_list(m, -1, count, &explained);
        history_close(&explained);
    } else {
        print_list(m, -1, count, NULL);
    }
    lists_end();
    if (count == 0 && is_zero)
        warn("the model is zero everywhere: nothing can be ranked");
    else if (count == 0)
        warn("nothing is left to rank");
    free(history.rows);
    return count > 0;
}

/* ---- all users ---- */

/* Where the lists of all users go, and how many. */
struct writer {
    const wrmf_model *model;
    wrmf_output *output;
    wrmf_status status; /* of writing */
    wrmf_error err;
    int64_t lists, passed_over;
};

/* Is a wrmf_lists_fn. A user whose scores are all 0 has factors of zeros. */
static int write_lists(void *self, const wrmf_lists *some)
{
    struct writer *w = self;
    struct document text;
    const wrmf_ids *ids = wrmf_model_ids(w->model, WRMF_USERS),
                   *items = wrmf_model_ids(w->model, WRMF_ITEMS);
    document_open(&text);
    for (int64_t i = 0; i < some->n; i++) {
        const int64_t *rows = some->indices + i * some->stride;
        const double *scores = some->scores + i * some->stride;
        const int64_t count = some->counts[i];
        const int nothing = count == 0 || (scores[0] == 0 && scores[count - 1] == 0);
        w->lists += !nothing;
        w->passed_over += nothing;
        for (int64_t j = 0; j < count && !nothing; j++) {
            put_plain(text.file, id_text(ids, some->first + i));
            fprintf(text.file, "\t%lld\t%s\t", (long long)j + 1, figure_text(scores[j]));
            row_print(text.file, items, rows[j]);
        }
    }
    if (fclose(text.file) != 0)
        die("out of memory for lists");
    w->status = wrmf_output_write(w->output, text.text, text.length, &w->err);
    free(text.text);
    return w->status != WRMF_OK;
}

static int write_all(const struct maker *m)
{
    wrmf_error err;
    struct writer w = {m->model, NULL, WRMF_OK, {WRMF_OK, ""}, 0, 0};
    w.output = output_open(m->context, out_path);
    wrmf_status status = wrmf_query_set_sink(m->query, &w, write_lists, &err);
    if (status == WRMF_OK)
        status = wrmf_query_run_batch(m->query, NULL, wrmf_model_users(m->model), NULL, NULL, NULL,
                                      &err);
    if (w.status == WRMF_OK)
        output_finish(w.output, status, &err);
    else
        output_finish(w.output, w.status, &w.err);
    if (common.json)
        printf("{\"lists\": %lld, \"passed_over\": %lld}\n", (long long)w.lists,
               (long long)w.passed_over);
    else if (!common.quiet)
        printf("lists of %s\n", counted(w.lists, "user", "users"));
    if (w.passed_over)
        warn("%s had no interactions when the model was fitted, or nothing left to rank",
             counted(w.passed_over, "user", "users"));
    return w.lists > 0;
}

/* ---- the program ---- */

static void check_options(void)
{
    if (users.count == 0 && visited.count == 0 && !all_users)
        die_usage("--user, --items or --all is needed");
    if ((users.count > 0) + (visited.count > 0) + all_users > 1)
        die_usage("--user, --items and --all exclude one another");
    if (all_users != (out_path != NULL))
        die_usage(all_users ? "--all needs --out" : "--out is of --all alone");
    if (explains && (all_users || (users.count > 0 && !train_path)))
        die_usage("--explain is of --items, or of --user with --train");
}

static void maker_open(struct maker *m, const char *path)
{
    wrmf_error err;
    m->context = context_open();
    m->model = model_load(m->context, path);
    m->seen = train_path ? matrix_load(m->context, train_path) : NULL;
    const struct identity own = identity_of_model(m->model, path);
    const struct identity others = identity_of_matrix(m->seen, train_path);
    identity_match(&others, &own);
    const int64_t most = wrmf_model_items(m->model);
    m->n = wanted < most ? wanted : most;
    m->items = allocate((size_t)m->n, sizeof *m->items);
    m->scores = allocate((size_t)m->n, sizeof *m->scores);
    m->fold = NULL;
    check(wrmf_query_create(m->context, m->model, WRMF_USERS, WRMF_ITEMS, &m->query, &err), &err);
    if (m->n > 0)
        check(wrmf_query_set_length(m->query, m->n, &err), &err);
    check(wrmf_query_set_seen(m->query, m->seen, &err), &err);
    struct row_list list = row_list_parse(m->model, WRMF_ITEMS, &excluded);
    check(wrmf_query_set_excluded(m->query, list.rows, list.n, &err), &err);
    free(list.rows);
    if (among_path) {
        list = row_list_read(m->context, m->model, WRMF_ITEMS, among_path);
        check(wrmf_query_set_candidates(m->query, list.rows, list.n, &err), &err);
        free(list.rows);
    }
    if (visited.count > 0 || explains)
        check(wrmf_fold_create(m->context, m->model, WRMF_USERS, &m->fold, &err), &err);
}

static void maker_close(struct maker *m)
{
    free(m->items);
    free(m->scores);
    wrmf_query_free(m->query);
    wrmf_fold_free(m->fold);
    wrmf_matrix_free(m->seen);
    wrmf_model_free(m->model);
    wrmf_context_free(m->context);
}

int main(int argc, char **argv)
{
    const char *path = NULL;
    struct maker maker;
    options_parse(&program, argc, argv, 1, &path);
    check_options();
    input_claim(path);
    if (train_path)
        input_claim(train_path);
    if (among_path)
        input_claim(among_path);
    maker_open(&maker, path);
    if (out_path)
        output_claim(maker.context, out_path);
    const int all_listed = all_users     ? write_all(&maker)
                           : users.count ? print_users(&maker)
                                         : print_visitor(&maker);
    maker_close(&maker);
    const int status = finish();
    return all_listed ? status : 1;
}
