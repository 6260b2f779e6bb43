/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/number.h"

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/checked.h"

/* The most digits that can matter for how a decimal number is rounded to a double. Of what follows
 * them it only matters whether all are zero. */
enum { MAX_DIGITS = 780 };

/* ---- parsing ---- */

static inline bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

bool wrmf_i_number_parse_int(const char *text, size_t length, int64_t *out)
{
    const char *const end = text + length;
    const bool negative = text < end && *text == '-';
    if (text < end && (*text == '-' || *text == '+'))
        text++;
    if (text == end)
        return false;
    /* it counts down, for the negative of -2^63 does not fit */
    int64_t value = 0;
    for (; text < end; text++) {
        if (!is_digit(*text) || !wrmf_i_mul_int64(value, 10, &value) ||
            !wrmf_i_add_int64(value, '0' - *text, &value))
            return false;
    }
    if (!negative && value == INT64_MIN)
        return false;
    *out = negative ? value : -value;
    return true;
}

/* The parts of a decimal number, which is (digits) * 10^exponent. */
typedef struct decimal {
    const char *begin, *end; /* the digits, with at most one point among them */
    int64_t exponent;        /* as it is written behind the e; 0: it is not written */
    bool negative;
} decimal;

/* Parse an exponent. One that is far beyond those of doubles may become another such. */
static bool split_exponent(const char *text, const char *end, int64_t *exponent)
{
    const bool negative = text < end && *text == '-';
    if (text < end && (*text == '-' || *text == '+'))
        text++;
    if (text == end)
        return false;
    int64_t value = 0;
    for (; text < end; text++) {
        if (!is_digit(*text))
            return false;
        if (value < INT64_C(100000000000))
            value = value * 10 + (*text - '0');
    }
    *exponent = negative ? -value : value;
    return true;
}

static bool split_decimal(const char *text, const char *end, decimal *out)
{
    *out = (decimal){.negative = text < end && *text == '-'};
    if (text < end && (*text == '-' || *text == '+'))
        text++;
    out->begin = text;
    bool point = false, digit = false;
    for (; text < end && (is_digit(*text) || (*text == '.' && !point)); text++) {
        point |= *text == '.';
        digit |= *text != '.';
    }
    out->end = text;
    if (!digit)
        return false;
    if (text == end)
        return true;
    return (*text == 'e' || *text == 'E') && split_exponent(text + 1, end, &out->exponent);
}

/* Parse a number of few digits: both the digits as a whole number and the power of ten are doubles,
 * so one operation rounds once. False if the number is not of this kind. */
