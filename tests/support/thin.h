/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * thin.h - how much of a sweep over values a run takes. WRMF_TEST_THIN is "all" where the sweep has
 * run in full in another build and little can differ (under the thread sanitizer, emulated), and
 * "rows" in builds that are there for bits, whose row kernels take fewer shapes and all else is as
 * always.
 */
#ifndef TESTS_SUPPORT_THIN_H
#define TESTS_SUPPORT_THIN_H

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

/** Whether sweeps over values are thinned out. */
static inline bool thin_all(void)
{
    const char *const thin = getenv("WRMF_TEST_THIN");
    return thin && strcmp(thin, "all") == 0;
}

/** Whether row kernels take fewer shapes. */
static inline bool thin_rows(void)
{
    return getenv("WRMF_TEST_THIN") != NULL;
}

/** So many rounds, or a step so wide: the first as always, the second in a thin run. */
static inline int thin_or(int always, int thin)
{
    return thin_all() ? thin : always;
}

#endif /* TESTS_SUPPORT_THIN_H */
