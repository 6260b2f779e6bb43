/* SPDX-License-Identifier: BSD-2-Clause */
#include "data/ids.h"

#include <math.h>
#include <string.h>
#include <xxhash.h>

#include "base/entropy.h"
#include "base/number.h"
#include "data/arena.h"

/* uthash is told to use the context's allocator, which each function that adds has in a variable
 * `allocator`, and to report a lack of memory instead of ending the process. It is given the hash
 * values, which the object's seed enters, and never hashes by itself. */
#define uthash_malloc(bytes) wrmf_i_alloc(allocator, (bytes), 1)
#define uthash_free(memory, bytes) wrmf_i_free(allocator, (memory), (bytes), 1)
#define HASH_NONFATAL_OOM 1
#include <uthash.h>

/* The hash table has pointers to entries and to the bytes of ids, so neither may move: entries are
 * in chunks, each of which is twice as long as the one before it. */
enum { FIRST_CHUNK_LOG2 = 5, CHUNKS = 31 - FIRST_CHUNK_LOG2 + 1 };

typedef struct entry {
    UT_hash_handle hh; /* hh.key and hh.keylen are the id's bytes */
    int64_t integer;   /* an integer id: its bytes are these */
    int32_t index;
} entry;

typedef struct name {
    char *text;    /* with a NUL; NULL: there is no name */
    size_t length; /* of the text, in bytes */
    size_t room;   /* bytes that the text may have where it is, without the NUL */
} name;

struct wrmf_ids {
    wrmf_context *context; /* held */
    wrmf_i_use use;        /* shared by calls that read them */
    wrmf_ids_kind kind;
    int64_t size;          /* ids */
    uint64_t seed;         /* of the hash function, so that nobody can choose ids that collide */
    entry *table;          /* uthash's head */
    entry *chunks[CHUNKS]; /* NULL: not needed yet */
    wrmf_i_arena arena;    /* the texts of ids and names */
    name *names;           /* by index of the id; NULL until there is a name */
    int64_t names_room;    /* elements of names, which may be fewer or more than ids */
    bool in_place;         /* they are those of `stored`, and nothing is in the members above */
    wrmf_i_ids_stored stored;
};

/* ---- entries ---- */

/* The chunk that an entry is in; *first becomes the index of the chunk's first entry. */
static int chunk_of(int64_t index, int64_t *first)
{
    const uint64_t shifted = (uint64_t)index + (UINT64_C(1) << FIRST_CHUNK_LOG2);
    const int log2 = 63 - __builtin_clzll(shifted);
    *first = (int64_t)((UINT64_C(1) << log2) - (UINT64_C(1) << FIRST_CHUNK_LOG2));
    return log2 - FIRST_CHUNK_LOG2;
}

static size_t chunk_entries(int chunk)
{
    return (size_t)1 << (chunk + FIRST_CHUNK_LOG2);
}

static entry *entry_at(const wrmf_ids *ids, int64_t index)
{
    int64_t first;
    const int chunk = chunk_of(index, &first);
    return &ids->chunks[chunk][index - first];
}

/* Make room for one more entry, *out, which does not count yet. */
static wrmf_status next_entry(wrmf_ids *ids, entry **out, wrmf_error *err)
{
    if (ids->size >= WRMF_I_IDS_MAX)
        return wrmf_i_fail(err, WRMF_E_OVERFLOW, "there are more than 2^31 - 1 ids");
    int64_t first;
    const int chunk = chunk_of(ids->size, &first);
    if (!ids->chunks[chunk])
        ids->chunks[chunk] =
            wrmf_i_alloc(&ids->context->allocator, chunk_entries(chunk), sizeof(entry));
    if (!ids->chunks[chunk])
        return wrmf_i_fail_memory(err, "ids");
    *out = &ids->chunks[chunk][ids->size - first];
    (*out)->index = (int32_t)ids->size;
    return WRMF_OK;
}

/* ---- life ---- */

