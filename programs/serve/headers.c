/* SPDX-License-Identifier: BSD-2-Clause */
/* This reads and writes headers. */
#include "headers.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "../failure.h"
#include "embedded.h"

enum { MOST_ORIGIN = 300 /* bytes of an origin; a name of a host has at most 253 */ };

static char origin[MOST_ORIGIN] = "";

void headers_allow_pictures(const char *thumbnail)
{
    if (!thumbnail)
        return;
    const char *mark = strstr(thumbnail, "{id}");
    if (!mark)
        die_usage("--thumbnail '%s' lacks {id}, which stands for the id", thumbnail);
    if (thumbnail[0] == '/' && thumbnail[1] != '/') {
        snprintf(origin, sizeof origin, "'self'");
        return;
    }
    const char *host = strstr(thumbnail, "://");
    const size_t length = host ? (size_t)(host + 3 - thumbnail) + strcspn(host + 3, "/") : 0;
    const int is_http = host && (strncasecmp(thumbnail, "http://", 7) == 0 ||
                                 strncasecmp(thumbnail, "https://", 8) == 0);
    snprintf(origin, sizeof origin, "%.*s", (int)length, thumbnail);
    /* nothing in it may end a part of a header */
    if (!is_http || length >= sizeof origin || mark < thumbnail + length ||
        strspn(origin, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._:/[]") !=
            length)
        die_usage("--thumbnail '%s' begins with neither / nor a host of http or https, with {id} "
                  "behind it",
                  thumbnail);
}

/* Adds what keeps a browser to the page's own script and style. */
static void add_policy(struct MHD_Response *response)
{
    char policy[1024];
    snprintf(policy, sizeof policy,
             "default-src 'none'; script-src %s; style-src %s; img-src data:%s%s; connect-src "
             "'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
             embedded_script, embedded_style, *origin ? " " : "", origin);
    MHD_add_response_header(response, "Content-Security-Policy", policy);
    MHD_add_response_header(response, "Cross-Origin-Opener-Policy", "same-origin");
}

void headers_add(struct MHD_Response *response, const struct answer *a, const struct route *route,
                 int is_last)
{
    MHD_add_response_header(response, MHD_HTTP_HEADER_CONTENT_TYPE, a->type);
    MHD_add_response_header(response, MHD_HTTP_HEADER_CACHE_CONTROL, "no-store");
    MHD_add_response_header(response, "X-Content-Type-Options", "nosniff");
    MHD_add_response_header(response, "Referrer-Policy", "no-referrer");
    if (strncmp(a->type, "text/html", 9) == 0)
        add_policy(response);
    if (a->status == 405)
        MHD_add_response_header(response, MHD_HTTP_HEADER_ALLOW,
                                route && route->flags & ROUTE_POST ? "GET, HEAD, POST"
                                                                   : "GET, HEAD");
    if (is_last)
        MHD_add_response_header(response, MHD_HTTP_HEADER_CONNECTION, "close");
}

int headers_is_json(const char *type)
{
    const char *json = "application/json";
    const size_t length = strlen(json);
    return strncasecmp(type, json, length) == 0 &&
           (type[length] == '\0' || type[length] == ';' || type[length] == ' ');
}
