/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/number.h - numbers parsed from text and printed, in the same way under every locale.
 */
#ifndef WRMF_BASE_NUMBER_H
#define WRMF_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** The most bytes that wrmf_i_number_print_int() and wrmf_i_number_print_real() write, the NUL
 *  included. */
#define WRMF_I_NUMBER_TEXT 32

/** Parse a text that is a decimal integer as a whole: an optional sign, then digits. False, and
 *  *out stays as it was, if it is none or does not fit. */
bool wrmf_i_number_parse_int(const char *text, size_t length, int64_t *out);

/** Parse a text that is a decimal number as a whole: an optional sign, digits with at most one
 *  point among, before or behind them, an optional exponent. The result is correctly rounded; a
 *  number that is too large gives an infinity. False, and *out stays as it was, for anything else:
 *  also for spaces, "inf", "nan" and hexadecimal numbers. */
bool wrmf_i_number_parse_real(const char *text, size_t length, double *out);

/** Print a number with a NUL, and return its length without. A finite real is printed with the
 *  fewest of 15, 16 or 17 digits from which it is parsed again, less the zeros at their end. */
size_t wrmf_i_number_print_int(int64_t value, char *buffer);
size_t wrmf_i_number_print_real(double value, char *buffer);

#endif /* WRMF_BASE_NUMBER_H */
