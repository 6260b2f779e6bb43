/* SPDX-License-Identifier: BSD-2-Clause */
/* The table of parameters must be whole, and have what params.h says of each. */
#include "dense.h"

#include <math.h>
#include <string.h>

static wrmf_context *context;

static const struct {
    wrmf_param id;
    const char *name;
    wrmf_param_type type;
    double lowest, highest, initial;
    const char *choices[6];
} table[] = {
    {WRMF_PARAM_FACTORS, "factors", WRMF_TYPE_INT, 1, 4096, 64, {NULL}},
    {WRMF_PARAM_ITERATIONS, "iterations", WRMF_TYPE_INT, 0, 1000000, 15, {NULL}},
    {WRMF_PARAM_REGULARIZATION_USER, "regularization_user", WRMF_TYPE_REAL, 0, 1e30, 0.1, {NULL}},
    {WRMF_PARAM_REGULARIZATION_ITEM, "regularization_item", WRMF_TYPE_REAL, 0, 1e30, 0.1, {NULL}},
    {WRMF_PARAM_ALPHA, "alpha", WRMF_TYPE_REAL, 0, 1e30, 40, {NULL}},
    {WRMF_PARAM_CONFIDENCE, "confidence", WRMF_TYPE_CHOICE, 0, 2, 0, {"linear", "log", "plain"}},
    {WRMF_PARAM_EPSILON, "epsilon", WRMF_TYPE_REAL, 1e-30, 1e30, 1, {NULL}},
    {WRMF_PARAM_INIT_SCALE, "init_scale", WRMF_TYPE_REAL, 0, 1e6, 0.1, {NULL}},
    {WRMF_PARAM_SEED, "seed", WRMF_TYPE_INT, 0, 0x1p63, 42, {NULL}},
    {WRMF_PARAM_PRECISION, "precision", WRMF_TYPE_CHOICE, 0, 1, 0, {"float32", "float64"}},
    {WRMF_PARAM_SOLVER,
     "solver",
     WRMF_TYPE_CHOICE,
     0,
     4,
     0,
     {"auto", "cholesky", "whitened", "cg", "blocks"}},
    {WRMF_PARAM_TOLERANCE, "tolerance", WRMF_TYPE_REAL, 0, 0.1, 0, {NULL}},
    {WRMF_PARAM_CG_STEPS, "cg_steps", WRMF_TYPE_INT, 0, 10000, 0, {NULL}},
    {WRMF_PARAM_RELAXATION, "relaxation", WRMF_TYPE_REAL, 0.001, 1.999, 1.75, {NULL}},
    {WRMF_PARAM_RELAXATION_RAMP, "relaxation_ramp", WRMF_TYPE_REAL, 0, 2, 0.4, {NULL}},
    {WRMF_PARAM_RELAXATION_WAIT, "relaxation_wait", WRMF_TYPE_INT, 0, 1000000, 2, {NULL}},
    {WRMF_PARAM_RELAXATION_REDUCTION, "relaxation_reduction", WRMF_TYPE_REAL, 0, 0.9, 0.1, {NULL}},
    {WRMF_PARAM_BLOCK_SIZE, "block_size", WRMF_TYPE_INT, 1, 4096, 64, {NULL}},
    {WRMF_PARAM_UNOBSERVED_WEIGHT, "unobserved_weight", WRMF_TYPE_REAL, 0, 1e9, 1, {NULL}},
    {WRMF_PARAM_UNOBSERVED_SCOPE,
     "unobserved_scope",
     WRMF_TYPE_CHOICE,
     0,
     1,
     0,
     {"unstored", "all", NULL}},
    {WRMF_PARAM_REGULARIZATION_EXPONENT,
     "regularization_exponent",
     WRMF_TYPE_REAL,
     0,
     2,
     0,
     {NULL}},
    {WRMF_PARAM_REGULARIZATION_SIZE,
     "regularization_size",
     WRMF_TYPE_CHOICE,
     0,
     2,
     0,
     {"cells", "entries", "weights", NULL}},
    {WRMF_PARAM_NEGATIVE_COUNTS,
     "negative_counts",
     WRMF_TYPE_CHOICE,
     0,
     1,
     0,
     {"refuse", "dislike", NULL}},
    {WRMF_PARAM_TARGET, "target", WRMF_TYPE_CHOICE, 0, 3, 0, {"one", "count", "log", "signed"}},
    {WRMF_PARAM_NONNEGATIVE, "nonnegative", WRMF_TYPE_INT, 0, 1, 0, {NULL}},
    {WRMF_PARAM_BIASES, "biases", WRMF_TYPE_INT, 0, 1, 0, {NULL}},
    {WRMF_PARAM_INIT, "init", WRMF_TYPE_CHOICE, 0, 1, 0, {"random", "svd", NULL}},
    {WRMF_PARAM_INIT_ITERATIONS, "init_iterations", WRMF_TYPE_INT, 1, 1000, 3, {NULL}},
};
enum { SIZE = sizeof table / sizeof *table };

