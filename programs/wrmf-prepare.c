/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf-prepare: from a text file of who touched what, or from two of them, to
 * matrices and ids that wrmf-train and wrmf-evaluate read.
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "candidates.h"
#include "failure.h"
#include "files.h"
#include "folder.h"
#include "given_files.h"
#include "input_options.h"
#include "interactions.h"
#include "known_ids.h"
#include "narration.h"
#include "session.h"
#include "streams.h"
#include "text.h"
#include "times.h"
#include "whole_users.h"

static const char *directory, *test_path, *given_path, *candidates_path, *ids_directory,
    *unknown_text = "drop";
static const char *share_of, *weight, *documents;
static double k1 = -1, b = -1; /* below 0: not given */
static enum unknown unknown;

static const struct option options[] = {
    {"holdout", "N",
     "items to hold out of each user chosen (default 5, and 0\n"
     "with --test or --ids); 0: no split, train.mtx is everything",
     OPTION_INT, &input_options.holdout, 0, 1000000000},
    {"share", "X",
     "instead of --holdout and --fraction: share of each user's\ninteractions to hold out, rounded "
     "down; with --holdout-users\nof theirs (default 0.2)",
     OPTION_REAL, &input_options.share, 0, 1},
    {"share-of", "WHAT", "each: --share is of each user's (default); all: of all", OPTION_TEXT,
     &share_of, 0, 0},
    {"time", "COL",
     "column of times: numbers, or dates as 2026-01-31 or\n2026-01-31T23:59:00Z. Of a pair that "
     "comes "
     "again the latest",
     OPTION_TEXT, &input_options.time, 0, 0},
    {"last", "N", "with --time: of each user with more than N interactions,\nhold the N latest out",
     OPTION_INT, &input_options.last, 1, 2147483647},
    {"since", "TIME", "with --time: hold out all that was at that time or later", OPTION_TEXT,
     &input_options.since, 0, 0},
    {"holdout-users", "N",
     "instead of --holdout: users to hold out whole, or, below 1,\ntheir share of all users. Of "
     "each "
     "the --share becomes\ntest.mtx, and the rest given.mtx, by which a model is to\npredict it; "
     "train.mtx has the other users",
     OPTION_REAL, &input_options.holdout_users, 0, 2147483647},
    {"test", "FILE",
     "what was held out already, laid out as INPUT: becomes\n"
     "test.mtx, whole, numbered by the ids of INPUT",
     OPTION_TEXT, &test_path, 0, 0},
    {"candidates", "FILE",
     "a line a user, with tabs between: the user, the positive\nitem, the negative ones, by their "
     "ids "
     "in INPUT; or\n(user,positive) and the negatives. Becomes candidates.tsv",
     OPTION_TEXT, &candidates_path, 0, 0},
    {"given", "FILE",
     "with --test: users of their own, what is given of them:\nbecomes given.mtx; they are the "
     "users "
     "of --test, too",
     OPTION_TEXT, &given_path, 0, 0},
    {"ids", "DIR",
     "number INPUT (and --test) by DIR/users.txt and\n"
     "DIR/items.txt, which an earlier run wrote: the results\n"
     "have all ids of DIR. Nothing is thinned out but by\n"
     "--min-per-user and --min-per-item, if they are given",
     OPTION_TEXT, &ids_directory, 0, 0},
    {"unknown", "WHAT",
     "drop (default) or refuse what --test, --given, --candidates,\n"
     "or INPUT with --ids, has of users or items that are not\n"
     "among the ids; what is dropped is counted. keep: put new\n"
     "ids of the first three behind the others: no model can know\n"
     "them, their scores are 0, and most count as misses",
     OPTION_TEXT, &unknown_text, 0, 0},
    {"weight", "WHAT",
     "bm25 or tfidf: train.mtx gets these weights of the counts\n(wrmf/weighting.h), for "
     "confidence=plain; test.mtx has counts",
     OPTION_TEXT, &weight, 0, 0},
    {"documents", "SIDE", "with --weight: documents are items (default) or users", OPTION_TEXT,
     &documents, 0, 0},
    {"k1", "X", "with --weight bm25: how much a large count is above a\nsmall one (default 100)",
     OPTION_REAL, &k1, 0, 100000},
    {"b", "X", "with --weight bm25: how much a document's length counts\n(default 0.8)",
     OPTION_REAL, &b, 0, 1},
    {"out", "DIR", "folder for the results; made if it is not there", OPTION_TEXT, &directory, 0,
     0},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-prepare",
    INPUT_USAGE "\n       [--test FILE] [--candidates FILE] [--given FILE] [--ids DIR]\n       "
                "[--unknown drop] --out DIR",
    "Reads interactions, drops users and items that have too few, holds some items of\n"
    "some users out for a test, and writes into DIR:\n\n"
    "  train.mtx, test.mtx   Matrix Market, users x items\n"
    "  users.txt, items.txt  ids, one a line in index order; items with a tab and a name\n"
    "  candidates.tsv        of --candidates, by indices\n"
    "  given.mtx             of users that are held out whole: what is given of them; of\n"
    "                        the rows of test.mtx then\n"
    "  given-users.txt       their ids\n"
    "  heldout-users.txt     indices of the users that have test items\n"
    "  summary.json          what was read, dropped and split, and size and hash of each\n"
    "                        file: programs that read one check that all belong together\n\n"
    "The files are put in place at the end, when all of them are whole.\n\n" INPUT_ABOUT,
    {input_option_table, thin_option_table, options},
    "turn a text file of interactions into matrices and ids",
    "wrmf-prepare plays.csv --user user --item song --out prepared",
};

