/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of wrmf/model.h that are not as they were written: a bit that is wrong anywhere is noticed;
 * numbers of the metadata have bounds, which a model that was loaded cannot pass; what is no model
 * is called what it is; and no header takes more memory than is fit.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "text.h"
#include "thin.h"
#include "wrmf/wrmf.h"

enum { USERS = 4, ITEMS = 3 };

static wrmf_matrix *matrix;

/* A file with string ids and names of the items, integer ids of the users, and a note. */
static text_sink written(const char *parameters)
{
    static const int64_t user[] = {0, 1, 1, 3}, item[] = {0, 1, 2, 2};
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    wrmf_ids *users = NULL, *items = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, 4, user, item, NULL,
                                   WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, parameters, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_INTEGER, &users, err));
    MUST(wrmf_ids_create(context, WRMF_IDS_STRING, &items, err));
    for (int i = 0; i < USERS; i++)
        MUST(wrmf_ids_add_integer(users, 10 + i, NULL, err));
    for (int i = 0; i < ITEMS; i++)
        MUST(wrmf_ids_add(items, &"abc"[i], 1, NULL, err));
    MUST(wrmf_ids_set_name(items, 1, "name", 4, err));
    MUST(wrmf_model_set_ids(model, WRMF_USERS, users, err));
    MUST(wrmf_model_set_ids(model, WRMF_ITEMS, items, err));
    MUST(wrmf_model_set_note(model, "key", "value", err));
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    wrmf_ids_free(users);
    wrmf_ids_free(items);
    wrmf_params_free(params);
    wrmf_model_free(model);
    return sink;
}

static void done(text_sink *sink)
{
    wrmf_matrix_free(matrix);
    free(sink->data);
}

static size_t header_length(const text_sink *sink)
{
    size_t length = 0;
    for (int i = 7; i >= 0; i--)
        length = length << 8 | (size_t)(unsigned char)sink->data[i];
    return length;
}

static wrmf_status load(const char *data, size_t size, wrmf_model **model, wrmf_error *err)
{
    *model = NULL;
    return wrmf_model_load_memory(context, data, size, model, err);
}

/* ---- changed headers ---- */

/* A file like this one, but for its header. */
static text_sink with_header(const text_sink *sink, const char *header)
{
    const size_t old = 8 + header_length(sink), length = strlen(header);
    text_sink out = {.data = malloc(8 + length + sink->length), .length = 8 + length};
    for (int i = 0; i < 8; i++)
        out.data[i] = (char)(length >> (8 * i) & 0xff);
    memcpy(out.data + 8, header, length);
    memcpy(out.data + out.length, sink->data + old, sink->length - old);
    out.length += sink->length - old;
    return out;
}

static void replace(char *text, const char *old, const char *new)
{
    char *const at = strstr(text, old);
    if (!at)
        fail_msg("no %s in %s", old, text);
    const size_t n = strlen(old), m = strlen(new);
    memmove(at + m, at + n, strlen(at + n) + 1);
    memcpy(at, new, m);
}

/* The header of a file as text with room for more, without its checksums: as earlier versions wrote
 * it. */
static char *old_header(const text_sink *sink)
{
    const size_t length = header_length(sink);
    char *const header = calloc(1, length + 1000);
    memcpy(header, sink->data + 8, length);
    for (char *at = strstr(header, "\"wrmf_checksum"); at; at = strstr(header, "\"wrmf_checksum")) {
        char *const end = strchr(strchr(at, ':'), '"') + 18; /* behind the closing quote */
        assert_true(*end == ',' || *end == '}');
        char *const from = *end == ',' ? at : at - 1;
        char *const to = *end == ',' ? end + 1 : end;
        memmove(from, to, strlen(to) + 1);
    }
    return header;
}

/* Loading the file with one change of its header fails, and says these words. */
static void check_refused(const text_sink *sink, const char *old, const char *new,
                          const char *words)
{
    char *const header = old_header(sink);
    wrmf_model *model;
    replace(header, old, new);
    text_sink changed = with_header(sink, header);
    FAILS(WRMF_E_FORMAT, words, load(changed.data, changed.length, &model, err));
    assert_null(model);
    free(changed.data);
    free(header);
}

