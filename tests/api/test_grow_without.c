/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/grow.h: users and items that are removed for good, from ids, matrix and model. What is left
 * is the same as before; and of what is gone no byte is in any file written afterwards, nor in the
 * memory of what is left.
 */
#include "grown.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/grow.h"
#include "wrmf/params.h"

static wrmf_model *const untouched = (wrmf_model *)&machine;

static const char *const relaxed[] = {"iterations=6", NULL}; /* the model carries rows, too */
static const char *const in_double[] = {"precision=float64", "relaxation=1", NULL};

/* ---- what is left ---- */

static void check_left(const wrmf_model *rest, const wrmf_model *model, wrmf_side side,
                       const int64_t *gone, int64_t n)
{
    double *const before = rows_of(model, side), *const after = rows_of(rest, side);
    const int64_t size = side ? OLD_ITEMS : OLD_USERS;
    int64_t at = 0;
    for (int64_t i = 0; i < size; i++) {
        bool stays = true;
        for (int64_t k = 0; k < n; k++)
            stays = stays && gone[k] != i;
        if (!stays)
            continue;
        assert_memory_equal(after + at * FACTORS, before + i * FACTORS, FACTORS * sizeof *after);
        assert_string_equal(wrmf_ids_string(wrmf_model_ids(rest, side), at, NULL),
                            wrmf_ids_string(wrmf_model_ids(model, side), i, NULL));
        at++;
    }
    assert_int_equal(side ? wrmf_model_items(rest) : wrmf_model_users(rest), at);
    assert_int_equal(wrmf_ids_size(wrmf_model_ids(rest, side)), at);
    free(before);
    free(after);
}

static void others_stay(void **state)
{
    (void)state;
    static const int64_t gone[] = {29, 4, 0, 4};
    for (int side = 0; side < 2; side++) {
        wrmf_model *const model = fit_earlier(side ? relaxed : in_double);
        wrmf_model *rest = NULL, *none = NULL, *same = NULL;
        MUST(wrmf_model_without(context, model, (wrmf_side)side, gone, 4, &rest, err));
        check_left(rest, model, (wrmf_side)side, gone, 4);
        check_left(rest, model, (wrmf_side)!side, NULL, 0);
        assert_int_equal(wrmf_model_epochs(rest), wrmf_model_epochs(model));
        assert_string_equal(wrmf_model_note(rest, "made"), "on Monday");
        MUST(wrmf_model_without(context, model, (wrmf_side)side, NULL, 0, &same, err));
        check_same_file(same, model);
        int64_t all[OLD_USERS];
        for (int64_t i = 0; i < OLD_USERS; i++)
            all[i] = i;
        MUST(wrmf_model_without(context, model, (wrmf_side)side, all, side ? OLD_ITEMS : OLD_USERS,
                                &none, err));
        assert_int_equal(side ? wrmf_model_items(none) : wrmf_model_users(none), 0);
        wrmf_model_free(model);
        wrmf_model_free(rest);
        wrmf_model_free(same);
        wrmf_model_free(none);
    }
}

/* Epochs go on from what was carried of the items that are left: with all else equal, those of a
 * model without a user that nobody knows are those of a model that never had her. */
static void goes_on_without(void **state)
{
    (void)state;
    wrmf_params *params = NULL;
    wrmf_matrix *head = NULL;
    const int64_t last[] = {NEW_USERS - 1}; /* she has no interaction: her row is zero */
    wrmf_model *with = NULL, *without = NULL, *rest = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set(params, "iterations", "6", err));
    MUST(wrmf_model_fit(context, later, params, &with, err));
    MUST(wrmf_matrix_without(later, WRMF_USERS, last, 1, &head, err));
    MUST(wrmf_model_without(context, with, WRMF_USERS, last, 1, &rest, err));
    MUST(wrmf_model_fit(context, head, params, &without, err));
    check_same_file(rest, without);
    MUST(wrmf_model_continue(context, rest, head, 2, err));
    MUST(wrmf_model_continue(context, without, head, 2, err));
    check_same_file(rest, without);
    wrmf_params_free(params);
    wrmf_matrix_free(head);
    wrmf_model_free(with);
    wrmf_model_free(without);
    wrmf_model_free(rest);
}

