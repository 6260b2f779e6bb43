/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/ids.h: lists of ids that grow by those of a day, are matched, and lose some for good. All is
 * held against loops over lists that are small enough to see.
 */
#include "made.h"

#include <stdio.h>
#include <string.h>

static wrmf_ids *const untouched = (wrmf_ids *)&machine;

enum { MOST = 40, TEXT = 24 };

static uint64_t state_of_random = 1;

static int64_t below(int64_t n)
{
    uint64_t z = state_of_random += 0x9e3779b97f4a7c15u;
    z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
    z = (z ^ z >> 27) * 0x94d049bb133111ebu;
    return (int64_t)((z ^ z >> 31) % (uint64_t)n);
}

/* Ids of a kind: n of the numbers 0 .. 59 less 20, each once, in a random order; every third has a
 * name that tells which list it was given in. */
static wrmf_ids *some_ids(wrmf_ids_kind kind, int64_t n, const char *list)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, kind, &ids, err));
    while (wrmf_ids_size(ids) < n) {
        const int64_t number = below(60) - 20;
        char text[TEXT];
        int64_t index = -1;
        const int length = snprintf(text, sizeof text, "%lld", (long long)number);
        if (kind == WRMF_IDS_STRING)
            MUST(wrmf_ids_add(ids, text, (size_t)length, &index, err));
        else
            MUST(wrmf_ids_add_integer(ids, number, &index, err));
        const int named = snprintf(text, sizeof text, "%s %lld", list, (long long)number);
        if (number % 3 == 0)
            MUST(wrmf_ids_set_name(ids, index, text, (size_t)named, err));
    }
    return ids;
}

static int64_t index_of(const wrmf_ids *ids, const wrmf_ids *from, int64_t index)
{
    char text[TEXT], other[TEXT];
    wrmf_ids_format(from, index, text, sizeof text);
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
        wrmf_ids_format(ids, i, other, sizeof other);
        if (strcmp(text, other) == 0)
            return i;
    }
    return -1;
}

static void check_same_id(const wrmf_ids *a, int64_t i, const wrmf_ids *b, int64_t j)
{
    char one[TEXT], other[TEXT];
    assert_int_equal(wrmf_ids_format(a, i, one, sizeof one),
                     wrmf_ids_format(b, j, other, sizeof other));
    assert_string_equal(one, other);
}

static void check_name(const wrmf_ids *a, int64_t i, const char *name)
{
    if (name)
        assert_string_equal(wrmf_ids_name(a, i, NULL), name);
    else
        assert_null(wrmf_ids_name(a, i, NULL));
}

/* What a merged list is to be, id by id. */
static void check_merged(const wrmf_ids *merged, const wrmf_ids *ids, const wrmf_ids *more,
                         const int64_t *indices)
{
    int64_t next = wrmf_ids_size(ids);
    assert_int_equal(wrmf_ids_get_kind(merged), wrmf_ids_get_kind(ids));
    for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
        const int64_t again = index_of(more, ids, i);
        const char *const own = wrmf_ids_name(ids, i, NULL);
        check_same_id(merged, i, ids, i);
        check_name(merged, i, own ? own : again < 0 ? NULL : wrmf_ids_name(more, again, NULL));
    }
    for (int64_t i = 0; i < wrmf_ids_size(more); i++) {
        const int64_t old = index_of(ids, more, i);
        assert_int_equal(indices[i], old >= 0 ? old : next);
        check_same_id(merged, indices[i], more, i);
        if (old < 0)
            check_name(merged, next++, wrmf_ids_name(more, i, NULL));
    }
    assert_int_equal(wrmf_ids_size(merged), next);
}

static void check_matched(const wrmf_ids *ids, const wrmf_ids *wanted)
{
    int64_t indices[MOST], found = -1, n = 0;
    MUST(wrmf_ids_match(ids, wanted, indices, &found, err));
    for (int64_t i = 0; i < wrmf_ids_size(wanted); i++) {
        assert_int_equal(indices[i], index_of(ids, wanted, i));
        n += indices[i] >= 0;
    }
    assert_int_equal(found, n);
}

