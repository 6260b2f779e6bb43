/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/first_failure.h - which of several failures a parallel call reports.
 */
#ifndef WRMF_PAR_FIRST_FAILURE_H
#define WRMF_PAR_FIRST_FAILURE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/error.h"

/** The failure of the lowest position among those of tasks that run in parallel. Which failure that
 *  is does not depend on the order in which they occur, so messages do not depend on the threads.
 *  It begins as WRMF_I_FIRST_FAILURE_INIT. */
typedef struct wrmf_i_first_failure {
    atomic_flag lock;           /* held while the rest changes */
    wrmf_status status;         /* WRMF_OK: nothing has failed */
    int64_t position;           /* of what failed, in the order of the work: a row, a query */
    char text[WRMF_ERROR_TEXT]; /* says what failed */
} wrmf_i_first_failure;

#define WRMF_I_FIRST_FAILURE_INIT                                                                  \
    {                                                                                              \
        ATOMIC_FLAG_INIT, WRMF_OK, 0, ""                                                           \
    }

/** Report a failure, which is kept if its position is the lowest so far. Thread-safe. */
void wrmf_i_first_failure_set(wrmf_i_first_failure *first, int64_t position, wrmf_status status,
                              const char *format, ...) WRMF_I_PRINTF(4, 5);
/** WRMF_OK, or the failure, whose text is copied to err. To be called when all tasks are done. */
wrmf_status wrmf_i_first_failure_get(const wrmf_i_first_failure *first, wrmf_error *err);

#endif /* WRMF_PAR_FIRST_FAILURE_H */
