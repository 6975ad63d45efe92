/* SPDX-License-Identifier: Apache-2.0 */
/* Bounded queue: order, bounds, end, and that a cancel wakes every wait. */
#include <pthread.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "pipeline/queue.h"

enum { N = 1000 };

static void forget(void *item)
{
    *(int *)item = -1;
}

static void *produce(void *arg)
{
    static int items[N];
    struct uncap_queue *q = arg;
    for (int i = 0; i < N; i++) {
        items[i] = i;
        if (uncap_queue_push(q, &items[i], 10, NULL))
            return NULL;
    }
    uncap_queue_end(q);
    return items;
}

static void test_order_across_threads(void **state)
{
    (void)state;
    struct uncap_queue *q;
    assert_int_equal(uncap_queue_open(&q, 3, 1000, forget, NULL, NULL), UNCAP_OK);
    pthread_t producer;
    assert_int_equal(pthread_create(&producer, NULL, produce, q), 0);
    void *item;
    for (int i = 0; i < N; i++) {
        assert_int_equal(uncap_queue_pop(q, &item, NULL), UNCAP_OK);
        assert_non_null(item);
        assert_int_equal(*(int *)item, i);
    }
    assert_int_equal(uncap_queue_pop(q, &item, NULL), UNCAP_OK);
    assert_null(item);
    pthread_join(producer, NULL);
    uncap_queue_close(&q);
    assert_null(q);
}

static void test_close_frees_the_rest(void **state)
{
    (void)state;
    int a = 1;
    int b = 2;
    struct uncap_queue *q;
    assert_int_equal(uncap_queue_open(&q, 4, 100, forget, NULL, NULL), UNCAP_OK);
    assert_int_equal(uncap_queue_push(q, &a, 1, NULL), UNCAP_OK);
    assert_int_equal(uncap_queue_push(q, &b, 1, NULL), UNCAP_OK);
    uncap_queue_close(&q);
    assert_int_equal(a, -1);
    assert_int_equal(b, -1);
}

static void test_one_item_larger_than_the_bound(void **state)
{
    (void)state;
    int a = 1;
    struct uncap_queue *q;
    assert_int_equal(uncap_queue_open(&q, 4, 100, forget, NULL, NULL), UNCAP_OK);
    assert_int_equal(uncap_queue_push(q, &a, 5000, NULL), UNCAP_OK);
    uncap_queue_close(&q);
}

static void *trigger(void *arg)
{
    uncap_cancel_trigger(arg);
    return NULL;
}

/* is_full: wait in push on a full queue; else in pop on an empty one. */
static void cancel_wakes(int is_full)
{
    int a = 1;
    struct uncap_cancel *cancel = uncap_cancel_open();
    struct uncap_queue *q;
    struct uncap_error err = {.status = UNCAP_OK};
    assert_int_equal(uncap_queue_open(&q, 1, 100, forget, cancel, NULL), UNCAP_OK);
    if (is_full)
        assert_int_equal(uncap_queue_push(q, &a, 1, NULL), UNCAP_OK);
    pthread_t other;
    assert_int_equal(pthread_create(&other, NULL, trigger, cancel), 0);
    void *item;
    const int status = is_full ? uncap_queue_push(q, &a, 1, &err) : uncap_queue_pop(q, &item, &err);
    assert_int_equal(status, UNCAP_ERR_CANCELLED);
    assert_int_equal(err.status, UNCAP_ERR_CANCELLED);
    pthread_join(other, NULL);
    uncap_queue_close(&q);
    uncap_cancel_close(&cancel);
}

static void test_cancel_wakes_push(void **state)
{
    (void)state;
    cancel_wakes(1);
}

static void test_cancel_wakes_pop(void **state)
{
    (void)state;
    cancel_wakes(0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_order_across_threads),
        cmocka_unit_test(test_close_frees_the_rest),
        cmocka_unit_test(test_one_item_larger_than_the_bound),
        cmocka_unit_test(test_cancel_wakes_push),
        cmocka_unit_test(test_cancel_wakes_pop),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
