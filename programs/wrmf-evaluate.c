/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-evaluate: every metric of a model on held-out interactions. */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "comparison.h"
#include "failure.h"
#include "identity.h"
#include "matrix_options.h"
#include "metric_table.h"
#include "narration.h"
#include "session.h"
#include "streams.h"
#include "text.h"

enum { MOST_CUTOFFS = 64 };

static const char *test_path, *candidates_path, *given_path, *train_path, *users_path;
static const char *cutoffs_text = "10";
static const char *exclude, *empty;
static struct text_list compared; /* models beside the first */
static int64_t resamples = 1000;
static int64_t neighbors = 100;
static int baselines; /* whether they are measured beside the models */
static int intervals; /* whether the table has them though only one model is measured */

static const struct option options[] = {
    {"test", "FILE", "what was held out: TEST.mtx, users x items", OPTION_TEXT, &test_path, 0, 0},
    {"candidates", "FILE",
     "instead of --test: a line a user, with tabs between: index of\nthe user from 0, the positive "
     "item, the negative ones: they\nalone are ranked (wrmf-prepare --candidates makes indices of "
     "ids)",
     OPTION_TEXT, &candidates_path, 0, 0},
    {"given", "FILE",
     "users that the model has not seen are measured: what is given\nof them, GIVEN.mtx with the "
     "rows of --test, is folded in\n(wrmf-prepare --holdout-users writes both)",
     OPTION_TEXT, &given_path, 0, 0},
    {"train", "FILE", "what the model was fitted to: TRAIN.mtx", OPTION_TEXT, &train_path, 0, 0},
    {"users", "FILE",
     "evaluate these users only: indices from 0, one a line, such\nas heldout-users.txt",
     OPTION_TEXT, &users_path, 0, 0},
    {"k", "N,N,...", "cut-offs from 1, ascending, at most 64 (default 10)", OPTION_TEXT,
     &cutoffs_text, 0, 0},
    {"exclude", "WHAT",
     "none: all items compete; train: a user's train items do\nnot; given: those of --given do "
     "not. "
     "By default given where\nthere is --given, train where there is --train and --test",
     OPTION_TEXT, &exclude, 0, 0},
    {"empty", "WHAT",
     "users without test items: skip them (default), or count\nthem as zero, as the article does",
     OPTION_TEXT, &empty, 0, 0},
    {"compare", "MODEL",
     "measure this one too, and how it differs from the first;\nmay be given again and again",
     OPTION_LIST, &compared, 0, 0},
    {"baselines", NULL,
     "measure, on --train, the most popular items and item-to-item\ncosine too: what a model is to "
     "be better than",
     OPTION_FLAG, &baselines, 0, 0},
    {"neighbors", "N", "of each item, in item-to-item cosine (default 100)", OPTION_INT, &neighbors,
     1, 2147483647},
    {"intervals", NULL, "show 95 % intervals, as --compare does", OPTION_FLAG, &intervals, 0, 0},
    {"resamples", "N", "of the users, from which intervals come (default 1000)", OPTION_INT,
     &resamples, 1, 1000000},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-evaluate",
    "MODEL (--test FILE | --candidates FILE) [--given FILE] [--train FILE]\n"
    "       [--users FILE] [--k 5,10] [--exclude none|train|given] [--compare MODEL] [--json]",
    "Ranks all items for each user and measures how the test items fare. The metrics\n"
    "are defined in wrmf/evaluator.h. Matrices whose users or items are known not to be\n"
    "those of the model are refused. The status is 1 if nothing can be measured, as in a\n"
    "test without interactions. One of the files may be -, standard input. With\n"
    "--compare or --intervals a table has percentile intervals of the bootstrap over users,\n"
    "differences from the first model, paired by user, and p-values of a paired\n"
    "randomization test (wrmf/bootstrap.h); they alone depend on --seed.",
    {options, matrix_option_table},
    "measure a model on held-out interactions",
    "wrmf-evaluate model.safetensors --test prepared/test.mtx \\\n"
    "    --train prepared/train.mtx --k 5,10",
};

