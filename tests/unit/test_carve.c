/* SPDX-License-Identifier: BSD-2-Clause */
/* Carving arrays out of one block: sizes, alignment, overflow, a caller's workspace. */
#include "host.h"

#include <string.h>

#include "base/carve.h"

/* A layout as the library writes them, and one that contains it. */
typedef struct parts {
    double *values;
    char *bytes;
    int32_t *words;
    float *matrix;
} parts;

enum { VALUES = 3, BYTES = 65, ROWS = 5, COLUMNS = 7 };

static size_t carve_parts(wrmf_i_carver *carver, parts *p, size_t words)
{
    p->values = wrmf_i_carve(carver, VALUES, sizeof *p->values);
    p->bytes = wrmf_i_carve(carver, BYTES, 1);
    p->words = wrmf_i_carve(carver, words, sizeof *p->words);
    p->matrix = wrmf_i_carve_matrix(carver, ROWS, COLUMNS, sizeof *p->matrix);
    return wrmf_i_carver_bytes(carver);
}

static size_t lay_out(void *memory, parts *p, size_t words)
{
    wrmf_i_carver carver = wrmf_i_carver_over(memory);
    return carve_parts(&carver, p, words);
}

static bool is_aligned(const void *part)
{
    return part && (uintptr_t)part % WRMF_I_ALIGN == 0;
}

/* Every byte of every part is written: the sanitizer sees one outside of the block. */
static void fill(const parts *p, size_t words)
{
    memset(p->values, 1, VALUES * sizeof *p->values);
    memset(p->bytes, 2, BYTES);
    memset(p->words, 3, words * sizeof *p->words);
    memset(p->matrix, 4, ROWS * COLUMNS * sizeof *p->matrix);
}

static void parts_are_apart(void **state)
{
    (void)state;
    for (size_t words = 0; words < 40; words++) {
        parts p;
        const size_t bytes = lay_out(NULL, &p, words);
        assert_true(!p.values && !p.bytes && !p.words && !p.matrix);
        const size_t rounded = (words * sizeof *p.words + 63) / 64 * 64;
        assert_int_equal(bytes, 64 + 128 + rounded + 192);
        char *const memory = wrmf_i_alloc(&wrmf_i_default_allocator, bytes, 1);
        assert_non_null(memory);
        assert_int_equal(lay_out(memory, &p, words), bytes);
        assert_ptr_equal(p.values, memory);
        assert_true(is_aligned(p.values) && is_aligned(p.bytes) && is_aligned(p.words) &&
                    is_aligned(p.matrix));
        assert_ptr_equal(p.bytes, memory + 64);
        assert_ptr_equal(p.words, memory + 192);
        assert_ptr_equal(p.matrix, memory + 192 + rounded);
        fill(&p, words);
        assert_int_equal(*p.bytes, 2);
        wrmf_i_free(&wrmf_i_default_allocator, memory, bytes, 1);
    }
}

static void overflows_are_remembered(void **state)
{
    (void)state;
    static const size_t too_many[] = {SIZE_MAX, SIZE_MAX / 2, SIZE_MAX / 4, SIZE_MAX / 8 + 1,
                                      (size_t)(int64_t)-1};
    for (size_t i = 0; i < sizeof too_many / sizeof *too_many; i++) {
        parts p;
        assert_true(lay_out(NULL, &p, too_many[i]) == WRMF_I_TOO_MANY_BYTES);
        double block[64];
        wrmf_i_carver carver = wrmf_i_carver_over(block);
        assert_true(carve_parts(&carver, &p, too_many[i]) == WRMF_I_TOO_MANY_BYTES);
        assert_false(wrmf_i_carver_fits(&carver));
        assert_true(p.values && p.bytes && !p.words && !p.matrix);
        assert_null(wrmf_i_carve(&carver, 0, 1));
        assert_true(wrmf_i_carver_bytes_within(&carver) == WRMF_I_TOO_MANY_BYTES);
    }
    /* sums: each part would fit */
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve(&carver, SIZE_MAX / 4, 1);
    assert_true(wrmf_i_carver_fits(&carver));
    (void)wrmf_i_carve(&carver, SIZE_MAX / 4, 1);
    assert_false(wrmf_i_carver_fits(&carver));
    /* products of three */
    carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve_matrix(&carver, 1, SIZE_MAX / 2, 4);
    assert_false(wrmf_i_carver_fits(&carver));
    carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve_matrix(&carver, (size_t)1 << 30, (size_t)1 << 30, 16);
    assert_false(wrmf_i_carver_fits(&carver));
    /* too many bytes of an inner layout are too many of the outer one, and never allocated */
    carver = wrmf_i_carver_over(NULL);
    (void)wrmf_i_carve(&carver, 1, WRMF_I_TOO_MANY_BYTES);
    assert_true(wrmf_i_carver_bytes(&carver) == WRMF_I_TOO_MANY_BYTES);
    host machine = {0};
    const wrmf_i_allocator counted = {&machine, host_alloc, host_free};
    assert_null(wrmf_i_alloc(&counted, 1, WRMF_I_TOO_MANY_BYTES));
    assert_int_equal(machine.calls, 0);
}

/* A caller's workspace begins anywhere; what the size says is enough, one byte less than the
 * parts need is not. */
static void workspaces(void **state)
{
    (void)state;
    enum { WORDS = 9 };
    parts p;
    wrmf_i_carver carver = wrmf_i_carver_over(NULL);
    const size_t exact = carve_parts(&carver, &p, WORDS);
    const size_t bytes = wrmf_i_carver_bytes_within(&carver);
    char *const memory = wrmf_i_alloc(&wrmf_i_default_allocator, bytes + WRMF_I_ALIGN, 1);
    assert_non_null(memory);
    for (size_t shift = 0; shift <= WRMF_I_ALIGN; shift++) {
        carver = wrmf_i_carver_within(memory + shift, bytes);
        assert_int_equal(carve_parts(&carver, &p, WORDS), exact);
        assert_true(is_aligned(p.values) && is_aligned(p.matrix));
        assert_true((char *)p.values >= memory + shift);
        assert_true((char *)(p.matrix + ROWS * COLUMNS) <= memory + shift + bytes);
        const size_t skipped = (size_t)((char *)p.values - memory) - shift;
        carver = wrmf_i_carver_within(memory + shift, skipped + exact);
        assert_int_equal(carve_parts(&carver, &p, WORDS), exact);
        carver = wrmf_i_carver_within(memory + shift, skipped + exact - 1);
        assert_true(carve_parts(&carver, &p, WORDS) == WRMF_I_TOO_MANY_BYTES);
        assert_null(p.matrix);
        carver = wrmf_i_carver_within(memory + shift, skipped / 2);
        assert_true(carve_parts(&carver, &p, WORDS) == WRMF_I_TOO_MANY_BYTES);
        assert_null(p.values);
    }
    wrmf_i_free(&wrmf_i_default_allocator, memory, bytes + WRMF_I_ALIGN, 1);
    carver = wrmf_i_carver_within(NULL, bytes);
    assert_false(wrmf_i_carver_fits(&carver));
    assert_null(wrmf_i_carve(&carver, 0, 1));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(parts_are_apart),
        cmocka_unit_test(overflows_are_remembered),
        cmocka_unit_test(workspaces),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
