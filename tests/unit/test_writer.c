/* SPDX-License-Identifier: Apache-2.0 */
/* Writing: what goes in comes out, in several containers, and nothing is left where it fails. */
#include "clip.h"

#include <signal.h>
#include <sys/resource.h>

#include <libavformat/avformat.h>
#include <libavutil/imgutils.h>

#include "media/writer.h"

/* libx265 3.5 leaks its own parameters (x265_copy_params); LeakSanitizer asks this function, nothing else
 * does. */
const char *__lsan_default_suppressions(void);
const char *__lsan_default_suppressions(void)
{
    return "leak:libx265\n";
}

static struct clip_folder folder;

/* What on_log said, for warnings to be looked for. */
struct said {
    char text[4000];
};

static void on_log(void *opaque, enum uncap_log_level level, const char *line)
{
    (void)level;
    struct said *said = opaque;
    strncat(said->text, line, sizeof said->text - strlen(said->text) - 1);
    strncat(said->text, "\n", sizeof said->text - strlen(said->text) - 1);
}

/* Decode `in`, write `out` with the named encoder. Returns the first error. */
static int transcode(const char *in, const char *out, const struct uncap_encoder_options *encoder,
                     const struct uncap_control *control, struct uncap_error *err)
{
    struct uncap_decoder *d;
    struct uncap_writer *w = NULL;
    const struct uncap_decoder_options decoding = {.threads = 2};
    int status = uncap_decoder_open(&d, in, &decoding, NULL, err);
    if (!status) {
        const struct uncap_writer_options options = {
            .source = in, .info = uncap_decoder_info(d), .encoder = *encoder};
        status = uncap_writer_open(&w, out, &options, control, err);
    }
    struct uncap_frame f = {.av = NULL};
    while (!status && !(status = uncap_decoder_next(d, &f, err)) && f.av) {
        status = uncap_writer_frame(w, &f, err);
        uncap_frame_unref(&f);
    }
    if (!status)
        status = uncap_writer_finish(w, err);
    uncap_writer_close(&w);
    uncap_decoder_close(&d);
    return status;
}

static void must_transcode(const char *in, const char *out, const char *encoder, struct said *said)
{
    struct uncap_error err = {0};
    const struct uncap_control control = {.opaque = said, .on_log = on_log};
    const struct uncap_encoder_options options = {
        .name = encoder, .preset = strcmp(encoder, "x264") ? NULL : "ultrafast", .threads = 2};
    said->text[0] = 0;
    if (transcode(clip_path(&folder, in), clip_path(&folder, out), &options, &control, &err))
        fail_msg("%s -> %s: %s", in, out, err.message);
    assert_int_equal(clip_folder_count(&folder, ".part-"), 0);
}

enum { MAX_STREAMS = 8, MAX_PACKETS = 400 };

/* What a demuxer sees of a stream. */
struct seen_stream {
    enum AVMediaType type;
    enum AVCodecID codec;
    int disposition, n_packets;
    char language[8], title[32];
    uint32_t hash[MAX_PACKETS];
    int64_t pts_us[MAX_PACKETS];
};

struct seen {
    struct seen_stream streams[MAX_STREAMS];
    int n_streams, n_chapters;
    char title[32], custom[32], second_chapter[32];
};

static void take_tag(char *to, size_t size, const AVDictionary *tags, const char *key)
{
    const AVDictionaryEntry *e = av_dict_get(tags, key, NULL, 0);
    snprintf(to, size, "%s", e ? e->value : "");
}

static uint32_t hash_of(const uint8_t *data, int n)
{
    uint32_t hash = 2166136261u;
    for (int i = 0; i < n; i++)
        hash = (hash ^ data[i]) * 16777619u;
    return hash;
}

