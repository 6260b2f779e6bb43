/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * Numbers as text: read and printed as the C library does it in the C locale, under any locale.
 */
#include "host.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/number.h"
#include "thin.h"

static uint64_t state64 = 88172645463325252u;

static uint64_t next64(void)
{
    state64 ^= state64 << 13;
    state64 ^= state64 >> 7;
    state64 ^= state64 << 17;
    return state64;
}

static bool same(double a, double b)
{
    return memcmp(&a, &b, sizeof a) == 0;
}

static void check_real(const char *text)
{
    double got;
    if (!wrmf_i_number_parse_real(text, strlen(text), &got))
        fail_msg("\"%s\" is refused", text);
    if (!same(got, strtod(text, NULL)))
        fail_msg("\"%s\" gives %a, not %a", text, got, strtod(text, NULL));
}

static void check_reals(const char *const *texts, size_t n)
{
    for (size_t i = 0; i < n; i++)
        check_real(texts[i]);
}

static void forms_of_a_real(void **state)
{
    (void)state;
    static const char *const texts[] = {"0",  "-0",  "+0",  "1",   "+1",   "-1",   "007", "1.",
                                        ".5", "-.5", "1e5", "1E5", "1e+5", "1e-5", "8.5"};
    check_reals(texts, sizeof texts / sizeof *texts);
}

/* These need more digits or powers of ten than a double holds exactly, or lie half-way. */
static void reals_are_rounded_correctly(void **state)
{
    (void)state;
    static const char *const texts[] = {"0.1",
                                        "0.2",
                                        "0.3",
                                        "1e22",
                                        "1e23",
                                        "1e-22",
                                        "1e-23",
                                        "123456789012345",
                                        "999999999999999e22",
                                        "999999999999999e23",
                                        "9007199254740992",
                                        "9007199254740993",
                                        "9007199254740993.0000000000000000000000000001",
                                        "3.14159265358979323846264338327950288",
                                        "123456789012345678",
                                        "1234567890123456789",
                                        "99999999999999999999",
                                        "1.0000000000000002",
                                        "72057594037927945",
                                        "72057594037927935.99",
                                        "0.000000000000000000000000000000000000000001e42",
                                        "100000000000000000000000000000000000000000e-41"};
    check_reals(texts, sizeof texts / sizeof *texts);
}

/* These are near the largest and the smallest double, or beyond them. */
static void reals_at_the_ends_of_the_range(void **state)
{
    (void)state;
    static const char *const texts[] = {"1.7976931348623157e308",
                                        "1.7976931348623159e308",
                                        "1e308",
                                        "1e309",
                                        "1e400",
                                        "1e-320",
                                        "2.2250738585072011e-308",
                                        "4.9406564584124654e-324",
                                        "2.4703282292062327e-324",
                                        "2.4703282292062328e-324",
                                        "1e-400",
                                        "0e999999999999999999999",
                                        "1e-999999999999999999999",
                                        "1e999999999999999999999"};
    check_reals(texts, sizeof texts / sizeof *texts);
}

static void random_reals(void **state)
{
    (void)state;
    char text[64];
    for (int i = 0; i < thin_or(200000, 20000); i++) {
        const uint64_t bits = next64();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (!isfinite(value))
            continue;
        snprintf(text, sizeof text, "%.*e", (int)(next64() % 20), value);
        check_real(text);
        snprintf(text, sizeof text, "%llu.%llue%d", (unsigned long long)(next64() % 1000000),
                 (unsigned long long)(next64() % 100000000), (int)(next64() % 60) - 30);
        check_real(text);
    }
}

/* Only the last of more than a thousand digits breaks these ties. */
static void digits_far_behind_count(void **state)
{
    (void)state;
    char text[1400];
    strcpy(text, "9007199254740993.");
    memset(text + 17, '0', 1200);
    strcpy(text + 1217, "1");
    check_real(text);
    double got;
    assert_true(wrmf_i_number_parse_real(text, strlen(text), &got) && got == 9007199254740994.0);
    assert_true(wrmf_i_number_parse_real(text, 1217, &got) && got == 9007199254740992.0);
    memset(text, '0', 1300);
    text[1] = '.';
    strcpy(text + 1300, "25e1300");
    check_real(text);
    memset(text, '3', 1300);
    strcpy(text + 1300, "e-1299");
    check_real(text);
}

static void other_texts_are_refused(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",     " ",   " 1",  "1 ",  "1\n",  ".",    "+",    "-",    "+-1",     "--1",
        "e5",   ".e5", "1e",  "1e+", "1e-",  "1e5.", "1.2.", "1..2", "0x10",    "inf",
        "-inf", "nan", "NaN", "1,5", "1e5x", "1f",   "1_0",  "1'0",  "\xD9\xA1"};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++) {
        double value = 42;
        if (wrmf_i_number_parse_real(texts[i], strlen(texts[i]), &value) || value != 42)
            fail_msg("\"%s\" is taken", texts[i]);
    }
    double value = 42;
    assert_false(wrmf_i_number_parse_real("1\0"
                                          "2",
                                          3, &value));
    assert_true(wrmf_i_number_parse_real("123", 2, &value) && value == 12);
}

