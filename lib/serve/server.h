/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * serve/server.h - what a wrmf_server is: what is made of a model once, for lists that are asked
 * for one by one.
 */
#ifndef WRMF_SERVE_SERVER_H
#define WRMF_SERVE_SERVER_H

#include "rank/sieve.h"
#include "serve/popularity.h"
#include "wrmf/server.h"

/** A side's rows, as they are or as unit rows, made ready. */
typedef struct wrmf_i_server_table {
    bool is_made;
    wrmf_i_sieve sieve;
    void *memory; /* of the sieve; NULL where that is the model file's */
    size_t bytes; /* of the memory */
} wrmf_i_server_table;

struct wrmf_server {
    wrmf_context *context;            /* held; its allocator made all that is here */
    wrmf_i_use use;                   /* shared by calls that read it */
    const wrmf_model *model;          /* borrowed */
    uint64_t generation[2];           /* of the model's rows when they were made ready */
    wrmf_i_server_table tables[2][2]; /* of each side: rows as they are, and unit rows */
    wrmf_i_popularity popularity[2];  /* of each side, where it was asked for */
};

wrmf_status wrmf_i_server_new(wrmf_context *context, const wrmf_model *model, unsigned tables,
                              const wrmf_matrix *matrix, wrmf_server **out, wrmf_error *err);
void wrmf_i_server_free(wrmf_server *server);
size_t wrmf_i_server_bytes(const wrmf_server *server);
/** Share a server, to read it, until the call ends. */
wrmf_status wrmf_i_server_read(wrmf_i_call *call, const wrmf_server *server, wrmf_error *err);

/** WRMF_E_STATE if a table has rows of the side, and they have changed since it was made. */
wrmf_status wrmf_i_server_check(const wrmf_server *server, wrmf_side side, wrmf_error *err);

/** List what a server has, for a model file; each sieve and scale is borrowed from it or the model,
 *  popularity is packed. To be ended even after a failure. */
wrmf_status wrmf_i_server_pack(const wrmf_server *server, wrmf_i_served served[2], wrmf_error *err);
void wrmf_i_server_pack_end(const wrmf_server *server, wrmf_i_served served[2]);

/** The sieve of a side's rows, or NULL if the server has none. server may be NULL. */
const wrmf_i_sieve *wrmf_i_server_sieve(const wrmf_server *server, wrmf_side side, bool unit);

#endif /* WRMF_SERVE_SERVER_H */