static void look(const char *name, struct seen *seen)
{
    AVFormatContext *f = NULL;
    AVPacket *p = av_packet_alloc();
    memset(seen, 0, sizeof *seen);
    assert_int_equal(avformat_open_input(&f, clip_path(&folder, name), NULL, NULL), 0);
    assert_true(avformat_find_stream_info(f, NULL) >= 0);
    seen->n_streams = (int)f->nb_streams;
    seen->n_chapters = (int)f->nb_chapters;
    assert_in_range(seen->n_streams, 1, MAX_STREAMS);
    take_tag(seen->title, sizeof seen->title, f->metadata, "title");
    take_tag(seen->custom, sizeof seen->custom, f->metadata, "custom");
    if (f->nb_chapters > 1)
        take_tag(seen->second_chapter, sizeof seen->second_chapter, f->chapters[1]->metadata, "title");
    for (int i = 0; i < seen->n_streams; i++) {
        struct seen_stream *s = &seen->streams[i];
        s->type = f->streams[i]->codecpar->codec_type;
        s->codec = f->streams[i]->codecpar->codec_id;
        s->disposition = f->streams[i]->disposition;
        take_tag(s->language, sizeof s->language, f->streams[i]->metadata, "language");
        take_tag(s->title, sizeof s->title, f->streams[i]->metadata, "title");
    }
    while (av_read_frame(f, p) >= 0) {
        struct seen_stream *s = &seen->streams[p->stream_index];
        if (s->n_packets < MAX_PACKETS) {
            s->hash[s->n_packets] = hash_of(p->data, p->size);
            s->pts_us[s->n_packets] =
                av_rescale_q(p->pts, f->streams[p->stream_index]->time_base, AV_TIME_BASE_Q);
        }
        s->n_packets++;
        av_packet_unref(p);
    }
    av_packet_free(&p);
    avformat_close_input(&f);
}

/* Same packets at the same times, a constant `shift_us` apart, to the container's precision. */
static void assert_same_packets(const struct seen_stream *a, const struct seen_stream *b, int64_t shift_us)
{
    assert_int_equal(a->codec, b->codec);
    assert_int_equal(a->n_packets, b->n_packets);
    assert_string_equal(strcmp(a->language, "und") ? a->language : "",
                        strcmp(b->language, "und") ? b->language : "");
    for (int i = 0; i < a->n_packets && i < MAX_PACKETS; i++) {
        assert_int_equal(a->hash[i], b->hash[i]);
        assert_in_range(b->pts_us[i] - a->pts_us[i] - shift_us + 1100, 0, 2200);
    }
}

/* Frame by frame: the same times, `shift_us` apart; with is_exact the same samples. Returns the number. */
static int assert_same_video(const char *a_name, const char *b_name, int64_t shift_us, bool is_exact)
{
    struct uncap_decoder *a, *b;
    struct uncap_frame x, y;
    int n = 0;
    assert_int_equal(uncap_decoder_open(&a, clip_path(&folder, a_name), NULL, NULL, NULL), UNCAP_OK);
    assert_int_equal(uncap_decoder_open(&b, clip_path(&folder, b_name), NULL, NULL, NULL), UNCAP_OK);
    const struct uncap_video_info *ia = uncap_decoder_info(a), *ib = uncap_decoder_info(b);
    for (;; n++) {
        assert_int_equal(uncap_decoder_next(a, &x, NULL), UNCAP_OK);
        assert_int_equal(uncap_decoder_next(b, &y, NULL), UNCAP_OK);
        assert_true(!x.av == !y.av);
        if (!x.av)
            break;
        const int64_t at = av_rescale_q(x.pts, ia->time_base, AV_TIME_BASE_Q);
        assert_in_range(av_rescale_q(y.pts, ib->time_base, AV_TIME_BASE_Q) - at - shift_us + 600, 0, 1200);
        const struct uncap_picture p = uncap_frame_picture(&x), q = uncap_frame_picture(&y);
        for (int i = 0; i < p.format.n_planes && is_exact; i++)
            for (int row = 0; row < uncap_plane_h(p.format, i, p.h); row++)
                assert_memory_equal(p.data[i] + row * p.stride[i], q.data[i] + row * q.stride[i],
                                    (size_t)uncap_plane_w(p.format, i, p.w) * uncap_sample_bytes(p.format));
        uncap_frame_unref(&x);
        uncap_frame_unref(&y);
    }
    assert_int_equal(av_cmp_q(ia->sample_aspect_ratio, ib->sample_aspect_ratio), 0);
    assert_int_equal(ia->tags.matrix, ib->tags.matrix);
    assert_int_equal(ia->tags.primaries, ib->tags.primaries);
    assert_int_equal(ia->tags.transfer, ib->tags.transfer);
    assert_int_equal(ia->colour.is_full_range, ib->colour.is_full_range);
    assert_int_equal(ia->tags.has_mastering, ib->tags.has_mastering);
    if (ia->tags.has_mastering)
        assert_int_equal(av_cmp_q(ia->tags.mastering.max_luminance, ib->tags.mastering.max_luminance), 0);
    assert_int_equal(ia->tags.has_light, ib->tags.has_light);
    assert_int_equal(ia->tags.light.MaxCLL, ib->tags.light.MaxCLL);
    uncap_decoder_close(&a);
    uncap_decoder_close(&b);
    return n;
}

