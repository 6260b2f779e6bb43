/* SPDX-License-Identifier: BSD-2-Clause */
/*
 * world.h - a host that goes wrong at the n-th allocation, at the n-th call of its
 * runner, or that cancels at the n-th sign of progress, and small objects to call
 * the library with.
 */
#ifndef TESTS_FAULT_WORLD_H
#define TESTS_FAULT_WORLD_H

#include "host.h"
#include "wrmf/wrmf.h"

/** What goes wrong at the n-th time. */
typedef enum trouble_kind {
    NO_MEMORY,         /* one allocation is refused */
    NO_MEMORY_ONWARDS, /* an allocation and all after it are refused */
    RUNNER_REFUSES,    /* the runner fails before it has run anything */
    RUNNER_BREAKS_OFF, /* the runner fails half-way */
    CANCEL,            /* the progress hook asks to stop */
    TROUBLES
} trouble_kind;

enum { USERS = 14, ITEMS = 11, FACTORS = 3 };

/** Bits of what an act needs; a matrix and a context are always there. */
enum {
    NEEDS_IDS = 1,
    NEEDS_MODEL = 2,
    NEEDS_FILE = 4, /* a model saved at path */
    SLOWLY = 8,     /* the host is slow, so that progress is shown after each run of the workers */
};

typedef struct world {
    wrmf_error error; /* what the act's call reported */
    host host;
    wrmf_context *context;
    wrmf_matrix *matrix, *test; /* test has the shape of matrix */
    wrmf_ids *users, *items, *numbers;
    wrmf_params *params;
    wrmf_model *model;
    char path[64];

    trouble_kind trouble;
    bool slowly;   /* the act asked for SLOWLY */
    long at, seen; /* trouble comes at the at-th time; seen: times so far, while not held off */
    int held;      /* how many world_hold() are open; trouble comes only at 0 */
    bool came;     /* trouble has come */
    bool running;  /* a call is in the runner */
    bool last;     /* trouble came when the progress was complete */
} world;

/** One call of the library, or a few that belong together. On a failure it checks
 *  that everything it can see is as before; on success it gives back what it got. */
typedef struct act {
    const char *name;
    wrmf_status (*run)(world *w);
    unsigned needs;
} act;

extern const act data_acts[], text_acts[], model_acts[], search_acts[], grid_acts[];

/** This stands where an output is to be written, and must stay there on a failure. */
#define UNTOUCHED ((void *)&world_untouched)
extern char world_untouched;

/** Body of an act that makes one object. */
#define MAKES(noun, call)                                                                          \
    do {                                                                                           \
        wrmf_##noun *out = UNTOUCHED;                                                              \
        const wrmf_status made_ = (call);                                                          \
        if (made_ == WRMF_OK)                                                                      \
            wrmf_##noun##_free(out);                                                               \
        else                                                                                       \
            assert_ptr_equal(out, UNTOUCHED);                                                      \
        return made_;                                                                              \
    } while (0)

/** Make an input that reads a text through a callback; making it meets no trouble. */
typedef struct text {
    const char *data;
    size_t left;
} text;
wrmf_input *world_input(world *w, text *t);
/** Make an output that forgets what is written. */
wrmf_output *world_output(world *w);
/** Hold trouble off while an act prepares or looks at what it got, and let it come
 *  again; these nest. It is held off until the first world_go(). */
void world_hold(world *w);
void world_go(world *w);

void world_open(world *w, unsigned needs, trouble_kind trouble, int threads);
void world_close(world *w);

#endif /* TESTS_FAULT_WORLD_H */
