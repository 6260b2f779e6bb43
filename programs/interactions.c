/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes a thinned and split matrix from a text file, and prints and writes what it found. */
#include "interactions.h"

#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "files.h"
#include "input_options.h"
#include "known_ids.h"
#include "session.h"
#include "streams.h"
#include "text.h"
#include "times.h"

static wrmf_error err;

/* ---- read, thin, split ---- */

static int64_t count_dislikes(const wrmf_matrix *matrix)
{
    int64_t dislikes = 0;
    for (int64_t user = 0; user < wrmf_matrix_users(matrix); user++) {
        const double *counts;
        const int64_t n = wrmf_matrix_row(matrix, user, NULL, &counts);
        for (int64_t i = 0; counts && i < n; i++)
            dislikes += counts[i] < 0;
    }
    return dislikes;
}

static struct figures figures_of(const wrmf_matrix *matrix)
{
    return (struct figures){wrmf_matrix_users(matrix), wrmf_matrix_items(matrix),
                            wrmf_matrix_entries(matrix), count_dislikes(matrix),
                            wrmf_matrix_density(matrix)};
}

/* Ends the program because no interaction was read, and says why. */
static _Noreturn void die_empty(const struct interactions *data, const wrmf_reader *reader)
{
    if (data->malformed)
        die("%s: there is no interaction in it: %s skipped, the first: %s", data->path,
            counted(data->malformed, "malformed line was", "malformed lines were"),
            wrmf_reader_first_malformed(reader));
    if (data->zeros)
        die("%s: there is no interaction in it: %s a count of 0, the first is line %lld",
            data->path, counted(data->zeros, "line has", "lines have"),
            (long long)wrmf_reader_first_line(reader, WRMF_READ_ZEROS));
    const int64_t lines = wrmf_reader_count(reader, WRMF_READ_LINES);
    die("%s: there is no interaction in it: %s", data->path,
        lines == 0 ? "it is empty"
        : lines > data->blank + data->comments + data->headers
            ? "it has nothing but a header; --header no takes that for data"
            : "all lines are empty or comments");
}

/* Reads lists, a line a user. */
static void read_lists(struct interactions *data)
{
    struct source source;
    source_open(&source, data->context, data->path);
    data->path = source.path;
    check(wrmf_matrix_read_lists(data->context, source.input, &data->duplicates, &data->bare,
                                 &data->matrix, &data->users, &data->items, &err),
          &err);
    source_close(&source);
    data->before = figures_of(data->matrix);
    data->rows = data->before.interactions + data->duplicates;
    if (data->before.interactions == 0)
        die("%s: there is no interaction in it%s", data->path,
            data->bare > 0 ? ": no line has an item behind its user" : "");
}

/* Says whether the library found nothing to part the first line at. */
static int is_undivided(const char *text)
{
    return strstr(text, " has 1 field, cut at each ") || strstr(text, " it has 1: ");
}

/* Ends the program if reading failed; of a count that is refused, or a line that is not parted, it
 * says what takes it. */
static void check_read(wrmf_status status)
{
    if (status == WRMF_E_FORMAT && strstr(err.text, ", not above 0"))
        die("%s; --zeros drop leaves out lines with a count of 0, --negative dislike takes counts "
            "below 0 as dislikes",
            err.text);
    if ((status == WRMF_E_FORMAT || status == WRMF_E_NAME) && !input_options.delimiter &&
        is_undivided(err.text))
        die("%s; --delimiter says what stands between fields, as --delimiter whitespace, and "
            "--lists reads lines of a user and its items",
            err.text);
    check(status, &err);
}

