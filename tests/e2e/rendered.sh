#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0
# Captions of a known kind, rendered over real footage: found whole, to the frame, and removed. Usage: rendered.sh CASE
set -euo pipefail
shopt -s inherit_errexit
unset MALLOC_PERTURB_ # under it ffmpeg renders another clip at 64x48; the program gives the same bytes either way
source "$(dirname "$0")/expect.sh"
source "$source_root/tests/e2e/render.sh"

# remove LEAST OFF [ARGUMENT]...: all captions are found, borders at most OFF frames off; they are removed, with a PSNR of
# LEAST dB where they were; farther off than REACH nothing changes; the detector finds nothing of them.
reach=24 # all: not looked at
remove()
{
    local least=$1 off=$2
    shift 2
    expect_ok in.mkv -o out/result.mkv --encoder ffv1 --captions found.json "$@"
    expect_captions found.json "$off"
    local before after outside
    before=$(psnr_inside in.mkv)
    after=$(psnr_inside out/result.mkv)
    outside=$([ "$reach" = all ] && echo 0 || changed_outside out/result.mkv "$reach")
    echo "PSNR inside: $before dB before, $after dB after; largest change outside: $outside"
    expect_above 'PSNR inside' "$after" "$least"
    expect_above 'PSNR inside, to that of the input,' "$after" "$before"
    [ "$off" -gt 0 ] || [ "$outside" -eq 0 ] || fail "a sample outside the captions changed by $outside"
    expect_ok verify in.mkv found.json
    expect_ok verify out/result.mkv found.json --residual
}

fade()
{
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 10 50 Bold 'Softly it comes and goes' '{\fad(400,400)}Softly it comes and goes'
    render
    remove 27 1
    expect_captions found.json 0
}

slow() # thin letters that are hardly ever opaque, over a scene that moves: none may be taken for scene
{
    new_clip 640x360 yuv420p 'between(n,118,180)'
    caption 10 54 Fine 'and nothing else to say' '{\fad(1000,1000)}and nothing else to say'
    render
    remove 33 2
    expect_captions found.json 0
}

pop() # it grows to its size in 150 ms; all of its box is filled in those frames
{
    reach=all
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 8 40 Bold 'Pop goes the line' '{\fscx60\fscy60\t(0,150,\fscx100\fscy100)}Pop goes the line'
    render
    remove 31 0
}

replaced() # one takes the place of the other, in the next frame or a few later
{
    new_clip 640x360 yuv420p 'between(n,60,159)'
    caption 6 22 Bold 'First of three in a row'
    caption 22 38 Bold 'second follows at once'
    caption 38 46 Bold 'and'
    caption 46 54 Bold 'and words'
    caption 54 64 Bold 'and words grow'
    caption 68 74 Bold 'Six frames'
    caption 80 92 Upper 'Upper of two lines'
    caption 80 92 Bold 'lower of these two lines'
    render
    remove 31 0
}

edited() # a mark, a digit, a word takes the place of another, the rest of the line stays
{
    new_clip 640x360 yuv420p 'between(n,0,99)+between(n,140,260)'
    caption 6 32 Bold 'No.' '{\an1}No.'
    caption 32 60 Bold 'No!' '{\an1}No!'
    caption 68 92 Bold 'Only 4 days left'
    caption 92 104 Bold 'Only 3 days left'
    caption 112 152 Bold 'Wait for it.'
    caption 152 160 Bold 'Wait for it!'
    caption 168 175 Serif 'They have two cats' '{\an1}They have two cats'
    caption 175 212 Serif 'They have six cats' '{\an1}They have six cats'
    render
    remove 31 0
}

karaoke()
{
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 8 48 Bold 'Sing along with me' '{\k40}Sing {\k50}along {\k50}with {\k60}me'
    render
    remove 29 0
}

highlight() # a red box behind the first word, then behind the second
{
    local n first end x w
    new_clip 640x360 yuv420p 'between(n,0,59)'
    for n in '8 24 183 177' '24 44 360 95'; do
        read -r first end x w <<< "$n"
        event "$first" "$end" Bold "{\\an7\\pos($x,310)\\p1\\bord0\\1c&H2010D0&}m 0 0 l $w 0 $w 31 0 31"
    done
    caption 8 44 Bold 'Highlighted words'
    render
    remove 29 0
}