static wrmf_model *loaded_with(const text_sink *sink, const char *old, const char *new)
{
    char *const header = old_header(sink);
    wrmf_model *model;
    replace(header, old, new);
    text_sink changed = with_header(sink, header);
    MUST(load(changed.data, changed.length, &model, err));
    free(changed.data);
    free(header);
    return model;
}

/* ---- bits ---- */

static void a_bit_that_is_wrong(void **state)
{
    (void)state;
    static const char *const kinds[] = {"factors=5 iterations=1",
                                        "factors=2 iterations=1 precision=float64"};
    for (size_t k = 0; k < 2; k++) {
        text_sink sink = written(kinds[k]);
        wrmf_model *model;
        const size_t text = 8 + header_length(&sink);
        size_t end = text; /* of the header's JSON, behind which are spaces */
        while (sink.data[end - 1] == ' ')
            end--;
        for (size_t at = 0; at < sink.length; at++) {
            if (at >= end && at < text)
                continue;
            const int step = thin_bytes_or(3, 8);
            for (int bit = (int)at % step; bit < 8; bit += step) {
                sink.data[at] ^= (char)(1 << bit);
                if (load(sink.data, sink.length, &model, NULL) == WRMF_OK)
                    fail_msg("bit %d of byte %zu of %zu is wrong and the model loads", bit, at,
                             sink.length);
                sink.data[at] ^= (char)(1 << bit);
            }
        }
        MUST(load(sink.data, sink.length, &model, err));
        wrmf_model_free(model);
        sink.data[sink.length - 3] ^= 1;
        FAILS(WRMF_E_FORMAT, "checksum", load(sink.data, sink.length, &model, err));
        done(&sink);
    }
}

/* A tensor of more than one block of 2^20 bytes, whose rows lie across them. */
static void a_bit_of_many(void **state)
{
    (void)state;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL, *again;
    text_sink sink = {0};
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=7", err));
    MUST(wrmf_model_create(context, 100000, 3, params, &model, err));
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    MUST(load(sink.data, sink.length, &again, err));
    for (int64_t row = 0; row < 100000; row += 37449) { /* 2^20 bytes are 37449.1 rows */
        double one[14], other[14];
        MUST(wrmf_model_get_rows(model, WRMF_USERS, row, 2, one, err));
        MUST(wrmf_model_get_rows(again, WRMF_USERS, row, 2, other, err));
        assert_memory_equal(one, other, sizeof one);
    }
    wrmf_model_free(again);
    const size_t data = sink.length - 8 - header_length(&sink);
    for (size_t back = 100; back < data; back += 300007) {
        const size_t at = sink.length - back;
        sink.data[at] ^= 1;
        FAILS(WRMF_E_FORMAT, "checksum", load(sink.data, sink.length, &again, err));
        sink.data[at] ^= 1;
    }
    wrmf_model_free(model);
    wrmf_params_free(params);
    free(sink.data);
}

static void files_without_checksums(void **state)
{
    (void)state;
    text_sink sink = written("factors=3 iterations=2");
    wrmf_model *model =
        loaded_with(&sink, "\"epochs\":\"2\"", "\"epochs\":\"2\",\"format\":\"pt\"");
    assert_int_equal(wrmf_model_epochs(model), 2);
    assert_string_equal(wrmf_model_note(model, "key"), "value");
    wrmf_model_free(model);
    /* another program's key beside ours is no damage */
    char *const header = calloc(1, header_length(&sink) + 1000);
    memcpy(header, sink.data + 8, header_length(&sink));
    replace(header, "\"epochs\":\"2\"", "\"format\":\"pt\",\"epochs\":\"2\"");
    text_sink more = with_header(&sink, header);
    MUST(load(more.data, more.length, &model, err));
    wrmf_model_free(model);
    free(more.data);
    replace(header, "\"epochs\":\"2\"", "\"epochs\":\"3\"");
    more = with_header(&sink, header);
    FAILS(WRMF_E_FORMAT, "__metadata__: its checksum", load(more.data, more.length, &model, err));
    free(more.data);
    free(header);
    done(&sink);
}

