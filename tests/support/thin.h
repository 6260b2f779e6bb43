/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thin.h - how much of a sweep over values a run takes. WRMF_TEST_THIN is "all" where the sweep has
 * run in full in another build and little can differ (under the thread sanitizer, emulated), and
 * "values" under the address sanitizer, where other numbers touch the same memory: kernels take all
 * of their shapes, and parsers all of their bytes. It is "rows" in builds that are there for bits,
 * whose row kernels take fewer shapes and all else is as always.
 */
#ifndef TESTS_SUPPORT_THIN_H
#define TESTS_SUPPORT_THIN_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/** Whether WRMF_TEST_THIN is this. */
static inline bool thin_is(const char *what)
{
    const char *const thin = getenv("WRMF_TEST_THIN");
    return thin && strcmp(thin, what) == 0;
}

/** Whether all sweeps are thinned out, those that take other code among them. */
static inline bool thin_all(void)
{
    return thin_is("all");
}

/** Whether sweeps over values, which take the same code, are thinned out. */
static inline bool thin_values(void)
{
    return thin_all() || thin_is("values");
}

/** Whether row kernels take fewer shapes. */
static inline bool thin_rows(void)
{
    return thin_all() || thin_is("rows");
}

/** So many rounds, or a step so wide: the first as always, the second in a thin run. */
static inline int thin_or(int always, int thin)
{
    return thin_values() ? thin : always;
}

/** The same of sweeps over bytes and places of damage, which the address sanitizer sees in full. */
static inline int thin_bytes_or(int always, int thin)
{
    return thin_all() ? thin : always;
}

#endif /* TESTS_SUPPORT_THIN_H */
