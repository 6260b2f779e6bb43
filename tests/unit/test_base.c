/* SPDX-License-Identifier: BSD-2-Clause */
/* Random numbers, sizes, blocks of memory, error texts. */
#include "host.h"

#include <math.h>
#include <string.h>

#include "base/alloc.h"
#include "base/checked.h"
#include "base/error.h"
#include "base/random.h"

/* Known answers of Random123 1.09, kat_vectors, philox4x32 10. */
static void philox_known_answers(void **state)
{
    (void)state;
    static const struct {
        uint32_t counter[4], key[2], want[4];
    } known[] = {
        {{0, 0, 0, 0}, {0, 0}, {0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8}},
        {{0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff},
         {0xffffffff, 0xffffffff},
         {0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd}},
        {{0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
         {0xa4093822, 0x299f31d0},
         {0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1}},
    };
    for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
        const uint32_t *const c = known[i].counter, *const k = known[i].key;
        uint32_t got[4];
        wrmf_i_random_block((uint64_t)k[1] << 32 | k[0], c[3], c[2], (uint64_t)c[1] << 32 | c[0],
                            got);
        assert_memory_equal(got, known[i].want, sizeof got);
    }
}

static void random_below_is_even(void **state)
{
    (void)state;
    enum { DRAWS = 60000 };
    for (uint64_t bound = 1; bound < 8; bound++) {
        int seen[8] = {0};
        for (uint64_t i = 0; i < DRAWS; i++) {
            const uint64_t number = wrmf_i_random_below(3, 77, 0, i, bound);
            assert_true(number < bound);
            seen[number]++;
        }
        const double each = DRAWS / (double)bound;
        for (uint64_t n = 0; n < bound; n++)
            assert_true(fabs(seen[n] - each) <= 5 * sqrt(each));
    }
    /* of the largest bounds nearly half of all numbers must be drawn again */
    const uint64_t bound = UINT64_C(1) << 63 | 1;
    int high = 0;
    for (uint64_t i = 0; i < DRAWS; i++) {
        const uint64_t number = wrmf_i_random_below(3, 77, 0, i, bound);
        assert_true(number < bound);
        high += number >= bound / 2;
    }
    assert_true(fabs(high - DRAWS / 2.0) < 5 * sqrt(DRAWS / 4.0));
}

static void random_normal_moments(void **state)
{
    (void)state;
    enum { PAIRS = 100000 };
    double sum[4] = {0}, product = 0;
    for (uint64_t i = 0; i < PAIRS; i++) {
        double z[2];
        wrmf_i_random_normal2(5, 0, 1, i, z);
        assert_true(isfinite(z[0]) && isfinite(z[1]));
        product += z[0] * z[1];
        for (int k = 1; k <= 4; k++)
            sum[k - 1] += pow(z[0], k) + pow(z[1], k);
    }
    const double n = 2.0 * PAIRS, five = 5 / sqrt(n);
    assert_true(fabs(sum[0] / n) < five);
    assert_true(fabs(sum[1] / n - 1) < five * sqrt(2));
    assert_true(fabs(sum[2] / n) < five * sqrt(15));
    assert_true(fabs(sum[3] / n - 3) < five * sqrt(96));
    assert_true(fabs(product / PAIRS) < 5 / sqrt(PAIRS));
}

static void sizes(void **state)
{
    (void)state;
    size_t size;
    int64_t number;
    assert_true(wrmf_i_mul_size(SIZE_MAX / 2, 2, &size) && size == SIZE_MAX - 1);
    assert_false(wrmf_i_mul_size(SIZE_MAX / 2 + 1, 2, &size));
    assert_true(wrmf_i_add_size(SIZE_MAX, 0, &size) && size == SIZE_MAX);
    assert_false(wrmf_i_add_size(SIZE_MAX, 1, &size));
    assert_true(wrmf_i_mul_int64(INT64_MAX / 3, 3, &number));
    assert_false(wrmf_i_mul_int64(INT64_MAX / 2, 3, &number));
    assert_false(wrmf_i_mul_int64(INT64_MIN, -1, &number));
    assert_true(wrmf_i_add_int64(INT64_MAX, -1, &number) && number == INT64_MAX - 1);
    assert_false(wrmf_i_add_int64(INT64_MAX, 1, &number));
}