/* Reads text of columns. */
static void read_columns(struct interactions *data)
{
    wrmf_reader *reader = reader_open(data->context);
    struct source source;
    source_open(&source, data->context, data->path);
    data->path = source.path;
    check_read(
        wrmf_reader_read(reader, source.input, &data->matrix, &data->users, &data->items, &err));
    source_close(&source);
    data->rows = wrmf_reader_count(reader, WRMF_READ_ROWS);
    data->duplicates = wrmf_reader_count(reader, WRMF_READ_DUPLICATES);
    data->blank = wrmf_reader_count(reader, WRMF_READ_BLANK);
    data->malformed = wrmf_reader_count(reader, WRMF_READ_MALFORMED);
    data->spanning = wrmf_reader_count(reader, WRMF_READ_SPANNING);
    data->comments = wrmf_reader_count(reader, WRMF_READ_COMMENTS);
    data->headers = wrmf_reader_count(reader, WRMF_READ_HEADERS);
    data->zeros = wrmf_reader_count(reader, WRMF_READ_ZEROS);
    data->before = figures_of(data->matrix);
    if (data->before.interactions == 0)
        die_empty(data, reader);
    if (data->times)
        times_take(data->times, data, reader);
    wrmf_reader_free(reader);
}

void interactions_read(struct interactions *data, wrmf_context *context, const char *path)
{
    const double start = seconds_now();
    data->context = context;
    data->path = path;
    if (input_options.lists)
        read_lists(data);
    else
        read_columns(data);
    data->seconds = seconds_now() - start;
}

/* Replaces ids by those that thinning kept. */
static void keep_ids(wrmf_ids **ids, const int64_t *kept, int64_t n)
{
    wrmf_ids *selected = NULL;
    check(wrmf_ids_select(*ids, kept, n, &selected, &err), &err);
    wrmf_ids_free(*ids);
    *ids = selected;
}

void interactions_thin(struct interactions *data)
{
    const struct input_options *o = &input_options;
    int64_t *users = allocate((size_t)wrmf_matrix_users(data->matrix), sizeof *users);
    int64_t *items = allocate((size_t)wrmf_matrix_items(data->matrix), sizeof *items);
    wrmf_matrix *thin = NULL;
    check(wrmf_matrix_threshold(data->matrix, o->min_per_user, o->min_per_item, &thin, users, items,
                                &err),
          &err);
    data->after = figures_of(thin);
    if (data->after.interactions == 0)
        die("%s: nothing is left of %s when each user must have %s and each item %s; lower "
            "--min-per-user or --min-per-item",
            data->path, counted(data->before.interactions, "interaction", "interactions"),
            counted(o->min_per_user, "item", "items"), counted(o->min_per_item, "user", "users"));
    if (data->mapped) { /* the known ids stay, and with them the sizes */
        wrmf_matrix *wide =
            matrix_renumber(data->context, thin, users, items, wrmf_matrix_users(data->matrix),
                            wrmf_matrix_items(data->matrix));
        wrmf_matrix_free(thin);
        thin = wide;
        data->after = figures_of(thin);
    } else {
        keep_ids(&data->users, users, data->after.users);
        keep_ids(&data->items, items, data->after.items);
    }
    wrmf_matrix_free(data->matrix);
    data->matrix = thin;
    matrix_sign(thin, data->users, data->items);
    free(users);
    free(items);
}

/* Holds out a share of each user's interactions, or of all. */
static void split_share(struct interactions *data)
{
    const struct input_options *o = &input_options;
    check(wrmf_matrix_split_share(data->matrix,
                                  o->share_of_all ? WRMF_SHARE_OF_ALL : WRMF_SHARE_OF_EACH_USER,
                                  o->share, (uint64_t)common.seed, &data->train, &data->test, &err),
          &err);
    interactions_test_users(data);
    if (data->n_heldout == 0)
        die("%s: of %s, --share %g holds out none", data->path,
            counted(data->after.interactions, "interaction", "interactions"), o->share);
    if (wrmf_matrix_entries(data->train) == 0)
        die("%s: --share %g holds out all interactions: none is left for a model", data->path,
            o->share);
}

void interactions_split(struct interactions *data)
{
    if (input_options.share > 0) {
        split_share(data);
        return;
    }

    const struct input_options *o = &input_options;
    data->heldout = allocate((size_t)data->after.users, sizeof *data->heldout);
    const wrmf_status status =
        wrmf_matrix_split(data->matrix, o->holdout, o->fraction, (uint64_t)common.seed,
                          &data->train, &data->test, data->heldout, &data->n_heldout, &err);
    if (status == WRMF_E_TOO_FEW)
        die("%s; lower --holdout or --fraction", err.text);
    check(status, &err);
    if (data->n_heldout == 0)
        die("%s: of %s, --fraction %g holds out none", data->path,
            counted(data->after.users, "user", "users"), o->fraction);
}

