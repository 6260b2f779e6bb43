/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/reading_size.h - how many bytes reading delimited text takes.
 */
#ifndef WRMF_TEXT_READING_SIZE_H
#define WRMF_TEXT_READING_SIZE_H

#include "data/matrix_size.h"

/** The most bytes that wrmf_i_reader_read() holds while a matrix of that size is read from a text
 *  whose pairs differ: the ids of both sides, `ids` bytes, and the matrix included. */
double wrmf_i_reading_bytes(const wrmf_context *context, const wrmf_i_matrix_size *size,
                            double ids);

#endif /* WRMF_TEXT_READING_SIZE_H */
