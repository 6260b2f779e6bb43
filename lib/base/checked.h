/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/checked.h - arithmetic on sizes that says when a result does not fit. Each function returns
 * false then, and leaves *out undefined.
 */
#ifndef WRMF_BASE_CHECKED_H
#define WRMF_BASE_CHECKED_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

static inline bool wrmf_i_mul_size(size_t a, size_t b, size_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

static inline bool wrmf_i_add_size(size_t a, size_t b, size_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

static inline bool wrmf_i_mul_int64(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_mul_overflow(a, b, out);
}

static inline bool wrmf_i_add_int64(int64_t a, int64_t b, int64_t *out)
{
    return !__builtin_add_overflow(a, b, out);
}

#endif /* WRMF_BASE_CHECKED_H */
