/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * wrmf/params.h: parameters are set by id, by name and from a line of text, all of it or nothing;
 * what is refused, and that it changes nothing. The table itself, value by value, is checked in
 * tests/definitions/def_params.c.
 */
#include "fixture.h"

#include <math.h>
#include <string.h>

#include "wrmf/params.h"

enum { NO_PARAMETER = 99 };

static wrmf_params *params;

static int set_up(void **state)
{
    fixture_set_up(state);
    MUST(wrmf_params_create(context, &params, err));
    return 0;
}

static int tear_down(void **state)
{
    wrmf_params_free(params);
    return fixture_tear_down(state);
}

static void check_shown(const wrmf_params *some, wrmf_param id, const char *wanted)
{
    char text[64];
    assert_int_equal(wrmf_params_format(some, id, text, sizeof text), strlen(wanted));
    assert_string_equal(text, wanted);
}

/* All are at their defaults: nothing that was refused has left a trace. */
static void check_defaults(void)
{
    for (int i = 0; i < wrmf_params_size(); i++) {
        double initial = -1;
        MUST(wrmf_params_bounds(wrmf_params_id(i), NULL, NULL, &initial, err));
        assert_true(wrmf_params_get_real(params, wrmf_params_id(i)) == initial);
    }
}

static void made_and_copied(void **state)
{
    (void)state;
    wrmf_params *const untouched = (wrmf_params *)&machine, *other = untouched;
    FAILS(WRMF_E_NULL, "context", wrmf_params_create(NULL, &other, err));
    FAILS(WRMF_E_NULL, "out", wrmf_params_create(context, NULL, err));
    FAILS(WRMF_E_NULL, "params", wrmf_params_copy(NULL, &other, err));
    FAILS(WRMF_E_NULL, "out", wrmf_params_copy(params, NULL, err));
    host_fail(&machine, 1, true);
    FAILS(WRMF_E_NOMEM, "", wrmf_params_create(context, &other, err));
    FAILS(WRMF_E_NOMEM, "", wrmf_params_copy(params, &other, err));
    host_fail(&machine, 0, false);
    assert_ptr_equal(other, untouched);
    check_defaults();
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 7, err));
    MUST(wrmf_params_copy(params, &other, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 8, err)); /* of the first alone */
    assert_int_equal(wrmf_params_get_int(other, WRMF_PARAM_FACTORS), 7);
    wrmf_params_free(other);
    wrmf_params_free(NULL);
    OUT_OF_MEMORY(wrmf_params_create(context, &other, err));
    wrmf_params_free(other);
    OUT_OF_MEMORY(wrmf_params_copy(params, &other, err));
    assert_int_equal(wrmf_params_get_int(other, WRMF_PARAM_FACTORS), 8);
    wrmf_params_free(other);
}

static void set_by_id(void **state)
{
    (void)state;
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 4096, err));
    MUST(wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 1, err));
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_FACTORS), 1);
    MUST(wrmf_params_set_int(params, WRMF_PARAM_SEED, INT64_MAX, err));
    assert_true(wrmf_params_get_int(params, WRMF_PARAM_SEED) == INT64_MAX);
    MUST(wrmf_params_set_int(params, WRMF_PARAM_SOLVER, WRMF_SOLVER_CG, err));
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_SOLVER), WRMF_SOLVER_CG);
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_SOLVER) == WRMF_SOLVER_CG);
    MUST(wrmf_params_set_real(params, WRMF_PARAM_ALPHA, 0, err));
    MUST(wrmf_params_set_real(params, WRMF_PARAM_ALPHA, 1e30, err));
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_ALPHA) == 1e30);
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_ALPHA), 0); /* a real */
    assert_int_equal(wrmf_params_get_int(NULL, WRMF_PARAM_FACTORS), 0);
    assert_int_equal(wrmf_params_get_int(params, (wrmf_param)NO_PARAMETER), 0);
    assert_true(wrmf_params_get_real(NULL, WRMF_PARAM_ALPHA) == 0);
    assert_true(wrmf_params_get_real(params, (wrmf_param)0) == 0);
}

