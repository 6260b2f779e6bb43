/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/delimited.h - a matrix written as delimited text.
 */
#ifndef WRMF_TEXT_DELIMITED_H
#define WRMF_TEXT_DELIMITED_H

#include "data/csr.h"
#include "data/ids.h"
#include "io/output.h"

/** users and items may be NULL: the indices; else there are enough of them. */
wrmf_status wrmf_i_delimited_write(const wrmf_matrix *matrix, const wrmf_ids *users,
                                   const wrmf_ids *items, char delimiter, wrmf_output *output,
                                   wrmf_error *err);

#endif /* WRMF_TEXT_DELIMITED_H */