void interactions_test_users(struct interactions *data)
{
    const int64_t users = wrmf_matrix_users(data->test);
    data->heldout = allocate((size_t)users, sizeof *data->heldout);
    data->n_heldout = 0;
    for (int64_t user = 0; user < users; user++)
        if (wrmf_matrix_row(data->test, user, NULL, NULL) > 0)
            data->heldout[data->n_heldout++] = user;
}

void interactions_free(struct interactions *data)
{
    wrmf_matrix_free(data->matrix);
    wrmf_matrix_free(data->train);
    wrmf_matrix_free(data->test);
    wrmf_matrix_free(data->given);
    wrmf_ids_free(data->given_users);
    wrmf_ids_free(data->users);
    wrmf_ids_free(data->items);
    free(data->heldout);
}

/* ---- print ---- */

/* Prints ", N things" unless N is 0. */
static void print_some(FILE *file, int64_t n, const char *one, const char *many)
{
    if (n)
        fprintf(file, ", %s", counted(n, one, many));
}

void interactions_print_read(const struct interactions *data, FILE *file)
{
    put_plain(file, data->path);
    fprintf(file, ": %s, %s of them duplicated",
            input_options.lists ? counted(data->rows, "item of a user", "items of users")
                                : counted(data->rows, "row", "rows"),
            with_commas(data->duplicates));
    print_some(file, data->blank, "empty line", "empty lines");
    print_some(file, data->bare, "user without an item", "users without an item");
    print_some(file, data->comments, "comment", "comments");
    print_some(file, data->headers, "repeated header", "repeated headers");
    print_some(file, data->zeros, "count of 0 dropped", "counts of 0 dropped");
    print_some(file, data->malformed, "malformed line skipped", "malformed lines skipped");
    print_some(file, data->spanning, "quoted field that spans lines",
               "quoted fields that span lines");
    fprintf(file, "; read in %s\n", seconds_text(data->seconds));
}

void interactions_print_unknown(const struct interactions *data, FILE *file)
{
    put_plain(file, data->path);
    fprintf(file, ": %s and %s are not known; %s of %s dropped for it\n",
            counted(data->unknown_users, "user", "users"),
            counted(data->unknown_items, "item", "items"), with_commas(data->unknown),
            counted(data->before.interactions, "interaction", "interactions"));
}

void interactions_print_figures(const struct interactions *data, FILE *file)
{
    const struct figures *b = &data->before, *a = &data->after;
    fprintf(file, "\n%-14s %14s %14s\n", "", "before", "after");
    fprintf(file, "%-14s %14s %14s\n", "users", with_commas(b->users), with_commas(a->users));
    fprintf(file, "%-14s %14s %14s\n", "items", with_commas(b->items), with_commas(a->items));
    fprintf(file, "%-14s %14s %14s\n", "interactions", with_commas(b->interactions),
            with_commas(a->interactions));
    if (b->dislikes > 0)
        fprintf(file, "%-14s %14s %14s\n", "  dislikes", with_commas(b->dislikes),
                with_commas(a->dislikes));
    fprintf(file, "%-14s %14s %14s\n", "density", percent_text(b->density),
            percent_text(a->density));
}

void interactions_print_split(const struct interactions *data, FILE *file)
{
    if (input_options.share > 0) {
        fprintf(file, "\nheld out: %s of %s\n",
                counted(wrmf_matrix_entries(data->test), "interaction", "interactions"),
                counted(data->n_heldout, "user", "users"));
        return;
    }
    fprintf(file, "\n%s of each of %s %s held out\n",
            counted(input_options.holdout, "item", "items"),
            counted(data->n_heldout, "user", "users"), input_options.holdout == 1 ? "is" : "are");
}

