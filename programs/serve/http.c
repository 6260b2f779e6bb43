/* SPDX-License-Identifier: BSD-2-Clause */
/* This carries requests and answers. */
#include "http.h"

#include <errno.h>
#include <microhttpd.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#ifdef __GLIBC__
#include <malloc.h>
#endif

#include "../failure.h"
#include "../session.h"
#include "arguments.h"
#include "headers.h"
#include "hosts.h"
#include "listener.h"
#include "metrics.h"
#include "visits.h"

enum {
    MEMORY = 32 << 10, /* bytes of a connection: its request's line and headers have to fit */
    DRAINED = 16,      /* a body is read to its end, to be refused, if it is so many times as long
                          as one may be; then the connection is closed */
};

static struct MHD_Daemon *server;
static struct http_options options;
static const struct service *service;
static atomic_int is_stopping;
static atomic_long active;      /* requests that have begun, and have not ended */
static atomic_int awaited = -1; /* the descriptor of a connection that is being handed over */

/* A request whose headers have come. */
struct request {
    const struct route *route; /* NULL: there is none */
    struct complaint complaint;
    char *body;
    size_t length, room; /* of the body that is kept */
    size_t came;         /* bytes of the body that came */
    int is_answered;
    int is_shut; /* nothing is answered any more: the connection is closed */
};

int http_is_stopping(void)
{
    return atomic_load(&is_stopping);
}

/* ---- answering ---- */

/* Queues an answer, whose text is freed. */
static enum MHD_Result send_text(struct MHD_Connection *connection, const struct request *r,
                                 const struct answer *a, char *text, size_t length)
{
    struct MHD_Response *response =
        MHD_create_response_from_buffer(length, text, MHD_RESPMEM_MUST_FREE);
    if (!response) {
        free(text);
        return MHD_NO;
    }
    headers_add(response, a, r->route, http_is_stopping());
    const enum MHD_Result result = MHD_queue_response(connection, (unsigned)a->status, response);
    MHD_destroy_response(response);
    return result;
}

static enum MHD_Result refuse(struct MHD_Connection *connection, struct request *r)
{
    size_t length = 0;
    struct answer a;
    memset(&a, 0, sizeof a);
    char *text = complaint_print(&r->complaint, &a, &length);
    metrics_answered(r->route ? (int)(r->route - routes) : -1, a.status, 0);
    r->is_answered = 1;
    return text ? send_text(connection, r, &a, text, length) : MHD_NO;
}

/* Reads the object of a POST's body. */
static json_t *object_of_body(struct request *r)
{
    json_error_t error;
    json_t *object = json_loadb(r->body ? r->body : "", r->length, JSON_REJECT_DUPLICATES, &error);
    if (!object)
        complain_of(&r->complaint, 400, "the body is no JSON: %s, at byte %d", error.text,
                    error.position);
    else if (!json_is_object(object))
        complain_of(&r->complaint, 400, "the body is no JSON object");
    return object;
}

/* Answers a request that is there as a whole. */
static enum MHD_Result answer(struct MHD_Connection *connection, struct request *r, int is_post)
{
    size_t length = 0;
    struct answer a;
    const double began = seconds_now();
    if (r->came > (size_t)options.max_body)
        complain_of(&r->complaint, 413, "the body has more than %lld bytes",
                    (long long)options.max_body);
    json_t *object = r->complaint.status ? NULL
                     : is_post           ? object_of_body(r)
                                         : arguments_read(connection, &r->complaint);
    if (r->complaint.status) {
        json_decref(object);
        return refuse(connection, r);
    }
    char *text = answer_make(service, r->route, object, &a, &length);
    json_decref(object);
    metrics_answered((int)(r->route - routes), a.status, seconds_now() - began);
    r->is_answered = 1;
    return text ? send_text(connection, r, &a, text, length) : MHD_NO;
}

/* ---- taking requests ---- */

static struct visit *visit_of(struct MHD_Connection *connection)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
    return info ? info->socket_context : NULL;
}

/* What the headers say of where a body ends. */
struct framing {
    int lengths, codings, hosts; /* headers of each name */
    int is_chunked;              /* the last coding is "chunked", and nothing else */
};

