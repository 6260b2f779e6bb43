/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads the arguments of a URL. */
#include "arguments.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

enum { MOST = 64 };

int arguments_are_many(const char *target)
{
    int n = 0;
    for (const char *at = strchr(target, '?'); at && n <= MOST; at = strchr(at + 1, '&'))
        n++;
    return n > MOST;
}

int arguments_are_there(struct MHD_Connection *connection)
{
    return MHD_get_connection_values(connection, MHD_GET_ARGUMENT_KIND, NULL, NULL) > 0;
}

/* What add_argument() adds to. */
struct arguments {
    json_t *object;
    struct complaint *complaint;
};

/* Is a MHD_KeyValueIteratorN. */
static enum MHD_Result add_argument(void *self, enum MHD_ValueKind kind, const char *key,
                                    size_t key_size, const char *value, size_t value_size)
{
    struct arguments *arguments = self;
    (void)kind;
    (void)key_size; /* there is no NUL in either: see arguments_unescape() */
    (void)value_size;
    if (json_object_get(arguments->object, key))
        complain_of(arguments->complaint, 400, "the argument '%.100s' is there twice", key);
    else if (json_object_set_new(arguments->object, key, json_string(value ? value : "")) != 0)
        complain_of(arguments->complaint, 400, "an argument is not UTF-8");
    return arguments->complaint->status ? MHD_NO : MHD_YES;
}

json_t *arguments_read(struct MHD_Connection *connection, struct complaint *complaint)
{
    struct arguments arguments = {json_object(), complaint};
    MHD_get_connection_values_n(connection, MHD_GET_ARGUMENT_KIND, add_argument, &arguments);
    return arguments.object;
}

size_t arguments_unescape(void *self, struct MHD_Connection *connection, char *text)
{
    char *to = text;
    (void)self;
    (void)connection;
    for (const char *from = text; *from;) {
        const int is_escape =
            from[0] == '%' && isxdigit((unsigned char)from[1]) && isxdigit((unsigned char)from[2]);
        const char digits[3] = {is_escape ? from[1] : '0', is_escape ? from[2] : '0', '\0'};
        const long byte = strtol(digits, NULL, 16);
        *to++ = byte ? (char)byte : *from;
        from += byte ? 3 : 1;
    }
    *to = '\0';
    return (size_t)(to - text);
}