static void blocks(const wrmf_i_allocator *allocator)
{
    assert_null(wrmf_i_alloc(allocator, SIZE_MAX, 2));
    assert_null(wrmf_i_alloc_zero(allocator, SIZE_MAX / 2, 3));
    char *const none = wrmf_i_alloc(allocator, 0, 8);
    assert_non_null(none);
    wrmf_i_free(allocator, none, 0, 8);
    wrmf_i_free(allocator, NULL, 7, 8);
    int64_t *numbers = wrmf_i_alloc_zero(allocator, 3, sizeof *numbers);
    assert_true((uintptr_t)numbers % WRMF_I_ALIGN == 0);
    assert_true(numbers[0] == 0 && numbers[2] == 0);
    numbers[0] = 5;
    numbers[2] = 7;
    assert_null(wrmf_i_realloc(allocator, numbers, 3, SIZE_MAX, sizeof *numbers));
    numbers = wrmf_i_realloc(allocator, numbers, 3, 100, sizeof *numbers);
    assert_true(numbers[0] == 5 && numbers[1] == 0 && numbers[2] == 7);
    numbers = wrmf_i_realloc(allocator, numbers, 100, 1, sizeof *numbers);
    assert_true(numbers[0] == 5);
    wrmf_i_free(allocator, numbers, 1, sizeof *numbers);
    numbers = wrmf_i_realloc(allocator, NULL, 0, 2, sizeof *numbers);
    wrmf_i_free(allocator, numbers, 2, sizeof *numbers);
    char *const copy = wrmf_i_strdup(allocator, "text");
    assert_string_equal(copy, "text");
    wrmf_i_free(allocator, copy, 5, 1);
}

static void memory(void **state)
{
    (void)state;
    host machine = {0};
    const wrmf_i_allocator counted = {&machine, host_alloc, host_free};
    blocks(&counted);
    host_check(&machine);
    blocks(&wrmf_i_default_allocator);
    host_fail(&machine, 1, true);
    assert_null(wrmf_i_alloc(&counted, 1, 1));
    assert_null(wrmf_i_strdup(&counted, "text"));
}

static void error_texts(void **state)
{
    (void)state;
    wrmf_error error;
    memset(&error, 'x', sizeof error);
    assert_int_equal(wrmf_i_fail(&error, WRMF_E_SHAPE, "%d and %s", 3, "more"), WRMF_E_SHAPE);
    assert_int_equal(error.code, WRMF_E_SHAPE);
    assert_string_equal(error.text, "3 and more");
    char longer[2 * WRMF_ERROR_TEXT];
    memset(longer, 'y', sizeof longer - 1);
    longer[sizeof longer - 1] = '\0';
    assert_int_equal(wrmf_i_fail(&error, WRMF_E_IO, "%s", longer), WRMF_E_IO);
    assert_int_equal(strlen(error.text), WRMF_ERROR_TEXT - 1);
    assert_int_equal(wrmf_i_fail(NULL, WRMF_E_IO, "%s", longer), WRMF_E_IO);
    assert_int_equal(wrmf_i_fail_memory(NULL, "ids"), WRMF_E_NOMEM);
    assert_int_equal(wrmf_i_fail_memory(&error, "ids"), WRMF_E_NOMEM);
    assert_string_equal(error.text, "out of memory for ids");
    assert_null(wrmf_i_alloc(&wrmf_i_default_allocator, SIZE_MAX, 2));
    assert_int_equal(wrmf_i_take_refused(), SIZE_MAX);
    assert_int_equal(wrmf_i_take_refused(), 0);
    assert_int_equal(wrmf_i_fail_null(&error, "matrix"), WRMF_E_NULL);
    assert_string_equal(error.text, "matrix is NULL");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(philox_known_answers),
        cmocka_unit_test(random_below_is_even),
        cmocka_unit_test(random_normal_moments),
        cmocka_unit_test(sizes),
        cmocka_unit_test(memory),
        cmocka_unit_test(error_texts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
