/* SPDX-License-Identifier: BSD-2-Clause */
/* This looks at the hosts that requests are addressed to. */
#include "hosts.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>
#include <strings.h>

#include "../failure.h"

enum { MOST_NAME = 253 /* bytes of a name */ };

/* A name or an address, without the brackets of the latter. */
struct host {
    char text[MOST_NAME + 1];
    int is_bracketed;
};

enum kind { NAME, ADDRESS, LOOPBACK };

static const struct text_list *allowed;
static struct host own; /* what is listened at, if that is loopback */
static int is_open;     /* nothing is refused */
static int takes_addresses;

/* Takes a host apart, of which a port is the end only where `may_have_port`. Gives 0, or -1. */
static int host_read(const char *text, size_t length, int may_have_port, struct host *host)
{
    const char *end = text + length;
    host->is_bracketed = length > 0 && *text == '[';
    text += host->is_bracketed;
    const char *behind = memchr(text, host->is_bracketed ? ']' : ':', (size_t)(end - text));
    size_t n = (size_t)((behind ? behind : end) - text);
    if (host->is_bracketed && !behind)
        return -1;
    const char *rest = behind ? behind + host->is_bracketed : end;
    if (rest < end && (!may_have_port || *rest++ != ':'))
        return -1;
    for (; rest < end; rest++)
        if (*rest < '0' || *rest > '9')
            return -1;
    if (!host->is_bracketed && n > 1 && text[n - 1] == '.') /* the root, which may be said */
        n--;
    if (n == 0 || n > MOST_NAME)
        return -1;
    memcpy(host->text, text, n);
    host->text[n] = '\0';
    const char *letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._";
    struct in6_addr address;
    return host->is_bracketed ? (inet_pton(AF_INET6, host->text, &address) == 1 ? 0 : -1)
                              : (strspn(host->text, letters) == n ? 0 : -1);
}

static enum kind kind_of(const struct host *host)
{
    struct in6_addr long_address;
    struct in_addr address;
    if (host->is_bracketed)
        return inet_pton(AF_INET6, host->text, &long_address) == 1 &&
                       IN6_IS_ADDR_LOOPBACK(&long_address)
                   ? LOOPBACK
                   : ADDRESS;
    if (inet_pton(AF_INET, host->text, &address) == 1)
        return ntohl(address.s_addr) >> 24 == 127 ? LOOPBACK : ADDRESS;
    return strcasecmp(host->text, "localhost") == 0 ? LOOPBACK : NAME;
}

static int is_same(const struct host *a, const struct host *b)
{
    return a->is_bracketed == b->is_bracketed && strcasecmp(a->text, b->text) == 0;
}

/* Says whether a host is in a text of some, with commas between. NULL: checks them, where "*" opens
 * the service to all. */
static int is_listed(const char *text, const struct host *wanted)
{
    for (;;) {
        struct host host;
        const size_t length = strcspn(text, ",");
        if (length == 1 && *text == '*')
            is_open = 1;
        else if (host_read(text, length, 0, &host) != 0)
            die_usage("--allow-host '%.*s' is neither a name, nor an address, nor *; it has no "
                      "port, and [::1] has brackets",
                      (int)length, text);
        else if (wanted && is_same(&host, wanted))
            return 1;
        if (!text[length])
            return 0;
        text += length + 1;
    }
}

void hosts_allow(const struct text_list *names)
{
    allowed = names;
    for (int i = 0; i < names->count; i++)
        (void)is_listed(names->text[i], NULL);
}

void hosts_listen(const char *name, int is_loopback)
{
    takes_addresses = !is_loopback;
    if (!is_loopback && allowed->count == 0)
        is_open = 1;
    if (!is_loopback || host_read(name, strlen(name), 0, &own) != 0)
        own.text[0] = '\0';
}

int host_is_allowed(const char *text)
{
    struct host host;
    if (is_open || !text)
        return 1;
    if (host_read(text, strlen(text), 1, &host) != 0)
        return 0;
    const enum kind kind = kind_of(&host);
    if (kind == LOOPBACK || (kind == ADDRESS && takes_addresses) ||
        (own.text[0] && is_same(&host, &own)))
        return 1;
    for (int i = 0; i < allowed->count; i++)
        if (is_listed(allowed->text[i], &host))
            return 1;
    return 0;
}
