/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/completion.h"

#include <string.h>

#include "base/memory.h"

/* Texts that may wait for their turn: their pictures take memory. */
enum { MOST_WAITING = 8 };

/* One closed track on its way. caption and features are copies, as the detector's lists may move.
 * rest     [n_rest] captions of the texts that took the place of its first one
 * rest_at  where their places begin in the detector's list */
struct item {
    struct uncap_track *track;
    struct uncap_caption caption, *rest;
    int n_rest;
    size_t rest_at;
    struct uncap_features features;
    int status, n_reads;
    struct uncap_error error;
};

/* Tracks that were closed together. first: index of the first one's caption in the detector's list. */
struct uncap_completion {
    struct uncap_completion *next;
    const struct uncap_detector *d; /* reader and colour, which do not change */
    struct uncap_surroundings around;
    int64_t *shots;
    struct uncap_life *lives;
    size_t first;
    struct item *items;
    int n;
};

static int read_text(const struct uncap_detector *d, struct item *item, struct uncap_caption *caption)
{
    /* What does not stand still in its evidence is no caption and blurs in the mean. */
    if (!d->reader || !uncap_track_is_followed(item->track))
        return UNCAP_OK;
    return uncap_life_read(item->track, uncap_classify_is_open(&item->features), d->reader, d->video.colour,
                           d->looks.cancel, caption, &item->n_reads, &item->error);
}

/* What each of the texts has for itself. */
static int finish(const struct uncap_detector *d, struct item *item, struct uncap_caption *caption)
{
    const int status = uncap_life_panels(item->track, caption, &item->error);
    return status ? status : read_text(d, item, caption);
}

/* Item i of a list of completions. */
static void complete(void *opaque, int i)
{
    const struct uncap_completion *c = opaque;
    for (; i >= c->n; c = c->next)
        i -= c->n;
    struct item *item = &c->items[i];
    item->status = uncap_life_matte(item->track, &c->around, &item->caption, &item->features, &item->error);
    if (!item->status)
        item->status = uncap_life_cut(item->track, &item->caption, &item->rest, &item->n_rest, &item->error);
    if (!item->status)
        item->status = finish(c->d, item, &item->caption);
    for (int k = 0; k < item->n_rest && !item->status; k++)
        item->status = finish(c->d, item, &item->rest[k]);
    if (!item->status)
        item->status =
            uncap_life_stretch(item->track, &item->caption,
                               item->n_rest ? &item->rest[item->n_rest - 1] : &item->caption, &item->error);
}

static void free_tracks(struct uncap_track *const *tracks, int n)
{
    for (int i = 0; i < n; i++) {
        uncap_track_clear(tracks[i]);
        uncap_free(tracks[i]);
    }
}

static void free_completion(struct uncap_completion *c)
{
    uncap_free(c->shots);
    uncap_free(c->lives);
    uncap_free(c->items);
    uncap_free(c);
}

/* n tracks, whose captions begin at `first` in the detector's list. */
static struct uncap_completion *make(const struct uncap_detector *d, size_t first, int n,
                                     const struct uncap_surroundings *around)
{
    struct uncap_completion *c = uncap_alloc(1, sizeof(*c));
    if (!c)
        return NULL;
    *c = (struct uncap_completion){.d = d, .around = *around, .n = n, .first = first};
    c->items = uncap_alloc((size_t)n, sizeof(*c->items));
    c->shots = uncap_alloc(around->n_shots, sizeof(*c->shots));
    c->lives = uncap_alloc(around->n_lives, sizeof(*c->lives));
    if (!c->items || !c->shots || !c->lives) {
        free_completion(c);
        return NULL;
    }
    if (around->n_shots)
        memcpy(c->shots, around->shots, around->n_shots * sizeof(*c->shots));
    if (around->n_lives)
        memcpy(c->lives, around->lives, around->n_lives * sizeof(*c->lives));
    c->around.shots = c->shots;
    c->around.lives = c->lives;
    return c;
}

/* Give the further texts of the items places in the detector's list. */
static int reserve(struct uncap_detector *d, struct uncap_completion *c, struct uncap_error *err)
{
    struct uncap_captions *list = d->captions;
    for (int i = 0; i < c->n; i++) {
        struct item *item = &c->items[i];
        const int n_rest = uncap_life_n_texts(item->track, &item->caption) - 1;
        const size_t n = list->n + (size_t)n_rest;
        item->rest_at = list->n;
        if (!uncap_grow((void **)&list->items, &list->capacity, n, sizeof(*list->items)) ||
            !uncap_grow((void **)&d->features, &d->features_capacity, n, sizeof(*d->features)))
            return uncap_fail_nomem(err, "captions");
        for (; list->n < n; list->n++)
            d->features[list->n] = item->features;
    }
    return UNCAP_OK;
}

