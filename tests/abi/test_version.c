/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * The version's macros and functions agree, and what the binary interface has laid
 * down for ever (sizes of the transparent structs and of enums) is so.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wrmf/wrmf.h"

static void macros_equal_functions(void **state)
{
    (void)state;
    assert_int_equal(wrmf_version_number(), WRMF_VERSION_NUMBER);
    assert_string_equal(wrmf_version_string(), WRMF_VERSION_STRING);
}

static void version_is_told_once(void **state)
{
    (void)state;
    char text[32];
    snprintf(text, sizeof text, "%d.%d.%d", WRMF_VERSION_MAJOR, WRMF_VERSION_MINOR,
             WRMF_VERSION_PATCH);
    assert_string_equal(text, WRMF_VERSION_STRING);
    assert_string_equal(text, PROJECT_VERSION);
    assert_int_equal(WRMF_VERSION_NUMBER,
                     WRMF_VERSION_MAJOR * 10000 + WRMF_VERSION_MINOR * 100 + WRMF_VERSION_PATCH);
    assert_true(WRMF_VERSION_MINOR < 100 && WRMF_VERSION_PATCH < 100);
}

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
    assert_int_equal(sizeof(wrmf_reader_counter), 4);
    assert_int_equal(sizeof(wrmf_similarity), 4);
    assert_int_equal(sizeof(wrmf_self), 4);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macros_equal_functions),
        cmocka_unit_test(version_is_told_once),
        cmocka_unit_test(transparent_structs_are_frozen),
        cmocka_unit_test(enums_are_as_wide_as_an_int),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