static const char *const names[] = {"train.mtx",       "given.mtx",         "test.mtx",
                                    "candidates.tsv",  "users.txt",         "items.txt",
                                    "given-users.txt", "heldout-users.txt", NULL};

/* ---- options ---- */

/* Says that an option was not given: its default depends on the others. */
enum { NOT_GIVEN = -1 };

/* Checks what --last and --since go with. */
static void resolve_time(void)
{
    struct input_options *o = &input_options;
    if (!o->time)
        die_usage("%s needs --time, the column", o->last > 0 ? "--last" : "--since");
    if (test_path || candidates_path || o->holdout > 0 || o->share >= 0 || o->holdout_users > 0 ||
        (o->last > 0 && o->since))
        die_usage("--last, --since, --holdout, --share, --holdout-users, and --test or "
                  "--candidates exclude each other");
    if (o->fraction >= 0)
        die_usage("--fraction is of the users of --holdout: %s takes all of them",
                  o->last > 0 ? "--last" : "--since");
    if (share_of)
        die_usage("--share-of needs --share");
    o->holdout = 0;
    o->share = 0;
}

/* Checks what --holdout-users goes with, and sets its --share. */
static void resolve_whole_users(void)
{
    struct input_options *o = &input_options;
    if (test_path || candidates_path || o->holdout > 0)
        die_usage("--holdout-users, --holdout, and --test or --candidates are three ways to a "
                  "test: give one");
    if (o->fraction >= 0)
        die_usage("--fraction is of the users of --holdout: --holdout-users says how many");
    if (share_of)
        die_usage("--share-of: with --holdout-users --share is of each one's");
    if (ids_directory)
        die_usage("--holdout-users parts the users: --ids cannot say which they are");
    if (o->holdout_users >= 1 && o->holdout_users != floor(o->holdout_users))
        die_usage("--holdout-users %g is neither a whole number nor below 1", o->holdout_users);
    o->share = o->share < 0 ? 0.2 : o->share;
    if (o->share <= 0 || o->share >= 1)
        die_usage("--share %g leaves nothing to %s", o->share, o->share > 0 ? "give" : "test");
    o->holdout = 0;
}