static struct uncap_video_info info_of(const char *name)
{
    struct uncap_decoder *d;
    assert_int_equal(uncap_decoder_open(&d, clip_path(&folder, name), NULL, NULL, NULL), UNCAP_OK);
    const struct uncap_video_info info = *uncap_decoder_info(d);
    uncap_decoder_close(&d);
    return info;
}

static int orientation_of(const char *name)
{
    return info_of(name).orientation;
}

/* Variable rate, 10 bit HDR, two sound tracks, subtitles, a font, chapters, tags. */
static void make_rich(void)
{
    static const char chapters[] = ";FFMETADATA1\ntitle=A title\ncustom=own value\n"
                                   "[CHAPTER]\nTIMEBASE=1/1000\nSTART=0\nEND=1000\ntitle=One\n"
                                   "[CHAPTER]\nTIMEBASE=1/1000\nSTART=1000\nEND=2000\ntitle=Two \xc3\xbc\n";
    static const char subtitles[] =
        "1\n00:00:00,100 --> 00:00:01,000\nHello\n\n2\n00:00:01,200 --> 00:00:01,900\nWorld\n";
    clip_write(&folder, "chapters.txt", chapters, sizeof chapters - 1);
    clip_write(&folder, "a.srt", subtitles, sizeof subtitles - 1);
    clip_write(&folder, "font.ttf", chapters, 100);
    clip_make(&folder,
              "-f lavfi -i "
              "\"testsrc2=s=192x144:r=30:d=2,select='gt(mod(n,3),0)+not(mod(n,7))',format=yuv420p10le\" "
              "-f lavfi -i sine=440:d=2 -f lavfi -i sine=880:d=2.2 -i a.srt -i chapters.txt -map 0 -map 1 "
              "-map 2 -map 3 "
              "-map_metadata 4 -map_chapters 4 -attach font.ttf -metadata:s:t:0 mimetype=font/ttf "
              "-metadata:s:a:0 language=deu -metadata:s:a:1 language=fra -metadata:s:a:1 title=Zweite "
              "-disposition:a:1 forced -vsync vfr -c:v libx265 -preset ultrafast -x265-params "
              "log-level=none:master-display=\"G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)L("
              "10000000,50)\""
              ":max-cll=1000,400 -color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc "
              "-c:a:0 aac -c:a:1 libopus -c:s srt rich.mkv");
}

static void test_rich_matroska(void **state)
{
    (void)state;
    static struct seen a, b;
    struct said said;
    make_rich();
    must_transcode("rich.mkv", "rich-out.mkv", "ffv1", &said);
    assert_string_equal(said.text, "");
    assert_int_equal(assert_same_video("rich.mkv", "rich-out.mkv", 0, true), 43);
    look("rich.mkv", &a);
    look("rich-out.mkv", &b);
    assert_int_equal(a.n_streams, 5);
    assert_int_equal(b.n_streams, 5);
    assert_int_equal(b.streams[0].codec, AV_CODEC_ID_FFV1);
    for (int i = 1; i < 5; i++) {
        assert_int_equal(a.streams[i].type, b.streams[i].type);
        assert_int_equal(a.streams[i].disposition, b.streams[i].disposition);
        assert_string_equal(a.streams[i].title, b.streams[i].title);
        assert_same_packets(&a.streams[i], &b.streams[i], 0);
    }
    assert_string_equal(b.title, "A title");
    assert_string_equal(b.custom, "own value");
    assert_int_equal(b.n_chapters, 2);
    assert_string_equal(b.second_chapter, "Two \xc3\xbc");
}

