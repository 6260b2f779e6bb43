/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of this file make and use matrices, ids and parameters. */
#include "world.h"

#include <stdio.h>
#include <string.h>

/* ---- matrices ---- */

static const int64_t some_users[] = {3, 0, 3, 1}, some_items[] = {2, 1, 2, 0};
static const double some_counts[] = {1, 2, 3, 4};

static wrmf_status triplets(world *w, const double *count, wrmf_duplicates duplicates)
{
    int64_t merged = -7;
    wrmf_matrix *out = UNTOUCHED;
    const wrmf_status status = wrmf_matrix_from_triplets(
        w->context, 4, 3, 4, some_users, some_items, count, duplicates, &merged, &out, &w->error);
    assert_int_equal(merged, status == WRMF_OK ? 1 : -7);
    if (status == WRMF_OK)
        wrmf_matrix_free(out);
    else
        assert_ptr_equal(out, UNTOUCHED);
    return status;
}

static wrmf_status triplets_with_counts(world *w)
{
    return triplets(w, some_counts, WRMF_DUPLICATES_MAX);
}

static wrmf_status triplets_without(world *w)
{
    return triplets(w, NULL, WRMF_DUPLICATES_SUM);
}

static wrmf_status triplets_of_ones(world *w)
{
    static const double ones[] = {1, 1, 1, 1};
    return triplets(w, ones, WRMF_DUPLICATES_DROP);
}

static const int64_t offsets[] = {0, 1, 2, 4};

static wrmf_status rows_copied(world *w)
{
    static const int64_t items[] = {1, 0, 1, 2};
    MAKES(matrix,
          wrmf_matrix_from_csr(w->context, 3, 3, offsets, items, some_counts, &out, &w->error));
}

static wrmf_status rows_borrowed(world *w)
{
    static const int32_t items[] = {1, 0, 1, 2};
    MAKES(matrix,
          wrmf_matrix_borrow_csr(w->context, 3, 3, offsets, items, some_counts, &out, &w->error));
}

static wrmf_status transpose(world *w)
{
    MAKES(matrix, wrmf_matrix_transpose(w->matrix, &out, &w->error));
}

static wrmf_status select_rows(world *w)
{
    MAKES(matrix, wrmf_matrix_select(w->matrix, some_users, 4, &out, &w->error));
}

static wrmf_status add(world *w)
{
    MAKES(matrix, wrmf_matrix_add(w->matrix, w->test, &out, &w->error));
}

static wrmf_status threshold(world *w)
{
    int64_t users[USERS], items[ITEMS];
    users[0] = items[0] = -7;
    wrmf_matrix *out = UNTOUCHED;
    const wrmf_status status =
        wrmf_matrix_threshold(w->matrix, 2, 2, &out, users, items, &w->error);
    if (status == WRMF_OK)
        wrmf_matrix_free(out);
    else
        assert_true((void *)out == UNTOUCHED && users[0] == -7 && items[0] == -7);
    return status;
}

static wrmf_status split(world *w)
{
    int64_t heldout[USERS], n = -7;
    heldout[0] = -7;
    wrmf_matrix *train = UNTOUCHED, *test = UNTOUCHED;
    const wrmf_status status =
        wrmf_matrix_split(w->matrix, 1, 0.5, 3, &train, &test, heldout, &n, &w->error);
    if (status == WRMF_OK) {
        wrmf_matrix_free(train);
        wrmf_matrix_free(test);
    } else {
        assert_true((void *)train == UNTOUCHED && (void *)test == UNTOUCHED);
        assert_true(heldout[0] == -7 && n == -7);
    }
    return status;
}

/* ---- ids ---- */

static wrmf_status ids_create(world *w)
{
    MAKES(ids, wrmf_ids_create(w->context, WRMF_IDS_STRING, &out, &w->error));
}

static wrmf_status ids_create_integer(world *w)
{
    MAKES(ids, wrmf_ids_create(w->context, WRMF_IDS_INTEGER, &out, &w->error));
}