/* ---- numbers ---- */

static void bounds(void **state)
{
    (void)state;
    text_sink sink = written("factors=3 iterations=2 alpha=0.5 seed=9");
    static const char *const refused[][3] = {
        {"\"epochs\":\"2\"", "\"epochs\":\"9223372036854775807\"", "epochs"},
        {"\"epochs\":\"2\"", "\"epochs\":\"9007199254740993\"", "2^53"},
        {"\"epochs\":\"2\"", "\"epochs\":\"-1\"", "epochs"},
        {"\"epochs\":\"2\"", "\"epochs\":\"1e3\"", "epochs"},
        {"\"epochs\":\"2\"", "\"epochs\":2", "\"epochs\" is no text"},
        {"\"epochs\":\"2\"", "\"epochs\":null", "\"epochs\" is no text"},
        {"\"epochs\":\"2\"", "\"epochs\":\"2\",\"epochs\":\"2\"", "duplicate"},
        {"\"alpha\":\"0.5\"", "\"alpha\":\"-0.5\"", "alpha"},
        {"\"alpha\":\"0.5\"", "\"alpha\":\"1e999\"", "alpha"},
        {"\"alpha\":\"0.5\"", "\"alpha\":\"nan\"", "alpha"},
        {"\"seed\":\"9\"", "\"seed\":\"-9\"", "seed"},
        {"\"seed\":\"9\"", "\"seed\":\"9223372036854775808\"", "seed"},
        {"\"factors\":\"3\"", "\"factors\":\"4\"", "factors"},
        {"\"iterations\":\"2\"", "\"iterations\":\"-2\"", "iterations"},
        {"\"iterations\":\"2\"", "\"iterations\":\"9223372036854775807\"", "iterations"},
        {"\"solver\":\"auto\"", "\"solver\":\"none\"", "none"},
        {"\"statistic_rows\":\"", "\"statistic_rows\":\"-1", "statistic_rows"},
        {"\"statistic_rows\":\"", "\"statistic_rows\":\"x", "statistic_rows"},
        {"\"shape\":[4,3]", "\"shape\":[-4,3]", "whole number"},
        {"\"shape\":[4,3]", "\"shape\":[4.0,3]", "whole number"},
        {"\"shape\":[4,3]", "\"shape\":[4]", "differ in size"},
        {"\"shape\":[4,3]", "\"shape\":[9223372036854775807,9223372036854775807]", "too large"},
        {"\"user_ids\":{", "\"user_factors\":{", "duplicate"},
        {"\"user_ids\":\"integer\"", "\"user_ids\":\"string\"", "the tensors are integer"},
        {"\"note:key\":", "\"note:\":", "key of a note is empty"},
    };
    for (size_t i = 0; i < sizeof refused / sizeof *refused; i++)
        check_refused(&sink, refused[i][0], refused[i][1], refused[i][2]);
    done(&sink);
}

/* A model with as many epochs as may be can be saved, loaded, and not be continued. */
static void the_most_epochs(void **state)
{
    (void)state;
    text_sink sink = written("factors=3 iterations=2");
    wrmf_model *const model =
        loaded_with(&sink, "\"epochs\":\"2\"", "\"epochs\":\"9007199254740991\"");
    FAILS(WRMF_E_RANGE, "2^53", wrmf_model_continue(context, model, matrix, 2, err));
    FAILS(WRMF_E_RANGE, "2^53", wrmf_model_continue(context, model, matrix, INT64_MAX, err));
    MUST(wrmf_model_continue(context, model, matrix, 1, err));
    assert_true(wrmf_model_epochs(model) == 9007199254740992);
    FAILS(WRMF_E_RANGE, "2^53", wrmf_model_continue(context, model, matrix, 1, err));
    MUST(wrmf_model_continue(context, model, matrix, 0, err));
    text_sink saved = {0};
    wrmf_model *again;
    wrmf_output *const output = text_output(context, &saved);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    MUST(load(saved.data, saved.length, &again, err));
    assert_true(wrmf_model_epochs(again) == 9007199254740992);
    wrmf_model_free(again);
    wrmf_model_free(model);
    free(saved.data);
    done(&sink);
}

