/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * par/first_failure.h - the failure that a parallel call reports.
 */
#ifndef WRMF_PAR_FIRST_FAILURE_H
#define WRMF_PAR_FIRST_FAILURE_H

#include <stdatomic.h>
#include <stdint.h>

#include "base/error.h"

/** Remembers the first failure, in order of position, of tasks that run in
 *  parallel; zero-initialised. Tasks may call wrmf_i_first_failure_set() at the same
 *  moment. The text of the lowest position wins, so that messages do not depend
 *  on the threads. */
typedef struct wrmf_i_first_failure {
    atomic_flag lock;
    wrmf_status status;
    int64_t position;
    char text[WRMF_ERROR_TEXT];
} wrmf_i_first_failure;

#define WRMF_I_FIRST_FAILURE_INIT                                                                  \
    {                                                                                              \
        ATOMIC_FLAG_INIT, WRMF_OK, 0, ""                                                           \
    }
void wrmf_i_first_failure_set(wrmf_i_first_failure *first, int64_t position, wrmf_status status,
                              const char *format, ...) WRMF_I_PRINTF(4, 5);
/** WRMF_OK, or the failure, moved to err. After all tasks are done. */
wrmf_status wrmf_i_first_failure_get(const wrmf_i_first_failure *first, wrmf_error *err);

#endif /* WRMF_PAR_FIRST_FAILURE_H */
