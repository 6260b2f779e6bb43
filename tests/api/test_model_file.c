/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Files of wrmf/model.h: everything comes back bit for bit; a file that is cut anywhere is
 * refused; one with any byte of its header changed is refused or loads, and a model
 * that loads can be used; a file that stands is replaced as a whole or not at all.
 */
#include "fixture.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "text.h"
#include "thin.h"
#include "wrmf/wrmf.h"

enum { USERS = 5, ITEMS = 4 };

typedef enum ids_wanted { NO_IDS, STRINGS, INTEGERS } ids_wanted;

static wrmf_model *make_model(const char *parameters, ids_wanted wanted)
{
    static const int64_t user[] = {0, 0, 1, 2, 3, 4, 4}, item[] = {0, 1, 2, 3, 0, 1, 3};
    static const double count[] = {1, 2, 1, 7, 1, 0.1, 1};
    wrmf_matrix *matrix = NULL;
    wrmf_params *params = NULL;
    wrmf_model *model = NULL;
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, 7, user, item, count,
                                   WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, parameters, err));
    MUST(wrmf_model_fit(context, matrix, params, &model, err));
    for (int side = 0; side < 2 && wanted != NO_IDS; side++) {
        wrmf_ids *ids = NULL;
        MUST(wrmf_ids_create(context, wanted == STRINGS ? WRMF_IDS_STRING : WRMF_IDS_INTEGER, &ids,
                             err));
        for (int64_t i = 0; i < (side ? ITEMS : USERS); i++) {
            const char text[] = {'i', (char)('a' + i), '"', '\n'};
            if (wanted == STRINGS)
                MUST(wrmf_ids_add(ids, text, sizeof text, NULL, err));
            else
                MUST(wrmf_ids_add_integer(ids, i * -1234567890123, NULL, err));
        }
        if (side == WRMF_ITEMS)
            MUST(wrmf_ids_set_name(ids, 2, "n\xc3\xa4me", 5, err));
        MUST(wrmf_model_set_ids(model, (wrmf_side)side, ids, err));
        wrmf_ids_free(ids);
        MUST(wrmf_model_set_note(model, "ids of a side", "n\xc3\xa4me", err));
    }
    wrmf_params_free(params);
    wrmf_matrix_free(matrix);
    return model;
}

static text_sink written(const wrmf_model *model)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    return sink;
}

static void same_ids(const wrmf_ids *a, const wrmf_ids *b)
{
    assert_int_equal(a == NULL, b == NULL);
    assert_int_equal(wrmf_ids_size(a), wrmf_ids_size(b));
    assert_int_equal(wrmf_ids_get_kind(a), wrmf_ids_get_kind(b));
    for (int64_t i = 0; i < wrmf_ids_size(a); i++) {
        char one[64], other[64];
        wrmf_ids_format(a, i, one, sizeof one);
        wrmf_ids_format(b, i, other, sizeof other);
        assert_string_equal(one, other);
        const char *const name = wrmf_ids_name(a, i, NULL), *const again =
                                                                wrmf_ids_name(b, i, NULL);
        assert_int_equal(name == NULL, again == NULL);
        if (name && again)
            assert_string_equal(name, again);
    }
}

static void same_models(const wrmf_model *a, const wrmf_model *b)
{
    const int64_t f = wrmf_model_factors(a);
    double one[USERS * 32], other[USERS * 32];
    assert_int_equal(f, wrmf_model_factors(b));
    assert_int_equal(wrmf_model_epochs(a), wrmf_model_epochs(b));
    for (int side = 0; side < 2; side++) {
        const int64_t n = side ? ITEMS : USERS;
        MUST(wrmf_model_get_rows(a, (wrmf_side)side, 0, n, one, err));
        MUST(wrmf_model_get_rows(b, (wrmf_side)side, 0, n, other, err));
        assert_memory_equal(one, other, sizeof *one * (size_t)(n * f));
        same_ids(wrmf_model_ids(a, (wrmf_side)side), wrmf_model_ids(b, (wrmf_side)side));
    }
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

static const struct {
    const char *parameters;
    ids_wanted ids;
} kinds[] = {
    {"factors=3 iterations=2 alpha=0.1", NO_IDS},
    {"factors=17 iterations=3 precision=float64 confidence=log", STRINGS},
    {"factors=20 regularization=0 iterations=1 seed=9223372036854775807", INTEGERS},
};

static void back_and_forth(void **state)
{
    (void)state;
    for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++) {
        wrmf_model *const model = make_model(kinds[k].parameters, kinds[k].ids);
        text_sink sink = written(model);
        wrmf_model *loaded = NULL;
        MUST(wrmf_model_load_memory(context, sink.data, sink.length, &loaded, err));
        same_models(model, loaded);
        text_sink again = written(loaded);
        assert_int_equal(again.length, sink.length);
        assert_memory_equal(again.data, sink.data, sink.length);
        free(again.data);
        free(sink.data);
        wrmf_model_free(loaded);
        wrmf_model_free(model);
    }
}

