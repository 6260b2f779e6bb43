/* SPDX-License-Identifier: BSD-2-Clause */
#include "config.h"
#include "linalg/kernel_levels.h"

#if WRMF_HAVE_AVX512_LEVELS
#define LEVEL(cpu, family)                                                                         \
    ((cpu) >= WRMF_I_CPU_AVX512 ? &wrmf_i_##family##_avx512                                        \
     : (cpu) == WRMF_I_CPU_AVX2 ? &wrmf_i_##family##_avx2                                          \
                                : &wrmf_i_##family##_generic)
#elif WRMF_HAVE_AVX2_LEVEL
#define LEVEL(cpu, family)                                                                         \
    ((cpu) == WRMF_I_CPU_AVX2 ? &wrmf_i_##family##_avx2 : &wrmf_i_##family##_generic)
#elif WRMF_HAVE_NEON_LEVEL
#define LEVEL(cpu, family)                                                                         \
    ((cpu) == WRMF_I_CPU_NEON ? &wrmf_i_##family##_neon : &wrmf_i_##family##_generic)
#else
#define LEVEL(cpu, family) ((void)(cpu), &wrmf_i_##family##_generic)
#endif

const wrmf_i_row_kernels_f32 *wrmf_i_row_kernels_get_f32(wrmf_i_cpu cpu)
{
    return LEVEL(cpu, row_kernels_f32);
}

const wrmf_i_row_kernels_f64 *wrmf_i_row_kernels_get_f64(wrmf_i_cpu cpu)
{
    return LEVEL(cpu, row_kernels_f64);
}

const wrmf_i_score_kernels_f32 *wrmf_i_score_kernels_get_f32(wrmf_i_cpu cpu)
{
    return LEVEL(cpu, score_kernels_f32);
}

const wrmf_i_score_kernels_f64 *wrmf_i_score_kernels_get_f64(wrmf_i_cpu cpu)
{
    return LEVEL(cpu, score_kernels_f64);
}

const wrmf_i_screen_kernels *wrmf_i_screen_kernels_get(wrmf_i_cpu cpu)
{
#if WRMF_HAVE_AVX512_LEVELS
    if (cpu == WRMF_I_CPU_AVX512VNNI)
        return &wrmf_i_screen_kernels_avx512vnni;
#endif
    return LEVEL(cpu, screen_kernels);
}

const wrmf_i_sieve_kernels *wrmf_i_sieve_kernels_get(wrmf_i_cpu cpu)
{
#if WRMF_HAVE_AVX512_LEVELS
    if (cpu == WRMF_I_CPU_AVX512VNNI)
        return &wrmf_i_sieve_kernels_avx512vnni;
#endif
    return LEVEL(cpu, sieve_kernels);
}
