# SPDX-License-Identifier: MIT
# pages.awk - manual pages of section 3, made of the public header
# usage: awk -f mdoc.awk -f pages.awk -v out=DIRECTORY -v examples=DIRECTORY -v date=DATE -v map=FILE shmbox.h
#
# Each section of the header becomes a page. A section begins with "/* ---- title ---- */".
# The page is named after the section's first function, and contains the example of that name.
# Empty lines separate items. An item is a comment and the code after it. In a comment, lines
# that begin with "  -ERROR: " or "  - " are items of a list. Of the comment of a function, the
# sentences that begin with "Returns" go to RETURN VALUE, and the list of errors, with paragraphs
# that begin with "Other errors" or "The errors", to ERRORS. What comes before the first section
# is on the page of shmbox_strerror(). VERSIONS are the nodes of the version map.
# The output of this script is a line "LINK PAGE" for each other function, and for each type.

# ---- the parts of a comment ----

# Moves the sentences that begin with "Returns" from a paragraph to the variable result. What a
# comment begins with stays in the description too.
function take_result(paragraph, first,    sentences, count, i, rest, sentence, taking) {
	gsub(/[ \n\t]+/, " ", paragraph)
	sub(/^ /, "", paragraph)
	gsub(/[.] /, ".\n", paragraph)
	count = split(paragraph, sentences, "\n")
	rest = ""
	for (i = 1; i <= count; i++) {
		sentence = sentences[i]
		taking = sentence ~ /^Returns /
		if (taking)
			result = result (result == "" ? "" : " ") sentence
		if (!taking || (first && i == 1))
			rest = rest (rest == "" ? "" : " ") sentence
	}
	return rest
}

