# SPDX-License-Identifier: MIT
# life.awk - the life of a segment as a picture: awk -f tools/life.awk >docs/life.svg
#
# Four boxes are the states, an arrow is what leads from one state to the next, and the words
# on an arrow are the commands that do it. The colours are of medium brightness and there is
# no background, so that the picture can be read on white and on black.

function text(class, x, y, words) {
	gsub(/&/, "\\&amp;", words)
	gsub(/</, "\\&lt;", words)
	gsub(/>/, "\\&gt;", words)
	printf "<text class=\"%s\" x=\"%d\" y=\"%d\">%s</text>\n", class, x, y, words
}

# A state: its name, and below it what is true of the segment.
function state(x, y, name, meaning) {
	printf "<rect class=\"state\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", x, y, WIDE, HIGH
	text("name", x + WIDE / 2, y + 26, name)
	text("meaning", x + WIDE / 2, y + 45, meaning)
}

# A line through these points, with a point at its end.
function arrow(points) {
	printf "<polyline class=\"arrow\" points=\"%s\" marker-end=\"url(#head)\"/>\n", points
}

BEGIN {
	WIDE = 200
	HIGH = 60
	LEFT = 20
	MIDDLE = 345
	RIGHT = 670
	UPPER = 60
	LOWER = 330

	print "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 890 400\" font-family=\"sans-serif\" font-size=\"13\">"
	print "<title>The life of a segment</title>"
	print "<style>text{fill:#6e7781}.name{font-weight:bold;font-size:15px}.name,.meaning,.on{text-anchor:middle}" \
		".command,.on{fill:#3b82f6}.end{fill:#3b82f6}.end,.right{text-anchor:end}.state{fill:#6e7781;fill-opacity:.12;stroke:#6e7781}" \
		".arrow{fill:none;stroke:#6e7781;stroke-width:1.5}.tip{fill:#6e7781}" \
		".frame{fill:none;stroke:#6e7781;stroke-dasharray:4 4}</style>"
	print "<defs><marker id=\"head\" markerWidth=\"9\" markerHeight=\"8\" refX=\"8\" refY=\"4\" orient=\"auto\">" \
		"<path class=\"tip\" d=\"M0,0 L9,4 L0,8 z\"/></marker></defs>"

	state(LEFT, UPPER, "created", "attached by no process")
	state(MIDDLE, UPPER, "attached", "by one process or more")
	state(RIGHT, UPPER, "marked for removal", "attached; its key is free")
	state(MIDDLE, LOWER, "gone", "its memory is free")

	# into the first states
	arrow("120,15 120,60")
	text("command", 130, 35, "shmcreate")
	arrow("770,15 770,60")
	text("end", 760, 35, "shmattach scratch:SIZE")

	# between them
	arrow("220,78 345,78")
	text("on", 282, 70, "shmattach")
	arrow("345,102 220,102")
	text("meaning", 282, 120, "last detach")
	arrow("545,90 670,90")
	text("on", 607, 82, "shmrm")

	# to the end
	arrow("120,120 120,360 345,360")
	text("command", 130, 352, "shmrm, shmreap --remove")
	arrow("770,120 770,360 545,360")
	text("right", 760, 352, "last detach")

	# what may be done meanwhile
	printf "<rect class=\"frame\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"6\"/>\n", 150, 150, 590, 150
	text("meaning", 445, 172, "in each of the three states")
	count = split("its bytes|shmcat shmwrite shmwipe|typed values in it|shmpeek shmpoke|" \
		"its mode, owner and lock|shmset|all that is known of it|shmls shmstat|" \
		"the processes that hold it|shmwho|waiting for any of this|shmwait", row, "|")
	for (i = 1; i < count; i += 2) {
		text("", 190, 185 + i * 9, row[i])
		text("command", 420, 185 + i * 9, row[i + 1])
	}
	print "</svg>"
}
