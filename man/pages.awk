# SPDX-License-Identifier: MIT
# pages.awk - manual pages of section 3, made of the public header
# usage: awk -f pages.awk -v out=DIRECTORY -v examples=DIRECTORY -v date=DATE shmbox.h
#
# Each section of the header becomes a page. A section begins with "/* ---- title ---- */".
# The page is named after the section's first function, and contains the example of that name.
# Empty lines separate items. An item is a comment and the code after it. In a comment, lines
# that begin with "  -ERROR: " or "  - " are items of a list.
# The output of this script is a line "LINK PAGE" for each other function.

# ---- mdoc ----

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

# ---- the header ----

# The lines of the synopsis for a declared function. Sets function_name to its name.
function prototype(declaration,    type, arguments, parts, count, depth, argument, line, i, c) {
	gsub(/[ \n\t]+/, " ", declaration)
	sub(/^ *SHMBOX_API /, "", declaration)
	sub(/ *SHMBOX_(NONNULL|USE).*$/, "", declaration)
	match(declaration, /shmbox_[a-z_]+[(]/)
	type = substr(declaration, 1, RSTART - 1)
	function_name = substr(declaration, RSTART, RLENGTH - 1)
	arguments = substr(declaration, RSTART + RLENGTH)
	sub(/[)];? *$/, "", arguments)
	sub(/ $/, "", type)
	line = ".Ft " type "\n.Fo " function_name "\n"
	depth = 0
	argument = ""
	for (i = 1; i <= length(arguments) + 1; i++) {
		c = substr(arguments, i, 1)
		depth += (c == "(") - (c == ")")
		if ((c == "," && depth == 0) || c == "") {
			sub(/^ /, "", argument)
			line = line ".Fa \"" argument "\"\n"
			argument = ""
		} else
			argument = argument c
	}
	return line ".Fc\n"
}

# Adds the item that was read to the page: its comment, and its code or its declarations.
function end_item(    names, count, declaration, i) {
	if (code ~ /SHMBOX_API/) {
		names = ""
		count = split(code, declaration, ";")
		for (i = 1; i < count; i++) {
			synopsis = synopsis prototype(declaration[i])
			functions[++function_count] = function_name
			names = names (names == "" ? "" : " ,\n.Fn ") function_name
		}
		body = body ".Pp\n.Fn " names "\n"
		if (comment != "")
			body = body ".Bd -ragged -offset indent -compact\n" text_of(comment) ".Ed\n"
	} else if (code != "")
		body = body (comment == "" ? "" : ".Pp\n") text_of(comment) literal(code)
	comment = code = ""
}

function end_page(    file, example, line, i, others) {
	end_item()
	if (!function_count)
		return
	file = out "/" functions[1] ".3"
	printf ".Dd %s\n.Dt %s 3\n.Os shmbox\n.Sh NAME\n", date, toupper(functions[1]) >file
	for (i = 1; i <= function_count; i++) {
		printf ".Nm %s%s\n", functions[i], i < function_count ? " ," : "" >file
		if (i > 1)
			print functions[i] ".3", functions[1] ".3"
	}
	printf ".Nd %s\n.Sh SYNOPSIS\n.In shmbox/shmbox.h\n%s", title, synopsis >file
	printf ".Sh DESCRIPTION\n.Xr libshmbox 3\ndescribes the rules for all functions.\n%s", body >file
	example = ""
	while ((getline line <(examples "/" functions[1] ".c")) > 0)
		if (line !~ /^.. SPDX-License-Identifier/)
			example = example line "\n"
	if (example != "")
		printf ".Sh EXAMPLES\n%s", literal(example) >file
	printf ".Sh SEE ALSO\n.Xr libshmbox 3\n" >file
	close(file)
	function_count = 0
	synopsis = body = ""
}

/^\/\* ---- .* ---- \*\/$/ {
	end_page()
	title = $0
	sub(/^\/\* ---- /, "", title)
	sub(/ ---- \*\/$/, "", title)
	next
}
title == "" { next }
/^#ifdef __cplusplus/ { exit }
/^$/ && depth == 0 { end_item(); next }
# A comment belongs to the code, unless it begins an item.
code == "" && /^\/\*/ { inside = 1 }
inside {
	line = $0
	sub(/^ ?\/?\*+ ?/, "", line)
	inside = line !~ /\*\/$/ && $0 !~ /^ \*\/$/
	sub(/ ?\*\/$/, "", line)
	if (line != "/")
		comment = comment line "\n"
	next
}
{
	code = code $0 "\n"
	depth += gsub(/[{]/, "{") - gsub(/[}]/, "}")
}
END { end_page() }