third() # on a bar that is much wider than they are
{
    new_clip 640x360 yuv420p 'between(n,0,69)'
    event 8 56 Bold '{\an7\pos(30,270)\p1\bord0\1c&H402010&}m 0 0 l 480 0 480 66 0 66'
    caption 8 56 Bold 'Margaret Hollis' '{\an4\pos(44,290)\bord0}Margaret Hollis'
    caption 8 56 Small 'Head of bird services' '{\an4\pos(44,318)\bord0}Head of bird services'
    render
    remove 18 0
}

handle() # somebody's name stands right beside them all the time, and is none of them
{
    new_clip 640x360 yuv420p 'between(n,0,69)'
    event 0 70 Bold '{\an6\pos(236,320)\bord0\b0\fs24\1a&H50&}@waterbirds'
    caption 8 34 Bold 'They came in spring' '{\an4\pos(250,320)\fs26}They came in spring'
    caption 40 66 Bold 'and stayed for good' '{\an4\pos(250,320)\fs26}and stayed for good'
    render
    expect_ok detect in.mkv -o found.json
    expect_captions found.json 0
}

successive() # texts on one bar, which comes before the first, stands between them and goes after the last
{
    reach=all
    new_clip 640x360 yuv420p 'between(n,0,69)'
    event 6 66 Bold '{\an7\pos(30,280)\p1\bord0\1c&H402010&}m 0 0 l 580 0 580 44 0 44'
    caption 10 26 Bold 'Margaret Hollis' '{\an4\pos(44,302)\bord0}Margaret Hollis'
    caption 29 44 Bold 'speaks about the birds' '{\an4\pos(44,302)\bord0}speaks about the birds'
    caption 46 62 Bold 'of the upper valley' '{\an4\pos(44,302)\bord0}of the upper valley'
    render
    remove 18 4
}

veiled() # two texts on a see-through bar over all of the picture's width
{
    reach=all
    new_clip 640x360 yuv420p 'between(n,0,69)'
    event 6 62 Bold '{\an7\pos(0,284)\p1\bord0\1c&H000000&\1a&H70&}m 0 0 l 640 0 640 44 0 44'
    caption 6 34 Bold 'Nobody has ever seen it' '{\an5\pos(320,306)\bord0}Nobody has ever seen it'
    caption 34 62 Bold 'or come to ask why' '{\an5\pos(320,306)\bord0}or come to ask why'
    render
    remove 24 0
}

words() # each stands where it will stand in the whole line, all of which is filled from its first word on
{
    reach=all
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 8 16 Bold 'One word comes after' '{\alpha&H00&}One{\alpha&HFF&} word comes after'
    sed -i 's/^8\t16/8\t48/' truth
    event 16 24 Bold 'One word{\alpha&HFF&} comes after'
    event 24 32 Bold 'One word comes{\alpha&HFF&} after'
    event 32 48 Bold 'One word comes after'
    render
    remove 26 0
}

sentence() # built up for longer than the ring of frames is
{
    reach=all
    local n=0 at=8 shown='' word words=(I told you it is done)
    new_clip 640x360 yuv420p 'between(n,0,109)'
    printf '8\t88\tI told you it is done\n' > truth
    for word in "${words[@]}"; do
        n=$((n + 1))
        shown="$shown${shown:+ }$word"
        event "$at" $((n < 6 ? at + 12 : 88)) Bold "$shown{\alpha&HFF&} ${words[*]:n}"
        at=$((at + 12))
    done
    render
    remove 24 0
}

repeated() # a word, others in its place, and the same word once more
{
    new_clip 640x360 yuv420p 'between(n,0,69)'
    caption 8 17 Large 'wait'
    caption 17 26 Large 'what'
    caption 26 35 Large 'wait'
    caption 35 44 Large 'why'
    caption 44 53 Large 'wait'
    render
    remove 24 0
}

