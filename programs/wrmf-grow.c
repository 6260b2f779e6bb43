/* SPDX-License-Identifier: BSD-2-Clause */
/* wrmf-grow: take new interactions, users and items into a model. */
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "files.h"
#include "identity.h"
#include "input_options.h"
#include "interactions.h"
#include "known_ids.h"
#include "narration.h"
#include "session.h"
#include "streams.h"
#include "text.h"
#include "thin_new.h"

static struct text_list new_paths;
static const char *data_path, *out_path, *out_data_path, *refresh_text = "users";
static int64_t epochs, length = 10, compared = 10000;
static int mappable;

static const struct option options[] = {
    {"with", "NEW", "the new interactions, laid out as said below; again for\nanother file",
     OPTION_LIST, &new_paths, 0, 0},
    {"data", "TRAIN.mtx",
     "what MODEL was fitted to, or what --out-data wrote: known\n"
     "users are folded in from all they have, and --epochs and\n"
     "objectives are possible",
     OPTION_TEXT, &data_path, 0, 0},
    {"refresh", "WHAT",
     "users (default): with --data, known users that have new\n"
     "interactions get new rows; none: known rows stay",
     OPTION_TEXT, &refresh_text, 0, 0},
    {"epochs", "N", "then fit on for N epochs, which needs --data", OPTION_INT, &epochs, 0,
     1000000000},
    {"min-per-user", "N", "leave out new users with fewer items (default 0)", OPTION_INT,
     &input_options.min_per_user, 0, 2147483647},
    {"min-per-item", "N", "leave out new items with fewer users (default 0)", OPTION_INT,
     &input_options.min_per_item, 0, 2147483647},
    {"out", "MODEL2", "the grown model; - is standard output", OPTION_TEXT, &out_path, 0, 0},
    {"mappable", NULL,
     "write the model so that servers map it (docs/serving.md)\n"
     "instead of reading it",
     OPTION_FLAG, &mappable, 0, 0},
    {"out-data", "FILE",
     "also write the interactions of TRAIN.mtx and NEW together,\n"
     "for --data of the next day",
     OPTION_TEXT, &out_data_path, 0, 0},
    {"n", "N", "length of the lists that are compared (default 10)", OPTION_INT, &length, 1,
     2147483647},
    {"compare", "N",
     "known users, evenly chosen, whose lists are compared\n(default 10000); 0: none are",
     OPTION_INT, &compared, 0, 2147483647},
    {NULL, NULL, NULL, OPTION_FLAG, NULL, 0, 0},
};

static const struct program program = {
    "wrmf-grow",
    "MODEL --with NEW (--user COL --item COL [--name COL] [--count COL] | --lists)\n"
    "       [--data TRAIN.mtx] [--epochs N] --out MODEL2 [--out-data FILE]",
    "Adds the users and items of NEW that MODEL does not know behind those that it does, folds\n"
    "them in, and writes the grown model. Rows of users and items that are known stay as they\n"
    "are, but for what --refresh and --epochs say. What a user has in NEW alone is not what\n"
    "she is: without --data, known users with new interactions keep their rows, and are\n"
    "counted. It says how lists changed: what known users got from MODEL beside what they get\n"
    "now, what they have left out. MODEL must have ids (wrmf-train --ids).\n\n"
    "NEW is delimited text as wrmf-prepare reads it, packed by gzip or not; - is standard\n"
    "input. A COL is the name of a column in the first line, or its number from 1. A pair that\n"
    "is in TRAIN.mtx and in NEW is treated as --duplicates says.",
    {options, input_option_table},
    "take new interactions, users and items into a model",
    "wrmf-grow model.safetensors --with monday.csv --user user --item song \\\n"
    "    --data prepared/train.mtx --out grown.safetensors --out-data all.mtx",
};

static wrmf_error err;

/* The model at a point of the way, beside the one that was read. */
struct stage {
    int64_t epochs;
    wrmf_comparison found;
};

