/* SPDX-License-Identifier: Apache-2.0 */
/* The captions file: save and load are inverse, unknown fields survive, hostile input is refused with its
 * place. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "base/memory.h"
#include "detect/captions/captions_json.h"
#include "detect/captions/raster.h"

#define SOURCE                                                                                               \
    "\"format\":\"uncaption captions\",\"version\":1,\"source\":{\"name\":\"a.mp4\",\"size_bytes\":5,"       \
    "\"n_frames\":100,\"duration_s\":4.25,\"width\":64,\"height\":48,\"first_packets\":"                     \
    "\"00000000000000ff\","                                                                                  \
    "\"last_packets\":\"ffffffffffffffff\"}"
#define TURNED(orientation)                                                                                  \
    "\"format\":\"uncaption captions\",\"version\":2,\"source\":{\"size_bytes\":5,\"n_frames\":100,"         \
    "\"duration_s\":4.25,\"width\":64,\"height\":48,\"orientation\":" orientation "},\"captions\":[]"
#define QUAD "\"quad\":[[1,2],[30.5,2],[30.5,9],[1,9]]"
#define INK "\"ink\":{\"x\":"
#define CAPTION "\"id\":1,\"first\":10,\"end\":14," QUAD

static int parse(const char *text, struct uncap_captions **out, struct uncap_error *err)
{
    *err = (struct uncap_error){.status = UNCAP_OK};
    return uncap_captions_parse(text, strlen(text), "c.json", out, err);
}

static char *print(const struct uncap_captions *c)
{
    char *text;
    size_t n;
    assert_int_equal(uncap_captions_print(c, &text, &n, NULL), UNCAP_OK);
    assert_int_equal(strlen(text), n);
    return text;
}

static void a_full_file_survives_a_round_trip(void **state)
{
    (void)state;
    static const char text[] =
        "{" SOURCE ",\"shots\":[0,12],\"options\":{\"sample\":\"even\"},\"future\":{\"a\":[1,2.5]},"
        "\"captions\":[{" CAPTION
        ",\"score\":0.875,\"keep\":true,\"text\":\"h\xc3\xa9llo\",\"script\":\"Latn\",\"kind\":\"caption\","
        "\"reasons\":{\"steady\":0.5},\"observations\":[{\"frame\":10,\"score\":0.5," QUAD
        "},{\"frame\":12,\"kind\":\"interpolated\"," QUAD "}],"
        "\"matte\":{\"x\":1,\"y\":2,\"w\":3,\"h\":2,\"rle\":\"AAX/AQ==\"},\"growing\":2,"
        "\"poses\":[[0.75,10.5,-3],[1.04,0,2]],"
        "\"panels\":[{\"first\":10,\"end\":12,\"x\":1,\"y\":2,\"w\":5,\"h\":6},{\"first\":13,\"end\":14,"
        "\"x\":0,\"y\":0,"
        "\"w\":64,\"h\":48}],"
        "\"style\":{\"ink\":{\"x\":1,\"y\":2,\"w\":30,\"h\":7},\"lean\":0.25,\"fill\":{\"colour\":\"#"
        "fFd700\",\"size\":1.5}"
        ","
        "\"outline\":{\"colour\":\"#000080\",\"opacity\":200,\"size\":2},\"box\":{\"colour\":\"#102030\","
        "\"opacity\":155,\"x\":0,\"y\":0,\"w\":64,\"h\":48}},\"opacity\":\"AAL/"
        "Ag==\","
        "\"motion\":[[0,0],[0,-1],[0,-2],[0,-3]],\"unread\":true,\"new\":\"field\"}]}";
    struct uncap_captions *c, *again;
    struct uncap_error err;
    assert_int_equal(parse(text, &c, &err), UNCAP_OK);
    assert_int_equal(uncap_captions_count(c), 1);
    assert_int_equal(uncap_captions_count_removed(c), 0);
    const struct uncap_caption *i = &c->items[0];
    assert_int_equal(i->matte->coverage[4], 0);
    assert_int_equal(i->matte->coverage[5], 255);
    assert_int_equal(i->n_growing, 2);
    assert_true(i->poses[0].size == 0.75f && i->poses[0].x == 10.5f && i->poses[1].y == 2);
    assert_int_equal(i->n_panels, 2);
    assert_int_equal(i->panels[0].rect.y1, 8);
    assert_int_equal(i->panels[1].first, 13);
    assert_true(i->is_unread);
    assert_int_equal(i->style->ink.x1, 31);
    assert_int_equal(i->style->fill.rgb[1], 0xd7);
    assert_int_equal(i->style->fill.opacity, 255);
    assert_true(i->style->lean == 0.25f);
    assert_int_equal(i->style->outline.opacity, 200);
    assert_int_equal(i->style->shadow.opacity, 0);
    assert_int_equal(i->style->plate.y1, 48);
    assert_int_equal(i->opacity[1], 0);
    assert_int_equal(i->opacity[2], 255);
    assert_int_equal(i->motion[7], -3);
    assert_int_equal(i->observations[1].kind, UNCAP_OBSERVATION_INTERPOLATED);
    assert_int_equal(c->source.first_packets_hash, 255);
    assert_int_equal(c->shots[1], 12);
    char *first = print(c);
    assert_non_null(strstr(first, "\"new\": \"field\""));
    assert_non_null(strstr(first, "\"future\": {\"a\": [1, 2.5]}"));
    assert_int_equal(parse(first, &again, &err), UNCAP_OK);
    char *second = print(again);
    assert_string_equal(first, second);
    uncap_free(first);
    uncap_free(second);
    uncap_captions_close(&c);
    uncap_captions_close(&again);
    assert_null(c);
}

static void floats_survive_exactly(void **state)
{
    (void)state;
    struct uncap_captions *c, *again;
    struct uncap_error err;
    assert_int_equal(parse("{" SOURCE ",\"captions\":[{" CAPTION "}]}", &c, &err), UNCAP_OK);
    c->items[0].quad.p[0].x = 1.0f / 3;
    c->items[0].score = 0.1f;
    char *text = print(c);
    assert_int_equal(parse(text, &again, &err), UNCAP_OK);
    assert_memory_equal(&c->items[0].quad, &again->items[0].quad, sizeof(struct uncap_quad));
    assert_true(c->items[0].score == again->items[0].score);
    uncap_free(text);
    uncap_captions_close(&c);
    uncap_captions_close(&again);
}

static void an_edited_file_is_read(void **state)
{
    (void)state;
    struct uncap_captions *c;
    struct uncap_error err;
    assert_int_equal(parse("{" SOURCE ",\"captions\":[]}", &c, &err), UNCAP_OK);
    assert_int_equal(c->n, 0);
    assert_int_equal(c->n_shots, 1);
    assert_int_equal(c->shots[0], 0);
    uncap_captions_close(&c);
}

/* The version of a file that its readers must know the orientation for; without one nothing changes. */
static void the_orientation_is_kept(void **state)
{
    (void)state;
    struct uncap_captions *c, *again;
    struct uncap_error err;
    assert_int_equal(parse("{" SOURCE ",\"captions\":[]}", &c, &err), UNCAP_OK);
    assert_int_equal(c->source.orientation, 0);
    char *text = print(c);
    assert_non_null(strstr(text, "\"version\": 1,"));
    assert_null(strstr(text, "orientation"));
    uncap_free(text);
    c->source.orientation = 7;
    text = print(c);
    assert_non_null(strstr(text, "\"version\": 2,"));
    assert_non_null(strstr(text, "\"orientation\": 8,"));
    assert_int_equal(parse(text, &again, &err), UNCAP_OK);
    assert_int_equal(again->source.orientation, 7);
    uncap_free(text);
    uncap_captions_close(&c);
    uncap_captions_close(&again);
}

