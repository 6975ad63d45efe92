# shellcheck shell=bash disable=SC2154 # expect.sh, sourced before, defines footage and source_root
# SPDX-License-Identifier: Apache-2.0
# Renders captions over real footage and knows the truth. Sourced after expect.sh.
#
#   new_clip 640x360 yuv420p 'between(n,0,59)'     picture size, pixel format, frames of the footage
#   caption 10 40 Bold 'What it says' ['{\fad(400,400)}What it says']
#   render                                         writes clean.mkv, burnt.mkv (both lossless), in.mkv and truth
#
# 20 frames a second. A caption stands in frames [first, end); its text may be given once more with ASS overrides.
# "expect_..." below compare what the program made of in.mkv with that truth.

# ASS styles in pixels of the picture, sizes in hundredths of its height: name, font, size, colour, outline colour, back
# colour, bold, italic, border style, outline, shadow, alignment, side and bottom margin.
style_table()
{
    cat << 'END'
Bold|DejaVu Sans|8|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|2|0|2|20|20
Top|DejaVu Sans|8|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|2|0|8|20|20
Upper|DejaVu Sans|8|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|2|0|2|20|56
Edge|DejaVu Sans|8|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|2|0|1|0|0
Serif|DejaVu Serif|9|&H0020E0FF|&H00202020|&H80000000|0|0|1|1.5|0|2|20|24
Box|DejaVu Sans|7.5|&H00FFFFFF|&H60000000|&H60000000|0|0|3|4|0|2|20|20
Shadow|DejaVu Sans|8.5|&H00F0F0F0|&H00000000|&H60000000|-1|0|1|0|3|2|20|20
Thin|DejaVu Sans|8|&H00FFFFFF|&H30000000|&H80000000|0|0|1|1|0|2|20|24
Mono|DejaVu Sans Mono|8|&H0080FF80|&H00000000|&H80000000|-1|0|1|2|0|2|20|20
Slanted|DejaVu Serif|9|&H00FFFFFF|&H00402000|&H80000000|-1|-1|1|2|1|2|20|20
Fine|DejaVu Serif|6.5|&H00F0F0F0|&H00000000|&H80000000|0|0|1|0|0|2|20|24
Small|DejaVu Sans|6.7|&H00FFFFFF|&H00000000|&H80000000|0|0|1|1.2|0|2|20|16
Huge|DejaVu Sans|25|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|1|0|2|1|2
Yellow|DejaVu Sans|19.2|&H0000E6FF|&H00101010|&H80000000|-1|0|1|2.5|0|2|60|48
Dim|DejaVu Sans|16.7|&H00FFFFFF|&H70000000|&H70000000|0|0|3|10|0|2|60|52
Large|DejaVu Sans|14|&H00FFFFFF|&H00000000|&H80000000|-1|0|1|4|0|2|20|20
END
}

new_clip() # new_clip SIZE FORMAT FRAMES
{
    clip_size=$1 clip_format=$2 clip_frames=$3
    clip_scale=scale=${clip_size/x/:}
    rm -f truth
    {
        printf '[Script Info]\nScriptType: v4.00+\nPlayResX: %d\nPlayResY: %d\nWrapStyle: 2\n' "${1%x*}" "${1#*x}"
        printf 'ScaledBorderAndShadow: yes\n\n[V4+ Styles]\nFormat: Name, Fontname, Fontsize, PrimaryColour, '
        printf 'SecondaryColour, OutlineColour, BackColour, Bold, Italic, Underline, StrikeOut, ScaleX, ScaleY, '
        printf 'Spacing, Angle, BorderStyle, Outline, Shadow, Alignment, MarginL, MarginR, MarginV, Encoding\n'
        style_table | awk -F'|' -v h="${1#*x}" '{
            printf "Style: %s,%s,%d,%s,&H0000A0FF,%s,%s,%s,%s,0,0,100,100,0,0,%s,%s,%s,%s,%d,%d,%d,1\n",
                $1, $2, $3 * h / 100 + 0.5, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13, $14 }'
        printf '\n[Events]\nFormat: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n'
    } > captions.ass
}