static void ints_that_are_refused(void **state)
{
    (void)state;
    FAILS(WRMF_E_NULL, "params", wrmf_params_set_int(NULL, WRMF_PARAM_FACTORS, 8, err));
    FAILS(WRMF_E_NAME, "99", wrmf_params_set_int(params, (wrmf_param)NO_PARAMETER, 8, err));
    FAILS(WRMF_E_NAME, "0", wrmf_params_set_int(params, (wrmf_param)0, 8, err));
    FAILS(WRMF_E_STATE, "alpha is a real", wrmf_params_set_int(params, WRMF_PARAM_ALPHA, 1, err));
    FAILS(WRMF_E_RANGE, "factors is 0, not in 1 .. 4096",
          wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 0, err));
    FAILS(WRMF_E_RANGE, "factors is 4097",
          wrmf_params_set_int(params, WRMF_PARAM_FACTORS, 4097, err));
    FAILS(WRMF_E_RANGE, "seed is -1", wrmf_params_set_int(params, WRMF_PARAM_SEED, -1, err));
    FAILS(WRMF_E_RANGE, "solver is 5", wrmf_params_set_int(params, WRMF_PARAM_SOLVER, 5, err));
    FAILS(WRMF_E_RANGE, "solver is -1", wrmf_params_set_int(params, WRMF_PARAM_SOLVER, -1, err));
    check_defaults();
}

static void reals_that_are_refused(void **state)
{
    (void)state;
    FAILS(WRMF_E_NULL, "params", wrmf_params_set_real(NULL, WRMF_PARAM_ALPHA, 1, err));
    FAILS(WRMF_E_NAME, "99", wrmf_params_set_real(params, (wrmf_param)NO_PARAMETER, 1, err));
    FAILS(WRMF_E_STATE, "factors is no real",
          wrmf_params_set_real(params, WRMF_PARAM_FACTORS, 8, err));
    FAILS(WRMF_E_STATE, "solver is no real",
          wrmf_params_set_real(params, WRMF_PARAM_SOLVER, 1, err));
    FAILS(WRMF_E_RANGE, "alpha is -0.5, not in 0 .. 1e30",
          wrmf_params_set_real(params, WRMF_PARAM_ALPHA, -0.5, err));
    FAILS(WRMF_E_RANGE, "alpha", wrmf_params_set_real(params, WRMF_PARAM_ALPHA, 1.01e30, err));
    FAILS(WRMF_E_RANGE, "epsilon is 0", wrmf_params_set_real(params, WRMF_PARAM_EPSILON, 0, err));
    FAILS(WRMF_E_RANGE, "alpha", wrmf_params_set_real(params, WRMF_PARAM_ALPHA, (double)NAN, err));
    FAILS(WRMF_E_RANGE, "alpha",
          wrmf_params_set_real(params, WRMF_PARAM_ALPHA, (double)INFINITY, err));
    check_defaults();
}

static void set_by_name(void **state)
{
    (void)state;
    MUST(wrmf_params_set(params, "factors", "12", err));
    check_shown(params, WRMF_PARAM_FACTORS, "12");
    MUST(wrmf_params_set(params, "alpha", "2.5e1", err));
    check_shown(params, WRMF_PARAM_ALPHA, "25");
    MUST(wrmf_params_set(params, "precision", "float64", err));
    check_shown(params, WRMF_PARAM_PRECISION, "float64");
    MUST(wrmf_params_set(params, "regularization", "0.5", err));
    check_shown(params, WRMF_PARAM_REGULARIZATION_USER, "0.5");
    check_shown(params, WRMF_PARAM_REGULARIZATION_ITEM, "0.5");
    check_shown(params, (wrmf_param)NO_PARAMETER, "");
    check_shown(NULL, WRMF_PARAM_FACTORS, "");
    char text[4] = "xxx";
    assert_int_equal(wrmf_params_format(params, WRMF_PARAM_PRECISION, text, sizeof text), 7);
    assert_string_equal(text, "flo");
    assert_int_equal(wrmf_params_format(params, WRMF_PARAM_PRECISION, NULL, 0), 7);
}

