/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * base/entropy.h - numbers that nobody can foresee, for seeds of hash tables. Results must not
 * depend on them; what does comes from base/random.h.
 */
#ifndef WRMF_BASE_ENTROPY_H
#define WRMF_BASE_ENTROPY_H

#include <stdint.h>

/** 64 bits from the system's generator. Where it has none, or not yet, they come from the clocks
 *  and from where the system has put the stack. It neither fails nor waits. */
uint64_t wrmf_i_entropy(void);

#endif /* WRMF_BASE_ENTROPY_H */