/* Is a MHD_KeyValueIterator. */
static enum MHD_Result note_framing(void *self, enum MHD_ValueKind kind, const char *key,
                                    const char *value)
{
    struct framing *framing = self;
    (void)kind;
    framing->lengths += strcasecmp(key, MHD_HTTP_HEADER_CONTENT_LENGTH) == 0;
    framing->hosts += strcasecmp(key, MHD_HTTP_HEADER_HOST) == 0;
    if (strcasecmp(key, MHD_HTTP_HEADER_TRANSFER_ENCODING) == 0) {
        framing->codings++;
        framing->is_chunked = value && strcasecmp(value, "chunked") == 0;
    }
    return MHD_YES;
}

/* Refuses headers by which a web server in front of this one may take another part of what comes
 * for the body, and so another part for the next request (RFC 9112, 6.3 and 11.2). */
static void check_framing(struct MHD_Connection *connection, struct request *r, const char *version)
{
    struct framing framing = {0, 0, 0, 0};
    MHD_get_connection_values(connection, MHD_HEADER_KIND, note_framing, &framing);
    if (framing.lengths + framing.codings > 1)
        complain_of(&r->complaint, 400, "the length of the body is told more than once");
    else if (framing.codings && !framing.is_chunked)
        complain_of(&r->complaint, 400, "the transfer encoding is not 'chunked'");
    else if (framing.codings && strcmp(version, MHD_HTTP_VERSION_1_1) != 0)
        complain_of(&r->complaint, 400, "a transfer encoding is of HTTP/1.1");
    else if (framing.hosts > 1)
        complain_of(&r->complaint, 400, "there is more than one host");
}

/* Refuses a request that is addressed to somebody else. */
static void check_host(struct MHD_Connection *connection, struct request *r)
{
    const char *host =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_HOST);
    if (!host_is_allowed(host))
        complain_of(&r->complaint, 421, "this service does not answer as '%.200s': --allow-host",
                    host);
}

/* Looks at what the headers tell: whether there is such a thing, and whether its body may come. */
static void check_headers(struct MHD_Connection *connection, struct request *r, const char *path,
                          const char *method)
{
    const int is_post = strcmp(method, MHD_HTTP_METHOD_POST) == 0;
    const char *length =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_LENGTH);
    const char *type =
        MHD_lookup_connection_value(connection, MHD_HEADER_KIND, MHD_HTTP_HEADER_CONTENT_TYPE);
    r->route = route_find(path);
    if (!r->route)
        complain_of(&r->complaint, 404, "there is nothing at '%.200s'; see /openapi.json", path);
    else if (!is_post && strcmp(method, MHD_HTTP_METHOD_GET) != 0 &&
             strcmp(method, MHD_HTTP_METHOD_HEAD) != 0)
        complain_of(&r->complaint, 405, "the method is none of GET, HEAD and POST");
    else if (is_post && !(r->route->flags & ROUTE_POST))
        complain_of(&r->complaint, 405, "this takes no POST");
    else if (is_post && arguments_are_there(connection))
        complain_of(&r->complaint, 400, "what a POST asks is in its body alone, not in its URL");
    else if (length && strtoull(length, NULL, 10) > (unsigned long long)options.max_body)
        complain_of(&r->complaint, 413, "the body has more than %lld bytes",
                    (long long)options.max_body);
    else if (is_post && type && !headers_is_json(type))
        complain_of(&r->complaint, 415, "the body is not of the type application/json");
}

static enum MHD_Result begin(struct MHD_Connection *connection, const char *path,
                             const char *method, const char *version, struct request **out)
{
    struct request *r = calloc(1, sizeof *r);
    if (!r)
        return MHD_NO;
    *out = r;
    atomic_fetch_add(&active, 1);
    check_framing(connection, r, version);
    check_host(connection, r);
    check_headers(connection, r, path, method);
    return r->complaint.status ? refuse(connection, r) : MHD_YES;
}

/* Keeps a piece of the body. */
static enum MHD_Result take(struct request *r, const char *data, size_t size)
{
    r->came += size;
    if (r->came > (size_t)options.max_body)
        return r->came <= DRAINED * (size_t)options.max_body ? MHD_YES : MHD_NO;
    if (r->length + size > r->room) {
        const size_t most = (size_t)options.max_body, twice = 2 * (r->length + size);
        const size_t room = twice > most ? most : twice < 4096 ? 4096 : twice;
        char *body = realloc(r->body, room);
        if (!body)
            return MHD_NO;
        r->body = body;
        r->room = room;
    }
    memcpy(r->body + r->length, data, size);
    r->length += size;
    return MHD_YES;
}