struct bad {
    const char *text;
    const char *message; /* part of it */
};

#define ONE(fields) "{" SOURCE ",\"captions\":[{" fields "}]}"

static const struct bad bad[] = {
    {"", "c.json:1:0"},
    {"{\n  \"a\": ]", "c.json:2:"},
    {"[]", "not a captions file"},
    {"{\"format\":\"other\"}", "not a captions file"},
    {"{\"format\":\"uncaption captions\",\"version\":1}", "\"source\" is missing"},
    {"{" TURNED("0") "}", "\"orientation\""},
    {"{" TURNED("9") "}", "\"orientation\""},
    {"{" TURNED("-1") "}", "\"orientation\""},
    {"{" TURNED("4294967297") "}", "\"orientation\""},
    {"{" TURNED("2.5") "}", "\"orientation\""},
    {"{" TURNED("\"6\"") "}", "\"orientation\""},
    {"{" SOURCE "}", "\"captions\" is missing"},
    {"{" SOURCE ",\"captions\":{}}", "not an array"},
    {"{" SOURCE ",\"shots\":[5],\"captions\":[]}", "shots[0]"},
    {"{" SOURCE ",\"shots\":[0,7,7],\"captions\":[]}", "shots[2]"},
    {"{" SOURCE ",\"shots\":[0,100],\"captions\":[]}", "shots[1]"},
    {ONE(""), "captions[0]: \"id\" is missing"},
    {ONE("\"id\":0"), "\"id\" is 0"},
    {ONE("\"id\":1,\"first\":10,\"end\":10," QUAD), "\"end\" is 10, outside 11..100"},
    {ONE("\"id\":1,\"first\":100,\"end\":101," QUAD), "\"first\" is 100"},
    {ONE("\"id\":1,\"first\":1e3,\"end\":14," QUAD), "not a whole number"},
    {ONE("\"id\":1,\"first\":10,\"end\":14,\"quad\":[[1,2]]"), "4 points"},
    {ONE("\"id\":1,\"first\":10,\"end\":14,\"quad\":[[1,2],[3,4],[5,6],[7,1e9]]"), "point 4"},
    {ONE(CAPTION ",\"keep\":1"), "neither true nor false"},
    {ONE(CAPTION ",\"score\":2"), "outside 0..1"},
    {ONE(CAPTION ",\"text\":5"), "not a string"},
    {ONE(CAPTION ",\"observations\":[{\"frame\":9," QUAD "}]"), "observations[0]"},
    {ONE(CAPTION ",\"observations\":[{\"frame\":12," QUAD "},{\"frame\":11," QUAD "}]"), "observations[1]"},
    {ONE(CAPTION ",\"matte\":{\"x\":0,\"y\":0,\"w\":65,\"h\":2,\"rle\":\"\"}"), "\"w\" is 65"},
    {ONE(CAPTION ",\"matte\":{\"x\":60,\"y\":0,\"w\":5,\"h\":2,\"rle\":\"\"}"), "\"w\" is 5"},
    {ONE(CAPTION ",\"matte\":{\"x\":0,\"y\":0,\"w\":3,\"h\":2,\"rle\":\"AAX/Ag==\"}"), "more bytes"},
    {ONE(CAPTION ",\"matte\":{\"x\":0,\"y\":0,\"w\":3,\"h\":2,\"rle\":\"AAU=\"}"), "fewer bytes"},
    {ONE(CAPTION ",\"matte\":{\"x\":0,\"y\":0,\"w\":3,\"h\":2,\"rle\":\"AAA=\"}"), "a run is empty"},
    {ONE(CAPTION ",\"matte\":{\"x\":0,\"y\":0,\"w\":3,\"h\":2,\"rle\":\"A!A=\"}"), "not base64"},
    {ONE(CAPTION ",\"growing\":1000"), "growing"},
    {ONE(CAPTION ",\"growing\":2,\"poses\":[[1,0,0]]"), "poses"},
    {ONE(CAPTION ",\"growing\":1,\"poses\":[[1,0]]"), "poses"},
    {ONE(CAPTION ",\"growing\":1,\"poses\":[[0,0,0]]"), "poses"},
    {ONE(CAPTION ",\"growing\":1,\"poses\":[[1,0,\"a\"]]"), "poses"},
    {ONE(CAPTION ",\"poses\":[[1,0,0]]"), "poses"},
    {ONE(CAPTION ",\"panels\":[7]"), "panels[0]"},
    {ONE(CAPTION ",\"panels\":[{\"first\":9,\"end\":12,\"x\":1,\"y\":2,\"w\":5,\"h\":6}]"), "\"first\" is 9"},
    {ONE(CAPTION ",\"panels\":[{\"first\":10,\"end\":15,\"x\":1,\"y\":2,\"w\":5,\"h\":6}]"), "\"end\" is 15"},
    {ONE(CAPTION ",\"panels\":[{\"first\":10,\"end\":12,\"x\":1,\"y\":2,\"w\":64,\"h\":6}]"), "\"w\" is 64"},
    {ONE(CAPTION ",\"opacity\":\"AAU=\""), "more bytes"},
    {ONE(CAPTION ",\"motion\":[[0,0]]"), "one [dx, dy] a frame"},
    {ONE(CAPTION ",\"motion\":[[0,0],[0,0],[0,0],[0,99999]]"), "element 3"},
    {ONE(CAPTION ",\"style\":[]"), "style"},
    {ONE(CAPTION ",\"style\":{}"), "\"ink\" is missing"},
    {ONE(CAPTION ",\"style\":{" INK "60,\"y\":0,\"w\":5,\"h\":1}}"), "ink"},
    {ONE(CAPTION ",\"style\":{" INK "1,\"y\":0,\"w\":5,\"h\":0}}"), "ink"},
    {ONE(CAPTION ",\"style\":{" INK "1,\"y\":0,\"w\":5,\"h\":1},\"fill\":7}"), "fill"},
    {ONE(CAPTION ",\"style\":{" INK "1,\"y\":0,\"w\":5,\"h\":1},\"fill\":{\"colour\":\"#12345\"}}"),
     "#rrggbb"},
    {ONE(CAPTION ",\"style\":{" INK "1,\"y\":0,\"w\":5,\"h\":1},\"fill\":{\"colour\":\"#12345g\"}}"),
     "#rrggbb"},
    {ONE(CAPTION ",\"style\":{" INK "1,\"y\":0,\"w\":5,\"h\":1},\"box\":{\"colour\":\"#123456\"}}"), "box"},
    {ONE(CAPTION ",\"style\":{" INK
                 "1,\"y\":0,\"w\":5,\"h\":1},\"outline\":{\"colour\":\"#123456\",\"size\":-1}}"),
     "size"},
    {ONE(CAPTION ",\"style\":{" INK
                 "1,\"y\":0,\"w\":5,\"h\":1},\"shadow\":{\"colour\":\"#123456\",\"opacity\":256}}"),
     "opacity"},
    {ONE(CAPTION "},{" CAPTION), "two captions have the id 1"},
    {"{" SOURCE ",\"captions\":[],\"captions\":[]}", "c.json:1:"},
};

