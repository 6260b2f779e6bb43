/* SPDX-License-Identifier: BSD-2-Clause */
#include "text/reader.h"

#include <string.h>

#include "io/signature.h"
#include "io/window.h"
#include "par/progress.h"
#include "text/interactions.h"

/* ---- settings ---- */

wrmf_status wrmf_i_reader_new(wrmf_context *context, wrmf_reader **out, wrmf_error *err)
{
    wrmf_reader *const reader = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *reader);
    if (!reader)
        return wrmf_i_fail_memory(err, "a reader");
    reader->context = wrmf_i_context_hold(context);
    reader->header = WRMF_HEADER_YES;
    reader->columns[WRMF_COLUMN_USER].number = 1;
    reader->columns[WRMF_COLUMN_ITEM].number = 2;
    reader->duplicates = WRMF_DUPLICATES_SUM;
    *out = reader;
    return WRMF_OK;
}

static void free_name(wrmf_reader *reader, wrmf_i_column *column)
{
    wrmf_i_strfree(&reader->context->allocator, column->name);
    column->name = NULL;
}

void wrmf_i_reader_free(wrmf_reader *reader)
{
    if (!reader)
        return;
    wrmf_context *const context = reader->context;
    for (int i = 0; i < WRMF_I_COLUMNS; i++)
        free_name(reader, &reader->columns[i]);
    wrmf_i_strfree(&context->allocator, reader->comment);
    wrmf_i_free(&context->allocator, reader->times, (size_t)reader->n_times, sizeof(double));
    wrmf_i_free(&context->allocator, reader, 1, sizeof *reader);
    wrmf_i_context_release(context);
}

static void drop(void *reader)
{
    wrmf_i_reader_free(reader);
}

wrmf_status wrmf_i_reader_enter(wrmf_i_call *call, wrmf_reader *reader, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &reader->use, reader, drop, "reader", err);
}

wrmf_status wrmf_i_reader_set_column(wrmf_reader *reader, wrmf_column column, const char *name,
                                     int64_t number, wrmf_error *err)
{
    char *copy = NULL;
    if (name) {
        copy = wrmf_i_strdup(&reader->context->allocator, name);
        if (!copy)
            return wrmf_i_fail_memory(err, "the name of a column");
    }
    free_name(reader, &reader->columns[column]);
    reader->columns[column] = (wrmf_i_column){copy, number};
    return WRMF_OK;
}

wrmf_status wrmf_i_reader_set_comment(wrmf_reader *reader, const char *prefix, wrmf_error *err)
{
    char *copy = NULL;
    if (prefix) {
        copy = wrmf_i_strdup(&reader->context->allocator, prefix);
        if (!copy)
            return wrmf_i_fail_memory(err, "the prefix of comments");
    }
    wrmf_i_strfree(&reader->context->allocator, reader->comment);
    reader->comment = copy;
    reader->dialect.comment = copy;
    reader->dialect.comment_length = copy ? strlen(copy) : 0;
    return WRMF_OK;
}

/* ---- a read ---- */

/* Get more bytes into the window, and tell the progress hook. Where a line is too long because of a
 * quote that does not end, and that may be passed over, the window moves on instead. */
static wrmf_status more(wrmf_i_window *window, wrmf_i_progress *progress,
                        wrmf_i_interactions *reading, wrmf_error *err)
{
    const wrmf_i_location location = wrmf_i_parser_start(&reading->parser);
    const bool open = wrmf_i_interactions_open(reading);
    if (wrmf_i_progress_step(progress, wrmf_i_input_taken(window->input), false))
        return wrmf_i_fail_stopped(progress->context, err);
    const wrmf_status status = wrmf_i_window_more(window, err);
    if (status != WRMF_E_OVERFLOW)
        return status;
    const char *const begin = window->buffer + window->begin, *next = begin;
    if (!open)
        return wrmf_i_fail_at(err, status, &location, WRMF_I_LINE_TOO_LONG, "a line",
                              window->limit);
    WRMF_I_TRY(
        wrmf_i_interactions_take_open(reading, begin, window->buffer + window->end, &next, err));
    window->begin += (size_t)(next - begin);
    return WRMF_OK;
}

