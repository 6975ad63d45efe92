/* SPDX-License-Identifier: Apache-2.0 */
#include "nn/pickle.h"

#include <string.h>

#include "base/memory.h"

enum kind { NONE, MARK, BOOL, NUMBER, FLOAT, TEXT, TUPLE, LIST, DICT, GLOBAL, STORAGE, TENSOR };

enum global { ORDERED_DICT, REBUILD_TENSOR, REBUILD_PARAMETER, STORAGE_CLASS };

/* items  children of a tuple, list, dict (key, value, key, ...), storage or tensor (its arguments), as object
 * numbers. bytes  a text, or a number in little endian. */
struct object {
    enum kind kind;
    enum global global;
    enum uncap_dtype dtype;
    int64_t i;
    struct uncap_span bytes;
    uint32_t *items;
    size_t n, capacity;
};

struct uncap_pickle {
    struct object *objects;
    size_t n, capacity;
    uint32_t *stack;
    size_t depth, stack_capacity;
    uint32_t *memo; /* object number + 1; 0: never put */
    size_t memo_capacity;
    const uint8_t *p, *end;
    size_t total; /* bytes in all: no memo index can be larger */
    const char *label;
    struct uncap_error *err;
    uint32_t top;
};

static int refuse(struct uncap_pickle *k, const char *why)
{
    return uncap_fail(k->err, UNCAP_ERR_MODEL, "%s is not a checkpoint this program reads: %s", k->label,
                      why);
}

static int push(struct uncap_pickle *k, uint32_t number)
{
    void *stack = k->stack;
    const bool has_room = uncap_grow(&stack, &k->stack_capacity, k->depth + 1, sizeof(*k->stack));
    k->stack = stack;
    if (!has_room)
        return uncap_fail_nomem(k->err, "reading a checkpoint");
    k->stack[k->depth++] = number;
    return UNCAP_OK;
}

static int push_new(struct uncap_pickle *k, struct object o)
{
    void *objects = k->objects;
    const bool has_room = uncap_grow(&objects, &k->capacity, k->n + 1, sizeof(*k->objects));
    k->objects = objects;
    if (!has_room)
        return uncap_fail_nomem(k->err, "reading a checkpoint");
    k->objects[k->n] = o;
    return push(k, (uint32_t)k->n++);
}

static int append(struct uncap_pickle *k, uint32_t to, uint32_t item)
{
    struct object *o = &k->objects[to];
    void *items = o->items;
    const bool has_room = uncap_grow(&items, &o->capacity, o->n + 1, sizeof(*o->items));
    o->items = items;
    if (!has_room)
        return uncap_fail_nomem(k->err, "reading a checkpoint");
    o->items[o->n++] = item;
    return UNCAP_OK;
}

/* Position of the topmost mark, or depth if there is none. */
static size_t mark_position(const struct uncap_pickle *k)
{
    for (size_t i = k->depth; i-- > 0;)
        if (k->objects[k->stack[i]].kind == MARK)
            return i;
    return k->depth;
}

static struct object *top(const struct uncap_pickle *k, size_t below)
{
    return k->depth > below ? &k->objects[k->stack[k->depth - 1 - below]] : NULL;
}

/* Take n bytes of argument. */
static const uint8_t *take(struct uncap_pickle *k, size_t n)
{
    if ((size_t)(k->end - k->p) < n)
        return NULL;
    const uint8_t *p = k->p;
    k->p += n;
    return p;
}

static uint64_t little(const uint8_t *p, size_t n)
{
    uint64_t v = 0;
    for (size_t i = 0; i < n; i++)
        v |= (uint64_t)p[i] << (8 * i);
    return v;
}

/* BININT1, BININT2, BININT (signed), LONG1 (any length). */
static int number(struct uncap_pickle *k, size_t n, bool is_signed)
{
    const uint8_t *p = take(k, n);
    if (!p)
        return refuse(k, "it ends inside a number");
    int64_t v = n <= 8 ? (int64_t)little(p, n) : INT64_MAX;
    if (is_signed && n && n < 8 && p[n - 1] & 0x80)
        v -= INT64_C(1) << (8 * n);
    return push_new(k, (struct object){.kind = NUMBER, .i = v, .bytes = {p, n}});
}

static int counted(struct uncap_pickle *k, size_t length_bytes, enum kind kind)
{
    const uint8_t *p = take(k, length_bytes);
    const uint64_t n = p ? little(p, length_bytes) : 0;
    const uint8_t *bytes = p && n <= SIZE_MAX ? take(k, (size_t)n) : NULL;
    if (!bytes)
        return refuse(k, "it ends inside a text");
    return push_new(k, (struct object){.kind = kind, .bytes = {bytes, (size_t)n}});
}

