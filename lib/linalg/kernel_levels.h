/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/kernel_levels.h - the tables that row_kernels_tmpl.c and score_kernels_tmpl.c
 * define, one a precision and CPU level, and screen_kernels_level.c and sieve_kernels_level.c,
 * one a level. Those of levels that are not built are not referred to.
 */
#ifndef WRMF_LINALG_KERNEL_LEVELS_H
#define WRMF_LINALG_KERNEL_LEVELS_H

#include "linalg/row_kernels.h"
#include "linalg/score_kernels.h"
#include "linalg/screen_kernels.h"
#include "linalg/sieve_kernels.h"

extern const wrmf_i_row_kernels_f32 wrmf_i_row_kernels_f32_generic;
extern const wrmf_i_row_kernels_f32 wrmf_i_row_kernels_f32_avx2;
extern const wrmf_i_row_kernels_f32 wrmf_i_row_kernels_f32_avx512;
extern const wrmf_i_row_kernels_f32 wrmf_i_row_kernels_f32_neon;
extern const wrmf_i_row_kernels_f64 wrmf_i_row_kernels_f64_generic;
extern const wrmf_i_row_kernels_f64 wrmf_i_row_kernels_f64_avx2;
extern const wrmf_i_row_kernels_f64 wrmf_i_row_kernels_f64_avx512;
extern const wrmf_i_row_kernels_f64 wrmf_i_row_kernels_f64_neon;

extern const wrmf_i_score_kernels_f32 wrmf_i_score_kernels_f32_generic;
extern const wrmf_i_score_kernels_f32 wrmf_i_score_kernels_f32_avx2;
extern const wrmf_i_score_kernels_f32 wrmf_i_score_kernels_f32_avx512;
extern const wrmf_i_score_kernels_f32 wrmf_i_score_kernels_f32_neon;
extern const wrmf_i_score_kernels_f64 wrmf_i_score_kernels_f64_generic;
extern const wrmf_i_score_kernels_f64 wrmf_i_score_kernels_f64_avx2;
extern const wrmf_i_score_kernels_f64 wrmf_i_score_kernels_f64_avx512;
extern const wrmf_i_score_kernels_f64 wrmf_i_score_kernels_f64_neon;

extern const wrmf_i_screen_kernels wrmf_i_screen_kernels_generic;
extern const wrmf_i_screen_kernels wrmf_i_screen_kernels_avx2;
extern const wrmf_i_screen_kernels wrmf_i_screen_kernels_avx512;
extern const wrmf_i_screen_kernels wrmf_i_screen_kernels_avx512vnni;
extern const wrmf_i_screen_kernels wrmf_i_screen_kernels_neon;

extern const wrmf_i_sieve_kernels wrmf_i_sieve_kernels_generic;
extern const wrmf_i_sieve_kernels wrmf_i_sieve_kernels_avx2;
extern const wrmf_i_sieve_kernels wrmf_i_sieve_kernels_avx512;
extern const wrmf_i_sieve_kernels wrmf_i_sieve_kernels_avx512vnni;
extern const wrmf_i_sieve_kernels wrmf_i_sieve_kernels_neon;

#endif /* WRMF_LINALG_KERNEL_LEVELS_H */