/* Refuse what is no text of lines in UTF-8, and pass over a line that names the delimiter. */
static wrmf_status begin_text(wrmf_i_interactions *reading, wrmf_i_window *window, wrmf_error *err)
{
    const char *const begin = window->buffer + window->begin;
    const char *const end = window->buffer + window->end;
    const char *next;
    static const char banner[] = "%%MatrixMarket ";
    const size_t bytes = sizeof banner - 1;
    const char *what = wrmf_i_signature(begin, (size_t)(end - begin));
    if ((size_t)(end - begin) > bytes && memcmp(begin, banner, bytes) == 0)
        what = "a Matrix Market file: a matrix already, whose ids are its indices";
    if (what)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "%s: this is no delimited text, but %s",
                           wrmf_i_input_name(window->input), what);
    wrmf_i_interactions_begin(reading, begin, end, window->ended, &next);
    window->begin = (size_t)(next - window->buffer);
    return WRMF_OK;
}

/* Take record after record, window by window. */
static wrmf_status read_records(wrmf_i_interactions *reading, wrmf_i_window *window,
                                wrmf_i_progress *progress, wrmf_error *err)
{
    WRMF_I_TRY(more(window, progress, reading, err));
    WRMF_I_TRY(begin_text(reading, window, err));
    for (;;) {
        const char *const begin = window->buffer + window->begin;
        const char *const end = window->buffer + window->end;
        if (begin == end && window->ended)
            break;
        bool incomplete;
        const char *next = begin;
        WRMF_I_TRY(
            wrmf_i_interactions_take(reading, begin, end, window->ended, &next, &incomplete, err));
        window->begin += (size_t)(next - begin);
        if (incomplete)
            WRMF_I_TRY(more(window, progress, reading, err));
    }
    reading->tally.counters[WRMF_READ_BYTES] = window->bytes;
    if (wrmf_i_progress_step(progress, wrmf_i_input_taken(window->input), true))
        return wrmf_i_fail_stopped(progress->context, err);
    return WRMF_OK;
}

static wrmf_status check_settings(const wrmf_reader *reader, wrmf_error *err)
{
    for (int i = 0; i < WRMF_I_COLUMNS && reader->header == WRMF_HEADER_NO; i++) {
        if (reader->columns[i].name)
            return wrmf_i_fail(err, WRMF_E_STATE,
                               "column \"%.80s\" is asked for by name, and there is no header",
                               reader->columns[i].name);
    }
    if (reader->dialect.backslash && strchr(reader->dialect.delimiter, '\\'))
        return wrmf_i_fail(err, WRMF_E_STATE, "a backslash is both in the delimiter and an escape");
    return WRMF_OK;
}

/* The ids for the caller: those that were collected, or a copy of those that the caller gave. */
static wrmf_status give_ids(wrmf_i_interactions *reading, int side, wrmf_ids **out, wrmf_error *err)
{
    if (!reading->parser.layout.collected[side])
        return wrmf_i_ids_copy(reading->context, reading->parser.layout.ids[side], out, err);
    *out = reading->parser.layout.collected[side];
    reading->parser.layout.collected[side] = NULL;
    return WRMF_OK;
}

static wrmf_status read_all(wrmf_i_interactions *reading, wrmf_input *input, wrmf_error *err)
{
    wrmf_i_window window;
    const size_t bytes = reading->ahead ? wrmf_i_lookahead_bytes(reading->ahead) : 0;
    wrmf_i_progress progress;
    WRMF_I_TRY(wrmf_i_window_init(&window, reading->context, input, bytes, err));
    wrmf_i_progress_begin(&progress, reading->context, "read", 0, wrmf_i_input_total(input));
    const wrmf_status status = read_records(reading, &window, &progress, err);
    wrmf_i_progress_end(&progress);
    wrmf_i_window_free(&window);
    return status;
}

/* Keep the times of a read that has succeeded instead of those of the last. */
static void keep_times(wrmf_reader *reader, double *times, int64_t n)
{
    const wrmf_i_allocator *const allocator = &reader->context->allocator;
    wrmf_i_free(allocator, reader->times, (size_t)reader->n_times, sizeof *times);
    reader->times = times;
    reader->n_times = times ? n : 0;
}