static void names_and_values_that_are_refused(void **state)
{
    (void)state;
    FAILS(WRMF_E_NULL, "params", wrmf_params_set(NULL, "alpha", "1", err));
    FAILS(WRMF_E_NULL, "name", wrmf_params_set(params, NULL, "1", err));
    FAILS(WRMF_E_NULL, "value", wrmf_params_set(params, "alpha", NULL, err));
    FAILS(WRMF_E_NAME, "no parameter \"beta\": there are regularization, preset, factors, ",
          wrmf_params_set(params, "beta", "1", err));
    FAILS(WRMF_E_NAME, "preset is \"als\": there are hu2008, implicit, spark, ",
          wrmf_params_set(params, "preset", "als", err));
    FAILS(WRMF_E_NAME, "precision is \"half\": there are float32, float64",
          wrmf_params_set(params, "precision", "half", err));
    FAILS(WRMF_E_FORMAT, "factors is \"1.5\"", wrmf_params_set(params, "factors", "1.5", err));
    FAILS(WRMF_E_FORMAT, "alpha is \"\"", wrmf_params_set(params, "alpha", "", err));
    FAILS(WRMF_E_FORMAT, "alpha is \"1x\"", wrmf_params_set(params, "alpha", "1x", err));
    FAILS(WRMF_E_RANGE, "not in 1 .. 4096", wrmf_params_set(params, "factors", "0", err));
    FAILS(WRMF_E_RANGE, "9223372036854775808",
          wrmf_params_set(params, "seed", "9223372036854775808", err));
    FAILS(WRMF_E_RANGE, "tolerance is 0.2, not in 0 .. 0.1",
          wrmf_params_set(params, "tolerance", "0.2", err));
    FAILS(WRMF_E_RANGE, "alpha", wrmf_params_set(params, "alpha", "1e400", err));
    check_defaults();
}

static void presets_are_losses(void **state)
{
    (void)state;
    MUST(wrmf_params_parse(params, "preset=irspack unobserved_weight=0.1", err));
    check_shown(params, WRMF_PARAM_CONFIDENCE, "plain");
    check_shown(params, WRMF_PARAM_ALPHA, "1");
    check_shown(params, WRMF_PARAM_UNOBSERVED_SCOPE, "all");
    check_shown(params, WRMF_PARAM_REGULARIZATION_EXPONENT, "1");
    check_shown(params, WRMF_PARAM_UNOBSERVED_WEIGHT, "0.1");
    MUST(wrmf_params_set(params, "preset", "spark", err));
    check_shown(params, WRMF_PARAM_CONFIDENCE, "linear");
    check_shown(params, WRMF_PARAM_UNOBSERVED_WEIGHT, "1");
    check_shown(params, WRMF_PARAM_REGULARIZATION_SIZE, "entries");
    MUST(wrmf_params_set(params, "preset", "hu2008", err));
    check_shown(params, WRMF_PARAM_REGULARIZATION_EXPONENT, "0");
    MUST(wrmf_params_set(params, "preset", "explicit", err));
    check_shown(params, WRMF_PARAM_TARGET, "count");
    check_shown(params, WRMF_PARAM_ALPHA, "0");
    check_shown(params, WRMF_PARAM_UNOBSERVED_WEIGHT, "0");
    MUST(wrmf_params_set(params, "preset", "irspack", err));
    check_shown(params, WRMF_PARAM_TARGET, "one");
}

static void set_from_a_line(void **state)
{
    (void)state;
    MUST(wrmf_params_parse(params, "  factors=3\talpha=2,seed=9\n solver=cg  ", err));
    check_shown(params, WRMF_PARAM_FACTORS, "3");
    check_shown(params, WRMF_PARAM_ALPHA, "2");
    check_shown(params, WRMF_PARAM_SEED, "9");
    check_shown(params, WRMF_PARAM_SOLVER, "cg");
    MUST(wrmf_params_parse(params, "", err));
    MUST(wrmf_params_parse(params, "factors=4 factors=5", err)); /* the last one stays */
    check_shown(params, WRMF_PARAM_FACTORS, "5");
}

