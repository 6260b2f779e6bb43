/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/store.h, files: a mapped model gives the bits of the one that was saved, whatever reads it,
 * refuses what would change it, and is not disturbed by who replaces its file; damage is found by
 * who asks, and reads nothing outside where nobody asks; files of one side.
 */
#include "stored_model.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "thin.h"

static const struct {
    const char *parameters;
    stored_ids ids;
    bool plain_in_place; /* rows of a plain file need no padding */
} kinds[] = {
    {"factors=3 iterations=2", STRING_IDS, false},
    {"factors=16 iterations=1", INTEGER_IDS, true},
    {"factors=17 iterations=3 precision=float64", STRING_IDS, false},
    {"factors=32 iterations=2 precision=float64 relaxation=1", NO_IDS, true},
    {"factors=48 iterations=2", STRING_IDS, true},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

static char path[16], other[16];

static int set_up(void **state)
{
    fixture_set_up(state);
    make_file(path);
    make_file(other);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    unlink(other);
    return fixture_tear_down(state);
}

/* Mapped models of both versions of a file have what the model has. */
static void check_mapped(const wrmf_model *model, unsigned options, bool in_place)
{
    wrmf_model *mapped = NULL, *loaded = NULL, *copy = NULL;
    MUST(wrmf_model_save_as(model, path, options, err));
    MUST(wrmf_model_map(context, path, &mapped, err));
    assert_int_equal(wrmf_model_mapped(mapped) > 0, in_place);
    MUST(wrmf_model_verify(mapped, err));
    same_models(model, mapped);
    same_answers(model, mapped);
    /* it is saved as the model is */
    MUST(wrmf_model_save_as(mapped, other, options, err));
    same_files(path, other);
    MUST(wrmf_model_load(context, path, &loaded, err));
    assert_int_equal(wrmf_model_mapped(loaded), 0);
    MUST(wrmf_model_verify(loaded, err));
    same_models(model, loaded);
    wrmf_model_free(loaded);
    /* and a copy goes on as the model does */
    MUST(wrmf_model_copy(context, mapped, &copy, err));
    same_models(model, copy);
    wrmf_model_free(mapped);
    wrmf_matrix *const matrix = stored_matrix();
    wrmf_model *more = NULL;
    MUST(wrmf_model_copy(context, model, &more, err));
    MUST(wrmf_model_continue(context, more, matrix, 2, err));
    MUST(wrmf_model_continue(context, copy, matrix, 2, err));
    same_models(more, copy);
    wrmf_matrix_free(matrix);
    wrmf_model_free(more);
    wrmf_model_free(copy);
}

static void mapped_as_it_was_saved(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        wrmf_model *const model = stored_model(kinds[k].parameters, kinds[k].ids);
        assert_int_equal(wrmf_model_mapped(model), 0);
        check_mapped(model, 0, kinds[k].plain_in_place);
        check_mapped(model, WRMF_SAVE_MAPPABLE, true);
        wrmf_model_free(model);
    }
    assert_int_equal(wrmf_model_mapped(NULL), 0);
}

/* The factors and the ids of a mappable file take no memory of the allocator. */
static void no_memory_of_its_own(void **state)
{
    (void)state;
    enum { ROWS = 20000 };
    wrmf_model *model = NULL, *mapped = NULL;
    wrmf_ids *ids = NULL;
    MUST(wrmf_model_create(context, ROWS, 1, NULL, &model, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &ids, err));
    for (int64_t i = 0; i < ROWS; i++)
        MUST(wrmf_ids_add_integer(ids, i * 7 % ROWS, NULL, err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, ids, err));
    MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
    const long long before = atomic_load(&machine.bytes);
    atomic_store(&machine.peak, before);
    MUST(wrmf_model_map(context, path, &mapped, err));
    const long long most = atomic_load(&machine.peak) - before;
    assert_in_range(most, 0, 16 << 10); /* the model, its parameters, the list of tensors */
    assert_int_equal(wrmf_ids_find_integer(wrmf_model_ids(mapped, WRMF_USERS), 21), 3);
    wrmf_model_free(mapped);
    wrmf_ids_free(ids);
    wrmf_model_free(model);
}

