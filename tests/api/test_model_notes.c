/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Notes of wrmf/model.h: set, replaced, removed, listed by their keys; kept by epochs, whether they
 * end well or not, and by files; bounded, so that a model that was saved can be loaded.
 */
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "text.h"
#include "wrmf/wrmf.h"

static wrmf_model *begun(void)
{
    wrmf_model *model = NULL;
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_parse(params, "factors=2", err));
    MUST(wrmf_model_create(context, 3, 2, params, &model, err));
    wrmf_params_free(params);
    return model;
}

static void check_note(const wrmf_model *model, int64_t index, const char *key, const char *value)
{
    const char *found = NULL;
    assert_string_equal(wrmf_model_note_at(model, index, &found), key);
    assert_string_equal(found, value);
    assert_string_equal(wrmf_model_note_at(model, index, NULL), key);
    assert_ptr_equal(wrmf_model_note(model, key), found);
}

/* The model that a file of this one gives. */
static wrmf_model *through_file(const wrmf_model *model)
{
    text_sink sink = {0};
    wrmf_model *loaded = NULL;
    wrmf_output *const output = text_output(context, &sink);
    MUST(wrmf_model_write(model, output, err));
    MUST(wrmf_output_close(output, err));
    wrmf_output_free(output);
    MUST(wrmf_model_load_memory(context, sink.data, sink.length, &loaded, err));
    free(sink.data);
    return loaded;
}

static void a_key_and_its_value(void **state)
{
    (void)state;
    wrmf_model *const model = begun();
    const char *untouched = "u";
    assert_int_equal(wrmf_model_note_count(model), 0);
    assert_null(wrmf_model_note(model, "b"));
    MUST(wrmf_model_set_note(model, "b", "second", err));
    MUST(wrmf_model_set_note(model, "c", "", err));
    MUST(wrmf_model_set_note(model, "a", "\xe4\xbd\xa0\xf0\x9f\x8e\xb5 \"\\\n\x01", err));
    MUST(wrmf_model_set_note(model, "b", "a longer value in its place", err));
    assert_int_equal(wrmf_model_note_count(model), 3);
    check_note(model, 0, "a", "\xe4\xbd\xa0\xf0\x9f\x8e\xb5 \"\\\n\x01");
    check_note(model, 1, "b", "a longer value in its place");
    check_note(model, 2, "c", "");
    assert_null(wrmf_model_note_at(model, 3, &untouched));
    assert_null(wrmf_model_note_at(model, -1, &untouched));
    assert_string_equal(untouched, "u");
    MUST(wrmf_model_set_note(model, "b", NULL, err));
    MUST(wrmf_model_set_note(model, "none", NULL, err));
    assert_int_equal(wrmf_model_note_count(model), 2);
    assert_null(wrmf_model_note(model, "b"));
    check_note(model, 1, "c", "");
    /* what the model lends may be given back to it */
    MUST(wrmf_model_set_note(model, "a", wrmf_model_note(model, "a"), err));
    MUST(wrmf_model_set_note(model, wrmf_model_note_at(model, 0, NULL), "new", err));
    check_note(model, 0, "a", "new");
    wrmf_model_free(model);
}

static int one_epoch_then_stop(void *self, const wrmf_progress *progress)
{
    (void)self;
    return progress->done >= 1;
}

static void epochs_keep_them(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 2}, item[] = {0, 1, 0};
    wrmf_matrix *matrix = NULL;
    wrmf_model *const model = begun();
    MUST(wrmf_matrix_from_triplets(context, 3, 2, 3, user, item, NULL, WRMF_DUPLICATES_REFUSE, NULL,
                                   &matrix, err));
    MUST(wrmf_model_set_note(model, "trained by", "me", err));
    MUST(wrmf_model_continue(context, model, matrix, 2, err));
    check_note(model, 0, "trained by", "me");
    wrmf_context_set_progress(context, NULL, one_epoch_then_stop);
    const wrmf_status status = wrmf_model_continue(context, model, matrix, 50, NULL);
    assert_true(status == WRMF_E_CANCELLED || status == WRMF_OK);
    check_note(model, 0, "trained by", "me");
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
}