short_word() # one after the other, with and without tall letters
{
    local at=5 word pop='{\\an5\\pos(320,230)\\fscx75\\fscy75\\t(0,90,\\fscx104\\fscy104)\\t(90,140,\\fscx100\\fscy100)}'
    new_clip 640x360 yuv420p 'between(n,0,59)'
    for word in it was the; do
        caption $at $((at + 13)) Large $word "$pop$word"
        at=$((at + 13))
    done
    render
    remove 20 0
}

two_letters() # words of one or two letters one after the other, the first of which no look may see
{
    local at=8 word
    new_clip 640x360 yuv420p 'between(n,0,89)'
    for word in I go on as is; do
        caption $at $((at + 9)) Large $word "{\\an5\\pos(320,200)}$word"
        at=$((at + 9))
    done
    render
    remove 28 0
}

symbols() # at the ends, where the detector does not see them; right after another caption
{
    new_clip 854x480 yuv420p 'between(n,160,239)'
    caption 6 30 Bold 'la la la' '♪ la la la ♪'
    caption 34 70 Bold 'so cute' '♥ so cute ♥'
    render
    remove 25 0
}

again() # the same word comes once more, right after itself
{
    local at pop='{\\an5\\pos(320,230)\\fscx75\\fscy75\\t(0,90,\\fscx104\\fscy104)\\t(90,140,\\fscx100\\fscy100)}'
    new_clip 640x360 yuv420p 'between(n,0,59)'
    for at in 8 17 26; do
        caption $at $((at + 9)) Large 'wait' "${pop}wait"
    done
    caption 35 44 Large 'what' "${pop}what"
    render
    remove 20 0
}

once_more() # the same text comes again after a frame, two and six: it is not removed where it is not
{
    new_clip 640x360 yuv420p 'between(n,0,69)'
    caption 6 20 Bold 'Where is it then'
    caption 21 34 Bold 'Where is it then'
    caption 36 46 Bold 'Where is it then'
    caption 52 66 Bold 'Where is it then'
    render
    remove 24 0
}

lines()
{
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 8 36 Upper 'The first line leaves early'
    caption 20 52 Bold 'while the second one stays'
    render
    remove 26 0
}

stacked() # each line in a box of its own that reaches under the other one: no strip of the wider box stays
{
    new_clip 640x360 yuv420p 'between(n,0,99)'
    caption 8 40 Box 'Each has a box' '{\an2\pos(320,308)}Each has a box'
    caption 8 40 Box 'that is as wide as its line' '{\an2\pos(320,334)}that is as wide as its line'
    caption 48 92 Box 'and where they overlap it' '{\an2\pos(320,308)}and where they overlap it'
    caption 48 92 Box 'is darker' '{\an2\pos(320,334)}is darker'
    render
    remove 32.5 0
}

both()
{
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 8 44 Top 'Somebody speaks up here'
    caption 14 50 Bold 'and somebody else below'
    render
    remove 28 0
}

cut()
{
    new_clip 640x360 yuv420p 'between(n,0,29)+between(n,200,229)'
    caption 12 48 Bold 'It stands across the cut'
    render
    remove 29 0
}

whole()
{
    new_clip 640x360 yuv420p 'between(n,0,23)+between(n,200,219)'
    caption 0 44 Bold 'From the first to the last'
    render
    remove 25 0 --what text
}

ticker() # longer than the picture is wide: removed as letters, piece by piece, not as a bar
{
    new_clip 480x270 yuv420p 'between(n,0,139)'
    event 8 132 Bold '{\an7\move(484,200,-804,200)}A line that is far longer than the picture is wide passes by in it'
    render
    expect_ok in.mkv -o out/result.mkv --encoder ffv1 --captions found.json
    [ "$(grep -c '"moving": true' found.json)" -ge 3 ] || fail 'the line was not cut into pieces'
    [ "$(grep -c '"keep": false' found.json)" -eq "$(grep -c '"matte":' found.json)" ] || fail 'a piece has no matte'
    expect_above 'PSNR inside' "$(psnr_inside out/result.mkv)" 24
    expect_ok verify in.mkv found.json
    expect_ok verify out/result.mkv found.json --residual
}