/* What models are measured on. */
struct held_out {
    wrmf_matrix *test;
    wrmf_matrix *candidates; /* NULL: all items compete */
    wrmf_matrix *given;      /* of users that no model has seen, or NULL */
    wrmf_matrix *train;      /* or NULL */
};

static const char *held_out_path(void)
{
    return test_path ? test_path : candidates_path;
}

static int by_number(const void *a, const void *b)
{
    const int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

/* Reads the indices of a file, one a line; gives how many. They ascend in *users. */
static int64_t read_users(wrmf_context *context, const char *path, int64_t rows, int64_t **users,
                          const struct identity *model)
{
    wrmf_error err;
    struct source source;
    wrmf_ids *indices = NULL;
    source_open(&source, context, path);
    check(wrmf_ids_read(context, source.input, WRMF_IDS_INTEGER, &indices, &err), &err);
    const struct identity theirs = {source.path, {source.ids_hash[0], source.ids_hash[1]}};
    identity_match(&theirs, model);
    const int64_t n = wrmf_ids_size(indices);
    if (n == 0)
        die("%s: there is no index in it", source.path);
    *users = allocate((size_t)n, sizeof **users);
    for (int64_t i = 0; i < n; i++) {
        (*users)[i] = wrmf_ids_integer(indices, i);
        if ((*users)[i] < 0 || (*users)[i] >= rows)
            die("%s:%lld: %lld is no index in 0 .. %lld", source.path, (long long)i + 1,
                (long long)(*users)[i], (long long)rows - 1);
    }
    qsort(*users, (size_t)n, sizeof **users, by_number);
    wrmf_ids_free(indices);
    source_close(&source);
    return n;
}

/* Says whether nothing is known of a user: all items score 0 then. */
static int is_unknown(const wrmf_model *model, const wrmf_matrix *given, int64_t user)
{
    if (given)
        return wrmf_matrix_row(given, user, NULL, NULL) == 0;
    return user < wrmf_model_users(model) && model_row_is_zero(model, WRMF_USERS, user);
}

/* Ends the program if there is nothing to measure, and warns of users that cannot be ranked for.
 * users, which may be NULL, are those that were asked for. */
static void check_measurable(const wrmf_model *model, const struct held_out *held,
                             const int64_t *users, int64_t n)
{
    const char *const known =
        held->given ? "anything given" : "interactions when the model was fitted";
    int64_t with_items = 0, zero = 0;
    for (int64_t i = 0; i < (users ? n : wrmf_matrix_users(held->test)); i++) {
        const int64_t user = users ? users[i] : i;
        if (wrmf_matrix_row(held->test, user, NULL, NULL) <= 0)
            continue;
        with_items++;
        zero += is_unknown(model, held->given, user);
    }
    if (with_items == 0)
        die("%s has no interaction%s: nothing can be measured", held_out_path(),
            users ? " of the users asked for" : "");
    if (held->given ? model_side_is_zero(model, WRMF_ITEMS) : model_is_zero(model))
        die("the model is zero everywhere, so that it ranks nothing: nothing can be measured");
    if (zero == with_items)
        die("none of the %s with test items had %s: nothing can be measured",
            counted(with_items, "user", "users"), known);
    if (zero > 0)
        warn("%s of %s with test items had no%s: all items score 0 for them, and are ranked by "
             "index",
             with_commas(zero), counted(with_items, "user", "users"),
             held->given ? "thing given" : " interactions when the model was fitted");
}

/* Warns where what is measured is excluded from the lists, and ends the program if all is. */
static void check_excluded(const struct held_out *held)
{
    const wrmf_matrix *const left_out = held->given ? held->given : held->train;
    const char *const path = held->given ? given_path : train_path;
    const int64_t in_both = left_out ? matrix_common(left_out, held->test) : 0;
    const int64_t all = wrmf_matrix_entries(held->test);
    if (strcmp(exclude, "none") == 0) {
        if (in_both > 0)
            warn("%s of %s in %s are in %s as well: the model knows what it is to find",
                 with_commas(in_both), counted(all, "interaction", "interactions"), held_out_path(),
                 path);
        return;
    }
    if (in_both == all)
        die("all of %s is in %s as well, and --exclude %s keeps it from being hit: nothing can be "
            "measured",
            held_out_path(), path, exclude);
    if (in_both > 0)
        warn("%s of %s in %s are in %s as well: they are excluded, and cannot be hit; --exclude "
             "none lets them compete",
             with_commas(in_both), counted(all, "interaction", "interactions"), held_out_path(),
             path);
}

/* Ends the program if the users or items of matrices and model are known to differ. */
static void check_identities(const struct identity *model, const struct held_out *held)
{
    const struct identity of_train = identity_of_matrix(held->train, train_path);
    struct identity of_test = identity_of_matrix(held->test, held_out_path());
    identity_match(&of_train, model);
    if (held->given) {
        struct identity of_given = identity_of_matrix(held->given, given_path);
        identity_match(&of_test, &of_given);
        of_test.hash[WRMF_USERS] = of_given.hash[WRMF_USERS] = 0; /* which the model lacks */
        identity_match(&of_given, model);
    } else if (of_test.hash[WRMF_ITEMS] != 0 &&
               of_test.hash[WRMF_ITEMS] == model->hash[WRMF_ITEMS] &&
               of_test.hash[WRMF_USERS] != model->hash[WRMF_USERS]) {
        die("the users of %s are not those of %s, though the items are. To measure users whom the "
            "model has not seen, say by --given what is given of them: given.mtx of wrmf-prepare",
            held_out_path(), model->name);
    }
    identity_match(&of_test, model);
    identity_match(&of_test, &of_train);
}

/* Sets the evaluator up as the options ask for. */
static void configure(wrmf_evaluator *evaluator, const int64_t *cutoffs, int64_t n_cutoffs)
{
    wrmf_error err;
    check(wrmf_evaluator_set_cutoffs(evaluator, cutoffs, n_cutoffs, &err), &err);
    check(
        wrmf_evaluator_set_exclude(
            evaluator, strcmp(exclude, "none") == 0 ? WRMF_EXCLUDE_NONE : WRMF_EXCLUDE_TRAIN, &err),
        &err);
    check(wrmf_evaluator_set_empty(
              evaluator, strcmp(empty, "zero") == 0 ? WRMF_EMPTY_ZERO : WRMF_EMPTY_SKIP, &err),
          &err);
}

/* ---- what is asked for ---- */

/* Checks the options, and sets those that depend on others. */
static void check_options(void)
{
    if (!test_path && !candidates_path)
        die_usage("--test is needed, the held-out interactions, or --candidates");
    if (test_path && candidates_path)
        die_usage("--test and --candidates exclude each other: candidates have the held-out items");
    if (!exclude)
        exclude = given_path ? "given" : train_path && test_path ? "train" : "none";
    if (!empty)
        empty = "skip";
    if (strcmp(exclude, "none") != 0 && strcmp(exclude, "train") != 0 &&
        strcmp(exclude, "given") != 0)
        die_usage("--exclude '%s' is neither none, train nor given", exclude);
    if (strcmp(empty, "skip") != 0 && strcmp(empty, "zero") != 0)
        die_usage("--empty '%s' is neither skip nor zero", empty);
    if (strcmp(exclude, "train") == 0 && !train_path)
        die_usage("--exclude train needs --train");
    if (strcmp(exclude, "train") == 0 && given_path)
        die_usage("--exclude train: the users of --given have nothing in --train");
    if (strcmp(exclude, "given") == 0 && !given_path)
        die_usage("--exclude given needs --given");
    if (baselines && !train_path)
        die_usage("--baselines needs --train, from which they are made");
    if (compared.count > COMPARISON_MOST - 3)
        die_usage("--compare is given more than %d times", COMPARISON_MOST - 3);
}

static void claim_inputs(const char *model_path)
{
    const char *const paths[] = {model_path, held_out_path(), given_path, train_path, users_path};
    for (size_t i = 0; i < sizeof paths / sizeof *paths; i++)
        if (paths[i])
            input_claim(paths[i]);
    for (int i = 0; i < compared.count; i++)
        input_claim(compared.text[i]);
}

/* Says whether the ids of a side are numbers, and others than the indices. */
static int are_other_numbers(const wrmf_ids *ids)
{
    int others = 0;
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
        const char *const id = id_text(ids, i);
        char *end = NULL;
        const long long number = strtoll(id, &end, 10);
        if (end == id || *end)
            return 0;
        others = others || number != i;
    }
    return others;
}

