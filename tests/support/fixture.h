/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * fixture.h - what nearly every test starts with: a host that counts, and a context on it, both
 * made anew for each test; and what it ends with: everything was given back.
 */
#ifndef TESTS_SUPPORT_FIXTURE_H
#define TESTS_SUPPORT_FIXTURE_H

#include "host.h"

extern host machine;
extern wrmf_context *context;

/** For cmocka_unit_test_setup_teardown(), or for a test's own, which then do more. */
int fixture_set_up(void **state);
int fixture_tear_down(void **state);

/** A test of the fixture: cmocka_unit_test_setup_teardown() with the two above. */
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

#endif /* TESTS_SUPPORT_FIXTURE_H */