static void lines_that_are_refused(void **state)
{
    (void)state;
    char line[5000];
    memset(line, '1', sizeof line - 1);
    memcpy(line, "seed=", 5);
    line[sizeof line - 1] = '\0';
    FAILS(WRMF_E_NULL, "params", wrmf_params_parse(NULL, "factors=3", err));
    FAILS(WRMF_E_NULL, "text", wrmf_params_parse(params, NULL, err));
    FAILS(WRMF_E_NAME, "\"beta\"", wrmf_params_parse(params, "factors=3 beta=4", err));
    FAILS(WRMF_E_NAME, "\"half\"", wrmf_params_parse(params, "factors=3,precision=half", err));
    FAILS(WRMF_E_FORMAT, "\"alpha\"", wrmf_params_parse(params, "factors=3 alpha", err));
    FAILS(WRMF_E_FORMAT, "\"=4\"", wrmf_params_parse(params, "factors=3 =4", err));
    FAILS(WRMF_E_FORMAT, "\"alpha=\"", wrmf_params_parse(params, "factors=3 alpha=", err));
    FAILS(WRMF_E_FORMAT, "\"x\"", wrmf_params_parse(params, "factors=3 alpha=x", err));
    FAILS(WRMF_E_FORMAT, "\"4\"", wrmf_params_parse(params, "factors=3,4", err));
    FAILS(WRMF_E_RANGE, "alpha is -1", wrmf_params_parse(params, "factors=3,alpha=-1", err));
    FAILS(WRMF_E_RANGE, "too long", wrmf_params_parse(params, line, err));
    check_defaults();
}

/* Bounds of all; what is asked of a parameter that is none. */
static void the_table(void **state)
{
    (void)state;
    for (int i = 0; i < wrmf_params_size(); i++) {
        const wrmf_param id = wrmf_params_id(i);
        double lowest, highest, initial;
        MUST(wrmf_params_bounds(id, &lowest, &highest, &initial, err));
        assert_true(lowest <= initial && initial <= highest);
        assert_int_equal(wrmf_params_find(wrmf_params_name(id)), id);
        assert_true(strlen(wrmf_params_help(id)) > 10);
        const int choice = wrmf_params_type(id) == WRMF_TYPE_CHOICE;
        assert_int_equal(wrmf_params_choice(id, (int64_t)initial) != NULL, choice);
    }
    const wrmf_param none = (wrmf_param)NO_PARAMETER;
    double lowest = -7, highest = -7, initial = -7;
    FAILS(WRMF_E_NAME, "99", wrmf_params_bounds(none, &lowest, &highest, &initial, err));
    assert_true(lowest == -7 && highest == -7 && initial == -7);
    assert_int_equal(wrmf_params_id(-1), 0);
    assert_int_equal(wrmf_params_id(wrmf_params_size()), 0);
    assert_int_equal(wrmf_params_find("regularization"), 0); /* two of them */
    assert_int_equal(wrmf_params_find(NULL), 0);
    assert_null(wrmf_params_name(none));
    assert_null(wrmf_params_help(none));
    assert_int_equal(wrmf_params_type(none), 0);
    assert_null(wrmf_params_choice(none, 0));
    assert_string_equal(wrmf_params_choice(WRMF_PARAM_SOLVER, 3), "cg");
    assert_string_equal(wrmf_params_choice(WRMF_PARAM_SOLVER, WRMF_SOLVER_BLOCKS), "blocks");
    assert_null(wrmf_params_choice(WRMF_PARAM_SOLVER, 5));
    assert_null(wrmf_params_choice(WRMF_PARAM_SOLVER, -1));
}

#define ON_PARAMS(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
    const struct CMUnitTest tests[] = {
        ON_PARAMS(made_and_copied),
        ON_PARAMS(set_by_id),
        ON_PARAMS(ints_that_are_refused),
        ON_PARAMS(reals_that_are_refused),
        ON_PARAMS(set_by_name),
        ON_PARAMS(names_and_values_that_are_refused),
        ON_PARAMS(presets_are_losses),
        ON_PARAMS(set_from_a_line),
        ON_PARAMS(lines_that_are_refused),
        ON_PARAMS(the_table),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
