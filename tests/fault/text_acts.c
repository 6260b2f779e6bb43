/* SPDX-License-Identifier: BSD-2-Clause */
/* The acts of this file read and write: files, descriptors and functions of the host; delimited
 * text; Matrix Market files; ids as text. */
#include "world.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* ---- input and output ---- */

static int64_t read_nothing(void *self, void *buffer, size_t capacity)
{
    (void)self;
    (void)buffer;
    (void)capacity;
    return 0;
}

static int write_nothing(void *self, const void *data, size_t bytes)
{
    (void)self;
    (void)data;
    (void)bytes;
    return 0;
}

static wrmf_status input_path(world *w)
{
    MAKES(input, wrmf_input_open_path(w->context, "/dev/null", &out, &w->error));
}

static wrmf_status input_fd(world *w)
{
    MAKES(input, wrmf_input_open_fd(w->context, 0, "a name", &out, &w->error));
}

static wrmf_status input_callback(world *w)
{
    MAKES(input,
          wrmf_input_open_callback(w->context, NULL, read_nothing, "a name", &out, &w->error));
}

static wrmf_status output_fd(world *w)
{
    MAKES(output, wrmf_output_open_fd(w->context, 1, "a name", &out, &w->error));
}

static wrmf_status output_callback(world *w)
{
    MAKES(output,
          wrmf_output_open_callback(w->context, NULL, write_nothing, "a name", &out, &w->error));
}

/* A file is replaced as a whole or not at all, and no other is left behind. */
static wrmf_status output_path(world *w)
{
    char folder[] = "fault-XXXXXX", path[sizeof folder + 8], was[8] = "";
    assert_non_null(mkdtemp(folder));
    strcat(strcpy(path, folder), "/file");
    wrmf_output *out = UNTOUCHED;
    wrmf_status status = wrmf_output_open_path(w->context, path, &out, &w->error);
    if (status != WRMF_OK) {
        assert_ptr_equal(out, UNTOUCHED);
    } else {
        status = wrmf_output_write(out, "whole", 5, &w->error);
        if (status == WRMF_OK)
            status = wrmf_output_close(out, &w->error);
        wrmf_output_free(out);
    }
    const int fd = open(path, O_RDONLY);
    if (status == WRMF_OK) {
        assert_int_equal(read(fd, was, sizeof was - 1), 5);
        assert_string_equal(was, "whole");
        close(fd);
        unlink(path);
    } else {
        assert_int_equal(fd, -1);
    }
    assert_int_equal(rmdir(folder), 0);
    return status;
}

/* ---- readers ---- */

static wrmf_status reader_create(world *w)
{
    MAKES(reader, wrmf_reader_create(w->context, &out, &w->error));
}

#define ROWS                                                                                       \
    "user,item,count,name\na,x,2,First\nb,y,3,\"Second\"\na,y,4,Second\nb,y,5,Other\nc,z,1,\n"
static const char rows[] = ROWS, header_moved[] = "i,u,user,item\n1,2,a,x\n2,1,b,y\n";
static const unsigned char packed[] = {
    31,  139, 8,   0,  0,   0,   0, 0,   2,   3,  43, 45, 78,  45,  210, 201, 44, 73, 205, 229, 74,
    212, 169, 224, 74, 210, 169, 4, 210, 149, 96, 26, 0,  142, 212, 70,  218, 26, 0,  0,   0};

/* Reads once. On failure the reader must have no counts, and nothing may come out. */
static wrmf_status take(world *w, wrmf_reader *reader, const void *data, size_t bytes)
{
    text t = {data, bytes};
    wrmf_input *const input = world_input(w, &t);
    wrmf_matrix *matrix = UNTOUCHED;
    wrmf_ids *users = UNTOUCHED, *items = UNTOUCHED;
    const wrmf_status status = wrmf_reader_read(reader, input, &matrix, &users, &items, &w->error);
    wrmf_input_free(input);
    if (status == WRMF_OK) {
        assert_int_equal(wrmf_matrix_entries(matrix), wrmf_reader_count(reader, WRMF_READ_PAIRS));
        wrmf_matrix_free(matrix);
        wrmf_ids_free(users);
        wrmf_ids_free(items);
    } else {
        assert_true((void *)matrix == UNTOUCHED && (void *)users == UNTOUCHED &&
                    (void *)items == UNTOUCHED);
        assert_int_equal(wrmf_reader_count(reader, WRMF_READ_ROWS), 0);
    }
    return status;
}