/* Lists of every kind and of many sizes, none among them. */
static void merged_and_matched(void **state)
{
    (void)state;
    for (int round = 0; round < 200; round++) {
        const wrmf_ids_kind kind = (wrmf_ids_kind)(round % 2),
                            other = (wrmf_ids_kind)(round / 2 % 2);
        wrmf_ids *const ids = some_ids(kind, below(MOST), "old");
        wrmf_ids *const more = some_ids(other, below(MOST), "new");
        wrmf_ids *merged = NULL, *again = NULL;
        int64_t indices[MOST];
        MUST(wrmf_ids_merge(ids, more, indices, &merged, err));
        check_merged(merged, ids, more, indices);
        check_matched(ids, more);
        check_matched(merged, more);
        MUST(wrmf_ids_merge(merged, more, NULL, &again, err)); /* nothing is new */
        assert_int_equal(wrmf_ids_size(again), wrmf_ids_size(merged));
        assert_int_equal(wrmf_ids_hash(again), wrmf_ids_hash(merged));
        wrmf_ids_free(ids);
        wrmf_ids_free(more);
        wrmf_ids_free(merged);
        wrmf_ids_free(again);
    }
}

static void with_itself(void **state)
{
    (void)state;
    wrmf_ids *const ids = some_ids(WRMF_IDS_STRING, 7, "own");
    wrmf_ids *merged = NULL;
    int64_t indices[7];
    MUST(wrmf_ids_merge(ids, ids, indices, &merged, err));
    assert_int_equal(wrmf_ids_hash(merged), wrmf_ids_hash(ids));
    for (int64_t i = 0; i < 7; i++)
        assert_int_equal(indices[i], i);
    MUST(wrmf_ids_match(ids, ids, indices, NULL, err));
    for (int64_t i = 0; i < 7; i++)
        assert_int_equal(indices[i], i);
    wrmf_ids_free(merged);
    wrmf_ids_free(ids);
}

/* A text that an integer is not printed as could become an id that is there under another text. */
static void texts_that_are_no_integers(void **state)
{
    (void)state;
    static const char *const texts[] = {"+7", "007", "-0", "7 ", "x", "9223372036854775808", "7.0"};
    wrmf_ids *const ids = some_ids(WRMF_IDS_INTEGER, 60 - 25, "old");
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        const char *const both[] = {"12345", texts[i]};
        wrmf_ids *const more = string_ids(both, 2), *out = untouched;
        int64_t indices[2] = {77, 77}, found = -1;
        char words[64];
        snprintf(words, sizeof words, "id 1, '%s', is no integer", texts[i]);
        FAILS(WRMF_E_FORMAT, words, wrmf_ids_merge(ids, more, indices, &out, err));
        assert_true(out == untouched && indices[0] == 77 && indices[1] == 77);
        MUST(wrmf_ids_match(ids, more, indices, &found, err));
        assert_true(found == 0 && indices[0] == -1 && indices[1] == -1);
        wrmf_ids_free(more);
    }
    wrmf_ids_free(ids);
}

/* The least and the largest integer, and texts that have them. */
static void extreme_integers(void **state)
{
    (void)state;
    static const char *const texts[] = {"9223372036854775807", "-9223372036854775808", "0"};
    wrmf_ids *const strings = string_ids(texts, 3);
    wrmf_ids *integers = NULL, *merged = NULL;
    int64_t indices[3];
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &integers, err));
    MUST(wrmf_ids_merge(integers, strings, indices, &merged, err));
    assert_true(wrmf_ids_integer(merged, 0) == INT64_MAX);
    assert_true(wrmf_ids_integer(merged, 1) == INT64_MIN);
    MUST(wrmf_ids_match(strings, merged, indices, NULL, err));
    assert_true(indices[0] == 0 && indices[1] == 1 && indices[2] == 2);
    assert_int_equal(wrmf_ids_hash(merged), wrmf_ids_hash(strings));
    wrmf_ids_free(strings);
    wrmf_ids_free(integers);
    wrmf_ids_free(merged);
}

