# SPDX-License-Identifier: MIT
# Hardening of every build but those for debugging. A flag that the compiler does not have, or
# that the caller has chosen by CFLAGS or LDFLAGS, is left out.
#
# musl has no _FORTIFY_SOURCE, and its own objects have no marks for CET: there the flags of
# both would add bytes and change nothing.

include(CheckCCompilerFlag)
include(CheckLinkerFlag)
include(CheckPIESupported)

option(SHMBOX_HARDENING "Compile and link with what makes faults harder to exploit" ON)
if(NOT SHMBOX_HARDENING)
	return()
endif()

# harden(FLAG WORD) - compiles with FLAG, unless CFLAGS has a flag with WORD
function(harden flag word)
	string(MAKE_C_IDENTIFIER "HAVE${flag}" have)
	if(NOT CMAKE_C_FLAGS MATCHES "${word}")
		check_c_compiler_flag(${flag} ${have})
		if(${have})
			add_compile_options($<$<NOT:$<CONFIG:Debug>>:${flag}>)
		endif()
	endif()
endfunction()

harden(-fstack-protector-strong stack-protector)
harden(-fstack-clash-protection stack-clash)
if(NOT SHMBOX_FOREIGN_LIBC)
	harden(-fcf-protection=full cf-protection)
	harden(-mbranch-protection=standard branch-protection)
	# Requires an optimizing compiler: the configuration None is optimized by CFLAGS or not.
	if(NOT CMAKE_C_FLAGS MATCHES "_FORTIFY_SOURCE")
		add_compile_options(
			$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-U_FORTIFY_SOURCE>
			$<$<CONFIG:Release,RelWithDebInfo,MinSizeRel>:-D_FORTIFY_SOURCE=2>)
	endif()
endif()

foreach(word relro now noexecstack)
	check_linker_flag(C -Wl,-z,${word} HAVE_Z_${word})
	if(HAVE_Z_${word})
		add_link_options($<$<NOT:$<CONFIG:Debug>>:-Wl,-z,${word}>)
	endif()
endforeach()
if(NOT SHMBOX_STATIC)
	check_pie_supported(LANGUAGES C)
endif()
