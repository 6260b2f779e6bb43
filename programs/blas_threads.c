/* SPDX-License-Identifier: BSD-2-Clause */
/* This keeps OpenBLAS from having threads of its own where memory is short. */
#include "blas_threads.h"

#include <stdlib.h>
#include <sys/resource.h>
#include <unistd.h>

void blas_threads_limit(char **argv)
{
    static const char name[] = "OPENBLAS_NUM_THREADS";
    struct rlimit limit;
    if (getrlimit(RLIMIT_AS, &limit) != 0 || limit.rlim_cur == RLIM_INFINITY || getenv(name))
        return;
    if (setenv(name, "1", 1) == 0)
        execv("/proc/self/exe", argv); /* where it fails, the program goes on as it is */
}
