# SPDX-License-Identifier: BSD-2-Clause
# gnuplot -e "out='DIR'" pictures.gp: pictures from the tables that the scripts of this folder left
# in DIR.
set terminal pngcairo size 1200,800 font 'sans,12'
set datafile separator "\t"
set linetype 9 lc rgb '#999999'
set linetype 10 lc rgb '#7a4a1e'
set style fill solid 0.8 border -1
set grid ytics
set key outside right top
table(name) = out . '/' . name . '.tsv'
is_there(name) = int(system('test -s ' . table(name) . ' && echo 1 || echo 0'))
# Names travel through awk's words with _ for each blank.
spaced(text) = system("printf %s '" . text . "' | tr _ ' '")
# The rows of a table for which awk's condition holds.
rows(name, condition) = "< awk -F '\\t' '" . condition . "' " . table(name)

if (is_there('epoch')) {
    set logscale y
    set ylabel 'seconds an epoch'
    set format y '%g'
    solvers = system("awk -F '\\t' 'NR > 1 {gsub(/ /, \"_\", $4); if (!s[$4]++) print $4}' " \
        . table('epoch'))
    columns = system("awk -F '\\t' 'NR > 1 && $3 == 2 && !s[$1 $2]++ {print $1 \"_\" $2}' " \
        . table('epoch'))
    set output out . '/epoch.png'
    set title 'One epoch, two threads (float32)'
    set xrange [-0.5:words(columns) - 0.5]
    set xtics () noenhanced
    set for [i = 1:words(columns)] xtics add (spaced(word(columns, i)) i - 1)
    set xlabel 'data, factors'
    n = words(solvers)
    set boxwidth 0.8 / n
    # where the bars of a shape and a number of factors are
    place(shape, f) = \
        sum [i = 1:words(columns)] (word(columns, i) eq shape . '_' . f ? i - 1 : 0)
    of_solver(s) = \
        '{t = $4; gsub(/ /, "_", t)} NR > 1 && $3 == 2 && t == "' . word(solvers, s) . '"'
    plot for [s = 1:n] rows('epoch', of_solver(s)) \
        using (place(strcol(1), strcol(2)) + (s - (n + 1) / 2.0) * 0.8 / n):5 \
        with boxes title spaced(word(solvers, s)) noenhanced
    unset xrange; set autoscale x; set xtics autofreq
}

if (is_there('curve')) {
    set logscale x
    unset logscale y
    set xlabel 'seconds of epochs so far'
    set ylabel 'objective'
    set format x '%g'
    set format y '%.3s %c'
    cases = system("awk -F '\\t' 'NR > 1 && !s[$1 $2]++ {print $1 \"_\" $2}' " . table('curve'))
    do for [c in cases] {
        shape = system('echo ' . c . ' | cut -d_ -f1')
        f = system('echo ' . c . ' | cut -d_ -f2')
        of = '$1 == "' . shape . '" && $2 == ' . f
        solvers = system("awk -F '\\t' '" . of . \
            " {gsub(/ /, \"_\", $3); if (!s[$3]++) print $3}' " . table('curve'))
        set output out . '/curve-' . c . '.png'
        set title 'Objective after each epoch: ' . shape . ', ' . f . ' factors, two threads'
        of_solver(s) = '{t = $3; gsub(/ /, "_", t)} ' . of . ' && t == "' . word(solvers, s) . '"'
        plot for [s = 1:words(solvers)] rows('curve', of_solver(s)) \
            using 5:6 with linespoints lw 2 pt s title spaced(word(solvers, s)) noenhanced
    }
    unset logscale x
}

if (is_there('many_factors')) {
    set logscale x
    set xlabel 'seconds of CPU time a thread'
    set format x '%g'
    set key outside right top noenhanced
    cases = system("awk -F '\t' 'NR > 1 && !s[$1 $2]++ {print $1 \"_\" $2}' " \
        . table('many_factors'))
    do for [c in cases] {
        shape = system('echo ' . c . ' | cut -d_ -f1')
        f = system('echo ' . c . ' | cut -d_ -f2')
        of = '$1 == "' . shape . '" && $2 == ' . f
        solvers = system("awk -F '\t' '" . of . \
            " {gsub(/ /, \"_\", $3); if (!s[$3]++) print $3}' " . table('many_factors'))
        of_solver(s) = '{t = $3; gsub(/ /, "_", t)} ' . of . ' && t == "' . word(solvers, s) . '"'
        set ylabel 'objective'
        set format y '%.3s %c'
        set output out . '/many-factors-' . c . '.png'
        set title 'Objective: ' . shape . ', ' . f . ' factors, two threads'
        plot for [s = 1:words(solvers)] rows('many_factors', of_solver(s)) \
            using 6:7 with linespoints lw 2 pt s title spaced(word(solvers, s))
        set ylabel 'nDCG@20 of held-out pairs'
        set format y '%g'
        set output out . '/many-factors-quality-' . c . '.png'
        set title 'Quality: ' . shape . ', ' . f . ' factors, two threads'
        plot for [s = 1:words(solvers)] rows('many_factors', of_solver(s)) \
            using 6:8 with linespoints lw 2 pt s title spaced(word(solvers, s))
    }
    unset logscale x
}

# Bars that lie, since their names are long.
unset key
unset ylabel
unset logscale y
unset grid ; set grid xtics
set logscale x
set xlabel 'seconds'
set format x '%g'
set ytics noenhanced
set yrange [*:*] reverse
set offsets 0, 0, 0.6, 0.6
if (is_there('evaluation')) {
    set terminal pngcairo size 1400,900 font 'sans,11'
    set lmargin 75
    set output out . '/evaluation.png'
    set title 'Evaluation and similar items, two threads'
    plot rows('evaluation', 'NR > 1 {print $1 ": " $2 " | " $3 "\t" $4}') \
        using (1e-3):0:(1e-3):2:($0 - 0.35):($0 + 0.35):($0 + 1):yticlabels(1) \
        with boxxyerror linecolor variable
}
if (is_there('grid')) {
    set terminal pngcairo size 1200,500 font 'sans,11'
    set lmargin 40
    set output out . '/grid.png'
    set title 'The 180 configurations of the grid, two threads'
    plot rows('grid', 'NR > 1 {print $1 ": " $2 "\t" $3}') \
        using (1):0:(1):2:($0 - 0.35):($0 + 0.35):($0 + 1):yticlabels(1) \
        with boxxyerror linecolor variable
}
if (is_there('reach')) {
    set terminal pngcairo size 1200,600 font 'sans,11'
    set lmargin 30
    cases = system("awk -F '\t' 'NR > 1 && !s[$1 $2 $3 $4]++ " \
        . "{print $1 \"_\" $2 \"_\" $3 \"_\" $4}' " . table('reach'))
    do for [c in cases] {
        part(k) = system('echo ' . c . ' | cut -d_ -f' . k)
        of = '$1 == "' . part(1) . '" && $2 == ' . part(2) . ' && $3 == "' . part(3) \
            . '" && $4 == "' . part(4) . '"'
        set output out . '/reach-' . c . '.png'
        set title 'Until the goal (' . part(4) . '): ' . part(1) . ', ' . part(2) \
            . ' factors, alpha:lambda ' . part(3) . ', two threads (>: not there yet)'
        plot rows('reach', of . ' {print ($8 == "yes" ? "" : "> ") $5 " (" $6 ")" "\t" $7}') \
            using (1e-3):0:(1e-3):2:($0 - 0.35):($0 + 0.35):($0 + 1):yticlabels(1) \
            with boxxyerror linecolor variable
    }
}