static void a_file_that_is_replaced(void **state)
{
    (void)state;
    wrmf_model *const first = stored_model(kinds[0].parameters, STRING_IDS);
    wrmf_model *const second = stored_model(kinds[4].parameters, INTEGER_IDS);
    wrmf_model *old = NULL, *new = NULL;
    MUST(wrmf_model_save_as(first, path, WRMF_SAVE_MAPPABLE, err));
    MUST(wrmf_model_map(context, path, &old, err));
    MUST(wrmf_model_save_as(second, path, WRMF_SAVE_MAPPABLE, err));
    MUST(wrmf_model_map(context, path, &new, err));
    same_models(first, old);
    same_models(second, new);
    same_answers(second, new);
    unlink(path);
    same_answers(first, old);
    wrmf_model_free(new);
    wrmf_model_free(old);
    wrmf_model_free(second);
    wrmf_model_free(first);
}

/* Whatever a file holds, a model that is mapped from it can be used. */
static bool try_mapped(void)
{
    wrmf_error error = {WRMF_OK, ""};
    wrmf_model *mapped = NULL;
    int64_t indices[5], count;
    double scores[5];
    if (wrmf_model_map(context, path, &mapped, &error) != WRMF_OK) {
        assert_null(mapped);
        assert_true(error.text[0] != 0);
        return false;
    }
    for (int side = 0; side < 2; side++) {
        const wrmf_ids *const ids = wrmf_model_ids(mapped, (wrmf_side)side);
        for (int64_t i = 0; i < wrmf_ids_size(ids); i++) {
            char text[64];
            wrmf_ids_format(ids, i, text, sizeof text);
            assert_in_range(1 + wrmf_ids_find(ids, text, strlen(text)), 0, wrmf_ids_size(ids));
            (void)wrmf_ids_name(ids, i, NULL);
        }
    }
    if (wrmf_model_users(mapped) > 0 && wrmf_model_items(mapped) > 0)
        MUST(wrmf_recommend(mapped, 0, NULL, 5, indices, scores, &count, err));
    const wrmf_status status = wrmf_model_verify(mapped, &error);
    wrmf_model_free(mapped);
    return status == WRMF_OK;
}

/* Change a byte of the file where it is. */
static void put_byte(size_t at, char byte)
{
    FILE *const file = fopen(path, "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, (long)at, SEEK_SET), 0);
    assert_int_equal(fputc(byte, file), (unsigned char)byte);
    assert_int_equal(fclose(file), 0);
}

/* Each byte behind the header has a checksum; in the header there are spaces that mean nothing. */
static void bytes_that_are_changed(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        wrmf_model *const model = stored_model(kinds[k].parameters, kinds[k].ids);
        size_t length;
        MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
        assert_true(try_mapped());
        char *const bytes = file_bytes(path, &length);
        size_t header = 8;
        for (int i = 0; i < 8; i++)
            header += (size_t)(unsigned char)bytes[i] << 8 * i;
        for (size_t at = 0; at < length; at += (size_t)thin_bytes_or(3, 41)) {
            put_byte(at, (char)(bytes[at] ^ (at % 2 ? 0x80 : 0x7f)));
            const bool good = try_mapped();
            assert_true(!good || at < header);
            put_byte(at, bytes[at]);
        }
        for (size_t cut = 0; cut < length; cut += (size_t)thin_bytes_or(197, 997)) {
            put_bytes(path, bytes, cut);
            assert_false(try_mapped());
        }
        free(bytes);
        wrmf_model_free(model);
    }
}

/* Put bytes at a place of the only tensor of a name in the file, from the end of its data where
 * `at` is below 0, and take all checksums away. */
