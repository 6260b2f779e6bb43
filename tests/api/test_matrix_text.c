/* SPDX-License-Identifier: BSD-2-Clause */
/* Matrices of wrmf/matrix.h written as delimited text, which a reader reads back. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/ids.h"
#include "wrmf/matrix.h"
#include "wrmf/reader.h"

static wrmf_matrix *small_matrix(void)
{
    static const int64_t user[] = {0, 0, 1}, item[] = {0, 2, 1};
    static const double count[] = {1, 2.5, 7};
    wrmf_matrix *matrix = NULL;
    MUST(wrmf_matrix_from_triplets(context, 2, 3, 3, user, item, count, WRMF_DUPLICATES_REFUSE,
                                   NULL, &matrix, err));
    return matrix;
}

static wrmf_matrix *random_matrix(int64_t users, int64_t items)
{
    wrmf_matrix *matrix = NULL;
    enum { N = 3000 };
    static int64_t user[N], item[N];
    static double count[N];
    unsigned random = 7;
    for (int i = 0; i < N; i++) {
        random = random * 1103515245u + 12345u;
        user[i] = (random >> 8) % users;
        item[i] = (random >> 4) % items;
        count[i] = (random >> 10) / 1048573.0 + 1e-9;
    }
    MUST(wrmf_matrix_from_triplets(context, users, items, N, user, item, count,
                                   WRMF_DUPLICATES_DROP, NULL, &matrix, err));
    return matrix;
}

static char *delimited(const wrmf_matrix *matrix, const wrmf_ids *users, const wrmf_ids *items,
                       char delimiter)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_matrix_write_text(matrix, users, items, delimiter, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    return sink.data;
}

static wrmf_ids *string_ids(const char *const *texts, int n)
{
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    for (int i = 0; i < n; i++)
        MUST(wrmf_ids_add(ids, texts[i], strlen(texts[i]), NULL, err));
    return ids;
}

static void text_of_a_matrix(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = small_matrix();
    char *text = delimited(matrix, NULL, NULL, '\t');
    assert_string_equal(text, "user\titem\tcount\n0\t0\t1\n0\t2\t2.5\n1\t1\t7\n");
    free(text);
    wrmf_ids *const users = string_ids((const char *const[]){"a,b", "\"q\"", "more"}, 3);
    wrmf_ids *const items = string_ids((const char *const[]){"x\ny", "c\rr", "plain "}, 3);
    text = delimited(matrix, users, items, ',');
    assert_string_equal(text, "user,item,count\n\"a,b\",\"x\ny\",1\n\"a,b\",plain ,2.5\n"
                              "\"\"\"q\"\"\",\"c\rr\",7\n");
    free(text);
    MUST(wrmf_ids_set_name(items, 1, "say \"hi\"; bye", 13, err));
    text = delimited(matrix, users, items, ';');
    assert_string_equal(text, "user;item;count;name\na,b;\"x\ny\";1;\na,b;plain ;2.5;\n"
                              "\"\"\"q\"\"\";\"c\rr\";7;\"say \"\"hi\"\"; bye\"\n");
    free(text);
    text = delimited(matrix, NULL, NULL, 'u'); /* why not */
    assert_string_equal(text, "\"user\"uitemu\"count\"\n0u0u1\n0u2u2.5\n1u1u7\n");
    free(text);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    wrmf_matrix_free(matrix);
}

/* Ids, some with names, of the bytes that are hardest. */
static wrmf_ids *random_ids(int64_t n, unsigned random)
{
    static const char letters[] = "ab,;|\t\"\"\n\r 1\\'\xc3\xa9";
    wrmf_ids *ids = NULL;
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    while (wrmf_ids_size(ids) < n) {
        char text[8];
        size_t length = 0;
        do {
            random = random * 1103515245u + 12345u;
            text[length++] = letters[(random >> 16) % (sizeof letters - 1)];
        } while (length < 8 && random >> 30 != 0);
        int64_t index;
        MUST(wrmf_ids_add(ids, text, length, &index, err));
        if (random >> 28 & 1)
            MUST(wrmf_ids_set_name(ids, index, text, length, err));
    }
    return ids;
}

typedef struct labelled {
    wrmf_matrix *matrix;
    wrmf_ids *users, *items;
} labelled;

static void drop(labelled *l)
{
    wrmf_matrix_free(l->matrix);
    wrmf_ids_free(l->users);
    wrmf_ids_free(l->items);
}

