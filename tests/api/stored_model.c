/* SPDX-License-Identifier: BSD-2-Clause */
#include "stored_model.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- models ---- */

wrmf_matrix *stored_matrix(void)
{
    enum { PAIRS = STORED_USERS * 5 };
    int64_t user[PAIRS], item[PAIRS];
    double count[PAIRS];
    wrmf_matrix *matrix = NULL;
    for (int64_t i = 0; i < PAIRS; i++) {
        user[i] = i / 5;
        item[i] = (i % 5 * 4 + i / 5 * 7) % STORED_ITEMS;
        count[i] = 1 + (double)(i % 3);
    }
    MUST(wrmf_matrix_from_triplets(context, STORED_USERS, STORED_ITEMS, PAIRS, user, item, count,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    return matrix;
}

/* Strings that begin with one another, with bytes above 127, of many lengths. */
static wrmf_ids *make_ids(stored_ids kind, int64_t n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, kind == STRING_IDS ? WRMF_IDS_STRING : WRMF_IDS_INTEGER, &ids,
                         err));
    for (int64_t i = 0; i < n; i++) {
        const int64_t mixed = (i * 11 + 5) % n; /* not in order */
        char text[64];
        if (kind == INTEGER_IDS) {
            MUST(wrmf_ids_add_integer(ids, (mixed - n / 2) * 1234567890123, NULL, err));
            continue;
        }
        const int length = 1 + (int)(mixed / 3);
        memset(text, 'x', sizeof text);
        text[length - 1] = "a\xff\n"[mixed % 3];
        MUST(wrmf_ids_add(ids, text, (size_t)length, NULL, err));
    }
    return ids;
}

wrmf_model *stored_model(const char *parameters, stored_ids wanted)
{
    wrmf_matrix *const matrix = stored_matrix();
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, parameters, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    for (int side = 0; side < 2 && wanted != NO_IDS; side++) {
        wrmf_ids *const ids = make_ids(wanted, side ? STORED_ITEMS : STORED_USERS);
        for (int64_t i = 0; i < STORED_ITEMS && side == WRMF_ITEMS; i += 2)
            MUST(wrmf_ids_set_name(ids, i, "n\xc3\xa4me", (size_t)(i % 5), err));
        MUST(wrmf_model_set_ids(model, (wrmf_side)side, ids, err));
        wrmf_ids_free(ids);
    }
    MUST(wrmf_model_set_note(model, "a note", "its value", err));
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    return model;
}

/* ---- what is the same ---- */

static void same_ids(const wrmf_ids *a, const wrmf_ids *b)
{
    assert_int_equal(a == NULL, b == NULL);
    assert_int_equal(wrmf_ids_size(a), wrmf_ids_size(b));
    assert_int_equal(wrmf_ids_get_kind(a), wrmf_ids_get_kind(b));
    assert_true(wrmf_ids_hash(a) == wrmf_ids_hash(b));
    for (int64_t i = 0; i < wrmf_ids_size(a); i++) {
        char text[64];
        size_t length, other, named;
        wrmf_ids_format(a, i, text, sizeof text);
        assert_int_equal(wrmf_ids_find(b, text, strlen(text)), i);
        assert_int_equal(wrmf_ids_integer(a, i), wrmf_ids_integer(b, i));
        assert_int_equal(wrmf_ids_find_integer(b, wrmf_ids_integer(a, i)),
                         wrmf_ids_find_integer(a, wrmf_ids_integer(a, i)));
        const char *const one = wrmf_ids_string(a, i, &length);
        const char *const two = wrmf_ids_string(b, i, &other);
        assert_int_equal(one == NULL, two == NULL);
        assert_int_equal(length, other);
        if (one && two) /* the NUL behind it included */
            assert_memory_equal(one, two, length + 1);
        const char *const name = wrmf_ids_name(a, i, &length);
        const char *const again = wrmf_ids_name(b, i, &named);
        assert_int_equal(name == NULL, again == NULL);
        assert_int_equal(length, named);
        if (name && again)
            assert_string_equal(name, again);
        strcat(text, "?");
        assert_int_equal(wrmf_ids_find(b, text, strlen(text)),
                         wrmf_ids_find(a, text, strlen(text)));
    }
}

static void same_rows(const wrmf_model *a, const wrmf_model *b, wrmf_side side, int64_t n)
{
    const size_t numbers = (size_t)(n * wrmf_model_factors(a)) + 1;
    double *const one = calloc(numbers, sizeof *one), *const other = calloc(numbers, sizeof *one);
    MUST(wrmf_model_get_rows(a, side, 0, n, one, err));
    MUST(wrmf_model_get_rows(b, side, 0, n, other, err));
    assert_memory_equal(one, other, sizeof *one * numbers);
    int64_t stride = 0, again = 0;
    const float *const in_place = wrmf_model_float32(a, side, &stride);
    const float *const too = wrmf_model_float32(b, side, &again);
    assert_int_equal(in_place == NULL, too == NULL);
    assert_int_equal(stride, again);
    if (in_place && n > 0)
        assert_memory_equal(in_place, too, sizeof *too * (size_t)(n * stride));
    free(one);
    free(other);
}