/* What is grown. Sides are indexed by wrmf_side. */
struct growth {
    wrmf_context *context;
    wrmf_model *model, *grown;
    wrmf_matrix *data;  /* of --data, or NULL */
    wrmf_matrix *news;  /* of NEW, numbered as the grown model */
    wrmf_matrix *all;   /* both, or news */
    wrmf_ids *ids[2];   /* of the grown model */
    int64_t dropped[2]; /* new users and items that have too little */
    int64_t known[2];   /* users and items of the model */
    int64_t *changed;   /* known users with new interactions, */
    int64_t n_changed;  /* so many */
    int64_t refreshed;  /* of them, that got new rows */
    int64_t *users;     /* whose lists are compared */
    int64_t n_users;
    struct stage stages[2]; /* folded in, and after --epochs */
    int n_stages;
};

/* ---- options ---- */

static void check_options(void)
{
    if (new_paths.count == 0)
        die_usage("--with is needed: the file with the new interactions");
    input_options_check();
    if (!out_path)
        die_usage("--out is needed: the file for the grown model");
    if (strcmp(refresh_text, "users") != 0 && strcmp(refresh_text, "none") != 0)
        die_usage("--refresh '%s' is neither users nor none", refresh_text);
    if (epochs > 0 && !data_path)
        die_usage("--epochs needs --data: an epoch fits all rows to all interactions");
    if (out_data_path && !data_path)
        die_usage("--out-data needs --data: NEW alone is not all that there is");
    if (out_data_path && is_standard(out_data_path))
        die_usage("--out-data is a file; standard output, -, cannot be it");
}

/* Claims what will be read, and opens what will be written, before anything takes long. */
static void claim_all(wrmf_context *context, const char *model_path)
{
    input_claim(model_path);
    for (int i = 0; i < new_paths.count; i++)
        input_claim(new_paths.text[i]);
    if (data_path)
        input_claim(data_path);
    if (out_data_path) {
        wrmf_output *output = NULL;
        output_check(out_data_path);
        if (strcmp(out_data_path, out_path) == 0)
            die_usage("--out and --out-data are the same file");
        check(wrmf_output_open_path(context, out_data_path, &output, &err), &err);
        wrmf_output_free(output); /* what is there stays */
    }
    output_claim(context, out_path);
}

/* ---- what is known ---- */

static void load_model(struct growth *g, const char *path)
{
    g->model = model_load(g->context, path);
    for (int side = 0; side < 2; side++) {
        const wrmf_ids *ids = wrmf_model_ids(g->model, (wrmf_side)side);
        if (!ids)
            die("%s has no ids of its %s: who is new cannot be told; wrmf-train --ids keeps them",
                path, side == WRMF_USERS ? "users" : "items");
        g->known[side] = wrmf_ids_size(ids);
        check(wrmf_ids_without(ids, NULL, 0, &g->ids[side], &err), &err); /* a copy */
    }
}

static void load_data(struct growth *g, const char *model_path)
{
    g->data = matrix_load(g->context, data_path);
    const struct identity of_model = identity_of_model(g->model, model_path);
    const struct identity of_data = identity_of_matrix(g->data, data_path);
    identity_match(&of_model, &of_data);
    if (wrmf_matrix_users(g->data) != g->known[WRMF_USERS] ||
        wrmf_matrix_items(g->data) != g->known[WRMF_ITEMS])
        die("%s is %s x %s, and %s has %s and %s", data_path,
            with_commas(wrmf_matrix_users(g->data)), with_commas(wrmf_matrix_items(g->data)),
            model_path, counted(g->known[WRMF_USERS], "user", "users"),
            counted(g->known[WRMF_ITEMS], "item", "items"));
}

/* ---- what is new ---- */

/* Puts the ids of a side of a file behind those that are there; gives where each is. */
static int64_t *merge_ids(struct growth *g, wrmf_side side, const wrmf_ids *ids, const char *path)
{
    int64_t *numbers = allocate((size_t)wrmf_ids_size(ids), sizeof *numbers);
    wrmf_ids *merged = NULL;
    if (wrmf_ids_merge(g->ids[side], ids, numbers, &merged, &err) != WRMF_OK)
        die("%s, %s: %s", path, side == WRMF_USERS ? "users" : "items", err.text);
    wrmf_ids_free(g->ids[side]);
    g->ids[side] = merged;
    return numbers;
}