/* MP4 cannot hold SubRip and fonts: named, the rest is there. 10 bit stays 10 bit, HDR values are carried. */
static void test_rich_mp4(void **state)
{
    (void)state;
    static struct seen a, b;
    struct said said;
    must_transcode("rich.mkv", "rich.mp4", "x265", &said);
    assert_non_null(strstr(said.text, "stream 3 (subtitle subrip) is left out"));
    assert_non_null(strstr(said.text, "stream 4 (attachment"));
    assert_int_equal(assert_same_video("rich.mkv", "rich.mp4", 0, false), 43);
    look("rich.mkv", &a);
    look("rich.mp4", &b);
    assert_int_equal(b.streams[0].codec, AV_CODEC_ID_HEVC);
    assert_same_packets(&a.streams[1], &b.streams[1], 0);
    assert_same_packets(&a.streams[2], &b.streams[2], 0);
    assert_string_equal(b.custom, "own value");
    assert_int_equal(b.n_chapters, 2);
}

struct through_case {
    const char *make, *in, *out, *encoder;
    int n_frames, n_streams;
    int64_t shift_us; /* from source to result */
    bool is_exact;
};

#define VIDEO(size, rate, seconds)                                                                           \
    "-f lavfi -i testsrc2=s=" size ":r=" rate ":d=" seconds " -f lavfi -i sine=440:d=2 "

/* In table order: a later source may be made from an earlier one. */
static const struct through_case throughs[] = {
    {VIDEO("130x98", "25", "1.2") "-vf format=yuv420p -c:v libx264 -bf 3 -c:a aac", "b.mp4", "b-out.mp4",
     "x264", 30, 2, 0, 0},
    {"-i b.mp4 -c:v copy -c:a flac", "flac.mkv", "flac-out.mp4", "x264", 30, 2, 0, false},
    {NULL, "b.mp4", "b-out.mov", "x264", 30, 2, 0, false},
    {"-i b.mp4 -c copy -metadata:s:v rotate=90", "turned.mp4", "turned-out.mp4", "x264", 30, 2, 0, false},
    {"-ss 0.4 -i b.mp4 -c copy", "edit.mp4", "edit-out.mp4", "x264", 20, 2, 0, false},
    {VIDEO("128x96", "24000/1001", "1.001") "-vf format=yuv444p,setsar=4/3 -c:v libx264 -c:a aac", "444.mp4",
     "444-out.mp4", "x264", 24, 2, 0, false},
    {VIDEO("128x96", "25", "0.8") "-vf format=gbrp -c:v ffv1 -c:a flac", "gbr.mkv", "gbr-out.mkv", "ffv1", 20,
     2, 0, true},
    {VIDEO("128x96", "25", "0.8") "-vf format=yuv422p12le -c:v ffv1 -c:a flac", "12.mkv", "12-out.mkv",
     "ffv1", 20, 2, 0, true},
    {VIDEO("128x96", "25", "0.4") "-vf format=gray16le -c:v ffv1 -c:a flac", "grey.mkv", "grey-out.mkv",
     "auto", 10, 2, 0, true},
    {VIDEO("128x96", "25", "0.4") "-vf format=rgb24 -c:v libx264rgb -c:a flac", "rgb.mkv", "rgb-out.mkv",
     "ffv1", 10, 2, 0, 1},
    {VIDEO("128x96", "25", "0.8") "-vf format=yuv420p -c:v libvpx-vp9 -deadline realtime -c:a libopus",
     "v.webm", "v-out.webm", "vp9", 20, 2, 0, false},
    {VIDEO("128x96", "25", "0.8") "-vf format=yuv420p -c:v mpeg4 -bf 0 -c:a mp3", "a.avi", "a-out.avi",
     "x264", 20, 2, 0, 0},
    {NULL, "a.avi", "a-own.avi", "copy-codec", 20, 2, 0, false},
    {VIDEO("128x96", "25", "0.8") "-vf format=yuv420p -c:v mpeg2video -c:a mp2", "a.ts", "a-out.ts", "x264",
     20, 2, 0, false},
    {NULL, "a.ts", "a-own.ts", "copy-codec", 20, 2, 0, false},
    {"-f lavfi -i testsrc2=s=128x96:r=25:d=1 -f lavfi -i testsrc=s=64x48:r=25:d=1 -map 0 -map 1 -c:v libx264",
     "two.mp4", "two-out.mp4", "x264", 25, 2, 0, false},
};

