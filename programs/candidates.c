/* SPDX-License-Identifier: BSD-2-Clause */
/* This numbers files of candidates. */
#include "candidates.h"

#include <stdlib.h>

#include "failure.h"
#include "files.h"
#include "session.h"
#include "streams.h"
#include "text.h"

static wrmf_error err;

/* What a file has, by numbers of its own. */
struct reading {
    wrmf_matrix *positives, *all;
    wrmf_ids *ids[2];
    int64_t *numbers[2]; /* of each id, its number among those known, or -1 */
};

static void open_reading(struct reading *reading, struct candidates *candidates,
                         wrmf_context *context)
{
    struct source source;
    source_open(&source, context, candidates->path);
    candidates->path = source.path;
    check(wrmf_matrix_read_candidates_ids(context, source.input, &candidates->repeated,
                                          &reading->positives, &reading->all, &reading->ids[0],
                                          &reading->ids[1], &err),
          &err);
    source_close(&source);
    candidates->lines = wrmf_matrix_users(reading->all);
    if (candidates->lines == 0)
        die("%s: there is no line in it", candidates->path);
}

static void close_reading(struct reading *reading)
{
    wrmf_matrix_free(reading->positives);
    wrmf_matrix_free(reading->all);
    for (int side = 0; side < 2; side++) {
        wrmf_ids_free(reading->ids[side]);
        free(reading->numbers[side]);
    }
}

/* Finds the numbers; *first becomes the first id that has none, or -1. Gives how many have none. */
static int64_t match(struct reading *reading, int side, const wrmf_ids *known, int64_t *first)
{
    const int64_t n = wrmf_ids_size(reading->ids[side]);
    int64_t found = 0;
    reading->numbers[side] = allocate((size_t)n, sizeof **reading->numbers);
    check(wrmf_ids_match(known, reading->ids[side], reading->numbers[side], &found, &err), &err);
    *first = -1;
    for (int64_t i = 0; i < n && *first < 0; i++)
        if (reading->numbers[side][i] < 0)
            *first = i;
    return n - found;
}

static void match_all(struct reading *reading, const struct candidates *candidates,
                      const struct interactions *data, enum unknown unknown)
{
    static const char *const sides[] = {"user", "item"};
    const wrmf_ids *const known[] = {data->users, data->items};
    for (int side = 0; side < 2; side++) {
        int64_t first;
        const int64_t lost = match(reading, side, known[side], &first);
        if (lost > 0 && unknown == UNKNOWN_REFUSE)
            die("%s: %s not among the known ids, the first is '%s'; --unknown drop leaves them "
                "out, "
                "and keep gives them numbers",
                candidates->path,
                counted(lost, side ? "item is" : "user is", side ? "items are" : "users are"),
                id_text(reading->ids[side], first));
        if (lost == wrmf_ids_size(reading->ids[side]))
            die("%s: none of its %ss is known: '%s', for instance, is not", candidates->path,
                sides[side], id_text(reading->ids[side], first));
    }
}

/* How many of the items of a line are not known. */
static int64_t lost_of(const struct reading *reading, const int32_t *items, int64_t n)
{
    int64_t lost = 0;
    for (int64_t i = 0; i < n; i++)
        lost += reading->numbers[1][items[i]] < 0;
    return lost;
}

/* Leaves out the users whose positive item is not known, and those whose negatives are all unknown:
 * nothing is left to rank it among. Counts what else is lost. */
static void drop_lines(struct reading *reading, struct candidates *candidates)
{
    for (int64_t line = 0; line < candidates->lines; line++) {
        const int32_t *items = NULL, *positive = NULL;
        wrmf_matrix_row(reading->positives, line, &positive, NULL);
        const int64_t n = wrmf_matrix_row(reading->all, line, &items, NULL);
        const int64_t lost = lost_of(reading, items, n);
        if (reading->numbers[1][positive[0]] < 0 || lost == n - 1)
            reading->numbers[0][line] = -1;
        if (reading->numbers[0][line] < 0) {
            candidates->lost_lines++;
            continue;
        }
        candidates->negatives += n - 1;
        candidates->lost_negatives += lost;
    }
    if (candidates->lost_lines == candidates->lines)
        die("%s: no line of it has a user, a positive item and a negative one that are known",
            candidates->path);
}

