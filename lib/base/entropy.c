/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/entropy.h"

#include <time.h>

#include "base/random.h"
#include "config.h"

#if WRMF_HAVE_GETRANDOM

#include <sys/random.h>

static int system_entropy(uint64_t *number)
{
    return getrandom(number, sizeof *number, GRND_NONBLOCK) == (ssize_t)sizeof *number;
}

#else

static int system_entropy(uint64_t *number)
{
    (void)number;
    return 0;
}

#endif

uint64_t wrmf_i_entropy(void)
{
    uint64_t number;
    if (system_entropy(&number))
        return number;
    struct timespec wall = {0}, running = {0};
    clock_gettime(CLOCK_REALTIME, &wall);
    clock_gettime(CLOCK_MONOTONIC, &running);
    const uint64_t times = (uint64_t)wall.tv_sec * 1000000000u + (uint64_t)wall.tv_nsec;
    return wrmf_i_random_u64(times, WRMF_I_STREAM_ENTROPY, (uint32_t)running.tv_nsec,
                             (uint64_t)(uintptr_t)&number);
}