static wrmf_params *fresh(void)
{
    wrmf_params *params = NULL;
    MUST(wrmf_params_create(context, &params, err));
    return params;
}

static void as_documented(void **state)
{
    (void)state;
    wrmf_params *params = fresh();
    assert_int_equal(wrmf_params_size(), SIZE);
    for (int i = 0; i < SIZE; i++) {
        wrmf_param id = table[i].id;
        double lowest, highest, initial;
        assert_string_equal(wrmf_params_name(id), table[i].name);
        assert_int_equal(wrmf_params_find(table[i].name), id);
        assert_int_equal(wrmf_params_type(id), table[i].type);
        assert_true(strlen(wrmf_params_help(id)) > 10);
        MUST(wrmf_params_bounds(id, &lowest, &highest, &initial, err));
        assert_true(lowest == table[i].lowest && initial == table[i].initial);
        assert_true(fabs(highest - table[i].highest) <= 1e-15 * highest);
        assert_true(wrmf_params_get_real(params, id) == table[i].initial);
        for (int c = 0; table[i].type == WRMF_TYPE_CHOICE && c <= (int)highest; c++) {
            assert_string_equal(wrmf_params_choice(id, c), table[i].choices[c]);
            MUST(wrmf_params_set(params, table[i].name, table[i].choices[c], err));
            assert_int_equal(wrmf_params_get_int(params, id), c);
        }
        assert_null(wrmf_params_choice(id, (int64_t)5));
        assert_null(wrmf_params_choice(id, -1));
    }
    wrmf_params_free(params);
}

static void whole(void **state)
{
    (void)state;
    for (int i = 0; i < wrmf_params_size(); i++) {
        for (int j = 0; j < i; j++) {
            assert_true(wrmf_params_id(i) != wrmf_params_id(j));
            assert_string_not_equal(wrmf_params_name(wrmf_params_id(i)),
                                    wrmf_params_name(wrmf_params_id(j)));
        }
        assert_int_equal(wrmf_params_find(wrmf_params_name(wrmf_params_id(i))), wrmf_params_id(i));
    }
    assert_int_equal(wrmf_params_id(-1), 0);
    assert_int_equal(wrmf_params_id(wrmf_params_size()), 0);
    assert_int_equal(wrmf_params_find("nothing"), 0);
    assert_null(wrmf_params_name((wrmf_param)0));
    assert_null(wrmf_params_help((wrmf_param)999));
    assert_int_equal(wrmf_params_type((wrmf_param)999), 0);
    assert_int_equal(wrmf_params_bounds((wrmf_param)999, NULL, NULL, NULL, NULL), WRMF_E_NAME);
}

/* The ends of each interval must be allowed, the next numbers beyond them not. */
static void intervals(void **state)
{
    (void)state;
    wrmf_params *params = fresh();
    for (int i = 0; i < SIZE; i++) {
        wrmf_param id = table[i].id;
        if (table[i].type == WRMF_TYPE_REAL) {
            double low = table[i].lowest, high = table[i].highest;
            MUST(wrmf_params_set_real(params, id, low, err));
            MUST(wrmf_params_set_real(params, id, high, err));
            assert_int_equal(wrmf_params_set_real(params, id, nextafter(low, -1), NULL),
                             WRMF_E_RANGE);
            assert_int_equal(wrmf_params_set_real(params, id, nextafter(high, 1e300), NULL),
                             WRMF_E_RANGE);
            assert_int_equal(wrmf_params_set_real(params, id, NAN, NULL), WRMF_E_RANGE);
            assert_int_equal(wrmf_params_set_int(params, id, 1, NULL), WRMF_E_STATE);
            assert_true(wrmf_params_get_real(params, id) == high);
            assert_int_equal(wrmf_params_get_int(params, id), 0);
        } else {
            int64_t low = (int64_t)table[i].lowest;
            int64_t high = id == WRMF_PARAM_SEED ? INT64_MAX : (int64_t)table[i].highest;
            MUST(wrmf_params_set_int(params, id, low, err));
            MUST(wrmf_params_set_int(params, id, high, err));
            assert_int_equal(wrmf_params_set_int(params, id, low - 1, NULL), WRMF_E_RANGE);
            if (high < INT64_MAX) {
                assert_int_equal(wrmf_params_set_int(params, id, high + 1, NULL), WRMF_E_RANGE);
            }
            assert_int_equal(wrmf_params_set_real(params, id, 1.0, NULL), WRMF_E_STATE);
            assert_int_equal(wrmf_params_get_int(params, id), high);
        }
    }
    wrmf_params_free(params);
}