static void test_through(void **state)
{
    (void)state;
    static struct seen a, b;
    for (size_t i = 0; i < sizeof throughs / sizeof throughs[0]; i++) {
        const struct through_case *c = &throughs[i];
        char arguments[600];
        struct said said;
        print_message("%s -> %s, %s\n", c->in, c->out, c->encoder);
        if (c->make) {
            snprintf(arguments, sizeof arguments, "%s %s", c->make, c->in);
            clip_make(&folder, arguments);
        }
        must_transcode(c->in, c->out, c->encoder, &said);
        assert_int_equal(assert_same_video(c->in, c->out, c->shift_us, c->is_exact), c->n_frames);
        assert_int_equal(orientation_of(c->in), orientation_of(c->out));
        look(c->in, &a);
        look(c->out, &b);
        assert_int_equal(a.n_streams, c->n_streams);
        assert_int_equal(b.n_streams, c->n_streams);
        assert_same_packets(&a.streams[1], &b.streams[1], c->shift_us);
    }
}

/* A picture that its player turns comes out coded as it went in, or as it is seen where the container knows
 * of no turns: 4:2:2, pixels that are no squares, flagged as interlaced. */
static void test_turned(void **state)
{
    (void)state;
    struct said said;
    clip_make(&folder, VIDEO("98x54", "25", "0.2") "-vf format=uyvy422,setsar=4/3,setfield=tff -c:v rawvideo "
                                                   "-c:a pcm_s16le plain.mov");
    static const int orientations[] = {7, 2, 5}; /* ffmpeg counts against the clock */
    for (int i = 0; i < 3; i++) {
        char arguments[200];
        snprintf(arguments, sizeof arguments, "-i plain.mov -c copy -metadata:s:v rotate=%d spun.mov",
                 90 * (i + 1));
        clip_make(&folder, arguments);
        assert_int_equal(orientation_of("spun.mov"), orientations[i]);
        must_transcode("spun.mov", "spun-out.mov", "copy-codec", &said);
        assert_string_equal(said.text, "");
        assert_int_equal(orientation_of("spun-out.mov"), orientations[i]);
        assert_int_equal(assert_same_video("spun.mov", "spun-out.mov", 0, true), 5);
        must_transcode("spun.mov", "spun-out.mkv", "ffv1", &said);
        assert_string_equal(said.text, "");
        assert_int_equal(orientation_of("spun-out.mkv"), 0);
        assert_int_equal(info_of("spun-out.mov").field_order, info_of("spun.mov").field_order);
        assert_int_equal(info_of("spun-out.mkv").field_order, AV_FIELD_PROGRESSIVE);
        assert_int_equal(assert_same_video("spun.mov", "spun-out.mkv", 0, true), 5);
    }
}

/* Write a, b, c, d (65536: 1) into the first track's matrix of an MP4. */
static void set_matrix(const char *name, const int32_t m[4])
{
    enum { AT = 44 }; /* bytes from "tkhd" to the matrix a b u c d v x y w, big-endian */
    static char bytes[1 << 20];
    FILE *file = fopen(clip_path(&folder, name), "r+b");
    assert_non_null(file);
    const size_t n = fread(bytes, 1, sizeof bytes, file);
    const char *box = memmem(bytes, n, "tkhd", 4);
    assert_non_null(box);
    static const int places[4] = {0, 1, 3, 4};
    for (int i = 0; i < 4; i++) {
        assert_int_equal(fseek(file, box - bytes + AT + 4 * places[i], SEEK_SET), 0);
        for (int shift = 24; shift >= 0; shift -= 8)
            fputc((int)((uint32_t)m[i] >> shift & 255), file);
    }
    assert_int_equal(fclose(file), 0);
}

