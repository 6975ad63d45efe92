/* SPDX-License-Identifier: Apache-2.0 */
/* Decoding of generated clips: what is known before the first frame, times, packed samples, damage. */
#include "clip.h"

#include <sys/stat.h>

#include <libavutil/imgutils.h>
#include <libavutil/pixdesc.h>

#include "media/decode.h"

static struct clip_folder folder;

/* `make`: ffmpeg arguments that make the file. */
struct info_case {
    const char *name, *make;
    int w, h, n_frames;
    const char *pix_fmt;
    struct uncap_format format;
    int orientation;
    AVRational aspect;
    int matrix;
    bool is_full_range, has_hdr;
};

#define SOURCE(size, rate, frames) "-f lavfi -i testsrc2=s=" size ":r=" rate " -frames:v " frames " "
#define X265 "-c:v libx265 -preset ultrafast -x265-params log-level=none"

static const struct info_case infos[] = {
    {"420.mp4",
     SOURCE("322x242", "25", "20") "-vf format=yuv420p -c:v libx264 -bf 3",
     322,
     242,
     20,
     "yuv420p",
     {3, 8, 1, 1},
     .aspect = {1, 1},
     .matrix = 6},
    {"hd.mp4",
     SOURCE("1280x720", "25", "3") "-vf format=yuv420p -c:v libx264 -preset ultrafast",
     1280,
     720,
     3,
     "yuv420p",
     {3, 8, 1, 1},
     .aspect = {1, 1},
     .matrix = 1},
    {"444.mkv",
     SOURCE("320x240", "24000/1001", "12") "-vf format=yuv444p,setsar=4/3 -c:v libx264",
     320,
     240,
     12,
     "yuv444p",
     {3, 8, 0, 0},
     .aspect = {4, 3},
     .matrix = 6},
    {"hdr.mkv",
     SOURCE("320x240", "30", "8") "-vf format=yuv420p10le " X265
                                  ":master-display=\"G(13250,34500)B(7500,3000)R(34000,16000)WP(15635,16450)"
                                  "L(10000000,50)\":max-cll=1000,400 "
                                  "-color_primaries bt2020 -color_trc smpte2084 -colorspace bt2020nc",
     320,
     240,
     8,
     "yuv420p10",
     {3, 10, 1, 1},
     .aspect = {1, 1},
     .matrix = 9,
     .has_hdr = true},
    {"12.mkv",
     SOURCE("320x240", "24", "5") "-vf format=yuv422p12le " X265,
     320,
     240,
     5,
     "yuv422p12",
     {3, 12, 1, 0},
     .aspect = {1, 1},
     .matrix = 6},
    {"grey.mkv",
     SOURCE("64x48", "24", "4") "-vf format=gray -c:v ffv1",
     64,
     48,
     4,
     "gray",
     {1, 8, 0, 0},
     .aspect = {1, 1},
     .matrix = 6,
     .is_full_range = true},
    {"gbr.mkv",
     SOURCE("64x48", "24", "4") "-vf format=gbrp10le -c:v ffv1",
     64,
     48,
     4,
     "gbrp10",
     {3, 10, 0, 0},
     .aspect = {1, 1},
     .matrix = 0,
     .is_full_range = true},
    {"jpeg.avi",
     SOURCE("320x240", "24", "6") "-vf format=yuvj422p -c:v mjpeg",
     320,
     240,
     6,
     "yuv422p",
     {3, 8, 1, 0},
     .aspect = {1, 1},
     .matrix = 5,
     .is_full_range = true},
    {"turned.mp4",
     "-i 420.mp4 -c copy -metadata:s:v rotate=270",
     242,
     322,
     20,
     "yuv420p",
     {3, 8, 1, 1},
     .orientation = 5,
     .aspect = {1, 1},
     .matrix = 6},
    {"cover.mp4",
     "-i 420.mp4 -f lavfi -i testsrc=s=640x480:r=25:d=0.04 -map 0 -map 1 -c:v:0 copy -c:v:1 mjpeg "
     "-disposition:v:1 attached_pic -disposition:v:0 0",
     322,
     242,
     20,
     "yuv420p",
     {3, 8, 1, 1},
     .aspect = {1, 1},
     .matrix = 6},
    {"b.h264", "-i 420.mp4 -c copy", 322, 242, 20, "yuv420p", {3, 8, 1, 1}, .aspect = {1, 1}, .matrix = 6},
    {"vp9.webm",
     SOURCE("160x120", "25", "10") "-vf format=yuv420p -c:v libvpx-vp9 -deadline realtime",
     160,
     120,
     10,
     "yuv420p",
     {3, 8, 1, 1},
     .aspect = {1, 1},
     .matrix = 6},
};