/* ---- what is gone ---- */

enum { SECRET_USER = 17, SECRET_ITEM = 11 };
static const char *const secrets[2] = {"zq-her-own-id-7351", "zq-its-own-id-9917"};
static const char *const names[2] = {"zq-her-name-4412", "zq-its-name-8826"};

/* Ids of a side of the earlier matrix, one of which is a secret. */
static wrmf_ids *ids_with_secret(wrmf_side side)
{
    const int64_t at = side ? SECRET_ITEM : SECRET_USER;
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int64_t i = 0; i < (side ? OLD_ITEMS : OLD_USERS); i++) {
        size_t length;
        const char *const text =
            i == at ? secrets[side] : wrmf_ids_string(earlier_ids[side], i, &length);
        MUST(wrmf_ids_add(ids, text, strlen(text), NULL, err));
        if (i == at)
            MUST(wrmf_ids_set_name(ids, i, names[side], strlen(names[side]), err));
    }
    return ids;
}

/* The row of a model in its own precision: what a file of it has. */
static void row_bytes(const wrmf_model *model, wrmf_side side, int64_t row, void *bytes)
{
    int64_t stride = 0;
    const float *const rows = wrmf_model_float32(model, side, &stride);
    memcpy(bytes, rows + row * stride, FACTORS * sizeof(float));
}

static bool is_in_file(const wrmf_model *model, const void *block, size_t bytes)
{
    size_t length = 0;
    char *const file = bytes_of(model, &length);
    const bool found = holds(file, length, block, bytes);
    free(file);
    return found;
}

