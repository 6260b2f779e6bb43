/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * What the binary interface has laid down for ever is so: sizes of the transparent structs and
 * of enums.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "wrmf/wrmf.h"

static void transparent_structs_are_frozen(void **state)
{
    (void)state;
    assert_int_equal(sizeof(wrmf_error), 512);
    assert_int_equal(offsetof(wrmf_error, code), 0);
    assert_int_equal(offsetof(wrmf_error, text), 4);
    /* progress may grow at its end only */
    assert_int_equal(offsetof(wrmf_progress, struct_size), 0);
    assert_int_equal(offsetof(wrmf_progress, phase), sizeof(size_t));
    assert_int_equal(offsetof(wrmf_progress, done), 2 * sizeof(void *));
    assert_int_equal(offsetof(wrmf_progress, total), 2 * sizeof(void *) + 8);
    assert_int_equal(offsetof(wrmf_progress, seconds), 2 * sizeof(void *) + 16);
    assert_int_equal(offsetof(wrmf_progress, seconds_left), 2 * sizeof(void *) + 24);
    assert_int_equal(offsetof(wrmf_progress, part), 2 * sizeof(void *) + 32);
    assert_int_equal(sizeof(wrmf_comparison), 48);
    assert_int_equal(offsetof(wrmf_comparison, overlap), 8);
    assert_int_equal(offsetof(wrmf_comparison, same_first), 16);
    assert_int_equal(offsetof(wrmf_comparison, same_list), 24);
    assert_int_equal(offsetof(wrmf_comparison, objective), 32);
}

static void enums_are_as_wide_as_an_int(void **state)
{
    (void)state;
    assert_int_equal(sizeof(wrmf_status), 4);
    assert_int_equal(sizeof(wrmf_side), 4);
    assert_int_equal(sizeof(wrmf_duplicates), 4);
    assert_int_equal(sizeof(wrmf_log_level), 4);
    assert_int_equal(sizeof(wrmf_ids_kind), 4);
    assert_int_equal(sizeof(wrmf_param), 4);
    assert_int_equal(sizeof(wrmf_param_type), 4);
    assert_int_equal(sizeof(wrmf_confidence), 4);
    assert_int_equal(sizeof(wrmf_precision), 4);
    assert_int_equal(sizeof(wrmf_solver), 4);
    assert_int_equal(sizeof(wrmf_statistic), 4);
    assert_int_equal(sizeof(wrmf_metric), 4);
    assert_int_equal(sizeof(wrmf_exclude), 4);
    assert_int_equal(sizeof(wrmf_empty), 4);
    assert_int_equal(sizeof(wrmf_protocol), 4);
    assert_int_equal(sizeof(wrmf_column), 4);
    assert_int_equal(sizeof(wrmf_malformed), 4);
    assert_int_equal(sizeof(wrmf_input_limit), 4);
    assert_int_equal(sizeof(wrmf_reader_counter), 4);
    assert_int_equal(sizeof(wrmf_header), 4);
    assert_int_equal(sizeof(wrmf_quoting), 4);
    assert_int_equal(sizeof(wrmf_escape), 4);
    assert_int_equal(sizeof(wrmf_zeros), 4);
    assert_int_equal(sizeof(wrmf_similarity), 4);
    assert_int_equal(sizeof(wrmf_self), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(transparent_structs_are_frozen),
        cmocka_unit_test(enums_are_as_wide_as_an_int),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