static struct uncap_decoder *must_open(const char *name, bool allow_damaged)
{
    struct uncap_decoder *d;
    struct uncap_error err = {0};
    const struct uncap_decoder_options options = {.threads = 2, .allow_damaged = allow_damaged};
    if (uncap_decoder_open(&d, clip_path(&folder, name), &options, NULL, &err))
        fail_msg("%s: %s", name, err.message);
    return d;
}

static struct uncap_frame must_next(struct uncap_decoder *d, const char *name)
{
    struct uncap_frame frame;
    struct uncap_error err = {0};
    if (uncap_decoder_next(d, &frame, &err))
        fail_msg("%s: %s", name, err.message);
    return frame;
}

/* Read to the end: indices in order, times rising, every frame of the stated form. Returns their number. */
static int read_all(struct uncap_decoder *d, const char *name)
{
    const struct uncap_video_info *info = uncap_decoder_info(d);
    int64_t last = INT64_MIN;
    int n = 0;
    for (;; n++) {
        struct uncap_frame f = must_next(d, name);
        if (!f.av)
            break;
        const struct uncap_picture p = uncap_frame_picture(&f);
        assert_int_equal(f.index, n);
        assert_true(f.pts > last);
        assert_true(f.duration > 0);
        assert_int_equal(f.av->pts, f.pts);
        assert_int_equal(f.av->format, info->pix_fmt);
        assert_true(uncap_format_equal(p.format, info->format));
        assert_int_equal(p.w, info->w);
        assert_int_equal(p.h, info->h);
        last = f.pts;
        uncap_frame_unref(&f);
    }
    struct uncap_frame after = must_next(d, name);
    assert_null(after.av); /* the end stays the end */
    return n;
}

static void test_info(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof infos / sizeof infos[0]; i++) {
        const struct info_case *c = &infos[i];
        char arguments[1200];
        snprintf(arguments, sizeof arguments, "%s %s", c->make, c->name);
        clip_make(&folder, arguments);
        struct uncap_decoder *d = must_open(c->name, false);
        const struct uncap_video_info *info = uncap_decoder_info(d);
        print_message("%s\n", c->name);
        assert_int_equal(info->w, c->w);
        assert_int_equal(info->h, c->h);
        assert_int_equal(info->pix_fmt, uncap_decoder_info(d)->pix_fmt);
        assert_int_equal(strncmp(av_get_pix_fmt_name(info->pix_fmt), c->pix_fmt, strlen(c->pix_fmt)), 0);
        assert_true(uncap_format_equal(info->format, c->format));
        assert_int_equal(info->orientation, c->orientation);
        assert_int_equal(av_cmp_q(info->sample_aspect_ratio, c->aspect), 0);
        assert_int_equal(info->colour.matrix, c->matrix);
        assert_int_equal(info->colour.is_full_range, c->is_full_range);
        assert_int_equal(info->tags.has_mastering && info->tags.has_light, c->has_hdr);
        assert_int_equal(read_all(d, c->name), c->n_frames);
        assert_int_equal(uncap_decoder_damaged(d), 0);
        uncap_decoder_close(&d);
        assert_null(d);
    }
}

/* Two of three frames, some dropped besides: times are the source's to the tick. */
static void test_variable_rate(void **state)
{
    (void)state;
    static const char *const names[] = {"vfr.mkv", "vfr.mp4"};
    clip_make(&folder, "-f lavfi -i testsrc2=s=64x48:r=30:d=2 -vf \"select='gt(mod(n,3),0)*gt(mod(n,7),0)'\" "
                       "-vsync vfr -c:v libx264 -bf 2 vfr.mkv");
    clip_make(&folder, "-copyts -i vfr.mkv -c copy -video_track_timescale 30000 vfr.mp4");
    for (int i = 0; i < 2; i++) {
        struct uncap_decoder *d = must_open(names[i], false);
        const AVRational tb = uncap_decoder_info(d)->time_base;
        for (int n = 0; n < 60; n++) {
            if (n % 3 == 0 || n % 7 == 0)
                continue;
            struct uncap_frame f = must_next(d, names[i]);
            assert_non_null(f.av);
            assert_int_equal(av_rescale_q(f.pts, tb, (AVRational){1, 1000}), (n * 1000 + 15) / 30);
            uncap_frame_unref(&f);
        }
        assert_null(must_next(d, names[i]).av);
        uncap_decoder_close(&d);
    }
}

