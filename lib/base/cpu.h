/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/cpu.h - which of the CPU levels that kernels are built for can run here.
 */
#ifndef WRMF_BASE_CPU_H
#define WRMF_BASE_CPU_H

#include <stdbool.h>

/** Which kernels run; indices of linalg's tables. */
typedef enum wrmf_i_cpu {
    WRMF_I_CPU_GENERIC = 0,
    WRMF_I_CPU_AVX2 = 1,
    WRMF_I_CPU_AVX512 = 2,
    WRMF_I_CPU_AVX512VNNI = 3, /* AVX512, and products of 8-bit numbers */
    WRMF_I_CPU_NEON = 4,       /* 64-bit Arm, of which every CPU has these instructions */
    WRMF_I_CPU_COUNT = 5
} wrmf_i_cpu;

/** Best kernels that this CPU and build can run. */
wrmf_i_cpu wrmf_i_cpu_best(void);
/** Whether this CPU and build can run them. */
bool wrmf_i_cpu_can(wrmf_i_cpu cpu);
const char *wrmf_i_cpu_name(wrmf_i_cpu cpu);

#endif /* WRMF_BASE_CPU_H */