/* Checks whose indices a file of candidates has, as far as can be known. */
static void check_candidates(const struct source *source, const wrmf_model *model,
                             const struct identity *identity)
{
    const struct identity theirs = {source->path, {source->ids_hash[0], source->ids_hash[1]}};
    identity_match(&theirs, identity);
    if (theirs.hash[WRMF_USERS] == 0 && (are_other_numbers(wrmf_model_ids(model, WRMF_USERS)) ||
                                         are_other_numbers(wrmf_model_ids(model, WRMF_ITEMS))))
        warn("%s: its numbers are taken for indices, though ids of the model are numbers as well, "
             "and others: wrmf-prepare --candidates makes indices of ids",
             source->path);
}

/* Loads what --candidates names into test and candidates. */
static void load_candidates(wrmf_context *context, const wrmf_model *model,
                            const struct identity *identity, struct held_out *held)
{
    wrmf_error err;
    struct source source;
    int64_t repeated = 0;
    const int64_t users = held->given ? wrmf_matrix_users(held->given) : wrmf_model_users(model);
    source_open(&source, context, candidates_path);
    check_candidates(&source, model, identity);
    check(wrmf_matrix_read_candidates(context, source.input, users, wrmf_model_items(model),
                                      &repeated, &held->test, &held->candidates, &err),
          &err);
    if (repeated > 0)
        warn("%s: %s", candidates_path,
             counted(repeated, "negative comes again in the same line, and counts once",
                     "negatives come again in the same line, and count once"));
    source_close(&source);
}

