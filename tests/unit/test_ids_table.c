/* SPDX-License-Identifier: BSD-2-Clause */
/* Ids that were chosen to collide do not share a bucket of the hash table. */
#include "fixture.h"

#include <stdlib.h>
#include <string.h>
#include <xxhash.h>

#include "data/ids.h"

enum {
    IDS = 1000,
    /* the low bits in which the hashes of all ids agree, where no seed enters: they are in one
     * bucket of up to 2^BITS */
    BITS = 12,
};

/* The table grows where a bucket has more than 10 ids, so that buckets hold 10 or fewer on average.
 * The number in one follows a Poisson law then, and one of more than 80 ids has a probability below
 * 1e-45: with hashes that are random the test does not fail. */
static const int64_t bound = 80;

/* The next integer above `after` whose bytes hash to zeros. */
static int64_t next_colliding(int64_t after)
{
    do
        after++;
    while (XXH3_64bits(&after, sizeof after) % (1u << BITS) != 0);
    return after;
}

static void integers(void **state)
{
    (void)state;
    wrmf_ids *ids = NULL;
    MUST(wrmf_i_ids_new(context, WRMF_IDS_INTEGER, &ids, err));
    assert_int_equal(wrmf_i_ids_longest_chain(ids), 0);
    int64_t id = 0, index = -1;
    for (int i = 0; i < IDS; i++) {
        id = next_colliding(id);
        MUST(wrmf_i_ids_add_integer(ids, id, &index, err));
        assert_int_equal(index, i);
    }
    assert_in_range(wrmf_i_ids_longest_chain(ids), 1, bound);
    wrmf_i_ids_free(ids);
}

static void strings(void **state)
{
    (void)state;
    wrmf_ids *ids = NULL, *copy = NULL;
    MUST(wrmf_i_ids_new(context, WRMF_IDS_STRING, &ids, err));
    unsigned char text[9] = "........";
    int64_t index = -1;
    for (int i = 0; i < IDS;) {
        /* count up in letters, for a NUL is no part of an id */
        for (int digit = 0; ++text[digit] > 'z'; digit++)
            text[digit] = '.';
        if (XXH3_64bits(text, 8) % (1u << BITS) != 0)
            continue;
        MUST(wrmf_i_ids_add_string(ids, (const char *)text, 8, &index, err));
        assert_int_equal(index, i++);
    }
    assert_in_range(wrmf_i_ids_longest_chain(ids), 1, bound);
    MUST(wrmf_i_ids_copy(context, ids, &copy, err)); /* another object, another seed */
    assert_in_range(wrmf_i_ids_longest_chain(copy), 1, bound);
    assert_true(wrmf_i_ids_hash(copy) == wrmf_i_ids_hash(ids));
    wrmf_i_ids_free(ids);
    wrmf_i_ids_free(copy);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        TEST(integers),
        TEST(strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