static bool is_in_text(const wrmf_matrix *matrix, const wrmf_ids *users, const wrmf_ids *items,
                       const char *words)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_matrix_write_text(matrix, users, items, ',', output, err));
    MUST(wrmf_ids_write(users, output, err));
    MUST(wrmf_ids_write(items, output, err));
    MUST(wrmf_matrix_write_market(matrix, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    const bool found = holds(sink.data, sink.length, words, strlen(words));
    free(sink.data);
    return found;
}

static wrmf_model *with_secrets(wrmf_ids *const ids[2])
{
    wrmf_model *const model = fit_earlier(relaxed);
    for (int side = 0; side < 2; side++)
        MUST(wrmf_model_set_ids(model, (wrmf_side)side, ids[side], err));
    return model;
}

/* The row that the model carries of the secret item, out of its file (docs/file-format.md), which
 * has the item's own row at the same place of another tensor. */
static void carried_bytes(const wrmf_model *model, const void *own, void *carried)
{
    size_t length = 0;
    char *const file = bytes_of(model, &length);
    const char *const factors = strstr(file + 8, "\"item_factors\"");
    const char *const relaxed_factors = strstr(file + 8, "\"item_factors_carried\"");
    assert_true(factors && relaxed_factors);
    const size_t start = strtoull(strstr(factors, "\"data_offsets\":[") + 16, NULL, 10);
    const size_t other = strtoull(strstr(relaxed_factors, "\"data_offsets\":[") + 16, NULL, 10);
    uint64_t header = 0;
    memcpy(&header, file, 8); /* tests run on little-endian machines */
    const size_t row = SECRET_ITEM * FACTORS * sizeof(float);
    assert_memory_equal(file + 8 + header + start + row, own, FACTORS * sizeof(float));
    memcpy(carried, file + 8 + header + other + row, FACTORS * sizeof(float));
    free(file);
}

static void nothing_is_left(void **state)
{
    (void)state;
    wrmf_ids *ids[2] = {ids_with_secret(WRMF_USERS), ids_with_secret(WRMF_ITEMS)};
    wrmf_model *const model = with_secrets(ids);
    float rows[3][FACTORS]; /* hers, the item's, and the one that is carried for it */
    row_bytes(model, WRMF_USERS, SECRET_USER, rows[0]);
    row_bytes(model, WRMF_ITEMS, SECRET_ITEM, rows[1]);
    carried_bytes(model, rows[1], rows[2]);
    assert_memory_not_equal(rows[1], rows[2], sizeof rows[1]);
    const int64_t user[] = {SECRET_USER}, item[] = {SECRET_ITEM};
    wrmf_model *no_user = NULL, *neither = NULL;
    wrmf_ids *left[2] = {NULL, NULL};
    wrmf_matrix *half = NULL, *matrix = NULL;
    MUST(wrmf_model_without(context, model, WRMF_USERS, user, 1, &no_user, err));
    MUST(wrmf_model_without(context, no_user, WRMF_ITEMS, item, 1, &neither, err));
    MUST(wrmf_ids_without(ids[0], user, 1, &left[0], err));
    MUST(wrmf_ids_without(ids[1], item, 1, &left[1], err));
    MUST(wrmf_matrix_without(earlier, WRMF_USERS, user, 1, &half, err));
    MUST(wrmf_matrix_without(half, WRMF_ITEMS, item, 1, &matrix, err));
    for (int i = 0; i < 3; i++) {
        assert_true(is_in_file(model, rows[i], sizeof rows[i]));
        assert_false(is_in_file(neither, rows[i], sizeof rows[i]));
    }
    for (int side = 0; side < 2; side++) {
        assert_true(is_in_file(model, secrets[side], strlen(secrets[side])));
        assert_true(is_in_file(model, names[side], strlen(names[side])));
        assert_false(is_in_file(neither, secrets[side], strlen(secrets[side])));
        assert_false(is_in_file(neither, names[side], strlen(names[side])));
        assert_true(is_in_text(earlier, ids[0], ids[1], secrets[side]));
        assert_false(is_in_text(matrix, left[0], left[1], secrets[side]));
        assert_false(is_in_text(matrix, left[0], left[1], names[side]));
    }
    for (int side = 0; side < 2; side++) {
        wrmf_ids_free(ids[side]);
        wrmf_ids_free(left[side]);
    }
    wrmf_model_free(model);
    wrmf_model_free(no_user);
    wrmf_model_free(neither);
    wrmf_matrix_free(half);
    wrmf_matrix_free(matrix);
}

/* ---- what is refused ---- */

static void refused(void **state)
{
    (void)state;
    wrmf_model *const model = fit_earlier(relaxed), *out = untouched;
    const int64_t high[] = {0, 30}, low[] = {-1};
    FAILS(WRMF_E_NULL, "context", wrmf_model_without(NULL, model, WRMF_USERS, high, 1, &out, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_without(context, NULL, WRMF_USERS, high, 1, &out, err));
    FAILS(WRMF_E_NULL, "rows", wrmf_model_without(context, model, WRMF_USERS, NULL, 1, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_without(context, model, WRMF_USERS, high, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "side",
          wrmf_model_without(context, model, (wrmf_side)2, high, 1, &out, err));
    FAILS(WRMF_E_RANGE, "n is -1",
          wrmf_model_without(context, model, WRMF_USERS, high, -1, &out, err));
    FAILS(WRMF_E_RANGE, "rows[1] is 30, not in 0 .. 29",
          wrmf_model_without(context, model, WRMF_ITEMS, high, 2, &out, err));
    FAILS(WRMF_E_RANGE, "rows[0] is -1",
          wrmf_model_without(context, model, WRMF_ITEMS, low, 1, &out, err));
    assert_true(out == untouched);
    OUT_OF_MEMORY(wrmf_model_without(context, model, WRMF_ITEMS, high, 1, &out, err));
    wrmf_model_free(out);
    wrmf_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_DAYS(others_stay),
        ON_DAYS(goes_on_without),
        ON_DAYS(nothing_is_left),
        ON_DAYS(refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
