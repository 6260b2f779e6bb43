/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/number.h - numbers as text, whatever the host's locale.
 */
#ifndef WRMF_BASE_NUMBER_H
#define WRMF_BASE_NUMBER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** Room for any number that the two printers below write, the NUL included. */
#define WRMF_I_NUMBER_TEXT 32

/** A decimal integer that is all of the text: an optional sign, then digits.
 *  False, and *out untouched, if it is not one or does not fit. */
bool wrmf_i_number_parse_int(const char *text, size_t length, int64_t *out);

/** A decimal number that is all of the text: an optional sign, digits with at
 *  most one point among, before or behind them, an optional exponent. Correctly
 *  rounded; one that is too large gives an infinity. False, and *out untouched,
 *  for anything else: spaces, "inf", "nan" and hexadecimal numbers too. */
bool wrmf_i_number_parse_real(const char *text, size_t length, double *out);

/** Print, with a NUL, and return the length. A finite real is written with the
 *  fewest of 15, 16 or 17 digits, less closing zeros, that give it back. */
size_t wrmf_i_number_print_int(int64_t value, char *buffer);
size_t wrmf_i_number_print_real(double value, char *buffer);

#endif /* WRMF_BASE_NUMBER_H */