event() # event FIRST END STYLE ASS_TEXT: shown, but no caption of its own
{
    # 20 frames a second: 5 hundredths each, less one, so that rounding does not decide whether a frame is inside.
    awk -v first="$1" -v end="$2" 'function at(frame, s) {
            s = frame ? 5 * frame - 1 : 0
            return sprintf("%d:%02d:%02d.%02d", s / 360000, s / 6000 % 60, s / 100 % 60, s % 100) }
        BEGIN { printf "Dialogue: 0,%s,%s", at(first), at(end) }' >> captions.ass
    printf ',%s,,0,0,0,,%s\n' "$3" "$4" >> captions.ass
}

caption() # caption FIRST END STYLE TEXT [ASS_TEXT]
{
    event "$1" "$2" "$3" "${5:-$4}"
    printf '%d\t%d\t%s\n' "$1" "$2" "$4" >> truth
}

render() # render [ENCODER ARGUMENT]...: in.mkv as x264 makes it, if no encoder is given
{
    [ $# -gt 0 ] || set -- -c:v libx264 -preset veryfast -crf 14
    ffmpeg -nostdin -v error -y -i "$footage" -filter_complex "
        [0:v]${clip_crop:+$clip_crop,}$clip_scale,format=$clip_format,select='$clip_frames',setpts=N/20/TB,split[clean][x];
        [x]ass=captions.ass,format=$clip_format,split[burnt][in]" \
        -map '[clean]' -r 20 -c:v ffv1 clean.mkv -map '[burnt]' -r 20 -c:v ffv1 burnt.mkv -map '[in]' -r 20 "$@" in.mkv
}

# --- the truth against what was found ---

# compare CAPTIONS.json: sets captions, missing, extra, borders, exact, worst, characters, wrong
compare()
{
    said=$("$COMPARE_CAPTIONS" "$1" truth)
    printf '%s\n' "$said"
    declare -g $(tail -n 1 <<< "$said")
}

# expect_captions CAPTIONS.json OFF: all of them and no other, their borders at most OFF frames off, 99 % of them exact
# if OFF is 0 (which then means no more than one frame off either)
expect_captions()
{
    compare "$1"
    [ "$missing" -eq 0 ] || fail "$missing of $captions captions were not found"
    [ "$extra" -eq 0 ] || fail "$extra captions are none"
    [ "$worst" -le "$(($2 > 0 ? $2 : 1))" ] || fail "a border is off by $worst frames"
    [ "$2" -gt 0 ] || [ $((100 * exact)) -ge $((99 * borders)) ] || fail "only $exact of $borders borders are exact"
}

# Rendered pixels that a person can see: the caption's layer changes them by more than 8 of 255 grey levels.
layer='[0:v]format=gray,split=3[clean][base][ref];[1:v]format=gray[burnt];
       [clean][burnt]blend=all_mode=difference,lut=y=255*gt(val\,8),split[layer][count]'

# psnr_inside VIDEO: luma PSNR to the clean clip where captions were rendered
psnr_inside()
{
    ffmpeg -nostdin -v error -i clean.mkv -i burnt.mkv -i "$1" -lavfi "$layer;[2:v]format=gray[is];
        [base][is][layer]maskedmerge[merged];[merged][ref]psnr=stats_file=psnr.log,nullsink;
        [count]signalstats,metadata=print:key=lavfi.signalstats.YAVG:file=layer.log" -f null -
    awk 'FNR == NR { if (sub(/.*YAVG=/, "")) pixels += $0 / 255; next }
        { for (i = 1; i <= NF; i++) if (sub(/^mse_avg:/, "", $i)) error += $i }
        END { printf "%.2f", (error > 0 ? 10 * log(65025 * pixels / error) / log(10) : 99) }' layer.log psnr.log
}

# changed_outside VIDEO REACH: largest change of luma more than REACH pixels away from everything rendered in that frame
changed_outside()
{
    ffmpeg -nostdin -v error -i clean.mkv -i burnt.mkv -i in.mkv -i "$1" -lavfi "$layer;[count]nullsink;[ref]nullsink;
        [base]nullsink;[layer]boxblur=$2:1,lut=y=255*eq(val\,0)[far];
        [2:v]format=gray[in];[3:v]format=gray[is];[in][is]blend=all_mode=difference[change];
        [far][change]blend=all_mode=darken,signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=change.log" -f null -
    awk 'sub(/.*YMAX=/, "") && $0 + 0 > most { most = $0 + 0 } END { print most + 0 }' change.log
}

# looks VIDEO: for every frame that differs from clean.mkv by more than 24 of 255 grey levels anywhere: its number, the box
# of what differs (left, top, right, bottom), and the mean colour there (Y, Cb, Cr)
looks()
{
    local plane print='metadata=print:key=lavfi'
    ffmpeg -nostdin -v error -y -i clean.mkv -i "$1" -lavfi "[0:v]format=gray[clean];[1:v]split[a][b];[a]format=gray[is];
        [clean][is]blend=all_mode=difference,lut=y=255*gt(val\\,24),split=4[my][mu][mv][m];
        [m]bbox=min_val=1,signalstats,metadata=print:file=m.looks,nullsink;
        [b]format=yuv444p,extractplanes=y+u+v[y][u][v];
        [y][my]blend=all_mode=multiply,signalstats,$print.signalstats.YAVG:file=y.looks,nullsink;
        [u][mu]blend=all_mode=multiply,signalstats,$print.signalstats.YAVG:file=u.looks,nullsink;
        [v][mv]blend=all_mode=multiply,signalstats,$print.signalstats.YAVG:file=v.looks" -f null -
    awk -F= '/^frame/ { n = $0; sub(/^frame:/, "", n); n += 0 }
        FILENAME == "m.looks" && /bbox.x1/ { x0[n] = $2 } FILENAME == "m.looks" && /bbox.x2/ { x1[n] = $2 }
        FILENAME == "m.looks" && /bbox.y1/ { y0[n] = $2 } FILENAME == "m.looks" && /bbox.y2/ { y1[n] = $2 }
        /signalstats.YAVG/ { mean[FILENAME, n] = $2; last = n > last ? n : last }
        END { for (n = 0; n <= last; n++) if (n in x0) { m = mean["m.looks", n] / 255
            printf "%d\t%d\t%d\t%d\t%d\t%.1f\t%.1f\t%.1f\n", n, x0[n], y0[n], x1[n], y1[n],
                mean["y.looks", n] / m, mean["u.looks", n] / m, mean["v.looks", n] / m } }' {m,y,u,v}.looks
}

# expect_alike LOOKS LOOKS IOU LEVELS: the same frames; boxes whose intersection over union is at least IOU, and mean colours
# at most LEVELS apart, both by their median over frames and over the frames of each caption of the truth
expect_alike()
{
    local result
    result=$(awk -F'\t' -v iou="$3" -v levels="$4" 'function abs(v) { return v < 0 ? -v : v }
        function min(a, b) { return a < b ? a : b } function max(a, b) { return a > b ? a : b }
        FILENAME == ARGV[1] { is[$1] = 1; for (i = 2; i <= 8; i++) a[$1, i] = $i; next }
        FILENAME == ARGV[2] { was[$1] = 1; for (i = 2; i <= 8; i++) b[$1, i] = $i; next }
        { for (n = $1; n < $2; n++) {
            if (!(n in is) || !(n in was)) { if (n > $1 || (n in is)) bad = bad " frame " n " of \"" $3 "\" is missing;"; continue }
            w = min(a[n, 4], b[n, 4]) - max(a[n, 2], b[n, 2]) + 1; h = min(a[n, 5], b[n, 5]) - max(a[n, 3], b[n, 3]) + 1
            both = w > 0 && h > 0 ? w * h : 0
            all = (a[n, 4] - a[n, 2] + 1) * (a[n, 5] - a[n, 3] + 1) + (b[n, 4] - b[n, 2] + 1) * (b[n, 5] - b[n, 3] + 1) - both
            sum += both / all; c = max(abs(a[n, 6] - b[n, 6]), max(abs(a[n, 7] - b[n, 7]), abs(a[n, 8] - b[n, 8])))
            off += c; frames++ }
          printf "%.2f of the box, %.0f levels off: %s\n", sum / frames, off / frames, $3
          if (sum / frames < iou || off / frames > levels) bad = bad " \"" $3 "\" is not alike;"
          sum = off = frames = 0; for (n = $1; n < $2; n++) known[n] = 1 }
        END { for (n in was) if (!(n in known)) bad = bad " frame " n " shows something;"
          if (bad) print "bad:" bad }' "$1" "$2" truth)
    printf '%s\n' "$result"
    [ "${result#*bad:}" = "$result" ] || fail "${result#*bad:}"
}
