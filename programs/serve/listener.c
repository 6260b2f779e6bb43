/* SPDX-License-Identifier: BSD-2-Clause */
/* This listens. */
#include "listener.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../failure.h"

enum {
    WAITING = 1024,  /* connections that have not been taken yet */
    OTHERS = 64,     /* descriptors that are no connections */
    MOST_HOST = 256, /* bytes of an address */
};

static int listen_at(const struct addrinfo *address)
{
    const int yes = 1;
    const int listener = socket(address->ai_family, SOCK_STREAM, 0);
    if (listener < 0)
        return -1;
    if (fcntl(listener, F_SETFD, FD_CLOEXEC) == 0 && fcntl(listener, F_SETFL, O_NONBLOCK) == 0 &&
        setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes) == 0 &&
        bind(listener, address->ai_addr, address->ai_addrlen) == 0 &&
        listen(listener, WAITING) == 0)
        return listener;
    const int failure = errno;
    close(listener);
    errno = failure;
    return -1;
}

int listener_open(const char *host, int64_t port)
{
    char service[16];
    struct addrinfo *found = NULL;
    const struct addrinfo wanted = {.ai_flags = AI_PASSIVE | AI_NUMERICSERV,
                                    .ai_family = AF_UNSPEC,
                                    .ai_socktype = SOCK_STREAM};
    snprintf(service, sizeof service, "%lld", (long long)port);
    char bare[MOST_HOST];
    const size_t length = strlen(host);
    if (length > 2 && *host == '[' && host[length - 1] == ']' && length < sizeof bare) {
        snprintf(bare, sizeof bare, "%.*s", (int)length - 2, host + 1); /* as URLs have it */
        host = bare;
    }
    const int failure = getaddrinfo(host, service, &wanted, &found);
    if (failure != 0)
        die("--host '%s': %s", host, gai_strerror(failure));
    int listener = -1;
    for (const struct addrinfo *at = found; at && listener < 0; at = at->ai_next)
        listener = listen_at(at);
    if (listener < 0)
        die("cannot listen at %s, port %s: %s", host, service, strerror(errno));
    freeaddrinfo(found);
    return listener;
}

const char *listener_address(int listener)
{
    static char text[MOST_HOST + 32];
    char host[MOST_HOST], port[16];
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0 ||
        getnameinfo((struct sockaddr *)&address, length, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        die("the address that is listened at is not known: %s", strerror(errno));
    const int is_ipv6 = strchr(host, ':') != NULL;
    snprintf(text, sizeof text, "http://%s%s%s:%s/", is_ipv6 ? "[" : "", host, is_ipv6 ? "]" : "",
             port);
    return text;
}

int listener_is_loopback(int listener)
{
    struct sockaddr_storage address;
    socklen_t length = sizeof address;
    if (getsockname(listener, (struct sockaddr *)&address, &length) != 0)
        return 0;
    const struct sockaddr_in *in = (const struct sockaddr_in *)&address;
    const struct sockaddr_in6 *in6 = (const struct sockaddr_in6 *)&address;
    if (address.ss_family == AF_INET)
        return ntohl(in->sin_addr.s_addr) >> 24 == 127;
    return address.ss_family == AF_INET6 &&
           (IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr) ||
            (IN6_IS_ADDR_V4MAPPED(&in6->sin6_addr) && in6->sin6_addr.s6_addr[12] == 127));
}

int64_t listener_room(int64_t connections)
{
    struct rlimit limit;
    const rlim_t wanted = (rlim_t)connections + OTHERS;
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return connections;
    limit.rlim_cur = limit.rlim_max < wanted ? limit.rlim_max : wanted;
    (void)setrlimit(RLIMIT_NOFILE, &limit);
    if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= wanted)
        return connections;
    const int64_t room = (int64_t)limit.rlim_cur - OTHERS;
    if (room < 1)
        die("the process may have %lld open files, which leaves none for connections",
            (long long)limit.rlim_cur);
    warn("the process may have %lld open files (ulimit -n): at most %lld connections are taken at "
         "a time, not %lld",
         (long long)limit.rlim_cur, (long long)room, (long long)connections);
    return room;
}
