/* SPDX-License-Identifier: BSD-2-Clause */
#include "base/cpu.h"

#include <stddef.h>

#include "config.h"

bool wrmf_i_cpu_can(wrmf_i_cpu cpu)
{
    switch (cpu) {
    case WRMF_I_CPU_GENERIC: return true;
#if WRMF_HAVE_AVX2_LEVEL
    case WRMF_I_CPU_AVX2: return __builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma");
#endif
#if WRMF_HAVE_AVX512_LEVELS
    case WRMF_I_CPU_AVX512:
        return wrmf_i_cpu_can(WRMF_I_CPU_AVX2) && __builtin_cpu_supports("avx512f") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512vl");
    case WRMF_I_CPU_AVX512VNNI:
        return wrmf_i_cpu_can(WRMF_I_CPU_AVX512) && __builtin_cpu_supports("avx512vnni");
#endif
#if WRMF_HAVE_NEON_LEVEL
    case WRMF_I_CPU_NEON: return true;
#endif
    default: return false;
    }
}

wrmf_i_cpu wrmf_i_cpu_best(void)
{
    int cpu = WRMF_I_CPU_COUNT - 1;
    while (!wrmf_i_cpu_can((wrmf_i_cpu)cpu))
        cpu--;
    return (wrmf_i_cpu)cpu;
}

const char *wrmf_i_cpu_name(wrmf_i_cpu cpu)
{
    static const char *const names[WRMF_I_CPU_COUNT] = {"generic", "avx2", "avx512", "avx512vnni",
                                                        "neon"};
    return cpu < WRMF_I_CPU_COUNT ? names[cpu] : NULL;
}