/* ---- removal ---- */

static void left_out(void **state)
{
    (void)state;
    for (int round = 0; round < 60; round++) {
        wrmf_ids *const ids = some_ids((wrmf_ids_kind)(round % 2), 1 + below(MOST - 1), "own");
        const int64_t size = wrmf_ids_size(ids), n = below(2 * size);
        wrmf_ids *rest = NULL;
        int64_t gone[2 * MOST], next = 0;
        for (int64_t i = 0; i < n; i++)
            gone[i] = below(size); /* some again */
        MUST(wrmf_ids_without(ids, gone, n, &rest, err));
        for (int64_t i = 0; i < size; i++) {
            bool stays = true;
            for (int64_t k = 0; k < n; k++)
                stays = stays && gone[k] != i;
            if (!stays)
                continue;
            check_same_id(rest, next, ids, i);
            check_name(rest, next++, wrmf_ids_name(ids, i, NULL));
        }
        assert_int_equal(wrmf_ids_size(rest), next);
        wrmf_ids_free(ids);
        wrmf_ids_free(rest);
    }
}

/* ---- what is refused ---- */

static void refused(void **state)
{
    (void)state;
    wrmf_ids *const ids = some_ids(WRMF_IDS_STRING, 5, "own"), *out = untouched;
    int64_t indices[5] = {77}, found = 77;
    const int64_t high[] = {0, 5}, low[] = {-1};
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_merge(NULL, ids, indices, &out, err));
    FAILS(WRMF_E_NULL, "more", wrmf_ids_merge(ids, NULL, indices, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_merge(ids, ids, indices, NULL, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_match(NULL, ids, indices, &found, err));
    FAILS(WRMF_E_NULL, "wanted", wrmf_ids_match(ids, NULL, indices, &found, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_ids_match(ids, ids, NULL, &found, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_without(NULL, high, 1, &out, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_ids_without(ids, NULL, 1, &out, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_without(ids, high, 1, NULL, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_ids_without(ids, high, -1, &out, err));
    FAILS(WRMF_E_RANGE, "indices[1] is 5, not in 0 .. 4",
          wrmf_ids_without(ids, high, 2, &out, err));
    FAILS(WRMF_E_RANGE, "indices[0] is -1", wrmf_ids_without(ids, low, 1, &out, err));
    assert_true(out == untouched && indices[0] == 77 && found == 77);
    wrmf_ids_free(ids);
}

static void out_of_memory(void **state)
{
    (void)state;
    wrmf_ids *const ids = some_ids(WRMF_IDS_STRING, 20, "old");
    wrmf_ids *const more = some_ids(WRMF_IDS_INTEGER, 39, "new");
    wrmf_ids *merged = NULL, *rest = NULL;
    const int64_t gone[] = {3, 1};
    int64_t indices[MOST];
    for (int i = 0; i < MOST; i++)
        indices[i] = 77;
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, " bytes for ", wrmf_ids_merge(ids, more, indices, &merged, err));
    host_fail(&machine, 0, false);
    assert_true(indices[0] == 77 && !merged);
    OUT_OF_MEMORY(wrmf_ids_merge(ids, more, indices, &merged, err));
    check_merged(merged, ids, more, indices);
    OUT_OF_MEMORY(wrmf_ids_without(merged, gone, 2, &rest, err));
    wrmf_ids_free(ids);
    wrmf_ids_free(more);
    wrmf_ids_free(merged);
    wrmf_ids_free(rest);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(merged_and_matched), TEST(with_itself), TEST(texts_that_are_no_integers),
        TEST(extreme_integers),   TEST(left_out),    TEST(refused),
        TEST(out_of_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