/* Warn of what a reader of the text may not have meant. */
static void warn(const wrmf_context *context, const char *name, const wrmf_i_tally *tally)
{
    const int64_t *const counters = tally->counters, *const first = tally->first_line;
    if (counters[WRMF_READ_SPANNING] > 0)
        wrmf_i_log(context, WRMF_LOG_WARNING,
                   "read %s: %lld quoted field%s; the first opens at %s:%lld:%lld", name,
                   (long long)counters[WRMF_READ_SPANNING],
                   counters[WRMF_READ_SPANNING] == 1 ? " spans lines" : "s span lines", name,
                   (long long)first[WRMF_READ_SPANNING], (long long)tally->span_column);
    if (counters[WRMF_READ_HEADERS] > 0)
        wrmf_i_log(context, WRMF_LOG_WARNING,
                   "read %s: lines that equal the header are passed over: %lld, the first is line "
                   "%lld",
                   name, (long long)counters[WRMF_READ_HEADERS],
                   (long long)first[WRMF_READ_HEADERS]);
    if (counters[WRMF_READ_MALFORMED] > 0)
        wrmf_i_log(context, WRMF_LOG_WARNING,
                   "read %s: %lld malformed line%s passed over; the first: %s", name,
                   (long long)counters[WRMF_READ_MALFORMED],
                   counters[WRMF_READ_MALFORMED] == 1 ? " was" : "s were", tally->malformed);
    if (counters[WRMF_READ_ZEROS] > 0)
        wrmf_i_log(context, WRMF_LOG_INFO, "read %s: %lld count%s of 0 dropped", name,
                   (long long)counters[WRMF_READ_ZEROS], counters[WRMF_READ_ZEROS] == 1 ? "" : "s");
}

wrmf_status wrmf_i_reader_read(wrmf_reader *reader, wrmf_input *input, wrmf_matrix **matrix,
                               wrmf_ids **users, wrmf_ids **items, wrmf_error *err)
{
    wrmf_ids *new_ids[2] = {NULL, NULL};
    wrmf_matrix *new_matrix = NULL;
    double *new_times = NULL;
    wrmf_i_interactions reading;
    WRMF_I_TRY(check_settings(reader, err));
    wrmf_status status = wrmf_i_interactions_init(&reading, reader, input, err);
    if (status == WRMF_OK)
        status = read_all(&reading, input, err);
    if (status == WRMF_OK)
        status = wrmf_i_interactions_matrix(&reading, &new_matrix, &new_times, err);
    if (status == WRMF_OK && users)
        status = give_ids(&reading, WRMF_USERS, &new_ids[WRMF_USERS], err);
    if (status == WRMF_OK && items)
        status = give_ids(&reading, WRMF_ITEMS, &new_ids[WRMF_ITEMS], err);
    if (status == WRMF_OK) {
        reader->tally = reading.tally;
        wrmf_i_log(reader->context, WRMF_LOG_INFO, "read %s: %lld rows, %lld pairs",
                   wrmf_i_input_name(input), (long long)reader->tally.counters[WRMF_READ_ROWS],
                   (long long)reader->tally.counters[WRMF_READ_PAIRS]);
        keep_times(reader, new_times, wrmf_i_matrix_entries(new_matrix));
        *matrix = new_matrix;
        if (users)
            *users = new_ids[WRMF_USERS];
        if (items)
            *items = new_ids[WRMF_ITEMS];
    } else {
        if (new_times)
            wrmf_i_free(&reader->context->allocator, new_times,
                        (size_t)wrmf_i_matrix_entries(new_matrix), sizeof *new_times);
        wrmf_i_matrix_release(new_matrix);
        wrmf_i_ids_free(new_ids[WRMF_USERS]);
        wrmf_i_ids_free(new_ids[WRMF_ITEMS]);
    }
    warn(reader->context, wrmf_i_input_name(input), &reading.tally);
    wrmf_i_interactions_free(&reading);
    return status;
}
