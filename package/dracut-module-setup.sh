#!/bin/bash
# SPDX-License-Identifier: MIT
# shmbox in an initramfs of dracut(8): the program, and a link for each applet. Installed as
# /usr/lib/dracut/modules.d/95shmbox/module-setup.sh.

# Only where it is asked for: dracut --add shmbox, or add_dracutmodules in dracut.conf(5).
check()
{
	require_binaries shmbox || return 1
	return 255
}

depends()
{
	return 0
}

install()
{
	local program applet

	program=$(command -v shmbox)
	inst "$program" /usr/bin/shmbox
	for applet in $("$program" --list); do
		ln -sf shmbox "${initdir:?}/usr/bin/$applet"
	done
}