/* AVI stores no display times; they follow from the frame rate. */
static void test_missing_times(void **state)
{
    (void)state;
    clip_make(&folder, SOURCE("160x120", "25", "12") "-vf format=yuv420p -c:v mpeg4 -bf 0 times.avi");
    struct uncap_decoder *d = must_open("times.avi", false);
    for (int n = 0; n < 12; n++) {
        struct uncap_frame f = must_next(d, "times.avi");
        assert_int_equal(f.pts, n);
        uncap_frame_unref(&f);
    }
    uncap_decoder_close(&d);
}

struct pair_case {
    const char *planar, *packed; /* the same samples twice */
};

static void assert_same_frames(const char *a_name, const char *b_name)
{
    struct uncap_decoder *a = must_open(a_name, false), *b = must_open(b_name, false);
    assert_int_equal(uncap_decoder_info(a)->pix_fmt, uncap_decoder_info(b)->pix_fmt);
    for (;;) {
        struct uncap_frame x = must_next(a, a_name), y = must_next(b, b_name);
        if (!x.av || !y.av) {
            assert_true(x.av == y.av);
            break;
        }
        const struct uncap_picture p = uncap_frame_picture(&x), q = uncap_frame_picture(&y);
        for (int i = 0; i < p.format.n_planes; i++)
            for (int row = 0; row < uncap_plane_h(p.format, i, p.h); row++)
                assert_memory_equal(p.data[i] + row * p.stride[i], q.data[i] + row * q.stride[i],
                                    (size_t)uncap_plane_w(p.format, i, p.w) * uncap_sample_bytes(p.format));
        uncap_frame_unref(&x);
        uncap_frame_unref(&y);
    }
    uncap_decoder_close(&a);
    uncap_decoder_close(&b);
}

/* Packed, semi-planar, palette and big-endian sources against what ffmpeg itself makes of them. */
static void test_packed_samples(void **state)
{
    (void)state;
    static const struct pair_case pairs[] = {
        {"yuv420p", "nv12"},
        {"yuv422p", "uyvy422"},
        {"yuv422p", "yuyv422"},
        {"yuv420p", "nv21"},
        {"gbrp", "rgb24"},
        {"gbrp", "bgr0"},
        {"gbrap", "rgba"},
        {"yuv420p10le", "yuv420p10be"},
        {"yuv422p12le", "yuv422p12be"},
        {"gray10le", "gray10be"},
        {"gbrp16le", "rgb48be"},
    };
    for (size_t i = 0; i < sizeof pairs / sizeof pairs[0]; i++) {
        char arguments[400];
        snprintf(arguments, sizeof arguments,
                 SOURCE("98x54", "5", "2") "-vf format=%s -c:v rawvideo planar.nut", pairs[i].planar);
        clip_make(&folder, arguments);
        snprintf(arguments, sizeof arguments,
                 "-i planar.nut -sws_flags accurate_rnd -pix_fmt %s -c:v rawvideo packed.nut",
                 pairs[i].packed);
        clip_make(&folder, arguments);
        print_message("%s as %s\n", pairs[i].planar, pairs[i].packed);
        assert_same_frames("planar.nut", "packed.nut");
    }
    clip_make(&folder, SOURCE("98x54", "5", "2") "-vf format=pal8 -c:v rawvideo planar.nut");
    clip_make(&folder, "-i planar.nut -pix_fmt rgb24 -c:v rawvideo packed.nut");
    assert_same_frames("planar.nut", "packed.nut");
}

/* Turned as ffmpeg turns it for players: every quarter, by what the display matrix of MP4 says. */
static void test_turned_samples(void **state)
{
    (void)state;
    for (int degrees = 90; degrees < 360; degrees += 90) {
        char arguments[400];
        snprintf(arguments, sizeof arguments, "-i 420.mp4 -c copy -metadata:s:v rotate=%d as-coded.mp4",
                 degrees);
        clip_make(&folder, arguments);
        clip_make(&folder, "-i as-coded.mp4 -c:v rawvideo as-seen.nut");
        assert_same_frames("as-coded.mp4", "as-seen.nut");
    }
}

