/* SPDX-License-Identifier: BSD-2-Clause */
#include "small_model.h"

#include "wrmf/params.h"

static const double user_rows[USERS * 2] = {2, 0, 0, 3, 0, 0};
static const double item_rows[ITEMS * 2] = {1, 0, 0, 1, 2, 0, 0.5, 1.0 / 4, 0, 0};

wrmf_model *model;
wrmf_matrix *seen;
int64_t list[ROOM], count;
double scores[ROOM];

void clear_lists(void)
{
    count = UNTOUCHED;
    for (int i = 0; i < ROOM; i++) {
        list[i] = UNTOUCHED;
        scores[i] = UNTOUCHED;
    }
}

void check_untouched(void)
{
    assert_int_equal(count, UNTOUCHED);
    for (int i = 0; i < ROOM; i++) {
        assert_int_equal(list[i], UNTOUCHED);
        assert_true(scores[i] == UNTOUCHED);
    }
}

int small_model_set_up(void **state)
{
    static const int64_t user[] = {0, 1, 1}, item[] = {2, 1, 4};
    wrmf_params *params = NULL;
    fixture_set_up(state);
    MUST(wrmf_params_create(context, &params, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 2, err));
    MUST(wrmf_model_create(context, USERS, ITEMS, params, &model, err));
    MUST(wrmf_model_set_rows(model, WRMF_USERS, 0, USERS, user_rows, err));
    MUST(wrmf_model_set_rows(model, WRMF_ITEMS, 0, ITEMS, item_rows, err));
    MUST(wrmf_matrix_from_triplets(context, USERS, ITEMS, 3, user, item, NULL, WRMF_DUPLICATES_SUM,
                                   NULL, &seen, err));
    wrmf_params_free(params);
    clear_lists();
    return 0;
}

int small_model_tear_down(void **state)
{
    wrmf_model_free(model);
    wrmf_matrix_free(seen);
    return fixture_tear_down(state);
}