# along FIRST END STYLE TEXT X0 Y0 X1 Y1: shown on a straight way between two places of its upper left corner
along() { event "$1" "$2" "$3" "{\\an7\\move($5,$6,$7,$8)}$4"; }

slide() # from beyond an edge into its place, in a few frames: removed on its way as well
{
    new_clip 640x360 yuv420p 'between(n,0,99)'
    caption 8 44 Bold 'Here it comes' '{\an2\move(-60,340,320,340,0,300)}Here it comes'
    caption 52 90 Bold 'and this from below' '{\an2\move(320,380,320,340,0,250)}and this from below'
    render
    remove 28 1
}

diagonal() # askew over the picture, at a constant speed
{
    new_clip 640x360 yuv420p 'between(n,0,99)'
    along 10 90 Bold 'Going down askew' 30 20 350 300
    printf '10\t90\tGoing down askew\n' > truth
    render
    remove 29 0
    grep -q '"moving": true' found.json || fail 'it does not move'
}

bounce() # from edge to edge, thrown back by each
{
    local text='It bounces about'
    new_clip 640x360 yuv420p 'between(n,0,139)'
    along 8 64 Bold "$text" 30 40 310 320
    along 64 84 Bold "$text" 310 320 410 220
    along 84 124 Bold "$text" 410 220 210 20
    printf '8\t124\t%s\n' "$text" > truth
    render
    remove 29 0
    grep -q '"moving": true' found.json || fail 'it does not move'
}

swing() # up and down, slower towards its ends
{
    local n text='Up and down again'
    new_clip 640x360 yuv420p 'between(n,0,99)'
    for n in $(seq 10 89); do
        event "$n" $((n + 1)) Bold "{\\an7\\pos(190,$(awk -v n="$n" 'BEGIN { printf "%.2f", 160 + 90 * sin(n / 7) }'))}$text"
    done
    printf '10\t90\t%s\n' "$text" > truth
    render
    remove 30 0
    grep -q '"moving": true' found.json || fail 'it does not move'
}

always() # in all frames of one shot: a line at the foot is a caption, letters in a corner are left alone
{
    new_clip 640x360 yuv420p 'between(n,0,59)'
    caption 0 60 Bold 'It says so all the time'
    event 0 60 Top '{\an9}LIVE'
    render
    expect_ok detect in.mkv -o found.json
    expect_captions found.json 0
    [ "$(grep -c '"keep": true' found.json)" -eq 1 ] || fail 'the letters in the corner were not seen, or are removed'
}

flash()
{
    new_clip 640x360 yuv420p 'between(n,0,29)'
    caption 12 13 Bold 'A single frame'
    render
    remove 33 0 --what text --sample every
}

flashes() # of a frame or two each, among others of their style
{
    new_clip 640x360 yuv420p 'between(n,0,99)'
    caption 6 26 Bold 'It begins like any other'
    caption 34 35 Bold 'A single frame'
    caption 44 46 Bold 'Two frames of this'
    caption 52 53 Bold 'and one again'
    caption 62 84 Bold 'It ends like any other'
    render
    remove 30 0
}

wide()
{
    new_clip 640x360 yuv420p 'between(n,0,49)'
    caption 8 42 Bold 'far too long for the narrow picture that it has' \
        'This line is far too long for the narrow picture that it has to stand in'
    render
    remove 26 0
}

dark() # an outline and a box that come and go over what is as dark as they are, and stand over bright things in between
{
    reach=all # what is rendered cannot be told from what is behind it in part
    clip_crop=crop=1280:240:0:480
    new_clip 1280x240 yuv420p 'between(n,60,175)'
    caption 8 52 Yellow '"What are you looking at?"'
    caption 62 112 Dim 'The box behind this line is see-through.'
    render
    remove 35 0
}

edge()
{
    new_clip 640x360 yuv420p 'between(n,0,49)'
    caption 8 42 Edge 'Touching the corner'
    render
    remove 22 0
}

tiny()
{
    new_clip 64x48 yuv420p 'between(n,0,39)'
    caption 8 32 Huge 'Hello'
    render
    remove 20 0
}