struct bad_case {
    const char *name;
    int status;
    const char *says;
};

static void test_bad_input(void **state)
{
    (void)state;
    static const struct bad_case cases[] = {
        {"missing.mp4", UNCAP_ERR_IO, "No such file"},
        {".", UNCAP_ERR_IO, "folder"},
        {"empty.mp4", UNCAP_ERR_IO, "empty"},
        {"text.mp4", UNCAP_ERR_MEDIA, "text.mp4"},
        {"text.txt", UNCAP_ERR_MEDIA, "text.txt"},
        {"sound.mp3", UNCAP_ERR_MEDIA, "sound but no video"},
        {"song.mp3", UNCAP_ERR_MEDIA, "sound but no video"},
        {"still.png", UNCAP_ERR_MEDIA, "not a video"},
        {"xyz.nut", UNCAP_ERR_UNSUPPORTED, "xyz12"},
        {"pipe.mp4", UNCAP_ERR_IO, "not a regular file"},
    };
    clip_write(&folder, "empty.mp4", "", 0);
    clip_write(&folder, "text.mp4", "hello hello\n", 12);
    clip_write(&folder, "text.txt", "hello hello\n", 12);
    clip_make(&folder, "-f lavfi -i sine=d=0.5 sound.mp3");
    clip_make(&folder, "-f lavfi -i testsrc=s=64x64 -frames:v 1 still.png");
    clip_make(&folder,
              "-i sound.mp3 -i still.png -map 0 -map 1 -c copy -disposition:v attached_pic song.mp3");
    clip_make(&folder, SOURCE("64x48", "5", "1") "-vf format=xyz12le -c:v rawvideo xyz.nut");
    assert_int_equal(mkfifo(clip_path(&folder, "pipe.mp4"), 0600), 0);
    for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
        struct uncap_decoder *d;
        struct uncap_error err = {0};
        const int status = uncap_decoder_open(&d, clip_path(&folder, cases[i].name), NULL, NULL, &err);
        if (status != cases[i].status || !strstr(err.message, cases[i].says))
            fail_msg("%s: status %d, '%s'", cases[i].name, status, err.message);
        assert_null(d);
    }
}

/* Cut in the middle: refused, or all that is there with the loss counted. */
static void test_cut_files(void **state)
{
    (void)state;
    static const char *const names[] = {"cut.mp4", "cut.mkv", "cut.avi", "cut.ts"};
    clip_make(&folder, SOURCE("160x120", "25",
                              "50") "-vf format=yuv420p -c:v libx264 -g 10 -movflags faststart long.mp4");
    clip_make(&folder, "-i long.mp4 -c copy long.mkv");
    clip_make(&folder, "-i long.mp4 -c copy long.ts");
    clip_make(&folder, "-i long.mp4 -c:v mpeg4 -bf 0 long.avi");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char whole[16];
        struct stat st;
        snprintf(whole, sizeof whole, "long.%s", names[i] + 4);
        assert_int_equal(stat(clip_path(&folder, whole), &st), 0);
        clip_cut(&folder, whole, names[i], (long)(st.st_size * 6 / 10 / 188 * 188 + 100));
        struct uncap_decoder *d;
        struct uncap_error err = {0};
        assert_int_equal(uncap_decoder_open(&d, clip_path(&folder, names[i]), NULL, NULL, &err),
                         UNCAP_ERR_MEDIA);
        assert_non_null(strstr(err.message, "cut short"));
        d = must_open(names[i], true);
        const int n = read_all(d, names[i]);
        print_message("%s: %d frames, %d lost\n", names[i], n, (int)uncap_decoder_damaged(d));
        assert_in_range(n, 10, 45);
        if (i < 3) /* a transport stream does not say how long it was */
            assert_in_range(n + uncap_decoder_damaged(d), 49, 52);
        uncap_decoder_close(&d);
    }
    clip_cut(&folder, "420.mp4", "headless.mp4", -600); /* the index stands at the end */
    struct uncap_decoder *d;
    struct uncap_error err = {0};
    assert_int_equal(uncap_decoder_open(&d, clip_path(&folder, "headless.mp4"), NULL, NULL, &err),
                     UNCAP_ERR_MEDIA);
}