static void damage(const char *name, long at, const void *data, size_t n)
{
    size_t length;
    char *const bytes = file_bytes(path, &length), quoted[64];
    bytes[length] = 0;
    size_t header = 8;
    for (int i = 0; i < 8; i++)
        header += (size_t)(unsigned char)bytes[i] << 8 * i;
    for (size_t i = 8; i + 14 < header; i++) /* keys of another name mean nothing */
        if (memcmp(bytes + i, "\"wrmf_checksum", 14) == 0)
            bytes[i + 1] = 'x';
    snprintf(quoted, sizeof quoted, "\"%s\":{", name);
    const char *found = NULL;
    for (size_t i = 8; i + strlen(quoted) < header && !found; i++)
        if (memcmp(bytes + i, quoted, strlen(quoted)) == 0)
            found = bytes + i;
    assert_non_null(found);
    const char *const offsets = strstr(found, "\"data_offsets\":[");
    long begin = 0, end = 0;
    assert_int_equal(sscanf(offsets, "\"data_offsets\":[%ld,%ld", &begin, &end), 2);
    memcpy(bytes + header + (size_t)(at < 0 ? end + at : begin + at), data, n);
    put_bytes(path, bytes, length);
    free(bytes);
}

/* The lists of a damaged model, with a server made of it. */
static void try_served(const wrmf_model *mapped)
{
    wrmf_server *server = NULL;
    wrmf_query *query = NULL;
    int64_t indices[10], count = -1;
    MUST(wrmf_server_create(context, mapped, WRMF_SERVE_ITEMS | WRMF_SERVE_SIMILAR_USERS, NULL,
                            &server, err));
    for (int ranked = 0; ranked < 2; ranked++) {
        MUST(wrmf_query_create(context, mapped, WRMF_USERS, (wrmf_side)ranked, &query, err));
        MUST(wrmf_query_set_server(query, server, err));
        MUST(wrmf_query_run(query, 0, indices, NULL, &count, err));
        assert_in_range(count, 0, 10);
        wrmf_query_free(query);
    }
    wrmf_server_free(server);
}

#define DAMAGED(status, words, name, at, data)                                                     \
    do {                                                                                           \
        MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));                            \
        damage(name, at, &(data), sizeof(data));                                                   \
        MUST(wrmf_model_map(context, path, &mapped, err));                                         \
        FAILS(status, words, wrmf_model_verify(mapped, err));                                      \
        try_served(mapped);                                                                        \
        wrmf_model_free(mapped);                                                                   \
        (void)try_mapped();                                                                        \
    } while (0)

/* Where no checksum tells, what the numbers say does. */
static void damage_without_checksums(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model(kinds[0].parameters, STRING_IDS), *mapped = NULL;
    const float infinite = (float)INFINITY, nan = (float)NAN, one = 1;
    const int32_t far = 1 << 20, below = -1;
    const int64_t wrong = INT64_C(1) << 60;
    const char nul = 0, letter = 'x';
    DAMAGED(WRMF_E_NONFINITE, "row 0, column 1", "user_factors", 4, infinite);
    DAMAGED(WRMF_E_NONFINITE, "row 0, column 2", "user_factors", 8, nan);
    DAMAGED(WRMF_E_FORMAT, "behind the factors", "item_factors", 12, one);
    DAMAGED(WRMF_E_FORMAT, "not in 0 .. 36", "user_ids_order", 0, far);
    DAMAGED(WRMF_E_FORMAT, "not in 0 .. 22", "item_ids_order", -4, below);
    DAMAGED(WRMF_E_FORMAT, "user_ids_offsets", "user_ids_offsets", 16, wrong);
    DAMAGED(WRMF_E_FORMAT, "holds a NUL", "user_ids_bytes", -2, nul);
    DAMAGED(WRMF_E_FORMAT, "no NUL behind it", "item_names_bytes", -1, letter);
    /* the first in order twice: its ids are the same */
    MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
    MUST(wrmf_model_map(context, path, &mapped, err));
    int32_t first = (int32_t)wrmf_ids_find(wrmf_model_ids(mapped, WRMF_USERS), "\n", 1);
    wrmf_model_free(mapped);
    DAMAGED(WRMF_E_FORMAT, "", "user_ids_order", 4, first);
    DAMAGED(WRMF_E_FORMAT, "descend", "user_ids_order", -4, first);
    wrmf_model_free(model);
}