/* Between 0 and 1e-9, unobserved_weight has a gap. */
static void gaps(void **state)
{
    (void)state;
    wrmf_params *const params = fresh();
    wrmf_error error = {WRMF_OK, ""};
    assert_int_equal(wrmf_params_set(params, "unobserved_weight", "9e-10", &error), WRMF_E_RANGE);
    assert_string_equal(error.text, "unobserved_weight is 9e-10, neither 0 nor in 1e-9 .. 1e9");
    MUST(wrmf_params_set(params, "unobserved_weight", "0", err));
    MUST(wrmf_params_set(params, "unobserved_weight", "1e-9", err));
    wrmf_params_free(params);
}

/* Text that wrmf_params_format() gives must be read back as the same value. */
static void texts(void **state)
{
    (void)state;
    static const double reals[] = {0.1, 1.0 / 3, 1e-9, 0.03, 5e-324, 0.099999999999999992};
    wrmf_params *params = fresh(), *copy = fresh();
    char text[64];
    for (int i = 0; i < SIZE; i++) {
        wrmf_param id = table[i].id;
        for (size_t j = 0; j < sizeof reals / sizeof *reals; j++) {
            if (table[i].type == WRMF_TYPE_REAL && reals[j] >= table[i].lowest &&
                reals[j] <= table[i].highest &&
                (id != WRMF_PARAM_UNOBSERVED_WEIGHT || reals[j] >= 1e-9)) {
                MUST(wrmf_params_set_real(params, id, reals[j], err));
            }
            size_t length = wrmf_params_format(params, id, text, sizeof text);
            assert_int_equal(length, strlen(text));
            MUST(wrmf_params_set(copy, table[i].name, text, err));
            assert_true(wrmf_params_get_real(copy, id) == wrmf_params_get_real(params, id));
        }
    }
    MUST(wrmf_params_set(params, "seed", "9223372036854775807", err));
    assert_true(wrmf_params_get_int(params, WRMF_PARAM_SEED) == INT64_MAX);
    assert_int_equal(wrmf_params_set(params, "seed", "9223372036854775808", NULL), WRMF_E_RANGE);
    MUST(wrmf_params_set(params, "regularization", "7.5", err));
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_REGULARIZATION_USER) == 7.5);
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_REGULARIZATION_ITEM) == 7.5);
    MUST(wrmf_params_parse(params, " alpha=2,factors=9\tprecision=float64\n solver=cg ", err));
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_ALPHA) == 2);
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_FACTORS), 9);
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_PRECISION), WRMF_PRECISION_FLOAT64);
    assert_int_equal(wrmf_params_get_int(params, WRMF_PARAM_SOLVER), WRMF_SOLVER_CG);
    /* a word may have any number of pairs that fit it */
    char word[4096] = "";
    for (size_t n = 0; n + 8 < sizeof word; n += 8)
        memcpy(word + n, "alpha=2,", 9);
    MUST(wrmf_params_parse(params, word, err));
    assert_int_equal(wrmf_params_parse(params, "alpha=3,factors", NULL), WRMF_E_FORMAT);
    assert_int_equal(wrmf_params_parse(params, "alpha=3,=2", NULL), WRMF_E_FORMAT);
    assert_int_equal(wrmf_params_parse(params, "alpha=3,factors=0", NULL), WRMF_E_RANGE);
    /* all values are set, or none */
    assert_int_equal(wrmf_params_parse(params, "alpha=3 factors=0", NULL), WRMF_E_RANGE);
    assert_int_equal(wrmf_params_parse(params, "alpha=3 factors", NULL), WRMF_E_FORMAT);
    assert_int_equal(wrmf_params_parse(params, "alpha=3 factor=9", NULL), WRMF_E_NAME);
    assert_int_equal(wrmf_params_parse(params, "alpha=3 factors=x", NULL), WRMF_E_FORMAT);
    assert_true(wrmf_params_get_real(params, WRMF_PARAM_ALPHA) == 2);
    wrmf_params_free(params);
    wrmf_params_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(as_documented), cmocka_unit_test(whole), cmocka_unit_test(intervals),
        cmocka_unit_test(gaps),          cmocka_unit_test(texts),
    };
    if (wrmf_context_create(&context, NULL) != WRMF_OK) {
        return 1;
    }
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    wrmf_context_free(context);
    return failed;
}
