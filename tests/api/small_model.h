/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * small_model.h - a model of 3 users and 5 items whose rows are small numbers with few bits, so
 * that products are exact, with room for a list of it.
 *
 *     scores        item 0  1  2  3  4
 *     user 0             2  0  4  1  0
 *     user 1             0  3  0 .75 0
 *     user 2             0  0  0  0  0
 */
#ifndef TESTS_API_SMALL_MODEL_H
#define TESTS_API_SMALL_MODEL_H

#include "fixture.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"

enum { USERS = 3, ITEMS = 5, ROOM = 8, UNTOUCHED = -7 };

extern wrmf_model *model;
extern wrmf_matrix *seen; /* user 0 with item 2, user 1 with items 1 and 4 */
extern int64_t list[ROOM], count;
extern double scores[ROOM];

/** Fill the list with UNTOUCHED. */
void clear_lists(void);
/** Nothing was written to it. */
void check_untouched(void);

int small_model_set_up(void **state);
int small_model_tear_down(void **state);
#define ON_SMALL_MODEL(name)                                                                       \
    cmocka_unit_test_setup_teardown(name, small_model_set_up, small_model_tear_down)

#endif /* TESTS_API_SMALL_MODEL_H */
