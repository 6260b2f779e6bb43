/* SPDX-License-Identifier: BSD-2-Clause */
/* Triplets with dislikes. */
#include "made.h"

#include <math.h>

#include "wrmf/wrmf.h"

#define SIGNED(n, user, item, count, rule)                                                         \
    wrmf_matrix_from_signed_triplets(context, 4, 5, n, user, item, count, rule, &merged, &out, err)

static void signed_triplets(void **state)
{
    (void)state;
    static const int64_t user[] = {3, 0, 3, 3, 0, 1}, item[] = {2, 1, 2, 2, 1, 4};
    static const double count[] = {-5, 2, -1, 3, -0.5, -7};
    const struct {
        wrmf_duplicates rule;
        double wanted[2]; /* of user 3 with item 2, and of user 0 with item 1 */
    } cases[] = {{WRMF_DUPLICATES_SUM, {-3, 1.5}},
                 {WRMF_DUPLICATES_DROP, {-5, 2}},
                 {WRMF_DUPLICATES_MAX, {3, 2}}};
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        wrmf_matrix *out = NULL;
        int64_t merged = -7;
        MUST(SIGNED(6, user, item, count, cases[i].rule));
        assert_int_equal(merged, 3);
        assert_int_equal(wrmf_matrix_entries(out), 3);
        assert_true(wrmf_matrix_count(out, 3, 2) == cases[i].wanted[0]);
        assert_true(wrmf_matrix_count(out, 0, 1) == cases[i].wanted[1]);
        assert_true(wrmf_matrix_count(out, 1, 4) == -7);
        wrmf_matrix_free(out);
    }
    wrmf_matrix *ones = NULL, *const wanted = triplets(4, 5, 2, user, item, NULL);
    int64_t merged = -7;
    MUST(wrmf_matrix_from_signed_triplets(context, 4, 5, 2, user, item, NULL,
                                          WRMF_DUPLICATES_REFUSE, &merged, &ones, err));
    assert_int_equal(merged, 0);
    for (int64_t u = 0; u < 4; u++)
        for (int64_t i = 0; i < 5; i++)
            assert_true(wrmf_matrix_count(ones, u, i) == wrmf_matrix_count(wanted, u, i));
    wrmf_matrix_free(ones);
    wrmf_matrix_free(wanted);
}

static void signed_triplets_that_are_refused(void **state)
{
    (void)state;
    const wrmf_duplicates SUM = WRMF_DUPLICATES_SUM;
    static const int64_t user[] = {3, 3}, item[] = {2, 2}, high[] = {3, 4};
    static const double count[] = {-5, 5}, zero[] = {-1, 0}, least[] = {-1e308, -1e308};
    const double infinite[] = {-1, -(double)INFINITY}, nan[] = {(double)NAN, 1};
    wrmf_matrix *out = NULL;
    int64_t merged = -7;
    FAILS(WRMF_E_NULL, "context",
          wrmf_matrix_from_signed_triplets(NULL, 4, 5, 2, user, item, count, SUM, NULL, &out, err));
    FAILS(WRMF_E_NULL, "out",
          wrmf_matrix_from_signed_triplets(context, 4, 5, 2, user, item, count, SUM, NULL, NULL,
                                           err));
    FAILS(WRMF_E_NULL, "user", SIGNED(2, NULL, item, count, SUM));
    FAILS(WRMF_E_RANGE, "user[1] is 4, not in 0 .. 3", SIGNED(2, high, item, count, SUM));
    FAILS(WRMF_E_FORMAT, "count[1] is 0, not", SIGNED(2, user, item, zero, SUM));
    FAILS(WRMF_E_FORMAT, "user 3, item 2 add up to 0", SIGNED(2, user, item, count, SUM));
    FAILS(WRMF_E_FORMAT, "triplet 1", SIGNED(2, user, item, count, WRMF_DUPLICATES_REFUSE));
    FAILS(WRMF_E_NONFINITE, "count[1]", SIGNED(2, user, item, infinite, SUM));
    FAILS(WRMF_E_NONFINITE, "count[0]", SIGNED(2, user, item, nan, SUM));
    FAILS(WRMF_E_NONFINITE, "user 3, item 2", SIGNED(2, user, item, least, SUM));
    assert_null(out);
    assert_int_equal(merged, -7);
    OUT_OF_MEMORY(SIGNED(2, user, item, least, WRMF_DUPLICATES_DROP));
    wrmf_matrix_free(out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(signed_triplets),
        TEST(signed_triplets_that_are_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