/* ffmpeg's own filters are the truth. */
static void test_mirrored(void **state)
{
    (void)state;
    static const struct {
        int32_t matrix[4];
        const char *filter;
        int orientation;
    } cases[] = {
        {{-65536, 0, 0, 65536}, "hflip", 1},
        {{65536, 0, 0, -65536}, "vflip", 3},
        {{0, 65536, 65536, 0}, "transpose=cclock_flip", 4},
        {{0, -65536, -65536, 0}, "transpose=clock_flip", 6},
    };
    struct said said;
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        char arguments[200];
        clip_make(&folder, "-i b.mp4 -c copy -metadata:s:v rotate=90 mirrored.mp4");
        set_matrix("mirrored.mp4", cases[i].matrix);
        snprintf(arguments, sizeof arguments, "-i b.mp4 -vf %s -c:v ffv1 -an seen.mkv", cases[i].filter);
        clip_make(&folder, arguments);
        assert_int_equal(orientation_of("mirrored.mp4"), cases[i].orientation);
        assert_int_equal(assert_same_video("mirrored.mp4", "seen.mkv", 0, true), 30);
        must_transcode("mirrored.mp4", "mirrored-out.mp4", "x264", &said);
        assert_int_equal(orientation_of("mirrored-out.mp4"), cases[i].orientation);
    }
}

/* Broadcast clocks start anywhere; elsewhere the whole file moves to 0, sound and picture together. */
static void test_transport_stream_to_mp4(void **state)
{
    (void)state;
    static struct seen a, b;
    struct said said;
    must_transcode("a.ts", "a-ts.mp4", "x264", &said);
    look("a.ts", &a);
    look("a-ts.mp4", &b);
    const int64_t shift_us = b.streams[1].pts_us[0] - a.streams[1].pts_us[0];
    assert_in_range(-shift_us, 1300000, 1500000);
    assert_int_equal(assert_same_video("a.ts", "a-ts.mp4", shift_us, false), 20);
}

/* Matroska attaches what MP4 has as a stream of one picture. */
static void test_cover(void **state)
{
    (void)state;
    static struct seen a, b, c;
    struct said said;
    clip_make(&folder, "-i b.mp4 -f lavfi -i testsrc=s=64x64:r=25:d=0.04 -map 0 -map 1 -c copy -c:v:1 mjpeg "
                       "-disposition:v:1 attached_pic cover.mp4");
    must_transcode("cover.mp4", "cover.mkv", "x264", &said);
    must_transcode("cover.mkv", "cover-out.mp4", "x264", &said);
    look("cover.mp4", &a);
    look("cover.mkv", &b);
    look("cover-out.mp4", &c);
    assert_int_equal(a.n_streams, 3);
    assert_int_equal(b.n_streams, 3);
    assert_int_equal(c.n_streams, 3);
    for (int i = 1; i < 3; i++) {
        assert_true(b.streams[2].disposition & AV_DISPOSITION_ATTACHED_PIC);
        assert_int_equal(a.streams[i].hash[0], b.streams[i].hash[0]);
        assert_int_equal(a.streams[i].hash[0], c.streams[i].hash[0]);
    }
}

