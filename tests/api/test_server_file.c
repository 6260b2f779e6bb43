/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/server.h: what a server has ready, saved with the model and mapped with it: the same lists,
 * next to no memory, and nothing outside of a damaged file is read.
 */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "stored_model.h"

enum { USERS = 9, ITEMS = 1000, ENTRIES = 400, LENGTH = 15, ALL = 15 };

static wrmf_matrix *matrix;
static wrmf_model *model;
static wrmf_server *server;
static char path[16];

static wrmf_model *fitted(const char *settings)
{
    wrmf_params *params = NULL;
    wrmf_model *made = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, settings, err));
    MUST(wrmf_model_fit(context, matrix, params, &made, err));
    wrmf_params_free(params);
    return made;
}

static int set_up(void **state)
{
    static int64_t user[ENTRIES], item[ENTRIES];
    static double amount[ENTRIES];
    fixture_set_up(state);
    for (int i = 0; i < ENTRIES; i++) {
        user[i] = i % USERS;
        item[i] = i * i % ITEMS;
        amount[i] = 1 + i % 5;
    }
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, ENTRIES, user, item, amount,
                                   WRMF_DUPLICATES_SUM, NULL, &matrix, err));
    model = fitted("factors=20 iterations=3");
    MUST(wrmf_server_create(context, model, ALL, matrix, &server, err));
    make_file(path);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    wrmf_server_free(server);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
    return fixture_tear_down(state);
}

typedef struct lists {
    int64_t n, indices[3][USERS][LENGTH], counts[3][USERS];
    double scores[3][USERS][LENGTH];
} lists;

/* Items of each user, items like an item, and the most popular. */
static void make_lists(const wrmf_model *of, const wrmf_server *with, lists *to)
{
    wrmf_query *items = NULL, *similar = NULL;
    memset(to, 0, sizeof *to);
    MUST(wrmf_query_create(context, of, WRMF_USERS, WRMF_ITEMS, &items, err));
    MUST(wrmf_query_create(context, of, WRMF_ITEMS, WRMF_ITEMS, &similar, err));
    MUST(wrmf_query_set_server(items, with, err));
    MUST(wrmf_query_set_server(similar, with, err));
    MUST(wrmf_query_set_length(items, LENGTH, err));
    MUST(wrmf_query_set_length(similar, LENGTH, err));
    to->n = wrmf_model_users(of) < USERS ? wrmf_model_users(of) : USERS;
    for (int64_t i = 0; i < USERS; i++) {
        if (i < to->n)
            MUST(wrmf_query_run(items, i, to->indices[0][i], to->scores[0][i], &to->counts[0][i],
                                err));
        MUST(wrmf_query_run(similar, i * 100, to->indices[1][i], to->scores[1][i],
                            &to->counts[1][i], err));
    }
    for (int kind = 1; with && kind < 3; kind++)
        MUST(wrmf_query_run_popular(items, (wrmf_popularity)kind, to->indices[2][kind],
                                    to->scores[2][kind], &to->counts[2][kind], err));
    wrmf_query_free(items);
    wrmf_query_free(similar);
}

/* Map the file and serve from it. */
static wrmf_model *mapped(wrmf_server **with)
{
    wrmf_model *found = NULL;
    MUST(wrmf_model_map(context, path, &found, err));
    MUST(wrmf_server_create(context, found, ALL, NULL, with, err));
    return found;
}

static void same_lists_without_memory(void **state)
{
    (void)state;
    static lists wanted, got;
    wrmf_server *other = NULL;
    make_lists(model, server, &wanted);
    MUST(wrmf_server_save(server, path, 0, err));
    wrmf_model *const found = mapped(&other);
    MUST(wrmf_model_verify(found, err));
    if (wrmf_model_mapped(found) > 0) { /* else numbers begin with their highest byte */
        /* popularity alone is unpacked: 16 bytes a row and kind */
        assert_true(wrmf_server_bytes(other) < (USERS + ITEMS) * 2 * 16 + 2000);
        assert_true(wrmf_server_bytes(server) > wrmf_server_bytes(other));
        make_lists(found, other, &got);
        assert_memory_equal(&got, &wanted, sizeof got);
    }
    wrmf_server_free(other);
    wrmf_model_free(found);

    /* who loads it passes it over */
    wrmf_model *loaded = NULL;
    MUST(wrmf_model_load(context, path, &loaded, err));
    make_lists(loaded, NULL, &got);
    assert_memory_equal(got.indices[0], wanted.indices[0], sizeof got.indices[0]);
    wrmf_model_free(loaded);
}

