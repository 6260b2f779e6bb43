/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Kinds of Matrix Market files: fields by other names, symmetric files, counts of 0.
 */
#include "made.h"

#include <string.h>

#include "text.h"

#define BANNER "%%MatrixMarket matrix coordinate real general\n"

/* Names of fields that some writers use for others. */
static void fields_by_other_names(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 2}, item[] = {1, 0};
    static const double count[] = {3, 0.5}, whole[] = {18446744073709551615.0, 12};
    wrmf_matrix *wanted = triplets(3, 2, 2, user, item, count);
    check_market("%%MatrixMarket matrix coordinate double general\n3 2 2\n1 2 3\n3 1 0.5\n",
                 wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(3, 2, 2, user, item, whole);
    check_market("%%MatrixMarket matrix coordinate Unsigned-Integer general\n3 2 2\n"
                 "1 2 18446744073709551615\n3 1 12\n",
                 wanted);
    wrmf_matrix_free(wanted);
}

/* Each entry off the diagonal stands for two, whichever triangle it is in. */
static void symmetric_files(void **state)
{
    (void)state;
    static const int64_t user[] = {0, 1, 0, 2, 2, 1}, item[] = {1, 0, 2, 0, 2, 1};
    static const double count[] = {3, 3, 2, 2, 5, 1};
    wrmf_matrix *wanted = triplets(3, 3, 6, user, item, count);
    check_market(
        "%%MatrixMarket matrix coordinate real symmetric\n3 3 4\n2 1 3\n3 1 2\n3 3 5\n2 2 1\n",
        wanted);
    check_market("%%MatrixMarket matrix coordinate integer symmetric\n3 3 4\n1 2 3\n3 1 2\n3 3 5\n"
                 "2 2 1\n",
                 wanted);
    wrmf_matrix_free(wanted);
    wanted = triplets(3, 3, 6, user, item, NULL);
    check_market("%%MatrixMarket matrix coordinate pattern symmetric\n3 3 4\n2 1\n3 1\n3 3\n2 2\n",
                 wanted);
    wrmf_matrix_free(wanted);
    static const char both[] =
        "%%MatrixMarket matrix coordinate real symmetric\n2 2 2\n1 2 3\n2 1 4\n";
    wrmf_matrix *matrix = NULL;
    int64_t merged = -1;
    MUST(read_market(both, strlen(both), 0, WRMF_DUPLICATES_SUM, &merged, &matrix, err));
    assert_int_equal(merged, 2);
    assert_true(wrmf_matrix_count(matrix, 0, 1) == 7 && wrmf_matrix_count(matrix, 1, 0) == 7);
    wrmf_matrix_free(matrix);
    FAILS(WRMF_E_FORMAT, "t:4:1: this pair",
          read_market(both, strlen(both), 0, WRMF_DUPLICATES_REFUSE, NULL, &matrix, err));
}

static wrmf_status read_zeros(const char *text, wrmf_zeros zeros, int64_t *merged, int64_t *dropped,
                              wrmf_matrix **out, wrmf_error *err)
{
    text_source source = {0};
    wrmf_input *const input = text_string(context, &source, text);
    const wrmf_status status = wrmf_matrix_read_market_zeros(context, input, WRMF_DUPLICATES_SUM,
                                                             zeros, merged, dropped, out, err);
    wrmf_input_free(input);
    return status;
}

