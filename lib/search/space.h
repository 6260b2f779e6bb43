/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * search/space.h - the configurations of a grid: all combinations of the values on its axes.
 *
 * A configuration is known by its number in run order: the last axis varies fastest.
 */
#ifndef WRMF_SEARCH_SPACE_H
#define WRMF_SEARCH_SPACE_H

#include "model/params.h"

/** Most configurations of a space. */
#define WRMF_I_SPACE_MAX 1000000

/** One parameter, or two that always have the same value, and the values tried. */
typedef struct wrmf_i_axis {
    char *name;               /* as it was given */
    wrmf_param first, second; /* second is 0 where there is but one parameter */
    int64_t count;
    wrmf_i_value *values;
} wrmf_i_axis;

typedef struct wrmf_i_space {
    const wrmf_i_allocator *allocator;
    wrmf_i_value base[WRMF_I_PARAM_COUNT]; /* of the parameters that no axis has */
    int axes;
    wrmf_i_axis axis[WRMF_I_PARAM_COUNT];
    int64_t size; /* configurations: the product of the axes' counts */
} wrmf_i_space;

/** A space of one configuration, that of params; NULL: the defaults. */
void wrmf_i_space_begin(wrmf_i_space *space, const wrmf_i_allocator *allocator,
                        const wrmf_params *params);
/** Drop all axes but the first `keep`; with 0 nothing is left to free. */
void wrmf_i_space_drop(wrmf_i_space *space, int keep);
/** Add an axis: a parameter's name and its values, separated by commas. After a failure the
 *  space is as it was. */
wrmf_status wrmf_i_space_add(wrmf_i_space *space, const char *name, const char *values,
                             wrmf_error *err);

/** The values of configuration i. */
void wrmf_i_space_values(const wrmf_i_space *space, int64_t i,
                         wrmf_i_value values[WRMF_I_PARAM_COUNT]);
/** "factors=10 alpha=1", what varies, cut to capacity bytes. */
void wrmf_i_space_describe(const wrmf_i_space *space, int64_t i, char *buffer, size_t capacity);

#endif /* WRMF_SEARCH_SPACE_H */
