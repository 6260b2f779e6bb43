/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * text/line_id.h - string ids that stand in the lines of a text, checked and numbered.
 */
#ifndef WRMF_TEXT_LINE_ID_H
#define WRMF_TEXT_LINE_ID_H

#include "data/ids.h"
#include "io/lines.h"

/** Add the id of `length` bytes that begins at `column` of the line that was given last; *out
 *  becomes its number. WRMF_E_FORMAT, with line and column, if it is empty, has a NUL byte, or is
 *  longer than the input's limit. */
wrmf_status wrmf_i_line_id_add(const wrmf_i_lines *lines, const char *text, size_t length,
                               size_t column, wrmf_side side, wrmf_ids *ids, int64_t *out,
                               wrmf_error *err);

#endif /* WRMF_TEXT_LINE_ID_H */