/* Keys that the library uses itself, with and without what stands in front of notes in a file. */
static void files_keep_them(void **state)
{
    (void)state;
    static const char *const keys[] = {
        "epochs",  "note:",        "note:epochs", "user_ids", "wrmf_format_version",
        "factors", "__metadata__", "format"};
    wrmf_model *const model = begun();
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        MUST(wrmf_model_set_note(model, keys[i], "-1 \xf0\x9f\x8e\xb5 \"\\\n\x7f\x1f", err));
    wrmf_model *const loaded = through_file(model);
    assert_int_equal(wrmf_model_epochs(loaded), 0);
    assert_int_equal(wrmf_model_factors(loaded), 2);
    assert_int_equal(wrmf_model_note_count(loaded), sizeof keys / sizeof *keys);
    for (int64_t i = 0; i < wrmf_model_note_count(model); i++)
        check_note(loaded, i, wrmf_model_note_at(model, i, NULL),
                   "-1 \xf0\x9f\x8e\xb5 \"\\\n\x7f\x1f");
    wrmf_model_free(loaded);
    wrmf_model_free(model);
}

static void what_is_refused(void **state)
{
    (void)state;
    static const char *const broken[] = {
        "\x80",
        "a\xff",
        "\xc0\x80",
        "\xc3",
        "\xe0\x80\x80",
        "\xed\xa0\x80",
        "\xf0\x80\x80\x80",
        "\xf4\x90\x80\x80",
        "\xe4\xbd",
        "\xf8\x88\x80\x80",
        "\xc3(",
        "\xf0\x9f\x8e",
        "\xed\xbf\xbf",
        "\xe0\x9f\xbf",
        "\xc1\xbf",
    };
    wrmf_model *const model = begun();
    MUST(wrmf_model_set_note(model, "kept", "value", err));
    FAILS(WRMF_E_NULL, "model", wrmf_model_set_note(NULL, "key", "value", err));
    FAILS(WRMF_E_NULL, "key", wrmf_model_set_note(model, NULL, "value", err));
    FAILS(WRMF_E_RANGE, "empty", wrmf_model_set_note(model, "", "value", err));
    for (size_t i = 0; i < sizeof broken / sizeof *broken; i++) {
        FAILS(WRMF_E_FORMAT, "key", wrmf_model_set_note(model, broken[i], "value", err));
        FAILS(WRMF_E_FORMAT, "kept", wrmf_model_set_note(model, "kept", broken[i], err));
    }
    OUT_OF_MEMORY(wrmf_model_set_note(model, "kept", "another", err));
    OUT_OF_MEMORY(wrmf_model_set_note(model, "key", "value", err));
    assert_int_equal(wrmf_model_note_count(model), 2);
    assert_string_equal(wrmf_model_note(model, "kept"), "another");
    assert_int_equal(wrmf_model_note_count(NULL), 0);
    assert_null(wrmf_model_note(NULL, "kept"));
    assert_null(wrmf_model_note(model, NULL));
    assert_null(wrmf_model_note_at(NULL, 0, NULL));
    wrmf_model_free(model);
}

/* As many notes, and as many bytes of them, as may be; each byte is six in the file. */
static void bounds(void **state)
{
    (void)state;
    enum { MOST = 10000, BYTES = 1 << 20 };
    wrmf_model *const model = begun();
    char key[16];
    size_t bytes = 0;
    for (int i = 0; i < MOST; i++) {
        bytes += (size_t)snprintf(key, sizeof key, "%d", i) + 2;
        MUST(wrmf_model_set_note(model, key, "", err));
    }
    FAILS(WRMF_E_RANGE, "10000", wrmf_model_set_note(model, "one more", "", err));
    char *const value = malloc(BYTES);
    const size_t most = BYTES - bytes;
    memset(value, 1, BYTES);
    value[most + 1] = 0;
    FAILS(WRMF_E_RANGE, "1048576", wrmf_model_set_note(model, "7", value, err));
    assert_string_equal(wrmf_model_note(model, "7"), "");
    value[most] = 0;
    MUST(wrmf_model_set_note(model, "7", value, err));
    FAILS(WRMF_E_RANGE, "1048576", wrmf_model_set_note(model, "8", "1", err));
    wrmf_model *const loaded = through_file(model);
    assert_int_equal(wrmf_model_note_count(loaded), MOST);
    assert_string_equal(wrmf_model_note(loaded, "7"), value);
    wrmf_model_free(loaded);
    free(value);
    wrmf_model_free(model);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(a_key_and_its_value), TEST(epochs_keep_them), TEST(files_keep_them),
        TEST(what_is_refused),     TEST(bounds),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