/* Adds a matrix to one that grows, and frees it. */
static void add_matrix(wrmf_matrix **sum, wrmf_matrix *matrix)
{
    wrmf_matrix *merged = NULL;
    if (!*sum) {
        *sum = matrix;
        return;
    }
    check(wrmf_matrix_merge(*sum, matrix, input_duplicates(), &merged, &err), &err);
    wrmf_matrix_free(*sum);
    wrmf_matrix_free(matrix);
    *sum = merged;
}

static void read_file(struct growth *g, const char *path)
{
    struct interactions file = {0};
    wrmf_matrix *placed = NULL;
    interactions_read(&file, g->context, path);
    interactions_print_read(&file, narration());
    int64_t *users = merge_ids(g, WRMF_USERS, file.users, file.path);
    int64_t *items = merge_ids(g, WRMF_ITEMS, file.items, file.path);
    check(wrmf_matrix_renumber(file.matrix, users, wrmf_ids_size(g->ids[0]), items,
                               wrmf_ids_size(g->ids[1]), &placed, &err),
          &err);
    add_matrix(&g->news, placed);
    free(users);
    free(items);
    interactions_free(&file);
}

/* Says whether a user's row of both matrices is the same. */
static int same_row(const wrmf_matrix *a, const wrmf_matrix *b, int64_t user)
{
    const int32_t *left = NULL, *right = NULL;
    const double *counts = NULL, *other = NULL;
    const int64_t n = wrmf_matrix_row(a, user, &left, &counts);
    if (wrmf_matrix_row(b, user, &right, &other) != n)
        return 0;
    for (int64_t i = 0; i < n; i++) {
        const double x = counts ? counts[i] : 1, y = other ? other[i] : 1;
        if (left[i] != right[i] || x < y || x > y)
            return 0;
    }
    return 1;
}

/* Leaves out who is new and has too little. */
static void thin(struct growth *g)
{
    const int64_t least[2] = {input_options.min_per_user, input_options.min_per_item};
    wrmf_matrix *placed = NULL; /* of the sizes that the ids of all files have */
    check(wrmf_matrix_renumber(g->news, NULL, wrmf_ids_size(g->ids[0]), NULL,
                               wrmf_ids_size(g->ids[1]), &placed, &err),
          &err);
    wrmf_matrix_free(g->news);
    g->news = placed;
    thin_new(&g->news, g->ids, g->known, least, g->dropped);
}

/* Puts data and news together, and finds the known users that have something new. */
static void join(struct growth *g)
{
    if (g->data &&
        wrmf_matrix_merge(g->data, g->news, input_duplicates(), &g->all, &err) != WRMF_OK)
        die("%s and %s together, by indices: %s", data_path, new_paths.text[0], err.text);
    if (!g->data) /* a matrix of its own */
        check(wrmf_matrix_renumber(g->news, NULL, wrmf_ids_size(g->ids[0]), NULL,
                                   wrmf_ids_size(g->ids[1]), &g->all, &err),
              &err);
    matrix_sign(g->all, g->ids[0], g->ids[1]);
    g->changed = allocate((size_t)g->known[WRMF_USERS], sizeof *g->changed);
    for (int64_t user = 0; user < g->known[WRMF_USERS]; user++) {
        const int has_news = wrmf_matrix_row(g->news, user, NULL, NULL) > 0;
        if (has_news && !(g->data && same_row(g->all, g->data, user)))
            g->changed[g->n_changed++] = user;
    }
}

/* ---- the model ---- */

static void grow(struct growth *g)
{
    check(wrmf_model_grow(g->context, g->model, g->all, g->ids[0], g->ids[1], &g->grown, &err),
          &err);
    if (g->data && strcmp(refresh_text, "users") == 0) {
        check(wrmf_model_refresh(g->context, g->grown, g->all, WRMF_USERS, g->changed, g->n_changed,
                                 &err),
              &err);
        g->refreshed = g->n_changed;
    }
}