static void test_damaged_packet(void **state)
{
    (void)state;
    struct uncap_error err = {0};
    FILE *file = fopen(clip_path(&folder, "long.mp4"), "r+b");
    assert_non_null(file);
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    assert_int_equal(fseek(file, ftell(file) / 2, SEEK_SET), 0);
    for (int i = 0; i < 600; i++)
        fputc(0x55, file);
    fclose(file);
    struct uncap_decoder *d = must_open("long.mp4", false);
    struct uncap_frame f;
    int status = UNCAP_OK, n = 0;
    while (!(status = uncap_decoder_next(d, &f, &err)) && f.av) {
        uncap_frame_unref(&f);
        n++;
    }
    assert_int_equal(status, UNCAP_ERR_MEDIA);
    assert_non_null(strstr(err.message, "--allow-damaged"));
    assert_in_range(n, 1, 49);
    uncap_decoder_close(&d);
    d = must_open("long.mp4", true);
    assert_in_range(read_all(d, "long.mp4"), n + 1, 50);
    assert_true(uncap_decoder_damaged(d) > 0);
    uncap_decoder_close(&d);
}

static void test_size_change(void **state)
{
    (void)state;
    struct uncap_error err = {0};
    struct uncap_frame f;
    clip_make(&folder, SOURCE("160x120", "25", "5") "-c:v mpeg2video a.mpg");
    clip_make(&folder, SOURCE("192x128", "25", "5") "-c:v mpeg2video -f mpeg2video b.m2v");
    clip_make(&folder, "-i a.mpg -c copy -f mpeg2video a.m2v");
    char command[200];
    snprintf(command, sizeof command, "cd %s && cat a.m2v b.m2v > both.m2v", folder.path);
    assert_int_equal(system(command), 0);
    struct uncap_decoder *d = must_open("both.m2v", false);
    int status;
    while (!(status = uncap_decoder_next(d, &f, &err)) && f.av)
        uncap_frame_unref(&f);
    assert_int_equal(status, UNCAP_ERR_UNSUPPORTED);
    assert_non_null(strstr(err.message, "192x128"));
    uncap_decoder_close(&d);
}

static void test_cancel(void **state)
{
    (void)state;
    struct uncap_cancel *cancel = uncap_cancel_open();
    struct uncap_decoder *d;
    struct uncap_frame f;
    struct uncap_error err = {0};
    assert_int_equal(uncap_decoder_open(&d, clip_path(&folder, "420.mp4"), NULL, cancel, &err), UNCAP_OK);
    uncap_cancel_trigger(cancel);
    assert_int_equal(uncap_decoder_next(d, &f, &err), UNCAP_ERR_CANCELLED);
    assert_null(f.av);
    uncap_decoder_close(&d);
    assert_int_equal(uncap_decoder_open(&d, clip_path(&folder, "420.mp4"), NULL, cancel, &err),
                     UNCAP_ERR_CANCELLED);
    assert_null(d);
    uncap_cancel_close(&cancel);
}

static void test_frame_references(void **state)
{
    (void)state;
    struct uncap_decoder *d = must_open("420.mp4", false);
    struct uncap_frame a = must_next(d, "420.mp4"), b;
    assert_true(uncap_frame_ref(&b, &a));
    assert_ptr_equal(a.av->data[0], b.av->data[0]);
    assert_int_equal(a.pts, b.pts);
    uncap_frame_unref(&a);
    assert_null(a.av);
    uncap_frame_unref(&a);
    uncap_frame_unref(NULL);
    assert_int_equal(uncap_frame_picture(&b).w, 322);
    uncap_frame_unref(&b);
    uncap_decoder_close(&d);
    uncap_decoder_close(&d);
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
        cmocka_unit_test(test_info),           cmocka_unit_test(test_variable_rate),
        cmocka_unit_test(test_missing_times),  cmocka_unit_test(test_packed_samples),
        cmocka_unit_test(test_bad_input),      cmocka_unit_test(test_cut_files),
        cmocka_unit_test(test_damaged_packet), cmocka_unit_test(test_size_change),
        cmocka_unit_test(test_turned_samples), cmocka_unit_test(test_frame_references),
        cmocka_unit_test(test_cancel),
    };
    av_log_set_level(AV_LOG_QUIET);
    return cmocka_run_group_tests(tests, open_folder, close_folder);
}