/* ---- what is no model ---- */

#define BYTES(text) text, sizeof(text) - 1

static void what_is_no_model(void **state)
{
    (void)state;
    static const struct {
        const char *data;
        size_t size;
        const char *words;
    } files[] = {
        {BYTES("user,item,count\n1,2,3\n"), "a text file"},
        {BYTES("minded\n"), "a text file"},
        {BYTES("\xef\xbb\xbfid\n"), "a text file"},
        {BYTES("{\"a\": 1}\n"), "JSON"},
        {BYTES("  [1, 2, 3, 4, 5]"), "JSON"},
        {BYTES("<!DOCTYPE html><html>"), "HTML"},
        {BYTES("%%MatrixMarket matrix coordinate real general\n"), "Matrix Market"},
        {BYTES("wrmf-grid-journal 1 matrix=0\n"), "journal of a grid"},
        {BYTES("\x1f\x8b\x08\0\0\0\0\0\0\3abcdef"), "gzip"},
        {BYTES("PK\3\4\x14\0\0\0\x08\0abcdef"), "zip"},
        {BYTES("\x93NUMPY\1\0v\0{'descr'"), "NumPy"},
        {BYTES("\x80\4\x95\x1a\0\0\0\0\0\0\0"), "pickle"},
        {BYTES("\x89HDF\r\n\x1a\n\0\0\0"), "HDF5"},
        {BYTES("\x28\xb5\x2f\xfd\4\0abcdef"), "zstd"},
        {BYTES("BZh91AY&SYabcdef"), "bzip2"},
        {BYTES("\xff\xfeu\0s\0e\0r\0,\0"), "UTF-16"},
        {BYTES("\0\1\2\3\4\5\6\7\x08\x0b"), "no safetensors header"},
        {BYTES("\x40\0\0\0\0\0\0\0{\"a\""), "64 bytes: it was cut off"},
        {BYTES(""), "0 bytes"},
        {BYTES("\0\0\0"), "3 bytes"},
    };
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        wrmf_model *model;
        char *const exact = malloc(files[i].size + 1);
        memcpy(exact, files[i].data, files[i].size);
        FAILS(WRMF_E_FORMAT, files[i].words, load(exact, files[i].size, &model, err));
        assert_null(model);
        free(exact);
    }
}

/* A header of these texts, repeated up to 16 MiB, is refused with few words and little memory. */
static void check_heavy(const char *begin, const char *repeated, const char *words)
{
    const size_t length = (size_t)16 << 20, n = strlen(repeated);
    char *const data = malloc(8 + length);
    wrmf_model *model;
    for (int i = 0; i < 8; i++)
        data[i] = (char)(length >> (8 * i) & 0xff);
    for (size_t i = 0; i < length; i++)
        data[8 + i] = repeated[i % n];
    memcpy(data + 8, begin, strlen(begin));
    FAILS(WRMF_E_FORMAT, words, load(data, 8 + length, &model, err));
    free(data);
}

static void heavy_headers(void **state)
{
    (void)state;
    struct rusage before, after;
    getrusage(RUSAGE_SELF, &before);
    check_heavy("{\"a\":[", "[],", "values");
    check_heavy("{\"a\":[", "{},", "values");
    check_heavy("{\"a\":[", "1,", "values");
    check_heavy("{\"a\":", "[", "nested");
    check_heavy("{\"a\":", "{\"a\":", "nested");
    check_heavy("{\"a\":\"", "\\\"[", "header"); /* a text: all of it is one value */
    getrusage(RUSAGE_SELF, &after);
    /* the file itself, a text of its size and the parser's buffer of it, which doubles */
    if (!HOST_SANITIZED)
        assert_true(after.ru_maxrss - before.ru_maxrss < 120L << 10);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(heavy_headers),    TEST(a_bit_that_is_wrong),
        TEST(a_bit_of_many),    TEST(files_without_checksums),
        TEST(bounds),           TEST(the_most_epochs),
        TEST(what_is_no_model),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