static void cut_anywhere(void **state)
{
    (void)state;
    wrmf_model *const model = make_model(kinds[1].parameters, STRINGS);
    text_sink sink = written(model);
    for (size_t length = 0; length < sink.length; length += (size_t)thin_bytes_or(1, 7)) {
        char *const cut = malloc(length + 1); /* its end is the block's, for the sanitizer */
        wrmf_model *loaded = NULL;
        memcpy(cut, sink.data, length);
        FAILS(WRMF_E_FORMAT, "", wrmf_model_load_memory(context, cut, length, &loaded, err));
        assert_null(loaded);
        free(cut);
    }
    char *const longer = calloc(sink.length + 1, 1);
    wrmf_model *loaded = NULL;
    memcpy(longer, sink.data, sink.length);
    FAILS(WRMF_E_FORMAT, "",
          wrmf_model_load_memory(context, longer, sink.length + 1, &loaded, err));
    free(longer);
    free(sink.data);
    wrmf_model_free(model);
}

/* Load what may be anything; a model that comes of it is used. */
static int try_load(const char *data, size_t length)
{
    wrmf_error error = {WRMF_OK, ""};
    wrmf_model *loaded = NULL;
    const wrmf_status status = wrmf_model_load_memory(context, data, length, &loaded, &error);
    if (status != WRMF_OK) {
        assert_null(loaded);
        assert_int_equal(error.code, status);
        assert_true(error.text[0] != 0 && !strchr(error.text, '\n'));
        return 0;
    }
    for (int64_t u = 0; u < wrmf_model_users(loaded); u++)
        for (int64_t i = 0; i < wrmf_model_items(loaded); i++)
            assert_true(!isnan(wrmf_model_score(loaded, u, i)));
    text_sink sink = written(loaded);
    free(sink.data);
    wrmf_model_free(loaded);
    return 1;
}

static void a_header_changed_anywhere(void **state)
{
    (void)state;
    static const char bytes[] = {0, ' ', '"', '0', '9', '-', '{', ']', ',', (char)0xff};
    wrmf_model *const model = make_model(kinds[1].parameters, STRINGS);
    text_sink sink = written(model);
    size_t header = 0;
    for (int i = 7; i >= 0; i--)
        header = header << 8 | (size_t)(unsigned char)sink.data[i];
    assert_int_equal((header + 8) % 64, 0);
    int loads = 0, tries = 0;
    for (size_t at = 0; at < header + 8; at++) {
        const char was = sink.data[at];
        for (size_t b = thin_all() ? at % 5 : 0; b < sizeof bytes;
             b += (size_t)thin_bytes_or(1, 5), tries++) {
            sink.data[at] = bytes[b];
            loads += try_load(sink.data, sink.length);
        }
        sink.data[at] = was;
    }
    assert_true(loads > 0 && loads < tries);
    assert_int_equal(try_load(sink.data, sink.length), 1);
    free(sink.data);
    wrmf_model_free(model);
}

/* Put a digit in place of the 1 of the format's version, which stands once in the header. */
static void set_version(text_sink *sink, char digit)
{
    static const char key[] = "\"wrmf_format_version\":\"1\"";
    for (size_t at = 0; at + sizeof key < sink->length; at++)
        if (memcmp(sink->data + at, key, sizeof key - 1) == 0) {
            sink->data[at + sizeof key - 3] = digit;
            return;
        }
    fail_msg("no version in the header");
}

static void put_file(const char *path, const text_sink *sink)
{
    FILE *const file = fopen(path, "wb");
    assert_non_null(file);
    assert_int_equal(fwrite(sink->data, 1, sink->length, file), sink->length);
    assert_int_equal(fclose(file), 0);
}

/* From memory and from a file, the load fails and gives no model. */
static void check_refused(wrmf_status status, const char *words, const text_sink *sink)
{
    wrmf_model *const untouched = (wrmf_model *)&machine, *loaded = untouched;
    char path[] = "model-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    put_file(path, sink);
    FAILS(status, words, wrmf_model_load_memory(context, sink->data, sink->length, &loaded, err));
    FAILS(status, words, wrmf_model_load(context, path, &loaded, err));
    assert_ptr_equal(loaded, untouched);
    unlink(path);
}

static void files_that_are_refused(void **state)
{
    (void)state;
    wrmf_model *const model = make_model("factors=3 precision=float64", NO_IDS);
    text_sink sink = written(model);
    set_version(&sink, '3');
    check_refused(WRMF_E_UNSUPPORTED, "version 3; this library reads up to 2", &sink);
    free(sink.data);
    sink = written(model);
    const double nan = NAN; /* the last factor of the last item is the end of the file */
    memcpy(sink.data + sink.length - sizeof nan, &nan, sizeof nan);
    check_refused(WRMF_E_NONFINITE, "row 3", &sink);
    sink.length -= 1;
    check_refused(WRMF_E_FORMAT, "", &sink);
    sink.length = 7;
    check_refused(WRMF_E_FORMAT, "7 bytes", &sink);
    sink.length = 0;
    check_refused(WRMF_E_FORMAT, "0 bytes", &sink);
    free(sink.data);
    wrmf_model_free(model);
}

