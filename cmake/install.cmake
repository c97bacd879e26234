# SPDX-License-Identifier: MIT
# What is installed and not compiled: manual pages, completions, what puts the program into
# an initramfs.

# ---- manual pages ----

# Those of the library's functions are made of the header: one for each section of it, named
# after the first function, and links to it for the others: "LINK PAGE" is what awk prints.
set(made ${PROJECT_BINARY_DIR}/pages)
set(pages_awk ${PROJECT_SOURCE_DIR}/man/mdoc.awk ${PROJECT_SOURCE_DIR}/man/pages.awk)
file(REMOVE_RECURSE ${made})
file(MAKE_DIRECTORY ${made})
file(GLOB examples CONFIGURE_DEPENDS examples/*.c)
file(GLOB pages CONFIGURE_DEPENDS man/*.[1-9])
file(STRINGS man/libshmbox.3 date REGEX "^\\.Dd ")
string(REPLACE ".Dd " "" date "${date}")
set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${pages_awk} ${examples}
	${PROJECT_SOURCE_DIR}/core/libshmbox.map)
execute_process(
	COMMAND awk -f ${PROJECT_SOURCE_DIR}/man/mdoc.awk -f ${PROJECT_SOURCE_DIR}/man/pages.awk
		-v out=${made} -v date=${date}
		-v examples=${PROJECT_SOURCE_DIR}/examples -v map=${PROJECT_SOURCE_DIR}/core/libshmbox.map
		${PROJECT_SOURCE_DIR}/include/shmbox/shmbox.h
	OUTPUT_VARIABLE links COMMAND_ERROR_IS_FATAL ANY)
file(GLOB made_pages ${made}/*.3)
list(APPEND pages ${made_pages})

function(install_page page)
	string(REGEX REPLACE ".*\\.([1-9])$" "\\1" section ${page})
	set(component COMPONENT data)
	if(section EQUAL 3)
		set(component COMPONENT development ${SHMBOX_UNASKED})
	endif()
	install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section} ${component})
endfunction()

foreach(page ${pages})
	install_page(${page})
endforeach()
string(REGEX MATCHALL "[^\n]+" links "${links}")
foreach(link ${links})
	string(REGEX MATCH "(.+) (.+)" link ${link})
	file(CREATE_LINK ${CMAKE_MATCH_2} ${made}/${CMAKE_MATCH_1} SYMBOLIC)
	install_page(${made}/${CMAKE_MATCH_1})
endforeach()

# ---- completions ----

# bash and fish load a completion by the command's name: one file, and a link per applet.
# The links are made in the build directory so that the install manifest has them.
set(completions ${PROJECT_BINARY_DIR}/completions)
function(install_completion source target links directory)
	if(NOT EXISTS ${source})
		return()
	endif()
	install(FILES ${source} DESTINATION ${directory} RENAME ${target} COMPONENT data)
	foreach(link ${links})
		file(CREATE_LINK ${target} ${completions}/${link} SYMBOLIC)
		install(FILES ${completions}/${link} DESTINATION ${directory} COMPONENT data)
	endforeach()
endfunction()

file(MAKE_DIRECTORY ${completions})
list(TRANSFORM SHMBOX_APPLETS APPEND .fish OUTPUT_VARIABLE fish_links)
install_completion(${PROJECT_SOURCE_DIR}/completions/shmbox.bash shmbox
	"${SHMBOX_APPLETS}" ${SHMBOX_BASH_DIR})
install_completion(${PROJECT_SOURCE_DIR}/completions/shmbox.fish shmbox.fish
	"${fish_links}" ${SHMBOX_FISH_DIR})

# zsh reads the command names from the first line of one file.
if(EXISTS ${PROJECT_SOURCE_DIR}/completions/_shmbox.in)
	list(JOIN SHMBOX_APPLETS " " SHMBOX_COMMANDS)
	set(SHMBOX_COMMANDS "shmbox ${SHMBOX_COMMANDS}")
	configure_file(completions/_shmbox.in ${completions}/_shmbox @ONLY)
	install(FILES ${completions}/_shmbox DESTINATION ${SHMBOX_ZSH_DIR} COMPONENT data)
endif()

# ---- examples that are used, not compiled ----

install(FILES package/pod.yaml package/shmreap.cron package/shmreap.service package/shmreap.timer
	DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT data)

# those of shmbox-fleet(7)
install(FILES package/shmbox-metrics.service package/shmbox-metrics.timer package/shmbox-rules.yml
	package/shmbox-daemonset.yaml package/shmbox.containerfile
	DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT data)
install(PROGRAMS package/check_shm DESTINATION ${CMAKE_INSTALL_DOCDIR}/examples COMPONENT data)

# ---- notices ----

# The static program contains code of its libc.
if(SHMBOX_MUSL AND SHMBOX_STATIC)
	install(FILES package/COPYRIGHT.musl DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT program)
endif()

# ---- initramfs ----

if(EXISTS ${PROJECT_SOURCE_DIR}/package/initramfs-tools-hook)
	install(PROGRAMS package/initramfs-tools-hook DESTINATION ${SHMBOX_INITRAMFS_DIR}
		RENAME shmbox COMPONENT data)
endif()
if(EXISTS ${PROJECT_SOURCE_DIR}/package/dracut-module-setup.sh)
	install(PROGRAMS package/dracut-module-setup.sh DESTINATION ${SHMBOX_DRACUT_DIR}
		RENAME module-setup.sh COMPONENT data)
endif()