void same_models(const wrmf_model *a, const wrmf_model *b)
{
    assert_int_equal(wrmf_model_users(a), wrmf_model_users(b));
    assert_int_equal(wrmf_model_items(a), wrmf_model_items(b));
    assert_int_equal(wrmf_model_factors(a), wrmf_model_factors(b));
    assert_int_equal(wrmf_model_epochs(a), wrmf_model_epochs(b));
    const char *const note = wrmf_model_note(a, "a note"), *const too =
                                                               wrmf_model_note(b, "a note");
    assert_int_equal(note == NULL, too == NULL);
    if (note && too)
        assert_string_equal(note, too);
    same_rows(a, b, WRMF_USERS, wrmf_model_users(a));
    same_rows(a, b, WRMF_ITEMS, wrmf_model_items(a));
    for (int side = 0; side < 2; side++)
        same_ids(wrmf_model_ids(a, (wrmf_side)side), wrmf_model_ids(b, (wrmf_side)side));
    for (int i = 0; i < wrmf_params_size(); i++) {
        char text[64], again[64];
        wrmf_params_format(wrmf_model_params(a), wrmf_params_id(i), text, sizeof text);
        wrmf_params_format(wrmf_model_params(b), wrmf_params_id(i), again, sizeof again);
        assert_string_equal(text, again);
    }
    for (int i = WRMF_STAT_ROWS; i <= WRMF_STAT_ROWS_FALLBACK; i++)
        assert_true(wrmf_model_statistic(a, (wrmf_statistic)i) ==
                    wrmf_model_statistic(b, (wrmf_statistic)i));
}

typedef struct answers {
    double score, objective[4], metric;
    int64_t lists[STORED_USERS * 5], similar[STORED_ITEMS * 5];
    double scores[STORED_USERS * 5], cosines[STORED_ITEMS * 5];
} answers;

static void ask_lists(const wrmf_model *model, wrmf_side asking, int64_t n, int64_t *indices,
                      double *scores)
{
    int64_t rows[STORED_USERS], counts[STORED_USERS];
    wrmf_query *query = NULL;
    MUST(wrmf_query_create(context, model, asking, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_length(query, 5, err));
    for (int64_t i = 0; i < n; i++)
        rows[i] = i;
    MUST(wrmf_query_run_batch(query, rows, n, indices, scores, counts, err));
    wrmf_query_free(query);
}

static void ask(const wrmf_model *model, answers *to)
{
    wrmf_matrix *const matrix = stored_matrix();
    wrmf_evaluator *evaluator = NULL;
    memset(to, 0, sizeof *to);
    to->score = wrmf_model_score(model, 3, 7);
    MUST(wrmf_model_objective(context, model, matrix, &to->objective[0], &to->objective[1],
                              &to->objective[2], &to->objective[3], err));
    ask_lists(model, WRMF_USERS, STORED_USERS, to->lists, to->scores);
    ask_lists(model, WRMF_ITEMS, STORED_ITEMS, to->similar, to->cosines);
    MUST(wrmf_evaluator_create(context, matrix, NULL, &evaluator, err));
    MUST(wrmf_evaluator_run(context, evaluator, model, err));
    to->metric = wrmf_evaluator_value(evaluator, WRMF_METRIC_NDCG, 10);
    wrmf_evaluator_free(evaluator);
    wrmf_matrix_free(matrix);
}

void same_answers(const wrmf_model *a, const wrmf_model *b)
{
    answers *const one = malloc(sizeof *one), *const other = malloc(sizeof *other);
    ask(a, one);
    ask(b, other);
    assert_memory_equal(one, other, sizeof *one);
    free(one);
    free(other);
}

/* ---- files ---- */

void make_file(char path[16])
{
    strcpy(path, "store-XXXXXX");
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
}

char *file_bytes(const char *path, size_t *length)
{
    FILE *const file = fopen(path, "rb");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    *length = (size_t)ftell(file);
    rewind(file);
    char *const bytes = malloc(*length + 1);
    assert_int_equal(fread(bytes, 1, *length, file), *length);
    fclose(file);
    return bytes;
}

void put_bytes(const char *path, const void *data, size_t length)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(data, 1, length, file), length);
    assert_int_equal(fclose(file), 0);
}

void same_files(const char *a, const char *b)
{
    size_t length, other;
    char *const one = file_bytes(a, &length), *const two = file_bytes(b, &other);
    assert_int_equal(length, other);
    assert_memory_equal(one, two, length);
    free(one);
    free(two);
}