static void counts_of_zero(void **state)
{
    (void)state;
    static const char text[] = BANNER "3 2 6\n1 1 0\n1 2 3\n2 1 -0.0\n3 1 0e9\n1 2 0\n3 1 2\n";
    static const int64_t user[] = {0, 2}, item[] = {1, 0};
    static const double count[] = {3, 2};
    wrmf_matrix *const wanted = triplets(3, 2, 2, user, item, count), *matrix = NULL;
    int64_t merged = -1, dropped = -1;
    FAILS(WRMF_E_FORMAT, "t:3:5: count is \"0\", not above 0",
          read_zeros(text, WRMF_ZEROS_REFUSE, &merged, &dropped, &matrix, err));
    assert_true(!matrix && merged == -1 && dropped == -1);
    MUST(read_zeros(text, WRMF_ZEROS_DROP, &merged, &dropped, &matrix, err));
    assert_true(wrmf_matrix_equal(matrix, wanted));
    assert_int_equal(merged, 0); /* a 0 is no entry, so that none is given again */
    assert_int_equal(dropped, 4);
    wrmf_matrix_free(matrix);
    MUST(read_zeros(text, WRMF_ZEROS_DROP, NULL, NULL, &matrix, err));
    assert_true(wrmf_matrix_equal(matrix, wanted));
    wrmf_matrix_free(matrix);
    FAILS(WRMF_E_FORMAT, "not above 0",
          read_zeros(BANNER "1 1 1\n1 1 -1\n", WRMF_ZEROS_DROP, NULL, NULL, &matrix, err));
    FAILS(WRMF_E_RANGE, "zeros is 2", read_zeros(text, (wrmf_zeros)2, NULL, NULL, &matrix, err));
    wrmf_matrix_free(wanted);
}

static void arguments_with_zeros(void **state)
{
    (void)state;
    wrmf_matrix *matrix = NULL;
    text_source source = {.fails_at = 1, .data = BANNER, .length = strlen(BANNER), .piece = 1};
    wrmf_input *const input = text_input(context, &source);
#define READ(context, input, out)                                                                  \
    wrmf_matrix_read_market_zeros(context, input, WRMF_DUPLICATES_SUM, WRMF_ZEROS_DROP, NULL,      \
                                  NULL, out, err)
    FAILS(WRMF_E_NULL, "context", READ(NULL, input, &matrix));
    FAILS(WRMF_E_NULL, "input", READ(context, NULL, &matrix));
    FAILS(WRMF_E_NULL, "out", READ(context, input, NULL));
    FAILS(WRMF_E_IO, "byte 1", READ(context, input, &matrix));
    wrmf_input_free(input);
    FAILS(WRMF_E_UNSUPPORTED, "array",
          read_zeros("%%MatrixMarket matrix array real general\n", WRMF_ZEROS_DROP, NULL, NULL,
                     &matrix, err));
    FAILS(WRMF_E_NONFINITE, "inf",
          read_zeros(BANNER "1 1 1\n1 1 inf\n", WRMF_ZEROS_DROP, NULL, NULL, &matrix, err));
    FAILS(WRMF_E_OVERFLOW, "rows",
          read_zeros(BANNER "2147483648 1 0\n", WRMF_ZEROS_DROP, NULL, NULL, &matrix, err));
    wrmf_context_set_progress(context, NULL, hook_that_stops);
    FAILS(WRMF_E_CANCELLED, "",
          read_zeros(BANNER "1 1 0\n", WRMF_ZEROS_DROP, NULL, NULL, &matrix, err));
    wrmf_context_set_progress(context, NULL, NULL);
    assert_null(matrix);
}

static wrmf_status read_once(wrmf_matrix **out, wrmf_error *err)
{
    text_source source = {.data = BANNER "1 1 1\n1 1 0\n"};
    wrmf_input *input = NULL;
    source.length = strlen(source.data);
    wrmf_status status = wrmf_input_open_callback(context, &source, text_read, NULL, &input, err);
    if (status == WRMF_OK)
        status = wrmf_matrix_read_market_zeros(context, input, WRMF_DUPLICATES_SUM, WRMF_ZEROS_DROP,
                                               NULL, NULL, out, err);
    wrmf_input_free(input);
    return status;
}

static void reading_without_memory(void **state)
{
    (void)state;
    wrmf_matrix *matrix = NULL;
    OUT_OF_MEMORY(read_once(&matrix, err));
    assert_int_equal(wrmf_matrix_entries(matrix), 0);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(fields_by_other_names), TEST(symmetric_files),        TEST(counts_of_zero),
        TEST(arguments_with_zeros),  TEST(reading_without_memory),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