/* What is written through an output, and of a mapped server, is the same file. */
static void the_same_file(void **state)
{
    (void)state;
    char again[16];
    wrmf_output *output = NULL;
    wrmf_server *other = NULL;
    make_file(again);
    MUST(wrmf_server_save(server, path, 0, err));
    MUST(wrmf_output_open_path(context, again, &output, err));
    MUST(wrmf_server_write(server, WRMF_SAVE_MAPPABLE, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    same_files(path, again);
    wrmf_model *const found = mapped(&other);
    if (wrmf_model_mapped(found) > 0) {
        MUST(wrmf_server_save(other, again, 0, err));
        same_files(path, again);
    }
    wrmf_server_free(other);
    wrmf_model_free(found);
    unlink(again);
}

static void one_side(void **state)
{
    (void)state;
    static lists wanted, got;
    wrmf_server *other = NULL;
    make_lists(model, server, &wanted);
    MUST(wrmf_server_save(server, path, WRMF_SAVE_ITEMS, err));
    wrmf_model *const found = mapped(&other);
    assert_int_equal(wrmf_model_users(found), 0);
    make_lists(found, wrmf_model_mapped(found) > 0 ? other : NULL, &got);
    assert_memory_equal(got.indices[1], wanted.indices[1], sizeof got.indices[1]);
    assert_memory_equal(got.scores[1], wanted.scores[1], sizeof got.scores[1]);
    wrmf_server_free(other);
    wrmf_model_free(found);
}

/* The popularity of a side is counted in a matrix with any number of rows of the side that a file
 * lacks; of the side that it has, the number must be the same. */
static void popularity_for_one_side(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 2, 4}, item[] = {3, 3, 7, 3};
    int64_t list[2], count;
    double scores[2];
    wrmf_matrix *pairs = NULL;
    wrmf_model *items = NULL;
    wrmf_server *popular = NULL;
    wrmf_query *query = NULL;
    MUST(wrmf_model_save_as(model, path, WRMF_SAVE_ITEMS, err));
    MUST(wrmf_model_load(context, path, &items, err));
    MUST(wrmf_matrix_from_triplets(context, 5, ITEMS + 1, 4, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &pairs, err));
    FAILS(WRMF_E_SHAPE, "the matrix 5 x",
          wrmf_server_create(context, items, 0, pairs, &popular, err));
    wrmf_matrix_free(pairs);
    MUST(wrmf_matrix_from_triplets(context, 5, ITEMS, 4, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &pairs, err));
    MUST(wrmf_server_create(context, items, 0, pairs, &popular, err));
    MUST(wrmf_query_create(context, items, WRMF_USERS, WRMF_ITEMS, &query, err));
    MUST(wrmf_query_set_length(query, 2, err));
    MUST(wrmf_query_set_server(query, popular, err));
    MUST(wrmf_query_run_popular(query, WRMF_POPULARITY_NUMBER, list, scores, &count, err));
    assert_int_equal(count, 2);
    assert_true(list[0] == 3 && scores[0] == 3 && list[1] == 7 && scores[1] == 1);
    wrmf_query_free(query);
    wrmf_server_free(popular);
    wrmf_model_free(items);
    wrmf_matrix_free(pairs);
}

/* Any byte may be another: mapping or the server is refused, or lists are made of what is there. */
static void damaged_files(void **state)
{
    (void)state;
    static lists got;
    size_t length;
    MUST(wrmf_server_save(server, path, 0, err));
    char *const bytes = file_bytes(path, &length);
    uint64_t drawn = 1;
    for (int round = 0; round < 300; round++) {
        drawn = drawn * 6364136223846793005u + 1442695040888963407u;
        const size_t at = (size_t)(drawn >> 33) % length;
        const char before = bytes[at];
        bytes[at] = (char)(before ^ (1 << (drawn >> 60 & 7)));
        put_bytes(path, bytes, length);
        bytes[at] = before;
        wrmf_model *found = NULL;
        wrmf_server *other = NULL;
        if (wrmf_model_map(context, path, &found, NULL) != WRMF_OK)
            continue;
        assert_int_equal(wrmf_model_verify(found, NULL), WRMF_E_FORMAT);
        if (wrmf_model_users(found) == USERS && wrmf_model_items(found) == ITEMS &&
            wrmf_server_create(context, found, ALL, NULL, &other, NULL) == WRMF_OK)
            make_lists(found, other, &got);
        wrmf_server_free(other);
        wrmf_model_free(found);
    }
    free(bytes);
}

/* A row that is not there is found before lists are made. */
static void a_wrong_row(void **state)
{
    (void)state;
    size_t length;
    wrmf_model *found = NULL;
    wrmf_server *other = NULL;
    MUST(wrmf_server_save(server, path, 0, err));
    char *const bytes = file_bytes(path, &length);
    /* where the order of a table and the rows by popularity begin: behind its name and "[" */
    static const char *const names[] = {"\"item_lists_1\"", "\"item_popularity_1\""};
    for (int i = 0; i < 2; i++) {
        uint64_t header = 0;
        for (int k = 7; k >= 0; k--)
            header = header << 8 | (unsigned char)bytes[k];
        char *const text = malloc(header + 1);
        assert_non_null(text);
        memcpy(text, bytes + 8, header);
        text[header] = 0;
        const char *offsets = strstr(strstr(text, names[i]), "data_offsets\":[");
        char *const begin =
            bytes + 8 + header + strtoll(offsets + strlen("data_offsets\":["), NULL, 10);
        char *const order = i == 0 ? begin : begin + (ITEMS * 8 + 63) / 64 * 64;
        char kept[4];
        memcpy(kept, order + 400, 4);
        memcpy(order + 400, "\xff\xff\xff\x7f", 4);
        put_bytes(path, bytes, length);
        memcpy(order + 400, kept, 4);
        MUST(wrmf_model_map(context, path, &found, err));
        const bool in_place = wrmf_model_mapped(found) > 0;
        if (in_place) {
            FAILS(WRMF_E_FORMAT, "damaged",
                  wrmf_server_create(context, found, WRMF_SERVE_ITEMS, NULL, &other, err));
        }
        assert_null(other);
        wrmf_model_free(found);
        free(text);
    }
    free(bytes);
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_output *output = NULL;
    double row[20] = {1};
    MUST(wrmf_output_open_path(context, path, &output, err));
    FAILS(WRMF_E_NULL, "server", wrmf_server_write(NULL, 0, output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_server_write(server, 0, NULL, err));
    FAILS(WRMF_E_RANGE, "options", wrmf_server_write(server, 8, output, err));
    FAILS(WRMF_E_RANGE, "options", wrmf_server_write(server, 6, output, err));
    OUT_OF_MEMORY(wrmf_server_write(server, 0, output, err));
    MUST(wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, "closed", wrmf_server_write(server, 0, output, err));
    wrmf_output_free(output);
    MUST(wrmf_output_open_path(context, "/dev/full", &output, err));
    FAILS(WRMF_E_IO, "", wrmf_server_write(server, 0, output, err));
    wrmf_output_free(output);
    FAILS(WRMF_E_NULL, "server", wrmf_server_save(NULL, path, 0, err));
    FAILS(WRMF_E_NULL, "path", wrmf_server_save(server, NULL, 0, err));
    FAILS(WRMF_E_RANGE, "options", wrmf_server_save(server, path, 8, err));
    FAILS(WRMF_E_IO, "no-such-folder", wrmf_server_save(server, "no-such-folder/m", 0, err));
    OUT_OF_MEMORY(wrmf_server_save(server, path, 0, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, 1, row, err));
    FAILS(WRMF_E_STATE, "items have changed", wrmf_server_save(server, path, 0, err));
}

#define ON_SERVER(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SERVER(same_lists_without_memory), ON_SERVER(the_same_file), ON_SERVER(one_side),
        ON_SERVER(popularity_for_one_side),   ON_SERVER(damaged_files), ON_SERVER(a_wrong_row),
        ON_SERVER(what_is_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
