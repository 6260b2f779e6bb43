/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/model.h, where files come in: a mapped model refuses what would change it, and stays as it
 * is; a fit whose checkpoint cannot be written ends at a whole epoch.
 */
#include "stored_model.h"

#include <unistd.h>

static char path[16];

static int set_up(void **state)
{
    fixture_set_up(state);
    make_file(path);
    return 0;
}

static int tear_down(void **state)
{
    unlink(path);
    return fixture_tear_down(state);
}

static void what_would_change_it(void **state)
{
    (void)state;
    wrmf_model *const model = stored_model("factors=17 iterations=3 precision=float64", NO_IDS);
    wrmf_matrix *const matrix = stored_matrix();
    wrmf_model *mapped = NULL;
    double row[17] = {0};
    float floats[17] = {0};
    MUST(wrmf_model_save_as(model, path, WRMF_SAVE_MAPPABLE, err));
    MUST(wrmf_model_map(context, path, &mapped, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_continue(context, mapped, matrix, 1, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_finish(context, mapped, matrix, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_set_rows(mapped, WRMF_USERS, 0, 1, row, err));
    FAILS(WRMF_E_STATE, "mapped",
          wrmf_model_set_rows_float32(mapped, WRMF_ITEMS, 0, 1, floats, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_set_ids(mapped, WRMF_USERS, NULL, err));
    FAILS(WRMF_E_STATE, "mapped", wrmf_model_set_note(mapped, "key", "value", err));
    same_models(model, mapped);
    wrmf_model_free(mapped);
    wrmf_matrix_free(matrix);
    wrmf_model_free(model);
}

static void a_checkpoint_that_cannot_be_written(void **state)
{
    (void)state;
    wrmf_matrix *const matrix = stored_matrix();
    wrmf_model *model = NULL;
    MUST(wrmf_model_create(context, STORED_USERS, STORED_ITEMS, NULL, &model, err));
    MUST(wrmf_model_set_checkpoint(model, "none/checkpoint", 2, 0, err));
    FAILS(WRMF_E_IO, "none/checkpoint", wrmf_model_continue(context, model, matrix, 6, err));
    assert_int_equal(wrmf_model_epochs(model), 2);
    wrmf_model_free(model);
    wrmf_matrix_free(matrix);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(what_would_change_it, set_up, tear_down),
        cmocka_unit_test_setup_teardown(a_checkpoint_that_cannot_be_written, set_up, tear_down),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