huge()
{
    clip_crop=crop=1280:120:0:420
    new_clip 4096x384 yuv420p 'between(n,0,29)'
    caption 6 24 Large 'A line on a very wide picture'
    render
    remove 36 0
}

chroma()
{
    new_clip 640x360 yuv444p 'between(n,0,39)'
    caption 8 34 Serif 'Full resolution of colour'
    render
    remove 30 0
}

deep()
{
    new_clip 640x360 yuv420p10le 'between(n,0,39)'
    caption 8 34 Slanted 'Ten bits a sample'
    render -c:v ffv1
    remove 31 0
}

styles() # one after another, each for half a second
{
    local at=5 style
    new_clip 640x360 yuv420p 'between(n,0,81)'
    for style in Serif Box Shadow Thin Mono; do
        caption $at $((at + 11)) $style "This is set in ${style,,}"
        at=$((at + 15))
    done
    render
    remove 26 0
}

# show_again OFF: all captions are found, borders at most OFF frames off; what is exported shows them again: in the same
# frames, in the same place, in the same colours.
show_again()
{
    expect_ok detect in.mkv -o found.json --ass found.ass
    expect_captions found.json "$1"
    ffmpeg -nostdin -v error -y -i clean.mkv -vf ass=found.ass -c:v ffv1 again.mkv
    looks burnt.mkv > burnt.looks
    looks again.mkv > again.looks
    expect_alike burnt.looks again.looks 0.8 24
}

ass()
{
    local at=5 style
    new_clip 640x360 yuv420p 'between(n,0,159)'
    for style in Bold Serif Box Shadow Thin Mono Slanted Small Large; do
        caption $at $((at + 11)) $style "This is set in ${style,,}"
        at=$((at + 15))
    done
    caption $at $((at + 10)) Top 'It fades in slowly' '{\fad(200,0)}It fades in slowly'
    render
    show_again 1
}

ass_italic() # told from upright ones, of whatever typeface
{
    local at=5 text
    new_clip 640x360 yuv420p 'between(n,0,119)'
    while IFS='|' read -r style shape text; do
        caption $at $((at + 14)) "$style" "$text" "{$shape}$text"
        at=$((at + 18))
    done << 'END'
Slanted||He never wrote again
Bold|\i1|- Who is there? - Nobody.
Serif||These stand upright
Mono|\i1|and these lean over
Top||WAVE AWAY, AVA
Shadow|\i1|VIA TAHITI
END
    render
    show_again 0
    [ "$(grep -c '\\i1' found.ass)" -eq 4 ] || fail 'not four lines are italic'
    grep '\\i1' found.ass | grep -q 'upright\|WAVE' && fail 'upright letters are italic'
    true
}

ass_plain() # white without an outline, over a scene that is darker than it: not the gaps between the letters
{
    new_clip 640x360 yuv420p 'between(n,90,129)'
    caption 6 30 Bold 'gypsy jumping' '{\bord0}gypsy jumping'
    render
    show_again 0
}

# What the model cannot read is nobody's words: it says so, and has no script to choose it by.
scripts()
{
    local unread
    new_clip 640x360 yuv420p 'between(n,0,179)'
    caption 6 26 Bold 'What is written here'
    caption 34 54 Bold '[not read]' 'Всем привет, друзья'
    caption 62 82 Serif '[not read]' 'Куда мы идём сегодня'
    caption 90 110 Bold '[not read]' 'ПРИВЕТ ИЗ МОСКВЫ'
    caption 118 138 Serif 'and what over there'
    caption 146 166 Bold '[not read]' 'Это неправда'
    render
    expect_ok detect in.mkv -o found.json
    expect_captions found.json 0
    unread=$(grep -c '"unread": true' found.json)
    [ "$unread" -eq 4 ] || fail "$unread captions are said to be unread, not 4"
    expect_ok detect in.mkv -o found.json --remove-script latn
    [ "$(grep -c '"keep": true' found.json)" -eq 4 ] || fail 'other captions stay than those that are not Latin'
    [ "$(grep -c '"script": "Latn"' found.json)" -eq 2 ] || fail 'other captions are Latin than the two that are'
    expect_ok detect in.mkv -o found.json --srt found.srt --keep-script Latn
    [ "$(grep -c '^\[not read\]$' found.srt)" -eq 4 ] || fail 'subtitles do not say what was not read'
    ! grep -q 'written\|over there' found.srt || fail 'subtitles tell what stays in the picture'
}

