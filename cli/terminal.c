/* SPDX-License-Identifier: Apache-2.0 */
#include "cli/terminal.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

/* A signal handler can reach nothing else. */
static volatile sig_atomic_t interrupted, interrupted_s;

/* The first one stops the job, a later one the program. `timeout` and its like send each to the process and
 * to its group, so what comes right after the first is still the first. */
static void on_signal(int number)
{
    struct timespec now = {0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    if (!interrupted)
        interrupted_s = (sig_atomic_t)now.tv_sec;
    else if (now.tv_sec - interrupted_s > 1) {
        signal(number, SIG_DFL);
        raise(number);
    }
    interrupted = 1;
}

/* Whatever would end the program must not leave half a file behind. */
static void catch_signals(void)
{
    static const int ends[] = {SIGINT, SIGTERM, SIGPIPE};
    for (size_t i = 0; i < sizeof(ends) / sizeof(ends[0]); i++)
        signal(ends[i], on_signal);
    if (signal(SIGHUP, on_signal) == SIG_IGN)
        signal(SIGHUP, SIG_IGN); /* nohup */
    signal(SIGXFSZ, SIG_IGN);    /* a write beyond a limit fails as one to a full disk does */
}

static void clear(struct terminal *t)
{
    if (t->has_bar)
        fputs("\r\033[K", stderr);
    t->has_bar = false;
}

static void draw_time(double s)
{
    const int total = s > 0 ? (int)(s + 0.5) : 0;
    if (total >= 3600)
        fprintf(stderr, "%d:%02d:%02d", total / 3600, total / 60 % 60, total % 60);
    else
        fprintf(stderr, "%d:%02d", total / 60, total % 60);
}

static void draw_bar(struct terminal *t, const struct uncap_progress *p)
{
    enum { WIDTH = 30 };
    const double share = p->total ? (double)p->done / (double)p->total : 0;
    const int full = share > 1 ? WIDTH : (int)(share * WIDTH);
    clear(t);
    fprintf(stderr, "%-7s [", p->stage);
    for (int i = 0; i < WIDTH; i++)
        fputc(i < full ? '#' : '.', stderr);
    fprintf(stderr, "] %lld/%lld  %.1f fps", (long long)p->done, (long long)p->total, p->fps);
    if (p->eta_s >= 0) {
        fputs("  ETA ", stderr);
        draw_time(p->eta_s);
    }
    fflush(stderr);
    t->has_bar = true;
}

static void print_json(const struct uncap_progress *p)
{
    printf("{\"stage\":\"%s\",\"done\":%lld,\"total\":%lld,\"elapsed_s\":%.2f,\"fps\":%.2f,\"eta_s\":",
           p->stage, (long long)p->done, (long long)p->total, p->elapsed_s, p->fps);
    if (p->eta_s >= 0)
        printf("%.1f}\n", p->eta_s);
    else
        printf("null}\n");
    fflush(stdout);
}

static int on_progress(void *opaque, const struct uncap_progress *p)
{
    struct terminal *t = opaque;
    if (t->args->progress == PROGRESS_JSON)
        print_json(p);
    else if (t->args->progress == PROGRESS_AUTO && t->is_tty && !t->args->quiet)
        draw_bar(t, p);
    return interrupted;
}

static void on_log(void *opaque, enum uncap_log_level level, const char *line)
{
    struct terminal *t = opaque;
    if (t->args->quiet || (level == UNCAP_LOG_DEBUG && !t->args->verbose))
        return;
    clear(t);
    fprintf(stderr, "%s%s\n", level == UNCAP_LOG_WARNING ? "warning: " : "", line);
}

struct uncap_control terminal_control(struct terminal *terminal, const struct args *args)
{
    *terminal = (struct terminal){.args = args, .is_tty = isatty(STDERR_FILENO) != 0};
    catch_signals();
    return (struct uncap_control){.opaque = terminal, .on_progress = on_progress, .on_log = on_log};
}

void terminal_end(struct terminal *terminal)
{
    clear(terminal);
}

int terminal_fail(struct terminal *terminal, const struct uncap_error *err)
{
    static const int codes[] = {0, 8, 2, 3, 4, 5, 6, 7, 130};
    if (terminal)
        clear(terminal);
    fprintf(stderr, "uncaption: %s\n", err->message[0] ? err->message : uncap_status_name(err->status));
    const int i = -(int)err->status;
    return i > 0 && i < (int)(sizeof(codes) / sizeof(codes[0])) ? codes[i] : 1;
}

int terminal_close(int code)
{
    if (!fflush(stdout) && !ferror(stdout))
        return code;
    fprintf(stderr, "uncaption: cannot write to the standard output: %s\n", strerror(errno));
    return code ? code : 3;
}

static void print_shares(FILE *out, const struct uncap_fill_report *f)
{
    const double n = f->n_pixels ? (double)f->n_pixels / 100 : 1;
    fprintf(out, "%.0f %% real pixels (%.0f %% un-blended, %.0f %% from other frames), %.0f %% invented\n",
            (double)(f->n_unblended + f->n_copied) / n, (double)f->n_unblended / n, (double)f->n_copied / n,
            (double)f->n_invented / n);
}

/* One line for all captions; one each on request. */
static void print_fills(FILE *out, const struct uncap_report *r, bool each)
{
    struct uncap_fill_report all = {.id = 0};
    for (size_t i = 0; i < r->n_fills; i++) {
        const struct uncap_fill_report *f = &r->fills[i];
        all.n_pixels += f->n_pixels;
        all.n_unblended += f->n_unblended;
        all.n_copied += f->n_copied;
        all.n_invented += f->n_invented;
        if (each && f->n_pixels) {
            fprintf(out, "caption %d: ", f->id);
            print_shares(out, f);
        }
    }
    if (!all.n_pixels)
        return;
    fprintf(out, "behind the captions: ");
    print_shares(out, &all);
}

void terminal_report(const struct args *args, const struct uncap_report *r)
{
    if (args->quiet)
        return;
    double total = 0;
    for (int i = 0; i < UNCAP_N_STAGES; i++)
        total += r->stages[i].seconds;
    FILE *out = args->progress == PROGRESS_JSON ? stderr : stdout;
    fprintf(out, "%-15s %9s %8s %10s %6s\n", "stage", "seconds", "frames", "frames/s", "share");
    for (int i = 0; i < UNCAP_N_STAGES; i++) {
        const struct uncap_stage_report *s = &r->stages[i];
        fprintf(out, "%-15s %9.2f %8lld %10.1f %5.0f%%\n", uncap_stage_name((enum uncap_stage)i), s->seconds,
                (long long)s->frames, s->seconds > 0 ? (double)s->frames / s->seconds : 0.0,
                total > 0 ? 100 * s->seconds / total : 0.0);
    }
    fprintf(out, "wall %.2f s (stages overlap), %lld frames", r->wall_s, (long long)r->n_frames);
    if (r->n_frames_lost)
        fprintf(out, ", %lld lost to damage", (long long)r->n_frames_lost);
    fprintf(out, "; peak memory %.0f MiB\n", (double)r->peak_memory_bytes / (1 << 20));
    fprintf(out, "captions %zu, removed %zu; detector calls %lld, recogniser calls %lld", r->n_captions,
            r->n_removed, (long long)r->detector_calls, (long long)r->recogniser_calls);
    if (r->engine[0])
        fprintf(out, "; engine %s", r->engine);
    if (r->encoder[0])
        fprintf(out, "; encoder %s", r->encoder);
    fprintf(out, "\n");
    print_fills(out, r, args->verbose);
}