static wrmf_reader *new_reader(world *w)
{
    wrmf_reader *reader = NULL;
    world_hold(w);
    MUST(wrmf_reader_create(w->context, &reader, err));
    world_go(w);
    return reader;
}

static wrmf_status read_plain(world *w)
{
    wrmf_reader *const reader = new_reader(w);
    const wrmf_status status = take(w, reader, rows, sizeof rows - 1);
    wrmf_reader_free(reader);
    return status;
}

static wrmf_status read_packed(world *w)
{
    wrmf_reader *const reader = new_reader(w);
    const wrmf_status status = take(w, reader, packed, sizeof packed);
    wrmf_reader_free(reader);
    return status;
}

static wrmf_status read_all_columns(world *w)
{
    wrmf_reader *const reader = new_reader(w);
    world_hold(w);
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_COUNT, "count", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_NAME, "name", err));
    MUST(wrmf_reader_set_duplicates(reader, WRMF_DUPLICATES_DROP, err));
    world_go(w);
    const wrmf_status status = take(w, reader, rows, sizeof rows - 1);
    wrmf_reader_free(reader);
    return status;
}

static wrmf_status read_known(world *w)
{
    static const char known[] = "id 1\tid 2\nid 3\tid 4\nid 77\tid 4\nid 1\tid 3\n";
    wrmf_reader *const reader = new_reader(w);
    world_hold(w);
    MUST(wrmf_reader_set_header(reader, 0, err));
    MUST(wrmf_reader_set_known_ids(reader, WRMF_USERS, w->users, err));
    MUST(wrmf_reader_set_known_ids(reader, WRMF_ITEMS, w->items, err));
    world_go(w);
    const wrmf_status status = take(w, reader, known, sizeof known - 1);
    wrmf_reader_free(reader);
    return status;
}

static wrmf_status read_integers(world *w)
{
    static const char numbers[] = "u;i\n7;8\n9;8\n7;10\n";
    wrmf_reader *const reader = new_reader(w);
    world_hold(w);
    MUST(wrmf_reader_set_ids_kind(reader, WRMF_USERS, WRMF_IDS_INTEGER, err));
    MUST(wrmf_reader_set_ids_kind(reader, WRMF_ITEMS, WRMF_IDS_INTEGER, err));
    world_go(w);
    const wrmf_status status = take(w, reader, numbers, sizeof numbers - 1);
    wrmf_reader_free(reader);
    return status;
}

/* This text has more rows, ids and bytes than buffers have room for at first. */
static wrmf_status read_many(world *w)
{
    enum { MANY = 20000, LONGEST = 16 };
    char *const data = malloc(MANY * LONGEST + 4);
    assert_non_null(data);
    size_t bytes = (size_t)sprintf(data, "u,i\n");
    for (int i = 0; i < MANY; i++)
        bytes += (size_t)sprintf(data + bytes, "%d,%d\n", i % 6000, i / 3);
    wrmf_reader *const reader = new_reader(w);
    const wrmf_status status = take(w, reader, data, bytes);
    wrmf_reader_free(reader);
    free(data);
    return status;
}

