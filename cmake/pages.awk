# pages.awk - manual pages of section 3, made of the public header
# usage: awk -f pages.awk -v out=DIRECTORY -v examples=DIRECTORY -v date=DATE shmbox.h
#
# A section of the header, which begins with "/* ---- title ---- */", becomes a page. It is
# named after the section's first function and shows the example of that name. Between empty
# lines stands an item: a comment, and what it is about. Printed are links, for each other
# function a line "LINK PAGE".

# ---- mdoc ----

# Splits a word into punctuation, what is in between, and punctuation, with blanks for mdoc.
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

# The macro line for a word, if it is one that has a macro.
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

# The text of a comment, each word with its macro.
function prose(comment,    text, line, words, word, count, i) {
	text = line = ""
	count = split(comment, words, /[ \n\t]+/)
	for (i = 1; i <= count; i++) {
		word = words[i]
		if (macro(word) != "") {
			text = text line (line == "" ? "" : "\n") macro(word) "\n"
			line = ""
		} else if (word != "") {
			gsub(/\\/, "\\e", word)
			line = line (line == "" ? (word ~ /^[.']/ ? "\\&" : "") : " ") word
		}
		if (word ~ /[.;:]$/ && line != "") { # mdoc wants a sentence to begin a line
			text = text line "\n"
			line = ""
		}
	}
	return text line (line == "" ? "" : "\n")
}

function literal(code) {
	gsub(/\\/, "\\e", code)
	sub(/\n+$/, "\n", code)
	return ".Bd -literal\n" code ".Ed\n"
}

# ---- the header ----

# A declared function: its name in function_name, the lines for the synopsis.
function prototype(declaration,    type, arguments, parts, count, depth, argument, line, i, c) {
	gsub(/[ \n\t]+/, " ", declaration)
	sub(/^ *SHMBOX_API /, "", declaration)
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

# The item that was read: its comment, then declarations.
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
			body = body ".Bd -ragged -offset indent -compact\n" prose(comment) ".Ed\n"
	} else if (code != "")
		body = body (comment == "" ? "" : ".Pp\n") prose(comment) literal(code)
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
	printf ".Sh DESCRIPTION\nWhat is true of all functions is told in\n.Xr libshmbox 3 .\n%s", body >file
	example = ""
	while ((getline line <(examples "/" functions[1] ".c")) > 0)
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
# a comment that begins an item; others belong to the code
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
