# SPDX-License-Identifier: MIT
# draw_floor.awk - the chart for people of bench/run.sh: table.tsv in, SVG out
#
# A bar for each row with words for it, as long as our time; the line at 1 is the floor, a
# program that does only this. All colours are of medium brightness and there is no
# background, so that the picture can be read on white and on black.

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	return s
}

function put(class, x, y, s) {
	printf "<text class=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>\n", class, x, y, text(s)
}

function box(class, x, y, width, height) {
	printf "<rect class=\"%s\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"%.1f\"/>\n", \
		class, x, y, width, height
}

function place(value) { return left + (value > most ? most : value) * unit }

# The first word of the name of a peer's command, as "cp" of "shmcat 1G >file; cp".
function peer_of(what) {
	sub(/.*; /, "", what)
	sub(/ .*/, "", what)
	return what
}

BEGIN { FS = "\t"; left = 330; unit = 150; most = 2; limit = 14 }

$1 == "note" { note = $2; sub(/; a page.*/, "", note) }
$1 == "bar" && $12 != "" && $4 + 0 > 0 && n < limit {
	n++
	what[n] = $12; ours[n] = $4; missed[n] = $7 ~ /^MISSED/
	if ($8 + 0 > 0)
		peer[n] = sprintf("%s: %.3g", $13 != "" ? $13 : peer_of($3), $4 / $8)
}

END {
	bottom = 76 + n * 22
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 800 %d\" font-family=\"sans-serif\" font-size=\"14\">\n", \
		bottom + 30
	print "<title>shmbox against the fastest possible program</title>"
	print "<style>text{fill:#6e7781}.head{font-weight:bold}.note{font-size:10px}.tick{font-size:11px;text-anchor:middle}" \
		".end{text-anchor:end}.fast{fill:#3b82f6}.slow{fill:#e5711d}.floor{fill:#1a7f37}.grid{fill:#6e7781;opacity:.3}</style>"
	put("head", 8, 20, "shmbox against the fastest possible program (1): a shorter bar is better")
	for (at = 0; at <= most; at += .5)
		box(at == 1 ? "floor" : "grid", place(at), 56, at == 1 ? 2 : 1, bottom - 56)
	put("tick", place(1), 48, "the fastest possible")
	put("tick", place(2), 48, "twice the time")
	put("end", 792, 48, "the usual tool")
	for (i = 1; i <= n; i++) {
		y = 52 + i * 22
		put("end", left - 10, y, what[i])
		box(missed[i] ? "slow" : "fast", left, y - 11, place(ours[i]) - left, 13)
		put("what", place(ours[i]) + 6, y, sprintf("%.2f", ours[i]))
		put("end", 792, y, peer[i])
	}
	put("note", 8, bottom + 20, note)
	print "</svg>"
}