wrmf_status wrmf_i_ids_new(wrmf_context *context, wrmf_ids_kind kind, wrmf_ids **out,
                           wrmf_error *err)
{
    wrmf_ids *const ids = wrmf_i_alloc_zero(&context->allocator, 1, sizeof *ids);
    if (!ids)
        return wrmf_i_fail_memory(err, "ids");
    ids->context = wrmf_i_context_hold(context);
    ids->kind = kind;
    ids->seed = wrmf_i_entropy();
    *out = ids;
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_new_stored(wrmf_context *context, const wrmf_i_ids_stored *stored,
                                  wrmf_ids **out, wrmf_error *err)
{
    wrmf_ids *ids = NULL;
    WRMF_I_TRY(
        wrmf_i_ids_new(context, stored->integers ? WRMF_IDS_INTEGER : WRMF_IDS_STRING, &ids, err));
    ids->size = stored->n;
    ids->in_place = true;
    ids->stored = *stored;
    *out = ids;
    return WRMF_OK;
}

static void drop(void *ids)
{
    wrmf_i_ids_free(ids);
}

wrmf_status wrmf_i_ids_change(wrmf_i_call *call, wrmf_ids *ids, wrmf_error *err)
{
    return wrmf_i_call_alone(call, &ids->use, ids, drop, "ids object", err);
}

wrmf_status wrmf_i_ids_read_only(wrmf_i_call *call, const wrmf_ids *ids, wrmf_error *err)
{
    wrmf_ids *const shared = (wrmf_ids *)(uintptr_t)ids; /* only its use changes */
    return wrmf_i_call_share(call, &shared->use, shared, drop, "ids object", err);
}

void wrmf_i_ids_retire(wrmf_ids *ids)
{
    if (ids && wrmf_i_use_retire(&ids->use))
        wrmf_i_ids_free(ids);
}

void wrmf_i_ids_free(wrmf_ids *ids)
{
    if (!ids)
        return;
    wrmf_context *const context = ids->context;
    const wrmf_i_allocator *const allocator = &context->allocator;
    HASH_CLEAR(hh, ids->table);
    for (int chunk = 0; chunk < CHUNKS; chunk++)
        wrmf_i_free(allocator, ids->chunks[chunk], chunk_entries(chunk), sizeof(entry));
    wrmf_i_arena_free(&ids->arena, allocator);
    wrmf_i_free(allocator, ids->names, (size_t)ids->names_room, sizeof *ids->names);
    wrmf_i_free(allocator, ids, 1, sizeof *ids);
    wrmf_i_context_release(context);
}

wrmf_context *wrmf_i_ids_context(const wrmf_ids *ids)
{
    return ids->context;
}

int64_t wrmf_i_ids_size(const wrmf_ids *ids)
{
    return ids->size;
}

wrmf_ids_kind wrmf_i_ids_kind(const wrmf_ids *ids)
{
    return ids->kind;
}

/* ---- finding and adding ---- */

static unsigned hash_of(const wrmf_ids *ids, const void *key, size_t length)
{
    return (unsigned)XXH3_64bits_withSeed(key, length, ids->seed);
}

static inline entry *find(const wrmf_ids *ids, const void *key, size_t length, unsigned hash)
{
    entry *found = NULL;
    HASH_FIND_BYHASHVALUE(hh, ids->table, key, length, hash, found);
    return found;
}

/* Put an entry whose id is at `key` into the table, and count it. */
static wrmf_status insert(wrmf_ids *ids, entry *added, const void *key, size_t length,
                          unsigned hash, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &ids->context->allocator;
    HASH_ADD_KEYPTR_BYHASHVALUE(hh, ids->table, key, length, hash, added);
    if (!added->hh.tbl)
        return wrmf_i_fail_memory(err, "the table of ids");
    ids->size++;
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_add_string(wrmf_ids *ids, const char *id, size_t length, int64_t *index,
                                  wrmf_error *err)
{
    const unsigned hash = hash_of(ids, id, length);
    entry *slot = find(ids, id, length, hash);
    if (!slot) {
        const void *const nul = memchr(id, '\0', length);
        if (nul)
            return wrmf_i_fail(err, WRMF_E_FORMAT, "byte %lld of the id is NUL",
                               (long long)((const char *)nul - id));
        WRMF_I_TRY(next_entry(ids, &slot, err));
        const char *const copy =
            wrmf_i_arena_copy(&ids->arena, &ids->context->allocator, id, length);
        if (!copy)
            return wrmf_i_fail_memory(err, "the text of an id");
        WRMF_I_TRY(insert(ids, slot, copy, length, hash, err));
    }
    *index = slot->index;
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_add_integer(wrmf_ids *ids, int64_t id, int64_t *index, wrmf_error *err)
{
    const unsigned hash = hash_of(ids, &id, sizeof id);
    entry *slot = find(ids, &id, sizeof id, hash);
    if (!slot) {
        WRMF_I_TRY(next_entry(ids, &slot, err));
        slot->integer = id;
        WRMF_I_TRY(insert(ids, slot, &slot->integer, sizeof id, hash, err));
    }
    *index = slot->index;
    return WRMF_OK;
}

int64_t wrmf_i_ids_find_integer(const wrmf_ids *ids, int64_t id)
{
    if (ids->in_place)
        return wrmf_i_stored_find_integer(&ids->stored, id);
    const entry *const found = find(ids, &id, sizeof id, hash_of(ids, &id, sizeof id));
    return found ? found->index : -1;
}

static int64_t find_parsed(const wrmf_ids *ids, const char *id, size_t length)
{
    int64_t integer;
    return wrmf_i_number_parse_int(id, length, &integer) ? wrmf_i_ids_find_integer(ids, integer)
                                                         : -1;
}

int64_t wrmf_i_ids_find_text(const wrmf_ids *ids, const char *id, size_t length)
{
    if (ids->kind == WRMF_IDS_INTEGER)
        return find_parsed(ids, id, length);
    if (ids->in_place)
        return wrmf_i_stored_find_text(&ids->stored, id, length);
    const entry *const found = find(ids, id, length, hash_of(ids, id, length));
    return found ? found->index : -1;
}

const char *wrmf_i_ids_string(const wrmf_ids *ids, int64_t index, size_t *length)
{
    if (ids->in_place)
        return wrmf_i_stored_text(&ids->stored.texts, index, length);
    const entry *const slot = entry_at(ids, index);
    *length = slot->hh.keylen;
    return slot->hh.key;
}

int64_t wrmf_i_ids_integer(const wrmf_ids *ids, int64_t index)
{
    return ids->in_place ? wrmf_i_stored_integer(&ids->stored, index)
                         : entry_at(ids, index)->integer;
}

const char *wrmf_i_ids_text(const wrmf_ids *ids, int64_t index, char *scratch, size_t *length)
{
    if (ids->kind == WRMF_IDS_STRING)
        return wrmf_i_ids_string(ids, index, length);
    *length = wrmf_i_number_print_int(wrmf_i_ids_integer(ids, index), scratch);
    return scratch;
}

int64_t wrmf_i_ids_longest_chain(const wrmf_ids *ids)
{
    unsigned longest = 0;
    const UT_hash_table *const table = ids->table ? ids->table->hh.tbl : NULL;
    for (unsigned i = 0; table && i < table->num_buckets; i++)
        if (table->buckets[i].count > longest)
            longest = table->buckets[i].count;
    return longest;
}

/* Ids at which a table of so many buckets is about to be doubled: uthash does so when one of them
 * has more than 10, and ids are spread as at random. */
static double ids_of_buckets(double buckets)
{
    double load = 0, tail = 0; /* of a bucket; the probability that it has 11 */
    while (tail * buckets < 0.5) {
        load += 0.01;
        tail = exp(-load) * pow(load, 11) / 39916800;
    }
    return load * buckets;
}

double wrmf_i_ids_bytes(int64_t n, double text_bytes)
{
    double entries = 0, buckets = 32;
    for (int chunk = 0; chunk < CHUNKS && entries < (double)n; chunk++)
        entries += (double)chunk_entries(chunk);
    while (ids_of_buckets(buckets) < (double)n)
        buckets *= 2;
    const double texts = /* each has a NUL */
        text_bytes > 0 ? wrmf_i_arena_bytes(text_bytes + (double)n) : 0;
    return (double)sizeof(wrmf_ids) + entries * (double)sizeof(entry) + texts +
           (n > 0 ? buckets * (double)sizeof(UT_hash_bucket) + (double)sizeof(UT_hash_table) : 0);
}

uint64_t wrmf_i_ids_hash(const wrmf_ids *ids)
{
    uint64_t hash = 0;
    for (int64_t i = 0; i < ids->size; i++) {
        char scratch[WRMF_I_NUMBER_TEXT];
        size_t length;
        const char *const text = wrmf_i_ids_text(ids, i, scratch, &length);
        hash = XXH3_64bits_withSeed(text, length, hash);
    }
    return hash;
}

/* ---- names ---- */

static const char *stored_name(const wrmf_i_ids_stored *stored, int64_t index, size_t *length)
{
    const char *const text =
        stored->names.offsets ? wrmf_i_stored_text(&stored->names, index, length) : NULL;
    if (text && *length > 0)
        return text;
    *length = 0;
    return NULL;
}

bool wrmf_i_ids_named(const wrmf_ids *ids)
{
    if (ids->in_place)
        return ids->stored.names.offsets;
    for (int64_t i = 0; i < ids->names_room; i++)
        if (ids->names[i].text)
            return true;
    return false;
}

const char *wrmf_i_ids_name(const wrmf_ids *ids, int64_t index, size_t *length)
{
    if (ids->in_place)
        return stored_name(&ids->stored, index, length);
    const name *const own = index < ids->names_room ? &ids->names[index] : NULL;
    *length = own && own->text ? own->length : 0;
    return own ? own->text : NULL;
}

static wrmf_status grow_names(wrmf_ids *ids, int64_t index, wrmf_error *err)
{
    const wrmf_i_allocator *const allocator = &ids->context->allocator;
    int64_t room = ids->names_room + ids->names_room / 2;
    if (room < 32)
        room = 32;
    if (room <= index)
        room = ids->size;
    name *const grown =
        wrmf_i_realloc(allocator, ids->names, (size_t)ids->names_room, (size_t)room, sizeof *grown);
    if (!grown)
        return wrmf_i_fail_memory(err, "names of ids");
    memset(grown + ids->names_room, 0, (size_t)(room - ids->names_room) * sizeof *grown);
    ids->names = grown;
    ids->names_room = room;
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_set_name(wrmf_ids *ids, int64_t index, const char *text, size_t length,
                                wrmf_error *err)
{
    const void *const nul = length > 0 ? memchr(text, '\0', length) : NULL;
    if (nul)
        return wrmf_i_fail(err, WRMF_E_FORMAT, "byte %lld of the name is NUL",
                           (long long)((const char *)nul - text));
    if (length == 0) {
        if (index < ids->names_room)
            ids->names[index] = (name){NULL, 0, 0};
        return WRMF_OK;
    }
    if (index >= ids->names_room)
        WRMF_I_TRY(grow_names(ids, index, err));
    name *const own = &ids->names[index];
    /* a name that fits where the earlier one is does not make the arena grow; it may be a part of
     * that one */
    if (own->room >= length) {
        memmove(own->text, text, length);
        own->text[length] = '\0';
        own->length = length;
        return WRMF_OK;
    }
    char *const copy = wrmf_i_arena_copy(&ids->arena, &ids->context->allocator, text, length);
    if (!copy)
        return wrmf_i_fail_memory(err, "the name of an id");
    *own = (name){copy, length, length};
    return WRMF_OK;
}

/* ---- copies ---- */

/* Add the id at `index` of `from`, and its name, to ids, where its index must be `position`. */
static wrmf_status add_from(wrmf_ids *ids, const wrmf_ids *from, int64_t index, int64_t position,
                            wrmf_error *err)
{
    size_t length;
    int64_t added;
    if (from->kind == WRMF_IDS_STRING) {
        const char *const id = wrmf_i_ids_string(from, index, &length);
        WRMF_I_TRY(wrmf_i_ids_add_string(ids, id, length, &added, err));
    } else {
        WRMF_I_TRY(wrmf_i_ids_add_integer(ids, wrmf_i_ids_integer(from, index), &added, err));
    }
    if (added != position)
        return wrmf_i_fail(err, WRMF_E_RANGE, "indices[%lld] is %lld, which indices[%lld] is too",
                           (long long)position, (long long)index, (long long)added);
    const char *const text = wrmf_i_ids_name(from, index, &length);
    return text ? wrmf_i_ids_set_name(ids, added, text, length, err) : WRMF_OK;
}

wrmf_status wrmf_i_ids_select(wrmf_context *context, const wrmf_ids *ids, const int64_t *indices,
                              int64_t n, wrmf_ids **out, wrmf_error *err)
{
    wrmf_ids *chosen = NULL;
    wrmf_status status = wrmf_i_ids_new(context, ids->kind, &chosen, err);
    for (int64_t i = 0; status == WRMF_OK && i < n; i++)
        status = add_from(chosen, ids, indices ? indices[i] : i, i, err);
    if (status != WRMF_OK) {
        wrmf_i_ids_free(chosen);
        return status;
    }
    *out = chosen;
    return WRMF_OK;
}

wrmf_status wrmf_i_ids_copy(wrmf_context *context, const wrmf_ids *ids, wrmf_ids **out,
                            wrmf_error *err)
{
    return wrmf_i_ids_select(context, ids, NULL, ids->size, out, err);
}