/* Checks --share and --share-of, and sets what depends on them. */
static void resolve_share(void)
{
    struct input_options *o = &input_options;
    const int is_given = o->share >= 0;
    if (o->last > 0 || o->since) {
        resolve_time();
        return;
    }
    if (o->time)
        die_usage("--time is for --last or --since: neither is given");
    if (o->holdout_users == 0)
        die_usage("--holdout-users 0 holds out nothing: --holdout 0 makes no split");
    if (o->holdout_users > 0) {
        resolve_whole_users();
        return;
    }
    if (share_of && !is_given)
        die_usage("--share-of needs --share");
    if (is_given && (test_path || candidates_path || o->holdout > 0))
        die_usage(
            "--share, --holdout, and --test or --candidates are three ways to a test: give one");
    if (is_given && o->fraction >= 0)
        die_usage("--fraction is of the users of --holdout: --share takes all of them");
    if (o->share == 0)
        die_usage("--share 0 holds out nothing: --holdout 0 makes no split");
    if (share_of && strcmp(share_of, "each") != 0 && strcmp(share_of, "all") != 0)
        die_usage("--share-of '%s' is neither each nor all", share_of);
    o->share_of_all = share_of && strcmp(share_of, "all") == 0;
    if (is_given)
        o->holdout = 0;
    else
        o->share = 0;
}

static enum unknown find_unknown(void)
{
    static const char *const words[] = {"drop", "refuse", "keep"}; /* in the enum's order */
    for (int i = 0; i < 3; i++)
        if (strcmp(unknown_text, words[i]) == 0) {
            if (i == UNKNOWN_KEEP && (ids_directory || !(test_path || candidates_path)))
                die_usage("--unknown keep adds ids of --test or --candidates to those of INPUT%s",
                          ids_directory ? ", not to those of --ids" : ": there is none");
            return (enum unknown)i;
        }
    die_usage("--unknown '%s' is neither drop, refuse nor keep", unknown_text);
}

static void resolve_defaults(void)
{
    struct input_options *o = &input_options;
    const int64_t min = ids_directory ? 0 : 5;
    if ((test_path || candidates_path) && o->holdout > 0)
        die_usage("--holdout and %s are two ways to a test: give one",
                  test_path ? "--test" : "--candidates");
    resolve_share();
    if (o->fraction < 0)
        o->fraction = 0.2;
    if (o->min_per_user == NOT_GIVEN)
        o->min_per_user = min;
    if (o->min_per_item == NOT_GIVEN)
        o->min_per_item = min;
    if (o->holdout == NOT_GIVEN)
        o->holdout = test_path || candidates_path || ids_directory ? 0 : 5;
    if (given_path && candidates_path)
        die_usage("--given has users of its own: --candidates would be of them");
    if (given_path && !test_path)
        die_usage("--given needs --test, what is to be predicted of the same users");
    unknown = find_unknown();
}

static void check_weight(void)
{
    if (weight && strcmp(weight, "bm25") != 0 && strcmp(weight, "tfidf") != 0)
        die_usage("--weight '%s' is neither bm25 nor tfidf", weight);
    if (weight && (given_path || input_options.holdout_users > 0))
        die_usage("--weight does not go with %s: what users are folded in by would stay counts",
                  given_path ? "--given" : "--holdout-users");
    if (!weight && documents)
        die_usage("--documents needs --weight");
    if ((!weight || strcmp(weight, "bm25") != 0) && (k1 >= 0 || b >= 0))
        die_usage("--k1 and --b need --weight bm25");
    k1 = k1 < 0 ? 100 : k1;
    b = b < 0 ? 0.8 : b;
    documents = documents ? documents : "items";
    if (strcmp(documents, "items") != 0 && strcmp(documents, "users") != 0)
        die_usage("--documents '%s' is neither items nor users", documents);
}

/* Claims what will be read and opens the folder, before anything takes long. */
static void open_all(struct folder *folder, const char *input)
{
    input_claim(input);
    if (test_path)
        input_claim(test_path);
    if (given_path)
        input_claim(given_path);
    if (candidates_path)
        input_claim(candidates_path);
    if (ids_directory && is_standard(ids_directory))
        die_usage("--ids is a folder; standard input, -, can be none");
    if (ids_directory) {
        input_claim(path_join(ids_directory, "users.txt"));
        input_claim(path_join(ids_directory, "items.txt"));
    }
    folder_open(folder, directory, names);
}

