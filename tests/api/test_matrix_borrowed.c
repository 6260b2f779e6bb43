/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/matrix.h: rows with offsets of 32 bits; arrays that a host lends, and how it is told that
 * they are its own again.
 */
#include "fixture.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "wrmf/evaluator.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"
#include "wrmf/query.h"

enum { USERS = 3, ITEMS = 4, ENTRIES = 4 };

static const int64_t offsets[] = {0, 2, 2, 4};
static const int32_t offsets32[] = {0, 2, 2, 4}, items32[] = {1, 3, 0, 3};
static const double counts[] = {2, 1, 5, 3};
static wrmf_matrix *const untouched = (wrmf_matrix *)&machine;

/* ---- offsets of 32 bits ---- */

static void offsets_of_32_bits(void **state)
{
    (void)state;
    wrmf_matrix *wide = NULL, *copied = NULL, *borrowed = NULL;
    MUST(wrmf_matrix_borrow_csr(context, USERS, ITEMS, offsets, items32, counts, &wide, err));
    MUST(wrmf_matrix_from_csr32(context, USERS, ITEMS, offsets32, items32, counts, &copied, err));
    MUST(wrmf_matrix_borrow_csr32(context, USERS, ITEMS, offsets32, items32, counts, &borrowed,
                                  err));
    assert_true(wrmf_matrix_equal(wide, copied) && wrmf_matrix_equal(wide, borrowed));
    const int64_t *of;
    const int32_t *it;
    const double *co;
    wrmf_matrix_csr(borrowed, &of, &it, &co);
    assert_true(it == items32 && co == counts);
    assert_memory_equal(of, offsets, sizeof offsets);
    wrmf_matrix_csr(copied, &of, &it, &co);
    assert_true(it != items32 && co != counts);
    wrmf_matrix_free(wide);
    wrmf_matrix_free(copied);
    wrmf_matrix_free(borrowed);
    static const int32_t none[] = {0, 0};
    MUST(wrmf_matrix_from_csr32(context, 1, 0, none, NULL, NULL, &copied, err));
    MUST(wrmf_matrix_borrow_csr32(context, 1, 0, none, NULL, NULL, &borrowed, err));
    assert_true(wrmf_matrix_equal(copied, borrowed));
    assert_int_equal(wrmf_matrix_row(borrowed, 0, &it, &co), 0);
    wrmf_matrix_free(copied);
    wrmf_matrix_free(borrowed);
}

static void bad(wrmf_status status, const char *words, int64_t users, int64_t items,
                const int32_t *of, const int32_t *it, const double *co)
{
    wrmf_matrix *made = untouched;
    FAILS(status, words, wrmf_matrix_from_csr32(context, users, items, of, it, co, &made, err));
    FAILS(status, words, wrmf_matrix_borrow_csr32(context, users, items, of, it, co, &made, err));
    assert_ptr_equal(made, untouched);
}

static void bad_rows_of_32_bits(void **state)
{
    (void)state;
    static const int32_t late[] = {1, 2, 2, 4}, falling[] = {0, 3, 2, 4}, below[] = {0, 2, 2, -1};
    static const int32_t high[] = {1, 4, 0, 3}, equal[] = {1, 1, 0, 3};
    static const double nan[] = {2, 1, 5, NAN}, zero[] = {2, 0, 5, 3};
    bad(WRMF_E_NULL, "offsets", USERS, ITEMS, NULL, items32, counts);
    bad(WRMF_E_NULL, "item", USERS, ITEMS, offsets32, NULL, counts);
    bad(WRMF_E_RANGE, "users is -1", -1, ITEMS, offsets32, items32, counts);
    bad(WRMF_E_RANGE, "row 0: item[1] is 4", USERS, ITEMS, offsets32, high, counts);
    bad(WRMF_E_FORMAT, "offsets[0] is 1", USERS, ITEMS, late, items32, counts);
    bad(WRMF_E_FORMAT, "offsets[2] is 2", USERS, ITEMS, falling, items32, counts);
    bad(WRMF_E_FORMAT, "offsets[3] is -1", USERS, ITEMS, below, items32, counts);
    bad(WRMF_E_FORMAT, "row 0: item[1] is 1", USERS, ITEMS, offsets32, equal, counts);
    bad(WRMF_E_FORMAT, "count[1] is 0", USERS, ITEMS, offsets32, items32, zero);
    bad(WRMF_E_NONFINITE, "count[3]", USERS, ITEMS, offsets32, items32, nan);
    wrmf_matrix *made = NULL;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_from_csr32(NULL, USERS, ITEMS, offsets32, items32, counts, &made, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_matrix_borrow_csr32(context, USERS, ITEMS, offsets32, items32, counts, NULL, err));
    OUT_OF_MEMORY(
        wrmf_matrix_from_csr32(context, USERS, ITEMS, offsets32, items32, counts, &made, err));
    wrmf_matrix_free(made);
    OUT_OF_MEMORY(
        wrmf_matrix_borrow_csr32(context, USERS, ITEMS, offsets32, items32, counts, &made, err));
    wrmf_matrix_free(made);
}

/* ---- arrays that a host lends ---- */

/* The host's arrays, which it frees as soon as it may: a later read shows under a sanitizer. */
typedef struct loan {
    int64_t *offsets;
    int32_t *items;
    double *counts;
    int released;
} loan;

static void *copy_of(const void *from, size_t bytes)
{
    void *const to = malloc(bytes);
    assert_non_null(to);
    return memcpy(to, from, bytes);
}

