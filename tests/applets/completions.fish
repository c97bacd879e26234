# SPDX-License-Identifier: MIT
# completions.fish DIRECTORY - completes each line of standard input. Then the file "offers" contains
# lines "value TAB description", and the status is printed. fish finds completions in DIRECTORY.

set fish_complete_path $argv[1] $fish_complete_path
while read -l line
    complete -C $line </dev/null >offers
    echo $status
end
