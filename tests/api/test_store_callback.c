/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/store.h, wrmf_model_load_callback(): a file that a function gives piece by piece is the
 * model that was saved, is refused where the whole is, and is never in memory as a whole.
 */
#include "stored_model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"

static const struct {
    const char *parameters;
    stored_ids ids;
    unsigned options; /* of wrmf_save */
} kinds[] = {
    {"factors=3 iterations=2", STRING_IDS, 0},
    {"factors=16 iterations=1", INTEGER_IDS, WRMF_SAVE_MAPPABLE},
    {"factors=17 iterations=3 precision=float64", STRING_IDS, WRMF_SAVE_MAPPABLE},
    {"factors=32 iterations=2 precision=float64 relaxation=1", NO_IDS, 0},
};
enum { KINDS = sizeof kinds / sizeof *kinds };

/* A file that is read piece by piece. */
typedef struct pieces {
    const text_sink *sink;
    size_t most;  /* the most bytes that were asked for at a time */
    int64_t left; /* calls until one fails; below 0: none does */
} pieces;

/* Is a wrmf_read_at_fn. */
static int read_at(void *self, int64_t offset, void *buffer, size_t bytes)
{
    pieces *const from = self;
    assert_true(offset >= 0 && (size_t)offset <= from->sink->length);
    assert_true(bytes > 0 && bytes <= from->sink->length - (size_t)offset);
    if (from->left-- == 0)
        return -1;
    from->most = bytes > from->most ? bytes : from->most;
    memcpy(buffer, from->sink->data + offset, bytes);
    return 0;
}

static wrmf_status load(const text_sink *sink, wrmf_model **out, wrmf_error *err)
{
    pieces from = {sink, 0, -1};
    return wrmf_model_load_callback(context, &from, read_at, sink->length, out, err);
}

static text_sink written(const wrmf_model *model, unsigned options)
{
    text_sink sink = {0};
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write_as(model, options, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    return sink;
}

static void pieces_are_the_whole(void **state)
{
    (void)state;
    for (int k = 0; k < KINDS; k++) {
        wrmf_model *const model = stored_model(kinds[k].parameters, kinds[k].ids);
        wrmf_model *loaded = NULL;
        text_sink sink = written(model, kinds[k].options);
        MUST(load(&sink, &loaded, err));
        same_models(model, loaded);
        same_answers(model, loaded);
        wrmf_model_free(loaded);
        free(sink.data);
        wrmf_model_free(model);
    }
}

/* Factors of 8 MB are asked for in pieces. */
static void a_large_file_is_not_held(void **state)
{
    (void)state;
    wrmf_model *model = NULL, *loaded = NULL;
    MUST(wrmf_model_create(context, 20000, 12000, NULL, &model, err));
    text_sink sink = written(model, 0);
    pieces from = {&sink, 0, -1};
    MUST(wrmf_model_load_callback(context, &from, read_at, sink.length, &loaded, err));
    assert_true(sink.length > 8000000 && from.most < sink.length / 4);
    free(sink.data);
    wrmf_model_free(loaded);
    wrmf_model_free(model);
}

/* Whichever call fails, so does the load. */
static void reading_that_fails(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model(kinds[0].parameters, kinds[0].ids);
    text_sink sink = written(model, 0);
    wrmf_status status = WRMF_E_IO;
    int64_t calls = 0;
    for (; status != WRMF_OK; calls++) {
        pieces from = {&sink, 0, calls};
        wrmf_error error = {WRMF_OK, ""};
        wrmf_model *const untouched = (wrmf_model *)&machine, *loaded = untouched;
        status = wrmf_model_load_callback(context, &from, read_at, sink.length, &loaded, &error);
        if (status == WRMF_OK) {
            wrmf_model_free(loaded);
            break;
        }
        assert_int_equal(status, WRMF_E_IO);
        assert_non_null(strstr(error.text, "the host's function cannot read "));
        assert_ptr_equal(loaded, untouched);
    }
    assert_true(calls > 5);
    pieces from = {&sink, 0, 0};
    wrmf_model *loaded = NULL;
    FAILS(WRMF_E_IO, " bytes from 0",
          wrmf_model_load_callback(context, &from, read_at, sink.length, &loaded, err));
    free(sink.data);
    wrmf_model_free(model);
}

static void refuse(wrmf_status status, const char *words, const text_sink *sink)
{
    wrmf_model *const untouched = (wrmf_model *)&machine, *loaded = untouched;
    FAILS(status, words, load(sink, &loaded, err));
    assert_ptr_equal(loaded, untouched);
}

/* Puts a digit in place of the format's version, which stands once in the header. */
static void set_version(text_sink *sink, char digit)
{
    static const char key[] = "\"wrmf_format_version\":\"";
    size_t at = 0;
    while (memcmp(sink->data + at, key, sizeof key - 1) != 0)
        assert_true(++at + sizeof key < sink->length);
    sink->data[at + sizeof key - 1] = digit;
}

static void what_is_refused(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model("factors=3 precision=float64 relaxation=1", NO_IDS);
    text_sink sink = written(model, 0);
    set_version(&sink, '3');
    refuse(WRMF_E_UNSUPPORTED, "version 3", &sink);
    set_version(&sink, '1');
    const double nan = NAN; /* the last factor of the last item is the end of the file */
    memcpy(sink.data + sink.length - sizeof nan, &nan, sizeof nan);
    wrmf_model *loaded = NULL;
    refuse(WRMF_E_NONFINITE, "row 22", &sink);
    FAILS(WRMF_E_NONFINITE, "row 22", load(&sink, &loaded, err));
    sink.length -= 1;
    FAILS(WRMF_E_FORMAT, "", load(&sink, &loaded, err));
    sink.length = 7;
    refuse(WRMF_E_FORMAT, "7 bytes", &sink);
    sink.length = 0;
    refuse(WRMF_E_FORMAT, "0 bytes", &sink);
    pieces from = {&sink, 0, -1};
    FAILS(WRMF_E_NULL, "context", wrmf_model_load_callback(NULL, &from, read_at, 0, &loaded, err));
    FAILS(WRMF_E_NULL, "read", wrmf_model_load_callback(context, &from, NULL, 0, &loaded, err));
    FAILS(WRMF_E_NULL, "out", wrmf_model_load_callback(context, &from, read_at, 0, NULL, err));
    assert_null(loaded);
    free(sink.data);
    wrmf_model_free(model);
}

static void every_allocation_fails_in_turn(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model(kinds[0].parameters, kinds[0].ids), *loaded = NULL;
    text_sink sink = written(model, 0);
    OUT_OF_MEMORY(load(&sink, &loaded, err));
    same_models(model, loaded);
    wrmf_model_free(loaded);
    free(sink.data);
    wrmf_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(pieces_are_the_whole), TEST(a_large_file_is_not_held),       TEST(reading_that_fails),
        TEST(what_is_refused),      TEST(every_allocation_fails_in_turn),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