static bool parse_short(const decimal *number, double *out)
{
    static const double powers[] = {1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,
                                    1e8,  1e9,  1e10, 1e11, 1e12, 1e13, 1e14, 1e15,
                                    1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
    if (number->end - number->begin > 18)
        return false;
    int64_t digits = 0, exponent = number->exponent;
    bool point = false;
    for (const char *c = number->begin; c < number->end; c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        digits = digits * 10 + (*c - '0');
        exponent -= point;
    }
    if (digits > (INT64_C(1) << 53) || exponent < -22 || exponent > 22)
        return false;
    /* where doubles are computed in wider registers, that operation rounds twice */
    if (exponent != 0 && FLT_EVAL_METHOD != 0)
        return false;
    const double value = (double)digits;
    *out = exponent < 0 ? value / powers[-exponent] : value * powers[exponent];
    return true;
}

/* Parse any number: strtod() is given the digits as a whole number with an exponent, so that it
 * does not matter how the locale writes a point. */
static double parse_long(const decimal *number)
{
    char text[MAX_DIGITS + 40];
    size_t length = 0;
    int64_t exponent = number->exponent;
    bool point = false, rest = false;
    for (const char *c = number->begin; c < number->end; c++) {
        if (*c == '.') {
            point = true;
            continue;
        }
        exponent -= point;
        if (length == 0 && *c == '0')
            continue;
        if (length < MAX_DIGITS) {
            text[length++] = *c;
        } else {
            rest |= *c != '0';
            exponent++;
        }
    }
    if (length == 0)
        return 0.0;
    if (rest) {
        text[length++] = '1';
        exponent--;
    }
    if (exponent < -100000)
        exponent = -100000;
    if (exponent > 100000)
        exponent = 100000;
    snprintf(text + length, sizeof text - length, "e%lld", (long long)exponent);
    return strtod(text, NULL);
}

bool wrmf_i_number_parse_real(const char *text, size_t length, double *out)
{
    decimal number;
    if (!split_decimal(text, text + length, &number))
        return false;
    double value;
    if (!parse_short(&number, &value))
        value = parse_long(&number);
    *out = number.negative ? -value : value;
    return true;
}

/* ---- printing ---- */

size_t wrmf_i_number_print_int(int64_t value, char *buffer)
{
    char reversed[24];
    size_t digits = 0, length = 0;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;
    do {
        reversed[digits++] = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest > 0);
    if (value < 0)
        buffer[length++] = '-';
    while (digits > 0)
        buffer[length++] = reversed[--digits];
    buffer[length] = '\0';
    return length;
}

/* Get the digits, without zeros at their end, and the exponent of a finite positive number, which
 * is d.ddd * 10^exponent. Returns how many digits there are. */
static int take_digits(double value, int precision, char digits[20], int *exponent)
{
    char text[64];
    snprintf(text, sizeof text, "%.*e", precision - 1, value);
    int n = 0;
    const char *c = text;
    /* what stands between the first digit and the second depends on the locale */
    for (; *c != 'e'; c++) {
        if (is_digit(*c) && n < precision)
            digits[n++] = *c;
    }
    *exponent = (int)strtol(c + 1, NULL, 10);
    while (n > 1 && digits[n - 1] == '0')
        n--;
    return n;
}

/* Print digits without an exponent for numbers of 1e-5 up to 1e17, else with one. */
static size_t put_digits(const char *digits, int n, int exponent, char *buffer)
{
    char *to = buffer;
    if (exponent < -5 || exponent > 16) {
        *to++ = digits[0];
        if (n > 1)
            *to++ = '.';
        for (int i = 1; i < n; i++)
            *to++ = digits[i];
        *to++ = 'e';
        return (size_t)(to - buffer) + wrmf_i_number_print_int(exponent, to);
    }
    if (exponent < 0) {
        *to++ = '0';
        *to++ = '.';
        for (int i = -1; i > exponent; i--)
            *to++ = '0';
    }
    for (int i = 0; i < n || i <= exponent; i++) {
        if (exponent >= 0 && i == exponent + 1)
            *to++ = '.';
        *to++ = i < n ? digits[i] : '0';
    }
    *to = '\0';
    return (size_t)(to - buffer);
}

static size_t put_text(const char *text, char *buffer)
{
    const size_t length = strlen(text);
    memcpy(buffer, text, length + 1);
    return length;
}

size_t wrmf_i_number_print_real(double value, char *buffer)
{
    if (isnan(value))
        return put_text("nan", buffer);
    if (isinf(value))
        return put_text(value < 0 ? "-inf" : "inf", buffer);
    if (fabs(value) < 0x1p53 && value == (double)(int64_t)value && !(value == 0 && signbit(value)))
        return wrmf_i_number_print_int((int64_t)value, buffer);
    size_t length = 0;
    if (signbit(value))
        buffer[length++] = '-';
    value = fabs(value);
    for (int precision = 15;; precision++) {
        char digits[20] = "0";
        int exponent;
        const int n = take_digits(value, precision, digits, &exponent);
        const size_t written = put_digits(digits, n, exponent, buffer + length);
        double back;
        if (precision == 17 ||
            (wrmf_i_number_parse_real(buffer + length, written, &back) && back == value))
            return length + written;
    }
}