static void load_held_out(wrmf_context *context, const wrmf_model *model,
                          const struct identity *identity, struct held_out *held)
{
    held->given = given_path ? matrix_load(context, given_path) : NULL;
    if (test_path)
        held->test = matrix_load(context, test_path);
    else
        load_candidates(context, model, identity, held);
    held->train = train_path ? matrix_load(context, train_path) : NULL;
}

/* Ends the program if a model of --compare has other sizes than the test: ids told nothing. */
static void check_sizes(const char *path, const wrmf_model *model, const struct held_out *held)
{
    const int64_t users = held->given ? wrmf_model_users(model) : wrmf_matrix_users(held->test);
    const int64_t items = wrmf_matrix_items(held->test);
    if (wrmf_model_users(model) != users || wrmf_model_items(model) != items)
        die("--compare %s: the model is %lld x %lld, %s %lld x %lld", path,
            (long long)wrmf_model_users(model), (long long)wrmf_model_items(model), held_out_path(),
            (long long)wrmf_matrix_users(held->test), (long long)items);
}

/* Loads the models of --compare, which are of the users and items of the first; gives how many. */
static int load_compared(wrmf_context *context, const struct identity *first,
                         const struct held_out *held, const int64_t *users, int64_t n,
                         struct entrant *entrants)
{
    for (int i = 0; i < compared.count; i++) {
        wrmf_model *const model = model_load(context, compared.text[i]);
        const struct identity identity = identity_of_model(model, compared.text[i]);
        identity_match(first, &identity);
        check_identities(&identity, held);
        check_sizes(compared.text[i], model, held);
        check_measurable(model, held, users, n);
        entrants[i] = (struct entrant){compared.text[i], model, NULL};
    }
    return compared.count;
}

/* Makes the baselines; gives how many. */
static int make_baselines(wrmf_context *context, const wrmf_matrix *train, struct entrant *entrants)
{
    wrmf_error err;
    static const char *const names[] = {"(most popular)", "(item-to-item cosine)"};
    static const wrmf_baseline_kind kinds[] = {WRMF_BASELINE_POPULAR, WRMF_BASELINE_ITEM_COSINE};
    for (int i = 0; i < 2; i++) {
        entrants[i] = (struct entrant){names[i], NULL, NULL};
        check(
            wrmf_baseline_create(context, train, kinds[i], neighbors, &entrants[i].baseline, &err),
            &err);
    }
    return 2;
}

