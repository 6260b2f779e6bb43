/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * linalg/template.h - macros of sources that are compiled several times.
 */
#ifndef WRMF_LINALG_TEMPLATE_H
#define WRMF_LINALG_TEMPLATE_H

/** Names put together; both are expanded first. */
#define WRMF_I_PASTE_(a, b) a##b
#define WRMF_I_PASTE(a, b) WRMF_I_PASTE_(a, b)

/** For parts of a kernel whose loops are unrolled by constants of the caller. */
#define ALWAYS_INLINE inline __attribute__((always_inline))

/* What lib/meson.build says of the level that a kernel is compiled for: WRMF_VECTOR_BYTES, the
 * size of its vectors, and WRMF_FUSED, 1 where a * b + c is rounded once, 0 where twice. The
 * instructions that the compiler may use do not tell, since a build may allow them everywhere
 * (-march=native; and NEON is part of 64-bit Arm): "generic" has the same bits all the same. */
#ifdef WRMF_LEVEL
#if !defined(WRMF_VECTOR_BYTES) || !defined(WRMF_FUSED)
#error "a kernel needs WRMF_VECTOR_BYTES and WRMF_FUSED"
#endif
/** Defined where NEON's instructions are called by name. */
#if WRMF_FUSED && defined(__aarch64__)
#define WRMF_NEON 1
#endif
#endif

#endif /* WRMF_LINALG_TEMPLATE_H */