static bool span_is(struct uncap_span s, const char *text)
{
    return s.n == strlen(text) && !memcmp(s.p, text, s.n);
}

static struct uncap_span line(struct uncap_pickle *k)
{
    const uint8_t *nl = memchr(k->p, '\n', (size_t)(k->end - k->p));
    const struct uncap_span s = {k->p, nl ? (size_t)(nl - k->p) : 0};
    k->p = nl ? nl + 1 : k->end;
    return s;
}

static int global(struct uncap_pickle *k)
{
    static const struct {
        const char *module, *name;
        enum global global;
        enum uncap_dtype dtype;
    } known[] = {
        {"collections", "OrderedDict", ORDERED_DICT, UNCAP_F32},
        {"torch._utils", "_rebuild_tensor_v2", REBUILD_TENSOR, UNCAP_F32},
        {"torch._utils", "_rebuild_parameter", REBUILD_PARAMETER, UNCAP_F32},
        {"torch", "FloatStorage", STORAGE_CLASS, UNCAP_F32},
        {"torch", "HalfStorage", STORAGE_CLASS, UNCAP_F16},
        {"torch", "BFloat16Storage", STORAGE_CLASS, UNCAP_BF16},
        {"torch", "DoubleStorage", STORAGE_CLASS, UNCAP_F64},
        {"torch", "LongStorage", STORAGE_CLASS, UNCAP_I64},
        {"torch", "IntStorage", STORAGE_CLASS, UNCAP_I32},
        {"torch", "ByteStorage", STORAGE_CLASS, UNCAP_U8},
        {"torch", "BoolStorage", STORAGE_CLASS, UNCAP_BOOL},
    };
    const struct uncap_span module = line(k);
    const struct uncap_span name = line(k);
    for (size_t i = 0; i < sizeof(known) / sizeof(*known); i++)
        if (span_is(module, known[i].module) && span_is(name, known[i].name))
            return push_new(
                k, (struct object){.kind = GLOBAL, .global = known[i].global, .dtype = known[i].dtype});
    return uncap_fail(k->err, UNCAP_ERR_MODEL,
                      "%s is not a checkpoint this program reads: it asks for %.*s.%.*s, which is not run",
                      k->label, (int)(module.n < 60 ? module.n : 60), (const char *)module.p,
                      (int)(name.n < 60 ? name.n : 60), (const char *)name.p);
}

/* Replace the topmost n objects by a tuple of them. */
static int tuple(struct uncap_pickle *k, size_t from)
{
    const size_t depth = k->depth;
    const int status = push_new(k, (struct object){.kind = TUPLE});
    if (status)
        return status;
    const uint32_t made = k->stack[--k->depth];
    for (size_t i = from; i < depth; i++)
        if (append(k, made, k->stack[i]))
            return UNCAP_ERR_NOMEM;
    k->depth = from;
    return UNCAP_OK;
}

static int tuple_of(struct uncap_pickle *k, size_t n)
{
    if (k->depth < n)
        return refuse(k, "its stack runs empty");
    for (size_t i = 0; i < n; i++)
        if (top(k, i)->kind == MARK)
            return refuse(k, "a mark lies where a value should");
    const int status = tuple(k, k->depth - n);
    return status ? status : push(k, (uint32_t)k->n - 1);
}

static int tuple_from_mark(struct uncap_pickle *k)
{
    const size_t at = mark_position(k);
    if (at == k->depth)
        return refuse(k, "a tuple has no beginning");
    const int status = tuple(k, at + 1);
    if (status)
        return status;
    k->depth = at; /* the mark itself */
    return push(k, (uint32_t)k->n - 1);
}

/* Move what lies at `from` and above into the list or dict that lies `below` that. */
static int fill(struct uncap_pickle *k, enum kind kind, size_t from, size_t below)
{
    const size_t count = k->depth - from;
    if (from < below || from < 1 || from - below >= k->depth)
        return refuse(k, "its stack runs empty");
    const uint32_t to = k->stack[from - below];
    if (k->objects[to].kind != kind || (kind == DICT && count % 2))
        return refuse(k, "items go into what cannot hold them");
    for (size_t i = from; i < k->depth; i++) {
        if (k->objects[k->stack[i]].kind == MARK)
            return refuse(k, "a mark lies where a value should");
        if (append(k, to, k->stack[i]))
            return UNCAP_ERR_NOMEM;
    }
    k->depth = from - below + 1;
    return UNCAP_OK;
}

static int fill_from_mark(struct uncap_pickle *k, enum kind kind)
{
    const size_t at = mark_position(k);
    return at == k->depth ? refuse(k, "items have no beginning") : fill(k, kind, at + 1, 2);
}

