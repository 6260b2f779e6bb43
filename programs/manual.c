/* SPDX-License-Identifier: BSD-2-Clause */
/* This writes manual pages. */
#include "manual.h"

#include <ctype.h>
#include <string.h>

#include <wrmf/wrmf.h>

/* The day on which what the pages say was last changed; no clock is asked, so that a build can be
 * repeated to the byte. */
#define MANUAL_DATE "2026-11-27"

static const char *const programs[] = {"wrmf-evaluate",  "wrmf-grow",       "wrmf-prepare",
                                       "wrmf-recommend", "wrmf-similar",    "wrmf-sqlite",
                                       "wrmf-train",     "wrmf-walkthrough"};

/* Prints the first `length` bytes of a text so that nothing in it is taken for a request. */
static void put_text(const char *text, size_t length, FILE *out)
{
    if (length && (*text == '.' || *text == '\''))
        fputs("\\&", out);
    for (const char *end = text + length; text < end; text++) {
        if (*text == '-')
            fputs("\\-", out);
        else if (*text == '\\')
            fputs("\\e", out);
        else
            fputc(*text, out);
    }
}

/* Prints lines up to an empty one or the end; gives what comes behind them. Where the first is
 * indented they stay as they are, else they are filled. */
static const char *put_paragraph(const char *text, FILE *out)
{
    const int is_list = text[0] == ' ';
    if (is_list)
        fputs(".RS 2\n.nf\n", out);
    while (*text && *text != '\n') {
        const size_t length = strcspn(text, "\n");
        const size_t margin = strspn(text, " ");
        put_text(text + margin, length - margin, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
    if (is_list)
        fputs(".fi\n.RE\n", out);
    return text;
}

/* Prints command lines as they are typed. */
static void put_example(const char *text, FILE *out)
{
    while (*text) {
        const size_t length = strcspn(text, "\n");
        put_text(text, length, out);
        fputc('\n', out);
        text += length + (text[length] == '\n');
    }
}

static void put_paragraphs(const char *text, FILE *out)
{
    for (;;) {
        text = put_paragraph(text, out);
        text += strspn(text, "\n");
        if (!*text)
            return;
        if (*text != ' ')
            fputs(".PP\n", out);
    }
}

static void put_option(const struct option *option, FILE *out)
{
    const char letter = option_letter(option);
    fputs(".TP\n", out);
    if (letter)
        fprintf(out, "\\fB\\-%c\\fR, ", letter);
    fputs("\\fB\\-\\-", out);
    put_text(option->name, strlen(option->name), out);
    fputs("\\fR", out);
    if (option->metavar) {
        fputs(" \\fI", out);
        put_text(option->metavar, strlen(option->metavar), out);
        fputs("\\fR", out);
    }
    fputc('\n', out);
    put_paragraph(option->help, out);
    if (*option_interval(option))
        fprintf(out, "[%s]\n", option_interval(option));
}

/* Prints how a program is called; a line that begins with its name is another way. */
static void put_synopsis(const struct program *program, FILE *out)
{
    const size_t name = strlen(program->name);
    const char *line = program->usage;
    fputs(".SH SYNOPSIS\n.B ", out);
    put_text(program->name, name, out);
    fputc('\n', out);
    while (*line) {
        line += strspn(line, " ");
        if (strncmp(line, program->name, name) == 0 && line[name] == ' ') {
            fputs(".br\n.B ", out);
            put_text(program->name, name, out);
            fputc('\n', out);
            line += name + 1;
        }
        const size_t length = strcspn(line, "\n");
        put_text(line, length, out);
        fputc('\n', out);
        line += length + (line[length] == '\n');
    }
}

static void put_head(const struct program *program, FILE *out)
{
    fputs(".TH ", out);
    for (const char *c = program->name; *c; c++)
        fputc(toupper((unsigned char)*c), out);
    fprintf(out, " 1 " MANUAL_DATE " \"libwrmf %s\" \"libwrmf\"\n", wrmf_version_string());
    fputs(".SH NAME\n", out);
    put_text(program->name, strlen(program->name), out);
    fprintf(out, " \\- %s\n", program->summary);
    put_synopsis(program, out);
}

static void put_see_also(const struct program *program, FILE *out)
{
    const char *before = "";
    fputs(".SH SEE ALSO\n", out);
    for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++) {
        if (strcmp(programs[i], program->name) == 0)
            continue;
        fprintf(out, "%s.BR ", before);
        put_text(programs[i], strlen(programs[i]), out);
        fputs(" (1)", out);
        before = ",\n";
    }
    fputs("\n", out);
}

void manual_put(const struct program *program, FILE *out)
{
    put_head(program, out);
    fputs(".SH DESCRIPTION\n", out);
    put_paragraphs(program->about, out);
    fputs(".SH OPTIONS\n", out);
    for (const struct option *const *table = program->tables; *table; table++)
        for (const struct option *option = *table; option->name; option++)
            put_option(option, out);
    for (const struct option *option = shared_option_table; option->name; option++)
        put_option(option, out);
    fputs(".SH EXIT STATUS\n", out);
    put_paragraphs(exit_status_text, out);
    fputs(".SH EXAMPLES\n.nf\n", out);
    put_example(program->example, out);
    fputs(".fi\n", out);
    put_see_also(program, out);
}