/* No captions: every packet as it was, the video's too. */
static void test_remux(void **state)
{
    (void)state;
    static const char *const names[][2] = {{"rich.mkv", "copy.mkv"},          {"b.mp4", "copy.mp4"},
                                           {"turned.mp4", "copy-turned.mp4"}, {"a.ts", "copy.ts"},
                                           {"v.webm", "copy.webm"},           {"a.avi", "copy.avi"}};
    static struct seen a, b;
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        struct uncap_error err = {0};
        print_message("%s\n", names[i][0]);
        if (uncap_remux(clip_path(&folder, names[i][0]), clip_path(&folder, names[i][1]), NULL, &err))
            fail_msg("%s: %s", names[i][0], err.message);
        look(names[i][0], &a);
        look(names[i][1], &b);
        assert_int_equal(a.n_streams, b.n_streams);
        for (int k = 0; k < a.n_streams; k++)
            assert_same_packets(&a.streams[k], &b.streams[k], 0);
        assert_same_video(names[i][0], names[i][1], 0, true);
        assert_int_equal(orientation_of(names[i][0]), orientation_of(names[i][1]));
    }
    struct said said = {.text = ""}; /* copied pictures stay as they lie */
    const struct uncap_control control = {.opaque = &said, .on_log = on_log};
    assert_int_equal(
        uncap_remux(clip_path(&folder, "turned.mp4"), clip_path(&folder, "copy-turned.ts"), &control, NULL),
        UNCAP_OK);
    assert_non_null(strstr(said.text, "is to be turned by players"));
    assert_int_equal(clip_folder_count(&folder, ".part-"), 0);
}

struct refusal_case {
    const char *out, *encoder, *preset;
    double quality;
    int status;
    const char *says;
};

static void test_refusals(void **state)
{
    (void)state;
    static const struct refusal_case cases[] = {
        {"b.mp4", "x264", NULL, 0, UNCAP_ERR_ARG, "same file"},
        {"out", "x264", NULL, 0, UNCAP_ERR_ARG, ".mkv"},
        {"out.mp3", "x264", NULL, 0, UNCAP_ERR_ARG, "cannot hold"},
        {"out.png", "x264", NULL, 0, UNCAP_ERR_ARG, ".mkv"},
        {"out.mp4", "h265", NULL, 0, UNCAP_ERR_ARG, "no encoder 'h265'"},
        {"out.mp4", "ffv1", NULL, 0, UNCAP_ERR_ARG, "cannot hold"},
        {"out.webm", "x264", NULL, 0, UNCAP_ERR_ARG, "cannot hold"},
        {"out.mp4", "x264", "fastest", 0, UNCAP_ERR_ARG, "veryfast, ultrafast"},
        {"out.mp4", "x264", NULL, 52, UNCAP_ERR_ARG, "at most 51"},
        {"out.mp4", "x264", NULL, -1, UNCAP_ERR_ARG, "at most 51"},
        {"out.mkv", "ffv1", NULL, 10, UNCAP_ERR_ARG, "no quality"},
        {"out.mkv", "ffv1", "fast", 0, UNCAP_ERR_ARG, "no presets"},
        {"sub/out.mkv", "x264", NULL, 0, UNCAP_ERR_IO, "No such file"},
    };
    char in[400];
    snprintf(in, sizeof in, "%s/b.mp4", folder.path);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        const struct refusal_case *c = &cases[i];
        struct uncap_error err = {0}, early = {0};
        const struct uncap_encoder_options options = {
            .name = c->encoder, .preset = c->preset, .quality = c->quality};
        const int status = transcode(in, clip_path(&folder, c->out), &options, NULL, &err);
        if (status != c->status || !strstr(err.message, c->says))
            fail_msg("%s, %s: status %d, '%s'", c->out, c->encoder, status, err.message);
        assert_int_equal(uncap_writer_check(clip_path(&folder, c->out), in, &options, &early), c->status);
        assert_string_equal(early.message, err.message);
        assert_int_equal(clip_folder_count(&folder, ".part-"), 0);
    }
    const struct uncap_encoder_options fine = {.name = NULL};
    assert_int_equal(uncap_writer_check(clip_path(&folder, "new.mp4"), in, &fine, NULL), UNCAP_OK);
    assert_int_equal(clip_folder_count(&folder, "new.mp4"), 0);
}

