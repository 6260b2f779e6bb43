/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf-prepare: from a text file of who touched what, or from two of them, to
 * matrices and ids that wrmf-train and wrmf-evaluate read.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "failure.h"
#include "files.h"
#include "folder.h"
#include "input_options.h"
#include "interactions.h"
#include "known_ids.h"
#include "narration.h"
#include "session.h"
#include "streams.h"
#include "text.h"

static const char *directory, *test_path, *ids_directory, *unknown_text = "drop";
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
     "down",
     OPTION_REAL, &input_options.share, 0, 1},
    {"share-of", "WHAT", "each: --share is of each user's (default); all: of all", OPTION_TEXT,
     &share_of, 0, 0},
    {"test", "FILE",
     "what was held out already, laid out as INPUT: becomes\n"
     "test.mtx, whole, numbered by the ids of INPUT",
     OPTION_TEXT, &test_path, 0, 0},
    {"ids", "DIR",
     "number INPUT (and --test) by DIR/users.txt and\n"
     "DIR/items.txt, which an earlier run wrote: the results\n"
     "have all ids of DIR. Nothing is thinned out but by\n"
     "--min-per-user and --min-per-item, if they are given",
     OPTION_TEXT, &ids_directory, 0, 0},
    {"unknown", "WHAT",
     "drop (default) or refuse interactions of --test, or of\n"
     "INPUT with --ids, whose user or item is not among the ids;\n"
     "what is dropped is counted",
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
    INPUT_USAGE "\n       [--test FILE] [--ids DIR] [--unknown drop] --out DIR",
    "Reads interactions, drops users and items that have too few, holds some items of\n"
    "some users out for a test, and writes into DIR:\n\n"
    "  train.mtx, test.mtx   Matrix Market, users x items\n"
    "  users.txt, items.txt  ids, one a line in index order; items with a tab and a name\n"
    "  heldout-users.txt     indices of the users that have test items\n"
    "  summary.json          what was read, dropped and split, and size and hash of each\n"
    "                        file: programs that read one check that all belong together\n\n"
    "The files are put in place at the end, when all of them are whole.\n\n" INPUT_ABOUT,
    {input_option_table, thin_option_table, options},
    "turn a text file of interactions into matrices and ids",
    "wrmf-prepare plays.csv --user user --item song --out prepared",
};

static const char *const names[] = {"train.mtx", "test.mtx",          "users.txt",
                                    "items.txt", "heldout-users.txt", NULL};

/* ---- options ---- */

/* Says that an option was not given: its default depends on the others. */
enum { NOT_GIVEN = -1 };

