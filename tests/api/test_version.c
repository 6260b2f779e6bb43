/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/version.h: macros, functions and the build agree.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "wrmf/version.h"

static void macros_equal_functions(void **state)
{
    (void)state;
    assert_int_equal(wrmf_version_number(), WRMF_VERSION_NUMBER);
    assert_string_equal(wrmf_version_string(), WRMF_VERSION_STRING);
    assert_int_equal(wrmf_abi_version(), WRMF_ABI_VERSION);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(macros_equal_functions),
        cmocka_unit_test(version_is_told_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
