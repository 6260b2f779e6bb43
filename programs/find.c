/* SPDX-License-Identifier: BSD-2-Clause */
/* This finds names, upper and lower case alike. */
#include "find.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"

/* Gives the lower case of a letter of 2 bytes of UTF-8: Latin-1, Greek and Cyrillic. */
static unsigned lower(unsigned letter)
{
    if ((letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) ||
        (letter >= 0x391 && letter <= 0x3A9) || (letter >= 0x410 && letter <= 0x42F))
        return letter + 0x20;
    return letter >= 0x400 && letter <= 0x40F ? letter + 0x50 : letter;
}

/* Writes a text with letters in lower case and each run of blanks as one, and a NUL; gives its
 * length, which is at most the text's. */
static size_t fold_text(const char *text, size_t length, char *copy)
{
    size_t n = 0;
    const unsigned char *end = (const unsigned char *)text + length;
    for (const unsigned char *c = (const unsigned char *)text; c < end; c++) {
        if (*c < 0x80) {
            if (!isspace(*c) && *c)
                copy[n++] = (char)tolower(*c);
            else if (n > 0 && copy[n - 1] != ' ')
                copy[n++] = ' ';
        } else if ((*c & 0xE0) == 0xC0 && c + 1 < end && (c[1] & 0xC0) == 0x80) {
            const unsigned letter = lower((*c & 0x1Fu) << 6 | (c[1] & 0x3Fu));
            copy[n++] = (char)(0xC0 | letter >> 6);
            copy[n++] = (char)(0x80 | (letter & 0x3F));
            c++;
        } else {
            copy[n++] = (char)*c;
        }
    }
    while (n > 0 && copy[n - 1] == ' ')
        n--;
    copy[n] = '\0';
    return n;
}

/* ---- the index ---- */

enum { MOST_TEXT = 256 }; /* bytes of a text that is looked for, the NUL included */

struct name_index {
    char *all;      /* a line for each row: its name, if it has one, and a tab; its id; folded */
    size_t *begins; /* n + 1 places in it */
    int64_t n;
};

/* What a row is found by: texts that ids have, or that are in the buffer. */
struct label {
    const char *name, *id; /* the first may be NULL */
    size_t name_length, id_length;
    char buffer[32];
};

static void label_of(const wrmf_ids *ids, int64_t i, struct label *label)
{
    label->name_length = 0;
    label->name = ids ? wrmf_ids_name(ids, i, &label->name_length) : NULL;
    label->id = ids ? wrmf_ids_string(ids, i, &label->id_length) : NULL;
    if (label->id)
        return;
    label->id = label->buffer;
    if (ids)
        label->id_length = wrmf_ids_format(ids, i, label->buffer, sizeof label->buffer);
    else
        label->id_length =
            (size_t)snprintf(label->buffer, sizeof label->buffer, "%lld", (long long)i);
}

/* Writes the line of a row; gives its length. */
static size_t put_line(const struct label *label, char *line)
{
    size_t n = 0;
    if (label->name) {
        n = fold_text(label->name, label->name_length, line);
        line[n++] = '\t';
    }
    n += fold_text(label->id, label->id_length, line + n);
    line[n] = '\n';
    return n + 1;
}

struct name_index *name_index_make(const wrmf_ids *ids, int64_t n)
{
    struct label label;
    size_t bytes = 1, at = 0;
    struct name_index *index = calloc(1, sizeof *index);
    for (int64_t i = 0; i < n; i++) {
        label_of(ids, i, &label);
        bytes += label.name_length + label.id_length + 2;
    }
    if (index) {
        index->n = n;
        index->all = malloc(bytes);
        index->begins = malloc(((size_t)n + 1) * sizeof *index->begins);
    }
    if (!index || !index->all || !index->begins) {
        name_index_free(index);
        return NULL;
    }
    for (int64_t i = 0; i < n; i++) {
        index->begins[i] = at;
        label_of(ids, i, &label);
        at += put_line(&label, index->all + at);
    }
    index->begins[n] = at;
    index->all[at] = '\0';
    return index;
}