/* ---- one side ---- */

static void check_side(const wrmf_model *model, unsigned options, wrmf_side side)
{
    const wrmf_side without = side == WRMF_USERS ? WRMF_ITEMS : WRMF_USERS;
    wrmf_matrix *const matrix = stored_matrix();
    int64_t list[2][4], counts[2];
    double scores[2][4];
    for (int maps = 0; maps < 2; maps++) {
        wrmf_model *half = NULL;
        MUST(wrmf_model_save_as(model, path, options | (maps ? WRMF_SAVE_MAPPABLE : 0u), err));
        MUST(maps ? wrmf_model_map(context, path, &half, err)
                  : wrmf_model_load(context, path, &half, err));
        const int64_t n[2] = {wrmf_model_users(half), wrmf_model_items(half)};
        assert_int_equal(n[side], side ? STORED_ITEMS : STORED_USERS);
        assert_int_equal(n[without], 0);
        assert_null(wrmf_model_ids(half, without));
        assert_int_equal(wrmf_ids_size(wrmf_model_ids(half, side)), n[side]);
        assert_int_equal(wrmf_model_epochs(half), wrmf_model_epochs(model));
        assert_string_equal(wrmf_model_note(half, "a note"), "its value");
        MUST(wrmf_similar(model, side, 3, 4, list[0], scores[0], &counts[0], err));
        MUST(wrmf_similar(half, side, 3, 4, list[1], scores[1], &counts[1], err));
        assert_int_equal(counts[0], counts[1]);
        assert_memory_equal(list[0], list[1], sizeof list[0]);
        assert_memory_equal(scores[0], scores[1], sizeof scores[0]);
        FAILS(WRMF_E_RANGE, "user",
              wrmf_recommend(half, STORED_USERS, NULL, 4, list[1], scores[1], &counts[1], err));
        FAILS(WRMF_E_SHAPE, "the model is", wrmf_model_continue(context, half, matrix, 1, err));
        wrmf_model_free(half);
    }
    wrmf_matrix_free(matrix);
}

static void one_side(void **state)
{
    (void)state;
    for (int k = 0; k < 2; k++) {
        wrmf_model *const model = stored_model(kinds[k].parameters, kinds[k].ids);
        check_side(model, WRMF_SAVE_USERS, WRMF_USERS);
        check_side(model, WRMF_SAVE_ITEMS, WRMF_ITEMS);
        wrmf_model_free(model);
    }
}

/* ---- failures ---- */

static wrmf_status write_as(const wrmf_model *model, size_t fails_at, wrmf_error *err)
{
    text_sink sink = {.fails_at = fails_at};
    wrmf_output *const output = text_output(context, &sink);
    wrmf_status status = wrmf_model_write_as(model, WRMF_SAVE_MAPPABLE, output, err);
    if (status == WRMF_OK)
        status = wrmf_output_close(output, err);
    if (status == WRMF_OK)
        status = wrmf_model_write_as(model, WRMF_SAVE_MAPPABLE, output, err);
    wrmf_output_free(output);
    free(sink.data);
    return status;
}

