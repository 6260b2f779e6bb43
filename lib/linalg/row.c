/* SPDX-License-Identifier: BSD-2-Clause */
#include "linalg/row.h"

#include "config.h"
#include "linalg/kernel_levels.h"

const wrmf_i_row_kernels_f32 *wrmf_i_row_kernels_get_f32(wrmf_i_cpu cpu)
{
#if WRMF_HAVE_X86_LEVELS
    if (cpu == WRMF_I_CPU_AVX512)
        return &wrmf_i_row_kernels_f32_avx512;
    if (cpu == WRMF_I_CPU_AVX2)
        return &wrmf_i_row_kernels_f32_avx2;
#endif
    (void)cpu;
    return &wrmf_i_row_kernels_f32_generic;
}

const wrmf_i_row_kernels_f64 *wrmf_i_row_kernels_get_f64(wrmf_i_cpu cpu)
{
#if WRMF_HAVE_X86_LEVELS
    if (cpu == WRMF_I_CPU_AVX512)
        return &wrmf_i_row_kernels_f64_avx512;
    if (cpu == WRMF_I_CPU_AVX2)
        return &wrmf_i_row_kernels_f64_avx2;
#endif
    (void)cpu;
    return &wrmf_i_row_kernels_f64_generic;
}
