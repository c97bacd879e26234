# SPDX-License-Identifier: MIT
# draw.awk - the table of bench/run.sh as a picture: table.tsv in, SVG out
#
# A logarithmic scale; the peer is the line at 1, from which our bars extend to the left where
# our program is faster. A mark shows where the floor is. All colours are of medium brightness
# and there is no background, so that the picture can be read on white and on black.

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	return s
}

function put(class, x, y, s) {
	body = body sprintf("<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, text(s))
}

function box(class, x, y, width, height) {
	body = body sprintf("<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", \
		class, x, y, width, height)
}

function place(value) { return left + (right - left) * (log(value) - log(low)) / (log(high) - log(low)) }

function widen(value) {
	if (value + 0 <= 0)
		return
	if (value < low * 1.2)
		low = value / 1.2
	if (value * 1.2 > high)
		high = value * 1.2
}

function bar(n,   from, to) {
	from = place(value[n] < 1 ? value[n] : 1)
	to = place(value[n] < 1 ? 1 : value[n])
	box(verdict[n] == "MISSED" ? "slow" : goal[n] + 0 > 0 ? "fast" : "fast plain", from, y - 9, to - from < 1 ? 1 : to - from, 9)
	if (goal[n] + 0 > 0)
		box("goal", place(goal[n]) - 1, y - 12, 2, 15)
	if (floor[n] + 0 > 0)
		box("floor", place(value[n] / floor[n]) - 1, y - 9, 2, 9)
	put("end", 850, y, sprintf("%.3g", value[n]))
	put("end", 892, y, floor[n] + 0 > 0 ? sprintf("%.3g", floor[n]) : "")
}

# Larger segments are larger dots.
function dots(n,   count, part, pair, i) {
	count = split(value[n], part, " ")
	for (i = 1; i <= count; i++) {
		split(part[i], pair, ":")
		if (pair[2] + 0 > 0)
			body = body sprintf("<circle class=\"fast\" cx=\"%.1f\" cy=\"%.1f\" r=\"%.1f\"><title>%s: %s</title></circle>\n", \
				place(pair[2]), y - 4, 1.5 + i * .4, text(pair[1]), pair[2])
	}
}

function axis(top, bottom,   at) {
	for (at = .00001; at < high; at *= 10) {
		if (at < low)
			continue
		box(at > .99 && at < 1.01 ? "peer" : "grid", place(at), top, 1, bottom - top)
		put("tick", place(at), top - 6, at > .99 && at < 1.01 ? "the peer" : \
			at < 1 ? sprintf("%d times faster", 1 / at + .5) : sprintf("%d times slower", at + .5))
	}
}

BEGIN { FS = "\t"; left = 400; right = 800; low = .1; high = 2 }

$1 == "note" { note = $2; next }
{
	n++
	kind[n] = $1; name[n] = $2; what[n] = $3
	if ($1 == "dots") {
		value[n] = $4; goal[n] = $6; verdict[n] = $7
	} else {
		floor[n] = $4; value[n] = $8; goal[n] = $10; verdict[n] = substr($11, 1, 6)
	}
}
$1 == "group" { heading = n }
$1 == "bar" && $8 + 0 <= 0 { kind[n] = "none" }
kind[n] == "bar" || $1 == "dots" { shown[heading] = 1 }
kind[n] == "bar" { widen($8); widen($10); widen($4 + 0 > 0 ? $8 / $4 : 0) }
$1 == "dots" {
	count = split($4, part, " ")
	for (i = 1; i <= count; i++)
		widen(substr(part[i], index(part[i], ":") + 1))
}

END {
	y = 62
	for (i = 1; i <= n; i++) {
		if (kind[i] == "group") {
			if (!shown[i])
				continue
			y += 24
			put("head", 8, y, name[i])
		} else if (kind[i] == "bar" || kind[i] == "dots") {
			y += 17
			put("name", 8, y, name[i])
			put("what", 92, y, what[i])
			if (kind[i] == "bar")
				bar(i)
			else
				dots(i)
		}
	}
	rows = body
	body = ""
	put("head", 8, 20, "our time / the time of the peer, median of paired runs: the further left, the faster")
	put("end", 850, 20, "/ peer")
	put("end", 892, 20, "/ floor")
	box("goal", 8, 30, 2, 12)
	put("what", 16, 40, "goal")
	box("fast", 64, 32, 24, 9)
	put("what", 94, 40, "met")
	box("slow", 134, 32, 24, 9)
	put("what", 164, 40, "missed")
	box("fast plain", 226, 32, 24, 9)
	put("what", 256, 40, "no goal")
	box("floor", 316, 32, 2, 9)
	put("what", 324, 40, "the floor")
	put("what", 400, 40, "dots: segments of 1B, 1KB, 4KB .. 1GB; a larger dot is a larger segment")
	axis(70, y + 6)
	put("name", 8, y + 26, note "; nocap: map_files is not allowed, as in a container; shmtool: ghetzel/shmtool")
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 900 %d\" font-family=\"sans-serif\" font-size=\"12\">\n", y + 36
	print "<title>shmbox against the usual tools and against the floor</title>"
	print "<style>text{fill:#6e7781}.name,.tick{font-size:10px}.tick{text-anchor:middle}.end{text-anchor:end}" \
		".head{font-weight:bold}.fast{fill:#3b82f6}.plain{opacity:.55}.slow{fill:#e5711d}.goal,.peer{fill:#6e7781}" \
		".floor{fill:#1a7f37}.grid{fill:#6e7781;opacity:.3}</style>"
	printf "%s%s</svg>\n", body, rows
}