/* Checks that the first n ids are there, in order, and nothing else. */
static void check_added(const wrmf_ids *ids, int64_t n)
{
    assert_int_equal(wrmf_ids_size(ids), n);
    for (int64_t i = 0; i < n; i++) {
        char id[32];
        const size_t length = (size_t)snprintf(id, sizeof id, "%d", (int)(i * 7919));
        assert_int_equal(wrmf_ids_find(ids, id, length), i);
    }
}

static wrmf_status add_many(world *w, wrmf_ids_kind kind)
{
    enum { MANY = 300 };
    wrmf_ids *ids = NULL;
    world_hold(w);
    MUST(wrmf_ids_create(w->context, kind, &ids, err));
    world_go(w);
    wrmf_status status = WRMF_OK;
    int64_t done = 0;
    for (; done < MANY && status == WRMF_OK; done += status == WRMF_OK) {
        char id[32];
        const size_t length = (size_t)snprintf(id, sizeof id, "%d", (int)(done * 7919));
        int64_t index = -7;
        status = kind == WRMF_IDS_STRING
                     ? wrmf_ids_add(ids, id, length, &index, &w->error)
                     : wrmf_ids_add_integer(ids, done * 7919, &index, &w->error);
        assert_int_equal(index, status == WRMF_OK ? done : -7);
    }
    check_added(ids, done);
    wrmf_ids_free(ids);
    return status;
}

static wrmf_status add_strings(world *w)
{
    return add_many(w, WRMF_IDS_STRING);
}

static wrmf_status add_integers(world *w)
{
    return add_many(w, WRMF_IDS_INTEGER);
}

/* This name is longer than the memory that ids set aside for names at first. */
static wrmf_status name_ids(world *w)
{
    enum { LONG = 100000 };
    static char longer[LONG];
    memset(longer, 'x', LONG - 1);
    wrmf_status status = wrmf_ids_set_name(w->users, 0, longer, LONG - 1, &w->error);
    assert_string_equal(wrmf_ids_name(w->users, 0, NULL), status == WRMF_OK ? longer : "a name");
    if (status != WRMF_OK)
        return status;
    status = wrmf_ids_set_name(w->numbers, 1, longer, LONG - 1, &w->error);
    if (status != WRMF_OK)
        assert_null(wrmf_ids_name(w->numbers, 1, NULL));
    return status;
}

static wrmf_status select_ids(world *w)
{
    static const int64_t indices[] = {4, 2, 0};
    MAKES(ids, wrmf_ids_select(w->users, indices, 3, &out, &w->error));
}

static wrmf_status select_numbers(world *w)
{
    static const int64_t indices[] = {4, 2, 0};
    MAKES(ids, wrmf_ids_select(w->numbers, indices, 3, &out, &w->error));
}

/* ---- parameters ---- */

static wrmf_status params_create(world *w)
{
    MAKES(params, wrmf_params_create(w->context, &out, &w->error));
}

static wrmf_status params_copy(world *w)
{
    MAKES(params, wrmf_params_copy(w->params, &out, &w->error));
}

static wrmf_status params_parse(world *w)
{
    const wrmf_status status =
        wrmf_params_parse(w->params, "factors=5, alpha=2 solver=cholesky", &w->error);
    assert_int_equal(wrmf_params_get_int(w->params, WRMF_PARAM_FACTORS),
                     status == WRMF_OK ? 5 : FACTORS);
    return status;
}

const act data_acts[] = {
    {"triplets with counts", triplets_with_counts, 0},
    {"triplets without counts", triplets_without, 0},
    {"triplets of ones", triplets_of_ones, 0},
    {"rows copied", rows_copied, 0},
    {"rows borrowed", rows_borrowed, 0},
    {"transpose", transpose, 0},
    {"select rows", select_rows, 0},
    {"add", add, 0},
    {"threshold", threshold, 0},
    {"split", split, 0},
    {"create ids", ids_create, 0},
    {"create integer ids", ids_create_integer, 0},
    {"add strings", add_strings, 0},
    {"add integers", add_integers, 0},
    {"name ids", name_ids, NEEDS_IDS},
    {"select ids", select_ids, NEEDS_IDS},
    {"select integer ids", select_numbers, NEEDS_IDS},
    {"create parameters", params_create, 0},
    {"copy parameters", params_copy, 0},
    {"parse parameters", params_parse, 0},
    {NULL, NULL, 0},
};