/* What is read, and what becomes of it. */
struct prepared {
    struct interactions data, given, test; /* of INPUT, --given and --test */
    struct candidates candidates;
};

/* ---- writing ---- */

static void put_test_json(const struct interactions *data, const struct interactions *test,
                          FILE *file)
{
    fputs("  \"test\": {\n", file);
    interactions_put_read_json(test, file);
    fprintf(file,
            "  \"interactions\": %lld,\n  \"users\": %lld,\n  \"in_train\": %lld\n  },\n"
            "  \"heldout_users\": %lld,\n  \"train_interactions\": %lld,\n"
            "  \"test_interactions\": %lld,\n",
            (long long)wrmf_matrix_entries(data->test), (long long)data->n_heldout,
            (long long)matrix_common(data->matrix, data->test), (long long)data->n_heldout,
            (long long)wrmf_matrix_entries(data->matrix),
            (long long)wrmf_matrix_entries(data->test));
}

static void put_summary(const struct prepared *all, const struct folder *folder, FILE *file)
{
    const struct interactions *const data = &all->data, *const test = &all->test;
    fputs("{\n", file);
    interactions_put_json(data, file);
    if (weight)
        fprintf(file, "  \"weight\": \"%s\",\n  \"documents\": \"%s\",\n", weight, documents);
    if (weight && strcmp(weight, "bm25") == 0) {
        fputs("  \"k1\": ", file);
        put_json_number(file, k1);
        fputs(",\n  \"b\": ", file);
        put_json_number(file, b);
        fputs(",\n", file);
    }
    if (data->times)
        times_put_json(data, file);
    else if (data->given)
        whole_users_put_json(data, file);
    else if (test->path)
        put_test_json(data, test, file);
    if (all->candidates.path)
        candidates_put_json(&all->candidates, file);
    if (unknown == UNKNOWN_KEEP)
        fprintf(file, "  \"added_users\": %lld,\n  \"added_items\": %lld,\n",
                (long long)data->added_users, (long long)data->added_items);
    fprintf(file, "  \"ids\": {\"users\": \"%016" PRIx64 "\", \"items\": \"%016" PRIx64 "\"",
            wrmf_ids_hash(data->users), wrmf_ids_hash(data->items));
    if (data->given_users)
        fprintf(file, ", \"given_users\": \"%016" PRIx64 "\"", wrmf_ids_hash(data->given_users));
    fputs("},\n  \"files\": ", file);
    folder_put_json(folder, file);
    fprintf(file, ",\n  \"wrmf_version\": \"%s\"\n}\n", wrmf_version_string());
}

/* Writes summary.json; *text becomes what is in it. */
static void write_summary(const struct prepared *all, const struct folder *folder, char **text)
{
    struct document document;
    char *path = path_join(folder->new_files, "summary.json");
    document_open(&document);
    put_summary(all, folder, document.file);
    fflush(document.file);
    *text = strdup(document.text);
    document_save(&document, all->data.context, path);
    free(path);
}

/* Puts the weights of counts in the place of the matrix that train.mtx is made of. */
static void weigh(struct interactions *data)
{
    wrmf_matrix **const train = data->train ? &data->train : &data->matrix;
    const wrmf_side side = strcmp(documents, "items") == 0 ? WRMF_ITEMS : WRMF_USERS;
    const int64_t before = wrmf_matrix_entries(*train);
    wrmf_matrix *weighted = NULL;
    wrmf_error err;
    check(strcmp(weight, "bm25") == 0
              ? wrmf_matrix_weight_bm25(*train, side, k1, b, &weighted, &err)
              : wrmf_matrix_weight_tfidf(*train, side, &weighted, &err),
          &err);
    if (wrmf_matrix_entries(weighted) == 0)
        die("%s: no weight is above 0: none is left for a model", data->path);
    wrmf_matrix_free(*train);
    *train = weighted;
    fprintf(narration(), "\n%s weighed by %s, %s left out with a weight of 0 or below\n",
            counted(before, "interaction", "interactions"), weight,
            with_commas(before - wrmf_matrix_entries(weighted)));
}