static void put_figures(FILE *file, const char *name, const struct figures *figures)
{
    fprintf(file, "  \"%s\": {\"users\": %lld, \"items\": %lld, \"interactions\": %lld, ", name,
            (long long)figures->users, (long long)figures->items, (long long)figures->interactions);
    fprintf(file, "\"dislikes\": %lld, \"density\": ", (long long)figures->dislikes);
    put_json_number(file, figures->density);
    fprintf(file, ", \"density_percent\": %.4f},\n", 100 * figures->density);
}

void interactions_put_read_json(const struct interactions *data, FILE *file)
{
    fputs("  \"input\": ", file);
    put_json(file, data->path);
    fprintf(file,
            ",\n  \"rows\": %lld,\n  \"duplicates\": %lld,\n  \"blank_lines\": %lld,\n"
            "  \"malformed_lines\": %lld,\n  \"comment_lines\": %lld,\n"
            "  \"repeated_headers\": %lld,\n  \"zeros_dropped\": %lld,\n"
            "  \"spanning_fields\": %lld,\n  \"seconds_reading\": %.3f,\n",
            (long long)data->rows, (long long)data->duplicates, (long long)data->blank,
            (long long)data->malformed, (long long)data->comments, (long long)data->headers,
            (long long)data->zeros, (long long)data->spanning, data->seconds);
    if (input_options.lists)
        fprintf(file, "  \"lines_without_items\": %lld,\n", (long long)data->bare);
    if (data->mapped)
        fprintf(file,
                "  \"unknown_users\": %lld,\n  \"unknown_items\": %lld,\n"
                "  \"unknown_interactions\": %lld,\n",
                (long long)data->unknown_users, (long long)data->unknown_items,
                (long long)data->unknown);
}

void interactions_put_json(const struct interactions *data, FILE *file)
{
    const struct input_options *o = &input_options;
    interactions_put_read_json(data, file);
    fprintf(file, "  \"min_per_user\": %lld,\n  \"min_per_item\": %lld,\n",
            (long long)o->min_per_user, (long long)o->min_per_item);
    put_figures(file, "before", &data->before);
    put_figures(file, "after", &data->after);
    if (!data->train || data->given || data->times)
        return;
    if (o->share > 0)
        fprintf(file, "  \"share_of\": \"%s\",\n  \"share\": ", o->share_of_all ? "all" : "each");
    else
        fprintf(file, "  \"holdout\": %lld,\n  \"fraction\": ", (long long)o->holdout);
    put_json_number(file, o->share > 0 ? o->share : o->fraction);
    fprintf(file,
            ",\n  \"seed\": %lld,\n  \"heldout_users\": %lld,\n  \"train_interactions\": %lld,\n"
            "  \"test_interactions\": %lld,\n",
            (long long)common.seed, (long long)data->n_heldout,
            (long long)wrmf_matrix_entries(data->train),
            (long long)wrmf_matrix_entries(data->test));
}

/* ---- write ---- */

/* Closes an output; `status` is what the call that wrote to it gave. */
static void output_end(wrmf_output *output, wrmf_status status)
{
    if (status == WRMF_OK)
        status = wrmf_output_close(output, &err);
    wrmf_output_free(output);
    check(status, &err);
}

static wrmf_output *output_begin(const struct interactions *data, const char *directory,
                                 const char *name)
{
    char *path = path_join(directory, name);
    wrmf_output *output = NULL;
    check(wrmf_output_open_path(data->context, path, &output, &err), &err);
    free(path);
    return output;
}

void interactions_write_ids(const struct interactions *data, const wrmf_ids *ids,
                            const char *directory, const char *name)
{
    wrmf_output *output = output_begin(data, directory, name);
    output_end(output, wrmf_ids_write(ids, output, &err));
}

void interactions_write_matrix(const struct interactions *data, const wrmf_matrix *matrix,
                               const char *directory, const char *name)
{
    wrmf_output *output = output_begin(data, directory, name);
    output_end(output, wrmf_matrix_write_market(matrix, output, &err));
}

void interactions_write_heldout(const struct interactions *data, const char *directory)
{
    struct document document;
    char *path = path_join(directory, "heldout-users.txt");
    document_open(&document);
    for (int64_t i = 0; i < data->n_heldout; i++)
        fprintf(document.file, "%lld\n", (long long)data->heldout[i]);
    document_save(&document, data->context, path);
    free(path);
}