static labelled read_back(const char *text, char delimiter)
{
    labelled back = {NULL, NULL, NULL};
    wrmf_reader *reader = NULL;
    text_source source = {0};
    MUST(wrmf_reader_create(context, &reader, err));
    MUST(wrmf_reader_set_delimiter(reader, delimiter, err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "count", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "name", err));
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_REFUSE, err));
    wrmf_input *const input = text_string(context, &source, text);
    MUST(wrmf_reader_read(reader, input, &back.matrix, &back.users, &back.items, err));
    wrmf_input_free(input);
    wrmf_reader_free(reader);
    return back;
}

/* The index in `all` of the i-th of `some`. */
static int64_t index_in(const wrmf_ids *all, const wrmf_ids *some, int64_t i)
{
    size_t length;
    const char *const id = wrmf_ids_string(some, i, &length);
    return wrmf_ids_find(all, id, length);
}

static void check_same(const labelled *a, const labelled *b)
{
    assert_int_equal(wrmf_matrix_entries(a->matrix), wrmf_matrix_entries(b->matrix));
    for (int64_t i = 0; i < wrmf_ids_size(a->items); i++) {
        const int64_t item = index_in(b->items, a->items, i);
        const char *const name = wrmf_ids_name(a->items, i, NULL);
        const char *const other = wrmf_ids_name(b->items, item, NULL);
        assert_true(name ? other && strcmp(name, other) == 0 : !other);
        for (int64_t u = 0; u < wrmf_ids_size(a->users); u++)
            assert_true(wrmf_matrix_count(a->matrix, u, i) ==
                        wrmf_matrix_count(b->matrix, index_in(b->users, a->users, u), item));
    }
}

/* There and back under each delimiter. */
static void text_is_read_back(void **state)
{
    (void)state;
    enum { USERS = 60, ITEMS = 40 };
    labelled own = {random_matrix(USERS, ITEMS), random_ids(USERS, 3), random_ids(ITEMS, 4)};
    for (const char *delimiter = ",;|\t1a \\"; *delimiter; delimiter++) {
        char *const text = delimited(own.matrix, own.users, own.items, *delimiter);
        labelled back = read_back(text, *delimiter);
        check_same(&back, &own);
        drop(&back);
        free(text);
    }
    drop(&own);
}

/* ---- what is refused ---- */

static void arguments(void **state)
{
    (void)state;
    static const char wrong[] = {'\0', '"', '\r', '\n'};
    wrmf_matrix *const matrix = small_matrix();
    wrmf_ids *ids = NULL;
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &ids, err));
    FAILS(WRMF_E_NULL, "matrix", wrmf_matrix_write_text(NULL, NULL, NULL, ',', output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_matrix_write_text(matrix, NULL, NULL, ',', NULL, err));
    for (size_t i = 0; i < sizeof wrong; i++)
        FAILS(WRMF_E_RANGE, "delimiter",
              wrmf_matrix_write_text(matrix, NULL, NULL, wrong[i], output, err));
    FAILS(WRMF_E_SHAPE, "users has 0 ids, the matrix has 2 rows",
          wrmf_matrix_write_text(matrix, ids, NULL, ',', output, err));
    FAILS(WRMF_E_SHAPE, "items has 0 ids, the matrix has 3 columns",
          wrmf_matrix_write_text(matrix, NULL, ids, ',', output, err));
    assert_int_equal(sink.length, 0);
    MUST(wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, "closed", wrmf_matrix_write_text(matrix, NULL, NULL, ',', output, err));
    wrmf_ids_free(ids);
    wrmf_output_free(output);
    wrmf_matrix_free(matrix);
}

static void writing_that_fails(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = random_matrix(1000, 1000);
    text_sink sink = {.fails_at = 10};
    wrmf_output *output = text_output(context, &sink);
    FAILS(WRMF_E_IO, "t", wrmf_matrix_write_text(matrix, NULL, NULL, ',', output, err));
    FAILS(WRMF_E_IO, "t", wrmf_matrix_write_text(matrix, NULL, NULL, ',', output, err));
    FAILS(WRMF_E_IO, "t", wrmf_output_close(output, err));
    wrmf_output_free(output);
    wrmf_matrix_free(matrix);
    free(sink.data);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(text_of_a_matrix),
        TEST(text_is_read_back),
        TEST(arguments),
        TEST(writing_that_fails),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