# All are found to the frame, and at most 2 % of their characters read wrongly.
expect_read()
{
    expect_ok detect in.mkv -o found.json
    expect_captions found.json 0
    echo "characters read wrongly: $wrong of $characters"
    [ $((100 * wrong)) -le $((2 * characters)) ] || fail "$wrong of $characters characters were read wrongly"
}

# Texts of all styles of 24 pixels and more, two at a time: read, and found to the frame.
reading()
{
    local at=4 n=0 style text top place
    new_clip 640x360 yuv420p 'between(n,0,279)'
    while IFS='|' read -r style text; do
        top=$((n % 2)) # a line at the top comes and goes with the second half of the one at the bottom
        place=
        [ $top -eq 0 ] || place='{\an8}'
        caption $((at + 9 * top)) $((at + 17)) "$style" "$text" "$place$text"
        n=$((n + 1))
        [ $top -eq 0 ] || at=$((at + 23))
    done << 'END'
Bold|We never really left home
Serif|Thirteen years of silence
Box|Quick brown foxes jump
Shadow|Where is everybody now?
Thin|Just a moment, please.
Mono|Press any key to begin
Slanted|Dear Elizabeth, I remain
Small|The weather will not improve before Thursday
Large|Wait for it
Bold|It cost 245 dollars, sir
Serif|Above us only the sky
Box|"Nobody knows," she said
Shadow|Don't open that window!
Thin|Version 3.7 of the plan
Mono|Chapter 12: The Return
Slanted|Perhaps tomorrow morning
Small|Kindly keep your seat belt fastened while seated
Large|Good night
Bold|They were married in May
Serif|Half a kilogram of flour
Box|Left, then right, then up
Shadow|What a wonderful journey
Thin|Nothing ever happens here
Mono|Signal lost; retry at 09:30
END
    render
    expect_read
}

# Other texts, on larger pictures and in other shapes of the same fonts: 24 to 60 pixels, narrow, wide, spaced, slanted, in
# capitals, in colours, two lines of one caption.
reading_shapes()
{
    local at=4 n=0 style shape text
    clip_crop=crop=1280:720
    new_clip 960x540 yuv420p 'between(n,0,259)'
    while IFS='|' read -r style shape text; do
        caption $at $((at + 17)) "$style" "$text" "{$shape}$text"
        n=$((n + 1))
        [ $((n % 2)) -eq 1 ] || at=$((at + 21)) # one at the foot, one at the top, at once
    done << 'END'
Bold|\fs24|Small print at the bottom of a page
Top|\fs30\fscx80|Narrow letters that hold a lot of news
Serif|\fs48|Winter came early
Top|\fs27\c&H60E0FF&|The harbour was empty by noon
Box|\fs34|Turn around slowly.
Top|\fs52\i1|Ask her again
Shadow|\fs40\fsp3|OPEN ALL NIGHT
Top|\fnDejaVu Serif\fs36|He kept every letter
Thin|\fs29|Which of you took the keys?
Top|\fnDejaVu Sans Mono\fs28|Total: 1,482 km
Mono|\fs32|error 404: page not found
Top|\fs26\fscx115|A wide and quiet voice
Slanted|\fs44|Yours, as ever, Martha
Top|\fs60|STOP
Large|\fs56|Run!
Top|\fnDejaVu Serif\fs25\b0|Six miles from the nearest road
Bold|\fs38\c&H80FF80&|Music by the river
Top|\fs33\i1|I never said that.
Serif|\fs30\fsp2|Monday, 14 March 1983
Top|\fs45|Don't look down
Box|\fs28|"Keep it," he whispered.
Top|\fs24\b0|You have one unheard message
END
    render
    expect_read
}

clip_crop=
"$1"