static int fill_single(struct uncap_pickle *k, enum kind kind, size_t n)
{
    return k->depth <= n ? refuse(k, "its stack runs empty") : fill(k, kind, k->depth - n, 1);
}

static int memo_put(struct uncap_pickle *k, size_t length_bytes)
{
    const uint8_t *p = take(k, length_bytes);
    const uint64_t at = p ? little(p, length_bytes) : 0;
    if (!p || !k->depth || at >= k->total)
        return refuse(k, "it remembers nothing, or too much");
    void *memo = k->memo;
    const bool has_room = uncap_grow(&memo, &k->memo_capacity, (size_t)at + 1, sizeof(*k->memo));
    k->memo = memo;
    if (!has_room)
        return uncap_fail_nomem(k->err, "reading a checkpoint");
    k->memo[at] = k->stack[k->depth - 1] + 1;
    return UNCAP_OK;
}

static int memo_get(struct uncap_pickle *k, size_t length_bytes)
{
    const uint8_t *p = take(k, length_bytes);
    const uint64_t at = p ? little(p, length_bytes) : 0;
    if (!p || at >= k->memo_capacity || !k->memo[at])
        return refuse(k, "it recalls what it never remembered");
    return push(k, k->memo[at] - 1);
}

/* ('storage', <class>, key, location, numel[, view]) */
static int persistent(struct uncap_pickle *k)
{
    struct object *id = top(k, 0);
    if (!id || id->kind != TUPLE || id->n < 5)
        return refuse(k, "a storage is not described as one");
    const struct object *word = &k->objects[id->items[0]];
    const struct object *class = &k->objects[id->items[1]];
    const struct object *key = &k->objects[id->items[2]];
    const struct object *count = &k->objects[id->items[4]];
    if (word->kind != TEXT || !span_is(word->bytes, "storage") || class->kind != GLOBAL ||
        class->global != STORAGE_CLASS || key->kind != TEXT || count->kind != NUMBER)
        return refuse(k, "a storage is not described as one");
    const struct object storage = {
        .kind = STORAGE, .dtype = class->dtype, .bytes = key->bytes, .i = count->i};
    k->depth--;
    return push_new(k, storage);
}

static int reduce(struct uncap_pickle *k)
{
    const struct object *args = top(k, 0);
    const struct object *callable = top(k, 1);
    if (!args || !callable || args->kind != TUPLE || callable->kind != GLOBAL)
        return refuse(k, "it calls what is not callable");
    const enum global what = callable->global;
    const uint32_t arguments = k->stack[k->depth - 1];
    k->depth -= 2;
    if (what == ORDERED_DICT)
        return args->n ? refuse(k, "a dict is made from arguments")
                       : push_new(k, (struct object){.kind = DICT});
    if (what == REBUILD_PARAMETER)
        return args->n && k->objects[args->items[0]].kind == TENSOR
                   ? push(k, args->items[0])
                   : refuse(k, "a parameter holds no tensor");
    if (what != REBUILD_TENSOR || args->n < 4 || k->objects[args->items[0]].kind != STORAGE)
        return refuse(k, "a tensor is not described as one");
    return push_new(k, (struct object){.kind = TENSOR, .i = arguments});
}

/* An object's extra state (a state dict's _metadata) is of no use here. */
static int build(struct uncap_pickle *k)
{
    if (k->depth < 2)
        return refuse(k, "its stack runs empty");
    k->depth--;
    return UNCAP_OK;
}

static int step(struct uncap_pickle *k, uint8_t op)
{
    switch (op) {
    case 0x80: return take(k, 1) && k->p[-1] <= 3 ? UNCAP_OK : refuse(k, "its pickle protocol is not 2");
    case 'N': return push_new(k, (struct object){.kind = NONE});
    case '(': return push_new(k, (struct object){.kind = MARK});
    case 0x88: return push_new(k, (struct object){.kind = BOOL, .i = 1});
    case 0x89: return push_new(k, (struct object){.kind = BOOL});
    case 'K': return number(k, 1, false);
    case 'M': return number(k, 2, false);
    case 'J': return number(k, 4, true);
    case 0x8a: return take(k, 1) ? number(k, k->p[-1], true) : refuse(k, "it ends inside a number");
    case 'G':
        return take(k, 8) ? push_new(k, (struct object){.kind = FLOAT})
                          : refuse(k, "it ends inside a number");
    case 'X': return counted(k, 4, TEXT);
    case 'U': return counted(k, 1, TEXT);
    case 'T': return counted(k, 4, TEXT);
    case ')': return push_new(k, (struct object){.kind = TUPLE});
    case 0x85: return tuple_of(k, 1);
    case 0x86: return tuple_of(k, 2);
    case 0x87: return tuple_of(k, 3);
    case 't': return tuple_from_mark(k);
    case ']': return push_new(k, (struct object){.kind = LIST});
    case 'a': return fill_single(k, LIST, 1);
    case 'e': return fill_from_mark(k, LIST);
    case '}': return push_new(k, (struct object){.kind = DICT});
    case 's': return fill_single(k, DICT, 2);
    case 'u': return fill_from_mark(k, DICT);
    case 'q': return memo_put(k, 1);
    case 'r': return memo_put(k, 4);
    case 'h': return memo_get(k, 1);
    case 'j': return memo_get(k, 4);
    case 'c': return global(k);
    case 'Q': return persistent(k);
    case 'R': return reduce(k);
    case 'b': return build(k);
    default:
        return uncap_fail(k->err, UNCAP_ERR_MODEL,
                          "%s is not a checkpoint this program reads: pickle opcode 0x%02x is not allowed",
                          k->label, op);
    }
}

