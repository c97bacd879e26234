# SPDX-License-Identifier: MIT
# screenshot.awk - the screen that tmux capture-pane -e prints, as a picture: SVG out

function text(s) {
	gsub(/&/, "\\&amp;", s)
	gsub(/</, "\\&lt;", s)
	gsub(/>/, "\\&gt;", s)
	return s
}

# A piece of a line in one style, as wide as its characters are.
function piece(s, style) {
	if (s == "")
		return
	if (style ~ /7/)
		body = body sprintf("<rect class=\"chosen\" x=\"%.1f\" y=\"%d\" width=\"%.1f\" height=\"%d\"/>\n", \
			left + column * wide, top + row * high - high + 5, length(s) * wide, high)
	body = body sprintf("<text class=\"%s\" x=\"%.1f\" y=\"%d\" textLength=\"%.1f\" xml:space=\"preserve\">%s</text>\n", \
		style ~ /7/ ? "dark" : style ~ /31/ ? "red" : style ~ /32/ ? "green" : style ~ /33/ ? "yellow" : "plain", \
		left + column * wide, top + row * high, length(s) * wide, text(s))
	column += length(s)
}

BEGIN {
	wide = 8.4
	high = 18
	left = top = 16
	escape = sprintf("%c", 27)
}

{
	row++
	column = 0
	rest = $0
	while ((at = index(rest, escape "[")) > 0) {
		piece(substr(rest, 1, at - 1), style)
		rest = substr(rest, at + 2)
		end = index(rest, "m")
		code = substr(rest, 1, end - 1)
		# 0 and 39 end a colour, 27 the reverse
		style = code ~ /^0?$|39|27/ ? "" : code
		rest = substr(rest, end + 1)
	}
	piece(rest, style)
	if (column > most)
		most = column
}

END {
	width = 2 * left + most * wide
	height = top + row * high + 12
	printf "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\">\n", \
		width, height, width, height
	print "<title>shmtop: segments live, and what changes</title>"
	print "<style>text{font:14px ui-monospace,Menlo,Consolas,monospace}.plain{fill:#d8dee9}.dark{fill:#20242c}" \
		".red{fill:#ff7b72}.green{fill:#7ee787}.yellow{fill:#f2cc60}.chosen{fill:#d8dee9}</style>"
	printf "<rect width=\"%d\" height=\"%d\" rx=\"8\" fill=\"#20242c\"/>\n%s</svg>\n", width, height, body
}