static void take_back(void *self)
{
    loan *const l = self;
    free(l->offsets);
    free(l->items);
    free(l->counts);
    l->released++;
}

static wrmf_matrix *lend(loan *l)
{
    *l = (loan){copy_of(offsets, sizeof offsets), copy_of(items32, sizeof items32),
                copy_of(counts, sizeof counts), 0};
    wrmf_matrix *made = NULL;
    MUST(
        wrmf_matrix_borrow_csr(context, USERS, ITEMS, l->offsets, l->items, l->counts, &made, err));
    MUST(wrmf_matrix_set_release(made, l, take_back, err));
    return made;
}

static void released_once(void **state)
{
    (void)state;
    loan l, other = {0};
    wrmf_matrix *const made = lend(&l);
    FAILS(WRMF_E_STATE, "already", wrmf_matrix_set_release(made, &other, take_back, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_set_release(NULL, &other, take_back, err));
    FAILS(WRMF_E_NULL, "release", wrmf_matrix_set_release(made, &other, NULL, err));
    assert_int_equal(l.released, 0);
    wrmf_matrix_free(made);
    assert_int_equal(l.released, 1);
    assert_int_equal(other.released, 0);
}

/* Objects that hold the matrix, in the order in which the last of them gives it up. */
static void released_by_the_last(void **state)
{
    (void)state;
    loan l;
    wrmf_matrix *made = lend(&l), *turned = NULL;
    wrmf_evaluator *evaluator = NULL;
    MUST(wrmf_evaluator_create(context, made, NULL, &evaluator, err));
    MUST(wrmf_matrix_transpose(made, &turned, err));
    wrmf_matrix_free(made);
    wrmf_matrix_free(turned);
    assert_int_equal(l.released, 0);
    wrmf_evaluator_free(evaluator);
    assert_int_equal(l.released, 1);

    made = lend(&l);
    MUST(wrmf_matrix_transpose(made, &turned, err));
    wrmf_matrix_free(made);
    assert_true(wrmf_matrix_count(turned, 3, 2) == 3 && l.released == 0);
    wrmf_matrix_free(turned);
    assert_int_equal(l.released, 1);

    made = lend(&l);
    wrmf_model *model = NULL;
    wrmf_query *query = NULL;
    MUST(wrmf_model_create(context, USERS, ITEMS, NULL, &model, err));
    MUST(wrmf_query_create(context, model, WRMF_ITEMS, WRMF_USERS, &query, err));
    MUST(wrmf_query_set_seen(query, made, err));
    wrmf_matrix_free(made);
    assert_int_equal(l.released, 0);
    MUST(wrmf_query_set_seen(query, NULL, err));
    assert_int_equal(l.released, 1);
    wrmf_query_free(query);
    wrmf_model_free(model);
}

static void release_its_own_context(void *self)
{
    wrmf_context **const own = self;
    wrmf_context_free(*own);
    *own = NULL;
}

/* What is called may free the context that the matrix was made with, and be a matrix's that owns
 * its arrays. */
static void released_with_its_context(void **state)
{
    (void)state;
    host other = {0};
    wrmf_context *own = host_context(&other);
    wrmf_matrix *made = NULL;
    MUST(wrmf_matrix_from_csr32(own, USERS, ITEMS, offsets32, items32, counts, &made, err));
    MUST(wrmf_matrix_set_release(made, &own, release_its_own_context, err));
    wrmf_matrix_free(made);
    assert_null(own);
    host_check(&other);
}

/* A host whose first block frees the context of the call that asks for it. */
typedef struct leaving {
    host host;
    wrmf_context *context; /* NULL once it is freed */
} leaving;

static void *free_and_give(void *self, size_t bytes, size_t alignment)
{
    leaving *const l = self;
    wrmf_context *const own = l->context;
    l->context = NULL;
    wrmf_context_free(own);
    return host_alloc(&l->host, bytes, alignment);
}

static void give_to_host(void *self, void *memory, size_t bytes)
{
    leaving *const l = self;
    host_free(&l->host, memory, bytes);
}

static void the_context_is_freed_meanwhile(void **state)
{
    (void)state;
    static const int64_t items64[] = {1, 3, 0, 3};
    for (int way = 0; way < 4; way++) {
        leaving l = {.context = NULL};
        wrmf_context *own = NULL;
        wrmf_matrix *made = NULL;
        MUST(wrmf_context_create_with_allocator(&l, free_and_give, give_to_host, &own, err));
        l.context = own;
        if (way == 0)
            MUST(wrmf_matrix_from_csr(own, USERS, ITEMS, offsets, items64, counts, &made, err));
        else if (way == 1)
            MUST(wrmf_matrix_from_csr32(own, USERS, ITEMS, offsets32, items32, counts, &made, err));
        else if (way == 2)
            MUST(wrmf_matrix_borrow_csr(own, USERS, ITEMS, offsets, items32, counts, &made, err));
        else
            MUST(wrmf_matrix_borrow_csr32(own, USERS, ITEMS, offsets32, items32, counts, &made,
                                          err));
        assert_null(l.context);
        assert_int_equal(wrmf_matrix_entries(made), ENTRIES);
        wrmf_matrix_free(made);
        host_check(&l.host);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(the_context_is_freed_meanwhile),
        TEST(offsets_of_32_bits),
        TEST(bad_rows_of_32_bits),
        TEST(released_once),
        TEST(released_by_the_last),
        TEST(released_with_its_context),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
