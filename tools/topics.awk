# SPDX-License-Identifier: MIT
# topics.awk - the topics of shmbox help as C, made of the manual page
# usage: awk -f tools/topics.awk -v out=topics.inc man/shmbox.1
#
# The sections NOTATIONS and EXIT STATUS become arrays of characters, formatted for a terminal of
# 80 columns. The first words of each exit status become one line, for the end of --help.
# The script knows the mdoc macros that these two sections use, and refuses any other.

BEGIN {
	COLUMNS = 78
	names["NOTATIONS"] = "notations"
	names["EXIT STATUS"] = "statuses"
	for (i = split(". , ; : ) ] ? !", list, " "); i > 0; i--)
		closes[list[i]]
	for (i = split("Ar Cm Dv Li Ns Op Pa Pf Pq Ql Fl Nm Xr", list, " "); i > 0; i--)
		macros[list[i]]
}

# ---- a line of mdoc ----

# Adds a word to the text of the line.
function put(word) {
	text = text (text == "" || glued ? "" : " ") word
	glued = 0
}

# The text of a line that begins with a macro.
function macro_line(line,    count, word, last, i, tail, macro) {
	count = split(line, word, /[ \t]+/)
	tail = ""
	# what follows a closing bracket or quote
	for (last = count; last > 1 && (word[last] in closes); last--)
		;
	text = ""
	glued = 0
	for (i = 1; i <= last; i++) {
		if (word[i] in closes) {
			glued = 1
			put(word[i])
		} else if (!(word[i] in macros))
			put((macro == "Fl" ? "-" : "") word[i])
		else if (word[i] == "Ns")
			glued = 1
		else if (word[i] == "Nm")
			put("shmbox")
		else if (word[i] == "Pf") {
			put(word[++i])
			glued = 1
		} else if (word[i] == "Xr") {
			put(word[i + 1] "(" word[i + 2] ")")
			i += 2
		} else if (word[i] == "Op" || word[i] == "Pq" || word[i] == "Ql") {
			put(word[i] == "Op" ? "[" : word[i] == "Pq" ? "(" : "'")
			tail = (word[i] == "Op" ? "]" : word[i] == "Pq" ? ")" : "'") tail
			glued = 1
		} else
			macro = word[i]
	}
	text = text tail
	for (; i <= count; i++)
		text = text word[i]
	return text
}

# ---- paragraphs ----

function blanks(count) { return sprintf("%*s", count, "") }

# Adds what was read since the last paragraph to the result, with lead before its first line.
function flush(lead,    count, word, line, empty, i) {
	count = split(paragraph, word, " ")
	line = lead blanks(indent - length(lead))
	empty = 1
	for (i = 1; i <= count; i++) {
		if (!empty && length(line) + 1 + length(word[i]) > COLUMNS) {
			result = result line "\n"
			line = blanks(indent)
			empty = 1
		}
		line = line (empty ? "" : " ") word[i]
		empty = 0
	}
	if (!empty)
		result = result line "\n"
	paragraph = ""
}

# Ends an item: its tag is on a line of its own, or before the text.
function end_item() {
	flush(tag)
	tag = ""
}

function begin_list(line) {
	end_item()
	depth++
	compact[depth] = line ~ /-compact/
	outer[depth] = indent
	width = 4
	if (match(line, /-width "[^"]*"/))
		width = RLENGTH - length("-width \"\"") + 2
	step[depth] = compact[depth] ? width : 4
}

function begin_item(line) {
	end_item()
	sub(/^\.It /, "", line)
	indent = outer[depth]
	if (compact[depth]) {
		tag = blanks(indent) (line ~ /^[0-9]/ ? line : macro_line(line))
	} else
		result = result "\n" blanks(indent) macro_line(line) "\n"
	indent += step[depth]
}

function end_list() {
	end_item()
	indent = outer[depth--]
}

# ---- the result ----

# Text as the initialiser of an array: a string has 4095 characters at most.
function characters(text,    out, i, c) {
	out = ""
	for (i = 1; i <= length(text); i++) {
		c = substr(text, i, 1)
		out = out (c == "\n" ? "'\\n',\n" : c == "'" || c == "\\" ? "'\\" c "'," : "'" c "',")
	}
	return out "0"
}

function end_section() {
	end_item()
	sub(/^\n/, "", result)
	gsub(/\n\n\n+/, "\n\n", result)
	printf "static const char %s[] = {\n%s\n};\n", names[section], characters(result) >out
	section = result = ""
}

# Adds the first words of an exit status to the line for --help.
function add_status(number, words) {
	sub(/[:,.] .*|[.]$/, "", words)
	statuses = statuses (statuses == "" ? "" : ", ") number " " tolower(words)
}

/^\.Sh / {
	if (section != "")
		end_section()
	section = substr($0, 5)
	if (!(section in names))
		section = ""
	next
}
section == "" { next }
section == "EXIT STATUS" && status != "" && status <= 124 { add_status(status, $0) }
{ status = section == "EXIT STATUS" && $1 == ".It" ? $2 : "" }
/^\.Bl -tag/ { begin_list($0); next }
/^\.It / { begin_item($0); next }
/^\.El/ { end_list(); next }
/^\.Pp/ {
	end_item()
	result = result "\n"
	next
}
/^\./ {
	if (!(substr($1, 2) in macros)) {
		printf "topics.awk: unknown macro: %s\n", $0 >"/dev/stderr"
		failed = 1
		exit 1
	}
	paragraph = paragraph " " macro_line(substr($0, 2))
	next
}
{ paragraph = paragraph " " $0 }
END {
	if (!failed)
		printf "static const char status_line[] = \"%s\";\n", statuses >out
}