static int64_t added(const struct growth *g, wrmf_side side)
{
    return wrmf_ids_size(g->ids[side]) - g->known[side];
}

static void print_growth(const struct growth *g)
{
    FILE *out = narration();
    if (g->dropped[0] + g->dropped[1] > 0)
        fprintf(out, "%s and %s have too little and are left out\n",
                counted(g->dropped[0], "new user", "new users"),
                counted(g->dropped[1], "new item", "new items"));
    fprintf(out, "%s and %s are new", counted(added(g, WRMF_USERS), "user", "users"),
            counted(added(g, WRMF_ITEMS), "item", "items"));
    fprintf(out, "; %s %s new interactions", counted(g->n_changed, "known user", "known users"),
            g->n_changed == 1 ? "has" : "have");
    if (g->refreshed)
        fprintf(out, ", and new rows");
    fprintf(out, "\n%s x %s, %s\n", counted(wrmf_model_users(g->grown), "user", "users"),
            counted(wrmf_model_items(g->grown), "item", "items"),
            counted(wrmf_model_epochs(g->grown), "epoch", "epochs"));
    if (!g->data && g->n_changed)
        warn("%s %s new interactions; known rows stay, for a row comes of all that a user has: "
             "--data TRAIN.mtx",
             counted(g->n_changed, "known user", "known users"),
             g->n_changed == 1 ? "has" : "have");
}

/* ---- how lists changed ---- */

static void choose_users(struct growth *g)
{
    const int64_t known = g->known[WRMF_USERS];
    g->n_users = known < compared ? known : compared;
    g->users = allocate((size_t)g->n_users, sizeof *g->users);
    for (int64_t i = 0; i < g->n_users; i++)
        g->users[i] = (int64_t)((double)i * (double)known / (double)g->n_users);
}

/* Compares the model as it is now with the one that was read. */
static void compare(struct growth *g)
{
    struct stage *stage = &g->stages[g->n_stages++];
    stage->epochs = wrmf_model_epochs(g->grown);
    if (g->n_users > 0)
        check(wrmf_model_compare(g->context, g->model, g->grown, g->all, g->users, g->n_users,
                                 length, &stage->found, &err),
              &err);
}

static void print_stage(const struct growth *g, const struct stage *stage, FILE *out)
{
    const int64_t more = stage->epochs - wrmf_model_epochs(g->model);
    char label[64] = "folded in";
    if (more > 0)
        snprintf(label, sizeof label, "%s", counted(more, "more epoch", "more epochs"));
    fprintf(out, "%-16s %12s %12s %12s", label, percent_text(stage->found.overlap),
            percent_text(stage->found.same_first), percent_text(stage->found.same_list));
    if (g->data)
        fprintf(out, " %16s", objective_text(stage->found.objective[1]));
    fputc('\n', out);
}

/* Objectives are shown where all interactions are known. */
static void print_lists(const struct growth *g)
{
    FILE *out = narration();
    const wrmf_comparison *first = &g->stages[0].found;
    if (g->n_users == 0)
        return;
    fprintf(out,
            "\nlists of %s, for %s, beside those of the model before\n%-16s %12s %12s %12s%s\n",
            counted(length, "item", "items"), counted(first->users, "known user", "known users"),
            "", "same items", "same first", "same list", g->data ? "        objective" : "");
    if (g->data)
        fprintf(out, "%-16s %12s %12s %12s %16s\n", "before", "", "", "",
                objective_text(first->objective[0]));
    for (int i = 0; i < g->n_stages; i++)
        print_stage(g, &g->stages[i], out);
}