/* Is a MHD_AccessHandlerCallback. */
static enum MHD_Result on_request(void *self, struct MHD_Connection *connection, const char *path,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **context)
{
    struct request *r = *context;
    (void)self;
    if (r && r->is_shut)
        return MHD_NO;
    if (!r)
        return begin(connection, path, method, version, (struct request **)context);
    if (*size > 0) {
        const enum MHD_Result result = take(r, data, *size);
        *size = 0;
        return result;
    }
    if (r->is_answered)
        return MHD_YES;
    visit_step(visit_of(connection));
    return answer(connection, r, strcmp(method, MHD_HTTP_METHOD_POST) == 0);
}

/* Refusals by libmicrohttpd itself that on_log() was told of, and the status of the last, of which
 * on_completed() is to come; or the end of the connection alone, if its first line is too long. A
 * connection stays with one thread. */
static _Thread_local long told;
static _Thread_local int told_status;

/* Is a MHD_RequestCompletedCallback. */
static void on_completed(void *self, struct MHD_Connection *connection, void **context,
                         enum MHD_RequestTerminationCode code)
{
    struct request *r = *context;
    struct visit *visit = visit_of(connection);
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_HTTP_STATUS);
    /* refused for its line, its headers or the form of its body */
    const int is_theirs = info && !(r && (r->is_answered || r->is_shut));
    (void)self;
    if (info || (r && r->is_shut))
        visit_answered(visit);
    if (info && told > 0)
        told--;
    if (is_theirs)
        metrics_answered(-1, (int)info->http_status, 0);
    if (!r)
        return;
    if (code != MHD_REQUEST_TERMINATED_COMPLETED_OK && !is_theirs && !r->is_shut)
        metrics_cut_off(r->is_answered);
    visit_step(visit);
    free(r->body);
    free(r);
    *context = NULL;
    atomic_fetch_sub(&active, 1);
}

/* Is a MHD_NotifyConnectionCallback. */
static void on_connection(void *self, struct MHD_Connection *connection, void **context,
                          enum MHD_ConnectionNotificationCode code)
{
    (void)self;
    if (code == MHD_CONNECTION_NOTIFY_STARTED) {
        const union MHD_ConnectionInfo *info =
            MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
        metrics_opened();
        *context = info ? visit_begin(info->connect_fd) : NULL;
        if (info && info->connect_fd == atomic_load(&awaited))
            atomic_store(&awaited, -1);
    } else {
        const int is_answered = visit_end(*context);
        if (!is_answered && told > 0) {
            told--;
            metrics_answered(-1, told_status, 0);
        } else if (!is_answered) {
            metrics_unanswered();
        }
        metrics_closed();
    }
}

/* ---- the server ---- */

static const char *address;

/* Is called with the target of a request before libmicrohttpd makes arguments of it. One with too
 * many is answered here, as well as a socket lets it be, and its connection closed. Gives what
 * on_request() has as its context. */
static void *on_target(void *self, const char *target, struct MHD_Connection *connection)
{
    static const char text[] =
        "HTTP/1.1 400 Bad Request\r\nContent-Type: application/json\r\nConnection: close\r\n"
        "Content-Length: 44\r\n\r\n{\"error\": \"the URL has too many arguments\"}\n";
    (void)self;
    if (!arguments_are_many(target))
        return NULL;
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    struct request *r = calloc(1, sizeof *r);
    if (info && r)
        (void)send(info->connect_fd, text, sizeof text - 1, MSG_NOSIGNAL | MSG_DONTWAIT);
    if (info)
        (void)shutdown(info->connect_fd, SHUT_RDWR);
    metrics_answered(-1, 400, 0);
    if (r) {
        r->is_shut = 1;
        atomic_fetch_add(&active, 1); /* until on_completed() */
    }
    return r;
}

/* Is a MHD_LogCallback: what clients do wrong is no news, and they could fill a disk with it. But
 * that libmicrohttpd refuses a line that is too long is told here alone. */