static int run(struct uncap_pickle *k)
{
    while (k->p < k->end) {
        const uint8_t op = *k->p++;
        if (op == '.') {
            const struct object *result = top(k, 0);
            if (!result || result->kind == MARK)
                return refuse(k, "it ends with nothing");
            k->top = k->stack[k->depth - 1];
            return UNCAP_OK;
        }
        const int status = step(k, op);
        if (status)
            return status;
    }
    return refuse(k, "it is cut short");
}

int uncap_pickle_open(struct uncap_pickle **out, const void *bytes, size_t n, size_t *used, const char *label,
                      struct uncap_error *err)
{
    *out = NULL;
    struct uncap_pickle *k = uncap_alloc(1, sizeof(*k));
    if (!k)
        return uncap_fail_nomem(err, "reading a checkpoint");
    k->p = bytes;
    k->end = k->p + n;
    k->total = n;
    k->label = label;
    k->err = err;
    const int status = n < UINT32_MAX ? run(k) : refuse(k, "its pickle is too large");
    if (status) {
        uncap_pickle_close(&k);
        return status;
    }
    *used = (size_t)(k->p - (const uint8_t *)bytes);
    *out = k;
    return UNCAP_OK;
}

void uncap_pickle_close(struct uncap_pickle **pickle)
{
    struct uncap_pickle *k = *pickle;
    if (!k)
        return;
    for (size_t i = 0; i < k->n; i++)
        uncap_free(k->objects[i].items);
    uncap_free(k->objects);
    uncap_free(k->stack);
    uncap_free(k->memo);
    uncap_free(k);
    *pickle = NULL;
}

bool uncap_pickle_number(const struct uncap_pickle *k, struct uncap_span *little_endian)
{
    const struct object *o = &k->objects[k->top];
    *little_endian = o->bytes;
    return o->kind == NUMBER;
}

bool uncap_pickle_text(const struct uncap_pickle *k, size_t i, struct uncap_span *text)
{
    const struct object *o = &k->objects[k->top];
    if (o->kind != LIST || i >= o->n || k->objects[o->items[i]].kind != TEXT)
        return false;
    *text = k->objects[o->items[i]].bytes;
    return true;
}

/* A tuple or list of numbers. */
static bool read_numbers(const struct uncap_pickle *k, const struct object *o, int64_t *out, int *n)
{
    if ((o->kind != TUPLE && o->kind != LIST) || o->n > UNCAP_MAX_RANK)
        return false;
    *n = (int)o->n;
    for (size_t i = 0; i < o->n; i++) {
        const struct object *v = &k->objects[o->items[i]];
        if (v->kind != NUMBER)
            return false;
        out[i] = v->i;
    }
    return true;
}

int uncap_pickle_tensor(const struct uncap_pickle *k, size_t i, struct uncap_pickle_tensor *t)
{
    const struct object *dict = &k->objects[k->top];
    if (dict->kind != DICT || 2 * i + 1 >= dict->n)
        return -1;
    const struct object *key = &k->objects[dict->items[2 * i]];
    const struct object *value = &k->objects[dict->items[2 * i + 1]];
    if (key->kind != TEXT || value->kind != TENSOR)
        return 0;
    const struct object *args = &k->objects[value->i];
    const struct object *storage = &k->objects[args->items[0]];
    const struct object *offset = &k->objects[args->items[1]];
    int n_strides = 0;
    *t = (struct uncap_pickle_tensor){.name = key->bytes,
                                      .storage_key = storage->bytes,
                                      .dtype = storage->dtype,
                                      .storage_count = storage->i,
                                      .offset = offset->i};
    const bool is_sound = offset->kind == NUMBER &&
                          read_numbers(k, &k->objects[args->items[2]], t->shape.dims, &t->shape.rank) &&
                          read_numbers(k, &k->objects[args->items[3]], t->strides, &n_strides) &&
                          n_strides == t->shape.rank;
    return is_sound;
}
