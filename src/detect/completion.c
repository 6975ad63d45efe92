/* SPDX-License-Identifier: Apache-2.0 */
#include "detect/completion.h"

#include <string.h>

#include "base/memory.h"

/* One closed track on its way. caption and features are copies, as the detector's lists may move.
 * rest  [n_rest] captions of the texts that took the place of its first one */
struct item {
    struct uncap_track *track;
    struct uncap_caption caption, *rest;
    int n_rest;
    struct uncap_features features;
    int status, n_reads;
    struct uncap_error error;
};

/* first: index of the first one's caption in the detector's list. */
struct uncap_completion {
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

static void complete(void *opaque, int i)
{
    const struct uncap_completion *c = opaque;
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

int uncap_completion_start(struct uncap_detector *d, struct uncap_track *const *tracks, int n,
                           const struct uncap_surroundings *around, struct uncap_error *err)
{
    const size_t first = d->captions->n - (size_t)n;
    int status = uncap_completion_collect(d, err);
    struct uncap_completion *c = status ? NULL : make(d, first, n, around);
    if (!status && !c)
        status = uncap_fail_nomem(err, "captions");
    if (status) {
        free_tracks(tracks, n);
        return status;
    }
    for (int i = 0; i < n; i++)
        c->items[i] = (struct item){.track = tracks[i],
                                    .caption = d->captions->items[c->first + (size_t)i],
                                    .features = d->features[c->first + (size_t)i]};
    d->completion = c;
    uncap_slices_start(d->background, n, complete, c);
    return UNCAP_OK;
}

/* Move the item's further captions to the end of the detector's list. */
static int add_rest(struct uncap_detector *d, const struct item *item, struct uncap_error *err)
{
    struct uncap_captions *list = d->captions;
    const size_t n = list->n + (size_t)item->n_rest;
    if (!uncap_grow((void **)&list->items, &list->capacity, n, sizeof(*list->items)) ||
        !uncap_grow((void **)&d->features, &d->features_capacity, n, sizeof(*d->features))) {
        for (int i = 0; i < item->n_rest; i++)
            uncap_caption_clear(&item->rest[i]);
        return uncap_fail_nomem(err, "captions");
    }
    for (int i = 0; i < item->n_rest; i++) {
        d->features[list->n] = item->features;
        list->items[list->n++] = item->rest[i];
    }
    return UNCAP_OK;
}

int uncap_completion_collect(struct uncap_detector *d, struct uncap_error *err)
{
    struct uncap_completion *c = d->completion;
    int status = UNCAP_OK;
    if (!c)
        return UNCAP_OK;
    uncap_slices_wait(d->background);
    for (int i = 0; i < c->n; i++) {
        const struct item *item = &c->items[i];
        d->captions->items[c->first + (size_t)i] = item->caption;
        d->features[c->first + (size_t)i] = item->features;
        d->n_reads += item->n_reads;
        if (item->status && !status) {
            status = item->status;
            if (err)
                *err = item->error;
        }
        const int failed = add_rest(d, item, status ? NULL : err);
        status = status ? status : failed;
        uncap_free(item->rest);
        free_tracks(&item->track, 1);
    }
    free_completion(c);
    d->completion = NULL;
    return status;
}