static void calls_that_fail(void **state)
{
    (void)state;
    wrmf_model *model = stored_model(kinds[0].parameters, STRING_IDS), *big = NULL;
    wrmf_model *const untouched = (wrmf_model *)&machine, *mapped = untouched;
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    FAILS(WRMF_E_NULL, "model", wrmf_model_write_as(NULL, 0, output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_model_write_as(model, 0, NULL, err));
    FAILS(WRMF_E_RANGE, "0x8", wrmf_model_write_as(model, 8, output, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_save_as(NULL, path, 0, err));
    FAILS(WRMF_E_NULL, "path", wrmf_model_save_as(model, NULL, 0, err));
    FAILS(WRMF_E_RANGE, "neither",
          wrmf_model_save_as(model, path, WRMF_SAVE_USERS | WRMF_SAVE_ITEMS, err));
    FAILS(WRMF_E_IO, "none/model", wrmf_model_save_as(model, "none/model", 0, err));
    FAILS(WRMF_E_STATE, "closed", write_as(model, 0, err));
    MUST(wrmf_model_create(context, 3000, 3000, NULL, &big, err));
    FAILS(WRMF_E_IO, "t", write_as(big, 1, err));
    wrmf_output_free(output);
    FAILS(WRMF_E_NULL, "context", wrmf_model_map(NULL, path, &mapped, err));
    FAILS(WRMF_E_NULL, "path", wrmf_model_map(context, NULL, &mapped, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_map(context, path, NULL, err));
    FAILS(WRMF_E_IO, "none", wrmf_model_map(context, "none", &mapped, err));
    FAILS(WRMF_E_IO, "no regular file", wrmf_model_map(context, "/dev/null", &mapped, err));
    FAILS(WRMF_E_FORMAT, "0 bytes", wrmf_model_map(context, path, &mapped, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_verify(NULL, err));
    assert_ptr_equal(mapped, untouched);
    free(sink.data);
    wrmf_model_free(big);
    wrmf_model_free(model);
}

static void set_version(char digit)
{
    static const char key[] = "\"wrmf_format_version\":\"";
    size_t length;
    char *const bytes = file_bytes(path, &length);
    for (size_t at = 0; at + sizeof key < length; at++)
        if (memcmp(bytes + at, key, sizeof key - 1) == 0)
            bytes[at + sizeof key - 1] = digit;
    put_bytes(path, bytes, length);
    free(bytes);
}

static void files_that_are_not_mapped(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model(kinds[0].parameters, STRING_IDS), *mapped = NULL;
    const float infinite = (float)INFINITY;
    MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
    set_version('9');
    FAILS(WRMF_E_UNSUPPORTED, "version 9", wrmf_model_map(context, path, &mapped, err));
    set_version('1');
    FAILS(WRMF_E_FORMAT, path, wrmf_model_map(context, path, &mapped, err));
    /* rows that are read are checked */
    MUST(wrmf_model_save_as(model, path, 0, err));
    damage("item_factors", 0, &infinite, sizeof infinite);
    FAILS(WRMF_E_NONFINITE, "item_factors", wrmf_model_map(context, path, &mapped, err));
    assert_null(mapped);
    wrmf_model_free(model);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    for (int k = 0; k < 3; k += 2) {
        wrmf_model *const model = stored_model(kinds[k].parameters, STRING_IDS), *mapped = NULL;
        OUT_OF_MEMORY(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
        OUT_OF_MEMORY(wrmf_model_map(context, path, &mapped, err));
        OUT_OF_MEMORY(wrmf_model_verify(mapped, err));
        same_models(model, mapped);
        wrmf_model_free(mapped);
        MUST(wrmf_model_save(model, path, err));
        OUT_OF_MEMORY(wrmf_model_map(context, path, &mapped, err));
        same_models(model, mapped);
        wrmf_model_free(mapped);
        text_sink sink = {0};
        wrmf_output *const output = text_output(context, &sink);
        OUT_OF_MEMORY(wrmf_model_write_as(model, WRMF_SAVE_MAPPABLE, output, err));
        wrmf_output_free(output);
        free(sink.data);
        wrmf_model_free(model);
    }
}

int main(void)
{
#define STORE(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        STORE(mapped_as_it_was_saved),
        STORE(no_memory_of_its_own),
        STORE(a_file_that_is_replaced),
        STORE(bytes_that_are_changed),
        STORE(damage_without_checksums),
        STORE(one_side),
        STORE(calls_that_fail),
        STORE(files_that_are_not_mapped),
        STORE(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
