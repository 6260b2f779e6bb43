/* SPDX-License-Identifier: BSD-2-Clause */
/* This finds names, upper and lower case alike. */
#include "find.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "failure.h"
#include "text.h"

/* Gives the lower case of a letter of 2 bytes of UTF-8: Latin-1, Greek and Cyrillic. */
static unsigned lower(unsigned letter)
{
    if ((letter >= 0xC0 && letter <= 0xDE && letter != 0xD7) ||
        (letter >= 0x391 && letter <= 0x3A9) || (letter >= 0x410 && letter <= 0x42F))
        return letter + 0x20;
    return letter >= 0x400 && letter <= 0x40F ? letter + 0x50 : letter;
}

/* Gives a copy with letters in lower case and each run of blanks as one. */
static char *folded(const char *text)
{
    char *copy = allocate(strlen(text) + 1, 1);
    size_t n = 0;
    for (const unsigned char *c = (const unsigned char *)text; *c; c++) {
        if (*c < 0x80) {
            if (!isspace(*c))
                copy[n++] = (char)tolower(*c);
            else if (n > 0 && copy[n - 1] != ' ')
                copy[n++] = ' ';
        } else if ((*c & 0xE0) == 0xC0 && (c[1] & 0xC0) == 0x80) {
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
    return copy;
}

/* Says whether a name has a word of so many bytes: 2 where one of its own words begins with it, 1
 * where it is somewhere else, 0 where it is not. */
static int has_word(const char *name, const char *word, size_t length)
{
    int best = 0;
    for (const char *at = name; *at && best < 2; at++) {
        if (strncmp(at, word, length) != 0)
            continue;
        const unsigned char before = at > name ? (unsigned char)at[-1] : ' ';
        best = before < 0x80 && !isalnum(before) ? 2 : 1;
    }
    return best;
}

/* Gives how well a name matches a text, both folded; 0: it lacks a word. */
static int64_t match(const char *name, const char *text)
{
    int64_t begins = 0;
    for (const char *word = text; *word;) {
        const size_t length = strcspn(word, " ");
        const int has = has_word(name, word, length);
        if (!has)
            return 0;
        begins += has == 2;
        word += length + (word[length] == ' ');
    }
    const size_t length = strlen(text);
    const int is_start = strncmp(name, text, length) == 0;
    return 1 + begins + (is_start ? 1000000 : 0) + (is_start && !name[length] ? 1000000 : 0);
}

struct candidate {
    int64_t index, score;
    size_t length; /* of its name */
};

static int is_better(const struct candidate *a, const struct candidate *b)
{
    if (a->score != b->score)
        return a->score > b->score;
    return a->length != b->length ? a->length < b->length : a->index < b->index;
}

int64_t find_names(const wrmf_ids *ids, const char *text, int64_t *found, int64_t room)
{
    char *wanted = folded(text);
    struct candidate *best = allocate((size_t)room + 1, sizeof *best);
    int64_t n = 0;
    for (int64_t i = 0; i < wrmf_ids_size(ids) && *wanted; i++) {
        const char *name = wrmf_ids_name(ids, i, NULL);
        char *own = folded(name ? name : id_text(ids, i));
        const struct candidate one = {i, match(own, wanted), strlen(own)};
        free(own);
        if (one.score == 0)
            continue;
        int64_t at = n;
        for (; at > 0 && is_better(&one, &best[at - 1]); at--)
            best[at] = best[at - 1];
        best[at] = one;
        n = n < room ? n + 1 : room;
    }
    for (int64_t i = 0; i < n; i++)
        found[i] = best[i].index;
    free(best);
    free(wanted);
    return n;
}
