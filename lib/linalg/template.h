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

#endif /* WRMF_LINALG_TEMPLATE_H */