# Splits a comment into what remains, which is returned, and the variables result and errors.
function take_parts(comment,    paragraphs, lines, count, lines_count, i, j, rest, part, listed) {
	result = errors = rest = ""
	count = split(comment, paragraphs, "\n\n")
	for (i = 1; i <= count; i++) {
		part = listed = ""
		lines_count = split(paragraphs[i], lines, "\n")
		for (j = 1; j <= lines_count; j++) {
			if (lines[j] ~ /^  -E/ || (listed != "" && lines[j] ~ /^    /))
				listed = listed lines[j] "\n"
			else if (lines[j] ~ /^(Other errors|The errors)/ || \
				(listed != "" && part == "" && lines[j] != ""))
				listed = listed lines[j] "\n"
			else if (lines[j] != "Errors:")
				part = part lines[j] "\n"
		}
		if (part !~ /\n  - |^  - /)
			part = take_result(part, i == 1)
		errors = errors listed
		sub(/\n+$/, "", part)
		if (part ~ /[^ \n]/)
			rest = rest (rest == "" ? "" : "\n\n") part
	}
	return rest == "" ? "" : rest "\n"
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
function end_item(    names, count, declaration, i, rest) {
	if (code ~ /SHMBOX_API/) {
		names = ""
		count = split(code, declaration, ";")
		for (i = 1; i < count; i++) {
			synopsis = synopsis prototype(declaration[i])
			functions[++function_count] = function_name
			names = names (names == "" ? "" : " ,\n.Fn ") function_name
		}
		body = body ".Pp\n.Fn " names "\n"
		rest = take_parts(comment)
		if (rest != "")
			body = body ".Bd -ragged -offset indent -compact\n" text_of(rest) ".Ed\n"
		if (result == "" && code ~ /SHMBOX_API void/ && code !~ /SHMBOX_API (int|const)/)
			result = "Nothing."
		else if (result == "" && comment != "")
			result = "As described above."
		sub(/^Returns /, "", result)
		if (result != "")
			results = results ".It Fn " names "\n" prose(toupper(substr(result, 1, 1)) substr(result, 2) "\n")
		if (errors != "")
			failures = failures ".Ss Errors of " plain(names) "\n" no_paragraph(text_of(errors))
	} else if (code != "") {
		note_types()
		body = body (comment == "" ? "" : ".Pp\n") text_of(comment) literal(code)
	}
	comment = code = ""
}

function plain(names) {
	gsub(/ ,\n[.]Fn /, "(), ", names)
	return names "()"
}

# A paragraph macro has no place after a heading.
function no_paragraph(text) {
	sub(/^[.]Pp\n/, "", text)
	return text
}

# Notes the names of the types in code, each of which becomes a link to the page.
function note_types(    rest, name) {
	rest = "\n" code
	while (match(rest, /\n(struct|enum) shmbox_[a-z_]+ [{]/)) {
		name = substr(rest, RSTART + 1, RLENGTH - 3)
		rest = substr(rest, RSTART + RLENGTH)
		sub(/^[a-z]+ /, "", name)
		types[++type_count] = name
	}
}

# The sentences on the versions that have had the functions.
function versions_text(    i, node, line, nodes, text, known) {
	while ((getline line <map) > 0) {
		if (line ~ /^SHMBOX_/) {
			node = line
			gsub(/^SHMBOX_| .*/, "", node)
		} else if (line ~ /^\t\tshmbox_/) {
			gsub(/[\t;]/, "", line)
			since[line] = node
		}
	}
	close(map)
	text = ""
	for (i = 1; i <= function_count; i++) {
		node = functions[i] in since ? since[functions[i]] : "the next version"
		if (!(node in known)) {
			known[node] = ++nodes
			text = text (text == "" ? "" : "\n") "In libshmbox since " node ":"
		}
	}
	if (nodes == 1)
		return "These functions are in libshmbox since " node ".\n"
	text = ""
	for (i = 1; i <= function_count; i++) {
		node = functions[i] in since ? since[functions[i]] : "the next version"
		text = text ".It Fn " functions[i] "\nlibshmbox " node "\n"
	}
	return ".Bl -tag -width Ds -compact\n" text ".El\n"
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
	for (i = 1; i <= function_count; i++) {
		declared[functions[i]]
		if (functions[i] == "shmbox_strerror")
			body = body common
	}
	printf ".Sh DESCRIPTION\n.Xr libshmbox 3\ndescribes the rules for all functions.\n%s", body >file
	printf ".Sh RETURN VALUE\nA failure is a negated errno value, see\n.Sx ERRORS ,\n" >file
	printf "unless another result is named here.\n.Bl -tag -width Ds\n%s.El\n", results >file
	example = ""
	while ((getline line <(examples "/" functions[1] ".c")) > 0)
		if (line !~ /^.. SPDX-License-Identifier/)
			example = example line "\n"
	if (example != "")
		printf ".Sh EXAMPLES\n%s", literal(example) >file
	printf ".Sh ERRORS\nAny function can also return the errors in\n.Xr libshmbox 3 .\n%s", failures >file
	printf ".Sh ATTRIBUTES\n" >file
	printf "Any thread may call these functions at any time (MT-Safe).\n" >file
	printf "Do not call them from a signal handler (AS-Unsafe).\n" >file
	printf ".Sh VERSIONS\n%s", versions_text() >file
	printf ".Sh SEE ALSO\n.Xr libshmbox 3\n" >file
	close(file)
	for (i = 1; i <= type_count; i++)
		homes[types[i]] = functions[1]
	type_count = function_count = 0
	synopsis = body = results = failures = ""
}

/^\/\* ---- .* ---- \*\/$/ {
	if (title == "") { # what all sections use
		end_item()
		common = body
		body = ""
		for (i = 1; i <= type_count; i++)
			homes[types[i]] = "shmbox_strerror"
		type_count = 0
	}
	end_page()
	title = $0
	sub(/^\/\* ---- /, "", title)
	sub(/ ---- \*\/$/, "", title)
	next
}
/^#ifdef __cplusplus/ && begun { exit }
/^extern "C"/ { begun = 1; getline; getline; next }
!begun { next }
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
END {
	end_page()
	for (name in homes)
		if (!(name in declared))
			print name ".3", homes[name] ".3" | "sort"
}
