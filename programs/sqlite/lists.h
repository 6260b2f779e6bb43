/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * lists.h - ranked lists of all rows of a side, and the tables that keep them.
 *
 * A table has a row an entry: whose list it is in, its rank from 1, what it is, its score. It is
 * kept in the order of its primary key, the first two.
 */
#ifndef PROGRAMS_SQLITE_LISTS_H
#define PROGRAMS_SQLITE_LISTS_H

#include <stdint.h>

#include <wrmf/wrmf.h>

struct lists {
    int64_t n;        /* lists, one for each row that asks */
    int64_t length;   /* entries that each has at most, and room for */
    int32_t *indices; /* list i begins at i * length */
    double *scores;
    int32_t *counts; /* the entries of each list */
};

/* Makes the lists of all rows of a side, which leave out what `seen` has, if it is not NULL. */
void lists_make(wrmf_context *context, const wrmf_model *model, wrmf_side asking,
                const wrmf_matrix *seen, int64_t length, struct lists *lists);
void lists_free(struct lists *lists);

/* A table, and the names of its columns. It may have one of items' names besides. */
struct list_table {
    const char *option; /* that names it */
    const char *name;
    const char *columns[4]; /* whose list, rank, what, score */
    wrmf_side asking;       /* the side whose rows have lists; items are what is in them */
};

/* Makes a table, if it is missing, with the types of these ids, or of none where they are NULL;
 * one that is there must have the columns, and must give values back as they are. `with_names`: the
 * one of names is to be there as well. */
void list_table_prepare(const struct list_table *table, const wrmf_ids *const ids[2],
                        int with_names);
/* Says whether a table, which is there, has no row. */
int list_table_is_empty(const struct list_table *table);

/* What writing did, in lists. */
struct list_changes {
    int64_t written, same, removed;
};

/* Writes the lists that differ from those that the table has, and removes those of others. Names of
 * items are a part of them, where items have some and the table has a column for them. `gone`
 * has, of each side, a byte for each row or is NULL: 1: it is to be in no list, and have none. */
void list_table_write(const struct list_table *table, const struct lists *lists,
                      const wrmf_ids *const ids[2], unsigned char *const gone[2],
                      struct list_changes *changes);

#endif /* PROGRAMS_SQLITE_LISTS_H */
