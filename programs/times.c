/* SPDX-License-Identifier: BSD-2-Clause */
/* This finds the times of interactions that were thinned and numbered anew, and splits by them. */
#include "times.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "input_options.h"
#include "known_ids.h"
#include "text.h"

static wrmf_error err;

void times_take(struct times *times, const struct interactions *data, const wrmf_reader *reader)
{
    const double *const read = wrmf_reader_times(reader);
    const int64_t n = wrmf_matrix_entries(data->matrix);
    if (!read)
        return;
    check(wrmf_matrix_without(data->matrix, WRMF_USERS, NULL, 0, &times->matrix, &err), &err);
    times->users = ids_copy(data->users);
    times->items = ids_copy(data->items);
    times->times = allocate((size_t)n, sizeof *times->times);
    times->earliest = INFINITY;
    times->latest = -INFINITY;
    for (int64_t i = 0; i < n; i++) {
        times->times[i] = read[i];
        times->earliest = fmin(times->earliest, read[i]);
        times->latest = fmax(times->latest, read[i]);
    }
}

void times_free(struct times *times)
{
    wrmf_matrix_free(times->matrix);
    wrmf_ids_free(times->users);
    wrmf_ids_free(times->items);
    free(times->times);
}

static int64_t *match(const wrmf_ids *ids, const wrmf_ids *wanted)
{
    int64_t *places = allocate((size_t)wrmf_ids_size(wanted), sizeof *places);
    check(wrmf_ids_match(ids, wanted, places, NULL, &err), &err);
    return places;
}

/* Gives the time of a pair, by its numbers when it was read. */
static double time_of(const struct times *times, int64_t user, int32_t item)
{
    const int64_t *offsets = NULL;
    const int32_t *items = NULL;
    wrmf_matrix_csr(times->matrix, &offsets, &items, NULL);
    int64_t low = offsets[user], high = offsets[user + 1];
    while (high - low > 1) {
        const int64_t middle = low + (high - low) / 2;
        if (items[middle] <= item)
            low = middle;
        else
            high = middle;
    }
    return times->times[low];
}

double *times_of(const struct times *times, const struct interactions *data)
{
    int64_t *users = match(times->users, data->users), *items = match(times->items, data->items);
    double *out = allocate((size_t)wrmf_matrix_entries(data->matrix), sizeof *out), *next = out;
    for (int64_t user = 0; user < wrmf_matrix_users(data->matrix); user++) {
        const int32_t *row = NULL;
        const int64_t n = wrmf_matrix_row(data->matrix, user, &row, NULL);
        for (int64_t i = 0; i < n; i++)
            *next++ = time_of(times, users[user], (int32_t)items[row[i]]);
    }
    free(users);
    free(items);
    return out;
}

/* ---- the option --since ---- */

static double moment;

/* The bytes of a line that are left. */
struct line {
    char text[80];
    size_t length, at;
};

static int64_t read_line(void *self, void *buffer, size_t capacity)
{
    struct line *const line = self;
    const size_t left = line->length - line->at, n = left < capacity ? left : capacity;
    memcpy(buffer, line->text + line->at, n);
    line->at += n;
    return (int64_t)n;
}

void times_check_since(wrmf_context *context)
{
    const char *const text = input_options.since;
    wrmf_reader *reader = NULL;
    wrmf_input *input = NULL;
    wrmf_matrix *matrix = NULL;
    struct line line = {{0}, 0, 0};
    if (strlen(text) > 60 || strpbrk(text, "\t\r\n\""))
        die_usage("--since '%s' is neither a number nor a date", text);
    line.length = (size_t)snprintf(line.text, sizeof line.text, "u\ti\t%s\n", text);
    check(wrmf_reader_create(context, &reader, &err), &err);
    check(wrmf_reader_set_header(reader, WRMF_HEADER_NO, &err), &err);
    check(wrmf_reader_set_column_number(reader, WRMF_COLUMN_TIME, 3, &err), &err);
    check(wrmf_input_open_callback(context, &line, read_line, "--since", &input, &err), &err);
    if (wrmf_reader_read(reader, input, &matrix, NULL, NULL, &err) != WRMF_OK)
        die_usage("--since '%s' is neither a finite number nor a date as 2026-01-31 or "
                  "2026-01-31T23:59:00Z",
                  text);
    moment = wrmf_reader_times(reader)[0];
    wrmf_matrix_free(matrix);
    wrmf_input_free(input);
    wrmf_reader_free(reader);
}

/* ---- splits ---- */

void times_split(struct interactions *data)
{
    const struct input_options *o = &input_options;
    double *of = times_of(data->times, data);
    if (o->last > 0)
        check(wrmf_matrix_split_last(data->matrix, of, o->last, &data->train, &data->test, &err),
              &err);
    else
        check(wrmf_matrix_split_since(data->matrix, of, moment, &data->train, &data->test, &err),
              &err);
    free(of);
    interactions_test_users(data);
    if (data->n_heldout == 0 && o->last > 0)
        die("%s: --last %lld holds out nothing: no user has more interactions", data->path,
            (long long)o->last);
    if (data->n_heldout == 0)
        die("%s: no interaction is of --since %s or later", data->path, o->since);
    if (wrmf_matrix_entries(data->train) == 0)
        die("%s: all interactions are of --since %s or later: none is left for a model", data->path,
            o->since);
}

void times_print(const struct interactions *data, FILE *file)
{
    const struct times *const times = data->times;
    fprintf(file, "\ntimes are %.17g .. %.17g; held out: %s of %s\n", times->earliest,
            times->latest, counted(wrmf_matrix_entries(data->test), "interaction", "interactions"),
            counted(data->n_heldout, "user", "users"));
}

void times_put_json(const struct interactions *data, FILE *file)
{
    const struct input_options *o = &input_options;
    const struct times *const times = data->times;
    fputs("  \"earliest\": ", file);
    put_json_number(file, times->earliest);
    fputs(",\n  \"latest\": ", file);
    put_json_number(file, times->latest);
    if (o->last > 0) {
        fprintf(file, ",\n  \"last\": %lld", (long long)o->last);
    } else {
        fputs(",\n  \"since\": ", file);
        put_json(file, o->since);
    }
    fprintf(file,
            ",\n  \"heldout_users\": %lld,\n  \"train_interactions\": %lld,\n"
            "  \"test_interactions\": %lld,\n",
            (long long)data->n_heldout, (long long)wrmf_matrix_entries(data->train),
            (long long)wrmf_matrix_entries(data->test));
}