static void append(struct uncap_completion **list, struct uncap_completion *c)
{
    while (*list)
        list = &(*list)->next;
    *list = c;
}

static void free_list(struct uncap_completion **list)
{
    while (*list) {
        struct uncap_completion *c = *list;
        *list = c->next;
        for (int i = 0; i < c->n; i++)
            free_tracks(&c->items[i].track, 1);
        free_completion(c);
    }
}

int uncap_completion_start(struct uncap_detector *d, struct uncap_track *const *tracks, int n,
                           const struct uncap_surroundings *around, struct uncap_error *err)
{
    const size_t first = d->captions->n - (size_t)n;
    struct uncap_completion *c = make(d, first, n, around);
    if (!c) {
        free_tracks(tracks, n);
        return uncap_fail_nomem(err, "captions");
    }
    for (int i = 0; i < n; i++)
        c->items[i] = (struct item){.track = tracks[i],
                                    .caption = d->captions->items[c->first + (size_t)i],
                                    .features = d->features[c->first + (size_t)i]};
    append(&d->waiting, c);
    d->n_waiting += n;
    int status = reserve(d, c, err);
    if (!status)
        status = uncap_completion_go_on(d, err);
    if (!status && d->n_waiting > MOST_WAITING) {
        uncap_slices_wait(d->background);
        status = uncap_completion_go_on(d, err);
    }
    return status;
}

/* Put an item into the detector's lists. */
static void put(struct uncap_detector *d, const struct item *item, size_t at)
{
    d->captions->items[at] = item->caption;
    d->features[at] = item->features;
    for (int i = 0; i < item->n_rest; i++) {
        d->captions->items[item->rest_at + (size_t)i] = item->rest[i];
        d->features[item->rest_at + (size_t)i] = item->features;
    }
    uncap_free(item->rest);
    d->n_reads += item->n_reads;
}

/* Put a list's items into the detector's lists, and free it. */
static int put_list(struct uncap_detector *d, struct uncap_completion **list, struct uncap_error *err)
{
    int status = UNCAP_OK;
    for (const struct uncap_completion *c = *list; c; c = c->next)
        for (int i = 0; i < c->n; i++) {
            const struct item *item = &c->items[i];
            put(d, item, c->first + (size_t)i);
            if (item->status && !status && err)
                *err = item->error;
            status = status ? status : item->status;
        }
    free_list(list);
    return status;
}

/* Take what the background has done: the recogniser first, then completions. */
static int take_done(struct uncap_detector *d, struct uncap_error *err)
{
    uncap_slices_wait(d->background);
    const int status = put_list(d, &d->running, err);
    if (!status && d->reader_error.status && err)
        *err = d->reader_error;
    return status ? status : d->reader_error.status;
}

/* What waits, and of how many items that is, becomes the list that runs. */
static int run_waiting(struct uncap_detector *d, struct uncap_completion **list)
{
    const int n = d->n_waiting;
    *list = d->waiting;
    d->waiting = NULL;
    d->n_waiting = 0;
    return n;
}

int uncap_completion_go_on(struct uncap_detector *d, struct uncap_error *err)
{
    if (!uncap_slices_are_done(d->background))
        return UNCAP_OK;
    const int status = take_done(d, err);
    if (status || !d->waiting)
        return status;
    const int n = run_waiting(d, &d->running);
    uncap_slices_start(d->background, n, complete, d->running);
    return UNCAP_OK;
}

int uncap_completion_collect(struct uncap_detector *d, struct uncap_error *err)
{
    struct uncap_completion *last = NULL;
    int status = d->running ? UNCAP_OK : take_done(d, err); /* the recogniser must be there */
    if (status)
        return status;
    const int n = run_waiting(d, &last);
    uncap_slices_run(d->slices, n, complete, last); /* there are no more frames for these threads */
    status = take_done(d, err);
    const int last_status = put_list(d, &last, status ? NULL : err);
    return status ? status : last_status;
}

void uncap_completion_drop(struct uncap_detector *d)
{
    uncap_slices_wait(d->background);
    put_list(d, &d->running, NULL);
    free_list(&d->waiting);
}
