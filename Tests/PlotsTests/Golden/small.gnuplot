set terminal svg size 480,300 dynamic enhanced font 'Arial,12' background '#FFFFFF'
set output 'small.svg'
set encoding utf8
unset key
set border 3 linewidth 0.75 linecolor '#666666'
set tics out nomirror scale 0.5 textcolor '#333333'
set grid xtics ytics back linetype 1 linewidth 0.6 linecolor '#E4E4E4'
set lmargin at screen 0.1212
set rmargin at screen 0.8582
set bmargin at screen 0.18
set tmargin at screen 0.8733
set xrange [0.0:2.0]
set xtics noenhanced ('0.0' 0.0, '0.5' 0.5, '1.0' 1.0, '1.5' 1.5, '2.0' 2.0)
set yrange [0.0:100.0]
set ytics noenhanced ('0' 0.0, '20' 20.0, '40' 40.0, '60' 60.0, '80' 80.0, '100' 100.0)
set label 'epoch' at screen 0.4897, screen 0.0433 center noenhanced textcolor '#222222'
set label 'mAP (%)' at screen 0.0271, screen 0.5267 center rotate by 90 noenhanced textcolor '#222222'
set label 'It''s 50% {of} `date`' at screen 0.016, screen 0.9433 left noenhanced font 'Arial,14' textcolor '#222222'
set label 'chance' at screen 0.8769, screen 0.2147 left noenhanced textcolor '#666666'
set label 'Gaussian' at screen 0.8769, screen 0.5641 left noenhanced textcolor '#666666'
set label 'Color' at screen 0.8769, screen 0.6141 left noenhanced textcolor '#00598C'
$data0 << END
0.0 5.0
2.0 5.0
END
$data1 << END
0.0 10.0 10.0 10.0
1.0 40.0 35.0 45.0
2.0 60.0 60.0 60.0
END
$data2 << END
0.0 5.0 5.0 5.0
1.0 NaN NaN NaN
2.0 58.0 58.0 58.0
END
plot $data0 using 1:2 with lines linewidth 1.2 dashtype (6,4) linecolor '#8C8C8C' notitle, \
  $data1 using 1:3:4 with filledcurves fillcolor '#0072B2' fillstyle transparent solid 0.18 noborder notitle, \
  $data1 using 1:2 with lines linewidth 1.8 linecolor '#0072B2' notitle, \
  $data2 using 1:2 with lines linewidth 1.8 linecolor '#8C8C8C' notitle
unset output