static wrmf_matrix *renumbered(const struct reading *reading, const wrmf_matrix *matrix,
                               const struct interactions *data)
{
    wrmf_matrix *out = NULL;
    check(wrmf_matrix_renumber(matrix, reading->numbers[0], wrmf_ids_size(data->users),
                               reading->numbers[1], wrmf_ids_size(data->items), &out, &err),
          &err);
    return out;
}

void candidates_read(struct candidates *candidates, struct interactions *data, const char *path,
                     enum unknown unknown)
{
    struct reading reading = {0};
    candidates->path = path;
    open_reading(&reading, candidates, data->context);
    if (unknown == UNKNOWN_KEEP) {
        const struct interactions more = {
            .path = candidates->path, .users = reading.ids[0], .items = reading.ids[1]};
        interactions_extend(data, &more, &data->users);
    }
    match_all(&reading, candidates, data, unknown);
    drop_lines(&reading, candidates);
    candidates->positives = renumbered(&reading, reading.positives, data);
    candidates->all = renumbered(&reading, reading.all, data);
    candidates->positives_in_train = matrix_common(data->matrix, candidates->positives);
    candidates->negatives_in_train =
        matrix_common(data->matrix, candidates->all) - candidates->positives_in_train;
    close_reading(&reading);
}

void candidates_free(struct candidates *candidates)
{
    wrmf_matrix_free(candidates->positives);
    wrmf_matrix_free(candidates->all);
}

void candidates_write(const struct candidates *candidates, wrmf_context *context,
                      const char *directory, const char *name)
{
    struct document document;
    char *path = path_join(directory, name);
    document_open(&document);
    for (int64_t user = 0; user < wrmf_matrix_users(candidates->all); user++) {
        const int32_t *items = NULL, *positive = NULL;
        const int64_t n = wrmf_matrix_row(candidates->all, user, &items, NULL);
        if (n == 0)
            continue;
        wrmf_matrix_row(candidates->positives, user, &positive, NULL);
        fprintf(document.file, "%lld\t%d", (long long)user, (int)positive[0]);
        for (int64_t i = 0; i < n; i++)
            if (items[i] != positive[0])
                fprintf(document.file, "\t%d", (int)items[i]);
        fputc('\n', document.file);
    }
    document_save(&document, context, path);
    free(path);
}

void candidates_print(const struct candidates *candidates, FILE *file)
{
    const int64_t lines = candidates->lines - candidates->lost_lines;
    put_plain(file, candidates->path);
    fprintf(file, ": a positive item of each of %s among %s\n", counted(lines, "user", "users"),
            counted(candidates->negatives - candidates->lost_negatives, "negative", "negatives"));
    if (candidates->lost_lines > 0 || candidates->lost_negatives > 0)
        warn("%s: %s left out, whose user, positive item or negatives are not known, and %s of "
             "others: figures of what is left are too good; --unknown keep counts them",
             candidates->path, counted(candidates->lost_lines, "line is", "lines are"),
             counted(candidates->lost_negatives, "negative", "negatives"));
    if (candidates->repeated > 0)
        warn("%s: %s", candidates->path,
             counted(candidates->repeated, "negative comes again in the same line, and counts once",
                     "negatives come again in the same line, and count once"));
    if (candidates->positives_in_train > 0)
        warn("%s: %s that the user has in the training file: a model is fitted to what it is to "
             "find",
             candidates->path,
             counted(candidates->positives_in_train, "positive is one", "positives are some"));
    if (candidates->negatives_in_train > 0)
        warn("%s: %s that the user has in the training file: it is no negative item",
             candidates->path,
             counted(candidates->negatives_in_train, "negative is one", "negatives are some"));
}

void candidates_put_json(const struct candidates *candidates, FILE *file)
{
    fputs("  \"candidates\": {\"input\": ", file);
    put_json(file, candidates->path);
    fprintf(file,
            ", \"users\": %lld, \"negatives\": %lld, \"positives_in_train\": %lld, "
            "\"negatives_in_train\": %lld, \"lost_users\": %lld, \"lost_negatives\": %lld},\n",
            (long long)(candidates->lines - candidates->lost_lines),
            (long long)(candidates->negatives - candidates->lost_negatives),
            (long long)candidates->positives_in_train, (long long)candidates->negatives_in_train,
            (long long)candidates->lost_lines, (long long)candidates->lost_negatives);
}