/* Measures all models and prints the table with intervals. */
static void compare_models(wrmf_context *context, wrmf_evaluator *evaluator,
                           const struct entrant *entrants, int n, const wrmf_matrix *given,
                           const int64_t *cutoffs, int64_t n_cutoffs)
{
    struct comparison comparison = {.context = context,
                                    .evaluator = evaluator,
                                    .given = given,
                                    .entrants = entrants,
                                    .n = n,
                                    .cutoffs = cutoffs,
                                    .n_cutoffs = n_cutoffs,
                                    .resamples = resamples};
    comparison_run(&comparison);
    if (common.json)
        comparison_put_json(&comparison, exclude, empty);
    else
        comparison_print(&comparison, exclude);
    comparison_free(&comparison);
}

/* Makes an evaluator of the users asked for; *users, which the caller frees, and *n become these.
 */
static wrmf_evaluator *evaluator_open(wrmf_context *context, const struct held_out *held,
                                      const struct identity *model, const int64_t *cutoffs,
                                      int64_t n_cutoffs, int64_t **users, int64_t *n)
{
    wrmf_error err;
    wrmf_evaluator *evaluator = NULL;
    struct identity owner = *model; /* of the users that are numbered */
    check(wrmf_evaluator_create(context, held->test, held->given ? held->given : held->train,
                                &evaluator, &err),
          &err);
    configure(evaluator, cutoffs, n_cutoffs);
    check(wrmf_evaluator_set_candidates(evaluator, held->candidates, &err), &err);
    check(wrmf_evaluator_set_popularity(evaluator, held->train, &err), &err);
    if (held->given)
        owner.hash[WRMF_USERS] = wrmf_matrix_ids_hash(held->given, WRMF_USERS);
    if (users_path) {
        *n = read_users(context, users_path, wrmf_matrix_users(held->test), users, &owner);
        check(wrmf_evaluator_set_users(evaluator, *users, *n, &err), &err);
    }
    return evaluator;
}

static void held_out_free(struct held_out *held)
{
    wrmf_matrix_free(held->candidates);
    wrmf_matrix_free(held->given);
    wrmf_matrix_free(held->train);
    wrmf_matrix_free(held->test);
}

int main(int argc, char **argv)
{
    const char *model_path = NULL;
    int64_t cutoffs[MOST_CUTOFFS], *users = NULL, n = 0;
    struct entrant entrants[COMPARISON_MOST];
    int n_entrants = 0;
    struct held_out held = {0};

    options_parse(&program, argc, argv, 1, &model_path);
    const int64_t n_cutoffs = numbers_parse("k", cutoffs_text, 1, cutoffs, MOST_CUTOFFS);
    check_options();
    claim_inputs(model_path);

    wrmf_context *context = context_open();
    wrmf_model *model = model_load(context, model_path);
    entrants[n_entrants++] = (struct entrant){model_path, model, NULL};
    const struct identity identity = identity_of_model(model, model_path);
    load_held_out(context, model, &identity, &held);
    check_identities(&identity, &held);
    wrmf_evaluator *evaluator =
        evaluator_open(context, &held, &identity, cutoffs, n_cutoffs, &users, &n);
    metrics_choose(evaluator, model, test_path != NULL);
    check_measurable(model, &held, users, n);
    check_excluded(&held);
    n_entrants += load_compared(context, &identity, &held, users, n, entrants + 1);
    if (baselines)
        n_entrants += make_baselines(context, held.train, entrants + n_entrants);
    if (n_entrants > 1 || intervals) {
        compare_models(context, evaluator, entrants, n_entrants, held.given, cutoffs, n_cutoffs);
    } else {
        entrant_run(context, evaluator, &entrants[0], held.given);
        if (common.json)
            metric_table_put_json(evaluator, cutoffs, n_cutoffs, exclude, empty);
        else
            metric_table_print(evaluator, cutoffs, n_cutoffs, exclude);
    }

    free(users);
    wrmf_evaluator_free(evaluator);
    held_out_free(&held);
    for (int i = 0; i < n_entrants; i++) {
        wrmf_model_free(entrants[i].model);
        wrmf_baseline_free(entrants[i].baseline);
    }
    wrmf_context_free(context);
    return finish();
}