/* A column that could not be set must stay the one it was. */
static wrmf_status set_column(world *w)
{
    wrmf_reader *const reader = new_reader(w);
    world_hold(w);
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "user", err));
    MUST(wrmf_reader_set_column(reader, WRMF_COLUMN_ITEM, "item", err));
    world_go(w);
    const wrmf_status status = wrmf_reader_set_column(reader, WRMF_COLUMN_USER, "u", &w->error);
    text t = {header_moved, sizeof header_moved - 1};
    wrmf_input *const input = world_input(w, &t);
    wrmf_matrix *matrix = NULL;
    wrmf_ids *users = NULL;
    world_hold(w);
    MUST(wrmf_reader_read(reader, input, &matrix, &users, NULL, err));
    assert_string_equal(wrmf_ids_string(users, 0, NULL), status == WRMF_OK ? "2" : "a");
    wrmf_input_free(input);
    wrmf_matrix_free(matrix);
    wrmf_ids_free(users);
    wrmf_reader_free(reader);
    return status;
}

/* ---- other text ---- */

static wrmf_status read_market(world *w)
{
    static const char market[] =
        "%%MatrixMarket matrix coordinate real general\n3 2 4\n1 1 2\n3 2 1.5\n1 1 3\n2 1 1\n";
    text t = {market, sizeof market - 1};
    wrmf_input *const input = world_input(w, &t);
    wrmf_matrix *out = UNTOUCHED;
    int64_t merged = -7;
    const wrmf_status status =
        wrmf_matrix_read_market(w->context, input, WRMF_DUPLICATES_SUM, &merged, &out, &w->error);
    wrmf_input_free(input);
    assert_int_equal(merged, status == WRMF_OK ? 1 : -7);
    if (status == WRMF_OK)
        wrmf_matrix_free(out);
    else
        assert_ptr_equal(out, UNTOUCHED);
    return status;
}

static wrmf_status write_market(world *w)
{
    wrmf_output *const output = world_output(w);
    const wrmf_status status = wrmf_matrix_write_market(w->matrix, output, &w->error);
    wrmf_output_free(output);
    return status;
}

static wrmf_status write_text(world *w)
{
    wrmf_output *const output = world_output(w);
    const wrmf_status status =
        wrmf_matrix_write_text(w->matrix, w->users, w->items, ',', output, &w->error);
    wrmf_output_free(output);
    return status;
}

static wrmf_status ids_of(world *w, const char *data, wrmf_ids_kind kind)
{
    text t = {data, strlen(data)};
    wrmf_input *const input = world_input(w, &t);
    wrmf_ids *out = UNTOUCHED;
    const wrmf_status status = wrmf_ids_read(w->context, input, kind, &out, &w->error);
    wrmf_input_free(input);
    if (status == WRMF_OK)
        wrmf_ids_free(out);
    else
        assert_ptr_equal(out, UNTOUCHED);
    return status;
}

static wrmf_status ids_read(world *w)
{
    return ids_of(w, "one\tFirst\ntwo\nthree\\ttabs\tThird\\n\n", WRMF_IDS_STRING);
}

static wrmf_status ids_read_integers(world *w)
{
    return ids_of(w, "1\tFirst\n-2\n3\n", WRMF_IDS_INTEGER);
}

static wrmf_status ids_write(world *w)
{
    wrmf_output *const output = world_output(w);
    const wrmf_status status = wrmf_ids_write(w->users, output, &w->error);
    wrmf_output_free(output);
    return status;
}

const act text_acts[] = {
    {"open a path", input_path, 0},
    {"open a descriptor", input_fd, 0},
    {"open a callback", input_callback, 0},
    {"write to a descriptor", output_fd, 0},
    {"write to a callback", output_callback, 0},
    {"write a file", output_path, 0},
    {"create a reader", reader_create, 0},
    {"read", read_plain, 0},
    {"read gzip", read_packed, 0},
    {"read all columns", read_all_columns, 0},
    {"read known ids", read_known, NEEDS_IDS},
    {"read integer ids", read_integers, 0},
    {"read many rows", read_many, 0},
    {"set a column", set_column, 0},
    {"read Matrix Market", read_market, 0},
    {"write Matrix Market", write_market, 0},
    {"write text", write_text, NEEDS_IDS},
    {"read ids", ids_read, 0},
    {"read integer ids from text", ids_read_integers, 0},
    {"write ids", ids_write, NEEDS_IDS},
    {NULL, NULL, 0},
};
