/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Ids: both kinds, names, selections, hashes.
 */
#include "made.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static void strings_are_numbered_in_order(void **state)
{
    (void)state;
    static const char *const texts[] = {"b", "a", "ab", "", "b c", "\xc3\xa9\t\n"};
    wrmf_ids *const ids = string_ids(texts, 3);
    int64_t index = -1;
    for (int i = 4; i < 6; i++)
        MUST(wrmf_ids_add(ids, texts[i], strlen(texts[i]), NULL, err));
    MUST(wrmf_ids_add(ids, "abc", 2, &index, err)); /* "ab": length counts, not a NUL */
    assert_int_equal(index, 2);
    assert_int_equal(wrmf_ids_size(ids), 5);
    assert_int_equal(wrmf_ids_find(ids, "a", 1), 1);
    assert_int_equal(wrmf_ids_find(ids, texts[5], 4), 4);
    assert_int_equal(wrmf_ids_find(ids, "c", 1), -1);
    assert_int_equal(wrmf_ids_find(ids, "a", 2), -1); /* with its NUL */
    assert_int_equal(wrmf_ids_find(ids, "a", 0), -1);
    assert_int_equal(wrmf_ids_find(ids, NULL, 1), -1);
    assert_int_equal(wrmf_ids_find(NULL, "a", 1), -1);
    assert_int_equal(wrmf_ids_find_integer(ids, 1), -1);
    size_t length = 77;
    assert_string_equal(wrmf_ids_string(ids, 3, &length), "b c");
    assert_int_equal(length, 3);
    assert_string_equal(wrmf_ids_string(ids, 0, NULL), "b");
    assert_null(wrmf_ids_string(ids, 5, &length));
    assert_null(wrmf_ids_string(ids, -1, NULL));
    assert_null(wrmf_ids_string(NULL, 0, NULL));
    assert_int_equal(wrmf_ids_integer(ids, 0), 0);
    assert_int_equal(wrmf_ids_get_kind(ids), WRMF_IDS_STRING);
    wrmf_ids_free(ids);
}

static void many_ids_stay_where_they_are(void **state)
{
    (void)state;
    enum { N = 100000 };
    wrmf_ids *ids = NULL;
    const char **const at = calloc(N, sizeof *at);
    char text[32];
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int i = 0; i < N; i++) {
        int64_t index = -1;
        snprintf(text, sizeof text, "id-%d-%x", i, (unsigned)i * 40503u);
        MUST(wrmf_ids_add(ids, text, strlen(text), &index, err));
        assert_int_equal(index, i);
        at[i] = wrmf_ids_string(ids, i, NULL);
    }
    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof text, "id-%d-%x", i, (unsigned)i * 40503u);
        assert_ptr_equal(wrmf_ids_string(ids, i, NULL), at[i]);
        assert_string_equal(at[i], text);
        assert_int_equal(wrmf_ids_find(ids, text, strlen(text)), i);
    }
    free(at);
    wrmf_ids_free(ids);
}

static void integers(void **state)
{
    (void)state;
    static const int64_t values[] = {5, 0, -3, INT64_MAX, INT64_MIN};
    wrmf_ids *ids = NULL;
    int64_t index = -1;
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    for (int i = 0; i < 5; i++) {
        MUST(wrmf_ids_add_integer(ids, values[i], &index, err));
        assert_int_equal(index, i);
    }
    MUST(wrmf_ids_add_integer(ids, -3, &index, err));
    assert_int_equal(index, 2);
    for (int i = 0; i < 5; i++) {
        assert_true(wrmf_ids_integer(ids, i) == values[i]);
        assert_int_equal(wrmf_ids_find_integer(ids, values[i]), i);
    }
    assert_int_equal(wrmf_ids_find(ids, "-9223372036854775808", 20), 4);
    assert_int_equal(wrmf_ids_find(ids, "5", 1), 0);
    assert_int_equal(wrmf_ids_find(ids, "x", 1), -1);
    assert_int_equal(wrmf_ids_find_integer(ids, 6), -1);
    assert_int_equal(wrmf_ids_find_integer(NULL, 5), -1);
    assert_int_equal(wrmf_ids_integer(ids, 5), 0);
    assert_int_equal(wrmf_ids_integer(ids, -1), 0);
    assert_null(wrmf_ids_string(ids, 0, NULL));
    char buffer[8] = "xxxxxxx";
    assert_int_equal(wrmf_ids_format(ids, 3, buffer, sizeof buffer), 19);
    assert_string_equal(buffer, "9223372");
    assert_int_equal(wrmf_ids_format(ids, 2, buffer, sizeof buffer), 2);
    assert_string_equal(buffer, "-3");
    assert_int_equal(wrmf_ids_format(ids, 9, buffer, sizeof buffer), 0);
    assert_string_equal(buffer, "");
    assert_int_equal(wrmf_ids_format(ids, 0, NULL, 0), 1);
    buffer[0] = 'y';
    assert_int_equal(wrmf_ids_format(ids, 0, buffer, 1), 1);
    assert_int_equal(buffer[0], '\0');
    assert_int_equal(wrmf_ids_format(NULL, 0, buffer, sizeof buffer), 0);
    FAILS(WRMF_E_STATE, "integers", wrmf_ids_add(ids, "1", 1, NULL, err));
    wrmf_ids_free(ids);
}

