/* SPDX-License-Identifier: BSD-2-Clause */
/* This makes models ready to be served, and replaces them. */
#include "edition.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../failure.h"
#include "../file_hash.h"
#include "../find.h"
#include "../identity.h"
#include "../session.h"

enum {
    MOST_TRIES = 10, /* where the file is replaced while it is read */
    SEVERAL = 16384, /* contributions that a desk has room for, at least */
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct edition *current;

/* Sets why something failed; gives WRMF_E_IO. */
static wrmf_status explain(wrmf_error *why, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
static wrmf_status explain(wrmf_error *why, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    why->code = WRMF_E_IO;
    vsnprintf(why->text, sizeof why->text, format, arguments);
    va_end(arguments);
    return WRMF_E_IO;
}

/* ---- what is seen ---- */

struct seen *seen_hold(struct seen *seen)
{
    pthread_mutex_lock(&lock);
    if (seen)
        seen->holders++;
    pthread_mutex_unlock(&lock);
    return seen;
}

void seen_leave(struct seen *seen)
{
    pthread_mutex_lock(&lock);
    const int was_last = seen && --seen->holders == 0;
    pthread_mutex_unlock(&lock);
    if (was_last) {
        wrmf_matrix_free(seen->matrix);
        free(seen);
    }
}

static wrmf_status read_seen(wrmf_context *context, const char *path, struct seen **out,
                             wrmf_error *why)
{
    wrmf_input *input = NULL;
    struct stat file; /* one that is no regular file may be there once alone, or never end */
    if (stat(path, &file) == 0 && !S_ISREG(file.st_mode))
        return explain(why, "cannot read %s: it is no regular file", path);
    struct seen *seen = calloc(1, sizeof *seen);
    if (!seen)
        return explain(why, "%s: out of memory", path);
    wrmf_status status = wrmf_input_open_path(context, path, &input, why);
    if (status == WRMF_OK)
        status = wrmf_matrix_read_market(context, input, WRMF_DUPLICATES_REFUSE, NULL,
                                         &seen->matrix, why);
    wrmf_input_free(input);
    if (status != WRMF_OK) {
        free(seen);
        return status;
    }
    seen->holders = 1;
    *out = seen;
    return WRMF_OK;
}

/* ---- desks ---- */

static void desk_free(struct desk *desk)
{
    wrmf_query_free(desk->lists);
    wrmf_query_free(desk->similar);
    free(desk->workspace);
    free(desk->items);
    free(desk->counts);
    free(desk->contributions);
    free(desk->excluded);
    free(desk);
}

/* Makes the queries of a desk. What is popular takes the place of lists of which nothing is known.
 */
static wrmf_status make_queries(const struct edition *e, struct desk *desk)
{
    wrmf_status status =
        wrmf_query_create(e->context, e->model, WRMF_USERS, WRMF_ITEMS, &desk->lists, NULL);
    if (status == WRMF_OK)
        status =
            wrmf_query_create(e->context, e->model, WRMF_ITEMS, WRMF_ITEMS, &desk->similar, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_set_server(desk->lists, e->server, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_set_server(desk->similar, e->server, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_set_fold(desk->lists, e->fold, NULL);
    if (status == WRMF_OK && e->seen)
        status = wrmf_query_set_seen(desk->lists, e->seen->matrix, NULL);
    if (status == WRMF_OK && e->has_popularity)
        status = wrmf_query_set_fallback(desk->lists, WRMF_POPULARITY_NUMBER, NULL);
    return status;
}

static struct desk *desk_make(const struct edition *e)
{
    struct desk *desk = calloc(1, sizeof *desk);
    if (!desk)
        return NULL;
    const size_t n = (size_t)e->max_history + 1;
    int is_made = wrmf_fold_workspace(e->fold, e->max_history, &desk->bytes, NULL) == WRMF_OK;
    desk->workspace = is_made ? malloc(desk->bytes) : NULL;
    desk->items = calloc(n, sizeof *desk->items);
    desk->counts = calloc(n, sizeof *desk->counts);
    desk->room = (int64_t)n > SEVERAL ? (int64_t)n : SEVERAL;
    desk->contributions = calloc((size_t)desk->room, sizeof *desk->contributions);
    desk->excluded = calloc(n, sizeof *desk->excluded);
    is_made = desk->workspace && desk->items && desk->counts && desk->contributions &&
              desk->excluded && make_queries(e, desk) == WRMF_OK;
    if (!is_made) {
        desk_free(desk);
        return NULL;
    }
    return desk;
}

struct desk *desk_take(struct edition *e)
{
    pthread_mutex_lock(&lock);
    struct desk *desk = e->idle;
    if (desk)
        e->idle = desk->next;
    pthread_mutex_unlock(&lock);
    return desk ? desk : desk_make(e);
}

void desk_give_back(struct edition *e, struct desk *desk)
{
    pthread_mutex_lock(&lock);
    desk->next = e->idle;
    e->idle = desk;
    pthread_mutex_unlock(&lock);
}

/* ---- editions ---- */

static void edition_free(struct edition *e)
{
    if (!e)
        return;
    while (e->idle) {
        struct desk *next = e->idle->next;
        desk_free(e->idle);
        e->idle = next;
    }
    name_index_free(e->names);
    wrmf_fold_free(e->fold);
    wrmf_server_free(e->server);
    seen_leave(e->seen);
    wrmf_model_free(e->model);
    wrmf_context_free(e->context);
    free(e);
}

/* Checks all of a model, whose failures do not name the file. */
static wrmf_status verify(const wrmf_model *model, const char *path, wrmf_error *why)
{
    wrmf_error found;
    const wrmf_status status = wrmf_model_verify(model, &found);
    if (status != WRMF_OK)
        explain(why, "%s: %s", path, found.text);
    return status;
}

/* Maps and hashes the file that a path names now: one and the same, whatever is put there
 * meanwhile. */
static wrmf_status map_model(struct edition *e, const char *path, wrmf_error *why)
{
    for (int i = 0; i < MOST_TRIES; i++) {
        struct stat opened, now;
        struct file_hash hash;
        const int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
        const int is_open = fd >= 0 && fstat(fd, &opened) == 0;
        if (is_open && !S_ISREG(opened.st_mode)) { /* a device may have no end */
            close(fd);
            return explain(why, "cannot read %s: it is no regular file", path);
        }
        if (!is_open || file_hash_of(fd, &hash) != 0) {
            const int failure = errno;
            if (fd >= 0)
                close(fd);
            return explain(why, "cannot read %s: %s", path, strerror(failure));
        }
        wrmf_model_free(e->model);
        e->model = NULL;
        const wrmf_status status = wrmf_model_map(e->context, path, &e->model, why);
        const int is_same =
            stat(path, &now) == 0 && now.st_dev == opened.st_dev && now.st_ino == opened.st_ino;
        close(fd); /* not before: its number on the disk is not given again while it is open */
        snprintf(e->hash, sizeof e->hash, "%016" PRIx64, hash.xxh3);
        if (is_same)
            return status == WRMF_OK ? verify(e->model, path, why) : status;
    }
    return explain(why, "%s: it is replaced again and again while it is read", path);
}

/* Checks that what is seen is of the model's users and items. */
static wrmf_status match_seen(const struct edition *e, const struct edition_source *source,
                              wrmf_error *why)
{
    const wrmf_matrix *matrix = e->seen->matrix;
    const struct identity a = identity_of_model(e->model, source->model_path),
                          b = identity_of_matrix(matrix, source->seen_path);
    for (int side = 0; side < 2; side++)
        if (a.hash[side] && b.hash[side] && a.hash[side] != b.hash[side])
            return explain(why, "the %s of %s are not those of %s: their ids differ",
                           side == WRMF_USERS ? "users" : "items", source->seen_path,
                           source->model_path);
    if (wrmf_matrix_users(matrix) != wrmf_model_users(e->model) ||
        wrmf_matrix_items(matrix) != wrmf_model_items(e->model))
        return explain(why, "%s has %lld users and %lld items, and %s %lld and %lld",
                       source->seen_path, (long long)wrmf_matrix_users(matrix),
                       (long long)wrmf_matrix_items(matrix), source->model_path,
                       (long long)wrmf_model_users(e->model),
                       (long long)wrmf_model_items(e->model));
    return WRMF_OK;
}

/* Asks whether the server knows what is popular, which a file may have brought. */
static int knows_popularity(const struct edition *e)
{
    int64_t item, n = 0;
    wrmf_query *query = NULL;
    wrmf_status status =
        wrmf_query_create(e->context, e->model, WRMF_USERS, WRMF_ITEMS, &query, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_set_length(query, 1, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_set_server(query, e->server, NULL);
    if (status == WRMF_OK)
        status = wrmf_query_run_popular(query, WRMF_POPULARITY_NUMBER, &item, NULL, &n, NULL);
    wrmf_query_free(query);
    return status == WRMF_OK;
}

/* Gives the most entries that a history may have: of a user of the model, or of a visitor. */
static int64_t longest_history(const struct edition *e, int64_t max_history)
{
    for (int64_t u = 0; e->seen && u < wrmf_matrix_users(e->seen->matrix); u++) {
        const int64_t n = wrmf_matrix_row(e->seen->matrix, u, NULL, NULL);
        max_history = n > max_history ? n : max_history;
    }
    return max_history;
}

/* Is a wrmf_progress_fn. */
static int on_progress(void *self, const wrmf_progress *progress)
{
    const struct edition_source *source = self;
    (void)progress;
    return source->is_cancelled();
}

/* Makes all that the model and what is seen give. */
static wrmf_status make_ready(struct edition *e, wrmf_error *why)
{
    wrmf_status status =
        wrmf_server_create(e->context, e->model, WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_ITEMS,
                           e->seen ? e->seen->matrix : NULL, &e->server, why);
    if (status == WRMF_OK)
        status = wrmf_fold_create(e->context, e->model, WRMF_USERS, &e->fold, why);
    if (status != WRMF_OK)
        return status;
    e->has_popularity = knows_popularity(e);
    e->names = name_index_make(wrmf_model_ids(e->model, WRMF_ITEMS), wrmf_model_items(e->model));
    return e->names ? WRMF_OK : explain(why, "out of memory for names");
}

struct edition *edition_make(const struct edition_source *source, struct seen *seen,
                             wrmf_error *why)
{
    const double began = seconds_now();
    struct edition *e = calloc(1, sizeof *e);
    if (!e) {
        explain(why, "out of memory");
        return NULL;
    }
    wrmf_status status = wrmf_context_create(&e->context, why);
    if (status == WRMF_OK)
        status = wrmf_context_set_threads(e->context, (int)source->threads, why);
    if (status == WRMF_OK) {
        wrmf_context_set_progress(e->context, (void *)source, on_progress);
        status = map_model(e, source->model_path, why);
    }
    e->seen = seen_hold(seen);
    if (status == WRMF_OK && !seen && source->seen_path)
        status = read_seen(e->context, source->seen_path, &e->seen, why);
    if (status == WRMF_OK && e->seen)
        status = match_seen(e, source, why);
    e->max_history = longest_history(e, source->max_history);
    if (status == WRMF_OK)
        status = make_ready(e, why);
    if (status == WRMF_OK) /* its threads end: from now on, those of requests work alone */
        status = wrmf_context_set_threads(e->context, 1, why);
    if (status != WRMF_OK) {
        edition_free(e);
        return NULL;
    }
    e->seconds = seconds_now() - began;
    return e;
}

void edition_publish(struct edition *edition)
{
    pthread_mutex_lock(&lock);
    struct edition *before = current;
    current = edition;
    if (edition)
        edition->holders++;
    pthread_mutex_unlock(&lock);
    if (before)
        edition_leave(before);
}

void edition_withdraw(void)
{
    edition_publish(NULL);
}

struct edition *edition_take(void)
{
    pthread_mutex_lock(&lock);
    struct edition *edition = current;
    if (edition)
        edition->holders++;
    pthread_mutex_unlock(&lock);
    return edition;
}

void edition_leave(struct edition *edition)
{
    pthread_mutex_lock(&lock);
    const int was_last = --edition->holders == 0;
    pthread_mutex_unlock(&lock);
    if (was_last)
        edition_free(edition);
}
