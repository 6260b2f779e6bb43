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

/** A runner that runs nothing and reports a failure. */
int runner_that_fails(void *self, size_t chunks, wrmf_task_fn task, void *job);
/** A runner that does all on the calling thread and then waits for 60 ms, by when a progress hook
 *  is due again. */
int runner_that_is_slow(void *self, size_t chunks, wrmf_task_fn task, void *job);
/** A progress hook that asks to stop at once. */
int hook_that_stops(void *self, const wrmf_progress *progress);

/** The call gives WRMF_E_NOMEM when the first of its allocations is refused, when the second is,
 *  and so on, until it asks for no more and is fine. It asks at least once; and each time the text
 *  says how many bytes there were not, and what for. */
#define OUT_OF_MEMORY(call)                                                                        \
    do {                                                                                           \
        wrmf_status got_ = WRMF_E_NOMEM;                                                           \
        long nth_ = 0;                                                                             \
        while (got_ != WRMF_OK) {                                                                  \
            wrmf_error failure_ = {WRMF_OK, ""};                                                   \
            wrmf_error *err = &failure_;                                                           \
            const long before_ = atomic_load(&machine.refused);                                    \
            host_fail(&machine, ++nth_, false);                                                    \
            got_ = (call);                                                                         \
            host_fail(&machine, 0, false);                                                         \
            if (atomic_load(&machine.refused) > before_)                                           \
                check_failure(got_, &failure_, WRMF_E_NOMEM, " bytes for ", #call, __LINE__);      \
            else if (got_ != WRMF_OK || nth_ == 1)                                                 \
                fail_msg("line %d: %s asks for no memory: %s", __LINE__, #call, failure_.text);    \
        }                                                                                          \
    } while (0)

/** A test of the fixture: cmocka_unit_test_setup_teardown() with the two above. */
#define TEST(function) cmocka_unit_test_setup_teardown(function, fixture_set_up, fixture_tear_down)

#endif /* TESTS_SUPPORT_FIXTURE_H */