/* The values were computed by the definition with python-xxhash 3.6, an implementation of the hash
 * function in another language:
 *     for text in ids: h = xxhash.xxh3_64_intdigest(text, seed=h) */
static void a_hash_tells_lists_apart(void **state)
{
    (void)state;
    static const char *const decimals[] = {"5", "0", "-3", "9223372036854775807",
                                           "-9223372036854775808"};
    static const struct {
        const char *const texts[2];
        int n;
        uint64_t hash;
    } cases[] = {
        {{"b"}, 1, 0x575a0b1c44d8843f},
        {{"b", "a"}, 2, 0xa86e4e17254b478d},
        {{"a", "b"}, 2, 0xe8b979c9572dc50c},
        {{"ba"}, 1, 0xa7f09059a74517b4},
        {{NULL}, 0, 0},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        wrmf_ids *const ids = string_ids(cases[i].texts, cases[i].n);
        assert_true(wrmf_ids_hash(ids) == cases[i].hash);
        if (cases[i].n > 0)
            MUST(wrmf_ids_set_name(ids, 0, "name", 4, err));
        assert_true(wrmf_ids_hash(ids) == cases[i].hash);
        wrmf_ids_free(ids);
    }
    assert_true(wrmf_ids_hash(NULL) == 0);
    wrmf_ids *integers = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &integers, err));
    for (int i = 0; i < 5; i++)
        MUST(wrmf_ids_add_integer(integers, (int64_t[]){5, 0, -3, INT64_MAX, INT64_MIN}[i], NULL,
                                  err));
    wrmf_ids *const texts = string_ids(decimals, 5);
    assert_true(wrmf_ids_hash(integers) == 0x7a4c47c207465040);
    assert_true(wrmf_ids_hash(texts) == 0x7a4c47c207465040);
    wrmf_ids_free(integers);
    wrmf_ids_free(texts);
}

