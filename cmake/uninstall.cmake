# SPDX-License-Identifier: MIT
# The target uninstall: what cmake --install of this build has put anywhere, and no more.
#
# Each installation notes its files, and before it makes them the directories that it will
# have to make. Those are removed with it if nobody has put anything else there.

if(CMAKE_SCRIPT_MODE_FILE)
	file(TOUCH installed.txt)
	file(STRINGS installed.txt paths)
	list(SORT paths ORDER DESCENDING) # what is inside comes before what it is in
	list(REMOVE_DUPLICATES paths)
	foreach(path ${paths})
		file(GLOB inside ${path}/* ${path}/.*)
		if(IS_SYMLINK ${path} OR NOT inside)
			message(STATUS "Removing: ${path}")
			file(REMOVE_RECURSE ${path})
		endif()
	endforeach()
	file(REMOVE installed.txt)
	return()
endif()

set(directories ${CMAKE_INSTALL_BINDIR} ${CMAKE_INSTALL_LIBDIR}/pkgconfig ${SHMBOX_CMAKE_DIR}
	${CMAKE_INSTALL_INCLUDEDIR}/shmbox ${CMAKE_INSTALL_MANDIR}/man1
	${CMAKE_INSTALL_MANDIR}/man3 ${CMAKE_INSTALL_MANDIR}/man7 ${SHMBOX_BASH_DIR}
	${SHMBOX_FISH_DIR} ${SHMBOX_ZSH_DIR} ${SHMBOX_INITRAMFS_DIR} ${SHMBOX_DRACUT_DIR}
	${CMAKE_INSTALL_DOCDIR}/examples)
install(CODE "set(notes ${PROJECT_BINARY_DIR}/installed.txt)\nset(directories ${directories})"
	ALL_COMPONENTS)
install(CODE [[
	foreach(path ${directories})
		cmake_path(ABSOLUTE_PATH path BASE_DIRECTORY ${CMAKE_INSTALL_PREFIX})
		while(NOT EXISTS "$ENV{DESTDIR}${path}" AND NOT path STREQUAL "/")
			file(APPEND "${notes}" "$ENV{DESTDIR}${path}\n")
			cmake_path(GET path PARENT_PATH path)
		endwhile()
	endforeach()
]] ALL_COMPONENTS)

# After the install rules of all directories.
function(note_installed_files)
	install(CODE [[
		foreach(path ${CMAKE_INSTALL_MANIFEST_FILES})
			file(APPEND "${notes}" "$ENV{DESTDIR}${path}\n")
		endforeach()
	]] ALL_COMPONENTS)
endfunction()
cmake_language(DEFER CALL note_installed_files)

add_custom_target(uninstall COMMAND ${CMAKE_COMMAND} -P ${CMAKE_CURRENT_LIST_FILE}
	WORKING_DIRECTORY ${PROJECT_BINARY_DIR})
