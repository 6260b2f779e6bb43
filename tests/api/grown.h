/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * grown.h - the interactions of some days and of a day more, with ids, for tests of models that
 * grow and shrink; all on the fixture's context.
 */
#ifndef TESTS_API_GROWN_H
#define TESTS_API_GROWN_H

#include <stddef.h>

#include "fixture.h"
#include "wrmf/ids.h"
#include "wrmf/matrix.h"
#include "wrmf/model.h"

enum {
    OLD_USERS = 40,
    OLD_ITEMS = 30,
    NEW_USERS = 46, /* of which the last has no interaction */
    NEW_ITEMS = 34, /* likewise */
    FACTORS = 6
};

/** Users x items; the later one has all that the earlier one has. */
extern wrmf_matrix *earlier, *later;
/** The ids "user-0" ... and "item-0" ... of the earlier and the later one, by side; every item has
 *  a name, "name of 0" ... */
extern wrmf_ids *earlier_ids[2], *later_ids[2];

int grown_set_up(void **state);
int grown_tear_down(void **state);
#define ON_DAYS(name) cmocka_unit_test_setup_teardown(name, grown_set_up, grown_tear_down)

/** A model fitted to the earlier matrix, with its ids, a note, and settings as name=value that a
 *  NULL ends; NULL: none. */
wrmf_model *fit_earlier(const char *const *settings);
/** All rows of a side, n x FACTORS; the caller frees them. */
double *rows_of(const wrmf_model *model, wrmf_side side);
/** The bytes of a model's file; the caller frees them. */
char *bytes_of(const wrmf_model *model, size_t *length);
/** Whether a block of bytes is anywhere within another. */
bool holds(const char *bytes, size_t length, const void *block, size_t block_length);
void check_same_file(const wrmf_model *a, const wrmf_model *b);

#endif /* TESTS_API_GROWN_H */