static void what_cannot_be_an_id(void **state)
{
    (void)state;
    wrmf_ids *ids = NULL, *const untouched = (wrmf_ids *)&machine;
    FAILS(WRMF_E_NULL, "context", wrmf_ids_create(NULL, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_create(context, WRMF_IDS_STRING, NULL, err));
    ids = untouched;
    FAILS(WRMF_E_RANGE, "kind is 2", wrmf_ids_create(context, (wrmf_ids_kind)2, &ids, err));
    assert_ptr_equal(ids, untouched);
    ids = string_ids((const char *const[]){"a"}, 1);
    int64_t index = 42;
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_add(NULL, "a", 1, &index, err));
    FAILS(WRMF_E_NULL, "id is", wrmf_ids_add(ids, NULL, 1, &index, err));
    FAILS(WRMF_E_RANGE, "0 bytes", wrmf_ids_add(ids, "a", 0, &index, err));
    FAILS(WRMF_E_RANGE, "2147483648 bytes", wrmf_ids_add(ids, "a", (size_t)1 << 31, &index, err));
    FAILS(WRMF_E_FORMAT, "byte 1", wrmf_ids_add(ids, "x\0y", 3, &index, err));
    FAILS(WRMF_E_STATE, "strings", wrmf_ids_add_integer(ids, 1, &index, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_add_integer(NULL, 1, &index, err));
    assert_int_equal(index, 42);
    assert_int_equal(wrmf_ids_size(ids), 1);
    assert_int_equal(wrmf_ids_size(NULL), 0);
    assert_int_equal(wrmf_ids_get_kind(NULL), WRMF_IDS_STRING);
    wrmf_ids_free(ids);
    wrmf_ids_free(NULL);
}

static void names(void **state)
{
    (void)state;
    wrmf_ids *const ids = string_ids((const char *const[]){"a", "b", "c"}, 3);
    size_t length = 77;
    assert_null(wrmf_ids_name(ids, 0, &length));
    assert_int_equal(length, 0);
    MUST(wrmf_ids_set_name(ids, 2, "Gamma\tray", 9, err));
    assert_string_equal(wrmf_ids_name(ids, 2, &length), "Gamma\tray");
    assert_int_equal(length, 9);
    assert_null(wrmf_ids_name(ids, 0, NULL));
    MUST(wrmf_ids_set_name(ids, 2, "G", 1, err));
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "G");
    MUST(wrmf_ids_set_name(ids, 2, "Gamma, longer than before", 25, err));
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "Gamma, longer than before");
    const char *const own = wrmf_ids_name(ids, 2, NULL);
    MUST(wrmf_ids_set_name(ids, 2, own + 7, 6, err)); /* a piece of itself */
    assert_string_equal(wrmf_ids_name(ids, 2, NULL), "longer");
    MUST(wrmf_ids_set_name(ids, 2, NULL, 0, err));
    assert_null(wrmf_ids_name(ids, 2, NULL));
    MUST(wrmf_ids_set_name(ids, 0, "", 0, err));
    assert_null(wrmf_ids_name(ids, 0, NULL));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_set_name(NULL, 0, "x", 1, err));
    FAILS(WRMF_E_NULL, "name", wrmf_ids_set_name(ids, 0, NULL, 1, err));
    FAILS(WRMF_E_RANGE, "3, not in 0 .. 2", wrmf_ids_set_name(ids, 3, "x", 1, err));
    FAILS(WRMF_E_RANGE, "-1", wrmf_ids_set_name(ids, -1, "x", 1, err));
    FAILS(WRMF_E_RANGE, "name", wrmf_ids_set_name(ids, 0, "x", (size_t)1 << 31, err));
    FAILS(WRMF_E_FORMAT, "byte 1", wrmf_ids_set_name(ids, 0, "x\0y", 3, err));
    assert_null(wrmf_ids_name(ids, 0, NULL));
    assert_null(wrmf_ids_name(ids, 3, NULL));
    assert_null(wrmf_ids_name(NULL, 0, NULL));
    wrmf_ids_free(ids);
}