static void on_log(void *self, const char *format, va_list arguments)
{
    const char *status = strstr(format, "response code is %u");
    (void)self;
    if (status && strchr(format, '%') == strchr(status, '%')) {
        told_status = (int)va_arg(arguments, unsigned);
        told++;
    }
}

void http_start(const struct http_options *wanted, const struct service *what)
{
    options = *wanted;
    service = what;
    const int listener = listener_open(options.host, options.port);
    options.connections = listener_room(options.connections);
    if (options.threads > options.connections)
        options.threads = options.connections;
    address = listener_address(listener);
    hosts_listen(options.host, listener_is_loopback(listener));
    const unsigned silence = (unsigned)(options.timeout + 0.999);
    server = MHD_start_daemon(
        MHD_USE_EPOLL_INTERNAL_THREAD | MHD_USE_ITC | MHD_USE_ERROR_LOG, 0, NULL, NULL, on_request,
        NULL, MHD_OPTION_LISTEN_SOCKET, listener, MHD_OPTION_EXTERNAL_LOGGER, on_log, NULL,
        MHD_OPTION_CONNECTION_LIMIT, (unsigned)options.connections,
        MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)MEMORY, MHD_OPTION_CONNECTION_TIMEOUT, silence,
        MHD_OPTION_NOTIFY_COMPLETED, on_completed, NULL, MHD_OPTION_NOTIFY_CONNECTION,
        on_connection, NULL, MHD_OPTION_UNESCAPE_CALLBACK, arguments_unescape, NULL,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_URI_LOG_CALLBACK, on_target, NULL,
        /* a pool of one thread is none */
        options.threads > 1 ? MHD_OPTION_THREAD_POOL_SIZE : MHD_OPTION_END,
        (unsigned)options.threads, MHD_OPTION_END);
    if (!server)
        die("libmicrohttpd does not start: %s", strerror(errno));
}

const char *http_address(void)
{
    return address;
}

/* Gives the memory of many connections back to the system when they have gone: the C library keeps
 * what is free between two pieces that are not. */
static void trim(void)
{
    enum { MANY = 256 };
    static long most;
    const long open = metrics_open();
    if (most > MANY && open < most / 2) {
#ifdef __GLIBC__
        malloc_trim(0);
#endif
        most = 0;
    }
    most = open > most ? open : most;
}

void http_sweep(void)
{
    trim();
    /* the second more leaves those that are silent to libmicrohttpd: to be silent is no slowness */
    for (int n = visits_sweep(options.timeout + 1); n > 0; n--)
        metrics_timed_out();
}

static void pause_for(double seconds)
{
    const struct timespec time = {0, (long)(1e9 * seconds)};
    nanosleep(&time, NULL);
}

/* Hands over the connections that have come and were not taken yet: each until its thread has it,
 * for what a thread has not is closed when libmicrohttpd stops, and asked for nothing. */
static void take_waiting(int listener)
{
    struct sockaddr_storage from;
    socklen_t length = sizeof from;
    int fd;
    while ((fd = accept(listener, (struct sockaddr *)&from, &length)) >= 0) {
        atomic_store(&awaited, fd);
        if (MHD_add_connection(server, fd, (struct sockaddr *)&from, length) == MHD_YES) {
            const double began = seconds_now();
            while (atomic_load(&awaited) == fd && seconds_now() - began < options.timeout)
                pause_for(0.0001);
        }
        length = sizeof from;
    }
}

void http_stop(void)
{
    const double quiet = 1; /* seconds without an answer: then nobody asks any more */
    atomic_store(&is_stopping, 1);
    const int listener = MHD_quiesce_daemon(server);
    if (listener >= 0) {
        take_waiting(listener);
        close(listener);
    }
    const double began = seconds_now();
    double last = began, none = began; /* the latter: since when no connection is open */
    for (long answers = metrics_answers();; answers = metrics_answers()) {
        pause_for(0.01);
        http_sweep();
        const double now = seconds_now();
        if (metrics_open() > 0)
            none = now;
        if (metrics_answers() != answers || atomic_load(&active) > 0)
            last = now;
        /* a thread may have accepted one that is not counted yet */
        if (now - none > 0.05 || now - last > quiet || now - began > 2 * options.timeout)
            break;
    }
    MHD_stop_daemon(server);
}