static void integers(void **state)
{
    (void)state;
    static const struct {
        const char *text;
        bool good;
        int64_t value;
    } cases[] = {{"0", true, 0},
                 {"-0", true, 0},
                 {"+7", true, 7},
                 {"-7", true, -7},
                 {"0012", true, 12},
                 {"9223372036854775807", true, INT64_MAX},
                 {"9223372036854775808", false, 0},
                 {"-9223372036854775808", true, INT64_MIN},
                 {"-9223372036854775809", false, 0},
                 {"99999999999999999999", false, 0},
                 {"", false, 0},
                 {"-", false, 0},
                 {"+", false, 0},
                 {"1.0", false, 0},
                 {" 1", false, 0},
                 {"1 ", false, 0},
                 {"0x1", false, 0},
                 {"--1", false, 0}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t value = 42;
        const bool good = wrmf_i_number_parse_int(cases[i].text, strlen(cases[i].text), &value);
        if (good != cases[i].good || value != (good ? cases[i].value : 42))
            fail_msg("\"%s\"", cases[i].text);
    }
    for (int i = 0; i < 20000; i++) {
        const int64_t value = (int64_t)(next64() >> (next64() % 64));
        char text[WRMF_I_NUMBER_TEXT], wanted[WRMF_I_NUMBER_TEXT];
        snprintf(wanted, sizeof wanted, "%lld", (long long)value);
        assert_int_equal(wrmf_i_number_print_int(value, text), strlen(wanted));
        assert_string_equal(text, wanted);
        int64_t back;
        assert_true(wrmf_i_number_parse_int(text, strlen(text), &back) && back == value);
    }
    char text[WRMF_I_NUMBER_TEXT];
    wrmf_i_number_print_int(INT64_MIN, text);
    assert_string_equal(text, "-9223372036854775808");
}

static void check_print(double value)
{
    char text[WRMF_I_NUMBER_TEXT], plain[64];
    const size_t length = wrmf_i_number_print_real(value, text);
    assert_true(length < sizeof text && strlen(text) == length);
    double back;
    if (!wrmf_i_number_parse_real(text, length, &back) || !same(back, value))
        fail_msg("%a is printed as %s", value, text);
    if (!same(strtod(text, NULL), value))
        fail_msg("%a is printed as %s", value, text);
    /* it has no more digits than the C library needs */
    int precision = 15;
    for (; precision < 17; precision++) {
        snprintf(plain, sizeof plain, "%.*g", precision, value);
        if (same(strtod(plain, NULL), value))
            break;
    }
    int digits = 0;
    const char *c = text;
    while (*c == '-' || *c == '0' || *c == '.')
        c++;
    for (; *c && *c != 'e'; c++)
        digits += *c != '.';
    if (digits > precision && fabs(value) < 1e15)
        fail_msg("%a is printed as %s, of %d digits", value, text, digits);
}

static void printed_reals_come_back(void **state)
{
    (void)state;
    static const double values[] = {0.0,
                                    -0.0,
                                    1.0,
                                    -1.0,
                                    0.1,
                                    0.5,
                                    1e-5,
                                    1e-6,
                                    1e15,
                                    1e16,
                                    1e17,
                                    1e18,
                                    123456.789,
                                    1.0 / 3,
                                    2.0 / 3,
                                    1e22,
                                    1e23,
                                    5e-324,
                                    2.2250738585072014e-308,
                                    1.7976931348623157e308,
                                    9007199254740991.0,
                                    9007199254740992.0,
                                    9007199254740994.0,
                                    0.30000000000000004,
                                    100.0,
                                    1234567890123456.7};
    for (size_t i = 0; i < sizeof values / sizeof *values; i++)
        check_print(values[i]);
    for (int i = 0; i < thin_or(50000, 5000); i++) {
        const uint64_t bits = next64();
        double value;
        memcpy(&value, &bits, sizeof value);
        if (isfinite(value))
            check_print(value);
        check_print((double)(next64() % 1000000) / 1000);
    }
    char text[WRMF_I_NUMBER_TEXT];
    wrmf_i_number_print_real(0.1, text);
    assert_string_equal(text, "0.1");
    wrmf_i_number_print_real(3.0, text);
    assert_string_equal(text, "3");
    wrmf_i_number_print_real(-2.5e-7, text);
    assert_string_equal(text, "-2.5e-7");
    wrmf_i_number_print_real(1e300, text);
    assert_string_equal(text, "1e300");
    wrmf_i_number_print_real((double)NAN, text);
    assert_string_equal(text, "nan");
    wrmf_i_number_print_real(-(double)INFINITY, text);
    assert_string_equal(text, "-inf");
}

/* The locale chosen here writes 0,5. */
static void the_locale_is_no_matter(void **state)
{
    (void)state;
    static const char *const names[] = {"de_DE.UTF-8", "de_DE.utf8", "fr_FR.UTF-8", "de_DE",
                                        "ps_AF.UTF-8"};
    const char *chosen = NULL;
    for (size_t i = 0; i < sizeof names / sizeof *names && !chosen; i++)
        chosen = setlocale(LC_ALL, names[i]);
    if (!chosen)
        skip();
    double value;
    char text[WRMF_I_NUMBER_TEXT];
    assert_true(wrmf_i_number_parse_real("0.5", 3, &value) && value == 0.5);
    assert_true(wrmf_i_number_parse_real("3.14159265358979323846", 22, &value));
    assert_true(value == 3.14159265358979323846);
    assert_false(wrmf_i_number_parse_real("0,5", 3, &value));
    wrmf_i_number_print_real(0.1, text);
    assert_string_equal(text, "0.1");
    wrmf_i_number_print_real(1.0 / 3, text);
    assert_string_equal(text, "0.3333333333333333");
    setlocale(LC_ALL, "C");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(forms_of_a_real),
        cmocka_unit_test(reals_are_rounded_correctly),
        cmocka_unit_test(reals_at_the_ends_of_the_range),
        cmocka_unit_test(random_reals),
        cmocka_unit_test(digits_far_behind_count),
        cmocka_unit_test(other_texts_are_refused),
        cmocka_unit_test(integers),
        cmocka_unit_test(printed_reals_come_back),
        cmocka_unit_test(the_locale_is_no_matter),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