static void write_ids(const struct interactions *data, const wrmf_ids *ids, struct folder *folder,
                      const char *name)
{
    interactions_write_ids(data, ids, folder->new_files, name);
    folder_add(folder, name);
}

static void write_matrix(const struct interactions *data, const wrmf_matrix *matrix,
                         struct folder *folder, const char *name)
{
    interactions_write_matrix(data, matrix, folder->new_files, name);
    folder_add(folder, name);
}

static void write_all(const struct prepared *all, struct folder *folder)
{
    const struct interactions *const data = &all->data;
    folder_begin(folder);
    write_ids(data, data->users, folder, "users.txt");
    write_ids(data, data->items, folder, "items.txt");
    if (data->given_users)
        write_ids(data, data->given_users, folder, "given-users.txt");
    write_matrix(data, data->train ? data->train : data->matrix, folder, "train.mtx");
    if (data->given)
        write_matrix(data, data->given, folder, "given.mtx");
    if (data->test) {
        write_matrix(data, data->test, folder, "test.mtx");
        interactions_write_heldout(data, folder->new_files);
        folder_add(folder, "heldout-users.txt");
    }
    if (all->candidates.path) {
        candidates_write(&all->candidates, data->context, folder->new_files, "candidates.tsv");
        folder_add(folder, "candidates.tsv");
    }
    char *summary = NULL;
    write_summary(all, folder, &summary);
    folder_close(folder);
    if (common.json && summary)
        fputs(summary, stdout);
    free(summary);
}

/* Holds interactions out, or reads those that were held out. */
static void hold_out(struct prepared *all)
{
    if (all->data.times) {
        times_split(&all->data);
        times_print(&all->data, narration());
    } else if (input_options.holdout_users > 0) {
        whole_users_split(&all->data);
        whole_users_print(&all->data, narration());
    } else if (input_options.holdout > 0 || input_options.share > 0) {
        interactions_split(&all->data);
        interactions_print_split(&all->data, narration());
    }
    if (candidates_path) { /* first: what it adds to the ids, the test has as well */
        candidates_read(&all->candidates, &all->data, candidates_path, unknown);
        fprintf(narration(), "\n");
        candidates_print(&all->candidates, narration());
    }
    if (given_path)
        given_users(&all->data, &all->given, &all->test, given_path, test_path, unknown);
    else if (test_path)
        given_test(&all->data, &all->test, test_path, unknown);
    if (unknown == UNKNOWN_KEEP)
        fprintf(narration(), "%s and %s are new, behind the others\n",
                counted(all->data.added_users, "user", "users"),
                counted(all->data.added_items, "item", "items"));
}

int main(int argc, char **argv)
{
    const char *input = NULL;
    struct prepared all = {0};
    struct times times = {0};
    struct folder folder;

    input_options.holdout = input_options.min_per_user = input_options.min_per_item = NOT_GIVEN;
    input_options.share = input_options.fraction = input_options.holdout_users = NOT_GIVEN;
    options_parse(&program, argc, argv, 1, &input);
    input_options_check();
    if (!directory)
        die_usage("--out is needed: the folder for the results");
    resolve_defaults();
    check_weight();
    open_all(&folder, input);

    wrmf_context *context = context_open();
    if (input_options.since)
        times_check_since(context);
    if (input_options.time)
        all.data.times = &times;
    interactions_read(&all.data, context, input);
    interactions_print_read(&all.data, narration());
    if (ids_directory)
        given_ids(&all.data, ids_directory, unknown);
    interactions_thin(&all.data);
    interactions_print_figures(&all.data, narration());
    hold_out(&all);
    if (weight)
        weigh(&all.data);
    write_all(&all, &folder);

    candidates_free(&all.candidates);
    interactions_free(&all.given);
    interactions_free(&all.test);
    interactions_free(&all.data);
    times_free(&times);
    wrmf_context_free(context);
    return finish();
}