static void loads_without_arguments(void **state)
{
    (void)state;
    wrmf_model *const untouched = (wrmf_model *)&machine, *loaded = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_model_load(NULL, "model", &loaded, err));
    FAILS(WRMF_E_NULL, "path", wrmf_model_load(context, NULL, &loaded, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_load(context, "model", NULL, err));
    FAILS(WRMF_E_NULL, "context", wrmf_model_load_memory(NULL, "", 0, &loaded, err));
    FAILS(WRMF_E_NULL, "data", wrmf_model_load_memory(context, NULL, 0, &loaded, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_load_memory(context, "", 0, NULL, err));
    assert_ptr_equal(loaded, untouched);
}

static void writing_that_fails(void **state)
{
    (void)state;
    wrmf_model *const model = make_model(kinds[1].parameters, STRINGS);
    text_sink whole = written(model), sink = {.fails_at = whole.length - 1};
    wrmf_output *output = text_output(context, &sink);
    FAILS(WRMF_E_NULL, "model", wrmf_model_write(NULL, output, err));
    FAILS(WRMF_E_NULL, "output", wrmf_model_write(model, NULL, err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_save(NULL, "model", err));
    FAILS(WRMF_E_NULL, "path", wrmf_model_save(model, NULL, err));
    /* what is buffered fails at the close, and the failure is remembered */
    const wrmf_status status = wrmf_model_write(model, output, NULL);
    assert_true(status == WRMF_OK || status == WRMF_E_IO);
    FAILS(WRMF_E_IO, "t", wrmf_output_close(output, err));
    FAILS(WRMF_E_STATE, "closed", wrmf_model_write(model, output, err));
    wrmf_output_free(output);
    free(sink.data);
    free(whole.data);
    wrmf_model_free(model);
}

/* A model that is larger than an output's buffer fails while it is written. */
static void writing_much_that_fails(void **state)
{
    (void)state;
    wrmf_model *model = NULL;
    text_sink sink = {.fails_at = 1};
    MUST(wrmf_model_create(context, 3000, 3000, NULL, &model, err));
    wrmf_output *const output = text_output(context, &sink);
    FAILS(WRMF_E_IO, "t", wrmf_model_write(model, output, err));
    wrmf_output_free(output);
    free(sink.data);
    wrmf_model_free(model);
}

static wrmf_status write_once(const wrmf_model *model, wrmf_error *err)
{
    text_sink sink = {0};
    wrmf_output *output = NULL;
    wrmf_status status = wrmf_output_open_callback(context, &sink, text_write, "t", &output, err);
    if (status == WRMF_OK)
        status = wrmf_model_write(model, output, err);
    wrmf_output_free(output);
    free(sink.data);
    return status;
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    char path[] = "model-XXXXXX";
    const int fd = mkstemp(path);
    assert_true(fd >= 0);
    close(fd);
    wrmf_model *const model = make_model(kinds[1].parameters, STRINGS), *loaded = NULL;
    text_sink sink = written(model);
    OUT_OF_MEMORY(write_once(model, err));
    OUT_OF_MEMORY(wrmf_model_save(model, path, err));
    OUT_OF_MEMORY(wrmf_model_load(context, path, &loaded, err));
    same_models(model, loaded);
    wrmf_model_free(loaded);
    OUT_OF_MEMORY(wrmf_model_load_memory(context, sink.data, sink.length, &loaded, err));
    same_models(model, loaded);
    wrmf_model_free(loaded);
    unlink(path);
    free(sink.data);
    wrmf_model_free(model);
}

static void a_file_is_replaced_whole(void **state)
{
    (void)state;
    char folder[] = "file-XXXXXX", path[64], nowhere[64];
    assert_non_null(mkdtemp(folder));
    snprintf(path, sizeof path, "%s/model", folder);
    snprintf(nowhere, sizeof nowhere, "%s/none/model", folder);
    wrmf_model *const first = make_model(kinds[0].parameters, NO_IDS);
    wrmf_model *const second = make_model(kinds[1].parameters, STRINGS);
    wrmf_model *loaded = NULL;
    MUST(wrmf_model_save(first, path, err));
    MUST(wrmf_model_save(second, path, err));
    FAILS(WRMF_E_IO, nowhere, wrmf_model_save(first, nowhere, err));
    MUST(wrmf_model_load(context, path, &loaded, err));
    same_models(second, loaded);
    wrmf_model_free(loaded);
    loaded = NULL;
    FAILS(WRMF_E_IO, nowhere, wrmf_model_load(context, nowhere, &loaded, err));
    FAILS(WRMF_E_IO, folder, wrmf_model_load(context, folder, &loaded, err));
    assert_null(loaded);
    assert_int_equal(unlink(path), 0);
    assert_int_equal(rmdir(folder), 0); /* no temporary file was left */
    wrmf_model_free(first);
    wrmf_model_free(second);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(back_and_forth),
        TEST(cut_anywhere),
        TEST(a_header_changed_anywhere),
        TEST(files_that_are_refused),
        TEST(loads_without_arguments),
        TEST(writing_that_fails),
        TEST(writing_much_that_fails),
        TEST(every_allocation_fails_in_turn),
        TEST(a_file_is_replaced_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
