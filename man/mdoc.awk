# SPDX-License-Identifier: MIT
# mdoc.awk - the text of a comment as mdoc(7)

# Splits a word into leading punctuation, the rest, and trailing punctuation, with the blanks
# that mdoc requires.
function split_word(word) {
	before = after = ""
	if (word ~ /^[(]/) {
		before = "( "
		word = substr(word, 2)
	}
	while (word ~ /[.,;:]$/ || (word ~ /[)]$/ && word !~ /[(][^)]*[)]$/)) {
		after = " " substr(word, length(word)) after
		word = substr(word, 1, length(word) - 1)
	}
	return word
}

# The macro line for a word, or "" if it needs none.
function macro(word) {
	word = split_word(word)
	if (word ~ /^[a-z_]+[(][1-8][)]$/) {
		sub(/[(]/, " ", word)
		sub(/[)]/, "", word)
		return ".Xr " before word after
	}
	if (word ~ /^shmbox_[a-z_]+[(][)]$/) {
		sub(/[(][)]/, "", word)
		return ".Fn " before word after
	}
	if (word ~ /^-E[A-Z0-9]+$/)
		return ".Dv " before word after
	return ""
}

# The text of a paragraph or of an item, each word with its macro.
function prose(paragraph,    text, line, words, word, count, i) {
	text = line = ""
	count = split(paragraph, words, /[ \n\t]+/)
	for (i = 1; i <= count; i++) {
		word = words[i]
		if (macro(word) != "") {
			text = text line (line == "" ? "" : "\n") macro(word) "\n"
			line = ""
		} else if (word != "") {
			gsub(/\\/, "\\e", word)
			line = line (line == "" ? (word ~ /^[.']/ ? "\\&" : "") : " ") word
		}
		if (word ~ /[.;:]$/ && line != "") { # in mdoc a sentence begins a line
			text = text line "\n"
			line = ""
		}
	}
	return text line (line == "" ? "" : "\n")
}

# The beginning of a list item; its text goes on after the first colon, or after the dash.
function item(line,    errors) {
	if (line ~ /^  - /)
		return ".It\n"
	errors = substr(line, 1, index(line, ":") - 1)
	gsub(/ +/, " ", errors)
	sub(/^ /, "", errors)
	gsub(/ or /, " No or Dv ", errors)
	return ".It Dv " errors "\n"
}

# The text of a comment: paragraphs and lists.
function text_of(comment,    text, part, lines, line, count, list, begins, i) {
	text = part = list = ""
	count = split(comment, lines, "\n")
	for (i = 1; i <= count; i++) {
		line = lines[i]
		begins = line ~ /^  - / ? "-bullet" : line ~ /^  -E/ ? "-tag -width Ds" : ""
		if (begins == "" && line != "" && (list == "" || line ~ /^    /)) {
			part = part line "\n"
			continue
		}
		text = text prose(part)
		part = ""
		if (list != "" && begins != list)
			text = text ".El\n"
		if (begins != "") {
			if (begins != list)
				text = text ".Pp\n.Bl " begins " -compact\n"
			text = text item(line)
			sub(begins == "-bullet" ? "^  - " : "^[^:]*: *", "", line)
		} else if (text != "" && i < count)
			text = text ".Pp\n"
		list = begins
		part = line "\n"
	}
	text = text prose(part)
	return list == "" ? text : text ".El\n"
}

function literal(code) {
	gsub(/\\/, "\\e", code)
	sub(/\n+$/, "\n", code)
	return ".Bd -literal\n" code ".Ed\n"
}