/* Checks --share and --share-of, and sets what depends on them. */
static void resolve_share(void)
{
    struct input_options *o = &input_options;
    const int is_given = o->share >= 0;
    if (share_of && !is_given)
        die_usage("--share-of needs --share");
    if (is_given && (test_path || o->holdout > 0))
        die_usage("--share, --holdout and --test are three ways to a test: give one");
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

static void resolve_defaults(void)
{
    struct input_options *o = &input_options;
    const int64_t min = ids_directory ? 0 : 5;
    if (test_path && o->holdout > 0)
        die_usage("--holdout and --test are two ways to a test: give one");
    resolve_share();
    if (o->fraction < 0)
        o->fraction = 0.2;
    if (o->min_per_user == NOT_GIVEN)
        o->min_per_user = min;
    if (o->min_per_item == NOT_GIVEN)
        o->min_per_item = min;
    if (o->holdout == NOT_GIVEN)
        o->holdout = test_path || ids_directory ? 0 : 5;
    if (strcmp(unknown_text, "drop") != 0 && strcmp(unknown_text, "refuse") != 0)
        die_usage("--unknown '%s' is neither drop nor refuse", unknown_text);
    unknown = strcmp(unknown_text, "drop") == 0 ? UNKNOWN_DROP : UNKNOWN_REFUSE;
}

static void check_weight(void)
{
    if (weight && strcmp(weight, "bm25") != 0 && strcmp(weight, "tfidf") != 0)
        die_usage("--weight '%s' is neither bm25 nor tfidf", weight);
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
    if (ids_directory && is_standard(ids_directory))
        die_usage("--ids is a folder; standard input, -, can be none");
    if (ids_directory) {
        input_claim(path_join(ids_directory, "users.txt"));
        input_claim(path_join(ids_directory, "items.txt"));
    }
    folder_open(folder, directory, names);
}

/* ---- reading ---- */

/* Numbers what was read by the ids of the folder that --ids names. */
static void map_to_folder(struct interactions *data)
{
    char *users_path = path_join(ids_directory, "users.txt");
    char *items_path = path_join(ids_directory, "items.txt");
    wrmf_ids *users = ids_load(data->context, users_path);
    wrmf_ids *items = ids_load(data->context, items_path);
    interactions_map(data, users, items, unknown);
    interactions_print_unknown(data, narration());
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    free(users_path);
    free(items_path);
}

/* Reads the file of --test; `test` gets what was read, and data its matrix. */
static void read_test(struct interactions *data, struct interactions *test)
{
    FILE *out = narration();
    fprintf(out, "\n");
    interactions_read(test, data->context, test_path);
    interactions_print_read(test, out);
    interactions_map(test, data->users, data->items, unknown);
    interactions_print_unknown(test, out);
    data->test = test->matrix;
    test->matrix = NULL;
    interactions_test_users(data);
    fprintf(out, "%s of %s for the test\n",
            counted(wrmf_matrix_entries(data->test), "interaction", "interactions"),
            counted(data->n_heldout, "user", "users"));
    const int64_t in_train = matrix_common(data->matrix, data->test);
    if (in_train > 0)
        fprintf(out, "%s of them in %s as well\n", with_commas(in_train), data->path);
}

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

static void put_summary(const struct interactions *data, const struct interactions *test,
                        const struct folder *folder, FILE *file)
{
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
    if (test->path)
        put_test_json(data, test, file);
    fprintf(file,
            "  \"ids\": {\"users\": \"%016" PRIx64 "\", \"items\": \"%016" PRIx64 "\"},\n"
            "  \"files\": ",
            wrmf_ids_hash(data->users), wrmf_ids_hash(data->items));
    folder_put_json(folder, file);
    fprintf(file, ",\n  \"wrmf_version\": \"%s\"\n}\n", wrmf_version_string());
}

/* Writes summary.json; *text becomes what is in it. */
static void write_summary(const struct interactions *data, const struct interactions *test,
                          const struct folder *folder, char **text)
{
    struct document document;
    char *path = path_join(folder->new_files, "summary.json");
    document_open(&document);
    put_summary(data, test, folder, document.file);
    fflush(document.file);
    *text = strdup(document.text);
    document_save(&document, data->context, path);
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
    wrmf_matrix_free(*train);
    *train = weighted;
    fprintf(narration(), "\n%s weighed by %s, %s left out with a weight of 0 or below\n",
            counted(before, "interaction", "interactions"), weight,
            with_commas(before - wrmf_matrix_entries(weighted)));
}

static void write_all(const struct interactions *data, const struct interactions *test,
                      struct folder *folder)
{
    folder_begin(folder);
    interactions_write_ids(data, folder->new_files);
    folder_add(folder, "users.txt");
    folder_add(folder, "items.txt");
    interactions_write_matrix(data, data->train ? data->train : data->matrix, folder->new_files,
                              "train.mtx");
    folder_add(folder, "train.mtx");
    if (data->test) {
        interactions_write_matrix(data, data->test, folder->new_files, "test.mtx");
        folder_add(folder, "test.mtx");
        interactions_write_heldout(data, folder->new_files);
        folder_add(folder, "heldout-users.txt");
    }
    char *summary = NULL;
    write_summary(data, test, folder, &summary);
    folder_close(folder);
    if (common.json && summary)
        fputs(summary, stdout);
    free(summary);
}

int main(int argc, char **argv)
{
    const char *input = NULL;
    struct interactions data = {0}, test = {0};
    struct folder folder;

    input_options.holdout = input_options.min_per_user = input_options.min_per_item = NOT_GIVEN;
    input_options.share = input_options.fraction = NOT_GIVEN;
    options_parse(&program, argc, argv, 1, &input);
    input_options_check();
    if (!directory)
        die_usage("--out is needed: the folder for the results");
    resolve_defaults();
    check_weight();
    open_all(&folder, input);

    wrmf_context *context = context_open();
    interactions_read(&data, context, input);
    interactions_print_read(&data, narration());
    if (ids_directory)
        map_to_folder(&data);
    interactions_thin(&data);
    interactions_print_figures(&data, narration());
    if (input_options.holdout > 0 || input_options.share > 0) {
        interactions_split(&data);
        interactions_print_split(&data, narration());
    }
    if (test_path)
        read_test(&data, &test);
    if (weight)
        weigh(&data);
    write_all(&data, &test, &folder);

    interactions_free(&test);
    interactions_free(&data);
    wrmf_context_free(context);
    return finish();
}
