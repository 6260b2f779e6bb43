/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/journal_read.h - the curves of a journal that is there already.
 */
#ifndef WRMF_SEARCH_JOURNAL_READ_H
#define WRMF_SEARCH_JOURNAL_READ_H

#include "search/journal_text.h"

/**
 * Take the curves that the grid lacks. Lines that are damaged are passed over, and the context's
 * logger is warned of them. The file is read, not mapped: it may be cut meanwhile.
 * @param[in]  head  The grid's own first line, which the file's must be.
 * @param[out] end   Where the last line that is of use ends; 0 if there is no whole first line.
 */
wrmf_status wrmf_i_journal_read(wrmf_context *context, wrmf_grid *grid, int fd,
                                const wrmf_i_text *head, int64_t *end, wrmf_error *err);

#endif /* WRMF_SEARCH_JOURNAL_READ_H */