static void selections(void **state)
{
    (void)state;
    wrmf_ids *const ids = string_ids((const char *const[]){"a", "b", "c"}, 3);
    wrmf_ids *const untouched = (wrmf_ids *)&machine;
    MUST(wrmf_ids_set_name(ids, 2, "see", 3, err));
    wrmf_ids *chosen = NULL;
    MUST(wrmf_ids_select(ids, (const int64_t[]){2, 0}, 2, &chosen, err));
    assert_int_equal(wrmf_ids_size(chosen), 2);
    assert_string_equal(wrmf_ids_string(chosen, 0, NULL), "c");
    assert_string_equal(wrmf_ids_name(chosen, 0, NULL), "see");
    assert_string_equal(wrmf_ids_string(chosen, 1, NULL), "a");
    assert_null(wrmf_ids_name(chosen, 1, NULL));
    wrmf_ids_free(chosen);
    MUST(wrmf_ids_select(ids, NULL, 0, &chosen, err));
    assert_int_equal(wrmf_ids_size(chosen), 0);
    wrmf_ids_free(chosen);
    chosen = untouched;
    FAILS(WRMF_E_RANGE, "indices[1] is 3, not in 0 .. 2",
          wrmf_ids_select(ids, (const int64_t[]){1, 3}, 2, &chosen, err));
    FAILS(WRMF_E_RANGE, "indices[0] is -1",
          wrmf_ids_select(ids, (const int64_t[]){-1}, 1, &chosen, err));
    FAILS(WRMF_E_RANGE, "indices[2] is 1, which indices[0] is too",
          wrmf_ids_select(ids, (const int64_t[]){1, 0, 1}, 3, &chosen, err));
    FAILS(WRMF_E_RANGE, "n is -1", wrmf_ids_select(ids, NULL, -1, &chosen, err));
    FAILS(WRMF_E_NULL, "ids", wrmf_ids_select(NULL, NULL, 0, &chosen, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_ids_select(ids, NULL, 1, &chosen, err));
    FAILS(WRMF_E_NULL, "out", wrmf_ids_select(ids, NULL, 0, NULL, err));
    assert_ptr_equal(chosen, untouched);
    wrmf_ids_free(ids);
}

/* ---- no memory ---- */

static wrmf_status read_once(wrmf_ids **out, wrmf_error *err)
{
    text_source source = {.data = "a\tx\nb\n", .length = 6};
    wrmf_input *input = NULL;
    wrmf_status status = wrmf_input_open_callback(context, &source, text_read, NULL, &input, err);
    if (status == WRMF_OK)
        status = wrmf_ids_read(context, input, WRMF_IDS_STRING, out, err);
    wrmf_input_free(input);
    return status;
}

static void calls_without_memory(void **state)
{
    (void)state;
    static const int64_t indices[] = {1, 0};
    wrmf_ids *ids = NULL, *other = NULL;
    OUT_OF_MEMORY(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    OUT_OF_MEMORY(wrmf_ids_add_integer(ids, 7, NULL, err));
    assert_int_equal(wrmf_ids_find_integer(ids, 7), 0);
    wrmf_ids_free(ids);
    ids = NULL;
    OUT_OF_MEMORY(read_once(&ids, err));
    assert_string_equal(wrmf_ids_name(ids, 0, NULL), "x");
    wrmf_ids_free(ids);
    ids = string_ids((const char *const[]){"a", "b"}, 2);
    OUT_OF_MEMORY(wrmf_ids_set_name(ids, 1, "name", 4, err));
    assert_string_equal(wrmf_ids_name(ids, 1, NULL), "name");
    OUT_OF_MEMORY(wrmf_ids_select(ids, indices, 2, &other, err));
    assert_string_equal(wrmf_ids_name(other, 0, NULL), "name");
    wrmf_ids_free(ids);
    wrmf_ids_free(other);
    ids = string_ids(NULL, 0);
    OUT_OF_MEMORY(wrmf_ids_add(ids, "a", 1, NULL, err));
    assert_int_equal(wrmf_ids_size(ids), 1);
    wrmf_ids_free(ids);
}

/* Everything that allocates, refused its n-th allocation. */
static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    bool done = false;
    for (long n = 1; !done; n++) {
        wrmf_ids *ids = NULL, *chosen = NULL;
        text_source source = {.data = "a\tx\nb\ty\n", .length = 8};
        wrmf_input *const input = text_input(context, &source);
        machine.refused = 0;
        host_fail(&machine, n, false);
        bool fine = wrmf_ids_read(context, input, WRMF_IDS_STRING, &ids, NULL) == WRMF_OK;
        int64_t size = fine ? 2 : 0;
        char text[16];
        for (int i = 0; fine && i < 400; i++) {
            snprintf(text, sizeof text, "%d", i);
            fine = wrmf_ids_add(ids, text, strlen(text), NULL, NULL) == WRMF_OK;
            size += fine;
            /* what failed is not there, and can be added now */
            assert_int_equal(wrmf_ids_size(ids), size);
            assert_int_equal(wrmf_ids_find(ids, text, strlen(text)), fine ? size - 1 : -1);
        }
        fine = fine && wrmf_ids_set_name(ids, 300, "name", 4, NULL) == WRMF_OK;
        const int64_t indices[] = {1, 300};
        fine = fine && wrmf_ids_select(ids, indices, 2, &chosen, NULL) == WRMF_OK;
        done = machine.refused == 0;
        assert_true(done == fine);
        host_fail(&machine, 0, false);
        if (ids)
            MUST(wrmf_ids_add(ids, "more", 4, NULL, err));
        wrmf_ids_free(chosen);
        wrmf_ids_free(ids);
        wrmf_input_free(input);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(strings_are_numbered_in_order),
        TEST(many_ids_stay_where_they_are),
        TEST(integers),
        TEST(a_hash_tells_lists_apart),
        TEST(what_cannot_be_an_id),
        TEST(names),
        TEST(selections),
        TEST(calls_without_memory),
        TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
