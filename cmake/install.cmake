# Man pages and completions. They are not compiled, and a checkout may lack some.

file(GLOB pages CONFIGURE_DEPENDS man/*.[1-9])
foreach(page ${pages})
	cmake_path(GET page EXTENSION LAST_ONLY section)
	string(SUBSTRING ${section} 1 1 section)
	install(FILES ${page} DESTINATION ${CMAKE_INSTALL_MANDIR}/man${section})
endforeach()

# bash and fish load a completion by the command's name: one file, and a link per applet.
# The links are made in the build directory so that the install manifest has them.
set(completions ${PROJECT_BINARY_DIR}/completions)
function(install_completion source target links directory)
	if(NOT EXISTS ${source})
		return()
	endif()
	install(FILES ${source} DESTINATION ${directory} RENAME ${target})
	foreach(link ${links})
		file(CREATE_LINK ${target} ${completions}/${link} SYMBOLIC)
		install(FILES ${completions}/${link} DESTINATION ${directory})
	endforeach()
endfunction()

file(MAKE_DIRECTORY ${completions})
list(TRANSFORM SHMBOX_APPLETS APPEND .fish OUTPUT_VARIABLE fish_links)
install_completion(${PROJECT_SOURCE_DIR}/completions/shmbox.bash shmbox
	"${SHMBOX_APPLETS}" ${CMAKE_INSTALL_DATADIR}/bash-completion/completions)
install_completion(${PROJECT_SOURCE_DIR}/completions/shmbox.fish shmbox.fish
	"${fish_links}" ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d)

# zsh reads the command names from the first line of one file.
if(EXISTS ${PROJECT_SOURCE_DIR}/completions/_shmbox.in)
	list(JOIN SHMBOX_APPLETS " " SHMBOX_COMMANDS)
	set(SHMBOX_COMMANDS "shmbox ${SHMBOX_COMMANDS}")
	configure_file(completions/_shmbox.in ${completions}/_shmbox @ONLY)
	install(FILES ${completions}/_shmbox DESTINATION ${SHMBOX_ZSH_DIR})
endif()