/* The file system's limit stands in for a full disk: writing fails in the middle, or only in the trailer. */
static void test_no_space(void **state)
{
    (void)state;
    static const char *const outs[][2] = {{"big.mkv", "ffv1"}, {"big.mp4", "x264"}};
    struct rlimit old, small;
    signal(SIGXFSZ, SIG_IGN);
    assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
    small = old;
    small.rlim_cur = 20000;
    for (int i = 0; i < 2; i++) {
        struct uncap_error err = {0};
        char in[400];
        const struct uncap_encoder_options options = {.name = outs[i][1]};
        snprintf(in, sizeof in, "%s/b.mp4", folder.path);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
        const int status = transcode(in, clip_path(&folder, outs[i][0]), &options, NULL, &err);
        assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
        assert_int_equal(status, UNCAP_ERR_IO);
        assert_non_null(strstr(err.message, outs[i][0]));
        assert_int_equal(clip_folder_count(&folder, "big."), 0);
    }
    signal(SIGXFSZ, SIG_DFL);
}

/* SVT-AV1 is the one that hangs when it is closed half-way. */
static void check_cancel(const char *encoder, const char *codec)
{
    struct uncap_error err = {0};
    struct uncap_control control = {.cancel = uncap_cancel_open()};
    struct uncap_decoder *d;
    struct uncap_writer *w;
    struct uncap_frame f;
    char in[400];
    snprintf(in, sizeof in, "%s/b.mp4", folder.path);
    assert_int_equal(uncap_decoder_open(&d, in, NULL, NULL, NULL), UNCAP_OK);
    const struct uncap_writer_options options = {
        .source = in, .info = uncap_decoder_info(d), .encoder = {.name = encoder}};
    assert_int_equal(uncap_writer_open(&w, clip_path(&folder, "gone.mp4"), &options, &control, &err),
                     UNCAP_OK);
    assert_string_equal(uncap_writer_encoder(w), codec);
    assert_int_equal(clip_folder_count(&folder, "gone.mp4"), 1);
    assert_int_equal(uncap_decoder_next(d, &f, NULL), UNCAP_OK);
    assert_int_equal(uncap_writer_frame(w, &f, &err), UNCAP_OK);
    uncap_cancel_trigger(control.cancel);
    assert_int_equal(uncap_writer_frame(w, &f, &err), UNCAP_ERR_CANCELLED);
    assert_int_equal(uncap_writer_finish(w, &err), UNCAP_ERR_CANCELLED);
    uncap_writer_close(&w);
    assert_null(w);
    assert_int_equal(clip_folder_count(&folder, "gone.mp4"), 0);
    assert_int_equal(uncap_remux(in, clip_path(&folder, "gone.mp4"), &control, &err), UNCAP_ERR_CANCELLED);
    assert_int_equal(clip_folder_count(&folder, "gone.mp4"), 0);
    uncap_frame_unref(&f);
    uncap_decoder_close(&d);
    uncap_cancel_close(&control.cancel);
}

static void test_cancel_leaves_nothing(void **state)
{
    (void)state;
    check_cancel("x264", "libx264");
    check_cancel("av1", "libsvtav1");
}

static void test_probe(void **state)
{
    (void)state;
    struct uncap_encoder_status status;
    int n = 0, n_working = 0;
    for (; uncap_encoder_probe(n, &status); n++) {
        assert_non_null(status.name);
        assert_non_null(status.codec);
        assert_int_equal(status.works, !status.reason[0]);
        n_working += status.works;
    }
    assert_true(n > 8);
    assert_true(n_working >= 3);
    assert_false(uncap_encoder_probe(-1, &status));
}

static int open_folder(void **state)
{
    (void)state;
    clip_folder_open(&folder);
    return 0;
}

static int close_folder(void **state)
{
    (void)state;
    clip_folder_close(&folder);
    return 0;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_rich_matroska),
        cmocka_unit_test(test_rich_mp4),
        cmocka_unit_test(test_through),
        cmocka_unit_test(test_turned),
        cmocka_unit_test(test_mirrored),
        cmocka_unit_test(test_transport_stream_to_mp4),
        cmocka_unit_test(test_cover),
        cmocka_unit_test(test_remux),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_no_space),
        cmocka_unit_test(test_cancel_leaves_nothing),
        cmocka_unit_test(test_probe),
    };
    av_log_set_level(AV_LOG_QUIET);
    setenv("SVT_LOG", "1", 1); /* SVT-AV1 prints past libavutil's log */
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