static void what_makes_no_sense_is_refused(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
        struct uncap_captions *c;
        struct uncap_error err;
        const int status = parse(bad[i].text, &c, &err);
        if (status != UNCAP_ERR_ARG || !strstr(err.message, bad[i].message))
            fail_msg("%s\n gave %d '%s', wanted '%s'", bad[i].text, status, err.message, bad[i].message);
        assert_null(c);
    }
}

static void the_future_is_unsupported(void **state)
{
    (void)state;
    struct uncap_captions *c;
    struct uncap_error err;
    assert_int_equal(parse("{\"format\":\"uncaption captions\",\"version\":3}", &c, &err),
                     UNCAP_ERR_UNSUPPORTED);
}

/* Every mutation of a valid file either parses or fails cleanly. */
static void damaged_files_are_safe(void **state)
{
    (void)state;
    char text[] = ONE(CAPTION ",\"matte\":{\"x\":1,\"y\":2,\"w\":3,\"h\":2,\"rle\":\"AAX/AQ==\"}");
    for (size_t i = 0; i + 1 < sizeof(text); i++)
        for (int bit = 0; bit < 8; bit++) {
            struct uncap_captions *c;
            struct uncap_error err;
            text[i] = (char)(text[i] ^ (1 << bit));
            uncap_captions_parse(text, sizeof(text) - 1, "c.json", &c, &err);
            uncap_captions_close(&c);
            text[i] = (char)(text[i] ^ (1 << bit));
        }
}

static void rasters_of_every_run_length(void **state)
{
    (void)state;
    static uint8_t bytes[70000], back[70000];
    static const size_t sizes[] = {0, 1, 2, 127, 128, 129, 16383, 16384, 70000};
    for (size_t i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
        memset(bytes, 7, sizes[i]);
        if (sizes[i] > 5)
            bytes[5] = 9;
        char *text = uncap_raster_encode(bytes, sizes[i]);
        assert_non_null(text);
        assert_int_equal(uncap_raster_decode(text, strlen(text), back, sizes[i]), UNCAP_RASTER_OK);
        assert_memory_equal(bytes, back, sizes[i]);
        uncap_free(text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_full_file_survives_a_round_trip),
        cmocka_unit_test(floats_survive_exactly),
        cmocka_unit_test(an_edited_file_is_read),
        cmocka_unit_test(the_orientation_is_kept),
        cmocka_unit_test(what_makes_no_sense_is_refused),
        cmocka_unit_test(the_future_is_unsupported),
        cmocka_unit_test(damaged_files_are_safe),
        cmocka_unit_test(rasters_of_every_run_length),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
