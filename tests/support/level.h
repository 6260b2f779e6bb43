/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * level.h - a test program that runs once for each CPU level, named by its first argument.
 */
#ifndef TESTS_SUPPORT_LEVEL_H
#define TESTS_SUPPORT_LEVEL_H

#include <stdio.h>
#include <string.h>

#include "par/context.h"

enum { LEVEL_SKIP = 77 }; /* "skipped" to meson */

static wrmf_i_cpu level_chosen;

static inline const char *level_name(void)
{
    return wrmf_i_cpu_name(level_chosen);
}

/* Take the level from the arguments, the best without one. Returns what main() should: 0 to go on,
 * LEVEL_SKIP if this CPU or build cannot run it, 2 if there is no such level. */
static inline int level_choose(int argc, char **argv)
{
    level_chosen = wrmf_i_cpu_best();
    if (argc < 2)
        return 0;
    for (int cpu = 0; cpu < WRMF_I_CPU_COUNT; cpu++) {
        if (strcmp(argv[1], wrmf_i_cpu_name((wrmf_i_cpu)cpu)) != 0)
            continue;
        level_chosen = (wrmf_i_cpu)cpu;
        if (wrmf_i_cpu_can(level_chosen))
            return 0;
        printf("skipped: this CPU cannot run the kernels \"%s\"\n", argv[1]);
        return LEVEL_SKIP;
    }
    fprintf(stderr, "there are no kernels \"%s\"\n", argv[1]);
    return 2;
}

#endif /* TESTS_SUPPORT_LEVEL_H */
