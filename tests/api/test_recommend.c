/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/recommend.h: the short forms give the lists that queries do, and refuse what they refuse.
 */
#include "small_model.h"

#include "wrmf/recommend.h"

static void short_forms(void **state)
{
    (void)state;
    MUST(wrmf_recommend(model, 0, seen, 2, list, scores, &count, err));
    assert_true(count == 2 && list[0] == 0 && list[1] == 3 && scores[0] == 2);
    MUST(wrmf_recommend(model, 0, NULL, 1, list, NULL, &count, err));
    assert_true(count == 1 && list[0] == 2);
    MUST(wrmf_similar(model, WRMF_ITEMS, 0, 3, list, scores, &count, err));
    assert_true(count == 3 && list[0] == 2 && list[1] == 3 && list[2] == 1 && scores[0] == 1);
    MUST(wrmf_similar(model, WRMF_USERS, 0, 3, list, NULL, &count, err));
    assert_true(count == 2 && list[0] == 1 && list[1] == 2);
}

static void what_short_forms_refuse(void **state)
{
    (void)state;
    wrmf_matrix *other = NULL;
    FAILS(WRMF_E_NULL, "model", wrmf_recommend(NULL, 0, seen, 1, list, scores, &count, err));
    FAILS(WRMF_E_NULL, "items", wrmf_recommend(model, 0, seen, 1, NULL, scores, &count, err));
    FAILS(WRMF_E_NULL, "count", wrmf_recommend(model, 0, seen, 1, list, scores, NULL, err));
    FAILS(WRMF_E_RANGE, "user is 3", wrmf_recommend(model, 3, seen, 1, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "length is 0",
          wrmf_recommend(model, 0, seen, 0, list, scores, &count, err));
    MUST(wrmf_matrix_from_triplets(context, USERS, USERS, 0, NULL, NULL, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &other, err));
    FAILS(WRMF_E_SHAPE, "3 x 5", wrmf_recommend(model, 0, other, 1, list, scores, &count, err));
    wrmf_matrix_free(other);
    FAILS(WRMF_E_NULL, "model", wrmf_similar(NULL, WRMF_ITEMS, 0, 1, list, scores, &count, err));
    FAILS(WRMF_E_NULL, "indices", wrmf_similar(model, WRMF_ITEMS, 0, 1, NULL, scores, &count, err));
    FAILS(WRMF_E_NULL, "count", wrmf_similar(model, WRMF_ITEMS, 0, 1, list, scores, NULL, err));
    FAILS(WRMF_E_RANGE, "side is 2",
          wrmf_similar(model, (wrmf_side)2, 0, 1, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "item is 5",
          wrmf_similar(model, WRMF_ITEMS, 5, 1, list, scores, &count, err));
    FAILS(WRMF_E_RANGE, "length is -1",
          wrmf_similar(model, WRMF_ITEMS, 0, -1, list, scores, &count, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_recommend(model, 0, seen, 1, list, scores, &count, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_similar(model, WRMF_ITEMS, 0, 1, list, scores, &count, err));
    host_fail(&machine, 0, false);
    check_untouched();
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_SMALL_MODEL(short_forms),
        ON_SMALL_MODEL(what_short_forms_refuse),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