void name_index_free(struct name_index *index)
{
    if (!index)
        return;
    free(index->all);
    free(index->begins);
    free(index);
}

/* ---- matches ---- */

/* Says whether a line, which a line break ends, has a word of so many bytes: 2 where one of its own
 * words begins with it, 1 where it is somewhere else, 0 where it is not. */
static int has_word(const char *line, const char *word, size_t length)
{
    int best = 0;
    for (const char *at = line; *at != '\n' && best < 2; at++) {
        if (*at != *word || strncmp(at, word, length) != 0)
            continue;
        const unsigned char before = at > line ? (unsigned char)at[-1] : ' ';
        best = before < 0x80 && !isalnum(before) ? 2 : 1;
    }
    return best;
}

/* Says whether the name, or the id, of a line is a text: 2; or begins with it: 1. */
static int begins_with(const char *line, const char *text)
{
    const size_t length = strlen(text);
    const char *id = line + strcspn(line, "\t\n");
    int best = 0;
    for (int part = 0; part < 2 && line; part++) {
        if (strncmp(line, text, length) == 0) {
            const int is_all = line[length] == '\t' || line[length] == '\n';
            best = is_all ? 2 : best ? best : 1;
        }
        line = *id == '\t' ? id + 1 : NULL;
    }
    return best;
}

/* Gives how well a line matches a text; 0: it lacks a word. */
static int64_t match(const char *line, const char *text)
{
    int64_t begins = 0;
    for (const char *word = text; *word;) {
        const size_t length = strcspn(word, " ");
        const int has = has_word(line, word, length);
        if (!has)
            return 0;
        begins += has == 2;
        word += length + (word[length] == ' ');
    }
    return 1 + begins + 1000000 * begins_with(line, text);
}

/* Gives the row whose line a place is in, which is not before the one that was last. */
static int64_t row_at(const struct name_index *index, int64_t last, size_t place)
{
    int64_t low = last, high = index->n - 1;
    while (low < high) {
        const int64_t middle = low + (high - low + 1) / 2;
        if (index->begins[middle] <= place)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

/* Whether one row, by how well its line matches, its length and its number, is before another. */
static int is_better(const struct name_index *index, int64_t a, int64_t a_score, int64_t b,
                     int64_t b_score)
{
    if (a_score != b_score)
        return a_score > b_score;
    const size_t a_length = index->begins[a + 1] - index->begins[a],
                 b_length = index->begins[b + 1] - index->begins[b];
    return a_length != b_length ? a_length < b_length : a < b;
}

int64_t name_index_find(const struct name_index *index, const char *text, int64_t *found,
                        int64_t room)
{
    char wanted[MOST_TEXT], word[MOST_TEXT];
    const size_t length = strlen(text);
    fold_text(text, length < MOST_TEXT ? length : MOST_TEXT - 1, wanted);
    snprintf(word, sizeof word, "%.*s", (int)strcspn(wanted, " "), wanted);
    int64_t n = 0, row = 0;
    const char *at = *word && room > 0 && index->n > 0 ? strstr(index->all, word) : NULL;
    while (at) {
        row = row_at(index, row, (size_t)(at - index->all));
        const int64_t score = match(index->all + index->begins[row], wanted);
        int64_t place = n;
        while (score > 0 && place > 0 &&
               is_better(index, row, score, found[place - 1],
                         match(index->all + index->begins[found[place - 1]], wanted)))
            place--;
        if (score > 0 && place < room) {
            n = n < room ? n + 1 : room;
            memmove(found + place + 1, found + place, (size_t)(n - 1 - place) * sizeof *found);
            found[place] = row;
        }
        at = strstr(index->all + index->begins[row + 1], word);
    }
    return n;
}

int64_t find_names(const wrmf_ids *ids, const char *text, int64_t *found, int64_t room)
{
    struct name_index *index = name_index_make(ids, wrmf_ids_size(ids));
    if (!index)
        die("out of memory for names");
    const int64_t n = name_index_find(index, text, found, room);
    name_index_free(index);
    return n;
}