static void put_stage(const struct growth *g, const struct stage *stage)
{
    const struct {
        const char *name;
        double value;
    } members[] = {{"same_items", stage->found.overlap},
                   {"same_first", stage->found.same_first},
                   {"same_list", stage->found.same_list},
                   {"objective", stage->found.objective[1]}};
    printf("\n    {\"epochs\": %lld, \"users\": %lld", (long long)stage->epochs,
           (long long)stage->found.users);
    for (size_t i = 0; i < sizeof members / sizeof members[0]; i++) {
        if (i == 3 && !g->data)
            continue;
        printf(", \"%s\": ", members[i].name);
        put_json_number(stdout, members[i].value);
    }
    putchar('}');
}

static void print_json(const struct growth *g)
{
    fputs("{\n  \"model\": ", stdout);
    put_json(stdout, out_path);
    printf(",\n  \"users\": %lld,\n  \"items\": %lld,\n  \"new_users\": %lld,\n"
           "  \"new_items\": %lld,\n  \"left_out_users\": %lld,\n  \"left_out_items\": %lld,\n"
           "  \"known_users_with_news\": %lld,\n"
           "  \"refreshed_users\": %lld,\n  \"epochs\": %lld,\n  \"epochs_before\": %lld",
           (long long)wrmf_model_users(g->grown), (long long)wrmf_model_items(g->grown),
           (long long)added(g, WRMF_USERS), (long long)added(g, WRMF_ITEMS),
           (long long)g->dropped[WRMF_USERS], (long long)g->dropped[WRMF_ITEMS],
           (long long)g->n_changed, (long long)g->refreshed, (long long)wrmf_model_epochs(g->grown),
           (long long)wrmf_model_epochs(g->model));
    if (g->data && g->n_users > 0) {
        fputs(",\n  \"objective_before\": ", stdout);
        put_json_number(stdout, g->stages[0].found.objective[0]);
    }
    if (g->n_users > 0) {
        printf(",\n  \"length\": %lld,\n  \"lists\": [", (long long)length);
        for (int i = 0; i < g->n_stages; i++) {
            if (i > 0)
                putchar(',');
            put_stage(g, &g->stages[i]);
        }
        fputs("]", stdout);
    }
    puts("\n}");
}

/* ---- the end ---- */

static void write_all(struct growth *g)
{
    if (out_data_path) { /* first: a model that is there has its data beside it */
        wrmf_output *data = NULL;
        check(wrmf_output_open_path(g->context, out_data_path, &data, &err), &err);
        wrmf_status status = wrmf_matrix_write_market(g->all, data, &err);
        if (status == WRMF_OK)
            status = wrmf_output_close(data, &err);
        wrmf_output_free(data);
        check(status, &err);
    }
    wrmf_output *output = output_open(g->context, out_path);
    const wrmf_status status =
        wrmf_model_write_as(g->grown, mappable ? WRMF_SAVE_MAPPABLE : 0, output, &err);
    output_finish(output, status, &err);
}

static void free_all(struct growth *g)
{
    wrmf_model_free(g->model);
    wrmf_model_free(g->grown);
    wrmf_matrix_free(g->data);
    wrmf_matrix_free(g->news);
    wrmf_matrix_free(g->all);
    wrmf_ids_free(g->ids[0]);
    wrmf_ids_free(g->ids[1]);
    free(g->changed);
    free(g->users);
    wrmf_context_free(g->context);
}

int main(int argc, char **argv)
{
    const char *model_path = NULL;
    struct growth g = {0};

    input_options.min_per_user = input_options.min_per_item = 0;
    options_parse(&program, argc, argv, 1, &model_path);
    check_options();
    g.context = context_open();
    claim_all(g.context, model_path);
    load_model(&g, model_path);
    if (data_path)
        load_data(&g, model_path);
    for (int i = 0; i < new_paths.count; i++)
        read_file(&g, new_paths.text[i]);
    thin(&g);
    join(&g);
    grow(&g);
    choose_users(&g);
    compare(&g);
    if (epochs > 0) {
        check(wrmf_model_continue(g.context, g.grown, g.all, epochs, &err), &err);
        compare(&g);
    }
    print_growth(&g);
    print_lists(&g);
    write_all(&g);
    if (common.json)
        print_json(&g);
    free_all(&g);
    return finish();
}
